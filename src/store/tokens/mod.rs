//! Tokens of programs: families of refresh tokens here, personal tokens in `personal`. The database has only their
//! hashes.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension};

use super::{Tx, journal, sql, users};
use crate::{
    error::Result,
    model::{
        Actor, Family, FamilyId, Holder, JournalAct, RefreshToken, Role, Timestamp, User, UserId,
    },
};

pub mod personal;

/// The longest life of a family, however often it is refreshed.
pub const FAMILY_LIFETIME: Duration = Duration::from_hours(90 * 24);

/// The number of programs in which one person can be signed in. One more ends the one that was quiet for the longest
/// time.
const FAMILIES_MAX: u32 = 50;

/// The time within which a refresh token that is sent twice comes from one client that asked twice, not from a thief.
const TWICE_WITHIN: Duration = Duration::from_secs(10);

/// The owner of a token, by the current rows.
#[derive(Debug)]
pub struct TokenOwner {
    pub user: User,
    pub role: Role,
    /// `true` if the owner is suspended, about to leave or gone. The token is refused then.
    pub is_away: bool,
}

/// The result of showing a refresh token.
#[derive(Debug, PartialEq, Eq)]
pub enum Refreshed {
    /// A renewed family: the next token is valid now.
    Renewed(FamilyId),
    /// A token that was used a moment ago: nothing was changed.
    JustUsed,
    /// An unknown or revoked token: this attempt may have ended its family.
    Revoked,
    Expired,
}

/// Returns the key of access tokens from the database.
pub fn secret(conn: &Connection) -> Result<Vec<u8>> {
    let mut query = conn.prepare_cached("select jwt_secret from site")?;
    Ok(query.query_row([], |row| row.get(0))?)
}

/// Replaces the key of access tokens. Ends all programs that were signed in with a password, and their streams,
/// whichever key the configuration names: all of them have to sign in again.
pub fn rotate_secret(tx: &mut Tx<'_>, by: &Actor) -> Result<()> {
    journal::note(tx, by, JournalAct::RotatedSecret, None)?;
    tx.prepare_cached("update site set jwt_secret = ?")?
        .execute([rand::random::<[u8; 32]>()])?;
    end_families(
        tx,
        "delete from token_families where ?1 is null returning id",
        None,
    )
}

/// Signs a program in, and deletes all families that have expired. `key` names the key of its access tokens.
pub fn start(
    tx: &mut Tx<'_>,
    user: UserId,
    token: &RefreshToken,
    key: i64,
    idle: Duration,
) -> Result<FamilyId> {
    tx.prepare_cached("delete from token_families where refreshed_at < ? or created_at < ?")?
        .execute((tx.now.minus(idle), tx.now.minus(FAMILY_LIFETIME)))?;
    let quiet: Vec<FamilyId> = families(tx, user)?
        .into_iter()
        .skip(FAMILIES_MAX as usize - 1)
        .map(|family| family.id)
        .collect();
    for family in quiet {
        end(tx, family)?;
    }
    tx.prepare_cached(
        "insert into token_families (user_id, series_hash, token_hash, key_id, refreshed_at, created_at)
         values (?1, ?2, ?3, ?4, ?5, ?5)",
    )?
    .execute((user, token.series_hash(), token.hash(), key, tx.now))?;
    Ok(FamilyId(tx.last_insert_rowid()))
}

/// Exchanges a refresh token for the next one. A token that was exchanged before ends its family: one of the two
/// clients that showed it has stolen it (RFC 9700 §4.14.2).
pub fn refresh(
    tx: &mut Tx<'_>,
    shown: &RefreshToken,
    next: &RefreshToken,
    key: i64,
    idle: Duration,
) -> Result<Refreshed> {
    let found = tx
        .prepare_cached(
            "select id, token_hash = ?2, previous_hash is ?2, key_id, refreshed_at, created_at
             from token_families where series_hash = ?1",
        )?
        .query_row((shown.series_hash(), shown.hash()), |row| {
            Ok(Shown {
                family: row.get(0)?,
                is_newest: row.get(1)?,
                is_previous: row.get(2)?,
                key: row.get(3)?,
                refreshed_at: row.get(4)?,
                created_at: row.get(5)?,
            })
        })
        .optional()?;
    let Some(found) = found else {
        return Ok(Refreshed::Revoked);
    };
    let ends_at = found.refreshed_at.plus(idle);
    if tx.now >= ends_at.min(found.created_at.plus(FAMILY_LIFETIME)) {
        end(tx, found.family)?;
        return Ok(Refreshed::Expired);
    }
    if found.is_previous && tx.now.since(found.refreshed_at) <= TWICE_WITHIN {
        return Ok(Refreshed::JustUsed);
    }
    if !found.is_newest || found.key != key {
        end(tx, found.family)?;
        return Ok(Refreshed::Revoked);
    }
    tx.prepare_cached(
        "update token_families set previous_hash = token_hash, token_hash = ?2, refreshed_at = ?3 where id = ?1",
    )?
    .execute((found.family, next.hash(), tx.now))?;
    Ok(Refreshed::Renewed(found.family))
}

struct Shown {
    family: FamilyId,
    is_newest: bool,
    is_previous: bool,
    key: i64,
    refreshed_at: Timestamp,
    created_at: Timestamp,
}

/// Finds the owner of a family. Returns `None` if the family has ended.
pub fn bearer(conn: &Connection, family: FamilyId) -> Result<Option<TokenOwner>> {
    let mut query = conn.prepare_cached(
        concat!("select role, suspended_at is not null or leaves_at is not null or gone_at is not null as is_away,
             ", users::user_columns!(), "
         from token_families join users on users.id = token_families.user_id where token_families.id = ?"),
    )?;
    let found = query.query_row([family], |row| {
        Ok(TokenOwner {
            role: row.get("role")?,
            is_away: row.get("is_away")?,
            user: users::from_row(row)?,
        })
    });
    Ok(found.optional()?)
}

/// Returns the programs in which a person is signed in, the last refreshed first.
pub fn families(conn: &Connection, user: UserId) -> Result<Vec<Family>> {
    let mut query = conn.prepare_cached(
        "select id, refreshed_at, created_at from token_families
         where user_id = ? order by refreshed_at desc, id desc",
    )?;
    let families = query.query_map([user], |row| {
        Ok(Family {
            id: row.get(0)?,
            refreshed_at: row.get(1)?,
            created_at: row.get(2)?,
        })
    })?;
    Ok(families.collect::<rusqlite::Result<_>>()?)
}

/// Ends a family that its owner picked.
///
/// # Errors
/// `NotFound` if the family is not theirs, or has ended.
pub fn end_own(tx: &mut Tx<'_>, user: UserId, family: FamilyId) -> Result<()> {
    let ended = tx
        .prepare_cached("delete from token_families where id = ? and user_id = ?")?
        .execute((family, user))?;
    sql::found(ended)?;
    tx.end_streams(Holder::Family(family));
    Ok(())
}

/// Ends a family: its refresh token and its access tokens become invalid, and its streams end after the commit.
pub fn end(tx: &mut Tx<'_>, family: FamilyId) -> Result<()> {
    tx.prepare_cached("delete from token_families where id = ?")?
        .execute([family])?;
    tx.end_streams(Holder::Family(family));
    Ok(())
}

/// Ends every token of a person, of both kinds, and after the commit the streams that the tokens held open. A new
/// password, a suspension and a deletion need this.
pub fn revoke_all(tx: &mut Tx<'_>, user: UserId) -> Result<()> {
    end_all(tx, user)?;
    personal::revoke_all(tx, user)
}

/// Ends all programs in which a person is signed in.
pub fn end_all(tx: &mut Tx<'_>, user: UserId) -> Result<()> {
    end_families(
        tx,
        "delete from token_families where user_id = ?1 returning id",
        Some(user),
    )
}

fn end_families(tx: &mut Tx<'_>, sql: &'static str, user: Option<UserId>) -> Result<()> {
    let ended: Vec<FamilyId> = tx
        .prepare_cached(sql)?
        .query_map([user], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for family in ended {
        tx.end_streams(Holder::Family(family));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
