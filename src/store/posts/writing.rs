//! Writing, editing and deleting posts, each by its author.

use rusqlite::Connection;

use super::{
    destinations::{change, resolve, take_out},
    place::{Place, is_visible, own, place},
};
use crate::{
    error::{Error, Result},
    model::{
        Attached, Body, Destinations, EventId, EventKind, FeedId, IdempotencyKey, Message, PostId,
        Revision, Timestamp, UserId,
    },
    store::{
        Tx, UNDELETE_FOR,
        events::{self, Announcement},
        feeds,
        groups::moderation::{self, Moderation},
        images, quotes,
        sql::free_id,
        texts,
    },
};

/// Posts to the author's own feed.
///
/// # Errors
/// Those of [`create_in`].
pub fn create(
    tx: &mut Tx<'_>,
    author: UserId,
    message: &Message,
    images: &Attached,
    key: Option<IdempotencyKey>,
) -> Result<PostId> {
    create_in(tx, author, &Destinations::own(), message, images, key)
}

/// Posts to feeds or to people. If an identical form created a post before, returns that post.
///
/// # Errors
/// `Invalid` if there is neither a text nor an image, if one of the images is not the author's, is used already, or is
/// gone, or if the author may not post to one of the destinations.
pub fn create_in(
    tx: &mut Tx<'_>,
    author: UserId,
    to: &Destinations,
    message: &Message,
    images: &Attached,
    key: Option<IdempotencyKey>,
) -> Result<PostId> {
    let now = tx.now;
    create_at(tx, author, to, message, images, key, now)
}

/// Like [`create_in`], with the time at which the post was written elsewhere. It stands in rivers like one of now.
pub fn create_at(
    tx: &mut Tx<'_>,
    author: UserId,
    to: &Destinations,
    message: &Message,
    images: &Attached,
    key: Option<IdempotencyKey>,
    written_at: Timestamp,
) -> Result<PostId> {
    let problem = Message::check_beside(message.as_str(), images.count());
    problem.map_err(|problem| Error::invalid("message", problem))?;
    if let Some(earlier) = earlier(tx, author, key)? {
        return Ok(earlier);
    }
    let is_known = events::submitted(tx, author, key)?.is_some();
    let target = resolve(tx, author, to)?;
    let place = target.place(tx, author)?;
    let taken = "select exists (select 1 from posts where id = ?)";
    let id = free_id(tx, taken, || PostId::new(tx.now))?;
    let event = tx.announce(&Announcement {
        // A form that is sent again after its post was deleted creates the post again. The log has the key already,
        // with the first event.
        key: key.filter(|_| !is_known),
        ..Announcement::on_post(EventKind::Post, author, id, &place)
    })?;
    tx.prepare_cached(
        "insert into posts (id, author_id, message, images, bump, event_id, is_personal, is_direct, created_at)
         values (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7, ?8)",
    )?
    .execute((
        id,
        author,
        message.as_str(),
        images.count(),
        event,
        target.is_personal(),
        target.is_direct(),
        written_at,
    ))?;
    target.enter(tx, id, &place, event)?;
    images::attach(tx, author, id, images)?;
    texts::index(tx, &message.body(), author, id, None, event)?;
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

/// Replaces the text of a post, its images or the feeds that it is in. The old text stays in the history; images that the
/// post loses are deleted. `None` leaves a part as it is, and equal content changes nothing.
///
/// # Errors
/// `NotFound` if `by` may not see the post, `Forbidden` if it is somebody else's, `Invalid` if nothing would be left of
/// it, an image cannot be attached, or the post cannot go there.
pub fn edit(
    tx: &mut Tx<'_>,
    by: UserId,
    id: PostId,
    message: Option<&Message>,
    images: Option<&Attached>,
    to: Option<&Destinations>,
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
    let (is_moved, left) = match to {
        Some(to) => change(tx, by, id, to)?,
        None => (false, Vec::new()),
    };
    if !other_words && !other_images && !is_moved {
        return Ok(());
    }
    if other_words {
        tx.prepare_cached(
            "insert into revisions (post_id, message, created_at)
             select id, message, coalesce(edited_at, created_at) from posts where id = ?",
        )?
        .execute([id])?;
    }
    if other_words || other_images {
        tx.prepare_cached("update posts set message = ?2, edited_at = ?3 where id = ?1")?
            .execute((id, text, tx.now))?;
    }
    let event = announce_edit(tx, by, id, &place, &left)?;
    if other_words {
        let body = message.map_or_else(|| Body::parse(text), Message::body);
        texts::index(tx, &body, by, id, None, event)?;
    }
    Ok(())
}

/// Announces that a post has changed, and that it has left some feeds. Those who do not see it any more are told that it
/// is gone.
fn announce_edit(
    tx: &mut Tx<'_>,
    by: UserId,
    id: PostId,
    place: &Place,
    left: &[FeedId],
) -> Result<EventId> {
    quotes::announce_change(tx, id)?;
    let mut first = None;
    for feed in left {
        for kind in [EventKind::PostEdited, EventKind::PostDeleted] {
            let event = tx.announce(&Announcement {
                feed: *feed,
                ..Announcement::on_post(kind, by, id, place)
            })?;
            first = first.or(Some(event));
        }
    }
    match first {
        Some(event) => Ok(event),
        None => tx.announce(&Announcement::on_post(EventKind::PostEdited, by, id, place)),
    }
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

/// Deletes a post: nobody sees it any more. Its row is kept for [`UNDELETE_FOR`], so that the deletion can be undone. An
/// admin of a group takes a post out of the group, and deletes it if it is nowhere else. Returns whether it is deleted.
///
/// # Errors
/// `NotFound` if `by` may not see the post, `Forbidden` if it is somebody else's and in no group of which `by` is an
/// admin.
pub fn delete(tx: &mut Tx<'_>, by: UserId, id: PostId) -> Result<bool> {
    let place = place(tx, by, id)?;
    if place.author == by {
        hide(tx, by, id, &place)?;
        return Ok(true);
    }
    let kept = moderation::kept_by(tx, by, id)?;
    let first = *kept.first().ok_or(Error::Forbidden)?;
    let is_elsewhere = feeds::of_post(tx, id)?
        .iter()
        .any(|feed| !kept.contains(feed));
    let event = if is_elsewhere {
        take_out(tx, place.author, id, &kept)?;
        announce_edit(tx, by, id, &place, &kept)?
    } else {
        hide(tx, by, id, &place)?
    };
    let what = Moderation {
        by,
        author: place.author,
        post: id,
        comment: None,
        is_deletion: !is_elsewhere,
    };
    moderation::note(tx, event, first, &what)?;
    Ok(!is_elsewhere)
}

fn hide(tx: &mut Tx<'_>, by: UserId, id: PostId, place: &Place) -> Result<EventId> {
    tx.prepare_cached("update posts set deleted_at = ?2 where id = ?1")?
        .execute((id, tx.now))?;
    quotes::announce_change(tx, id)?;
    tx.announce(&Announcement::on_post(
        EventKind::PostDeleted,
        by,
        id,
        place,
    ))
}

/// Undoes a deletion: the post returns to its old position. A post that is not deleted stays as it is.
///
/// # Errors
/// `NotFound` if the post is gone for good, or if `by` could not have deleted it: only the admins of its group undo a
/// deletion by one of them.
pub fn undelete(tx: &mut Tx<'_>, by: UserId, id: PostId) -> Result<()> {
    let is_deleted: bool = tx
        .prepare_cached(
            "select deleted_at is not null from posts
             where id = ?1 and (deleted_at is null or deleted_at > ?3) and case
                 when exists (
                     select 1 from moderations
                     where post_id = ?1 and comment_id is null and is_deletion = 1)
                 then exists (
                     select 1 from moderations
                     cross join group_roles on group_roles.feed_id = moderations.feed_id
                     where moderations.post_id = ?1 and comment_id is null and is_deletion = 1
                         and user_id = ?2 and is_admin = 1)
                 else author_id = ?2 end",
        )?
        .query_row((id, by, tx.now.minus(UNDELETE_FOR)), |row| row.get(0))?;
    if is_deleted {
        tx.prepare_cached("update posts set deleted_at = null where id = ?")?
            .execute([id])?;
        moderation::forget(tx, id, None)?;
        let place = place(tx, by, id)?;
        tx.announce(&Announcement::on_post(EventKind::Post, by, id, &place))?;
        quotes::announce_change(tx, id)?;
    }
    Ok(())
}
