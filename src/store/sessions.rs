//! Signed-in browsers. Only hashes of their tokens are kept.

use rusqlite::{Connection, OptionalExtension};

use super::{Tx, users};
use crate::{
    error::Result,
    model::{Lifetimes, Session, SessionId, TokenHash, UserId},
};

/// Starts a session, and clears away some that have ended of old age.
pub fn start(
    tx: &mut Tx<'_>,
    user: UserId,
    token: &TokenHash,
    persistent: bool,
    lifetimes: &Lifetimes,
) -> Result<SessionId> {
    tx.prepare_cached(
        "delete from sessions where (persistent = 0 and (last_seen_at < ?1 or created_at < ?2))
             or (persistent = 1 and (last_seen_at < ?3 or created_at < ?4))",
    )?
    .execute((
        tx.now.minus(lifetimes.idle),
        tx.now.minus(lifetimes.most),
        tx.now.minus(lifetimes.persistent_idle),
        tx.now.minus(lifetimes.persistent_most),
    ))?;
    tx.prepare_cached("insert into sessions (token_hash, user_id, persistent, created_at, last_seen_at) values (?1, ?2, ?3, ?4, ?4)")?
        .execute((token, user, persistent, tx.now))?;
    Ok(SessionId(tx.last_insert_rowid()))
}

/// The session of a token, if there is one; whether it has expired is for the caller to say, who knows the time.
pub fn find(conn: &Connection, token: &TokenHash) -> Result<Option<Session>> {
    let mut query = conn.prepare_cached(
        "select sessions.id as session_id, persistent, sessions.created_at as started_at, last_seen_at,
             role, users.id, username, name, users.created_at
         from sessions join users on users.id = sessions.user_id where token_hash = ?",
    )?;
    let session = query.query_row([token], |row| {
        Ok(Session {
            id: row.get("session_id")?,
            user: users::from_row(row)?,
            role: row.get("role")?,
            persistent: row.get("persistent")?,
            created_at: row.get("started_at")?,
            last_seen_at: row.get("last_seen_at")?,
        })
    });
    Ok(session.optional()?)
}

/// Notes that the session is in use.
pub fn touch(tx: &mut Tx<'_>, session: SessionId) -> Result<()> {
    tx.prepare_cached("update sessions set last_seen_at = max(last_seen_at, ?) where id = ?")?
        .execute((tx.now, session))?;
    Ok(())
}

/// Ends all sessions of a person, `but` one, and, after the commit, their streams.
pub fn end_all(tx: &mut Tx<'_>, user: UserId, but: Option<SessionId>) -> Result<()> {
    let ended: Vec<SessionId> = tx
        .prepare_cached("delete from sessions where user_id = ? and id is not ? returning id")?
        .query_map((user, but), |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for session in ended {
        tx.end_session(session);
    }
    Ok(())
}

/// Ends a session and, after the commit, its streams.
pub fn end(tx: &mut Tx<'_>, session: SessionId) -> Result<()> {
    tx.prepare_cached("delete from sessions where id = ?")?
        .execute([session])?;
    tx.end_session(session);
    Ok(())
}
