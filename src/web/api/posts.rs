use serde_json::Value;

use super::{created, key};
use crate::web::uploads;
use crate::{
    app::App,
    error::{Error, Result},
    http::{Request, Response},
    model::{AltText, Attached, ImageId, Message, PostId, User},
    store::{
        events, images,
        posts::{self, Shape},
    },
    views::json,
};

/// The field that names the pictures of a post.
const FIELD: &str = "images";

pub(crate) fn create(app: &App, request: &Request, user: &User) -> Result<Response> {
    let message = message(app, request)?;
    let images = attached(app, request, user, None)?;
    let text = key_text(request, message.as_str())?;
    let (author, key) = (user.id, key(request, &text)?);
    let id = app.db.write(request.now, move |tx| {
        events::check_key(tx, author, key)?;
        posts::create(tx, author, &message, &images, key)
    });
    let id = id.map_err(in_json)?;
    let path = app.base.url(&format!("/api/v1/posts/{id}"));
    Ok(created(path, &whole(app, user, id)?))
}

pub(crate) fn show(app: &App, request: &Request, user: &User) -> Result<Response> {
    let post = whole(app, user, request.param("id")?)?;
    Ok(Response::json(200, &post))
}

pub(crate) fn edit(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (id, by): (PostId, _) = (request.param("id")?, user.id);
    let sent = request.json()?;
    // What is not said stays as it is; but something should be.
    let (words, images) = (sent.has("message"), sent.has(FIELD));
    if !words && !images {
        return Err(Error::invalid("message", "This field is required."));
    }
    let message = words.then(|| message(app, request)).transpose()?;
    let images = images
        .then(|| attached(app, request, user, Some(id)))
        .transpose()?;
    let edited = app.db.write(request.now, move |tx| {
        posts::edit(tx, by, id, message.as_ref(), images.as_ref())
    });
    edited.map_err(in_json)?;
    Ok(Response::json(200, &whole(app, user, id)?))
}

pub(crate) fn delete(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (id, by): (PostId, _) = (request.param("id")?, user.id);
    app.db
        .write(request.now, move |tx| posts::delete(tx, by, id))?;
    Ok(Response::empty(204))
}

/// With all its comments.
fn whole(app: &App, user: &User, id: PostId) -> Result<serde_json::Value> {
    let shape = Shape::Whole { everybody: false };
    let post = app.db.read(|conn| posts::find(conn, user.id, id, shape))?;
    Ok(json::post(&post, &app.base))
}

/// The store calls a field by what it is in forms.
fn in_json(error: Error) -> Error {
    match error {
        Error::Invalid(problems) => problems.renamed(uploads::FIELD, FIELD).into(),
        error => error,
    }
}

/// Pictures that were sent before, by their ids; with other words than they have, if there are some.
fn attached(app: &App, request: &Request, user: &User, post: Option<PostId>) -> Result<Attached> {
    let sent = request.json()?;
    let wrong = |problem: String| Error::invalid(FIELD, problem);
    let images_max = app.config.limits.images_per_post;
    let named = sent.list(FIELD).map_err(wrong)?;
    // Before each is looked for.
    if named.len() > images_max as usize {
        return Err(wrong(Attached::too_many(images_max)));
    }
    let mut wanted = Vec::new();
    for one in named {
        let (id, alt) = match one {
            Value::String(id) => (id.as_str(), None),
            Value::Object(fields) => {
                let id = fields.get("id").and_then(Value::as_str);
                let alt = match fields.get("alt") {
                    None | Some(Value::Null) => None,
                    Some(Value::String(alt)) => Some(alt.as_str()),
                    Some(_) => return Err(wrong("alt must be a string.".into())),
                };
                (id.unwrap_or_default(), alt)
            }
            _ => ("", None),
        };
        let id: ImageId = id
            .parse()
            .map_err(|()| wrong("Each picture is {\"id\", \"alt\"}, or the id alone.".into()))?;
        wanted.push((id, alt.map(AltText::parse).transpose().map_err(wrong)?));
    }
    let ids: Vec<ImageId> = wanted.iter().map(|(id, _)| *id).collect();
    let known = app
        .db
        .read(|conn| images::choosable(conn, user.id, post, &ids))?;
    let words_of = |id: ImageId| {
        let image = known.iter().find(|image| image.id == id);
        image.and_then(|image| AltText::parse(&image.alt).ok())
    };
    let attached = wanted
        .into_iter()
        .map(|(id, alt)| (id, alt.or_else(|| words_of(id)).unwrap_or_default()));
    Attached::parse(attached.collect(), images_max).map_err(wrong)
}

/// What a key stands for: the words, and the pictures as they were asked for.
fn key_text(request: &Request, message: &str) -> Result<String> {
    let sent = request.json()?;
    let images = sent.list(FIELD).unwrap_or_default();
    if images.is_empty() {
        return Ok(message.to_owned());
    }
    Ok(format!("{message}\0{}", serde_json::json!(images)))
}

fn message(app: &App, request: &Request) -> Result<Message> {
    let sent = request.json()?;
    let message = sent.text("message");
    message
        .and_then(|text| Message::parse_or_none(text, app.config.limits.post_chars))
        .map_err(|problem| Error::invalid("message", problem))
}
