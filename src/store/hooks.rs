//! Addresses at which scripts post in a person's name.

use std::iter;

use rusqlite::{Connection, OptionalExtension, Row, types::Type};

use super::{Tx, rows::Take, sql};
use crate::{
    error::{Error, Result},
    model::{Destinations, Hook, HookId, NewHook, Problems, TokenHash, UserId},
};

/// Stores a new address.
///
/// # Errors
/// `Invalid` if the person has too many, or one of that name.
pub fn create(tx: &mut Tx<'_>, owner: UserId, new: &NewHook, key: &TokenHash) -> Result<()> {
    let most = Hook::COUNT_MAX;
    if list(tx, owner)?.len() >= most {
        let problem = format!("You can have at most {most} addresses. Revoke one first.");
        return Err(Error::invalid(Problems::FORM, problem));
    }
    tx.is_on_no_page();
    let (name, to) = (new.name.as_str(), new.to.words().join(" "));
    let inserted = tx
        .prepare_cached(
            "insert into hooks (owner_id, name, destination, key_hash, created_at) values (?, ?, ?, ?, ?)",
        )?
        .execute((owner, name, to, key, tx.now));
    match inserted {
        Err(error) if sql::is_taken(&error) => {
            Err(Error::invalid("name", "You have an address of this name."))
        }
        other => Ok(other.map(drop)?),
    }
}

/// Returns the addresses of a person, the oldest first.
pub fn list(conn: &Connection, owner: UserId) -> Result<Vec<Hook>> {
    let mut query = conn.prepare_cached(
        "select id, name, destination, created_at, last_used_at from hooks where owner_id = ? order by id",
    )?;
    let hooks = query.query_map([owner], from_row)?;
    Ok(hooks.collect::<rusqlite::Result<_>>()?)
}

/// Reads the addresses of a person, the oldest first.
pub fn each_own(conn: &Connection, owner: UserId, take: Take<'_, Hook>) -> Result<()> {
    list(conn, owner)?.into_iter().try_for_each(take)
}

/// Finds an address by its key, and whose it is. A person who is suspended or leaving has none.
///
/// # Errors
/// `NotFound` if there is no such address.
pub fn find(conn: &Connection, key: &TokenHash) -> Result<(Hook, UserId)> {
    let mut query = conn.prepare_cached(
        "select hooks.id, hooks.name, destination, hooks.created_at, last_used_at, owner_id
         from hooks join users on users.id = hooks.owner_id
         where key_hash = ? and suspended_at is null and leaves_at is null and gone_at is null",
    )?;
    let found = query.query_row([key], |row| Ok((from_row(row)?, row.get(5)?)));
    found.optional()?.ok_or(Error::NotFound)
}

/// Notes that an address is used.
pub fn touch(tx: &mut Tx<'_>, hook: HookId) -> Result<()> {
    tx.prepare_cached("update hooks set last_used_at = ? where id = ?")?
        .execute((tx.now, hook))?;
    Ok(())
}

/// Deletes an address.
///
/// # Errors
/// `NotFound` if the person has no such address.
pub fn revoke(tx: &mut Tx<'_>, owner: UserId, hook: HookId) -> Result<()> {
    tx.is_on_no_page();
    let deleted = tx
        .prepare_cached("delete from hooks where id = ? and owner_id = ?")?
        .execute((hook, owner))?;
    sql::found(deleted)
}

/// Deletes all addresses of a person.
pub(super) fn revoke_all(tx: &mut Tx<'_>, owner: UserId) -> Result<()> {
    tx.prepare_cached("delete from hooks where owner_id = ?")?
        .execute([owner])?;
    Ok(())
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Hook> {
    let words: String = row.get(2)?;
    let to = Destinations::parse(iter::once(words.as_str()));
    let to = to.map_err(|problem| {
        rusqlite::Error::FromSqlConversionFailure(2, Type::Text, problem.into())
    })?;
    Ok(Hook {
        id: row.get(0)?,
        name: row.get(1)?,
        to,
        created_at: row.get(3)?,
        last_used_at: row.get(4)?,
    })
}
