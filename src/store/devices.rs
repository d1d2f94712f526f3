//! Known browsers: those that a person has signed in with. Failed attempts by others do not make their owner wait.

use rusqlite::Connection;

use super::Tx;
use crate::{
    error::Result,
    model::{TokenHash, UserId},
};

/// The most browsers kept for one person. A further one replaces the one that was used longest ago.
const PER_PERSON_MAX: i64 = 50;

/// Checks whether somebody has signed in to this account with this browser.
pub fn is_known(conn: &Connection, device: &TokenHash, username: &str) -> Result<bool> {
    let mut query = conn.prepare_cached(
        "select exists (select 1 from known_devices
             where token_hash = ?1 and user_id = (select id from users where username = ?2))",
    )?;
    Ok(query.query_row((device, username), |row| row.get(0))?)
}

/// Checks whether anybody has signed in with this browser. A token that a stranger made up is not a known browser.
pub fn exists(conn: &Connection, device: &TokenHash) -> Result<bool> {
    let mut query =
        conn.prepare_cached("select exists (select 1 from known_devices where token_hash = ?)")?;
    Ok(query.query_row([device], |row| row.get(0))?)
}

/// Remembers the browser that a person signed in with.
pub fn remember(tx: &mut Tx<'_>, user: UserId, device: &TokenHash) -> Result<()> {
    tx.prepare_cached(
        "insert into known_devices (token_hash, user_id, used_at) values (?1, ?2, ?3)
         on conflict (token_hash, user_id) do update set used_at = ?3",
    )?
    .execute((device, user, tx.now))?;
    tx.prepare_cached(
        "delete from known_devices where user_id = ?1 and token_hash in (
             select token_hash from known_devices where user_id = ?1 order by used_at desc limit -1 offset ?2)",
    )?
    .execute((user, PER_PERSON_MAX))?;
    Ok(())
}

/// Forgets all browsers of a person. Anybody who knew the old password counts as a stranger from then on.
pub fn forget(tx: &mut Tx<'_>, user: UserId) -> Result<()> {
    tx.prepare_cached("delete from known_devices where user_id = ?")?
        .execute([user])?;
    Ok(())
}
