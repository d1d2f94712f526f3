//! Atom 1.0 (RFC 4287), with the number of comments by RFC 4685.

use maud::{Markup, PreEscaped, html};

use super::{Syndicated, xml};
use crate::{
    model::Post,
    views::{posts::words, times::rfc3339},
};

/// Renders a feed. Elements are closed by a tag of their own, because maud writes HTML.
pub(crate) fn atom(feed: &Syndicated<'_>) -> Markup {
    let page = feed.page;
    html! {
        (PreEscaped("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"))
        feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0" {
            id { (feed.ids.of_feed(&page.path)) }
            title { (xml(&feed.title())) }
            updated { (rfc3339(page.updated_at())) }
            link rel="self" type="application/atom+xml" href=(feed.url_encoded(&page.path)) {}
            link rel="alternate" type="text/html" href=(feed.url_encoded(&page.page)) {}
            generator { "QuartFeed" }
            @for post in &page.posts { (entry(feed, post)) }
        }
    }
}

fn entry(feed: &Syndicated<'_>, post: &Post) -> Markup {
    let author = &post.author;
    html! {
        entry {
            id { (feed.ids.of_post(post.id)) }
            title { (xml(&words(post))) }
            published { (rfc3339(post.created_at)) }
            updated { (rfc3339(post.updated_at())) }
            author {
                name { (xml(author.shown_name())) }
                uri { (feed.url(&author.path())) }
            }
            link rel="alternate" type="text/html" href=(feed.url(&post.path())) {}
            @if post.comments.count > 0 {
                link rel="replies" type="text/html" href=(feed.url(&post.path())) thr:count=(post.comments.count) {}
            }
            @for image in &post.images {
                @if let Some(file) = feed.page.file(image.id) {
                    link rel="enclosure" type=(file.media_type.as_str()) length=(file.bytes) title=(xml(&image.alt))
                        href=(feed.picture_url(image)) {}
                }
            }
            @for tag in post.body.tags() { category term=(xml(tag.as_typed())) {} }
            content type="html" { (xml(&feed.content(post))) }
        }
    }
}
