//! Follows. A person follows a feed; on a profile that is the feed which the profile's owner owns.

use rusqlite::{Connection, Row};

use super::{
    Tx,
    events::Announcement,
    feeds,
    rows::{self, Take},
    users,
    visibility::{feed_visible, person_visible},
};
use crate::{
    error::{Error, Result},
    model::{
        Cursor, EventId, EventKind, Feed, FeedId, Page, RelatedUser, Relationship, Tied, Ties,
        User, UserId, UserName, Viewer,
    },
};

pub mod distance;
pub mod requests;
pub(super) mod silence;

/// The columns of [`related`], from `users`. `?1` is the viewer.
macro_rules! related_columns {
    () => {
        concat!(
            crate::store::users::user_columns!(),
            ",
         exists (
             select 1 from follows
             where feed_id = users.feed_id and user_id = ?1) as is_followed,
         exists (
             select 1 from follow_requests
             where feed_id = users.feed_id and user_id = ?1) as is_requested"
        )
    };
}
pub(super) use related_columns;

/// Follows a person, or asks a private one. Idempotent.
///
/// # Errors
/// `NotFound` if there is no such person, `Forbidden` if it is oneself.
pub fn follow(
    tx: &mut Tx<'_>,
    follower: UserId,
    username: &UserName,
) -> Result<(User, Relationship)> {
    let user = other(tx, follower, username)?;
    let known = between(tx, follower, user.id)?;
    if known != Relationship::NotFollowing {
        return Ok((user, known));
    }
    let feed = feeds::find(tx, user.feed)?;
    if feed.is_private {
        requests::ask(tx, follower, &feed)?;
        return Ok((user, Relationship::Requested));
    }
    let event = tx.announce(&Announcement::on_feed(EventKind::Follow, follower, &feed))?;
    enter(tx, follower, feed.id, event, None)?;
    Ok((user, Relationship::Following))
}

/// Makes `follower` a follower of a feed, which may be a conversation. `granted` is the event by which they were let in, if somebody else did that.
pub(super) fn enter(
    tx: &Tx<'_>,
    follower: UserId,
    feed: FeedId,
    event: EventId,
    granted: Option<EventId>,
) -> Result<()> {
    tx.prepare_cached(
        "insert into follows (user_id, feed_id, event_id, granted_event, created_at)
         values (?, ?, ?, ?, ?)",
    )?
    .execute((follower, feed, event, granted, tx.now))?;
    silence::settle_follow(tx, follower, feed)?;
    // The groups of a person are found by these rows.
    tx.prepare_cached(
        "insert into group_roles (feed_id, user_id) select feed_id, ?2 from groups where feed_id = ?1
         on conflict do nothing",
    )?
    .execute((feed, follower))?;
    Ok(())
}

/// Unfollows a person, or withdraws the request to follow. Idempotent.
///
/// # Errors
/// `NotFound` if there is no such person, `Forbidden` if it is oneself.
pub fn unfollow(tx: &mut Tx<'_>, follower: UserId, username: &UserName) -> Result<User> {
    let user = other(tx, follower, username)?;
    leave(tx, follower, user.id)?;
    Ok(user)
}

/// Ends a follow, or withdraws the request.
pub(super) fn leave(tx: &mut Tx<'_>, follower: UserId, owner: UserId) -> Result<()> {
    let feed = feeds::own(tx, owner)?;
    leave_feed(tx, follower, &feed)
}

/// Ends the follow of a feed, or withdraws the request.
pub(super) fn leave_feed(tx: &mut Tx<'_>, follower: UserId, feed: &Feed) -> Result<()> {
    let gone = tx
        .prepare_cached("delete from follows where user_id = ? and feed_id = ?")?
        .execute((follower, feed.id))?;
    if gone > 0 {
        tx.announce(&Announcement::on_feed(EventKind::Unfollow, follower, feed))?;
    }
    requests::withdraw(tx, follower, feed)
}

/// Removes a follower, at the wish of the person who is followed. Idempotent.
///
/// # Errors
/// `NotFound` if there is no such person, `Forbidden` if it is oneself.
pub fn remove_follower(tx: &mut Tx<'_>, owner: UserId, username: &UserName) -> Result<User> {
    let follower = other(tx, owner, username)?;
    leave(tx, follower.id, owner)?;
    Ok(follower)
}

/// Checks whether a person follows anybody's feed, or a group's.
pub fn follows_somebody(conn: &Connection, user: UserId) -> Result<bool> {
    let mut query = conn.prepare_cached(
        "select exists (
             select 1 from follows cross join feeds on feeds.id = follows.feed_id
             where follows.user_id = ? and feeds.kind <> 'direct')",
    )?;
    Ok(query.query_row([user], |row| row.get(0))?)
}

/// Returns the relationship of the viewer to a person.
pub fn between(conn: &Connection, viewer: impl Into<Viewer>, user: UserId) -> Result<Relationship> {
    let viewer = viewer.into();
    if viewer.is(user) {
        return Ok(Relationship::Oneself);
    }
    let mut query = conn.prepare_cached(
        "select exists (select 1 from follows where user_id = ?1 and feed_id = feeds.id),
             exists (select 1 from follow_requests where user_id = ?1 and feed_id = feeds.id)
         from feeds where owner_id = ?2",
    )?;
    let (following, requested) =
        query.query_row((viewer, user), |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(match (following, requested) {
        (true, _) => Relationship::Following,
        (false, true) => Relationship::Requested,
        (false, false) => Relationship::NotFollowing,
    })
}

/// Returns the other ties between two people, as the viewer sees them.
pub fn ties(conn: &Connection, viewer: impl Into<Viewer>, user: UserId) -> Result<Ties> {
    let mut query = conn.prepare_cached(
        "select exists (select 1 from unseen where user_id = ?1 and other_id = ?2 and mutes = 1),
             exists (
                 select 1 from follows join feeds on feeds.id = follows.feed_id
                 where follows.user_id = ?2 and feeds.owner_id = ?1)",
    )?;
    Ok(query.query_row((viewer.into(), user), |row| {
        Ok(Ties {
            is_muted: row.get(0)?,
            follows_viewer: row.get(1)?,
        })
    })?)
}

/// Returns a page of a feed's followers, newest first.
pub fn followers(
    conn: &Connection,
    viewer: impl Into<Viewer>,
    feed: FeedId,
    before: Option<Cursor>,
    size: u32,
) -> Result<Page<RelatedUser>> {
    let sql = concat!(
        "select follows.event_id as position, ",
        related_columns!(),
        "
         from follows join users on users.id = follows.user_id
         where follows.feed_id = ?2 and follows.event_id < ?3 and ",
        feed_visible!("?2"),
        "
             and ",
        person_visible!(),
        " order by follows.event_id desc limit ?4"
    );
    page(conn, sql, viewer.into(), feed.0, before, size)
}

/// Returns a page of the people whom a person follows, newest first.
pub fn following(
    conn: &Connection,
    viewer: impl Into<Viewer>,
    user: UserId,
    before: Option<Cursor>,
    size: u32,
) -> Result<Page<RelatedUser>> {
    let sql = concat!(
        "select follows.event_id as position, ", related_columns!(), "
         from follows join feeds on feeds.id = follows.feed_id join users on users.id = feeds.owner_id
         where follows.user_id = ?2 and follows.event_id < ?3
             and ", feed_visible!("(select own.feed_id from users as own where own.id = ?2)"), "
             and ", person_visible!(), " order by follows.event_id desc limit ?4"
    );
    page(conn, sql, viewer.into(), user.0, before, size)
}

/// Reads the people whom a person follows, newest first.
pub fn each_followed(conn: &Connection, viewer: UserId, take: Take<'_, Tied>) -> Result<()> {
    let sql = concat!(
        "select ", users::user_columns!(), ", follows.created_at as since
         from follows join feeds on feeds.id = follows.feed_id join users on users.id = feeds.owner_id
         where follows.user_id = ?1 and ", person_visible!(), " order by follows.event_id desc"
    );
    rows::each(conn, sql, viewer, tied, take)
}

/// Reads a person's followers, newest first.
pub fn each_follower(conn: &Connection, viewer: UserId, take: Take<'_, Tied>) -> Result<()> {
    let sql = concat!(
        "select ",
        users::user_columns!(),
        ", follows.created_at as since
         from follows join users on users.id = follows.user_id
         where follows.feed_id = (select own.feed_id from users as own where own.id = ?1) and ",
        person_visible!(),
        "
         order by follows.event_id desc"
    );
    rows::each(conn, sql, viewer, tied, take)
}

/// Reads a person from the columns `user_columns!, since`.
fn tied(row: &Row<'_>) -> Result<Tied> {
    Ok(Tied {
        user: users::from_row(row)?,
        since: row.get("since")?,
    })
}

pub(super) fn related(row: &Row<'_>, viewer: Viewer) -> rusqlite::Result<RelatedUser> {
    let user = users::from_row(row)?;
    let relationship = match (row.get("is_followed")?, row.get("is_requested")?) {
        _ if viewer.is(user.id) => Relationship::Oneself,
        (true, _) => Relationship::Following,
        (false, true) => Relationship::Requested,
        (false, false) => Relationship::NotFollowing,
    };
    Ok(RelatedUser {
        position: row.get("position")?,
        user,
        relationship,
    })
}

fn page(
    conn: &Connection,
    sql: &str,
    viewer: Viewer,
    whose: i64,
    before: Option<Cursor>,
    size: u32,
) -> Result<Page<RelatedUser>> {
    let mut query = conn.prepare_cached(sql)?;
    let people = query.query_map(
        (viewer, whose, Cursor::upper_bound(before), size + 1),
        |row| related(row, viewer),
    )?;
    let people = people.collect::<rusqlite::Result<_>>()?;
    Ok(Page::cut(people, size, |person: &RelatedUser| {
        person.position
    }))
}

/// Checks whether a person has asked to follow a feed, and waits.
pub(super) fn is_requested(conn: &Connection, user: UserId, feed: FeedId) -> Result<bool> {
    let mut query = conn.prepare_cached(
        "select exists (select 1 from follow_requests where feed_id = ? and user_id = ?)",
    )?;
    Ok(query.query_row((feed, user), |row| row.get(0))?)
}

fn other(tx: &Tx<'_>, follower: UserId, username: &UserName) -> Result<User> {
    let user = users::find(tx, follower, username)?;
    if user.id == follower {
        return Err(Error::Forbidden);
    }
    if user.username.is_imagined() {
        return Err(Error::BadRequest(
            "This is an imaginary friend of yours. You can change and delete it in the settings."
                .into(),
        ));
    }
    Ok(user)
}
