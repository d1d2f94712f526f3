//! Posts: who may see one, reading one, writing, changing and deleting one's own.

use rusqlite::{Connection, Row};

use super::{
    Tx,
    events::{self, Announcement},
    feeds::{self, own_feed},
    images as pictures,
    sql::free_id,
    texts, users,
    visibility::visible,
};
use crate::{
    error::{Error, Result},
    model::{
        self, Attached, Body, Comments, EventKind, FeedId, Likes, Message, Post, PostId, Revision,
        Submission, UserId, Viewer,
    },
};

mod fill;

pub(super) use fill::{by_post, explain, few_acts, fill};

/// How much of what is under a post is read with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// As in a river: the first comment and the last, a few who like it.
    Folded,
    /// Every comment, or everybody who likes it.
    Whole { everybody: bool },
}

/// The first columns of a query that [`from_row`] reads, by their places, from `posts` joined with its author in `users`;
/// `position` is the caller's and comes behind them.
macro_rules! columns {
    () => {
        concat!(
            "posts.id as post_id, posts.message, posts.created_at, posts.edited_at, posts.event_id,
         posts.bump, posts.like_count, posts.comment_count, posts.author_id is ?1,
         posts.images, ",
            crate::store::users::user_columns!()
        )
    };
}
pub(super) use columns;

/// # Errors
/// `NotFound` if the viewer may not see it, or it has been deleted.
pub fn find(
    conn: &Connection,
    viewer: impl Into<Viewer>,
    id: PostId,
    shape: Shape,
) -> Result<Post> {
    let viewer = viewer.into();
    let sql = concat!(
        "select ",
        columns!(),
        ", posts.event_id as position
         from posts join users on users.id = posts.author_id where posts.id = ?2 and ",
        visible!()
    );
    let post = conn
        .prepare_cached(sql)?
        .query_row((viewer, id), from_row)?;
    let mut posts = vec![post];
    fill(conn, viewer, &mut posts, shape)?;
    posts.pop().ok_or(Error::NotFound)
}

/// Posts to the author's own feed. The same form once more is the same post.
///
/// # Errors
/// `Invalid` if one of the pictures is not the author's, is used already, or has gone.
pub fn create(
    tx: &mut Tx<'_>,
    author: UserId,
    message: &Message,
    images: &Attached,
    submission: Option<Submission>,
) -> Result<PostId> {
    let problem = Message::check_beside(message.as_str(), images.count());
    problem.map_err(|problem| Error::invalid("message", problem))?;
    if let Some(earlier) = earlier(tx, author, submission)? {
        return Ok(earlier);
    }
    let is_known = events::submitted(tx, author, submission)?.is_some();
    let place = Place {
        feed: feeds::own(tx, author)?.id,
        author,
        is_personal: true,
    };
    let taken = "select exists (select 1 from posts where id = ?)";
    let id = free_id(tx, taken, || PostId::new(tx.now))?;
    let event = tx.announce(&Announcement {
        // What was deleted since and is sent again is meant to be there again.
        submission: submission.filter(|_| !is_known),
        ..Announcement::on_post(EventKind::Post, author, id, &place)
    })?;
    tx.prepare_cached(
        "insert into posts (id, author_id, message, images, bump, event_id, created_at)
         values (?1, ?2, ?3, ?4, ?5, ?5, ?6)",
    )?
    .execute((id, author, message.as_str(), images.count(), event, tx.now))?;
    pictures::attach(tx, author, id, images)?;
    texts::index(tx, &Body::parse(message.as_str()), author, id, None, event)?;
    Ok(id)
}

/// The post that this very form has made before, if it is still there.
pub fn earlier(
    conn: &Connection,
    author: UserId,
    submission: Option<Submission>,
) -> Result<Option<PostId>> {
    let event = events::submitted(conn, author, submission)?;
    match event.and_then(|event| event.post) {
        Some(post) if is_visible(conn, author, post)? => Ok(Some(post)),
        _ => Ok(None),
    }
}

/// Gives a post other words, and keeps the old ones in its history; and other pictures, which keeps nothing of those that
/// go. What is not given stays, and what is the same changes nothing.
///
/// # Errors
/// `NotFound` if `by` may not see it, `Forbidden` if it is somebody else's, `Invalid` if nothing would be left of it.
pub fn edit(
    tx: &mut Tx<'_>,
    by: UserId,
    id: PostId,
    message: Option<&Message>,
    images: Option<&Attached>,
) -> Result<()> {
    let place = own(tx, by, id)?;
    let other_images = match images {
        Some(images) => pictures::replace(tx, by, id, images)?,
        None => false,
    };
    let (count, old): (u32, String) = tx
        .prepare_cached("select images, message from posts where id = ?")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let text = message.map_or(old.as_str(), Message::as_str);
    Message::check_beside(text, count).map_err(|problem| Error::invalid("message", problem))?;
    let other_words = text != old;
    if !other_words && !other_images {
        return Ok(());
    }
    if other_words {
        tx.prepare_cached(
            "insert into revisions (post_id, message, created_at)
             select id, message, coalesce(edited_at, created_at) from posts where id = ?",
        )?
        .execute([id])?;
    }
    tx.prepare_cached("update posts set message = ?2, edited_at = ?3 where id = ?1")?
        .execute((id, text, tx.now))?;
    let event = tx.announce(&Announcement::on_post(
        EventKind::PostEdited,
        by,
        id,
        &place,
    ))?;
    if other_words {
        texts::index(tx, &Body::parse(text), by, id, None, event)?;
    }
    Ok(())
}

/// What a post said before, the newest first.
///
/// # Errors
/// `NotFound` if the viewer may not see the post.
pub fn history(conn: &Connection, viewer: UserId, id: PostId) -> Result<Vec<Revision>> {
    place(conn, viewer, id)?;
    let mut query = conn.prepare_cached(
        "select message, created_at from revisions where post_id = ? order by id desc",
    )?;
    let revisions = query.query_map([id], |row| {
        Ok(Revision {
            message: row.get(0)?,
            created_at: row.get(1)?,
        })
    })?;
    Ok(revisions.collect::<rusqlite::Result<_>>()?)
}

/// From now on nobody sees it. It is kept as long as the deletion can be taken back.
///
/// # Errors
/// `NotFound` if `by` may not see it, `Forbidden` if it is somebody else's.
pub fn delete(tx: &mut Tx<'_>, by: UserId, id: PostId) -> Result<()> {
    let place = own(tx, by, id)?;
    tx.prepare_cached("update posts set deleted_at = ?2 where id = ?1")?
        .execute((id, tx.now))?;
    tx.announce(&Announcement::on_post(
        EventKind::PostDeleted,
        by,
        id,
        &place,
    ))?;
    Ok(())
}

/// Takes a deletion back: the post stands where it stood. One that is there stays there.
///
/// # Errors
/// `NotFound` if it is gone for good, or was never `by`'s.
pub fn undelete(tx: &mut Tx<'_>, by: UserId, id: PostId) -> Result<()> {
    let is_deleted: bool = tx
        .prepare_cached(
            "select deleted_at is not null from posts
             where id = ?1 and author_id = ?2 and (deleted_at is null or deleted_at > ?3)",
        )?
        .query_row((id, by, tx.now.minus(super::UNDELETE_FOR)), |row| {
            row.get(0)
        })?;
    if is_deleted {
        tx.prepare_cached("update posts set deleted_at = null where id = ?")?
            .execute([id])?;
        let place = place(tx, by, id)?;
        tx.announce(&Announcement::on_post(EventKind::Post, by, id, &place))?;
    }
    Ok(())
}

/// The first words of a post, for its address.
///
/// # Errors
/// `NotFound` if the viewer may not see it.
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

/// Whether it looks alike to all who see it but its author: nobody has commented on it or liked it, and no name stands
/// in it, which is a link only for those who may know of its owner.
pub fn looks_alike(conn: &Connection, id: PostId) -> Result<bool> {
    let mut query = conn.prepare_cached(
        "select not exists (select 1 from acts where post_id = ?1)
             and not exists (select 1 from posts where id = ?1 and instr(message, '@') > 0)",
    )?;
    Ok(query.query_row([id], |row| row.get(0))?)
}

/// Whether the file still knows of it, deleted or not.
pub fn is_kept(conn: &Connection, id: PostId) -> Result<bool> {
    let mut query = conn.prepare_cached("select exists (select 1 from posts where id = ?)")?;
    Ok(query.query_row([id], |row| row.get(0))?)
}

/// A post as acts on it need to know it.
pub(super) struct Place {
    pub(super) author: UserId,
    /// One of the feeds that it is in: its author's own, if it is personal.
    pub(super) feed: FeedId,
    /// Whether it is in its author's own feed and in no other.
    pub(super) is_personal: bool,
}

impl Place {
    /// Returns the feed of a personal post, which an act repeats: see `acts.post_feed_id`.
    pub(super) fn personal_feed(&self) -> Option<FeedId> {
        self.is_personal.then_some(self.feed)
    }
}

/// # Errors
/// `NotFound` if the viewer may not see it.
pub(super) fn place(conn: &Connection, viewer: UserId, id: PostId) -> Result<Place> {
    let sql = concat!(
        "select author_id, is_personal, case is_personal when 1 then ",
        own_feed!("author_id"),
        " else (
             select feed_id from post_feeds
             where post_id = posts.id and is_personal = 0 order by feed_id limit 1) end
         from posts where id = ?2 and ",
        visible!()
    );
    let place = conn.prepare_cached(sql)?.query_row((viewer, id), |row| {
        Ok(Place {
            author: row.get(0)?,
            is_personal: row.get(1)?,
            feed: row.get(2)?,
        })
    })?;
    Ok(place)
}

fn own(conn: &Connection, by: UserId, id: PostId) -> Result<Place> {
    let place = place(conn, by, id)?;
    if place.author == by {
        Ok(place)
    } else {
        Err(Error::Forbidden)
    }
}

/// A post without what is under it: [`fill`] brings that for a whole page at once.
pub(super) fn from_row(row: &Row<'_>) -> rusqlite::Result<Post> {
    let message: String = row.get(1)?;
    Ok(Post {
        id: row.get(0)?,
        author: users::from_row(row)?,
        body: Body::parse(&message),
        message,
        image_count: row.get(9)?,
        images: Vec::new(),
        created_at: row.get(2)?,
        edited_at: row.get(3)?,
        is_mine: row.get(8)?,
        posted: row.get(4)?,
        bump: row.get(5)?,
        position: row.get("position")?,
        via: None,
        likes: Likes {
            count: row.get::<_, i64>(6)?.unsigned_abs(),
            ..Likes::default()
        },
        comments: Comments {
            count: row.get::<_, i64>(7)?.unsigned_abs(),
            ..Comments::default()
        },
    })
}
