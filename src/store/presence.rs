//! Whether people are here: suspended, about to leave, gone.

use std::time::Duration;

use rusqlite::Connection;

use super::Tx;
use crate::{
    error::Result,
    model::{Timestamp, UserId},
};

/// A person who asked to have their account deleted can come back for so long.
pub const LEAVE_AFTER: Duration = Duration::from_hours(14 * 24);

/// From now on nobody sees anything of them, and in [`LEAVE_AFTER`] all of it is deleted.
pub fn leave(tx: &mut Tx<'_>, user: UserId) -> Result<()> {
    tx.prepare_cached("update users set leaves_at = ?2 where id = ?1")?
        .execute((user, tx.now.plus(LEAVE_AFTER)))?;
    settle(tx, user)
}

/// Takes that back.
pub fn stay(tx: &mut Tx<'_>, user: UserId) -> Result<()> {
    tx.prepare_cached("update users set leaves_at = null where id = ?")?
        .execute([user])?;
    settle(tx, user)
}

/// From now on nobody sees anything of them. That they cannot sign in is for those to see to who let people in.
pub fn suspend(tx: &mut Tx<'_>, user: UserId) -> Result<()> {
    tx.prepare_cached("update users set suspended_at = coalesce(suspended_at, ?2) where id = ?1")?
        .execute((user, tx.now))?;
    settle(tx, user)
}

/// Takes that back.
pub fn reinstate(tx: &mut Tx<'_>, user: UserId) -> Result<()> {
    tx.prepare_cached("update users set suspended_at = null where id = ?")?
        .execute([user])?;
    settle(tx, user)
}

/// Whether somebody's time to leave has come.
pub fn has_due(conn: &Connection, now: Timestamp) -> Result<bool> {
    let mut query = conn.prepare_cached(
        "select exists (select 1 from users where leaves_at <= ? and gone_at is null)",
    )?;
    Ok(query.query_row([now], |row| row.get(0))?)
}

/// What is theirs is seen again or no more.
fn settle(tx: &mut Tx<'_>, user: UserId) -> Result<()> {
    tx.prepare_cached(
        "update feeds set is_hidden = (
             select suspended_at is not null or leaves_at is not null from users where id = ?1)
         where owner_id = ?1",
    )?
    .execute([user])?;
    tx.prepare_cached(
        "update follows set is_silent = exists (
                 select 1 from feeds where id = follows.feed_id and is_hidden = 1)
             or exists (
                 select 1 from unseen where user_id = follows.user_id and other_id = ?1)
         where feed_id = (select id from feeds where owner_id = ?1)",
    )?
    .execute([user])?;
    Ok(())
}
