//! Requests to follow private people, and the answers.

use rusqlite::Connection;

use super::{enter, is_requested, page, related_columns, tied};
use crate::{
    error::{Error, Result},
    model::{Cursor, EventKind, Feed, FeedId, Page, RelatedUser, Tied, User, UserId, UserName},
    store::{
        Tx,
        events::Announcement,
        feeds, notifications,
        rows::{self, Take},
        users,
        visibility::person_visible,
    },
};

/// Asks to follow a feed.
pub(in crate::store) fn ask(tx: &mut Tx<'_>, follower: UserId, feed: &Feed) -> Result<()> {
    let event = tx.announce(&Announcement::on_feed(
        EventKind::FollowRequest,
        follower,
        feed,
    ))?;
    tx.prepare_cached(
        "insert into follow_requests (feed_id, user_id, event_id, created_at) values (?, ?, ?, ?)",
    )?
    .execute((feed.id, follower, event, tx.now))?;
    Ok(())
}

/// Deletes a request without an answer, on behalf of either side.
pub(in crate::store) fn withdraw(tx: &mut Tx<'_>, follower: UserId, feed: &Feed) -> Result<()> {
    let gone = tx
        .prepare_cached("delete from follow_requests where feed_id = ? and user_id = ?")?
        .execute((feed.id, follower))?;
    if gone > 0 {
        tx.is_on_page_of(follower);
        tell_of_answer(tx, feed)?;
    }
    Ok(())
}

/// Tells those who may answer requests that one is gone.
fn tell_of_answer(tx: &mut Tx<'_>, feed: &Feed) -> Result<()> {
    let who = feeds::keepers(tx, feed)?;
    who.into_iter()
        .try_for_each(|user| notifications::changed(tx, user))
}

/// Accepts a request to follow. A person who is a follower already stays one.
///
/// # Errors
/// `NotFound` if this person did not ask, or withdrew the request.
pub fn accept(tx: &mut Tx<'_>, owner: UserId, username: &UserName) -> Result<User> {
    let user = users::find(tx, owner, username)?;
    let feed = feeds::own(tx, owner)?;
    if is_requested(tx, user.id, feed.id)? {
        grant(tx, &feed, user.id)?;
        return Ok(user);
    }
    let is_in = super::between(tx, user.id, owner)? == crate::model::Relationship::Following;
    if is_in {
        Ok(user)
    } else {
        Err(Error::NotFound)
    }
}

/// Refuses a request to follow. The person who asked is not told. Idempotent.
///
/// # Errors
/// `NotFound` if there is no such person.
pub fn refuse(tx: &mut Tx<'_>, owner: UserId, username: &UserName) -> Result<User> {
    let user = users::find(tx, owner, username)?;
    let feed = feeds::own(tx, owner)?;
    withdraw(tx, user.id, &feed)?;
    Ok(user)
}

/// Makes a person's feed private or public. Followers stay in either case. When the feed becomes public, all waiting
/// requests are accepted.
pub fn set_private(tx: &mut Tx<'_>, owner: UserId, is_private: bool) -> Result<()> {
    let feed = feeds::own(tx, owner)?;
    feeds::set_private(tx, feed.id, is_private)?;
    if feed.is_private != is_private {
        tx.announce(&Announcement::on_feed(
            EventKind::PersonChanged,
            owner,
            &feed,
        ))?;
    }
    if is_private {
        return Ok(());
    }
    let asked = who_asked(tx, feed.id)?;
    asked
        .into_iter()
        .try_for_each(|user| grant(tx, &feed, user))
}

/// Returns the people who wait for an answer, the oldest request first.
pub(in crate::store) fn who_asked(conn: &Connection, feed: FeedId) -> Result<Vec<UserId>> {
    let mut query = conn.prepare_cached(
        "select user_id from follow_requests where feed_id = ? order by event_id",
    )?;
    let asked = query.query_map([feed], |row| row.get(0))?;
    Ok(asked.collect::<rusqlite::Result<_>>()?)
}

/// Returns a page of the people who wait for an answer, the newest request first.
pub fn waiting(
    conn: &Connection,
    owner: UserId,
    before: Option<Cursor>,
    size: u32,
) -> Result<Page<RelatedUser>> {
    waiting_for(conn, owner, feeds::own(conn, owner)?.id, before, size)
}

/// Returns a page of the people who wait to follow a feed, the newest request first.
pub(in crate::store) fn waiting_for(
    conn: &Connection,
    viewer: UserId,
    feed: FeedId,
    before: Option<Cursor>,
    size: u32,
) -> Result<Page<RelatedUser>> {
    let sql = concat!(
        "select follow_requests.event_id as position, ",
        related_columns!(),
        "
         from follow_requests join users on users.id = follow_requests.user_id
         where follow_requests.feed_id = ?2
             and follow_requests.event_id < ?3 and ",
        person_visible!(),
        "
         order by follow_requests.event_id desc limit ?4"
    );
    page(conn, sql, viewer.into(), feed.0, before, size)
}

/// Lets in somebody who asked.
pub(in crate::store) fn grant(tx: &mut Tx<'_>, feed: &Feed, user: UserId) -> Result<()> {
    let event = tx.announce(&Announcement::on_feed(EventKind::FollowGranted, user, feed))?;
    tx.prepare_cached("delete from follow_requests where feed_id = ? and user_id = ?")?
        .execute((feed.id, user))?;
    enter(tx, user, feed.id, event, Some(event))?;
    tell_of_answer(tx, feed)
}

/// Reads the people whom a person has asked to follow, newest first.
pub fn each_sent(conn: &Connection, viewer: UserId, take: Take<'_, Tied>) -> Result<()> {
    let sql = concat!(
        "select ",
        users::user_columns!(),
        ", asked.created_at as since
         from follow_requests as asked
         join feeds on feeds.id = asked.feed_id join users on users.id = feeds.owner_id
         where asked.user_id = ?1 and ",
        person_visible!(),
        " order by asked.event_id desc"
    );
    rows::each(conn, sql, viewer, tied, take)
}

/// Reads the people who have asked to follow a person, newest first.
pub fn each_received(conn: &Connection, viewer: UserId, take: Take<'_, Tied>) -> Result<()> {
    let sql = concat!(
        "select ",
        users::user_columns!(),
        ", asked.created_at as since
         from follow_requests as asked
         join users on users.id = asked.user_id
         where asked.feed_id = (select own.feed_id from users as own where own.id = ?1) and ",
        person_visible!(),
        "
         order by asked.event_id desc"
    );
    rows::each(conn, sql, viewer, tied, take)
}
