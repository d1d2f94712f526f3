//! Bells: people who want to be told of every new post in a feed, or of every comment on a post. What they are told is
//! found by `notifications`.

use rusqlite::Connection;

use super::{
    Tx, events, groups, notifications,
    posts::{
        place::place,
        rows::{address, address_columns},
    },
    rows::{self, Take},
    users,
    visibility::{group_visible, person_visible, visible},
};
use crate::{
    error::{Error, Result},
    model::{
        BellTarget, FeedId, Group, GroupName, PostAddress, PostId, Tied, User, UserId, UserName,
    },
};

/// The most bells of one person on feeds, and the most on posts. Each page that shows the number of unread notifications
/// looks at all of them.
const BELLS_MAX: i64 = 500;

/// Sets a bell on a person: the own feed. A second call changes nothing.
///
/// # Errors
/// `Invalid` if there is no such person for `by`, or it is `by`, or there are too many bells.
pub fn set_on_user(tx: &mut Tx<'_>, by: UserId, name: &UserName) -> Result<User> {
    let user = other_user(tx, by, name)?;
    set_on_feed(tx, by, user.feed)?;
    Ok(user)
}

fn set_on_feed(tx: &mut Tx<'_>, by: UserId, feed: FeedId) -> Result<()> {
    check_room(tx, "select count(*) from feed_bells where user_id = ?", by)?;
    let newest = events::newest(tx)?;
    tx.prepare_cached(
        "insert into feed_bells (user_id, feed_id, since) values (?, ?, ?) on conflict do nothing",
    )?
    .execute((by, feed, newest))?;
    // What is news begins now, so no page looks different but that of the feed.
    tx.is_on_no_page();
    Ok(())
}

/// Removes a bell from a person. A second call changes nothing.
///
/// # Errors
/// `Invalid` if there is no such person for `by`, or it is `by`.
pub fn remove_from_user(tx: &mut Tx<'_>, by: UserId, name: &UserName) -> Result<User> {
    let user = other_user(tx, by, name)?;
    remove_from_feed(tx, by, user.feed)?;
    Ok(user)
}

fn remove_from_feed(tx: &mut Tx<'_>, by: UserId, feed: FeedId) -> Result<()> {
    tx.prepare_cached("delete from feed_bells where user_id = ? and feed_id = ?")?
        .execute((by, feed))?;
    notifications::changed(tx, by)
}

/// Sets a bell on a group. A second call changes nothing.
///
/// # Errors
/// `Invalid` if `by` may not know of such a group, or there are too many bells.
pub fn set_on_group(tx: &mut Tx<'_>, by: UserId, name: &GroupName) -> Result<Group> {
    let group = group(tx, by, name)?;
    set_on_feed(tx, by, group.feed)?;
    Ok(group)
}

/// Removes a bell from a group. A second call changes nothing.
///
/// # Errors
/// `Invalid` if `by` may not know of such a group.
pub fn remove_from_group(tx: &mut Tx<'_>, by: UserId, name: &GroupName) -> Result<Group> {
    let group = group(tx, by, name)?;
    remove_from_feed(tx, by, group.feed)?;
    Ok(group)
}

/// Sets a bell on a post. A second call changes nothing.
///
/// # Errors
/// `Invalid` if `by` may not see the post, or there are too many bells.
pub fn set_on_post(tx: &mut Tx<'_>, by: UserId, post: PostId) -> Result<()> {
    check_post(tx, by, post)?;
    check_room(tx, "select count(*) from post_bells where user_id = ?", by)?;
    let newest = events::newest(tx)?;
    tx.prepare_cached(
        "insert into post_bells (user_id, post_id, since) values (?, ?, ?) on conflict do nothing",
    )?
    .execute((by, post, newest))?;
    tx.is_on_no_page();
    Ok(())
}

/// Removes a bell from a post. A second call changes nothing.
///
/// # Errors
/// `Invalid` if `by` may not see the post.
pub fn remove_from_post(tx: &mut Tx<'_>, by: UserId, post: PostId) -> Result<()> {
    check_post(tx, by, post)?;
    tx.prepare_cached("delete from post_bells where user_id = ? and post_id = ?")?
        .execute((by, post))?;
    notifications::changed(tx, by)
}

/// Checks whether a person has a bell on a feed.
pub fn is_on_feed(conn: &Connection, user: UserId, feed: FeedId) -> Result<bool> {
    let mut query = conn.prepare_cached(
        "select exists (select 1 from feed_bells where user_id = ? and feed_id = ?)",
    )?;
    Ok(query.query_row((user, feed), |row| row.get(0))?)
}

/// Checks whether a person has a bell on a post.
pub fn is_on_post(conn: &Connection, user: UserId, post: PostId) -> Result<bool> {
    let mut query = conn.prepare_cached(
        "select exists (select 1 from post_bells where user_id = ? and post_id = ?)",
    )?;
    Ok(query.query_row((user, post), |row| row.get(0))?)
}

/// Reads the people on whom a person has a bell, by name.
pub fn each_on_user(conn: &Connection, viewer: UserId, take: Take<'_, Tied>) -> Result<()> {
    let sql = concat!(
        "select ",
        users::user_columns!(),
        "
         from feed_bells cross join feeds on feeds.id = feed_bells.feed_id
         cross join users on users.id = feeds.owner_id
         where feed_bells.user_id = ?1 and ",
        person_visible!(),
        " order by users.username"
    );
    let read = |row: &rusqlite::Row<'_>| {
        Ok(Tied {
            user: users::from_row(row)?,
            since: None,
        })
    };
    rows::each(conn, sql, viewer, read, take)
}

/// Reads the groups on which a person has a bell, by name.
pub fn each_on_group(conn: &Connection, viewer: UserId, take: Take<'_, Group>) -> Result<()> {
    let sql = concat!(
        "select ",
        groups::group_columns!(),
        "
         from feed_bells cross join groups on groups.feed_id = feed_bells.feed_id
         cross join feeds on feeds.id = groups.feed_id
         where feed_bells.user_id = ?1 and ",
        group_visible!(),
        " order by groups.name"
    );
    rows::each(conn, sql, viewer, |row| Ok(groups::from_row(row)?), take)
}

/// Reads the posts on which a person has a bell, the newest first.
pub fn each_on_post(conn: &Connection, viewer: UserId, take: Take<'_, PostAddress>) -> Result<()> {
    let sql = concat!(
        "select ",
        address_columns!(),
        "
         from post_bells cross join posts on posts.id = post_bells.post_id
         cross join users on users.id = posts.author_id
         where post_bells.user_id = ?1 and ",
        visible!(),
        " order by post_bells.post_id desc"
    );
    rows::each(conn, sql, viewer, |row| Ok(address(row)?), take)
}

fn other_user(conn: &Connection, by: UserId, name: &UserName) -> Result<User> {
    let no_user = || Error::invalid("value", BellTarget::NO_USER);
    match users::find(conn, by, name) {
        Err(Error::NotFound) => Err(no_user()),
        Ok(user) if user.id == by => Err(no_user()),
        other => other,
    }
}

fn group(conn: &Connection, by: UserId, name: &GroupName) -> Result<Group> {
    match groups::find(conn, by, name) {
        Err(Error::NotFound) => Err(Error::invalid("value", BellTarget::NO_GROUP)),
        other => other,
    }
}

fn check_post(conn: &Connection, by: UserId, post: PostId) -> Result<()> {
    match place(conn, by, post) {
        Err(Error::NotFound) => Err(Error::invalid("value", BellTarget::NO_POST)),
        other => other.map(|_| ()),
    }
}

fn check_room(conn: &Connection, count: &str, by: UserId) -> Result<()> {
    let bells: i64 = conn
        .prepare_cached(count)?
        .query_row([by], |row| row.get(0))?;
    if bells < BELLS_MAX {
        return Ok(());
    }
    let message = format!("You have {BELLS_MAX} bells already. Remove one first.");
    Err(Error::invalid("value", message))
}
