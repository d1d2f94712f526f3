//! Asking a private person to be let in, and the answer.

use rusqlite::Connection;

use super::{enter, page, related_columns, requested_by};
use crate::{
    error::{Error, Result},
    model::{Cursor, EventKind, FeedId, Page, RelatedUser, User, UserId, UserName},
    store::{
        Tx,
        events::Announcement,
        notifications,
        users::{self, own_feed},
        visibility::person_visible,
    },
};

pub(super) fn ask(tx: &mut Tx<'_>, follower: UserId, feed: FeedId) -> Result<()> {
    let event = tx.announce(&Announcement::new(EventKind::FollowRequest, follower, feed))?;
    tx.prepare_cached(
        "insert into follow_requests (feed_id, user_id, event_id, created_at) values (?, ?, ?, ?)",
    )?
    .execute((feed, follower, event, tx.now))?;
    Ok(())
}

/// Without an answer, by whoever of the two.
pub(super) fn withdraw(
    tx: &mut Tx<'_>,
    follower: UserId,
    owner: UserId,
    feed: FeedId,
) -> Result<()> {
    let gone = tx
        .prepare_cached("delete from follow_requests where feed_id = ? and user_id = ?")?
        .execute((feed, follower))?;
    if gone > 0 {
        notifications::changed(tx, owner)?;
    }
    Ok(())
}

/// Lets somebody in who asked. Who is in already stays in.
///
/// # Errors
/// `NotFound` if this person did not ask, or took it back.
pub fn accept(tx: &mut Tx<'_>, owner: UserId, username: &UserName) -> Result<User> {
    let user = users::find(tx, owner, username)?;
    let feed = own_feed(tx, owner)?;
    if requested_by(tx, user.id, feed)? {
        grant(tx, owner, feed, user.id)?;
        return Ok(user);
    }
    let is_in = super::between(tx, user.id, owner)? == crate::model::Relationship::Following;
    if is_in {
        Ok(user)
    } else {
        Err(Error::NotFound)
    }
}

/// Idempotent; the one who asked is not told.
///
/// # Errors
/// `NotFound` if there is no such person.
pub fn refuse(tx: &mut Tx<'_>, owner: UserId, username: &UserName) -> Result<User> {
    let user = users::find(tx, owner, username)?;
    let feed = own_feed(tx, owner)?;
    withdraw(tx, user.id, owner, feed)?;
    Ok(user)
}

/// A person shows what they write to everybody, or to those they let in. Who follows stays; who asked is let in when
/// nobody has to ask any more.
pub fn set_private(tx: &mut Tx<'_>, owner: UserId, is_private: bool) -> Result<()> {
    let feed = own_feed(tx, owner)?;
    tx.prepare_cached("update feeds set is_private = ?2 where id = ?1")?
        .execute((feed, is_private))?;
    if is_private {
        return Ok(());
    }
    let asked: Vec<UserId> = tx
        .prepare_cached("select user_id from follow_requests where feed_id = ? order by event_id")?
        .query_map([feed], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    asked
        .into_iter()
        .try_for_each(|user| grant(tx, owner, feed, user))
}

pub fn is_private(conn: &Connection, owner: UserId) -> Result<bool> {
    let mut query = conn.prepare_cached("select is_private from feeds where owner_id = ?")?;
    Ok(query.query_row([owner], |row| row.get(0))?)
}

/// Who waits for an answer, the newest first.
pub fn waiting(
    conn: &Connection,
    owner: UserId,
    before: Option<Cursor>,
    size: u32,
) -> Result<Page<RelatedUser>> {
    let sql = concat!(
        "select follow_requests.event_id as position, ",
        related_columns!(),
        "
         from follow_requests join users on users.id = follow_requests.user_id
         where follow_requests.feed_id = (select id from feeds where owner_id = ?2)
             and follow_requests.event_id < ?3 and ",
        person_visible!(),
        "
         order by follow_requests.event_id desc limit ?4"
    );
    page(conn, sql, owner.into(), owner.0, before, size)
}

fn grant(tx: &mut Tx<'_>, owner: UserId, feed: FeedId, user: UserId) -> Result<()> {
    let event = tx.announce(&Announcement::new(EventKind::FollowGranted, user, feed))?;
    tx.prepare_cached("delete from follow_requests where feed_id = ? and user_id = ?")?
        .execute((feed, user))?;
    enter(tx, user, feed, event, Some(event))?;
    notifications::changed(tx, owner)
}
