//! Links that work once. Only hashes of their tokens are stored.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Row};

use super::{Tx, users};
use crate::{
    error::{Error, Result},
    model::{Link, LinkKind, Timestamp, Token, TokenHash, User, UserId},
};

/// The lifetime of a password reset link (OWASP: an hour at most).
pub const RESET_FOR: Duration = Duration::from_hours(1);

/// The lifetime of the set-up link. It is printed at the start; the operator gets a new one by starting the program
/// again.
pub const SETUP_FOR: Duration = Duration::from_hours(24);

/// Makes a link. An earlier link of this kind for the person stops working.
pub fn make(
    tx: &mut Tx<'_>,
    kind: LinkKind,
    user: Option<UserId>,
    token: &TokenHash,
    lifetime: Duration,
) -> Result<()> {
    revoke(tx, kind, user)?;
    tx.prepare_cached("delete from links where expires_at <= ?")?
        .execute([tx.now])?;
    tx.prepare_cached(
        "insert into links (token_hash, kind, user_id, expires_at, created_at) values (?, ?, ?, ?, ?)",
    )?
    .execute((token, kind.name(), user, tx.now.plus(lifetime), tx.now))?;
    Ok(())
}

/// Revokes the person's links of this kind.
pub fn revoke(tx: &mut Tx<'_>, kind: LinkKind, user: Option<UserId>) -> Result<()> {
    tx.prepare_cached("delete from links where kind = ? and user_id is ?")?
        .execute((kind.name(), user))?;
    Ok(())
}

/// Finds a link without using it up. The caller knows the time and checks whether the link has expired.
pub fn find(conn: &Connection, kind: LinkKind, token: &TokenHash) -> Result<Option<Link>> {
    let mut query = conn.prepare_cached(
        "select user_id, expires_at from links where token_hash = ? and kind = ?",
    )?;
    Ok(query.query_row((token, kind.name()), from_row).optional()?)
}

/// Returns the owner of a link that is still valid. The owner must not be suspended or deleted.
pub fn owner(
    conn: &Connection,
    kind: LinkKind,
    token: &TokenHash,
    now: Timestamp,
) -> Result<Option<User>> {
    let mut query = conn.prepare_cached(
        concat!("select ", users::user_columns!(), "
         from links join users on users.id = links.user_id
         where token_hash = ? and kind = ? and expires_at > ? and suspended_at is null and gone_at is null"),
    )?;
    let owner = query.query_row((token, kind.name(), now), users::from_row);
    Ok(owner.optional()?)
}

/// Checks whether a person has a link of this kind that is still valid.
pub fn is_valid_for(
    conn: &Connection,
    kind: LinkKind,
    user: UserId,
    now: Timestamp,
) -> Result<bool> {
    let mut query = conn.prepare_cached(
        "select exists (select 1 from links where kind = ? and user_id = ? and expires_at > ?)",
    )?;
    Ok(query.query_row((kind.name(), user, now), |row| row.get(0))?)
}

/// Uses a link up.
///
/// # Errors
/// `NotFound` if there is no such link, it was used already or it has expired.
pub fn take(tx: &mut Tx<'_>, kind: LinkKind, token: &Token) -> Result<Link> {
    let link = tx
        .prepare_cached(
            "delete from links where token_hash = ? and kind = ? returning user_id, expires_at",
        )?
        .query_row((token.hash(), kind.name()), from_row)?;
    if link.expires_at <= tx.now {
        return Err(Error::NotFound);
    }
    Ok(link)
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Link> {
    Ok(Link {
        user: row.get("user_id")?,
        expires_at: row.get("expires_at")?,
    })
}
