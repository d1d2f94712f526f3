//! Finds out whom a program's token speaks for. Everything but its identity is read from the database.

use super::{Answers, Handler, Route};
use crate::{
    app::App,
    error::Result,
    http::Request,
    model::{Bearer, FamilyId, Holder, PersonalToken, Scope, Timestamp, TokenFault, TokenHash},
    store::{
        Snapshot, signals,
        tokens::{self, personal},
    },
    web::{
        Caller, CurrentToken,
        api::tokens::{issuer, key},
    },
};

/// `last_used_at` is written this often at most, in milliseconds: reading must not wear a memory card.
const TOUCH_INTERVAL_MILLIS: u128 = 5 * 60 * 1_000;

/// Returns whether tokens count here: in the API, and for the pictures that its answers point to.
pub(super) fn counts(request: &Request, route: Option<&Route>) -> bool {
    let is_picture = route.is_some_and(|route| {
        route.answers == Answers::File && matches!(route.handler, Handler::Reader(_))
    });
    request.is_for_programs() || request.is_safe() && is_picture
}

/// Returns the program with this token and the person behind it, or why the token is not valid.
///
/// # Errors
/// If the database cannot be read.
pub(super) fn caller(app: &App, request: &Request, bearer: &Bearer) -> Result<Caller> {
    match bearer {
        Bearer::Malformed => Ok(Caller::Refused(TokenFault::Malformed)),
        Bearer::Access(token) => app.db.read(|conn| access(app, conn, token, request.now)),
        Bearer::Personal(hash) => personal_token(app, hash, request.now),
    }
}

fn access(app: &App, conn: &Snapshot, token: &str, now: Timestamp) -> Result<Caller> {
    let claims = match key(app, conn)?.verify(token, &issuer(app), now) {
        Ok(claims) => claims,
        Err(fault) => return Ok(Caller::Refused(fault)),
    };
    let family = FamilyId(claims.family);
    let bearer = tokens::bearer(conn, family)?;
    let bearer = bearer.filter(|found| !found.is_away && found.user.id.0.to_string() == claims.sub);
    let Some(bearer) = bearer else {
        return Ok(Caller::Refused(TokenFault::Revoked));
    };
    Ok(Caller::Program {
        user: bearer.user,
        token: CurrentToken {
            holder: Holder::Family(family),
            role: bearer.role,
            scope: Scope::Write,
            expires_at: claims.expires_at(),
        },
        signals: signals::mark(conn)?,
    })
}

fn personal_token(app: &App, hash: &TokenHash, now: Timestamp) -> Result<Caller> {
    let found = app
        .db
        .read(|conn| Ok((personal::find(conn, hash)?, signals::mark(conn)?)))?;
    let (found, signals) = found;
    let Some((token, bearer)) = found.filter(|(_, bearer)| !bearer.is_away) else {
        return Ok(Caller::Refused(TokenFault::Revoked));
    };
    if token.expires_at.is_some_and(|expires_at| now >= expires_at) {
        return Ok(Caller::Refused(TokenFault::Expired));
    }
    touch(app, &token, now);
    Ok(Caller::Program {
        user: bearer.user,
        token: CurrentToken {
            holder: Holder::Personal(token.id),
            role: bearer.role,
            scope: token.scope,
            expires_at: token.expires_at.unwrap_or(Timestamp(i64::MAX)),
        },
        signals,
    })
}

fn touch(app: &App, token: &PersonalToken, now: Timestamp) {
    let is_noted = token
        .last_used_at
        .is_some_and(|used| now.since(used).as_millis() <= TOUCH_INTERVAL_MILLIS);
    if !is_noted {
        let id = token.id;
        // On a full disk reading goes on, and the page of tokens is a little behind.
        let _ = app.db.write(now, move |tx| {
            tx.is_on_no_page();
            personal::touch(tx, id)
        });
    }
}
