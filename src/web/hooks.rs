//! Addresses at which scripts post in a person's name: the settings page, and what answers at such an address.

use serde_json::json;

use super::{Anyone, Context, Fresh, Member, api::requests::idempotency_key, destinations, links};
use crate::{
    error::{Error, Result},
    http::Response,
    model::{Attached, Destinations, Hook, HookId, Message, NewHook, PostId, Problems, Token},
    store::{events, hooks, posts},
    views::{self, Filled},
};

/// The media types of a text and of a form; a script that names none sends a text.
const PLAIN: [&str; 2] = ["", "text/plain"];
const FORM: &str = "application/x-www-form-urlencoded";

pub(crate) fn index(cx: &Context<'_, Member>) -> Result<Response> {
    page(cx, &Problems::default(), None)
}

/// Makes an address, and shows it on the page that answers: it is stored nowhere, so no other page could.
pub(crate) fn create(cx: &Context<'_, Fresh>) -> Result<Response> {
    let cx = cx.admit::<Member>(cx.user);
    let mut problems = Problems::default();
    destinations::checked(&cx, &mut problems)?;
    let new = NewHook::parse(
        cx.typed("name"),
        Destinations::parse(cx.form().all(destinations::FIELD)),
    );
    let new = match new {
        Ok(new) if problems.is_empty() => new,
        Ok(_) => return Err(problems.into()),
        Err(found) => return Err(found.into()),
    };
    let (key, by) = (Token::random(), cx.user.id);
    let hash = key.hash();
    cx.write(move |tx| hooks::create(tx, by, &new, &hash))?;
    page(&cx, &Problems::default(), Some(&key))
}

/// Shows the page with the form as it was refused.
pub(crate) fn again(cx: &Context<'_, Fresh>, problems: &Problems) -> Result<Response> {
    page(&cx.admit(cx.user), problems, None)
}

pub(crate) fn revoke(cx: &Context<'_, Member>) -> Result<Response> {
    cx.act("id", |tx, owner, hook: HookId| {
        hooks::revoke(tx, owner, hook)
    })?;
    Ok(cx.see_other("/settings/hooks"))
}

fn page(cx: &Context<'_, Member>, problems: &Problems, made: Option<&Token>) -> Result<Response> {
    // An address that was made is not made again by the next form.
    let typed = |name: &str| match made {
        None => cx.typed(name),
        Some(_) => "",
    };
    let made = made.map(|key| links::whole(cx, &format!("/hook/{}", key.as_str())));
    cx.page_of(
        |conn| {
            let choice = destinations::choice(cx, conn, Destinations::OWN)?;
            Ok((hooks::list(conn, cx.user.id)?, choice))
        },
        |layout, (hooks, choice)| {
            let filled = Filled::new(&typed, problems);
            views::hooks::page(layout, &hooks, &choice, made.as_deref(), &filled)
        },
    )
}

/// Posts what a script sent to an address.
///
/// # Errors
/// `NotFound` for an address that does not exist, was revoked, or is of somebody who is suspended or leaving.
pub(crate) fn post(cx: &Context<'_, Anyone>) -> Result<Response> {
    let key: String = cx.param("key")?;
    let hash = Token::given(&key).hash();
    cx.read(|conn| hooks::find(conn, &hash))?;
    let wrong = |problem: String| Error::invalid("message", problem);
    let text = Hook::without_controls(&sent(cx)?);
    let message = Message::parse(&text, cx.app.config.limits.post_chars).map_err(wrong)?;
    let key = idempotency_key(cx, message.as_str())?;
    let id = cx.write(move |tx| {
        // The address may have been revoked meanwhile.
        let (hook, author) = hooks::find(tx, &hash)?;
        events::check_key(tx, author, key)?;
        hooks::touch(tx, hook.id)?;
        posts::create_in(tx, author, &hook.to, &message, &Attached::default(), key)
    })?;
    Ok(written(cx, id))
}

/// Returns the text that a script sent, in whichever of the three forms.
fn sent(cx: &Context<'_, Anyone>) -> Result<String> {
    let content = &cx.request.body.content;
    let kind = content.kind.to_ascii_lowercase();
    if content.is_json() {
        return sent_in_json(cx);
    }
    let text = if kind == FORM {
        Hook::text_of_form(&content.bytes)
    } else if PLAIN.contains(&kind.as_str()) {
        Hook::text_of_plain(&content.bytes)
    } else {
        return Err(Error::UnsupportedMediaType(
            "text/plain, application/json or application/x-www-form-urlencoded",
        ));
    };
    text.map_err(Error::BadRequest)
}

fn sent_in_json(cx: &Context<'_, Anyone>) -> Result<String> {
    let sent = cx.json()?;
    let [ours, others] = Hook::FIELDS;
    let field = if sent.has(ours) { ours } else { others };
    let text = sent.text(field).map(str::to_owned);
    text.map_err(|problem| Error::invalid(field, problem))
}

/// Says where the post is.
fn written(cx: &Context<'_, Anyone>, id: PostId) -> Response {
    let path = cx.app.base.url(&format!("/post/{id}"));
    let origin = cx.app.config.server.origin().unwrap_or_default();
    let body = json!({ "id": id, "url": format!("{origin}{path}") });
    Response::json(201, &body).header("Location", path)
}
