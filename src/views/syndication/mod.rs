//! Feeds for other programs: Atom 1.0 (RFC 4287), JSON Feed 1.1, and plain text.

mod atom;
mod json;
mod text;

use maud::{Markup, html};

use super::{RenderContext, bodies};
use crate::model::{BaseUrl, Image, Post, Rendition, SyndicatedPage, SyndicationIds};

pub(crate) use atom::atom;
pub(crate) use json::json;
pub(crate) use text::lines;

/// What a feed needs beside its posts.
pub(crate) struct Syndicated<'a> {
    pub(crate) page: &'a SyndicatedPage,
    pub(crate) site_name: &'a str,
    pub(crate) ids: SyndicationIds<'a>,
    /// The address of the site, if its operator has set it. Otherwise the addresses in a feed are relative to its own.
    pub(crate) base_url: Option<&'a BaseUrl>,
    pub(crate) render: RenderContext<'a>,
}

impl Syndicated<'_> {
    /// Returns the address of a path that is not encoded yet.
    fn url(&self, path: &str) -> String {
        self.whole(&self.render.base.url(path))
    }

    /// Returns the address of an encoded path inside the site.
    fn url_encoded(&self, path: &str) -> String {
        self.whole(&self.render.base.url_encoded(path))
    }

    fn whole(&self, path_and_base: &str) -> String {
        let origin = self.base_url.map_or("", |url| url.origin.as_str());
        format!("{origin}{path_and_base}")
    }

    fn title(&self) -> String {
        format!("{} · {}", self.page.title, self.site_name)
    }

    /// Renders the text and the pictures of a post as HTML for feed readers, which have no style sheet of ours.
    fn content(&self, post: &Post) -> String {
        let text = bodies::body(&post.body, &self.render).into_string();
        let pictures = post.images.iter().map(|image| self.picture(image));
        let text = html! {
            @if !post.message.is_empty() {
                @let words = maud::PreEscaped(text.replace('\n', "<br>"));
                @if bodies::has_blocks(&post.body) { div { (words) } } @else { p { (words) } }
            }
            @for picture in pictures { p { (picture) } }
        };
        // The links of mentions and tags begin with the base.
        let origin = self.whole("");
        if origin.is_empty() {
            return text.into_string();
        }
        text.into_string()
            .replace("href=\"/", &format!("href=\"{origin}/"))
    }

    fn picture(&self, image: &Image) -> Markup {
        html! {
            img src=(self.picture_url(image)) alt=(image.alt) width=(image.width) height=(image.height);
        }
    }

    fn picture_url(&self, image: &Image) -> String {
        self.whole(&image.url(Rendition::Full, self.render.base))
    }
}

/// Removes the characters that XML 1.0 cannot contain (§2.2, production 2).
fn xml(text: &str) -> String {
    let is_allowed = |c: &char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars().filter(is_allowed).collect()
}
