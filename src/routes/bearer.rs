//! Who a program's token speaks for: what it says counts for nothing, and the database for everything.

use crate::{
    app::App,
    error::Result,
    http::{CurrentToken, Request},
    model::{
        Bearer, FamilyId, Holder, PersonalToken, Scope, Timestamp, TokenFault, TokenHash, User,
    },
    store::{
        Snapshot,
        tokens::{self, personal},
    },
    web::api::tokens::{issuer, key},
};

/// `last_used_at` is written this often at most, in milliseconds: reading must not wear a memory card.
const TOUCH_INTERVAL_MILLIS: u128 = 5 * 60 * 1_000;

type Found = std::result::Result<(User, CurrentToken), TokenFault>;

/// Where tokens count: in the API, and where its answers say that pictures are.
fn is_taken(request: &Request) -> bool {
    request.is_for_programs() || request.is_safe() && request.path.starts_with("/image/")
}

/// The person whose token it is; none where tokens do not count, or if it is worth nothing, and then the request says why.
pub(super) fn user(app: &App, request: &mut Request, shown: &Bearer) -> Result<Option<User>> {
    if !is_taken(request) {
        return Ok(None);
    }
    let found = match shown {
        Bearer::Malformed => Err(TokenFault::Malformed),
        Bearer::Access(token) => app.db.read(|conn| access(app, conn, token, request.now))?,
        Bearer::Personal(hash) => personal_token(app, hash, request.now)?,
    };
    let (user, access) = match found {
        Ok((user, token)) => (Some(user), Ok(token)),
        Err(fault) => (None, Err(fault)),
    };
    request.access = Some(access);
    Ok(user)
}

fn access(app: &App, conn: &Snapshot, token: &str, now: Timestamp) -> Result<Found> {
    let claims = match key(app, conn)?.verify(token, &issuer(app), now) {
        Ok(claims) => claims,
        Err(fault) => return Ok(Err(fault)),
    };
    let family = FamilyId(claims.family);
    let bearer = tokens::bearer(conn, family)?;
    let bearer = bearer.filter(|found| !found.is_away && found.user.id.0.to_string() == claims.sub);
    let Some(bearer) = bearer else {
        return Ok(Err(TokenFault::Revoked));
    };
    let access = CurrentToken {
        holder: Holder::Family(family),
        role: bearer.role,
        scope: Scope::Write,
        expires_at: claims.expires_at(),
    };
    Ok(Ok((bearer.user, access)))
}

fn personal_token(app: &App, hash: &TokenHash, now: Timestamp) -> Result<Found> {
    let found = app.db.read(|conn| personal::find(conn, hash))?;
    let Some((token, bearer)) = found.filter(|(_, bearer)| !bearer.is_away) else {
        return Ok(Err(TokenFault::Revoked));
    };
    if token.expires_at.is_some_and(|expires_at| now >= expires_at) {
        return Ok(Err(TokenFault::Expired));
    }
    touch(app, &token, now);
    let access = CurrentToken {
        holder: Holder::Personal(token.id),
        role: bearer.role,
        scope: token.scope,
        expires_at: token.expires_at.unwrap_or(Timestamp(i64::MAX)),
    };
    Ok(Ok((bearer.user, access)))
}

fn touch(app: &App, token: &PersonalToken, now: Timestamp) {
    let is_noted = token
        .last_used_at
        .is_some_and(|used| now.since(used).as_millis() <= TOUCH_INTERVAL_MILLIS);
    if !is_noted {
        let id = token.id;
        // On a full disk reading goes on, and the page of tokens is a little behind.
        let _ = app.db.write(now, move |tx| personal::touch(tx, id));
    }
}
