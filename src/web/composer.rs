//! The form in which a post is written or changed.

use super::uploads::RefusedPictures;
use crate::{
    app::App,
    model::{Attached, NewImage},
    views::{
        Filled,
        destinations::ToChoice,
        pictures::{Compose, ImageLimits},
    },
    words::{message, say},
};

/// Returns the form in which a post is written or changed, as far as it is filled in.
pub(super) fn composing<'a>(
    app: &App,
    filled: Filled<'a>,
    pictures: &'a RefusedPictures,
    to: &'a ToChoice,
) -> Compose<'a> {
    let limits = &app.config.limits;
    let limits = ImageLimits {
        per_post: limits.images_per_post,
        bytes: limits.image_bytes.into(),
        too_many: message(&Attached::too_many(limits.images_per_post)).into_owned(),
        too_large: message(&NewImage::too_large(limits.image_bytes.into())).into_owned(),
        no_picture: say("Images only!").to_owned(),
    };
    Compose {
        filled,
        images: &pictures.images,
        removed: &pictures.removed,
        words: &pictures.words,
        limits,
        to,
    }
}
