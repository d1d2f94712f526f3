//! Feeds: whose they are, who may read them, and which of them a viewer follows.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension, Row, types::Type};

use super::{
    Tx,
    visibility::{feed_visible, is_apart},
};
use crate::{
    error::Result,
    model::{Event, Feed, FeedId, FeedKind, PostId, UserId},
};

/// The feed that a person owns, by an expression for the person.
macro_rules! own_feed {
    ($user:literal) => {
        concat!("(select feed_id from users where id = ", $user, ")")
    };
}
pub(super) use own_feed;

/// The feeds that make up the home river of `?1`, one in each row: the viewer's own, and those that the viewer follows. A
/// silent follow brings nothing.
macro_rules! followed_feeds {
    () => {
        "select feed_id as feed from users where id = ?1
         union all select feed_id from follows where user_id = ?1 and is_silent = 0"
    };
}
pub(super) use followed_feeds;

/// The condition that a feed, given by an expression, is one of [`followed_feeds`].
macro_rules! is_followed {
    ($feed:literal) => {
        concat!(
            "(",
            $feed,
            " = (select feed_id from users where id = ?1)
              or exists (
                  select 1 from follows where user_id = ?1 and feed_id = ",
            $feed,
            " and is_silent = 0))"
        )
    };
}
pub(super) use is_followed;

/// The condition that a row of `posts`, joined with the author in `users`, is in one of [`followed_feeds`]: rule 1 of the
/// river.
macro_rules! in_followed_feed {
    () => {
        concat!(
            "case posts.is_personal
                 when 1 then ",
            crate::store::feeds::is_followed!("users.feed_id"),
            "
                 else exists (
                     select 1 from post_feeds
                     where post_id = posts.id and is_personal = 0 and ",
            crate::store::feeds::is_followed!("post_feeds.feed_id"),
            ") end"
        )
    };
}
pub(super) use in_followed_feed;

/// Returns the feeds that make up a person's home river.
pub fn at_home(conn: &Connection, user: UserId) -> Result<Vec<FeedId>> {
    let mut query = conn.prepare_cached(followed_feeds!())?;
    let feeds = query.query_map([user], |row| row.get(0))?;
    Ok(feeds.collect::<rusqlite::Result<_>>()?)
}

/// Finds a feed by its id, whoever may read it.
///
/// # Errors
/// `NotFound` if there is no such feed.
pub fn find(conn: &Connection, id: FeedId) -> Result<Feed> {
    let mut query =
        conn.prepare_cached("select id, kind, owner_id, is_private from feeds where id = ?")?;
    Ok(query.query_row([id], from_row)?)
}

/// Finds the feed that a person owns.
///
/// # Errors
/// `NotFound` if there is no such person.
pub fn own(conn: &Connection, owner: UserId) -> Result<Feed> {
    let mut query =
        conn.prepare_cached("select id, kind, owner_id, is_private from feeds where owner_id = ?")?;
    Ok(query.query_row([owner], from_row)?)
}

/// Checks whether the viewer may read what is posted to a feed.
pub fn may_read(conn: &Connection, viewer: UserId, feed: FeedId) -> Result<bool> {
    let sql = concat!("select ", feed_visible!("?2"));
    let mut query = conn.prepare_cached(sql)?;
    Ok(query.query_row((viewer, feed), |row| row.get(0))?)
}

/// Checks whether the reader may read one of the feeds that an event's post is in, and is not apart from its author.
pub fn may_read_event(conn: &Connection, reader: UserId, event: &Event) -> Result<bool> {
    let sql = concat!(
        "select exists (
             select 1 from (
                 select ?2 as feed
                 union select feed_id from post_feeds where post_id = ?3 and is_personal = 0) as placed
             where ",
        feed_visible!("placed.feed"),
        ") and not ",
        is_apart!("?4")
    );
    let mut query = conn.prepare_cached(sql)?;
    let parameters = (reader, event.feed, event.post, event.author);
    Ok(query.query_row(parameters, |row| row.get(0))?)
}

/// Returns everybody who reads one of these feeds; `None` if one of them is for everybody.
pub fn readers(conn: &Connection, feeds: &[FeedId]) -> Result<Option<HashSet<UserId>>> {
    let mut readers = HashSet::new();
    let mut is_public =
        conn.prepare_cached("select is_private = 0 from feeds where id = ? and is_hidden = 0")?;
    let mut people = conn.prepare_cached(
        "select user_id from follows where feed_id = ?1
         union all select owner_id from feeds where id = ?1 and owner_id is not null",
    )?;
    for feed in feeds {
        match is_public.query_row([feed], |row| row.get(0)).optional()? {
            Some(true) => return Ok(None),
            Some(false) => {
                for reader in people.query_map([feed], |row| row.get(0))? {
                    readers.insert(reader?);
                }
            }
            // It is hidden from everybody.
            None => {}
        }
    }
    Ok(Some(readers))
}

/// Returns the feeds that an event's post is in. Only the event itself remembers a feed of a post that is gone.
pub fn of_event(conn: &Connection, event: &Event) -> Result<Vec<FeedId>> {
    let feeds = match event.post {
        Some(post) => of_post(conn, post)?,
        None => Vec::new(),
    };
    Ok(if feeds.is_empty() {
        vec![event.feed]
    } else {
        feeds
    })
}

/// Returns the feeds that a post is in. A post that is gone is in none.
pub fn of_post(conn: &Connection, post: PostId) -> Result<Vec<FeedId>> {
    let mut query = conn.prepare_cached(
        "select users.feed_id from posts join users on users.id = posts.author_id
         where posts.id = ?1 and posts.is_personal = 1
         union all
         select feed_id from post_feeds where post_id = ?1 and is_personal = 0",
    )?;
    let feeds = query.query_map([post], |row| row.get(0))?;
    Ok(feeds.collect::<rusqlite::Result<_>>()?)
}

/// Returns the people who decide who follows a feed: the person who owns it, or the admins of its group.
pub(super) fn keepers(conn: &Connection, feed: &Feed) -> Result<Vec<UserId>> {
    if let Some(owner) = feed.owner() {
        return Ok(vec![owner]);
    }
    let mut query =
        conn.prepare_cached("select user_id from group_roles where feed_id = ? and is_admin = 1")?;
    let admins = query.query_map([feed.id], |row| row.get(0))?;
    Ok(admins.collect::<rusqlite::Result<_>>()?)
}

/// Makes a feed private or public.
pub(super) fn set_private(tx: &Tx<'_>, feed: FeedId, is_private: bool) -> Result<()> {
    tx.prepare_cached("update feeds set is_private = ?2 where id = ?1")?
        .execute((feed, is_private))?;
    Ok(())
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Feed> {
    let (kind, owner): (String, Option<UserId>) = (row.get("kind")?, row.get("owner_id")?);
    let kind = match (kind.as_str(), owner) {
        ("own", Some(owner)) => FeedKind::Own(owner),
        ("group", None) => FeedKind::Group,
        ("direct", None) => FeedKind::Direct,
        // The table's constraints allow nothing else.
        (other, _) => {
            let cause = format!("a feed of kind {other}");
            return Err(rusqlite::Error::FromSqlConversionFailure(
                1,
                Type::Text,
                cause.into(),
            ));
        }
    };
    Ok(Feed {
        id: row.get("id")?,
        kind,
        is_private: row.get("is_private")?,
    })
}

#[cfg(test)]
pub(super) mod tests;
