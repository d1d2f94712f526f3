//! People and groups in a line of text: their avatar and their name.

use maud::{Markup, html};

use super::RenderContext;
use crate::model::{BasePath, Group, Hue, ImageId, Rendition, User};

/// Renders an avatar: the uploaded image, or a square with the first letter of the name. `size` is a class: empty,
/// `small` or `large`. The alt text is empty because the name is beside it, after a space.
pub(super) fn avatar(user: &User, size: &str, base: &BasePath) -> Markup {
    portrait(user.avatar, user.shown_name(), user.hue(), size, base)
}

/// Renders the picture of a group, like [`avatar`].
pub(super) fn group_avatar(group: &Group, size: &str, base: &BasePath) -> Markup {
    portrait(group.avatar, group.shown_name(), group.hue(), size, base)
}

/// Renders an uploaded picture, or a square with the first letter of the name.
fn portrait(picture: Option<ImageId>, name: &str, hue: Hue, size: &str, base: &BasePath) -> Markup {
    if let Some(picture) = picture {
        // Size in CSS pixels, then the square renditions for 1x and for 2x screens.
        let (shown, plain, dense) = match size {
            "small" => (32, 50, 100),
            "large" => (96, 100, 200),
            _ => (50, 50, 100),
        };
        let url = |side| picture.url(Rendition::Avatar(side), base);
        return html! {
            img class={ "avatar " (size) } src=(url(plain)) srcset={ (url(dense)) " 2x" } width=(shown) height=(shown)
                alt="" loading="lazy" decoding="async";
            " "
        };
    }
    let letter = name.chars().find(|c| c.is_alphanumeric());
    let letter = letter.or_else(|| name.chars().next()).unwrap_or('?');
    html! {
        span class={ "avatar hue-" (hue) " " (size) } aria-hidden="true" {
            (letter.to_uppercase())
        }
        " "
    }
}

/// Renders a person's name as a link to their profile.
pub(super) fn link(user: &User, render: &RenderContext<'_>) -> Markup {
    html! { a href=(render.base.url(&user.path())) { bdi { (user.shown_name()) } } }
}

/// Renders the title of a group as a link to its page.
pub(super) fn group_link(group: &Group, render: &RenderContext<'_>) -> Markup {
    html! { a href=(render.base.url(&group.path())) { bdi { (group.shown_name()) } } }
}
