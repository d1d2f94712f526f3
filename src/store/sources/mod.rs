//! Sources: feeds of other sites, when they are read, and what came of it. `entries` makes posts.

mod entries;

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Row};

use super::{Tx, rows::Take, sql};
use crate::{
    error::{Error, Result},
    model::{FeedId, Problems, Reading, Source, SourceAttempt, SourceId, Timestamp, UserId},
};
use entries::take;
pub use entries::to_post;

/// The time after which a source may be read again at somebody's wish.
const READ_AGAIN_AFTER: Duration = Duration::from_mins(1);

/// The rules of a site for sources.
#[derive(Debug, Clone, Copy)]
pub struct SourceRules {
    /// The time between two readings.
    pub interval: Duration,
    /// The most bytes of one person's pictures.
    pub storage_max: u64,
}

const COLUMNS: &str =
    "id, feed_id, added_by, url, title, page, read_at, next_at, failures, problem, etag, modified";

/// Adds a source, which is read as soon as possible.
///
/// # Errors
/// `Invalid` if it is there already, or there are too many.
pub fn add(tx: &mut Tx<'_>, feed: FeedId, by: UserId, url: &str) -> Result<()> {
    let known = of_feed(tx, feed)?;
    if known.iter().any(|source| source.url == url) {
        return Err(Error::invalid(
            "url",
            "This feed is imported already.".to_owned(),
        ));
    }
    if known.len() >= Source::COUNT_MAX {
        let problem = format!(
            "At most {} feeds can be imported. Remove one first.",
            Source::COUNT_MAX
        );
        return Err(Error::invalid(Problems::FORM, problem));
    }
    tx.is_on_no_page();
    tx.prepare_cached("insert into sources (feed_id, added_by, url, next_at) values (?, ?, ?, ?)")?
        .execute((feed, by, url, tx.now))?;
    Ok(())
}

/// Removes a source. Its posts stay.
///
/// # Errors
/// `NotFound` if the feed has no such source.
pub fn remove(tx: &mut Tx<'_>, feed: FeedId, id: SourceId) -> Result<()> {
    tx.is_on_no_page();
    let deleted = tx
        .prepare_cached("delete from sources where id = ? and feed_id = ?")?
        .execute((id, feed))?;
    sql::found(deleted)
}

/// Lets a source be read as soon as possible.
///
/// # Errors
/// `NotFound` if the feed has no such source; `BadRequest` if it was read a moment ago, or its site asked to wait.
pub fn read_soon(tx: &mut Tx<'_>, feed: FeedId, id: SourceId) -> Result<()> {
    tx.is_on_no_page();
    let limit = tx.now.minus(READ_AGAIN_AFTER);
    let rests: Option<bool> = tx
        .prepare_cached(
            "select coalesce(tried_at > ?3, false) or coalesce(wait_until > ?4, false) from sources
             where id = ?1 and feed_id = ?2",
        )?
        .query_row((id, feed, limit, tx.now), |row| row.get(0))
        .optional()?;
    if rests.ok_or(Error::NotFound)? {
        return Err(Error::BadRequest(
            "This feed was read a moment ago, or its site asks to wait. Try again later.".into(),
        ));
    }
    tx.prepare_cached("update sources set next_at = ?2 where id = ?1")?
        .execute((id, tx.now))?;
    Ok(())
}

/// Returns the sources of a feed, in the order in which they were added.
pub fn of_feed(conn: &Connection, feed: FeedId) -> Result<Vec<Source>> {
    those(conn, "where feed_id = ? order by id", [feed])
}

/// Reads the sources that a person has added, in the order in which they were added.
pub fn each_own(conn: &Connection, owner: UserId, take: Take<'_, Source>) -> Result<()> {
    let sources = those(conn, "where added_by = ? order by id", [owner])?;
    sources.into_iter().try_for_each(take)
}

/// Returns the source that has waited longest for its time, if there is one; before those of the person whose turn it just
/// was, those of others. Those of people who are away wait.
pub fn due(conn: &Connection, now: Timestamp, last: Option<UserId>) -> Result<Option<Source>> {
    let due = those(
        conn,
        "where next_at <= ?1 and exists (
             select 1 from users as author
             join users as payer on payer.id = coalesce(author.imagined_by, author.id)
             where author.id = added_by and author.leaves_at is null
                 and payer.suspended_at is null and payer.leaves_at is null and payer.gone_at is null)
         order by added_by is ?2, next_at limit 1",
        (now, last),
    )?;
    Ok(due.into_iter().next())
}

/// Returns the sources that a condition, with an order, chooses.
fn those(conn: &Connection, which: &str, of: impl rusqlite::Params) -> Result<Vec<Source>> {
    let sql = format!("select {COLUMNS} from sources {which}");
    let mut query = conn.prepare_cached(&sql)?;
    let sources = query.query_map(of, from_row)?;
    Ok(sources.collect::<rusqlite::Result<_>>()?)
}

/// Stores what came of an attempt to read a source. It may have been removed meanwhile.
pub fn record(
    tx: &mut Tx<'_>,
    id: SourceId,
    attempt: SourceAttempt,
    rules: SourceRules,
) -> Result<()> {
    let Some(mut source) = those(tx, "where id = ?", [id])?.into_iter().next() else {
        return Ok(());
    };
    let (mut failures, mut wait, mut problem) = (0, None, None);
    let mut goes_on = true;
    match attempt.reading {
        Reading::Unchanged => source.read_at = Some(tx.now),
        Reading::Feed {
            feed,
            etag,
            modified,
            pictures,
        } => match take(tx, &source, &feed, &pictures, rules.storage_max) {
            Ok(took_all) => {
                source.read_at = Some(tx.now);
                // What was left is asked for again.
                (source.etag, source.modified) = if took_all {
                    (etag, modified)
                } else {
                    (None, None)
                };
                if !feed.title.is_empty() {
                    source.title = feed.title;
                }
                source.page = feed.page;
            }
            Err(error) => {
                problem = Some(refusal(error)?);
                failures = source.failures + 1;
            }
        },
        Reading::Gone => {
            problem = Some("The feed is gone, says its site.".to_owned());
            goes_on = false;
        }
        Reading::Failed {
            problem: why,
            wait: asked,
        } => {
            (problem, wait) = (Some(why), asked);
            failures = source.failures + 1;
        }
    }
    let next = goes_on.then(|| Source::next_attempt(tx.now, rules.interval, failures, wait));
    tx.prepare_cached(
        "update sources set title = ?2, page = ?3, read_at = ?4, next_at = ?5, failures = ?6, problem = ?7,
             etag = ?8, modified = ?9, tried_at = ?10, wait_until = ?11
         where id = ?1",
    )?
    .execute((
        id, &source.title, &source.page, source.read_at, next, failures, &problem, &source.etag, &source.modified,
        tx.now,
        wait.map(|wait| tx.now.plus(wait.min(Source::LONGEST_PAUSE))),
    ))?;
    if let Some(url) = attempt.moved_to {
        // Two addresses may have become one.
        tx.prepare_cached("update or ignore sources set url = ?2 where id = ?1")?
            .execute((id, url))?;
    }
    Ok(())
}

/// Turns a refusal to write a post into words. Other errors stay errors.
fn refusal(error: Error) -> Result<String> {
    match error {
        Error::Invalid(problems) => Ok(sentence(&problems)),
        Error::NotFound | Error::Forbidden => {
            Ok("Whoever added it may not post here any more.".to_owned())
        }
        other => Err(other),
    }
}

fn sentence(problems: &Problems) -> String {
    let problems = problems.iter().map(|(_, problem)| problem);
    problems.collect::<Vec<_>>().join(" ")
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Source> {
    Ok(Source {
        id: row.get(0)?,
        feed: row.get(1)?,
        added_by: row.get(2)?,
        url: row.get(3)?,
        title: row.get(4)?,
        page: row.get(5)?,
        read_at: row.get(6)?,
        next_at: row.get(7)?,
        failures: row.get(8)?,
        problem: row.get(9)?,
        etag: row.get(10)?,
        modified: row.get(11)?,
    })
}
