//! Sessions of signed-in browsers. The database has only hashes of their tokens.

mod tokens;

use rusqlite::{Connection, OptionalExtension, Row};

use super::{Tx, feed_keys, hooks, links, users, webhooks};
use crate::{
    error::{Error, Result},
    model::{
        Life, Lifetimes, LinkKind, NewSession, Session, SessionId, SessionSeen, Timestamp,
        TokenHash, TokenState, UserId, Whereabouts,
    },
};

pub use tokens::{GRACE, confirm_token, send_token, steal};

/// The time of the last password entry in a session that began without one.
const NEVER: Timestamp = Timestamp(0);

/// The number of sessions that one person can have. Nobody has as many browsers. One more session ends the one that was
/// unused for the longest time.
const PER_PERSON_MAX: i64 = 100;

/// Starts a session, and deletes all sessions that have expired.
pub fn start(
    tx: &mut Tx<'_>,
    user: UserId,
    new: &NewSession,
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
    end_those(
        tx,
        "select id from sessions where user_id = ?1 order by last_seen_at desc limit -1 offset ?2",
        (user, PER_PERSON_MAX - 1),
    )?;
    let rotates_at = new.persistent.then(|| tx.now.plus(tokens::ROTATE_AFTER));
    tx.prepare_cached(
        "insert into sessions (token_hash, user_id, persistent, created_at, last_seen_at, fresh_at, rotates_at,
             browser, network, seen_browser, seen_network)
         values (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7, ?8, ?7, ?8)",
    )?
    .execute((
        &new.token,
        user,
        new.persistent,
        tx.now,
        if new.is_fresh { tx.now } else { NEVER },
        rotates_at,
        &new.whereabouts.browser,
        &new.whereabouts.network,
    ))?;
    let session = SessionId(tx.last_insert_rowid());
    note_seen(tx, session, tx.now)?;
    Ok(session)
}

/// Finds the session of a token, unless its owner is suspended or gone. The caller, who knows the time, decides whether
/// the session has expired or the token is too old.
pub fn find(conn: &Connection, token: &TokenHash) -> Result<Option<Session>> {
    let mut query = conn.prepare_cached(
        concat!("select sessions.id as session_id, persistent, sessions.created_at as started_at, last_seen_at,
             fresh_at, browser, network, rotates_at, role,
             token_hash = ?1 as is_current,
             case when token_hash <> ?1 then
                 (select retired_at from session_tokens where session_tokens.token_hash = ?1) end as retired_at,
             exists (select 1 from warnings where user_id = users.id) as has_warning,
             ", users::user_columns!(), "
         from sessions join users on users.id = sessions.user_id
         where sessions.id = coalesce(
                 (select id from sessions where token_hash = ?1),
                 (select session_id from session_tokens where token_hash = ?1))
             and suspended_at is null and gone_at is null"),
    )?;
    let session = query.query_row([token], |row| {
        let token_state = match (row.get("is_current")?, row.get("retired_at")?) {
            (true, _) => TokenState::Current,
            (false, None) => TokenState::Pending,
            (false, Some(retired_at)) => TokenState::Retired(retired_at),
        };
        Ok(Session {
            id: row.get("session_id")?,
            user: users::from_row(row)?,
            role: row.get("role")?,
            life: life(row)?,
            fresh_at: row.get("fresh_at")?,
            fresh_in: Whereabouts {
                browser: row.get("browser")?,
                network: row.get("network")?,
            },
            rotates_at: row.get("rotates_at")?,
            token_state,
            has_warning: row.get("has_warning")?,
        })
    });
    Ok(session.optional()?)
}

/// Returns all sessions of a person, the last used first. Some may have expired.
pub fn of(conn: &Connection, user: UserId) -> Result<Vec<SessionSeen>> {
    let mut query = conn.prepare_cached(
        "select id, persistent, created_at as started_at, last_seen_at, seen_browser, seen_network
         from sessions where user_id = ? order by last_seen_at desc, id desc",
    )?;
    let sessions = query.query_map([user], |row| {
        Ok(SessionSeen {
            id: row.get("id")?,
            life: life(row)?,
            seen_in: Whereabouts {
                browser: row.get("seen_browser")?,
                network: row.get("seen_network")?,
            },
        })
    })?;
    Ok(sessions.collect::<rusqlite::Result<_>>()?)
}

/// Records the time and the place of a session's last use.
pub fn touch(
    tx: &mut Tx<'_>,
    session: SessionId,
    at: Timestamp,
    whereabouts: &Whereabouts,
) -> Result<()> {
    tx.prepare_cached(
        "update sessions set last_seen_at = max(last_seen_at, ?2), seen_browser = ?3, seen_network = ?4
         where id = ?1",
    )?
    .execute((session, at, &whereabouts.browser, &whereabouts.network))?;
    note_seen(tx, session, at)
}

/// Records that the password was entered again in this session, and where.
pub fn refresh(tx: &mut Tx<'_>, session: SessionId, whereabouts: &Whereabouts) -> Result<()> {
    tx.prepare_cached(
        "update sessions set fresh_at = ?2, browser = ?3, network = ?4 where id = ?1",
    )?
    .execute((session, tx.now, &whereabouts.browser, &whereabouts.network))?;
    touch(tx, session, tx.now, whereabouts)
}

/// Ends a session and, after the commit, its streams.
pub fn end(tx: &mut Tx<'_>, session: SessionId) -> Result<()> {
    // A device code that this browser still shows must not work any more.
    let owner: Option<UserId> = tx
        .prepare_cached("select user_id from sessions where id = ?")?
        .query_row([session], |row| row.get(0))
        .optional()?;
    if owner.is_some() {
        links::revoke(tx, LinkKind::Device, owner)?;
    }
    tx.prepare_cached("delete from sessions where id = ?")?
        .execute([session])?;
    tx.end_session(session);
    Ok(())
}

/// Ends a session that its owner picked.
///
/// # Errors
/// `NotFound` if the session is not theirs, or has ended.
pub fn end_own(tx: &mut Tx<'_>, user: UserId, session: SessionId) -> Result<()> {
    let mut query =
        tx.prepare_cached("select exists (select 1 from sessions where id = ? and user_id = ?)")?;
    if !query.query_row((session, user), |row| row.get(0))? {
        return Err(Error::NotFound);
    }
    drop(query);
    end(tx, session)
}

/// Ends everything by which a person is signed in, except one session: every browser and program and, after the commit,
/// their streams. This is the only place for that, so a new kind of credential must end here as well.
pub fn end_all(tx: &mut Tx<'_>, user: UserId, but: Option<SessionId>) -> Result<()> {
    // The tokens of scripts are no sign-ins, and end only if no session is excepted.
    if but.is_some() {
        super::tokens::end_all(tx, user)?;
    } else {
        super::tokens::revoke_all(tx, user)?;
        links::revoke(tx, LinkKind::Reset, Some(user))?;
        feed_keys::revoke_all(tx, user)?;
        hooks::revoke_all(tx, user)?;
        webhooks::turn_off_all(tx, user)?;
    }
    // A device code that is still shown somewhere must not start another session.
    links::revoke(tx, LinkKind::Device, Some(user))?;
    end_those(
        tx,
        "select id from sessions where user_id = ?1 and id is not ?2",
        (user, but),
    )
}

fn end_those(tx: &mut Tx<'_>, which: &'static str, of: impl rusqlite::Params) -> Result<()> {
    let mut query = tx.prepare_cached(which)?;
    let sessions = query
        .query_map(of, |row| row.get(0))?
        .collect::<rusqlite::Result<Vec<SessionId>>>()?;
    drop(query);
    for session in sessions {
        end(tx, session)?;
    }
    Ok(())
}

/// Updates `users.seen_at` of the session's owner.
fn note_seen(tx: &mut Tx<'_>, session: SessionId, at: Timestamp) -> Result<()> {
    tx.prepare_cached(
        "update users set seen_at = max(coalesce(seen_at, 0), ?2)
         where id = (select user_id from sessions where id = ?1)",
    )?
    .execute((session, at))?;
    Ok(())
}

fn life(row: &Row<'_>) -> rusqlite::Result<Life> {
    Ok(Life {
        persistent: row.get("persistent")?,
        created_at: row.get("started_at")?,
        last_seen_at: row.get("last_seen_at")?,
    })
}
