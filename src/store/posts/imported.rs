//! Posts that come from an archive of another site. They stand at their own dates, below everything that was written
//! here, and nothing tells of them.

use rusqlite::OptionalExtension;

use super::{
    destinations::Target,
    place::{Place, is_kept},
};
use crate::{
    error::Result,
    model::{Attached, EventId, Message, PostId, Timestamp, UserId},
    store::{Tx, feeds, images, sql::free_id, texts},
};

/// What an imported post has besides its text and pictures.
pub(in crate::store) struct ImportedPlace {
    pub(in crate::store) target: Target,
    /// The id that it had elsewhere. It keeps it if that is free.
    pub(in crate::store) id: Option<PostId>,
    pub(in crate::store) written_at: Timestamp,
    pub(in crate::store) edited_at: Option<Timestamp>,
}

/// Posts to the author's own feed, with the date at which the post was written elsewhere. The date is never one of the
/// future.
///
/// # Errors
/// `Invalid` if one of the images is not the author's, or is used already.
pub(in crate::store) fn import(
    tx: &mut Tx<'_>,
    author: UserId,
    message: &Message,
    images: &Attached,
    written_at: Timestamp,
) -> Result<PostId> {
    let place = ImportedPlace {
        target: Target::Own(feeds::own(tx, author)?.id),
        id: None,
        written_at,
        edited_at: None,
    };
    Ok(import_into(tx, author, message, images, &place)?.0)
}

/// Like [`import`], into any feeds. Returns the place and the number of the post as well.
pub(in crate::store) fn import_into(
    tx: &mut Tx<'_>,
    author: UserId,
    message: &Message,
    images: &Attached,
    into: &ImportedPlace,
) -> Result<(PostId, Place, EventId)> {
    let past = |time: Timestamp| Timestamp(time.0.clamp(0, tx.now.0));
    let written_at = past(into.written_at);
    let id = match into.id {
        Some(id) if !is_kept(tx, id)? => id,
        _ => {
            let taken = "select exists (select 1 from posts where id = ?)";
            free_id(tx, taken, || PostId::new(tx.now))?
        }
    };
    let number = free_number(tx, written_at)?;
    let place = into.target.place(tx, author)?;
    tx.prepare_cached(
        "insert into posts (id, author_id, message, images, bump, event_id, is_personal, is_direct, created_at,
             edited_at)
         values (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute((
        id,
        author,
        message.as_str(),
        images.count(),
        number,
        into.target.is_personal(),
        into.target.is_direct(),
        written_at,
        into.edited_at.map(past),
    ))?;
    into.target.enter(tx, id, &place, number)?;
    images::attach(tx, author, id, images)?;
    texts::index(tx, &message.body(), author, id, None, number)?;
    Ok((id, place, number))
}

/// Returns a number that no post and no comment has, above those of the imported texts of the same millisecond. If a
/// millisecond is full, the number is one of the next.
pub(in crate::store) fn free_number(tx: &Tx<'_>, written_at: Timestamp) -> Result<EventId> {
    let mut query = tx.prepare_cached(
        "select max(newest) from (
             select max(event_id) as newest from posts indexed by posts_by_event where event_id >= ?1 and event_id < ?2
             union all
             select max(id) from comments where id >= ?1 and id < ?2)",
    )?;
    let mut first = EventId::imported(written_at);
    loop {
        let end = EventId(first.0 + EventId::IMPORTED_PER_MILLI);
        let newest: Option<Option<EventId>> =
            query.query_row((first, end), |row| row.get(0)).optional()?;
        match newest.flatten() {
            None => return Ok(first),
            Some(newest) if newest.0 + 1 < end.0 => return Ok(EventId(newest.0 + 1)),
            Some(_) => first = end,
        }
    }
}
