//! Posts.

use serde_json::Value;

use super::requests::idempotency_key;
use crate::{
    error::{Error, Result},
    http::{Json, Response},
    model::{AltText, Attached, Destinations, ImageId, Message, PostId},
    store::{
        events, images,
        posts::{self, Shape},
    },
    views,
    web::{Context, Member, uploads},
};

/// The field that names the pictures of a post.
const FIELD: &str = "images";

pub(crate) fn create(cx: &Context<'_, Member>) -> Result<Response> {
    let sent = cx.json()?;
    let message = message(cx, &sent)?;
    let images = attached(cx, &sent, None)?;
    let to = destinations(&sent)?.unwrap_or_else(Destinations::own);
    let text = key_text(&sent, message.as_str());
    let (author, key) = (cx.user.id, idempotency_key(cx, &text)?);
    let id = cx.write(move |tx| {
        events::check_key(tx, author, key)?;
        posts::create_in(tx, author, &to, &message, &images, key)
    });
    let id = id.map_err(in_json)?;
    let path = cx.app.base.url(&format!("/api/v1/posts/{id}"));
    Ok(shown(cx, 201, id)?.header("Location", path))
}

pub(crate) fn show(cx: &Context<'_, Member>) -> Result<Response> {
    shown(cx, 200, cx.param("id")?)
}

/// Changes the fields that were sent, and leaves the others as they are.
///
/// # Errors
/// `Invalid` if there is none.
pub(crate) fn edit(cx: &Context<'_, Member>) -> Result<Response> {
    let (id, by): (PostId, _) = (cx.param("id")?, cx.user.id);
    let sent = cx.json()?;
    let (has_message, has_images) = (sent.has("message"), sent.has(FIELD));
    let to = destinations(&sent)?;
    if !has_message && !has_images && to.is_none() {
        return Err(Error::invalid("message", "This field is required."));
    }
    let message = has_message.then(|| message(cx, &sent)).transpose()?;
    let images = has_images
        .then(|| attached(cx, &sent, Some(id)))
        .transpose()?;
    let edited =
        cx.write(move |tx| posts::edit(tx, by, id, message.as_ref(), images.as_ref(), to.as_ref()));
    edited.map_err(in_json)?;
    shown(cx, 200, id)
}

pub(crate) fn delete(cx: &Context<'_, Member>) -> Result<Response> {
    cx.act("id", posts::delete)?;
    Ok(Response::empty(204))
}

/// Answers with a post and all its comments.
fn shown(cx: &Context<'_, Member>, status: u16, id: PostId) -> Result<Response> {
    let shape = Shape::Whole { everybody: false };
    let post = cx.read(|conn| {
        let post = posts::find(conn, cx.user.id, id, shape)?;
        cx.with_unread(conn, post)
    })?;
    let post = views::posts::json(&post, &cx.app.base);
    Ok(Response::json(status, &post))
}

/// Renames the field of pictures in an error. The store calls it what forms call it.
fn in_json(error: Error) -> Error {
    match error {
        Error::Invalid(problems) => problems.renamed(uploads::FIELD, FIELD).into(),
        error => error,
    }
}

/// Returns the pictures that a post gets. They were sent before; each keeps its description unless a new one is given.
fn attached(cx: &Context<'_, Member>, sent: &Json, post: Option<PostId>) -> Result<Attached> {
    let wrong = |problem: String| Error::invalid(FIELD, problem);
    let images_max = cx.app.config.limits.images_per_post;
    let named = sent.list(FIELD).map_err(wrong)?;
    // Before each is looked for.
    if named.len() > images_max as usize {
        return Err(wrong(Attached::too_many(images_max)));
    }
    let wanted: Result<Vec<_>, String> = named.iter().map(wanted).collect();
    let wanted = wanted.map_err(wrong)?;
    let ids: Vec<ImageId> = wanted.iter().map(|(id, _)| *id).collect();
    let known = cx.read(|conn| images::choosable(conn, cx.user.id, post, &ids))?;
    let known_alt = |id: ImageId| {
        let image = known.iter().find(|image| image.id == id);
        image.and_then(|image| AltText::parse(&image.alt).ok())
    };
    let attached = wanted
        .into_iter()
        .map(|(id, alt)| (id, alt.or_else(|| known_alt(id)).unwrap_or_default()));
    Attached::parse(attached.collect(), images_max).map_err(wrong)
}

/// Parses one picture of the list: its id, or an object with its id and a description.
///
/// # Errors
/// A sentence for the program's author.
fn wanted(sent: &Value) -> Result<(ImageId, Option<AltText>), String> {
    let (id, alt) = match sent {
        Value::String(id) => (id.as_str(), None),
        Value::Object(fields) => {
            let id = fields.get("id").and_then(Value::as_str);
            let alt = match fields.get("alt") {
                None | Some(Value::Null) => None,
                Some(Value::String(alt)) => Some(alt.as_str()),
                Some(_) => return Err("alt must be a string.".into()),
            };
            (id.unwrap_or_default(), alt)
        }
        _ => ("", None),
    };
    let id = id
        .parse()
        .map_err(|()| "Each picture must be {\"id\", \"alt\"} or an id alone.")?;
    Ok((id, alt.map(AltText::parse).transpose()?))
}

/// Returns what a key stands for: the message, and the pictures and the destinations as they were asked for.
fn key_text(sent: &Json, message: &str) -> String {
    let mut text = message.to_owned();
    for field in [FIELD, "to"] {
        let list = sent.list(field).unwrap_or_default();
        if !list.is_empty() {
            text = format!("{text}\0{}", serde_json::json!(list));
        }
    }
    text
}

/// Parses the destinations of a post; none if the program names none.
pub(in crate::web) fn destinations(sent: &Json) -> Result<Option<Destinations>> {
    let wrong = |problem: String| Error::invalid("to", problem);
    if !sent.has("to") {
        return Ok(None);
    }
    let list = sent.list("to").map_err(wrong)?;
    let words: Option<Vec<&str>> = list.iter().map(Value::as_str).collect();
    let words = words.ok_or_else(|| wrong("Each destination must be a string.".into()))?;
    Destinations::parse(words.into_iter())
        .map(Some)
        .map_err(wrong)
}

fn message(cx: &Context<'_, Member>, sent: &Json) -> Result<Message> {
    let message = sent.text("message");
    message
        .and_then(|text| Message::parse_or_none(text, cx.app.config.limits.post_chars))
        .map_err(|problem| Error::invalid("message", problem))
}
