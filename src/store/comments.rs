//! Comments on posts. Anybody who sees the post may add one, its author may change it, and its author or the post's
//! author may delete it.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Row};

use super::{
    Tx, acts,
    events::Announcement,
    groups::moderation::{self, Moderation},
    posts::{
        place::{Place, place},
        rows::{address, address_columns, by_post},
    },
    rows::{self, Take},
    texts, users,
    visibility::{hidden_likers, hidden_people, visible},
};
use crate::{
    error::{Error, Result},
    model::{
        Body, Comment, CommentId, CommentText, EventId, EventKind, IdempotencyKey, OwnComment,
        PostId, UserId, Viewer,
    },
};

/// The columns that [`from_row`] reads by position, from `comments` joined with `posts` and with the comment's author
/// in `users`.
macro_rules! columns {
    () => {
        concat!("comments.id as comment_id, comments.post_id, comments.message, comments.created_at,
         comments.edited_at,
         comments.like_count - case comments.like_count when 0 then 0 else (
             select count(*) from comment_likes join users as likers on likers.id = comment_likes.user_id
             where comment_likes.comment_id = comments.id and (comment_likes.user_id in ", hidden_people!(), "
                 or comments.author_id is not ?1 and likers.feed_id in ", hidden_likers!(), ")) end,
         comments.author_id is ?1,
         posts.author_id is ?1 or posts.is_personal = 0 and exists (
             select 1 from post_feeds indexed by post_feeds_shared
             cross join group_roles on group_roles.feed_id = post_feeds.feed_id
             where post_feeds.post_id = posts.id and post_feeds.is_personal = 0
                 and group_roles.user_id = ?1 and group_roles.is_admin = 1),
         exists (select 1 from comment_likes where comment_id = comments.id and user_id = ?1),
         ", crate::store::users::user_columns!())
    };
}

/// Returns the first three comments and the last of each post: the ones that a folded post may show.
pub(super) fn first_and_last(
    conn: &Connection,
    viewer: Viewer,
    posts: &str,
) -> Result<HashMap<PostId, Vec<Comment>>> {
    let sql = concat!(
        "select ",
        columns!(),
        " from json_each(?2) as page
          cross join posts on posts.id = page.value
          cross join comments on comments.id in (
              select id from (
                  select id from comments where post_id = page.value and deleted_at is null
                      and author_id not in ",
        hidden_people!(),
        " order by id limit 3)
              union all
              select id from (
                  select id from comments where post_id = page.value and deleted_at is null
                      and author_id not in ",
        hidden_people!(),
        " order by id desc limit 1))
          cross join users on users.id = comments.author_id
          order by comments.id"
    );
    by_post(conn, sql, viewer, posts, from_row)
}

/// Returns every comment of each post, oldest first.
pub(super) fn all(
    conn: &Connection,
    viewer: Viewer,
    posts: &str,
) -> Result<HashMap<PostId, Vec<Comment>>> {
    let sql = concat!(
        "select ",
        columns!(),
        " from json_each(?2) as page
          cross join posts on posts.id = page.value
          cross join comments indexed by comments_by_post
              on comments.post_id = posts.id and comments.deleted_at is null
                  and comments.author_id not in ",
        hidden_people!(),
        "
          cross join users on users.id = comments.author_id
          order by comments.id"
    );
    by_post(conn, sql, viewer, posts, from_row)
}

/// Finds a comment.
///
/// # Errors
/// `NotFound` if the viewer may not see it, or it has been deleted.
pub fn find(conn: &Connection, viewer: impl Into<Viewer>, id: CommentId) -> Result<Comment> {
    let sql = concat!(
        "select ",
        columns!(),
        " from comments join posts on posts.id = comments.post_id join users on users.id = comments.author_id
          where comments.id = ?2 and comments.deleted_at is null
              and comments.author_id not in ", hidden_people!(), " and ",
        visible!()
    );
    let viewer = viewer.into();
    let mut comment = conn
        .prepare_cached(sql)?
        .query_row((viewer, id), from_row)?;
    texts::resolve(conn, viewer, vec![&mut comment.body])?;
    Ok(comment)
}

fn is_visible(conn: &Connection, viewer: UserId, id: CommentId) -> Result<bool> {
    match find(conn, viewer, id) {
        Err(Error::NotFound) => Ok(false),
        other => other.map(|_| true),
    }
}

/// Returns the comment's author, even if the comment is deleted. Returns none once its row is gone.
pub fn author(conn: &Connection, id: CommentId) -> Result<Option<UserId>> {
    let mut query = conn.prepare_cached("select author_id from comments where id = ?")?;
    Ok(query.query_row([id], |row| row.get(0)).optional()?)
}

/// Adds a comment. A form that is sent twice adds one comment.
///
/// # Errors
/// `NotFound` if `by` may not see the post.
pub fn create(
    tx: &mut Tx<'_>,
    by: UserId,
    post: PostId,
    text: &CommentText,
    key: Option<IdempotencyKey>,
) -> Result<CommentId> {
    let place = place(tx, by, post)?;
    let earlier = tx.submitted(by, key)?.and_then(|event| event.comment);
    if let Some(earlier) = earlier
        && is_visible(tx, by, earlier)?
    {
        return Ok(earlier);
    }
    let event = tx.announce(&Announcement {
        // A comment that was deleted since and is sent again is meant to be there again, so it is a new one.
        key: key.filter(|_| earlier.is_none()),
        ..Announcement::on_post(EventKind::Comment, by, post, &place)
    })?;
    let id = CommentId(event.0);
    tx.prepare_cached(
        "insert into comments (id, post_id, author_id, message, created_at) values (?, ?, ?, ?, ?)",
    )?
    .execute((id, post, by, text.as_str(), tx.now))?;
    tx.prepare_cached(
        "update posts set bump = ?2, comment_count = comment_count + 1 where id = ?1",
    )?
    .execute((post, event))?;
    acts::commented(tx, by, post, &place, event)?;
    texts::index(tx, &Body::parse(text.as_str()), by, post, Some(id), event)?;
    Ok(id)
}

/// Changes a comment's text. An unchanged text changes nothing.
///
/// # Errors
/// `NotFound` if `by` may not see it, `Forbidden` if it is somebody else's.
pub fn edit(tx: &mut Tx<'_>, by: UserId, id: CommentId, text: &CommentText) -> Result<PostId> {
    let comment = find(tx, by, id)?;
    if !comment.is_mine {
        return Err(Error::Forbidden);
    }
    let changed = tx
        .prepare_cached(
            "update comments set message = ?2, edited_at = ?3 where id = ?1 and message <> ?2",
        )?
        .execute((id, text.as_str(), tx.now))?;
    if changed > 0 {
        let place = place(tx, by, comment.post)?;
        let event = announce(tx, EventKind::CommentEdited, by, &place, comment.post, id)?;
        texts::index(
            tx,
            &Body::parse(text.as_str()),
            by,
            comment.post,
            Some(id),
            event,
        )?;
    }
    Ok(comment.post)
}

/// Deletes a comment and undoes its effects. The row stays as long as the deletion can be undone.
///
/// # Errors
/// `NotFound` if `by` may not see it, `Forbidden` if neither it nor its post is `by`'s, and `by` is an admin of none of
/// the post's groups.
pub fn delete(tx: &mut Tx<'_>, by: UserId, id: CommentId) -> Result<PostId> {
    let comment = find(tx, by, id)?;
    if !comment.can_be_deleted {
        return Err(Error::Forbidden);
    }
    tx.prepare_cached("update comments set deleted_at = ?2, deleted_by = ?3 where id = ?1")?
        .execute((id, tx.now, by))?;
    settle(tx, comment.post, comment.author.id)?;
    let place = place(tx, by, comment.post)?;
    let event = announce(tx, EventKind::CommentDeleted, by, &place, comment.post, id)?;
    if ![comment.author.id, place.author].contains(&by)
        && let Some(feed) = moderation::kept_by(tx, by, comment.post)?.first()
    {
        let what = Moderation {
            by,
            author: comment.author.id,
            post: comment.post,
            comment: Some(id),
            is_deletion: true,
        };
        moderation::note(tx, event, *feed, &what)?;
    }
    Ok(comment.post)
}

/// Undoes a deletion by `by`. A comment that is not deleted stays as it is.
///
/// # Errors
/// `NotFound` if it is gone for good, or somebody else deleted it.
pub fn undelete(tx: &mut Tx<'_>, by: UserId, id: CommentId) -> Result<PostId> {
    let sql = concat!(
        "select comments.post_id, comments.author_id, comments.deleted_at is not null
         from comments join posts on posts.id = comments.post_id
         where comments.id = ?2
             and (comments.deleted_at is null and ?1 in (comments.author_id, posts.author_id) or comments.deleted_by = ?1 and comments.deleted_at > ?3)
             and comments.author_id not in ", hidden_people!(), " and ",
        visible!()
    );
    let (post, author, is_deleted): (PostId, UserId, bool) = tx
        .prepare_cached(sql)?
        .query_row((by, id, tx.now.minus(super::UNDELETE_FOR)), |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?;
    if is_deleted {
        tx.prepare_cached("update comments set deleted_at = null, deleted_by = null where id = ?")?
            .execute([id])?;
        moderation::forget(tx, post, Some(id))?;
        settle(tx, post, author)?;
        let place = place(tx, by, post)?;
        announce(tx, EventKind::Comment, by, &place, post, id)?;
    }
    Ok(post)
}

/// Reads a person's comments, grouped by post. The posts come newest first, the comments on one post oldest first.
pub fn each_own(conn: &Connection, viewer: UserId, take: Take<'_, OwnComment>) -> Result<()> {
    let sql = concat!(
        "select comments.id as comment_id, comments.message as text, comments.created_at as written_at,
             comments.edited_at as changed_at, ", visible!(), " as is_visible, ", address_columns!(), "
         from acts indexed by acts_by_feed
         cross join posts on posts.id = acts.post_id
         cross join users on users.id = posts.author_id
         cross join comments indexed by comments_by_post
             on comments.post_id = acts.post_id and comments.author_id = ?1 and comments.deleted_at is null
         where acts.feed_id = (select feed_id from users where id = ?1) and acts.comment_event is not null
         order by acts.first_event desc, comments.id"
    );
    let read = |row: &Row<'_>| {
        let is_visible: bool = row.get("is_visible")?;
        Ok(OwnComment {
            id: row.get("comment_id")?,
            message: row.get("text")?,
            created_at: row.get("written_at")?,
            edited_at: row.get("changed_at")?,
            place: is_visible.then(|| address(row)).transpose()?,
        })
    };
    rows::each(conn, sql, viewer, read, take)
}

/// Updates the post and the act after a comment was deleted or restored.
fn settle(tx: &Tx<'_>, post: PostId, author: UserId) -> Result<()> {
    settle_post(tx, post)?;
    acts::settle(tx, post, author)
}

/// Counts the post's comments again and sets its place in rivers by the newest one.
pub(super) fn settle_post(tx: &Tx<'_>, post: PostId) -> Result<()> {
    tx.prepare_cached(
        "update posts set
             bump = max(event_id, coalesce(
                 (select max(id) from comments where post_id = ?1 and deleted_at is null), event_id)),
             comment_count = (select count(*) from comments where post_id = ?1 and deleted_at is null)
         where id = ?1",
    )?
    .execute([post])?;
    Ok(())
}

fn announce(
    tx: &mut Tx<'_>,
    kind: EventKind,
    by: UserId,
    place: &Place,
    post: PostId,
    comment: CommentId,
) -> Result<EventId> {
    tx.announce(&Announcement {
        comment: Some(comment),
        ..Announcement::on_post(kind, by, post, place)
    })
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Comment> {
    let message: String = row.get(2)?;
    let (is_mine, under_mine): (bool, bool) = (row.get(6)?, row.get(7)?);
    Ok(Comment {
        id: row.get(0)?,
        post: row.get(1)?,
        author: users::from_row(row)?,
        body: Body::parse(&message),
        message,
        created_at: row.get(3)?,
        edited_at: row.get(4)?,
        likes: row.get::<_, i64>(5)?.unsigned_abs(),
        is_liked_by_me: row.get(8)?,
        is_mine,
        can_be_deleted: is_mine || under_mine,
    })
}
