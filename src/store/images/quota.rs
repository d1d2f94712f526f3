//! The storage quota of a person's images.

use rusqlite::{Connection, OptionalExtension};

use super::FIELD;
use crate::{
    error::{Error, Result},
    model::{Bytes, CHARGE_MIN, ImageId, UserId},
};

/// Returns the bytes that a person's images take from their quota, whether the images are used or not. A person and their
/// imaginary friends have one quota.
pub fn used_by(conn: &Connection, owner: UserId) -> Result<u64> {
    let mut query = conn.prepare_cached(
        "select coalesce(sum(images.bytes), 0)
         from (select coalesce(imagined_by, id) as id from users where id = ?) as payer
         cross join users on users.id = payer.id or users.imagined_by = payer.id
         cross join images on images.owner_id = users.id",
    )?;
    let bytes: i64 = query.query_row([owner], |row| row.get(0))?;
    Ok(bytes.unsigned_abs())
}

/// Checks that there is room for any image at all, if the image `instead_of` goes for it. Callers check this before an
/// image is encoded, which is work.
///
/// # Errors
/// `Invalid` if not even the smallest image would fit.
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

/// Checks that an image of this many bytes fits into the owner's quota.
///
/// # Errors
/// `Invalid` if the owner's images would take more than `storage_max` bytes.
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
