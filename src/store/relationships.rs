//! Who follows whom. One follows a feed; on a profile that is the feed its person owns.

use rusqlite::{Connection, OptionalExtension, Row};

use super::{
    Tx,
    events::Announcement,
    feeds::below,
    users::{self, own_feed},
};
use crate::{
    error::{Error, Result},
    model::{Cursor, EventKind, FeedId, Page, RelatedUser, Relationship, User, UserId, UserName},
};

/// The columns of [`related`], from `users`. `?1` is the viewer.
macro_rules! related_columns {
    () => {
        "users.id, users.username, users.name, users.created_at,
         exists (
             select 1 from feeds join follows on follows.feed_id = feeds.id
             where feeds.owner_id = users.id and follows.user_id = ?1) as is_followed"
    };
}
pub(super) use related_columns;

/// Idempotent.
///
/// # Errors
/// `NotFound` if there is no such person, `Forbidden` if it is oneself.
pub fn follow(tx: &mut Tx<'_>, follower: UserId, username: &UserName) -> Result<User> {
    let user = other(tx, follower, username)?;
    if between(tx, follower, user.id)? == Relationship::NotFollowing {
        let feed = own_feed(tx, user.id)?;
        let event = tx.announce(&Announcement::new(EventKind::Follow, follower, feed))?;
        tx.prepare_cached(
            "insert into follows (user_id, feed_id, event_id, created_at) values (?, ?, ?, ?)",
        )?
        .execute((follower, feed, event, tx.now))?;
    }
    Ok(user)
}

/// Idempotent.
///
/// # Errors
/// `NotFound` if there is no such person, `Forbidden` if it is oneself.
pub fn unfollow(tx: &mut Tx<'_>, follower: UserId, username: &UserName) -> Result<User> {
    let user = other(tx, follower, username)?;
    let feed = own_feed(tx, user.id)?;
    let gone = tx
        .prepare_cached("delete from follows where user_id = ? and feed_id = ?")?
        .execute((follower, feed))?;
    if gone > 0 {
        tx.announce(&Announcement::new(EventKind::Unfollow, follower, feed))?;
    }
    Ok(user)
}

pub fn between(conn: &Connection, viewer: UserId, user: UserId) -> Result<Relationship> {
    if viewer == user {
        return Ok(Relationship::Oneself);
    }
    let mut query = conn.prepare_cached(
        "select 1 from follows join feeds on feeds.id = follows.feed_id
         where follows.user_id = ? and feeds.owner_id = ?",
    )?;
    let following = query.query_row((viewer, user), |_| Ok(())).optional()?;
    Ok(if following.is_some() {
        Relationship::Following
    } else {
        Relationship::NotFollowing
    })
}

/// Who follows a feed, the newest first.
pub fn followers(
    conn: &Connection,
    viewer: UserId,
    feed: FeedId,
    before: Option<Cursor>,
    size: u32,
) -> Result<Page<RelatedUser>> {
    let sql = concat!(
        "select follows.event_id as position, ", related_columns!(), "
         from follows join users on users.id = follows.user_id
         where follows.feed_id = ?2 and follows.event_id < ?3 order by follows.event_id desc limit ?4"
    );
    page(conn, sql, viewer, feed.0, before, size)
}

/// Whom a person follows, the newest first.
pub fn following(
    conn: &Connection,
    viewer: UserId,
    user: UserId,
    before: Option<Cursor>,
    size: u32,
) -> Result<Page<RelatedUser>> {
    let sql = concat!(
        "select follows.event_id as position, ", related_columns!(), "
         from follows join feeds on feeds.id = follows.feed_id join users on users.id = feeds.owner_id
         where follows.user_id = ?2 and follows.event_id < ?3 order by follows.event_id desc limit ?4"
    );
    page(conn, sql, viewer, user.0, before, size)
}

pub(super) fn related(row: &Row<'_>, viewer: UserId) -> rusqlite::Result<RelatedUser> {
    let user = users::from_row(row)?;
    let relationship = match (user.id == viewer, row.get("is_followed")?) {
        (true, _) => Relationship::Oneself,
        (false, true) => Relationship::Following,
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
    viewer: UserId,
    whose: i64,
    before: Option<Cursor>,
    size: u32,
) -> Result<Page<RelatedUser>> {
    let mut query = conn.prepare_cached(sql)?;
    let people = query.query_map((viewer, whose, below(before), size + 1), |row| {
        related(row, viewer)
    })?;
    let people = people.collect::<rusqlite::Result<_>>()?;
    Ok(Page::cut(people, size, |person: &RelatedUser| {
        person.position
    }))
}

fn other(tx: &Tx<'_>, follower: UserId, username: &UserName) -> Result<User> {
    let user = users::find(tx, username)?;
    if user.id == follower {
        Err(Error::Forbidden)
    } else {
        Ok(user)
    }
}
