//! Images in a post, and the parts of forms that add, describe and remove them.

use maud::{Markup, html};
use serde_json::{Value, json};

use super::{
    Filled, RenderContext,
    destinations::ToChoice,
    forms,
    icons::Icon,
    names::{avatar, group_avatar},
    phrases::phrase,
};
use crate::{
    model::{BasePath, Group, Image, ImageId, OwnImage, Post, ROW, Rendition, User},
    words::{count, fill, say},
};

/// File types that the browser offers to choose from. The server goes by the content, not by this type.
const ACCEPTED: &str = "image/jpeg,image/png,image/gif,image/webp";

/// A post that is being written or edited.
pub(crate) struct Compose<'a> {
    pub(crate) filled: Filled<'a>,
    /// Images that were uploaded already, each with its description as typed.
    pub(crate) images: &'a [Image],
    /// Images that the author wants to remove, out of `images`.
    pub(crate) removed: &'a [ImageId],
    /// Descriptions typed for files that are not uploaded yet, in order.
    pub(crate) words: &'a [String],
    pub(crate) limits: ImageLimits,
    /// Where the post goes.
    pub(crate) to: &'a ToChoice,
}

/// Limits on images that the script checks before it uploads, with the server's messages.
#[derive(Clone)]
pub(crate) struct ImageLimits {
    pub(crate) per_post: u32,
    pub(crate) bytes: u64,
    pub(crate) too_many: String,
    pub(crate) too_large: String,
    pub(crate) no_picture: String,
}

/// Renders a post's images: one alone as large as its column, several in a grid. Each links to its full size. The sizes of
/// all boxes are in the markup and the style, so the page does not jump when they load.
pub(super) fn row(post: &Post, render: &RenderContext<'_>) -> Markup {
    let (images, author) = (&post.images, post.author.shown_name());
    html! {
        @if !images.is_empty() {
            @let count = images.len();
            div class={ "pictures of-" (count) } id={ "post-" (post.id) "-pictures" } {
                @for (n, image) in images.iter().enumerate() {
                    @let number = (count > 1).then_some(n + 1);
                    (link(image, &description(image, number, author), count == 1, render.base))
                }
            }
        }
    }
}

/// Returns the alt text of an image. Without a description it names the author: the image is a link, and links need a
/// name.
fn description(image: &Image, number: Option<usize>, author: &str) -> String {
    match (image.alt.as_str(), number) {
        ("", None) => fill("Picture by {author}", &[("author", author)]),
        ("", Some(number)) => fill(
            "Picture {number} by {author}",
            &[("number", &number.to_string()), ("author", author)],
        ),
        (alt, _) => alt.to_owned(),
    }
}

/// Renders an image as a link to its full size. One alone is shown at twice the size of the row, if it is that large.
fn link(image: &Image, alt: &str, is_alone: bool, base: &BasePath) -> Markup {
    let url = |rendition| image.url(rendition, base);
    let in_row = image.row_size();
    let twice = ROW.twice().size(image.width, image.height);
    // A small image has no 2x rendition; the animated row rendition is 2x already.
    let has_double = twice != in_row;
    let (still, double) = if has_double && is_alone {
        (url(Rendition::DoubleRow), None)
    } else {
        let double = has_double.then(|| format!("{} 2x", url(Rendition::DoubleRow)));
        (url(Rendition::Row), double)
    };
    let (width, height) = if is_alone { twice } else { in_row };
    let shown = |src: &str, double: Option<&String>| {
        html! {
            img src=(src) srcset=[double] width=(width) height=(height) alt=(alt) loading="lazy" decoding="async";
        }
    };
    let largest = if image.is_moving {
        Rendition::Moving
    } else {
        Rendition::Full
    };
    html! {
        // In a grid, tall images fill their boxes; short ones keep their size.
        a class=[(in_row.1 < ROW.height).then_some("small")] href=(url(largest)) data-size={ (image.width) "x" (image.height) } {
            @if image.is_moving {
                picture {
                    source media="(prefers-reduced-motion: reduce)"
                        srcset=(double.as_ref().map_or(still.clone(), |double| format!("{still}, {double}")));
                    (shown(&url(Rendition::MovingRow), None))
                }
            } @else { (shown(&still, double.as_ref())) }
        }
    }
}

/// Returns the title of a post with this many pictures and no text: `A picture`, `3 pictures`.
pub(super) fn in_words(images: u32) -> String {
    count(images.max(1).into(), "A picture", "{n} pictures")
}

/// Renders the composer's list of uploaded images. The script adds those that it uploads.
pub(super) fn chosen(compose: &Compose<'_>, render: &RenderContext<'_>) -> Markup {
    html! {
        ol.shots {
            @for (n, image) in compose.images.iter().enumerate() { (shot(n + 1, image, compose, render.base)) }
        }
        (forms::field_problem("image", compose.filled.problems))
    }
}

/// Renders the part of the edit form that describes, removes and adds a post's images.
pub(super) fn changed(
    form: &str,
    images: &[Image],
    compose: &Compose<'_>,
    render: &RenderContext<'_>,
) -> Markup {
    let problem = compose.filled.problems.about("image");
    let (field, error) = (format!("{form}-image"), format!("{form}-image-error"));
    html! {
        ol.shots {
            @for (n, image) in images.iter().enumerate() { (shot(n + 1, image, compose, render.base)) }
        }
        (forms::field_problems("image", &error, compose.filled.problems))
        div.more {
            label for=(field) { (say("Add pictures")) }
            input id=(field) type="file" name="image" multiple accept=(ACCEPTED)
                aria-invalid=[problem.map(|_| "true")] aria-describedby=[problem.map(|_| &error)];
            (words_for_files(images.len(), compose))
        }
    }
}

/// Renders the file field of the composer.
pub(super) fn chooser(compose: &Compose<'_>, base: &BasePath) -> Markup {
    let wrong = compose.filled.problems.about("image").is_some();
    html! {
        div.attach {
            label for="image" { (Icon::Pictures.drawn(base)) " " (say("Add pictures")) }
            input #image type="file" name="image" multiple accept=(ACCEPTED)
                aria-invalid=[wrong.then_some("true")] aria-describedby=[wrong.then_some("image-error")];
        }
    }
}

/// Renders the fields that describe newly chosen files, in the order in which the browser sends them. They are numbered
/// after the `there` images that exist already.
pub(super) fn words_for_files(there: usize, compose: &Compose<'_>) -> Markup {
    html! {
        details open[!compose.words.is_empty()] {
            summary { (if there > 0 { say("Describe the new pictures") } else { say("Describe the pictures") }) }
            p.hint { (say("For people who cannot see them, in the order in which you chose the files.")) }
            @for n in there..compose.limits.per_post as usize {
                label {
                    (phrase("Picture {n}", &[("n", &(n + 1))])) " "
                    input name="alt" value=[compose.words.get(n - there)] autocomplete="off";
                }
                " "
            }
        }
    }
}

/// Renders an uploaded image in a form.
fn shot(number: usize, image: &Image, compose: &Compose<'_>, base: &BasePath) -> Markup {
    let id = image.id.to_string();
    let is_removed = compose.removed.contains(&image.id);
    html! {
        li.shot {
            figure { img src=(image.url(Rendition::Row, base)) alt=""; }
            div {
                label {
                    (phrase("Picture {n}: what does it show?", &[("n", &number)]))
                    input name="alt" value=(image.alt) autocomplete="off";
                }
                input type="hidden" name="image_id" value=(id);
                label.remove {
                    input type="checkbox" name="remove_image" value=(id) checked[is_removed];
                    " " (phrase("Remove picture {n}", &[("n", &number)]))
                }
            }
        }
    }
}

/// Renders the avatar field of the profile form.
pub(super) fn of_oneself(user: &User, filled: &Filled<'_>, base: &BasePath) -> Markup {
    portrait(&avatar(user, "large", base), filled)
}

/// Renders the picture field of the form of a group.
pub(super) fn of_group(group: Option<&Group>, filled: &Filled<'_>, base: &BasePath) -> Markup {
    let shown = group.map_or_else(Markup::default, |group| group_avatar(group, "large", base));
    portrait(&shown, filled)
}

/// Renders the field of a picture beside the one that there is.
fn portrait(shown: &Markup, filled: &Filled<'_>) -> Markup {
    let wrong = filled.problems.about("image").is_some();
    html! {
        div.field.portrait {
            (shown)
            div {
                label for="image" { (say("Picture (optional)")) }
                input #image type="file" name="image" accept=(ACCEPTED) aria-invalid=[wrong.then_some("true")]
                    aria-describedby=(if wrong { "image-error" } else { "image-hint" });
                p.hint #image-hint { (say("It is cropped to a square around its centre.")) }
                (forms::field_problem("image", filled.problems))
            }
        }
    }
}

/// Renders the form that removes the avatar.
pub(super) fn removal(render: &RenderContext<'_>) -> Markup {
    html! {
        form.form method="post" action=(render.base.url("/profile/delete-image")) {
            (forms::token(render.form_token))
            button.quiet { (say("Remove picture")) }
        }
    }
}

/// Returns an image of the member in `data.json`: of a post, the avatar, or one that is not used yet.
pub(crate) fn exported(own: &OwnImage) -> Value {
    json!({
        "id": own.image.id,
        "file": own.file(),
        "width": own.image.width,
        "height": own.image.height,
        "alt": own.image.alt,
        "moving": own.image.is_moving,
        "post_id": own.post,
    })
}

/// Renders an image in the archive, linked to its file.
pub(crate) fn in_archive(own: &OwnImage) -> Markup {
    let (image, file) = (&own.image, own.file());
    html! {
        a href=(file) { img src=(file) width=(image.width) height=(image.height) alt=(image.alt) loading="lazy"; }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ImageId, Timestamp};

    fn image(width: u32, height: u32, is_moving: bool) -> Image {
        Image {
            id: ImageId::new(Timestamp(0)),
            width,
            height,
            alt: String::new(),
            is_moving,
        }
    }

    fn drawn(image: &Image) -> String {
        let drawn = link(image, "<A sea>", false, &BasePath::default()).into_string();
        drawn.replace(&image.id.to_string(), "ID")
    }

    #[test]
    fn a_picture_in_the_row_has_its_size_a_double_and_leads_to_all_of_it() {
        assert_eq!(
            drawn(&image(2_048, 1_536, false)),
            r#"<a href="/image/ID/full" data-size="2048x1536"><img src="/image/ID/row" srcset="/image/ID/row-2x 2x" width="267" height="200" alt="&lt;A sea&gt;" loading="lazy" decoding="async"></a>"#
        );
    }

    #[test]
    fn a_picture_alone_is_twice_as_large() {
        let alone = |width, height, is_moving| {
            let image = image(width, height, is_moving);
            let drawn = link(&image, "", true, &BasePath::default()).into_string();
            drawn.replace(&image.id.to_string(), "ID")
        };
        assert!(
            alone(2_048, 1_536, false)
                .contains(r#"<img src="/image/ID/row-2x" width="533" height="400""#)
        );
        assert!(
            alone(20, 30, false).contains(r#"<img src="/image/ID/row" width="20" height="30""#)
        );
        let moving = alone(1_000, 750, true);
        assert!(moving.contains(r#"srcset="/image/ID/row-2x">"#), "{moving}");
        assert!(
            moving.contains(r#"<img src="/image/ID/moving-row" width="533""#),
            "{moving}"
        );
    }

    #[test]
    fn a_small_picture_stays_as_it_is_and_has_no_double() {
        let tiny = drawn(&image(2, 3, false));
        assert!(tiny.contains(r#"class="small""#), "{tiny}");
        assert!(tiny.contains(r#"width="2" height="3""#), "{tiny}");
        assert!(!tiny.contains("srcset"), "{tiny}");
        let panorama = drawn(&image(2_048, 20, false));
        assert!(panorama.contains(r#"class="small""#), "{panorama}");
    }

    #[test]
    fn an_animation_has_a_still_for_those_who_want_no_motion() {
        let moving = drawn(&image(1_000, 750, true));
        assert!(
            moving.contains(r#"<source media="(prefers-reduced-motion: reduce)" srcset="/image/ID/row, /image/ID/row-2x 2x">"#),
            "{moving}"
        );
        assert!(
            moving.contains(r#"<img src="/image/ID/moving-row" width="267""#),
            "{moving}"
        );
        assert!(moving.contains(r#"href="/image/ID/moving""#), "{moving}");
    }

    #[test]
    fn a_picture_that_nobody_described_is_named() {
        let mut one = image(10, 10, false);
        assert_eq!(description(&one, None, "Bob"), "Picture by Bob");
        assert_eq!(description(&one, Some(2), "Bob"), "Picture 2 by Bob");
        one.alt = "The sea".into();
        assert_eq!(description(&one, Some(2), "Bob"), "The sea");
    }
}
