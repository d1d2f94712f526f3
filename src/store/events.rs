//! The event log, in order. Its ids are the ids of the streams, the resume cursors and the order of rivers.

use rusqlite::{Connection, OptionalExtension, Row};

use super::{Tx, posts::place::Place};
use crate::{
    error::{Error, Result},
    model::{CommentId, Event, EventId, EventKind, Feed, FeedId, IdempotencyKey, PostId, UserId},
};

/// The number of events between two prunings of the log: large enough that pruning costs almost nothing.
const PRUNE_INTERVAL: i64 = 256;

/// The range of events in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// The event from which a reader can resume: a reader that has seen it or a later one can catch up.
    pub oldest_resumable: EventId,
    pub newest: EventId,
}

/// An event to be announced.
pub(super) struct Announcement {
    pub(super) kind: EventKind,
    pub(super) actor: UserId,
    pub(super) author: Option<UserId>,
    pub(super) feed: FeedId,
    pub(super) post: Option<PostId>,
    /// The comment, if there is one. None for a new comment: its id is the id of this event.
    pub(super) comment: Option<CommentId>,
    pub(super) key: Option<IdempotencyKey>,
}

impl Announcement {
    /// Returns an announcement about a post.
    pub(super) fn on_post(
        kind: EventKind,
        actor: UserId,
        post: PostId,
        place: &Place,
    ) -> Announcement {
        Announcement {
            kind,
            actor,
            author: Some(place.author),
            feed: place.feed,
            post: Some(post),
            comment: None,
            key: None,
        }
    }

    /// Returns an announcement about a feed: a new follower, or a change that only its owner sees.
    pub(super) fn on_feed(kind: EventKind, actor: UserId, feed: &Feed) -> Announcement {
        Announcement {
            kind,
            actor,
            author: feed.owner(),
            feed: feed.id,
            post: None,
            comment: None,
            key: None,
        }
    }
}

impl Tx<'_> {
    /// Writes an event into the log. Streams carry it once the change is committed.
    pub(super) fn announce(&mut self, new: &Announcement) -> Result<EventId> {
        self.prepare_cached(
            "insert into events (kind, actor_id, author_id, feed_id, post_id, comment_id, submission, created_at)
             values (?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute((
            new.kind,
            new.actor,
            new.author,
            new.feed,
            new.post,
            new.comment,
            new.key,
            self.now,
        ))?;
        let id = EventId(self.last_insert_rowid());
        if id.0 % PRUNE_INTERVAL == 0 {
            // At least the new event stays: the configuration accepts no retention below 100.
            self.prepare_cached("delete from events where id <= ?")?
                .execute([id.0 - i64::from(self.event_retention)])?;
        }
        self.effects.has_events = true;
        self.told.events.push(Event {
            id,
            kind: new.kind,
            actor: new.actor,
            author: new.author,
            feed: new.feed,
            post: new.post,
            comment: comment_of(id, new.kind, new.comment),
        });
        Ok(id)
    }

    /// Returns the event of an earlier submission of the form, if the person sent it before.
    pub(super) fn submitted(
        &self,
        by: UserId,
        key: Option<IdempotencyKey>,
    ) -> Result<Option<Event>> {
        submitted(self, by, key)
    }
}

pub(super) fn submitted(
    conn: &Connection,
    by: UserId,
    key: Option<IdempotencyKey>,
) -> Result<Option<Event>> {
    let Some(key) = key else {
        return Ok(None);
    };
    let mut query = conn.prepare_cached(
        "select id, kind, actor_id, author_id, feed_id, post_id, comment_id from events
         where actor_id = ? and submission = ?",
    )?;
    Ok(query.query_row((by, key), from_row).optional()?)
}

/// Checks that a person's key is new, or was used for this very request. A key is remembered as long as its event.
///
/// # Errors
/// `Invalid` if the key was used for a request that said something else.
pub fn check_key(tx: &Tx<'_>, by: UserId, key: Option<IdempotencyKey>) -> Result<()> {
    let Some(key) = key else {
        return Ok(());
    };
    let mut query = tx.prepare_cached(
        "select exists (select 1 from events
             where actor_id = ?1 and submission >= ?2 and submission < ?3 and submission <> ?4)",
    )?;
    let same_key = key.of_same_key();
    let parameters = (by, same_key.start, same_key.end, key);
    if query.query_row(parameters, |row| row.get(0))? {
        return Err(other_request());
    }
    Ok(())
}

pub(super) fn other_request() -> Error {
    let message = "This key was used for another request; take a new one.";
    Error::invalid("Idempotency-Key", message)
}

/// Returns the newest id. Its event is always in the log, so that no id is given twice.
pub fn newest(conn: &Connection) -> Result<EventId> {
    let mut query = conn.prepare_cached("select coalesce(max(id), 0) from events")?;
    Ok(query.query_row([], |row| row.get(0))?)
}

pub fn extent(conn: &Connection) -> Result<Extent> {
    let newest = newest(conn)?;
    let oldest: Option<EventId> = conn
        .prepare_cached("select min(id) from events")?
        .query_row([], |row| row.get(0))?;
    let oldest_resumable = oldest.map_or(newest, |oldest| EventId(oldest.0 - 1));
    Ok(Extent {
        oldest_resumable,
        newest,
    })
}

/// Returns the events after one and up to another, oldest first.
pub fn between(
    conn: &Connection,
    after: EventId,
    up_to: EventId,
    limit: u32,
) -> Result<Vec<Event>> {
    let mut query = conn.prepare_cached(
        "select id, kind, actor_id, author_id, feed_id, post_id, comment_id from events
         where id > ? and id <= ? order by id limit ?",
    )?;
    let events = query.query_map((after, up_to, limit), from_row)?;
    Ok(events.collect::<rusqlite::Result<_>>()?)
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Event> {
    let (id, kind): (EventId, EventKind) = (row.get("id")?, row.get("kind")?);
    Ok(Event {
        id,
        kind,
        actor: row.get("actor_id")?,
        author: row.get("author_id")?,
        feed: row.get("feed_id")?,
        post: row.get("post_id")?,
        comment: comment_of(id, kind, row.get("comment_id")?),
    })
}

/// Returns the comment of an event. A new comment has the id of its event, and so it is not in the row.
fn comment_of(id: EventId, kind: EventKind, noted: Option<CommentId>) -> Option<CommentId> {
    noted.or((kind == EventKind::Comment).then_some(CommentId(id.0)))
}
