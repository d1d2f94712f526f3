//! Posts of another site: found again, and added to their places.

use rusqlite::{Connection, OptionalExtension};

use crate::{
    error::Result,
    model::{
        AltText, EventId, FeedId, ImportKey, ImportOutcome, Message, NewImage, PostId, Timestamp,
        UserId,
    },
    store::{
        Tx, feeds, imports, likes,
        posts::{self, ImportedPlace, Target},
    },
};

/// The places of a post here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlacesHere {
    /// The author's own feed, and groups.
    Feeds { own: bool, groups: Vec<FeedId> },
    /// A conversation with these people, its author not among them.
    People(Vec<UserId>),
}

/// A post that is ready to be added.
#[derive(Debug)]
pub struct ReadyPost {
    pub key: ImportKey,
    /// The id that it had. It keeps it if that is free.
    pub id: Option<PostId>,
    pub author: UserId,
    pub places: PlacesHere,
    pub message: Message,
    pub pictures: Vec<(NewImage, AltText)>,
    pub written_at: Timestamp,
    pub edited_at: Option<Timestamp>,
    pub likes: Vec<UserId>,
}

/// Finds a post of the other site here: one that was imported, which may be deleted.
pub fn post_here(
    conn: &Connection,
    author: UserId,
    key: ImportKey,
    id: Option<PostId>,
) -> Result<Option<PostId>> {
    let mut query = conn.prepare_cached(
        "select post_id from imported_posts where user_id = ?1 and origin = ?2
         union all
         select id from posts where id = ?3 and author_id = ?1",
    )?;
    let found = query.query_row((author, key, id), |row| row.get(0));
    Ok(found.optional()?)
}

/// Adds a post with its pictures and likes. Nobody is told. Returns the post, which is none if there is no room for its
/// pictures.
///
/// # Errors
/// Those of the file.
pub fn add_post(
    tx: &mut Tx<'_>,
    new: &ReadyPost,
    storage_max: u64,
) -> Result<(ImportOutcome, Option<PostId>)> {
    if let Some(known) = post_here(tx, new.author, new.key, new.id)? {
        return Ok((ImportOutcome::Known, Some(known)));
    }
    let Some(attached) = imports::keep(tx, new.author, &new.pictures, storage_max)? else {
        return Ok((ImportOutcome::NoRoom, None));
    };
    let into = ImportedPlace {
        target: target(tx, new)?,
        id: new.id,
        written_at: new.written_at,
        edited_at: new.edited_at,
    };
    let (post, place, number) = posts::import_into(tx, new.author, &new.message, &attached, &into)?;
    // In their order, which later numbers keep.
    for (by, at) in new.likes.iter().zip(number.0 + 1..) {
        likes::import(tx, *by, post, &place, EventId(at))?;
    }
    imports::note(tx, new.author, new.key, post)?;
    Ok((ImportOutcome::Added, Some(post)))
}

/// Returns the places of a new post.
fn target(conn: &Connection, new: &ReadyPost) -> Result<Target> {
    Ok(match &new.places {
        PlacesHere::Feeds { own: true, groups } if groups.is_empty() => {
            Target::Own(feeds::own(conn, new.author)?.id)
        }
        PlacesHere::Feeds { own, groups } => {
            let mut all = groups.clone();
            if *own {
                all.push(feeds::own(conn, new.author)?.id);
            }
            all.sort_unstable();
            all.dedup();
            Target::Feeds(all)
        }
        PlacesHere::People(people) => Target::People(people.clone()),
    })
}
