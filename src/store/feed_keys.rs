//! Keys in the addresses of people's own feeds.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Row};

use super::{Tx, rows::Take, sql};
use crate::{
    error::{Error, Result},
    model::{FeedKey, FeedKeyId, FeedPurpose, Holder, Problems, TokenHash, UserId},
};

/// The time after which a use is noted again.
pub const NOTED_EVERY: Duration = Duration::from_hours(24);

/// Stores a new key.
///
/// # Errors
/// `Invalid` if the person has too many.
pub fn create(tx: &mut Tx<'_>, owner: UserId, purpose: FeedPurpose, key: &TokenHash) -> Result<()> {
    let most = FeedKey::COUNT_MAX;
    if list(tx, owner)?.len() >= most {
        let problem = format!("You can have at most {most} addresses. Revoke one first.");
        return Err(Error::invalid(Problems::FORM, problem));
    }
    tx.prepare_cached(
        "insert into feed_keys (owner_id, purpose, key_hash, created_at) values (?, ?, ?, ?)",
    )?
    .execute((owner, purpose, key, tx.now))?;
    tx.is_on_no_page();
    Ok(())
}

/// Returns the keys of a person, the oldest first.
pub fn list(conn: &Connection, owner: UserId) -> Result<Vec<FeedKey>> {
    let mut query = conn.prepare_cached(
        "select id, purpose, created_at, last_used_at from feed_keys where owner_id = ? order by id",
    )?;
    let keys = query.query_map([owner], from_row)?;
    Ok(keys.collect::<rusqlite::Result<_>>()?)
}

/// Reads the keys of a person, the oldest first.
pub fn each_own(conn: &Connection, owner: UserId, take: Take<'_, FeedKey>) -> Result<()> {
    list(conn, owner)?.into_iter().try_for_each(take)
}

/// Finds a key, and whose it is. A person who is suspended or leaving has none.
///
/// # Errors
/// `NotFound` if there is no such key for this purpose.
pub fn find(conn: &Connection, key: &TokenHash, purpose: FeedPurpose) -> Result<(FeedKey, UserId)> {
    let mut query = conn.prepare_cached(
        "select feed_keys.id, purpose, feed_keys.created_at, last_used_at, owner_id
         from feed_keys join users on users.id = feed_keys.owner_id
         where key_hash = ? and purpose = ?
             and suspended_at is null and leaves_at is null and gone_at is null",
    )?;
    let found = query.query_row((key, purpose), |row| Ok((from_row(row)?, row.get(4)?)));
    found.optional()?.ok_or(Error::NotFound)
}

/// Notes that a key is used.
pub fn touch(tx: &mut Tx<'_>, key: FeedKeyId) -> Result<()> {
    tx.is_on_no_page();
    tx.prepare_cached("update feed_keys set last_used_at = ? where id = ?")?
        .execute((tx.now, key))?;
    Ok(())
}

/// Deletes a key.
///
/// # Errors
/// `NotFound` if the person has no such key.
pub fn revoke(tx: &mut Tx<'_>, owner: UserId, key: FeedKeyId) -> Result<()> {
    tx.is_on_no_page();
    let deleted = tx
        .prepare_cached("delete from feed_keys where id = ? and owner_id = ?")?
        .execute((key, owner))?;
    sql::found(deleted)?;
    tx.end_streams(Holder::FeedKey(key));
    Ok(())
}

/// Deletes all keys of a person.
pub(super) fn revoke_all(tx: &mut Tx<'_>, owner: UserId) -> Result<()> {
    for key in list(tx, owner)? {
        tx.end_streams(Holder::FeedKey(key.id));
    }
    tx.prepare_cached("delete from feed_keys where owner_id = ?")?
        .execute([owner])?;
    Ok(())
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<FeedKey> {
    Ok(FeedKey {
        id: row.get(0)?,
        purpose: row.get(1)?,
        created_at: row.get(2)?,
        last_used_at: row.get(3)?,
    })
}
