//! The facts about a post that every action on it needs: who may see it, who wrote it, and which feed it is in.

use rusqlite::{Connection, Row};

use crate::{
    error::{Error, Result},
    model::{self, FeedId, PostId, UserId, Viewer},
    store::{feeds::own_feed, visibility::visible},
};

/// The author and the feed of a post, which every act on it needs.
pub(in crate::store) struct Place {
    pub(in crate::store) author: UserId,
    /// One of the feeds that the post is in. It is the author's own feed if the post is personal.
    pub(in crate::store) feed: FeedId,
    /// `true` if the post is in its author's own feed and in no other.
    pub(in crate::store) is_personal: bool,
}

impl Place {
    /// Returns the feed of a personal post, which an act repeats: see `acts.post_feed_id`.
    pub(in crate::store) fn personal_feed(&self) -> Option<FeedId> {
        self.is_personal.then_some(self.feed)
    }
}

/// The columns that [`from_row`] reads, from `posts`.
macro_rules! columns {
    () => {
        concat!(
            "author_id, is_personal, case is_personal when 1 then ",
            own_feed!("author_id"),
            " else (
                 select feed_id from post_feeds
                 where post_id = posts.id and is_personal = 0 order by feed_id limit 1) end"
        )
    };
}

/// Finds the author and the feed of a post.
///
/// # Errors
/// `NotFound` if the viewer may not see the post.
pub(in crate::store) fn place(conn: &Connection, viewer: UserId, id: PostId) -> Result<Place> {
    let sql = concat!(
        "select ",
        columns!(),
        " from posts where id = ?2 and ",
        visible!()
    );
    Ok(conn
        .prepare_cached(sql)?
        .query_row((viewer, id), from_row)?)
}

/// Finds the author and the feed of a post that is not deleted, whoever asks.
///
/// # Errors
/// `NotFound` if there is none.
pub(in crate::store) fn of_any(conn: &Connection, id: PostId) -> Result<Place> {
    let sql = concat!(
        "select ",
        columns!(),
        " from posts where id = ? and deleted_at is null"
    );
    Ok(conn.prepare_cached(sql)?.query_row([id], from_row)?)
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Place> {
    Ok(Place {
        author: row.get(0)?,
        is_personal: row.get(1)?,
        feed: row.get(2)?,
    })
}

pub(in crate::store) fn own(conn: &Connection, by: UserId, id: PostId) -> Result<Place> {
    let place = place(conn, by, id)?;
    if place.author == by {
        Ok(place)
    } else {
        Err(Error::Forbidden)
    }
}

/// Returns the first words of a post, for its address.
///
/// # Errors
/// `NotFound` if the viewer may not see the post.
pub fn slug(conn: &Connection, viewer: impl Into<Viewer>, id: PostId) -> Result<String> {
    let viewer = viewer.into();
    let sql = concat!("select message from posts where id = ?2 and ", visible!());
    let message: String = conn
        .prepare_cached(sql)?
        .query_row((viewer, id), |row| row.get(0))?;
    Ok(model::slug(&message))
}

pub fn is_visible(conn: &Connection, viewer: UserId, id: PostId) -> Result<bool> {
    match place(conn, viewer, id) {
        Err(Error::NotFound) => Ok(false),
        other => other.map(|_| true),
    }
}

/// Checks whether a post looks alike to everybody who may see it, except for its author and the admins of its groups:
/// nobody has commented on it, liked it or saved it, its text has no `@`, which may begin a name, and no link to a
/// post, and its readers see the same places. A name is a link only for people who may know of its owner, a post is shown
/// only to people who may read it, and of several feeds some may be private.
pub fn looks_alike(conn: &Connection, id: PostId) -> Result<bool> {
    let mut query = conn.prepare_cached(
        "select not exists (select 1 from acts where post_id = ?1)
             and not exists (select 1 from saves where post_id = ?1)
             and not exists (
                 select 1 from posts where id = ?1 and (instr(message, '@') > 0 or instr(message, '/post/') > 0 or is_direct = 1))
             and (not exists (
                     select 1 from post_feeds join feeds on feeds.id = post_feeds.feed_id
                     where post_id = ?1 and is_personal = 0 and is_private = 1)
                 or 1 = (select count(*) from post_feeds where post_id = ?1 and is_personal = 0))",
    )?;
    Ok(query.query_row([id], |row| row.get(0))?)
}

/// Checks whether the database still contains a post, deleted or not.
pub fn is_kept(conn: &Connection, id: PostId) -> Result<bool> {
    let mut query = conn.prepare_cached("select exists (select 1 from posts where id = ?)")?;
    Ok(query.query_row([id], |row| row.get(0))?)
}
