//! Posts that come from an archive of another site. They stand at their own dates, below everything that was written
//! here, and nothing tells of them.

use rusqlite::OptionalExtension;

use crate::{
    error::Result,
    model::{Attached, EventId, Message, PostId, Timestamp, UserId},
    store::{Tx, images, sql::free_id, texts},
};

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
    let written_at = Timestamp(written_at.0.clamp(0, tx.now.0));
    let taken = "select exists (select 1 from posts where id = ?)";
    let id = free_id(tx, taken, || PostId::new(tx.now))?;
    let place = free_place(tx, written_at)?;
    tx.prepare_cached(
        "insert into posts (id, author_id, message, images, bump, event_id, is_personal, is_direct, created_at)
         values (?1, ?2, ?3, ?4, ?5, ?5, 1, 0, ?6)",
    )?
    .execute((
        id,
        author,
        message.as_str(),
        images.count(),
        place,
        written_at,
    ))?;
    images::attach(tx, author, id, images)?;
    texts::index(tx, &message.body(), author, id, None, place)?;
    Ok(id)
}

/// Returns a number that no post has, above those of the imported posts of the same millisecond. If a millisecond is
/// full, the number is one of the next.
fn free_place(tx: &Tx<'_>, written_at: Timestamp) -> Result<EventId> {
    let mut query = tx.prepare_cached(
        "select max(event_id) from posts indexed by posts_by_event where event_id >= ?1 and event_id < ?2",
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
