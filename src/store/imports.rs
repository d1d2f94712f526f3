//! Imported posts, and the table of those that are here already.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension};

use super::{Db, Tx, Visit, images, posts};
use crate::{
    error::{Error, Result},
    model::{
        AltText, Attached, ImportKey, ImportOutcome, ImportedPost, NewImage, PostId, Timestamp,
        UserId,
    },
};

/// A database that posts are imported into: that of a running server, or a command's own connection to the file.
pub trait ImportSite {
    /// Runs `query` on one snapshot of the database.
    ///
    /// # Errors
    /// Those of `query`, and `StorageUnavailable` if the file cannot be read.
    fn read<T>(&self, query: impl FnOnce(&Connection) -> Result<T>) -> Result<T>;

    /// Runs `change`, and returns once its effects are on the disk.
    ///
    /// # Errors
    /// Those of `change`; `Busy` and `StorageUnavailable` if it is not written.
    fn write<T: Send + 'static>(
        &mut self,
        now: Timestamp,
        change: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T>;
}

impl ImportSite for Visit {
    fn read<T>(&self, query: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        Visit::read(self, query)
    }

    fn write<T: Send + 'static>(
        &mut self,
        now: Timestamp,
        change: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        Visit::write(self, now, change)
    }
}

impl ImportSite for Arc<Db> {
    fn read<T>(&self, query: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        Db::read(self, query)
    }

    fn write<T: Send + 'static>(
        &mut self,
        now: Timestamp,
        change: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        Db::write(self, now, change)
    }
}

/// Checks that a person is still here, so that nothing comes into the feed of somebody who has left or was suspended.
///
/// # Errors
/// `Forbidden` if they are not.
pub fn check_here(conn: &Connection, user: UserId) -> Result<()> {
    let mut query = conn.prepare_cached(
        "select exists (
             select 1 from users
             where id = ? and suspended_at is null and leaves_at is null and gone_at is null)",
    )?;
    let is_here: bool = query.query_row([user], |row| row.get(0))?;
    is_here.then_some(()).ok_or(Error::Forbidden)
}

/// Returns whether a person has imported a post, whether or not it was deleted afterwards.
pub fn is_known(conn: &Connection, user: UserId, key: ImportKey) -> Result<bool> {
    let mut query = conn.prepare_cached(
        "select exists (select 1 from imported_posts where user_id = ? and origin = ?)",
    )?;
    Ok(query.query_row((user, key), |row| row.get(0))?)
}

/// Returns the post that a person has imported by this key, if it is not deleted.
pub fn imported_as(conn: &Connection, user: UserId, key: ImportKey) -> Result<Option<PostId>> {
    let mut query = conn.prepare_cached(
        "select posts.id from imported_posts join posts on posts.id = imported_posts.post_id
         where user_id = ? and origin = ? and deleted_at is null",
    )?;
    Ok(query.query_row((user, key), |row| row.get(0)).optional()?)
}

/// Returns whether a post with this id was written here by this person.
pub fn is_own(conn: &Connection, user: UserId, id: PostId) -> Result<bool> {
    let mut query =
        conn.prepare_cached("select exists (select 1 from posts where id = ? and author_id = ?)")?;
    Ok(query.query_row((id, user), |row| row.get(0))?)
}

/// Imports a post. The parts of a long one are posts of their own, the first one above the others and with all pictures.
/// A post whose pictures have no room is not imported, so that a later import may add it.
pub fn add(
    tx: &mut Tx<'_>,
    user: UserId,
    new: &ImportedPost,
    storage_max: u64,
) -> Result<ImportOutcome> {
    if is_known(tx, user, new.key)? {
        return Ok(ImportOutcome::Known);
    }
    let Some(attached) = keep(tx, user, &new.pictures, storage_max)? else {
        return Ok(ImportOutcome::NoRoom);
    };
    for part in new.rest.iter().rev() {
        posts::import(tx, user, part, &Attached::default(), new.written_at)?;
    }
    let post = posts::import(tx, user, &new.message, &attached, new.written_at)?;
    note(tx, user, new.key, post)?;
    Ok(ImportOutcome::Added)
}

/// Notes that a post was imported, so that it is not imported again.
pub(super) fn note(tx: &Tx<'_>, user: UserId, key: ImportKey, post: PostId) -> Result<()> {
    tx.prepare_cached("insert into imported_posts (user_id, origin, post_id) values (?, ?, ?)")?
        .execute((user, key, post))?;
    Ok(())
}

/// Stores the pictures of an imported post. Returns none if there is no room for all of them.
pub(super) fn keep(
    tx: &mut Tx<'_>,
    user: UserId,
    pictures: &[(NewImage, AltText)],
    storage_max: u64,
) -> Result<Option<Attached>> {
    let bytes: u64 = pictures.iter().map(|(picture, _)| picture.charge()).sum();
    if bytes > 0 && !has_room(tx, user, bytes, storage_max)? {
        return Ok(None);
    }
    let mut kept = Vec::new();
    for (picture, alt) in pictures {
        let id = images::create(tx, user, picture, alt, storage_max)?;
        kept.push((id, alt.clone()));
    }
    let attached = Attached::parse(kept, u32::MAX);
    let attached = attached.map_err(|problem| Error::invalid("image", problem))?;
    Ok(Some(attached))
}

/// Checks whether a person may store so many more bytes of pictures.
pub(super) fn has_room(
    conn: &Connection,
    user: UserId,
    bytes: u64,
    storage_max: u64,
) -> Result<bool> {
    Ok(images::used_by(conn, user)?.saturating_add(bytes) <= storage_max)
}
