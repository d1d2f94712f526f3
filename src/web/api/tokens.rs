use std::time::Duration;

use serde_json::json;

use super::sessions::{nobody, who};
use crate::{
    app::App,
    auth::jwt::{Key, TokenSubject},
    error::{Error, Result},
    http::{Request, Response},
    model::{FamilyId, Holder, RefreshToken, TokenFault, User},
    store::{
        Snapshot, presence,
        tokens::{self, Refreshed, personal},
    },
};

/// Signs a program in.
pub(crate) fn create(app: &App, request: &Request, _: Option<&User>) -> Result<Response> {
    let proof = who(app, request, &request.json()?)?;
    let (token, idle, key) = (RefreshToken::random(), idle(app), current_key(app)?);
    let (id, text) = (key.id, token.as_str().to_owned());
    let family = app.db.write(request.now, move |tx| {
        presence::let_in(tx, proof.user, Some(&proof.compared))?;
        tokens::start(tx, proof.user, &token, id, idle)
    });
    let family = family.map_err(nobody)?;
    pair(app, request, &key, family, &text, true)
}

/// A new pair for a refresh token, which serves no more.
pub(crate) fn refresh(app: &App, request: &Request, _: Option<&User>) -> Result<Response> {
    let shown = shown(request)?;
    let (next, idle, key) = (shown.next(), idle(app), current_key(app)?);
    let (id, text) = (key.id, next.as_str().to_owned());
    let outcome = app.db.write(request.now, move |tx| {
        tokens::refresh(tx, &shown, &next, id, idle)
    })?;
    match outcome {
        Refreshed::Renewed(family) => pair(app, request, &key, family, &text, false),
        Refreshed::Revoked => Err(Error::BadToken(TokenFault::Revoked)),
        Refreshed::Expired => Err(Error::BadToken(TokenFault::Expired)),
        Refreshed::JustUsed => Err(Error::Conflict(
            "This refresh token was used a moment ago; the answer to that request has the next one.".into(),
        )),
    }
}

/// Ends what the program proves itself with.
pub(crate) fn delete(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (holder, _) = request.holder().ok_or(Error::SignInRequired)?;
    let by = user.id;
    app.db.write(request.now, move |tx| match holder {
        Holder::Family(family) => tokens::end(tx, family),
        Holder::Personal(token) => personal::revoke(tx, by, token),
        Holder::Session(_) => Err(Error::BadRequest(
            "This request has no token; a session ends by DELETE /session.".into(),
        )),
    })?;
    Ok(Response::empty(204))
}

/// The key of access tokens as it is now. Read for each request: one row that every reader has at hand, and a new key
/// counts at once.
pub(crate) fn key(app: &App, conn: &Snapshot) -> Result<Key> {
    Ok(match app.config.api.jwt_secret.as_str() {
        "" => Key::new(&tokens::secret(conn)?),
        given => Key::new(given.as_bytes()),
    })
}

/// What this site calls itself in tokens: two sites with one key are still two, and a restored backup is another.
pub(crate) fn issuer(app: &App) -> String {
    format!("quartfeed:{}", app.db.epoch().as_str())
}

fn current_key(app: &App) -> Result<Key> {
    app.db.read(|conn| key(app, conn))
}

fn idle(app: &App) -> Duration {
    Duration::from_hours(24 * u64::from(app.config.api.refresh_ttl_days))
}

/// # Errors
/// `Invalid` if there is none, `BadToken` if it is none of ours.
fn shown(request: &Request) -> Result<RefreshToken> {
    const FIELD: &str = "refresh_token";
    let sent = request.json()?;
    match sent.text(FIELD) {
        Err(problem) => Err(Error::invalid(FIELD, problem)),
        Ok("") => Err(Error::invalid(FIELD, "This field is required.")),
        Ok(text) => RefreshToken::parse(text).ok_or(Error::BadToken(TokenFault::Malformed)),
    }
}

/// RFC 6749 §5.1. Nobody may keep this answer.
fn pair(
    app: &App,
    request: &Request,
    key: &Key,
    family: FamilyId,
    refresh_token: &str,
    fresh: bool,
) -> Result<Response> {
    let bearer = app.db.read(|conn| tokens::bearer(conn, family))?;
    let bearer = bearer.filter(|bearer| !bearer.is_away);
    let bearer = bearer.ok_or(Error::BadToken(TokenFault::Revoked))?;
    let subject = TokenSubject {
        user: &bearer.user,
        role: bearer.role,
        family,
        fresh,
    };
    let ttl = app.config.api.access_ttl;
    let access_token = key.issue(&issuer(app), &subject, request.now, ttl);
    let pair = json!({
        "access_token": access_token,
        "refresh_token": refresh_token,
        "token_type": "Bearer",
        "expires_in": ttl,
    });
    Ok(Response::json(200, &pair).replace_header("Cache-Control", "no-store"))
}
