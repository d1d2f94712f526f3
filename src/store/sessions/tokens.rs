//! The tokens of one session, one after the other. The browser is sent its next token beside an answer, which may be
//! lost: so the one it has stays good until the next one is used. From then on the old one is an old copy.

use std::time::Duration;

use rusqlite::OptionalExtension;

use super::end;
use crate::{
    error::Result,
    model::{SessionId, TokenHash},
    store::Tx,
};

/// A token of "Stay signed in" is used for so long.
pub(super) const ROTATE_AFTER: Duration = Duration::from_hours(24);

/// A token that was sent and not used is replaced by another after so long: longer than an answer can be on its way, so
/// that the one that arrives last is the one that was sent last.
const SEND_AGAIN_AFTER: Duration = Duration::from_mins(5);

/// Old tokens of one session that are remembered: more than a session can have days, and a browser lose answers. One
/// that was forgotten opens nothing, like any that was made up.
const RETIRED_MAX: i64 = 500;

/// An old token is good for so long: other requests were on their way when the next one was used first.
pub const GRACE: Duration = Duration::from_mins(1);

/// Notes the next token of a session whose browser showed `shown`. False if it is not to be sent: another request did
/// that, or the session has ended meanwhile.
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

/// The browser has used the token that it was sent: it has it, and the one before is of no more use to it.
pub fn confirm_token(tx: &mut Tx<'_>, session: SessionId, token: &TokenHash) -> Result<()> {
    let confirmed = tx
        .prepare_cached(
            "delete from session_tokens where token_hash = ? and session_id = ? and retired_at is null",
        )?
        .execute((token, session))?;
    if confirmed == 0 {
        // A request beside this one was first.
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

/// An old token was used after its time: somebody has a copy, and nobody can say who. The session ends, and its owner
/// is told.
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
