//! Pictures of people and of groups.

use rusqlite::Connection;

use super::{create, delete};
use crate::{
    error::Result,
    model::{AVATAR_SIDES, AltText, FeedId, ImageId, NewImage, Rendition, UserId},
    store::{Tx, sql},
};

/// Makes an image the person's avatar, and deletes their old avatar at once.
///
/// # Errors
/// `NotFound` if the image is not theirs, is used already, or was not encoded as an avatar.
pub fn set_avatar(tx: &mut Tx<'_>, user: UserId, image: ImageId) -> Result<()> {
    let [square, ..] = AVATAR_SIDES.map(Rendition::Avatar);
    let found = tx
        .prepare_cached(
            "update images set is_avatar = 1
             where id = ?1 and owner_id = ?2 and post_id is null and is_avatar = 0
                 and exists (select 1 from renditions where image_id = ?1 and name = ?3)",
        )?
        .execute((image, user, square.to_string()))?;
    sql::found(found)?;
    let old = avatar(tx, user)?;
    tx.prepare_cached("update users set avatar = ? where id = ?")?
        .execute((image, user))?;
    old.map_or(Ok(()), |old| delete(tx, old))
}

/// Stores an image as the person's avatar. Deletes the old avatar first, which makes room for the new one.
///
/// # Errors
/// `Invalid` if there is no room for the image.
pub fn create_avatar(
    tx: &mut Tx<'_>,
    user: UserId,
    new: &NewImage,
    storage_max: u64,
) -> Result<()> {
    delete_avatar(tx, user)?;
    let id = create(tx, user, new, &AltText::default(), storage_max)?;
    set_avatar(tx, user, id)
}

/// Stores an image as the picture of a group, in place of the old one. It counts as an image of the admin who gave it.
///
/// # Errors
/// `Invalid` if there is no room for the image.
pub fn create_group_avatar(
    tx: &mut Tx<'_>,
    admin: UserId,
    group: FeedId,
    new: &NewImage,
    storage_max: u64,
) -> Result<()> {
    let old: Option<ImageId> = tx
        .prepare_cached("select avatar from groups where feed_id = ?")?
        .query_row([group], |row| row.get(0))?;
    old.map_or(Ok(()), |old| delete(tx, old))?;
    let id = create(tx, admin, new, &AltText::default(), storage_max)?;
    tx.prepare_cached("update images set is_avatar = 1, group_id = ?2 where id = ?1")?
        .execute((id, group))?;
    tx.prepare_cached("update groups set avatar = ?2 where feed_id = ?1")?
        .execute((group, id))?;
    Ok(())
}

/// Deletes the person's avatar. Returns whether there was one.
pub fn delete_avatar(tx: &mut Tx<'_>, user: UserId) -> Result<bool> {
    let old = avatar(tx, user)?;
    old.map_or(Ok(()), |old| delete(tx, old))?;
    Ok(old.is_some())
}

fn avatar(conn: &Connection, user: UserId) -> Result<Option<ImageId>> {
    let mut query = conn.prepare_cached("select avatar from users where id = ?")?;
    Ok(query.query_row([user], |row| row.get(0))?)
}
