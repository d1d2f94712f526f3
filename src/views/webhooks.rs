//! Webhooks: what is sent to them. `page` is the page on which people manage them.

mod page;

use base64::{Engine, prelude::BASE64_STANDARD};
use maud::{Markup, html};
use serde_json::{Value, json};

use super::{comments, posts, times::rfc3339};
use crate::model::{BasePath, DueDelivery, Post, PostPlace, Webhook, WebhookContent};
pub(crate) use page::{WebhookOwner, WebhooksPage, page};

/// The most bytes of a message of ntfy. A server makes a file of a longer one (<https://docs.ntfy.sh/publish/>).
const NTFY_BYTES_MAX: usize = 4_000;

/// The most bytes in one word of a header that is not ASCII: with its frame it has at most 75 characters (RFC 2047 §2).
const WORD_BYTES_MAX: usize = 45;

/// A message for a server of ntfy.
pub(crate) struct NtfyMessage {
    /// The header `Title`.
    pub(crate) title: String,
    pub(crate) text: String,
}

/// Returns the path of the page that shows something, as a browser sees it.
pub(crate) fn path(content: &WebhookContent, base: &BasePath) -> Option<String> {
    match content {
        WebhookContent::Test => None,
        WebhookContent::Post(post) => Some(base.url(&post.path())),
        WebhookContent::Comment(comment, post) => {
            Some(format!("{}#comment-{}", base.url(&post.path()), comment.id))
        }
    }
}

/// Returns the body of a request, as Standard Webhooks says. `link` is the whole address of the page.
pub(crate) fn standard(
    due: &DueDelivery,
    content: &WebhookContent,
    base: &BasePath,
    link: Option<&str>,
) -> Value {
    let (kind, data) = match content {
        WebhookContent::Test => (
            "test",
            json!({ "message": format!("This is a test of the webhook “{}”.", due.webhook.name) }),
        ),
        WebhookContent::Post(post) => (
            "post.created",
            json!({ "link": link, "post": alone(json!(posts::json(post, base))) }),
        ),
        WebhookContent::Comment(comment, post) => (
            "comment.created",
            json!({
                "link": link,
                "comment": alone(json!(comments::json(comment, base))),
                "post": alone(json!(posts::json(post, base))),
            }),
        ),
    };
    json!({ "type": kind, "timestamp": rfc3339(due.created_at), "data": data })
}

/// Leaves out what others did about a post or comment, and what it is to the owner of the webhook. It is about the one
/// thing that was written, and its receiver may not see what the owner sees.
fn alone(mut thing: Value) -> Value {
    if let Some(fields) = thing.as_object_mut() {
        for field in ["likes", "comments", "via", "unread"] {
            fields.remove(field);
        }
    }
    thing
}

/// Returns the message for a server of ntfy.
pub(crate) fn ntfy(webhook: &Webhook, content: &WebhookContent) -> NtfyMessage {
    let (title, text) = match content {
        WebhookContent::Test => (
            webhook.name.clone(),
            "This is a test of the webhook.".to_owned(),
        ),
        WebhookContent::Post(post) => {
            let author = post.author.shown_name();
            let text = if post.message.is_empty() {
                "A picture"
            } else {
                &post.message
            };
            (format!("{author}{}", places(post)), text.to_owned())
        }
        WebhookContent::Comment(comment, post) => (
            format!(
                "{} on a post of {}",
                comment.author.shown_name(),
                post.author.shown_name()
            ),
            comment.message.clone(),
        ),
    };
    NtfyMessage {
        title: in_header(&title),
        text: shortened(text),
    }
}

/// Names the groups that a post is in.
fn places(post: &Post) -> String {
    let groups = post.to.iter().filter_map(|place| match place {
        PostPlace::Group(group) => Some(group.shown_name()),
        PostPlace::Own | PostPlace::Person(_) => None,
    });
    let groups = groups.collect::<Vec<_>>().join(", ");
    if groups.is_empty() {
        groups
    } else {
        format!(" in {groups}")
    }
}

/// Cuts off what is too long for a message.
fn shortened(mut text: String) -> String {
    if text.len() > NTFY_BYTES_MAX {
        text.truncate(text.floor_char_boundary(NTFY_BYTES_MAX));
        text.push('…');
    }
    text
}

/// Returns a text as a header carries it: in encoded words, if it is not ASCII (RFC 2047), as ntfy reads it.
fn in_header(text: &str) -> String {
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) && !text.contains("=?") {
        return text.trim().to_owned();
    }
    let (mut words, mut rest) = (Vec::new(), text);
    while !rest.is_empty() {
        let (word, others) = rest.split_at(rest.floor_char_boundary(WORD_BYTES_MAX));
        words.push(format!("=?UTF-8?B?{}?=", BASE64_STANDARD.encode(word)));
        rest = others;
    }
    words.join(" ")
}

/// Returns a webhook in `data.json`, without its secret and the query of its address.
pub(crate) fn exported(webhook: &Webhook) -> Value {
    json!({
        "name": webhook.name,
        "url": webhook.shown_url(),
        "body": webhook.body.name(),
        "sends": webhook.topic.name(),
        "is_on": webhook.off_because.is_none(),
        "created_at": rfc3339(webhook.created_at),
    })
}

/// Renders a webhook in a section of the archive.
pub(crate) fn in_section(webhook: &Webhook) -> Markup {
    html! { bdi { (webhook.name) } ", sends to " (webhook.shown_url()) ", created " (rfc3339(webhook.created_at)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_encoded_only_if_it_must_be() {
        assert_eq!(in_header("Ann in Garden"), "Ann in Garden");
        assert_eq!(in_header("Zoë"), "=?UTF-8?B?Wm/Dqw==?=");
        let long = in_header(&"ü".repeat(50));
        let words: Vec<&str> = long.split(' ').collect();
        assert!(words.len() == 3 && words.iter().all(|word| word.len() <= 75));
        for word in words {
            let text = word.trim_start_matches("=?UTF-8?B?").trim_end_matches("?=");
            let bytes = BASE64_STANDARD.decode(text).expect("base64");
            assert!(String::from_utf8(bytes).is_ok(), "a letter is never cut");
        }
        assert!(in_header("=?x?=\n").starts_with("=?UTF-8?B?"));
    }

    #[test]
    fn a_long_message_is_cut_between_letters() {
        let short = shortened("ü".repeat(3_000));
        assert!(short.len() <= NTFY_BYTES_MAX + 3 && short.ends_with("ü…"));
        assert_eq!(shortened("short".into()), "short");
    }
}
