//! Pictures that come with a form: drawn anew, and kept for what they are sent with.

use std::fmt::Write as _;

use crate::{
    app::App,
    error::{Error, Result},
    http::{Deadline, Request, Upload},
    model::{
        AltText, Attached, IdempotencyKey, Image, ImageId, NewImage, NewRendition, PostId,
        Problems, User,
    },
    pictures::{self, Purpose},
    routes,
    store::images,
};

/// The field of a form that pictures come in.
pub(super) const FIELD: &str = "image";

/// The files that came in this field.
pub(super) fn files(request: &Request) -> impl Iterator<Item = &Upload> {
    request.files.iter().filter(|file| file.field == FIELD)
}

/// A picture in all its sizes.
///
/// # Errors
/// `Invalid` if it is none, or too large; `Busy` if too many are being drawn.
pub(super) fn drawn(
    app: &App,
    request: &Request,
    upload: &Upload,
    purpose: Purpose,
) -> Result<NewImage> {
    let limits = &app.config.limits;
    let Some(file) = &upload.file else {
        return Err(Error::invalid(FIELD, routes::largest_picture(limits)));
    };
    let file = file.try_clone().map_err(Error::internal)?;
    let limits = pictures::PictureLimits {
        bytes: limits.image_bytes.into(),
        pixels: limits.image_pixels.into(),
    };
    let made = app
        .image_queue
        .encode(file, purpose, limits, request.deadline.instant())
        .map_err(|fault| match fault {
            pictures::PictureError::Refused(refusal) => Error::invalid(FIELD, refusal.to_string()),
            pictures::PictureError::Busy => Deadline::passed_error(),
            pictures::PictureError::Failed(why) => Error::internal(why),
        })?;
    let renditions = made.renditions.into_iter().map(|drawn| {
        let (name, kind) = (drawn.rendition, drawn.media_type);
        NewRendition::new(name, drawn.width, drawn.height, kind, drawn.bytes)
    });
    Ok(NewImage {
        width: made.width,
        height: made.height,
        is_moving: made.is_moving,
        renditions: renditions.collect(),
    })
}

/// Draws a picture for a post, and keeps it until there is one.
///
/// # Errors
/// As [`drawn`]; `Invalid` if its owner has no room for it, or the key of the request was used for another one.
pub(super) fn kept(
    app: &App,
    request: &Request,
    user: &User,
    upload: &Upload,
    alt: AltText,
    key: Option<IdempotencyKey>,
) -> Result<ImageId> {
    let new = drawn(app, request, upload, Purpose::Post)?;
    let (owner, storage_max) = (user.id, app.config.limits.storage_per_user);
    let deadline = request.deadline;
    app.db.write(request.now, move |tx| {
        deadline.check()?;
        images::create_once(tx, owner, &new, &alt, storage_max, key)
    })
}

/// The field of a form that names those of its pictures that are not wanted any more.
const REMOVED: &str = "remove_image";

/// The pictures of a post, in their order: those that were sent before it, and those that came with it. What is wrong
/// with some keeps none of the others from being kept, so that nothing has to be chosen again.
///
/// # Errors
/// `Busy`, and what the store says.
pub(super) fn of_post(
    app: &App,
    request: &Request,
    user: &User,
    problems: &mut Problems,
) -> Result<Option<Attached>> {
    added(app, request, user, Vec::new(), problems)
}

/// The pictures that a post is to have from now on; or nothing, if the form says nothing of them.
///
/// # Errors
/// As [`of_post`].
pub(super) fn of_changed(
    app: &App,
    request: &Request,
    user: &User,
    post: PostId,
    problems: &mut Problems,
) -> Result<Option<Attached>> {
    let has = if request.form.has("image_id") {
        Vec::new()
    } else if files(request).next().is_none() {
        return Ok(None);
    } else {
        // Who only adds some takes none away.
        let has = app.db.read(|conn| images::of_post(conn, post))?;
        let known = |(id, alt): (ImageId, String)| (id, AltText::parse(&alt).unwrap_or_default());
        has.into_iter().map(known).collect()
    };
    added(app, request, user, has, problems)
}

fn added(
    app: &App,
    request: &Request,
    user: &User,
    mut attached: Vec<(ImageId, AltText)>,
    problems: &mut Problems,
) -> Result<Option<Attached>> {
    let images_max = app.config.limits.images_per_post;
    let alts: Vec<&str> = request.form.all("alt").collect();
    let typed = |place: usize| alts.get(place).copied().unwrap_or_default();
    let sent_before: Vec<&str> = request.form.all("image_id").collect();
    let mut numbered = Numbered::new(request, attached.len(), problems);
    for (place, text) in sent_before.iter().enumerate() {
        if text.is_empty() {
            continue;
        }
        numbered.next();
        match text.parse() {
            Ok(_) if is_removed(request, text) => {}
            Ok(id) => attached.push((id, numbered.alt(typed(place)))),
            Err(()) => numbered.add("One of these pictures is none of this site."),
        }
    }
    for (place, upload) in (sent_before.len()..).zip(files(request)) {
        numbered.next();
        if attached.len() >= images_max as usize {
            numbered.problems.add(FIELD, Attached::too_many(images_max));
            break;
        }
        let alt = numbered.alt(typed(place));
        match check_room(app, user, None) {
            Ok(()) => {}
            // Nor is there for those behind it.
            Err(Error::Invalid(found)) => {
                numbered.problems.append(found);
                break;
            }
            Err(error) => return Err(error),
        }
        match kept(app, request, user, upload, alt.clone(), None) {
            Ok(id) => {
                request.kept.borrow_mut().push((place, id));
                attached.push((id, alt));
            }
            Err(Error::Invalid(found)) => found.iter().for_each(|(_, why)| numbered.add(why)),
            Err(error) => return Err(error),
        }
    }
    Ok(problems.check(FIELD, Attached::parse(attached, images_max)))
}

/// Whether a picture of the form is not wanted any more.
fn is_removed(request: &Request, id: &str) -> bool {
    request.form.all(REMOVED).any(|removed| removed == id)
}

/// What is wrong with the pictures of a form, one after the other: with the number of the picture, if there are several.
struct Numbered<'p> {
    problems: &'p mut Problems,
    number: usize,
    several: bool,
}

impl Numbered<'_> {
    /// Behind so many that are there already.
    fn new<'p>(request: &Request, there: usize, problems: &'p mut Problems) -> Numbered<'p> {
        let sent_before = request.form.all("image_id").filter(|id| !id.is_empty());
        Numbered {
            problems,
            number: there,
            several: there + sent_before.count() + files(request).count() > 1,
        }
    }

    fn next(&mut self) {
        self.number += 1;
    }

    fn add(&mut self, why: &str) {
        let number = self.number;
        let message = if self.several {
            format!("Picture {number}: {why}")
        } else {
            why.to_owned()
        };
        self.problems.add(FIELD, message);
    }

    fn alt(&mut self, typed: &str) -> AltText {
        AltText::parse(typed).unwrap_or_else(|why| {
            self.add(&format!("What a picture shows: {why}"));
            AltText::default()
        })
    }
}

/// Whether there is room for any picture, instead of this one: asked before one is drawn.
///
/// # Errors
/// `Invalid` if there is none.
pub(super) fn check_room(app: &App, user: &User, instead_of: Option<ImageId>) -> Result<()> {
    let storage_max = app.config.limits.storage_per_user;
    app.db
        .read(|conn| images::check_room(conn, user.id, instead_of, storage_max))
}

/// What tells a form with pictures from the same one sent again: with what its files hold.
///
/// # Errors
/// If a file cannot be read.
pub(super) fn idempotency_key(request: &Request, message: &str) -> Result<Option<IdempotencyKey>> {
    let mut text = message.to_owned();
    for name in ["image_id", "alt"] {
        for value in request.form.all(name).filter(|value| !value.is_empty()) {
            // Nothing that is typed has a zero byte in it. Writing to a string cannot fail.
            let _ = write!(text, "\0{name}={value}");
        }
    }
    for file in files(request) {
        let digest = file.digest().map_err(Error::internal)?;
        let _ = write!(text, "\0{digest}");
    }
    Ok(super::idempotency_key(request, &text))
}

/// What is there again when a form is refused.
#[derive(Default)]
pub(super) struct Refused {
    /// The pictures that are here already, each with the words that were typed for it.
    pub(super) images: Vec<Image>,
    /// Those among them that are not wanted any more.
    pub(super) removed: Vec<ImageId>,
    /// The words for those that are not, in their order.
    pub(super) words: Vec<String>,
}

/// # Errors
/// If the file cannot be read.
pub(super) fn of_refused(
    app: &App,
    request: &Request,
    user: &User,
    post: Option<PostId>,
) -> Result<Refused> {
    let mut alts: Vec<&str> = request.form.all("alt").collect();
    let sent_before = request.form.all("image_id").enumerate();
    let sent_before = sent_before.filter_map(|(place, text)| Some((place, text.parse().ok()?)));
    let mut here: Vec<(usize, ImageId)> = sent_before.collect();
    here.extend(request.kept.borrow().iter());
    here.truncate(app.config.limits.images_per_post as usize);
    let ids: Vec<ImageId> = here.iter().map(|(_, id)| *id).collect();
    let mut images = match ids.as_slice() {
        [] => Vec::new(),
        ids => app
            .db
            .read(|conn| images::choosable(conn, user.id, post, ids))?,
    };
    for image in &mut images {
        let place = here.iter().find(|(_, id)| *id == image.id);
        if let Some(typed) = place.and_then(|(place, _)| alts.get_mut(*place)) {
            image.alt = std::mem::take(typed).to_owned();
        }
    }
    let words = alts.into_iter().filter(|typed| !typed.is_empty());
    let words = words.map(str::to_owned).collect();
    let removed = request.form.all(REMOVED);
    Ok(Refused {
        images,
        removed: removed.filter_map(|id| id.parse().ok()).collect(),
        words,
    })
}
