//! Personal tokens, which people create for their scripts.

use rusqlite::{Connection, OptionalExtension, Row};

use super::TokenOwner;
use crate::{
    error::{Error, Result},
    model::{Holder, NewToken, PersonalToken, PersonalTokenId, TokenHash, UserId},
    store::{Tx, sql, users},
};

/// The number of personal tokens that one person can have: more than anybody has scripts.
pub const TOKENS_MAX: u32 = 20;

/// Creates a personal token.
///
/// # Errors
/// `Invalid` if the person has a token of that name, or has [`TOKENS_MAX`] tokens already.
pub fn create(
    tx: &mut Tx<'_>,
    user: UserId,
    new: &NewToken,
    token: &TokenHash,
) -> Result<PersonalTokenId> {
    let own: u32 = tx
        .prepare_cached("select count(*) from personal_tokens where user_id = ?")?
        .query_row([user], |row| row.get(0))?;
    if own >= TOKENS_MAX {
        let message = format!("You have {TOKENS_MAX} tokens; revoke one of them first.");
        return Err(Error::invalid("name", message));
    }
    let inserted = tx
        .prepare_cached(
            "insert into personal_tokens (user_id, name, token_hash, scope, expires_at, created_at)
             values (?, ?, ?, ?, ?, ?)",
        )?
        .execute((
            user,
            new.name.as_str(),
            token,
            new.scope,
            new.lifetime.map(|lifetime| tx.now.plus(lifetime)),
            tx.now,
        ));
    match inserted {
        Err(error) if sql::is_taken(&error) => {
            Err(Error::invalid("name", "You have a token of this name."))
        }
        other => {
            other?;
            Ok(PersonalTokenId(tx.last_insert_rowid()))
        }
    }
}

/// Finds a personal token and its owner. The caller, who knows the time, decides whether the token has expired.
pub fn find(conn: &Connection, token: &TokenHash) -> Result<Option<(PersonalToken, TokenOwner)>> {
    let mut query = conn.prepare_cached(
        concat!("select personal_tokens.id as token_id, personal_tokens.name as token_name, scope, expires_at,
             last_used_at, personal_tokens.created_at as made_at, role,
             suspended_at is not null or leaves_at is not null or gone_at is not null as is_away,
             ", users::user_columns!(), "
         from personal_tokens join users on users.id = personal_tokens.user_id where token_hash = ?"),
    )?;
    let found = query.query_row([token], |row| {
        let bearer = TokenOwner {
            role: row.get("role")?,
            is_away: row.get("is_away")?,
            user: users::from_row(row)?,
        };
        Ok((from_row(row)?, bearer))
    });
    Ok(found.optional()?)
}

/// Returns the personal tokens of a person, the newest first.
pub fn list(conn: &Connection, user: UserId) -> Result<Vec<PersonalToken>> {
    let mut query = conn.prepare_cached(
        "select id as token_id, name as token_name, scope, expires_at, last_used_at, created_at as made_at
         from personal_tokens where user_id = ? order by id desc",
    )?;
    let tokens = query.query_map([user], from_row)?;
    Ok(tokens.collect::<rusqlite::Result<_>>()?)
}

/// Records the time of a token's last use.
pub fn touch(tx: &mut Tx<'_>, token: PersonalTokenId) -> Result<()> {
    tx.prepare_cached(
        "update personal_tokens set last_used_at = max(coalesce(last_used_at, 0), ?) where id = ?",
    )?
    .execute((tx.now, token))?;
    Ok(())
}

/// Revokes a personal token. Its streams end after the commit.
///
/// # Errors
/// `NotFound` if the token is not theirs, or has been revoked.
pub fn revoke(tx: &mut Tx<'_>, user: UserId, token: PersonalTokenId) -> Result<()> {
    let gone = tx
        .prepare_cached("delete from personal_tokens where id = ? and user_id = ?")?
        .execute((token, user))?;
    sql::found(gone)?;
    tx.end_streams(Holder::Personal(token));
    Ok(())
}

pub(super) fn revoke_all(tx: &mut Tx<'_>, user: UserId) -> Result<()> {
    let gone: Vec<PersonalTokenId> = tx
        .prepare_cached("delete from personal_tokens where user_id = ? returning id")?
        .query_map([user], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for token in gone {
        tx.end_streams(Holder::Personal(token));
    }
    Ok(())
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<PersonalToken> {
    Ok(PersonalToken {
        id: row.get("token_id")?,
        name: row.get("token_name")?,
        scope: row.get("scope")?,
        expires_at: row.get("expires_at")?,
        last_used_at: row.get("last_used_at")?,
        created_at: row.get("made_at")?,
    })
}
