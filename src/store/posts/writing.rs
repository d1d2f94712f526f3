//! Writing, editing and deleting posts, each by its author.

use rusqlite::Connection;

use super::place::{Place, is_visible, own, place};
use crate::{
    error::{Error, Result},
    model::{Attached, Body, EventKind, IdempotencyKey, Message, PostId, Revision, UserId},
    store::{
        Tx, UNDELETE_FOR,
        events::{self, Announcement},
        feeds, images,
        sql::free_id,
        texts,
    },
};

/// Posts to the author's own feed. If an identical form created a post before, returns that post.
///
/// # Errors
/// `Invalid` if there is neither a text nor an image, or if one of the images is not the author's, is used already, or
/// is gone.
pub fn create(
    tx: &mut Tx<'_>,
    author: UserId,
    message: &Message,
    images: &Attached,
    key: Option<IdempotencyKey>,
) -> Result<PostId> {
    let problem = Message::check_beside(message.as_str(), images.count());
    problem.map_err(|problem| Error::invalid("message", problem))?;
    if let Some(earlier) = earlier(tx, author, key)? {
        return Ok(earlier);
    }
    let is_known = events::submitted(tx, author, key)?.is_some();
    let place = Place {
        feed: feeds::own(tx, author)?.id,
        author,
        is_personal: true,
    };
    let taken = "select exists (select 1 from posts where id = ?)";
    let id = free_id(tx, taken, || PostId::new(tx.now))?;
    let event = tx.announce(&Announcement {
        // A form that is sent again after its post was deleted creates the post again. The log has the key already,
        // with the first event.
        key: key.filter(|_| !is_known),
        ..Announcement::on_post(EventKind::Post, author, id, &place)
    })?;
    tx.prepare_cached(
        "insert into posts (id, author_id, message, images, bump, event_id, created_at)
         values (?1, ?2, ?3, ?4, ?5, ?5, ?6)",
    )?
    .execute((id, author, message.as_str(), images.count(), event, tx.now))?;
    images::attach(tx, author, id, images)?;
    texts::index(tx, &Body::parse(message.as_str()), author, id, None, event)?;
    Ok(id)
}

/// Finds the post that an identical form created before, if it still exists.
pub fn earlier(
    conn: &Connection,
    author: UserId,
    key: Option<IdempotencyKey>,
) -> Result<Option<PostId>> {
    let event = events::submitted(conn, author, key)?;
    match event.and_then(|event| event.post) {
        Some(post) if is_visible(conn, author, post)? => Ok(Some(post)),
        _ => Ok(None),
    }
}

/// Replaces the text of a post, its images, or both. The old text stays in the history; images that the post loses are
/// deleted. `None` leaves a part as it is, and equal content changes nothing.
///
/// # Errors
/// `NotFound` if `by` may not see the post, `Forbidden` if it is somebody else's, `Invalid` if nothing would be left of
/// it or an image cannot be attached.
pub fn edit(
    tx: &mut Tx<'_>,
    by: UserId,
    id: PostId,
    message: Option<&Message>,
    images: Option<&Attached>,
) -> Result<()> {
    let place = own(tx, by, id)?;
    let other_images = match images {
        Some(images) => images::replace(tx, by, id, images)?,
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

/// Returns the earlier texts of a post, the newest first.
///
/// # Errors
/// `NotFound` if the viewer may not see the post.
pub fn history(conn: &Connection, viewer: UserId, id: PostId) -> Result<Vec<Revision>> {
    place(conn, viewer, id)?;
    revisions(conn, id)
}

/// Returns the earlier texts of a post, the newest first, whoever asks.
pub(super) fn revisions(conn: &Connection, id: PostId) -> Result<Vec<Revision>> {
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

/// Deletes a post: nobody sees it any more. Its row is kept for [`UNDELETE_FOR`], so that the deletion can be undone.
///
/// # Errors
/// `NotFound` if `by` may not see the post, `Forbidden` if it is somebody else's.
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

/// Undoes a deletion: the post returns to its old position. A post that is not deleted stays as it is.
///
/// # Errors
/// `NotFound` if the post is gone for good, or was never written by `by`.
pub fn undelete(tx: &mut Tx<'_>, by: UserId, id: PostId) -> Result<()> {
    let is_deleted: bool = tx
        .prepare_cached(
            "select deleted_at is not null from posts
             where id = ?1 and author_id = ?2 and (deleted_at is null or deleted_at > ?3)",
        )?
        .query_row((id, by, tx.now.minus(UNDELETE_FOR)), |row| row.get(0))?;
    if is_deleted {
        tx.prepare_cached("update posts set deleted_at = null where id = ?")?
            .execute([id])?;
        let place = place(tx, by, id)?;
        tx.announce(&Announcement::on_post(EventKind::Post, by, id, &place))?;
    }
    Ok(())
}
