//! Who follows whom. One follows a feed; on a profile that is the feed its person owns.

use rusqlite::{Connection, OptionalExtension};

use super::{Tx, users};
use crate::{
    error::{Error, Result},
    model::{FeedId, Relationship, User, UserId, UserName},
};

/// Idempotent.
///
/// # Errors
/// `NotFound` if there is no such person, `Forbidden` if it is oneself.
pub fn follow(tx: &mut Tx<'_>, follower: UserId, username: &UserName) -> Result<User> {
    let user = other(tx, follower, username)?;
    let feed = feed_of(tx, user.id)?;
    tx.prepare_cached("insert into follows (user_id, feed_id, created_at) values (?, ?, ?) on conflict do nothing")?
        .execute((follower, feed, tx.now))?;
    Ok(user)
}

/// Idempotent.
///
/// # Errors
/// `NotFound` if there is no such person, `Forbidden` if it is oneself.
pub fn unfollow(tx: &mut Tx<'_>, follower: UserId, username: &UserName) -> Result<User> {
    let user = other(tx, follower, username)?;
    let feed = feed_of(tx, user.id)?;
    tx.prepare_cached("delete from follows where user_id = ? and feed_id = ?")?
        .execute((follower, feed))?;
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

fn other(tx: &Tx<'_>, follower: UserId, username: &UserName) -> Result<User> {
    let user = users::find(tx, username)?;
    if user.id == follower {
        Err(Error::Forbidden)
    } else {
        Ok(user)
    }
}

fn feed_of(conn: &Connection, owner: UserId) -> Result<FeedId> {
    let mut query = conn.prepare_cached("select id from feeds where owner_id = ?")?;
    Ok(query.query_row([owner], |row| row.get(0))?)
}
