//! The log: what happened, in order. Its ids are the streams' ids, the resume cursors and the order of rivers.

use rusqlite::{Connection, Row};

use super::Tx;
use crate::{
    error::Result,
    model::{Event, EventId, EventKind, FeedId, PostId, UserId},
};

/// How often the oldest events are taken out of the log, in events: rarely enough to cost nothing.
const PRUNE_INTERVAL: i64 = 256;

/// What is in the log at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// A reader that has seen this event or a later one can catch up.
    pub oldest_resumable: EventId,
    pub newest: EventId,
}

impl Tx<'_> {
    /// Writes an event into the log. Streams carry it once the change is committed.
    pub fn announce(
        &mut self,
        kind: EventKind,
        post: PostId,
        feed: FeedId,
        actor: UserId,
    ) -> Result<EventId> {
        self.prepare_cached("insert into events (kind, post_id, feed_id, actor_id, created_at) values (?, ?, ?, ?, ?)")?
            .execute((kind, post, feed, actor, self.now))?;
        let id = EventId(self.last_insert_rowid());
        if id.0 % PRUNE_INTERVAL == 0 {
            self.prepare_cached("delete from events where id <= ?")?
                .execute([id.0 - i64::from(self.event_retention)])?;
        }
        self.effects.newest = Some(id);
        Ok(id)
    }
}

/// The newest id there has been, even if its event is forgotten.
pub fn newest(conn: &Connection) -> Result<EventId> {
    let mut query = conn.prepare_cached(
        "select coalesce(max(seq), 0) from sqlite_sequence where name = 'events'",
    )?;
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

/// Events after one and up to another, oldest first.
pub fn between(
    conn: &Connection,
    after: EventId,
    up_to: EventId,
    limit: u32,
) -> Result<Vec<Event>> {
    let mut query = conn.prepare_cached(
        "select id, kind, post_id, feed_id, actor_id from events where id > ? and id <= ? order by id limit ?",
    )?;
    let events = query.query_map((after, up_to, limit), from_row)?;
    Ok(events.collect::<rusqlite::Result<_>>()?)
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Event> {
    Ok(Event {
        id: row.get("id")?,
        kind: row.get("kind")?,
        post: row.get("post_id")?,
        feed: row.get("feed_id")?,
        actor: row.get("actor_id")?,
    })
}
