//! Previews that other sites show of a link to a page (the Open Graph protocol, <https://ogp.me>, and the cards of X).

use maud::{Markup, html};

use super::{Layout, posts, times::rfc3339};
use crate::{
    assets,
    model::{
        BasePath, GroupProfile, Image, ImageId, MediaType, Post, Profile, Rendition, Timestamp,
    },
};

/// The longest description, in characters. Others cut longer ones.
const DESCRIPTION_CHARS_MAX: usize = 200;

/// The side of an avatar in a preview, in pixels.
const AVATAR_SIDE: u32 = 400;

/// A preview that other sites show of a link to a page.
pub(crate) struct Preview {
    kind: &'static str,
    title: String,
    description: String,
    /// Path inside the site; not encoded yet.
    path: String,
    published_at: Option<Timestamp>,
    picture: Option<PreviewPicture>,
}

/// The picture of a preview.
struct PreviewPicture {
    /// Path of the picture, with the base.
    url: String,
    media_type: &'static str,
    width: u32,
    height: u32,
    alt: String,
    /// Shown as large as the preview, and not beside its words.
    is_large: bool,
}

/// Returns the preview of a post.
pub(super) fn of_post(post: &Post, base: &BasePath) -> Preview {
    let author = &post.author;
    let picture = post.images.first().map(|image| of_image(image, base));
    let alt = picture.as_ref().map(|picture| picture.alt.as_str());
    let text = match alt.filter(|alt| post.message.is_empty() && !alt.is_empty()) {
        Some(alt) => beginning(alt),
        None if post.message.is_empty() => posts::words(post),
        None => beginning(&post.message),
    };
    Preview {
        kind: "article",
        title: title(&author.name, author.username.as_str()),
        description: text,
        path: post.path(),
        published_at: Some(post.created_at),
        picture,
    }
}

/// Returns the preview of a profile.
pub(super) fn of_profile(profile: &Profile, base: &BasePath) -> Preview {
    let user = &profile.user;
    Preview {
        kind: "profile",
        title: title(&user.name, user.username.as_str()),
        description: beginning(&profile.bio),
        path: user.path(),
        published_at: None,
        picture: user.avatar.map(|avatar| portrait(avatar, base)),
    }
}

/// Returns the preview of a group.
pub(super) fn of_group(profile: &GroupProfile, base: &BasePath) -> Preview {
    let group = &profile.group;
    Preview {
        kind: "website",
        title: group.shown_name().to_owned(),
        description: beginning(&profile.about),
        path: group.path(),
        published_at: None,
        picture: group.avatar.map(|avatar| portrait(avatar, base)),
    }
}

/// Returns the preview of the site. `about` are the words of the operator, or empty.
pub(super) fn of_site(name: &str, about: &str, base: &BasePath) -> Preview {
    Preview {
        kind: "website",
        title: name.to_owned(),
        description: beginning(about),
        path: "/".to_owned(),
        published_at: None,
        picture: Some(PreviewPicture {
            url: assets::url(base, "icon-512.png"),
            media_type: "image/png",
            width: 512,
            height: 512,
            alt: String::new(),
            is_large: false,
        }),
    }
}

/// Returns the largest rendition of an image; of an animation, the first frame.
fn of_image(image: &Image, base: &BasePath) -> PreviewPicture {
    PreviewPicture {
        url: image.url(Rendition::Full, base),
        media_type: MediaType::WebP.as_str(),
        width: image.width,
        height: image.height,
        alt: image.alt.clone(),
        is_large: true,
    }
}

fn portrait(image: ImageId, base: &BasePath) -> PreviewPicture {
    PreviewPicture {
        url: image.url(Rendition::Avatar(AVATAR_SIDE), base),
        media_type: MediaType::WebP.as_str(),
        width: AVATAR_SIDE,
        height: AVATAR_SIDE,
        alt: String::new(),
        is_large: false,
    }
}

fn title(name: &str, username: &str) -> String {
    if name.is_empty() {
        format!("@{username}")
    } else {
        format!("{name} (@{username})")
    }
}

/// Returns a text in one line, cut between words with an ellipsis if it is too long.
fn beginning(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((end, _)) = line.char_indices().nth(DESCRIPTION_CHARS_MAX) else {
        return line;
    };
    let (kept, rest) = line.split_at(end);
    let whole = match kept.rsplit_once(' ') {
        // Some scripts have few spaces or none.
        Some((words, _)) if !rest.starts_with(' ') && words.len() > kept.len() / 2 => words,
        _ => kept,
    };
    format!("{whole}…")
}

/// Renders a preview in the head of a page. It is for guests alone: other programs read the page as they do, and what they
/// may not read is on none of their pages. Absolute addresses come from the configuration.
pub(super) fn head(layout: &Layout<'_>, preview: &Preview) -> Markup {
    let is_for_guest = layout.user.is_none();
    let site = layout.base_url;
    let picture = preview.picture.as_ref();
    let is_large = picture.is_some_and(|picture| picture.is_large) && site.is_some();
    html! {
        @if is_for_guest {
            meta property="og:site_name" content=(layout.site_name);
            meta property="og:type" content=(preview.kind);
            meta property="og:title" content=(preview.title);
            @if !preview.description.is_empty() {
                meta property="og:description" content=(preview.description);
                meta name="description" content=(preview.description);
            }
            @if let Some(time) = preview.published_at { meta property="article:published_time" content=(rfc3339(time)); }
            meta name="twitter:card" content=(if is_large { "summary_large_image" } else { "summary" });
            @if let Some(site) = site {
                link rel="canonical" href=(site.url(&preview.path));
                meta property="og:url" content=(site.url(&preview.path));
                @if let Some(picture) = picture {
                    meta property="og:image" content={ (site.origin) (picture.url) };
                    meta property="og:image:type" content=(picture.media_type);
                    meta property="og:image:width" content=(picture.width);
                    meta property="og:image:height" content=(picture.height);
                    @if !picture.alt.is_empty() { meta property="og:image:alt" content=(picture.alt); }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_ends_between_words() {
        assert_eq!(beginning(" one\n\n two\tthree "), "one two three");
        let exact = "a".repeat(DESCRIPTION_CHARS_MAX);
        assert_eq!(beginning(&exact), exact);
        assert_eq!(beginning(&format!("{exact} b")), format!("{exact}…"));
        assert_eq!(beginning(&format!("{exact}b")), format!("{exact}…"));
        let words = "ein schöner Tag ".repeat(20);
        let cut = beginning(&words);
        assert!(cut.ends_with('…') && cut.chars().count() <= DESCRIPTION_CHARS_MAX + 1);
        assert!(words.starts_with(cut.trim_end_matches('…')), "{cut}");
        let whole = cut.trim_end_matches('…').len();
        assert_eq!(&words[whole..=whole], " ", "whole words");
        for unspaced in ["ж".repeat(300), format!("あ {}", "い".repeat(300))] {
            assert_eq!(
                beginning(&unspaced).chars().count(),
                DESCRIPTION_CHARS_MAX + 1
            );
        }
    }
}
