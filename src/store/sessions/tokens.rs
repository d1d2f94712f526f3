//! The successive tokens of one session. The browser receives its next token with a response, which may get lost. So
//! its current token stays valid until the next one is used. From then on, the old token is retired.

use std::time::Duration;

use rusqlite::OptionalExtension;

use super::end;
use crate::{
    error::Result,
    model::{SessionId, TokenHash},
    store::Tx,
};

/// The time after which a token of "Stay signed in" is replaced.
pub(super) const ROTATE_AFTER: Duration = Duration::from_hours(24);

/// The time after which a token that was sent and not used is replaced by another. It is longer than a response can be
/// on its way, so that the last token to arrive is the last one that was sent.
const SEND_AGAIN_AFTER: Duration = Duration::from_mins(5);

/// The number of old tokens that are remembered for one session: more than a session can last in days, and more than a
/// browser can lose responses. A forgotten token opens nothing, like any invented one.
const RETIRED_MAX: i64 = 500;

/// The time for which an old token is still accepted: other requests were on their way when the next token was first
/// used.
pub const GRACE: Duration = Duration::from_mins(1);

/// Records the next token of a session whose browser showed `shown`. Returns `false` if this token must not be sent:
/// another request has sent one, or the session has ended meanwhile.
pub fn send_token(
    tx: &mut Tx<'_>,
    session: SessionId,
    shown: &TokenHash,
    next: &TokenHash,
) -> Result<bool> {
    let sent = tx
        .prepare_cached(
            "update sessions set rotates_at = ?4 where id = ?1 and token_hash = ?2 and rotates_at <= ?3",
        )?
        .execute((session, shown, tx.now, tx.now.plus(SEND_AGAIN_AFTER)))?;
    if sent == 0 {
        return Ok(false);
    }
    tx.prepare_cached(
        "update session_tokens set retired_at = ?2 where session_id = ?1 and retired_at is null",
    )?
    .execute((session, tx.now))?;
    tx.prepare_cached("insert into session_tokens (token_hash, session_id) values (?, ?)")?
        .execute((next, session))?;
    tx.prepare_cached(
        "delete from session_tokens where token_hash in (
             select token_hash from session_tokens where session_id = ? and retired_at is not null
             order by retired_at desc limit -1 offset ?)",
    )?
    .execute((session, RETIRED_MAX))?;
    Ok(true)
}

/// Makes the token that was sent the current one, because the browser has used it. The token before it is retired.
pub fn confirm_token(tx: &mut Tx<'_>, session: SessionId, token: &TokenHash) -> Result<()> {
    let confirmed = tx
        .prepare_cached(
            "delete from session_tokens where token_hash = ? and session_id = ? and retired_at is null",
        )?
        .execute((token, session))?;
    if confirmed == 0 {
        // A parallel request was first.
        return Ok(());
    }
    tx.prepare_cached(
        "insert into session_tokens (token_hash, session_id, retired_at)
         select token_hash, id, ?2 from sessions where id = ?1",
    )?
    .execute((session, tx.now))?;
    tx.prepare_cached("update sessions set token_hash = ?2, rotates_at = ?3 where id = ?1")?
        .execute((session, token, tx.now.plus(ROTATE_AFTER)))?;
    Ok(())
}

/// Ends a session of which an old token was used too late, and warns its owner: somebody has a copy of the token, and
/// nobody can say who.
pub fn steal(tx: &mut Tx<'_>, session: SessionId) -> Result<()> {
    let found = tx
        .prepare_cached("select user_id, browser from sessions where id = ?")?
        .query_row([session], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
        })
        .optional()?;
    let Some((user, browser)) = found else {
        return Ok(());
    };
    tx.prepare_cached("insert into warnings (user_id, browser, created_at) values (?, ?, ?)")?
        .execute((user, browser, tx.now))?;
    end(tx, session)
}
