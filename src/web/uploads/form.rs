//! The pictures of a post's form: those that were sent before it, and those that came with it.

use super::{FIELD, check_room, files, keep};
use crate::{
    error::{Error, Result},
    http::{Request, Upload},
    model::{AltText, Attached, Image, ImageId, PostId, Problems},
    store::images,
    web::{Context, Member},
};

/// The field of a form that names the pictures that were sent before.
const SENT_BEFORE: &str = "image_id";

/// The field of a form that names those of its pictures that are not wanted any more.
const REMOVED: &str = "remove_image";

/// The field of a form with the description of each picture, in their order.
const ALT: &str = "alt";

/// The pictures of a form, in their order.
pub(in crate::web) struct FormPictures<'r> {
    pictures: Vec<FormPicture<'r>>,
    /// The form lists the pictures that the post has already. Otherwise it only adds some.
    lists_all: bool,
}

/// One picture of a form, with its description.
struct FormPicture<'r> {
    source: PictureOrigin<'r>,
    /// The description that was typed; none if the form has no field for it.
    alt: Option<&'r str>,
}

/// The origin of a form's picture.
#[derive(Clone, Copy)]
enum PictureOrigin<'r> {
    /// Nowhere: only its description was typed.
    Missing,
    /// An id that is not one of this site.
    Unknown,
    SentBefore(ImageId),
    /// A picture that was sent before and is not wanted any more.
    Removed(ImageId),
    File(&'r Upload),
    /// A file that has been encoded and kept.
    Kept(ImageId),
}

/// The pictures of a refused form, for the form that is shown again.
#[derive(Default)]
pub(in crate::web) struct RefusedPictures {
    /// The pictures that are kept already, each with the description that was typed for it.
    pub(in crate::web) images: Vec<Image>,
    /// The pictures among them that are not wanted any more.
    pub(in crate::web) removed: Vec<ImageId>,
    /// The descriptions of pictures that have to be chosen again, in their order.
    pub(in crate::web) words: Vec<String>,
}

impl<'r> FormPictures<'r> {
    pub(in crate::web) fn of(request: &'r Request) -> FormPictures<'r> {
        let form = &request.body.form;
        let is_removed = |id: &str| form.all(REMOVED).any(|removed| removed == id);
        let sent_before = form.all(SENT_BEFORE).map(|text| match text.parse() {
            _ if text.is_empty() => PictureOrigin::Missing,
            Ok(id) if is_removed(text) => PictureOrigin::Removed(id),
            Ok(id) => PictureOrigin::SentBefore(id),
            Err(()) => PictureOrigin::Unknown,
        });
        let mut sources = sent_before.chain(files(request).map(PictureOrigin::File));
        let mut alts = form.all(ALT);
        let mut pictures = Vec::new();
        loop {
            let (source, alt) = (sources.next(), alts.next());
            if source.is_none() && alt.is_none() {
                break;
            }
            let source = source.unwrap_or(PictureOrigin::Missing);
            pictures.push(FormPicture { source, alt });
        }
        FormPictures {
            pictures,
            lists_all: form.has(SENT_BEFORE),
        }
    }

    /// Keeps the files among the pictures, and returns all pictures that a new post gets. A problem with one picture does
    /// not keep the others from being kept, so that nothing has to be chosen again.
    ///
    /// # Errors
    /// `Busy`, and those of the store.
    pub(in crate::web) fn keep(
        &mut self,
        cx: &Context<'_, Member>,
        problems: &mut Problems,
    ) -> Result<Option<Attached>> {
        self.keep_after(cx, Vec::new(), problems)
    }

    /// Keeps the files among the pictures, and returns all pictures that a post has from now on; none if the form does
    /// not mention pictures. A form that only adds pictures keeps the existing ones.
    ///
    /// # Errors
    /// Those of [`FormPictures::keep`].
    pub(in crate::web) fn keep_changed(
        &mut self,
        cx: &Context<'_, Member>,
        post: PostId,
        problems: &mut Problems,
    ) -> Result<Option<Attached>> {
        if self.lists_all {
            return self.keep(cx, problems);
        }
        if files(cx.request).next().is_none() {
            return Ok(None);
        }
        let has = cx.read(|conn| images::of_post(conn, post))?;
        let known = |(id, alt): (ImageId, String)| (id, AltText::parse(&alt).unwrap_or_default());
        self.keep_after(cx, has.into_iter().map(known).collect(), problems)
    }

    fn keep_after(
        &mut self,
        cx: &Context<'_, Member>,
        has: Vec<(ImageId, AltText)>,
        problems: &mut Problems,
    ) -> Result<Option<Attached>> {
        let images_max = cx.app.config.limits.images_per_post;
        let count = self.pictures.iter().filter(|picture| picture.is_there());
        let mut numbered = Numbered::new(has.len(), count.count(), problems);
        let mut attached = has;
        for picture in self
            .pictures
            .iter_mut()
            .filter(|picture| picture.is_there())
        {
            numbered.number += 1;
            if picture.is_file() && attached.len() >= images_max as usize {
                numbered.problems.add(FIELD, Attached::too_many(images_max));
                break;
            }
            match picture.attach(cx, &mut numbered) {
                Ok(found) => attached.extend(found),
                // There is no room for the pictures after it either.
                Err(Error::Invalid(found)) => {
                    numbered.problems.append(found);
                    break;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(problems.check(FIELD, Attached::parse(attached, images_max)))
    }

    /// Returns the files that have been kept. If a form is sent twice at once, its pictures are kept twice and used once.
    pub(in crate::web) fn kept(&self) -> Vec<ImageId> {
        let kept = self
            .pictures
            .iter()
            .filter_map(|picture| match picture.source {
                PictureOrigin::Kept(id) => Some(id),
                _ => None,
            });
        kept.collect()
    }

    /// Returns the pictures for the form that is shown again. `post` is the one that it changes.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub(in crate::web) fn refused(
        &self,
        cx: &Context<'_, Member>,
        post: Option<PostId>,
    ) -> Result<RefusedPictures> {
        let images_max = cx.app.config.limits.images_per_post as usize;
        let ids = self.pictures.iter().filter_map(FormPicture::id);
        let ids: Vec<ImageId> = ids.take(images_max).collect();
        let mut images = match ids.as_slice() {
            [] => Vec::new(),
            ids => cx.read(|conn| images::choosable(conn, cx.user.id, post, ids))?,
        };
        for image in &mut images {
            let mut pictures = self.pictures.iter();
            let picture = pictures.find(|picture| picture.id() == Some(image.id));
            if let Some(alt) = picture.and_then(|picture| picture.alt) {
                alt.clone_into(&mut image.alt);
            }
        }
        let is_shown = |id| images.iter().any(|image| image.id == id);
        let others = self
            .pictures
            .iter()
            .filter(|picture| !picture.id().is_some_and(is_shown));
        let words = others.filter_map(|picture| picture.alt.filter(|alt| !alt.is_empty()));
        let words = words.map(str::to_owned).collect();
        let removed = self
            .pictures
            .iter()
            .filter_map(|picture| match picture.source {
                PictureOrigin::Removed(id) => Some(id),
                _ => None,
            });
        let removed = removed.collect();
        Ok(RefusedPictures {
            images,
            removed,
            words,
        })
    }
}

impl FormPicture<'_> {
    fn is_there(&self) -> bool {
        !matches!(self.source, PictureOrigin::Missing)
    }

    fn is_file(&self) -> bool {
        matches!(self.source, PictureOrigin::File(_))
    }

    /// Returns the id of a picture that is kept already.
    fn id(&self) -> Option<ImageId> {
        match self.source {
            PictureOrigin::SentBefore(id)
            | PictureOrigin::Removed(id)
            | PictureOrigin::Kept(id) => Some(id),
            PictureOrigin::Missing | PictureOrigin::Unknown | PictureOrigin::File(_) => None,
        }
    }

    /// Returns the picture as it belongs to the post, and keeps it first if it is a file; none if it does not belong
    /// there.
    ///
    /// # Errors
    /// `Invalid` if there is no room for any picture; `Busy`, and those of the store.
    fn attach(
        &mut self,
        cx: &Context<'_, Member>,
        numbered: &mut Numbered<'_>,
    ) -> Result<Option<(ImageId, AltText)>> {
        match self.source {
            PictureOrigin::Missing | PictureOrigin::Removed(_) => Ok(None),
            PictureOrigin::Unknown => {
                numbered.add("One of these pictures does not belong to this site.");
                Ok(None)
            }
            PictureOrigin::SentBefore(id) | PictureOrigin::Kept(id) => {
                Ok(Some((id, numbered.alt(self.alt))))
            }
            PictureOrigin::File(upload) => {
                let alt = numbered.alt(self.alt);
                check_room(cx, None)?;
                let kept = numbered.check(keep(cx, upload, alt.clone(), None))?;
                Ok(kept.map(|id| {
                    self.source = PictureOrigin::Kept(id);
                    (id, alt)
                }))
            }
        }
    }
}

/// The problems of a form's pictures. Each names its picture by number, if there are several.
struct Numbered<'p> {
    problems: &'p mut Problems,
    /// The number of the current picture.
    number: usize,
    are_several: bool,
}

impl Numbered<'_> {
    /// Begins after the pictures that a post has already.
    fn new(has: usize, count: usize, problems: &mut Problems) -> Numbered<'_> {
        Numbered {
            problems,
            number: has,
            are_several: has + count > 1,
        }
    }

    fn add(&mut self, why: &str) {
        let number = self.number;
        let message = if self.are_several {
            format!("Picture {number}: {why}")
        } else {
            why.to_owned()
        };
        self.problems.add(FIELD, message);
    }

    /// Notes the problems of a picture that is invalid.
    fn check<T>(&mut self, kept: Result<T>) -> Result<Option<T>> {
        match kept {
            Ok(kept) => Ok(Some(kept)),
            Err(Error::Invalid(found)) => {
                found.iter().for_each(|(_, why)| self.add(why));
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    fn alt(&mut self, typed: Option<&str>) -> AltText {
        AltText::parse(typed.unwrap_or_default()).unwrap_or_else(|why| {
            self.add(&format!("Description: {why}"));
            AltText::default()
        })
    }
}
