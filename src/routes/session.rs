//! Finds the session of a browser's token, protects it, and sends the token's successor.

use std::time::Duration;

use crate::{
    app::App,
    config::SessionProtection,
    error::Result,
    http::{CookieKind, Request, Response},
    model::{Session, SessionId, Token, TokenHash, TokenState},
    store::{Tx, sessions, signals},
    web::{Anyone, Caller, Context, CurrentSession},
};

/// The time for which a password entry counts as recent.
const FRESH_FOR: Duration = Duration::from_mins(10);

/// `last_seen_at` is written this often at most: reading must not wear a memory card.
const TOUCH_INTERVAL: Duration = Duration::from_mins(15);

/// Returns the browser with this session, or a guest if the session has ended.
///
/// # Errors
/// If the database cannot be read.
pub(super) fn caller(app: &App, request: &Request) -> Result<Caller> {
    let Some(hash) = request.cookies.token.as_ref().map(Token::hash) else {
        return Ok(Caller::Guest);
    };
    let found = app
        .db
        .read(|conn| Ok((sessions::find(conn, &hash)?, signals::mark(conn)?)))?;
    let (Some(session), signals) = found else {
        return Ok(Caller::Guest);
    };
    let expires_at = session.life.expires_at(&app.config.accounts.lifetimes());
    if request.now >= expires_at {
        return Ok(Caller::Guest);
    }
    if let Err(end) = check(app, request, &session, hash) {
        // If the disk does not take that, there is no session for this request all the same.
        let id = session.id;
        let _ = app.db.write(request.now, move |tx| end(tx, id));
        return Ok(Caller::Guest);
    }
    touch(app, request, &session);
    Ok(Caller::Browser {
        session: CurrentSession {
            id: session.id,
            role: session.role,
            expires_at,
            fresh_until: if is_same_place(app, request, &session) {
                session.fresh_at.plus(FRESH_FOR)
            } else {
                session.fresh_at
            },
            persistent: session.life.persistent,
            wants_token: session.token_state == TokenState::Current
                && session.rotates_at.is_some_and(|at| at <= request.now),
            has_warning: session.has_warning,
        },
        user: session.user,
        signals,
    })
}

/// The way in which a session ends.
type End = fn(&mut Tx<'_>, SessionId) -> Result<()>;

/// Checks that the token is not an old one, and that the browser is the one that signed in.
///
/// # Errors
/// How the session ends, if this looks like a theft.
fn check(app: &App, request: &Request, session: &Session, hash: TokenHash) -> Result<(), End> {
    let (id, now) = (session.id, request.now);
    match session.token_state {
        TokenState::Current => {}
        // If the disk does not take it, the next request tries again: the token is good either way.
        TokenState::Pending => {
            let _ = app.db.write(now, move |tx| {
                tx.is_on_no_page();
                sessions::confirm_token(tx, id, &hash)
            });
        }
        TokenState::Retired(at) if now.since(at) <= sessions::GRACE => {}
        TokenState::Retired(_) => return Err(sessions::steal),
    }
    let (then, here) = (&session.fresh_in.browser, &request.whereabouts.browser);
    let is_strong = app.config.accounts.session_protection == SessionProtection::Strong;
    if is_strong && then.is_known() && then != here {
        return Err(sessions::end);
    }
    Ok(())
}

fn is_same_place(app: &App, request: &Request, session: &Session) -> bool {
    session.fresh_in == request.whereabouts
        || app.config.accounts.session_protection == SessionProtection::Off
}

/// Notes the use of a session. All that is noted is written when it is time for one session: one transaction serves
/// everybody who reads.
fn touch(app: &App, request: &Request, session: &Session) {
    let has_room = app
        .seen
        .visit(session.id, request.now, &request.whereabouts);
    let last = session.life.last_seen_at;
    if !has_room || last.plus(TOUCH_INTERVAL) < request.now {
        // On a full disk reading goes on, and the session ends a little earlier.
        let _ = app.seen.write(&app.db, request.now);
    }
}

/// Sends the browser its next token, if it is time. On a full disk it keeps the one it has.
pub(super) fn renewed(cx: &Context<'_, Anyone>, response: Response) -> Response {
    let (Some(session), Some(token)) = (cx.caller.session(), &cx.request.cookies.token) else {
        return response;
    };
    if !session.wants_token || !response.is_for_one() {
        return response;
    }
    let (id, shown, next) = (session.id, token.hash(), Token::random());
    let hash = next.hash();
    let sent = cx.write(move |tx| {
        tx.is_on_no_page();
        sessions::send_token(tx, id, &shown, &hash)
    });
    if !matches!(sent, Ok(true)) {
        return response;
    }
    // It was "Stay signed in", or there would be no next token.
    let age = cx.app.config.accounts.lifetimes().persistent_most;
    let cookies = &cx.app.cookies;
    response.header(
        "Set-Cookie",
        cookies.set(CookieKind::Session, next.as_str(), Some(age)),
    )
}
