//! Tokens of programs: a short-lived access token and the refresh token that gives the next pair.

use std::time::Duration;

use serde_json::json;

use super::sessions::{nobody, proved};
use crate::{
    app::App,
    auth::jwt::{Key, TokenSubject},
    error::{Error, Result},
    http::Response,
    model::{FamilyId, Holder, RefreshToken, TokenFault},
    store::{
        Snapshot, presence,
        tokens::{self, Refreshed, personal},
    },
    web::{Anyone, Context, Member},
};

/// The field that holds a refresh token.
const FIELD: &str = "refresh_token";

/// Signs a program in.
pub(crate) fn create(cx: &Context<'_, Anyone>) -> Result<Response> {
    let proof = proved(cx, &cx.json()?)?;
    let (token, idle, key) = (RefreshToken::random(), idle(cx.app), current_key(cx)?);
    let (id, text) = (key.id, token.as_str().to_owned());
    let family = cx.write(move |tx| {
        tx.is_on_no_page();
        presence::let_in(tx, proof.user, Some(&proof.compared))?;
        tokens::start(tx, proof.user, &token, id, idle)
    });
    let family = family.map_err(nobody)?;
    pair(cx, &key, family, &text, true)
}

/// Gives a new pair for a refresh token, which is not valid any more after that.
pub(crate) fn refresh(cx: &Context<'_, Anyone>) -> Result<Response> {
    let shown = shown(cx)?;
    let (next, idle, key) = (shown.next(), idle(cx.app), current_key(cx)?);
    let (id, text) = (key.id, next.as_str().to_owned());
    let outcome = cx.write(move |tx| {
        tx.is_on_no_page();
        tokens::refresh(tx, &shown, &next, id, idle)
    })?;
    match outcome {
        Refreshed::Renewed(family) => pair(cx, &key, family, &text, false),
        Refreshed::Revoked => Err(Error::BadToken(TokenFault::Revoked)),
        Refreshed::Expired => Err(Error::BadToken(TokenFault::Expired)),
        Refreshed::JustUsed => Err(Error::Conflict(
            "This refresh token was used a moment ago. The answer to that request has the next one.".into(),
        )),
    }
}

/// Ends the token that the program shows.
pub(crate) fn delete(cx: &Context<'_, Member>) -> Result<Response> {
    let ((holder, _), by) = (cx.holder()?, cx.user.id);
    cx.write(move |tx| match holder {
        Holder::Family(family) => tokens::end(tx, family),
        Holder::Personal(token) => personal::revoke(tx, by, token),
        Holder::Session(_) | Holder::FeedKey(_) => Err(Error::BadRequest(
            "This request has no token. To end a session, use DELETE /session.".into(),
        )),
    })?;
    Ok(Response::empty(204))
}

/// Reads the current key of access tokens. It is one row that every reader has at hand, so it is read for each request,
/// and a new key counts at once.
pub(crate) fn key(app: &App, conn: &Snapshot) -> Result<Key> {
    Ok(match app.config.api.jwt_secret.as_str() {
        "" => Key::new(&tokens::secret(conn)?),
        given => Key::new(given.as_bytes()),
    })
}

/// Returns the name of this site in tokens: two sites with one key are still two, and a restored backup is another.
pub(crate) fn issuer(app: &App) -> String {
    format!("quartfeed:{}", app.db.epoch().as_str())
}

fn current_key(cx: &Context<'_, Anyone>) -> Result<Key> {
    cx.read(|conn| key(cx.app, conn))
}

fn idle(app: &App) -> Duration {
    Duration::from_hours(24 * u64::from(app.config.api.refresh_ttl_days))
}

/// # Errors
/// `Invalid` if there is none, `BadToken` if it cannot be one of this site.
fn shown(cx: &Context<'_, Anyone>) -> Result<RefreshToken> {
    let sent = cx.json()?;
    match sent.text(FIELD) {
        Err(problem) => Err(Error::invalid(FIELD, problem)),
        Ok("") => Err(Error::invalid(FIELD, "This field is required.")),
        Ok(text) => RefreshToken::parse(text).ok_or(Error::BadToken(TokenFault::Malformed)),
    }
}

/// Answers with a pair of tokens (RFC 6749 §5.1), which no cache may store.
fn pair(
    cx: &Context<'_, Anyone>,
    key: &Key,
    family: FamilyId,
    refresh_token: &str,
    fresh: bool,
) -> Result<Response> {
    let bearer = cx.read(|conn| tokens::bearer(conn, family))?;
    let bearer = bearer.filter(|bearer| !bearer.is_away);
    let bearer = bearer.ok_or(Error::BadToken(TokenFault::Revoked))?;
    let subject = TokenSubject {
        user: &bearer.user,
        role: bearer.role,
        family,
        fresh,
    };
    let ttl = cx.app.config.api.access_ttl;
    let access_token = key.issue(&issuer(cx.app), &subject, cx.now(), ttl);
    let pair = json!({
        "access_token": access_token,
        FIELD: refresh_token,
        "token_type": "Bearer",
        "expires_in": ttl,
    });
    Ok(Response::json(200, &pair).replace_header("Cache-Control", "no-store"))
}
