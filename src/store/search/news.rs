//! Which kept searches find something new. A search in which nothing was new is not asked again: the texts that came since
//! then are compared with it.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::Mutex,
};

use rusqlite::{Connection, OptionalExtension};

use super::{Searcher, pages::newest};
use crate::{
    error::Result,
    model::{
        Carries, Event, EventField, EventId, EventKind, Notifies, SearchId, SearchQuery,
        SearchedText, Timestamp,
    },
    store::events,
    sync::lock,
};

/// The most events that are looked through for new texts. After more of them each search is asked again.
const EVENTS_MAX: u32 = 200;

/// The most searches that are remembered. One more makes all of them forgotten.
const REMEMBERED_MAX: usize = 20_000;

/// The searches in which nothing was new when somebody looked.
#[derive(Default)]
pub struct SearchNews(Mutex<HashMap<SearchId, QuietSearch>>);

/// A search in which nothing was new.
#[derive(Clone, Copy)]
struct QuietSearch {
    /// The text up to which its owner had read.
    seen_up_to: i64,
    /// The newest event then.
    as_of: EventId,
}

/// A text that came after an event.
struct NewText {
    text: String,
    written_at: Timestamp,
}

/// The texts since an event, by that event; none where older texts may have become visible, or there are too many.
type TextsSince = HashMap<EventId, Option<Vec<NewText>>>;

impl SearchNews {
    /// Returns those of the searches of the searcher that find a text of somebody else which their owner was not shown
    /// there.
    pub fn of(
        &self,
        conn: &Connection,
        searcher: &Searcher<'_>,
        now: Timestamp,
    ) -> Result<Vec<SearchId>> {
        let mut query =
            conn.prepare_cached("select id, query, seen_up_to from searches where owner_id = ?")?;
        let kept = query.query_map([searcher.viewer], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?;
        let kept: Vec<(SearchId, String, i64)> = kept.collect::<rusqlite::Result<_>>()?;
        let as_of = events::newest(conn)?;
        let (mut found, mut texts) = (Vec::new(), TextsSince::new());
        for (id, typed, seen_up_to) in kept {
            let query = SearchQuery::parse(&typed);
            let is_quiet = match self.quiet_since(id, seen_up_to) {
                Some(since) if query.depends_on_texts_alone() => {
                    !may_find(conn, &mut texts, since, as_of, &query, searcher)?
                }
                _ => false,
            };
            if !is_quiet && newest(conn, &query, searcher, now)? > Some(seen_up_to) {
                found.push(id);
            } else {
                self.remember(id, QuietSearch { seen_up_to, as_of });
            }
        }
        Ok(found)
    }

    /// Returns the newest event when nothing was new in a search, if its owner has not read on since.
    fn quiet_since(&self, id: SearchId, seen_up_to: i64) -> Option<EventId> {
        let known = lock(&self.0).get(&id).copied()?;
        (known.seen_up_to == seen_up_to).then_some(known.as_of)
    }

    fn remember(&self, id: SearchId, quiet: QuietSearch) {
        let mut known = lock(&self.0);
        if known.len() >= REMEMBERED_MAX && !known.contains_key(&id) {
            known.clear();
        }
        known.insert(id, quiet);
    }
}

/// Returns whether a search may find one of the texts that came after an event.
fn may_find(
    conn: &Connection,
    texts: &mut TextsSince,
    since: EventId,
    up_to: EventId,
    query: &SearchQuery,
    searcher: &Searcher<'_>,
) -> Result<bool> {
    let texts = match texts.entry(since) {
        Entry::Occupied(known) => known.into_mut(),
        Entry::Vacant(free) => free.insert(texts_between(conn, since, up_to)?),
    };
    let Some(texts) = texts else {
        return Ok(true);
    };
    Ok(texts.iter().any(|new| {
        let text = SearchedText::of(&new.text, new.written_at);
        // Whatever is said about the post may hold.
        query.is_matched_by(&text, searcher.start_of, |_, _| true)
    }))
}

/// Returns the texts that came after an event, up to another one.
fn texts_between(
    conn: &Connection,
    since: EventId,
    up_to: EventId,
) -> Result<Option<Vec<NewText>>> {
    if since > up_to {
        // The file was put back.
        return Ok(None);
    }
    let events = events::between(conn, since, up_to, EVENTS_MAX + 1)?;
    if events.len() > EVENTS_MAX as usize || events.iter().any(|event| reveals(event.kind)) {
        return Ok(None);
    }
    let mut texts = Vec::new();
    for event in events.iter().filter(|event| has_text(event.kind)) {
        texts.extend(text_of(conn, event)?);
    }
    Ok(Some(texts))
}

/// Reads the text of an event as it is now.
fn text_of(conn: &Connection, event: &Event) -> Result<Option<NewText>> {
    let (sql, id) = match (event.comment, event.post) {
        (Some(comment), _) => (
            "select message, created_at from comments where id = ?",
            comment.0,
        ),
        (None, Some(post)) => ("select message, created_at from posts where id = ?", post.0),
        (None, None) => return Ok(None),
    };
    let mut query = conn.prepare_cached(sql)?;
    let found = query.query_row([id], |row| {
        Ok(NewText {
            text: row.get(0)?,
            written_at: row.get(1)?,
        })
    });
    Ok(found.optional()?)
}

/// Returns whether an event has a text with it.
fn has_text(kind: EventKind) -> bool {
    match kind.facts().carries {
        Carries::Article(fields) => {
            fields.contains(&EventField::Post) || fields.contains(&EventField::Comment)
        }
        Carries::PostId
        | Carries::Group
        | Carries::Reset
        | Carries::ResetForAll
        | Carries::Nothing => false,
    }
}

/// Returns whether older texts may be visible after an event that were not before.
fn reveals(kind: EventKind) -> bool {
    let facts = kind.facts();
    match facts.carries {
        Carries::Group | Carries::Reset | Carries::ResetForAll => true,
        // Somebody who comes to a conversation reads it from its beginning.
        Carries::Article(_) => facts.notifies == Notifies::Participants,
        Carries::PostId | Carries::Nothing => false,
    }
}
