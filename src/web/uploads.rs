//! Pictures that come with a form: encoded again in all sizes, and kept for what they are sent with.

mod form;

use std::fmt::Write as _;

use super::{Context, Member};
use crate::{
    error::{Error, Result},
    http::{Deadline, Request, Upload},
    model::{AltText, IdempotencyKey, ImageId, NewImage, Problems},
    pictures::{self, Purpose},
    store::images,
};
pub(super) use form::{FormPictures, RefusedPictures};

/// The field of a form that holds pictures.
pub(super) const FIELD: &str = "image";

/// Returns the pictures that came with a form.
pub(super) fn files(request: &Request) -> impl Iterator<Item = &Upload> {
    let files = request.body.files.iter();
    files.filter(|file| file.field == FIELD)
}

/// Returns the problems of a form that is shown again. If a picture came with it, it has to be chosen once more: a
/// browser does not do that by itself.
pub(super) fn choose_again(request: &Request, problems: &Problems) -> Problems {
    let mut problems = problems.clone();
    if files(request).next().is_some() && problems.about(FIELD).is_none() {
        problems.add(FIELD, "Please choose the picture again.");
    }
    problems
}

/// Encodes a picture in all its sizes.
///
/// # Errors
/// `Invalid` if it is not a picture, or too large; `Busy` if too many are waiting.
pub(super) fn encoded(
    cx: &Context<'_, Member>,
    upload: &Upload,
    purpose: Purpose,
) -> Result<NewImage> {
    let limits = &cx.app.config.limits;
    let Some(file) = &upload.file else {
        let why = NewImage::too_large(limits.image_bytes.into());
        return Err(Error::invalid(FIELD, why));
    };
    let file = file.try_clone().map_err(Error::internal)?;
    let limits = pictures::PictureLimits {
        bytes: limits.image_bytes.into(),
        pixels: limits.image_pixels.into(),
    };
    let made = cx
        .app
        .image_queue
        .encode(file, purpose, limits, cx.request.deadline.instant())
        .map_err(|fault| match fault {
            pictures::PictureError::Refused(refusal) => Error::invalid(FIELD, refusal.to_string()),
            pictures::PictureError::Busy => Deadline::passed_error(),
            pictures::PictureError::Failed(why) => Error::internal(why),
        })?;
    Ok(made.into_image())
}

/// Encodes a picture for a post, and keeps it until there is one.
///
/// # Errors
/// Those of [`encoded`]; `Invalid` if its owner has no room for it, or the key of the request was used for another one.
pub(super) fn keep(
    cx: &Context<'_, Member>,
    upload: &Upload,
    alt: AltText,
    key: Option<IdempotencyKey>,
) -> Result<ImageId> {
    let new = encoded(cx, upload, Purpose::Post)?;
    let (owner, storage_max) = (cx.user.id, cx.app.config.limits.storage_per_user);
    let deadline = cx.request.deadline;
    cx.write(move |tx| {
        // It is on no page until its post is.
        tx.is_on_no_page();
        deadline.check()?;
        images::create_once(tx, owner, &new, &alt, storage_max, key)
    })
}

/// Checks whether there is room for a picture, before one is encoded. `instead_of` is a picture that it would replace.
///
/// # Errors
/// `Invalid` if there is none.
pub(super) fn check_room(cx: &Context<'_, Member>, instead_of: Option<ImageId>) -> Result<()> {
    let storage_max = cx.app.config.limits.storage_per_user;
    cx.read(|conn| images::check_room(conn, cx.user.id, instead_of, storage_max))
}

/// Returns the idempotency key of a form with pictures. What its files hold is a part of it.
///
/// # Errors
/// If a file cannot be read.
pub(super) fn idempotency_key(
    cx: &Context<'_, Member>,
    message: &str,
) -> Result<Option<IdempotencyKey>> {
    let mut text = message.to_owned();
    for name in ["image_id", "alt", "to"] {
        for value in cx.form().all(name).filter(|value| !value.is_empty()) {
            // Nothing that is typed has a zero byte in it. Writing to a string cannot fail.
            let _ = write!(text, "\0{name}={value}");
        }
    }
    for file in files(cx.request) {
        let digest = file.digest().map_err(Error::internal)?;
        let _ = write!(text, "\0{digest}");
    }
    Ok(cx.idempotency_key(&text))
}
