//! What a person is told on every page until they have read it.

use rusqlite::{Connection, OptionalExtension};

use super::Tx;
use crate::{
    error::{Error, Result},
    model::{UserId, Warning, WarningId},
};

/// The oldest; the others come after it.
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

/// They have read it.
///
/// # Errors
/// `NotFound` if it is not theirs, or they said so before.
pub fn dismiss(tx: &mut Tx<'_>, user: UserId, warning: WarningId) -> Result<()> {
    let read = tx
        .prepare_cached("delete from warnings where id = ? and user_id = ?")?
        .execute((warning, user))?;
    if read == 0 {
        return Err(Error::NotFound);
    }
    Ok(())
}
