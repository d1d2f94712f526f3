//! What a person's pictures may take.

use rusqlite::{Connection, OptionalExtension};

use super::FIELD;
use crate::{
    error::{Error, Result},
    model::{Bytes, CHARGE_MIN, ImageId, UserId},
};

/// Bytes that a person's pictures take, used or not: what their quota is charged.
pub fn used_by(conn: &Connection, owner: UserId) -> Result<u64> {
    let mut query =
        conn.prepare_cached("select coalesce(sum(bytes), 0) from images where owner_id = ?")?;
    let bytes: i64 = query.query_row([owner], |row| row.get(0))?;
    Ok(bytes.unsigned_abs())
}

/// Whether there is room for any picture at all, instead of one that goes for it: asked before one is drawn, which is work.
///
/// # Errors
/// `Invalid` if not even the smallest would fit.
pub fn check_room(
    conn: &Connection,
    owner: UserId,
    instead_of: Option<ImageId>,
    storage_max: u64,
) -> Result<()> {
    let mut query =
        conn.prepare_cached("select bytes from images where id = ? and owner_id = ?")?;
    let freed = query.query_row((instead_of, owner), |row| row.get(0));
    let freed: i64 = freed.optional()?.unwrap_or(0);
    let used = used_by(conn, owner)?;
    let kept = used.saturating_sub(freed.unsigned_abs());
    if kept.saturating_add(CHARGE_MIN) <= storage_max {
        return Ok(());
    }
    let message = format!(
        "There is no room for another picture: your pictures take {} of the {} that you have here. \
         Delete some that you do not need any more.",
        Bytes(used),
        Bytes(storage_max)
    );
    Err(Error::invalid(FIELD, message))
}

/// # Errors
/// `Invalid` if somebody would have more than `storage_max` bytes of pictures with one that takes so many.
pub(super) fn check_fits(
    conn: &Connection,
    owner: UserId,
    bytes: u64,
    storage_max: u64,
) -> Result<()> {
    let used = used_by(conn, owner)?;
    if used.saturating_add(bytes) <= storage_max {
        return Ok(());
    }
    let message = format!(
        "There is no room for this picture: it takes {}, and your pictures take {} of the {} that you have here. \
         Delete some that you do not need any more.",
        Bytes(bytes),
        Bytes(used),
        Bytes(storage_max)
    );
    Err(Error::invalid(FIELD, message))
}
