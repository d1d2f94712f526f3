//! Warnings that a person sees on every page until they have read them.

use rusqlite::{Connection, OptionalExtension};

use super::{Tx, sql};
use crate::{
    error::Result,
    model::{UserId, Warning, WarningId},
};

/// Returns a person's oldest warning. The later ones follow once it is dismissed.
pub fn first(conn: &Connection, user: UserId) -> Result<Option<Warning>> {
    let mut query = conn
        .prepare_cached("select id, browser from warnings where user_id = ? order by id limit 1")?;
    let warning = query.query_row([user], |row| {
        Ok(Warning {
            id: row.get("id")?,
            browser: row.get("browser")?,
        })
    });
    Ok(warning.optional()?)
}

/// Deletes a warning that the person has read.
///
/// # Errors
/// `NotFound` if it is not theirs, or they said so before.
pub fn dismiss(tx: &mut Tx<'_>, user: UserId, warning: WarningId) -> Result<()> {
    let read = tx
        .prepare_cached("delete from warnings where id = ? and user_id = ?")?
        .execute((warning, user))?;
    sql::found(read)
}
