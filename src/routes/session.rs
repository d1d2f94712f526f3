//! Whose browser this is: the session of its token, what protects it, and the token's successor.

use std::time::Duration;

use crate::{
    app::App,
    config::SessionProtection,
    error::Result,
    http::{CookieKind, CurrentSession, Request, Response},
    model::{Session, SessionId, Token, TokenState},
    store::sessions,
};

/// So long after the password was given nothing asks for it again.
const FRESH_FOR: Duration = Duration::from_mins(10);

/// `last_seen_at` is written this often at most, in milliseconds: reading must not wear a memory card.
const TOUCH_INTERVAL_MILLIS: u128 = 5 * 60 * 1_000;

/// The session that the request shows, if it is one and has not ended.
pub(super) fn find(app: &App, request: &mut Request) -> Result<Option<Session>> {
    let Some(hash) = request.token.as_ref().map(Token::hash) else {
        return Ok(None);
    };
    let Some(session) = app.db.read(|conn| sessions::find(conn, &hash))? else {
        return Ok(None);
    };
    let (id, now) = (session.id, request.now);
    let expires_at = session.life.expires_at(&app.config.accounts.lifetimes());
    if now >= expires_at {
        return Ok(None);
    }
    match session.token_state {
        TokenState::Current => {}
        // If the disk does not take it, the next request tries again: the token is good either way.
        TokenState::Pending => {
            let _ = app
                .db
                .write(now, move |tx| sessions::confirm_token(tx, id, &hash));
        }
        TokenState::Retired(at) if now.since(at) <= sessions::GRACE => {}
        TokenState::Retired(_) => return Ok(refused(app, request, id, sessions::steal)),
    }
    let protection = app.config.accounts.session_protection;
    let (signed_in_in, asks_in) = (&session.fresh_in, &request.whereabouts);
    let other_browser = signed_in_in.browser.is_known() && signed_in_in.browser != asks_in.browser;
    if other_browser && protection == SessionProtection::Strong {
        return Ok(refused(app, request, id, sessions::end));
    }
    let same_place = signed_in_in == asks_in || protection == SessionProtection::Off;
    let touched = now.since(session.life.last_seen_at).as_millis() > TOUCH_INTERVAL_MILLIS;
    if touched {
        let whereabouts = asks_in.clone();
        // On a full disk reading goes on, and the session ends a little earlier.
        let _ = app
            .db
            .write(now, move |tx| sessions::touch(tx, id, &whereabouts));
    }
    request.session = Some(CurrentSession {
        id,
        role: session.role,
        expires_at,
        fresh_until: if same_place {
            session.fresh_at.plus(FRESH_FOR)
        } else {
            session.fresh_at
        },
        persistent: session.life.persistent,
        wants_token: session.token_state == TokenState::Current
            && session.rotates_at.is_some_and(|at| at <= now),
        has_warning: session.has_warning,
    });
    Ok(Some(session))
}

/// The session ends; if the disk does not take that, it is none for this request all the same.
fn refused(
    app: &App,
    request: &Request,
    id: SessionId,
    end: fn(&mut crate::store::Tx<'_>, SessionId) -> Result<()>,
) -> Option<Session> {
    let _ = app.db.write(request.now, move |tx| end(tx, id));
    None
}

pub(super) fn is_fresh(request: &Request) -> bool {
    let session = request.session.as_ref();
    session.is_some_and(|session| request.now < session.fresh_until)
}

/// Sends the browser its next token, if it is time. On a full disk it keeps the one it has.
pub(super) fn renewed(app: &App, request: &Request, response: Response) -> Response {
    let (Some(session), Some(token)) = (&request.session, &request.token) else {
        return response;
    };
    if !session.wants_token || !response.is_for_one() {
        return response;
    }
    let (id, shown, next) = (session.id, token.hash(), Token::random());
    let hash = next.hash();
    let sent = app.db.write(request.now, move |tx| {
        sessions::send_token(tx, id, &shown, &hash)
    });
    if !matches!(sent, Ok(true)) {
        return response;
    }
    // It was "Stay signed in", or there would be no next token.
    let age = app.config.accounts.lifetimes().persistent_most;
    response.header(
        "Set-Cookie",
        app.cookies
            .set(CookieKind::Session, next.as_str(), Some(age)),
    )
}
