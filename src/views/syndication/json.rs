//! JSON Feed 1.1 (<https://jsonfeed.org/version/1.1>).

use serde_json::{Value, json};

use super::Syndicated;
use crate::{
    model::Post,
    views::{posts::words, times::rfc3339},
};

/// Returns a feed. The number of comments is in an extension.
pub(crate) fn json(feed: &Syndicated<'_>) -> Value {
    let page = feed.page;
    let items: Vec<Value> = page.posts.iter().map(|post| item(feed, post)).collect();
    json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title(),
        "home_page_url": feed.url_encoded(&page.page),
        "feed_url": feed.url_encoded(&page.path),
        "items": items,
    })
}

fn item(feed: &Syndicated<'_>, post: &Post) -> Value {
    let author = &post.author;
    let attachments = post.images.iter().filter_map(|image| {
        let file = feed.page.file(image.id)?;
        Some(json!({
            "url": feed.picture_url(image),
            "mime_type": file.media_type.as_str(),
            "title": image.alt,
            "size_in_bytes": file.bytes,
        }))
    });
    let attachments: Vec<Value> = attachments.collect();
    let tags: Vec<&str> = post.body.tags().iter().map(|tag| tag.as_typed()).collect();
    json!({
        "id": feed.ids.of_post(post.id),
        "url": feed.url(&post.path()),
        "title": words(post),
        "content_html": feed.content(post),
        "content_text": post.message,
        "date_published": rfc3339(post.created_at),
        "date_modified": rfc3339(post.updated_at()),
        "authors": [{ "name": author.shown_name(), "url": feed.url(&author.path()) }],
        "tags": tags,
        "attachments": attachments,
        "_quartfeed": { "comments": post.comments.count },
    })
}
