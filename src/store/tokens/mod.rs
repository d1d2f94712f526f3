//! Tokens of programs: families of refresh tokens here, personal tokens beside. Only hashes of them are kept.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension};

use super::{Tx, journal, users};
use crate::{
    error::{Error, Result},
    model::{
        Actor, Family, FamilyId, Holder, JournalAct, RefreshToken, Role, Timestamp, User, UserId,
    },
};

pub mod personal;

/// A family lives this long at most, however often it is refreshed.
pub const FAMILY_LIFETIME: Duration = Duration::from_hours(90 * 24);

/// Programs that one person can be signed in with; one more ends the one that was quiet for the longest.
const FAMILIES_MAX: u32 = 50;

/// Whoever sends the same refresh token twice within this time is one client that asked twice, and no thief.
const TWICE_WITHIN: Duration = Duration::from_secs(10);

/// Whose token it is, as things are today.
#[derive(Debug)]
pub struct TokenOwner {
    pub user: User,
    pub role: Role,
    /// Suspended, about to leave or gone: then it lets nobody in.
    pub is_away: bool,
}

/// What came of a refresh token that was shown.
#[derive(Debug, PartialEq, Eq)]
pub enum Refreshed {
    /// The next one serves now.
    Renewed(FamilyId),
    /// It was used a moment ago, and nothing was changed.
    JustUsed,
    /// It is nobody's, or no longer: perhaps its family ended by this.
    Revoked,
    Expired,
}

/// The key of access tokens that is kept in the database.
pub fn secret(conn: &Connection) -> Result<Vec<u8>> {
    let mut query = conn.prepare_cached("select jwt_secret from site")?;
    Ok(query.query_row([], |row| row.get(0))?)
}

/// A new key; with the old one end all programs that were signed in with a password, and their streams. Whichever key
/// the configuration names: they all have to sign in again.
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

/// Signs a program in, and clears away some that have ended of old age. `key` names the key of its access tokens.
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

/// Takes a refresh token for the next one. A token that was taken before ends its family: either the one who shows it
/// or the one who showed it first has stolen it (RFC 9700 §4.14.2).
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

/// Whose family it is; none if it has ended.
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

/// The programs somebody is signed in with, the one that was refreshed last first.
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

/// Ends one of somebody's own.
///
/// # Errors
/// `NotFound` if it is not theirs, or has ended.
pub fn end_own(tx: &mut Tx<'_>, user: UserId, family: FamilyId) -> Result<()> {
    let ended = tx
        .prepare_cached("delete from token_families where id = ? and user_id = ?")?
        .execute((family, user))?;
    if ended == 0 {
        return Err(Error::NotFound);
    }
    tx.end_streams(Holder::Family(family));
    Ok(())
}

/// Ends a family: its refresh token and its access tokens serve no more, and after the commit its streams end.
pub fn end(tx: &mut Tx<'_>, family: FamilyId) -> Result<()> {
    tx.prepare_cached("delete from token_families where id = ?")?
        .execute([family])?;
    tx.end_streams(Holder::Family(family));
    Ok(())
}

/// Ends every token of a person, of both kinds, and after the commit the streams that they held open: for a new
/// password, a suspension, a deletion.
pub fn revoke_all(tx: &mut Tx<'_>, user: UserId) -> Result<()> {
    end_all(tx, user)?;
    personal::revoke_all(tx, user)
}

/// Ends all programs that somebody is signed in with.
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
