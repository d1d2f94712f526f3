//! The entries of a source, and the posts that are made of them.

use std::collections::{HashMap, HashSet};

use rusqlite::{Connection, OptionalExtension};
use sha2::{Digest, Sha256};

use crate::{
    error::{Error, Result},
    model::{
        AltText, Attached, Destinations, NewImage, PostId, ReadEntry, ReadFeed, Source, SourceId,
        UserId,
    },
    store::{Tx, feeds, groups, images, posts},
};

/// The entries of a new source that become posts at once. The others were there before.
const FIRST_POSTS: usize = 5;

/// The entries that become posts at one reading. The others wait for the next one.
const POSTS_AT_ONCE: usize = 20;

/// How often a post follows the changes of its entry. Some feeds change an entry at each reading.
const CHANGES_MAX: u32 = 10;

/// The entries of a source that are remembered, beside those that are in it.
const REMEMBERED: u32 = 1_000;

/// What is to be done with the entries of a feed. They are named by their places in it.
struct EntryPlan {
    /// Those that were seen before.
    known: Vec<(usize, EntryHashes, KnownEntry)>,
    /// Those that become posts, the oldest first.
    posts: Vec<(usize, EntryHashes)>,
    /// Those that were there before the source.
    skipped: Vec<EntryHashes>,
    /// False if more entries wait for the next reading.
    is_whole: bool,
}

impl EntryPlan {
    fn of(conn: &Connection, source: &Source, feed: &ReadFeed) -> Result<EntryPlan> {
        let all = EntryHashes::of_feed(feed);
        let makes_new_ids = source.read_at.is_some() && !knows_any(conn, source.id, &all)?;
        let (mut new, mut taken) = (Vec::new(), HashSet::new());
        let (mut known, mut skipped) = (Vec::new(), Vec::new());
        for (place, hashes) in all.into_iter().enumerate() {
            if !taken.insert(hashes.entry) {
                continue;
            }
            match find(conn, source.id, &hashes, makes_new_ids)? {
                Some(found) => known.push((place, hashes, found)),
                None => new.push((place, hashes)),
            }
        }
        // The newest of a new source, and the oldest of one that is known: nothing is left out in between.
        if source.read_at.is_none() {
            let rest = new.drain(new.len().min(FIRST_POSTS)..);
            skipped.extend(rest.map(|(_, hashes)| hashes));
        }
        let is_whole = new.len() <= POSTS_AT_ONCE;
        Ok(EntryPlan {
            known,
            posts: new.into_iter().rev().take(POSTS_AT_ONCE).collect(),
            skipped,
            is_whole,
        })
    }
}

/// Returns the places of the entries that will become posts.
pub fn to_post(conn: &Connection, source: &Source, feed: &ReadFeed) -> Result<Vec<usize>> {
    let plan = EntryPlan::of(conn, source, feed)?;
    Ok(plan.posts.into_iter().map(|(place, _)| place).collect())
}

/// Makes posts of new entries, the oldest first, and edits those whose entries changed. `pictures` are those of some
/// entries, by their places. Returns whether that was all.
pub(super) fn take(
    tx: &mut Tx<'_>,
    source: &Source,
    feed: &ReadFeed,
    pictures: &HashMap<usize, NewImage>,
    storage_max: u64,
) -> Result<bool> {
    let to = destination(tx, source)?;
    let plan = EntryPlan::of(tx, source, feed)?;
    for (place, hashes, known) in &plan.known {
        follow(tx, source, &feed.entries[*place], hashes, known)?;
    }
    for hashes in &plan.skipped {
        remember(tx, source.id, hashes, None)?;
    }
    for (place, hashes) in &plan.posts {
        let picture = pictures.get(place);
        let attached = match picture.map(|new| keep(tx, source.added_by, new, storage_max)) {
            // Somebody who has no room for pictures gets the words.
            None | Some(Err(Error::Invalid(_))) => Attached::default(),
            Some(attached) => attached?,
        };
        let post = post(tx, source, &to, &feed.entries[*place], &attached)?;
        remember(tx, source.id, hashes, Some(post))?;
    }
    forget_old(tx, source.id)?;
    Ok(plan.is_whole)
}

/// Stores the picture of an entry.
fn keep(tx: &mut Tx<'_>, owner: UserId, new: &NewImage, storage_max: u64) -> Result<Attached> {
    let alt = AltText::default();
    let id = images::create(tx, owner, new, &alt, storage_max)?;
    Attached::parse(vec![(id, alt)], 1).map_err(|problem| Error::invalid("image", problem))
}

/// Returns where the posts of a source go.
fn destination(conn: &Connection, source: &Source) -> Result<Destinations> {
    if feeds::own(conn, source.added_by)?.id == source.feed {
        return Ok(Destinations::own());
    }
    Ok(Destinations::Feeds {
        own: false,
        groups: vec![groups::of_feed(conn, source.feed)?.name],
    })
}

/// Makes a post of an entry. Its date is kept, but it is never one of the future.
fn post(
    tx: &mut Tx<'_>,
    source: &Source,
    to: &Destinations,
    entry: &ReadEntry,
    attached: &Attached,
) -> Result<PostId> {
    let written_at = entry.written_at.unwrap_or(tx.now).min(tx.now);
    posts::create_at(
        tx,
        source.added_by,
        to,
        &entry.message,
        attached,
        None,
        written_at,
    )
}

/// An entry that was seen before.
struct KnownEntry {
    entry: i64,
    message: i64,
    post: Option<PostId>,
    changes: u32,
}

/// Edits the post of an entry that has changed, unless its author has deleted or changed it.
fn follow(
    tx: &mut Tx<'_>,
    source: &Source,
    entry: &ReadEntry,
    hashes: &EntryHashes,
    known: &KnownEntry,
) -> Result<()> {
    let is_other = known.message != hashes.message;
    let mut changes = known.changes;
    if let Some(post) = known.post.filter(|_| is_other && changes < CHANGES_MAX)
        && is_as_imported(tx, source.added_by, post, known.message)?
    {
        posts::edit(tx, source.added_by, post, Some(&entry.message), None, None)?;
        changes += 1;
    }
    tx.prepare_cached(
        "update or replace source_entries set entry = ?3, link = ?4, message = ?5, changes = ?6, seen_at = ?7
         where source_id = ?1 and entry = ?2",
    )?
    .execute((source.id, known.entry, hashes.entry, hashes.link, hashes.message, changes, tx.now))?;
    Ok(())
}

/// Returns whether a post is there and has the text that its entry gave it.
fn is_as_imported(conn: &Connection, author: UserId, post: PostId, message: i64) -> Result<bool> {
    let text: Option<String> = conn
        .prepare_cached(
            "select message from posts where id = ? and author_id = ? and deleted_at is null",
        )?
        .query_row((post, author), |row| row.get(0))
        .optional()?;
    Ok(text.is_some_and(|text| hash(&text) == message))
}

/// Returns whether one of these entries was seen before under its id.
fn knows_any(conn: &Connection, source: SourceId, all: &[EntryHashes]) -> Result<bool> {
    let mut query = conn.prepare_cached(
        "select exists (select 1 from source_entries where source_id = ? and entry = ?)",
    )?;
    for hashes in all {
        if query.query_row((source, hashes.entry), |row| row.get(0))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Finds an entry by its id. A feed that makes new ids at each reading has the same links with the same dates, or the same
/// texts.
fn find(
    conn: &Connection,
    source: SourceId,
    hashes: &EntryHashes,
    makes_new_ids: bool,
) -> Result<Option<KnownEntry>> {
    let mut query = conn.prepare_cached(
        "select entry, message, post_id, changes from source_entries
         where source_id = ?1 and (entry = ?2 or ?5 and (link = ?3 and link <> 0 or message = ?4))
         order by entry = ?2 desc, link = ?3 desc limit 1",
    )?;
    let values = (
        source,
        hashes.entry,
        hashes.link,
        hashes.message,
        makes_new_ids,
    );
    let found = query.query_row(values, |row| {
        Ok(KnownEntry {
            entry: row.get(0)?,
            message: row.get(1)?,
            post: row.get(2)?,
            changes: row.get(3)?,
        })
    });
    Ok(found.optional()?)
}

fn remember(
    tx: &Tx<'_>,
    source: SourceId,
    hashes: &EntryHashes,
    post: Option<PostId>,
) -> Result<()> {
    tx.prepare_cached(
        "insert or ignore into source_entries (source_id, entry, link, message, post_id, seen_at)
         values (?, ?, ?, ?, ?, ?)",
    )?
    .execute((
        source,
        hashes.entry,
        hashes.link,
        hashes.message,
        post,
        tx.now,
    ))?;
    Ok(())
}

/// Forgets the entries that have not been in the source for longest.
fn forget_old(tx: &Tx<'_>, source: SourceId) -> Result<()> {
    tx.prepare_cached(
        "delete from source_entries where source_id = ?1 and seen_at < ?2 and entry in (
             select entry from source_entries where source_id = ?1
             order by seen_at desc limit -1 offset ?3)",
    )?
    .execute((source, tx.now, REMEMBERED))?;
    Ok(())
}

/// What an entry is known by.
struct EntryHashes {
    entry: i64,
    link: i64,
    message: i64,
}

impl EntryHashes {
    fn of_feed(feed: &ReadFeed) -> Vec<EntryHashes> {
        let mut links: HashMap<&str, u32> = HashMap::new();
        let all_links = feed
            .entries
            .iter()
            .filter_map(|entry| entry.link.as_deref());
        for link in all_links {
            *links.entry(link).or_default() += 1;
        }
        let entries = feed.entries.iter();
        entries
            .map(|entry| {
                // Some feeds give all entries the link of their page.
                let link = entry.link.as_deref().filter(|link| links[link] == 1);
                EntryHashes::of(entry, link)
            })
            .collect()
    }

    fn of(entry: &ReadEntry, link: Option<&str>) -> EntryHashes {
        let message = hash(entry.message.as_str());
        EntryHashes {
            entry: match (entry.id.as_str(), link) {
                ("", None) => message,
                ("", Some(link)) => hash(link),
                (id, _) => hash(id),
            },
            link: match (link, entry.written_at) {
                (Some(link), Some(at)) => hash(&format!("{link} {}", at.0)),
                _ => 0,
            },
            message,
        }
    }
}

/// Returns 64 bits of a hash of a text.
fn hash(text: &str) -> i64 {
    let hash = Sha256::digest(text);
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&hash[..8]);
    i64::from_le_bytes(bytes)
}
