//! Likes of posts and of comments. Each operation is idempotent, and nobody can like their own post or comment.

use rusqlite::{Connection, OptionalExtension, Row};

use super::{
    Tx, acts, comments,
    events::Announcement,
    feeds::own_feed,
    posts::{
        place::{Place, place},
        rows::{address, address_columns},
    },
    rows::{self, Take},
    visibility::visible,
};
use crate::{
    error::{Error, Result},
    model::{CommentId, EventId, EventKind, OwnLike, PostId, UserId},
};

/// Likes a post. A second call changes nothing.
///
/// # Errors
/// `NotFound` if `by` may not see the post, `Forbidden` if it is `by`'s own.
pub fn like(tx: &mut Tx<'_>, by: UserId, post: PostId) -> Result<()> {
    let place = place(tx, by, post)?;
    if place.author == by {
        return Err(Error::Forbidden);
    }
    if likes(tx, by, post)? {
        return Ok(());
    }
    let event = tx.announce(&Announcement::on_post(EventKind::Like, by, post, &place))?;
    count(tx, post, 1)?;
    acts::liked(tx, by, post, &place, event)
}

/// Removes a like from a post. A second call changes nothing.
///
/// # Errors
/// `NotFound` if `by` may not see the post.
pub fn unlike(tx: &mut Tx<'_>, by: UserId, post: PostId) -> Result<()> {
    let place = place(tx, by, post)?;
    if !likes(tx, by, post)? {
        return Ok(());
    }
    tx.announce(&Announcement::on_post(EventKind::Unlike, by, post, &place))?;
    count(tx, post, -1)?;
    acts::unliked(tx, by, post)
}

/// Likes a comment. A second call changes nothing.
///
/// # Errors
/// `NotFound` if `by` may not see the comment, `Forbidden` if it is `by`'s own.
pub fn like_comment(tx: &mut Tx<'_>, by: UserId, id: CommentId) -> Result<PostId> {
    let comment = comments::find(tx, by, id)?;
    if comment.is_mine {
        return Err(Error::Forbidden);
    }
    if comment.is_liked_by_me {
        return Ok(comment.post);
    }
    let place = place(tx, by, comment.post)?;
    let event = tx.announce(&Announcement {
        comment: Some(id),
        ..Announcement::on_post(EventKind::CommentLike, by, comment.post, &place)
    })?;
    tx.prepare_cached(
        "insert into comment_likes (comment_id, user_id, owner_id, event_id) values (?, ?, ?, ?)",
    )?
    .execute((id, by, comment.author.id, event))?;
    count_of_comment(tx, id, 1)?;
    Ok(comment.post)
}

/// Removes a like from a comment. A second call changes nothing.
///
/// # Errors
/// `NotFound` if `by` may not see the comment.
pub fn unlike_comment(tx: &mut Tx<'_>, by: UserId, id: CommentId) -> Result<PostId> {
    let comment = comments::find(tx, by, id)?;
    if !comment.is_liked_by_me {
        return Ok(comment.post);
    }
    let place = place(tx, by, comment.post)?;
    tx.announce(&Announcement {
        comment: Some(id),
        ..Announcement::on_post(EventKind::CommentUnlike, by, comment.post, &place)
    })?;
    tx.prepare_cached("delete from comment_likes where comment_id = ? and user_id = ?")?
        .execute((id, by))?;
    count_of_comment(tx, id, -1)?;
    Ok(comment.post)
}

/// Adds the like of a post that is imported, with a number in place of an event. Nobody is told.
pub(super) fn import(
    tx: &Tx<'_>,
    by: UserId,
    post: PostId,
    place: &Place,
    number: EventId,
) -> Result<()> {
    if place.author == by || likes(tx, by, post)? {
        return Ok(());
    }
    count(tx, post, 1)?;
    acts::liked(tx, by, post, place, number)
}

/// Adds the like of a comment by `author` that is imported. Nobody is told.
pub(super) fn import_on_comment(
    tx: &Tx<'_>,
    by: UserId,
    comment: CommentId,
    author: UserId,
    number: EventId,
) -> Result<()> {
    if by == author {
        return Ok(());
    }
    let added = tx
        .prepare_cached(
            "insert into comment_likes (comment_id, user_id, owner_id, event_id) values (?, ?, ?, ?)
             on conflict do nothing",
        )?
        .execute((comment, by, author, number))?;
    if added > 0 {
        count_of_comment(tx, comment, 1)?;
    }
    Ok(())
}

/// Reads a person's likes: first of posts, then of comments, newest first. Those that the person may no longer see are
/// left out.
pub fn each_own(conn: &Connection, viewer: UserId, take: Take<'_, OwnLike>) -> Result<()> {
    const OF_POSTS: &str = concat!(
        "select null as comment_id, (select created_at from events where id = acts.like_event) as since,
             ", address_columns!(), "
         from acts indexed by acts_by_feed
         cross join posts on posts.id = acts.post_id
         cross join users on users.id = posts.author_id
         where acts.feed_id = (select feed_id from users where id = ?1) and acts.like_event is not null
             and ", visible!(), "
         order by acts.first_event desc"
    );
    const OF_COMMENTS: &str = concat!(
        "select comments.id as comment_id, (select created_at from events where id = mine.event_id) as since,
             ", address_columns!(), "
         from (select comment_id, event_id from comment_likes where user_id = ?1 order by event_id desc) as mine
         cross join comments on comments.id = mine.comment_id and comments.deleted_at is null
         cross join posts on posts.id = comments.post_id
         cross join users on users.id = posts.author_id
         where ", visible!(), "
         order by mine.event_id desc"
    );
    let read = |row: &Row<'_>| {
        Ok(OwnLike {
            since: row.get("since")?,
            comment: row.get("comment_id")?,
            place: address(row)?,
        })
    };
    rows::each(conn, OF_POSTS, viewer, read, take)?;
    rows::each(conn, OF_COMMENTS, viewer, read, take)
}

fn likes(conn: &Connection, user: UserId, post: PostId) -> Result<bool> {
    let mut query = conn.prepare_cached(concat!(
        "select 1 from acts where post_id = ?1 and like_event is not null and feed_id = ",
        own_feed!("?2")
    ))?;
    let found = query.query_row((post, user), |_| Ok(())).optional()?;
    Ok(found.is_some())
}

fn count(tx: &Tx<'_>, post: PostId, by: i32) -> Result<()> {
    tx.prepare_cached("update posts set like_count = like_count + ?2 where id = ?1")?
        .execute((post, by))?;
    Ok(())
}

fn count_of_comment(tx: &Tx<'_>, id: CommentId, by: i32) -> Result<()> {
    tx.prepare_cached("update comments set like_count = like_count + ?2 where id = ?1")?
        .execute((id, by))?;
    Ok(())
}
