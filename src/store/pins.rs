//! Pinned posts: the one post of a feed that stands first on the page of the feed. A person pins to their own feed, and
//! admins pin to their group.

use rusqlite::Connection;

use super::{
    Tx, feeds,
    groups::{self, members},
    posts::place::place,
};
use crate::{
    error::{Error, Result},
    model::{FeedId, PinPlace, PostId, UserId},
};

/// Pins a post to a feed, in place of the one that was pinned there: to the feed with the name `to`, or to the first one
/// that `by` can pin it to if the name is empty. Returns the place.
///
/// # Errors
/// `NotFound` if `by` may not see the post, `Forbidden` if `by` cannot pin it there.
pub fn pin(tx: &mut Tx<'_>, by: UserId, post: PostId, to: &str) -> Result<PinPlace> {
    let mut place = place_named(tx, by, post, to)?;
    let feed = feed_of(tx, by, &place)?;
    tx.prepare_cached(
        "insert into pins (feed_id, post_id) values (?1, ?2)
         on conflict (feed_id) do update set post_id = ?2",
    )?
    .execute((feed, post))?;
    tx.is_on_no_page();
    place.is_pinned = true;
    Ok(place)
}

/// Removes a post from the top of a feed. A post that is not pinned stays as it is. Returns the place.
///
/// # Errors
/// Those of [`pin`].
pub fn unpin(tx: &mut Tx<'_>, by: UserId, post: PostId, from: &str) -> Result<PinPlace> {
    let mut place = place_named(tx, by, post, from)?;
    let feed = feed_of(tx, by, &place)?;
    tx.prepare_cached("delete from pins where feed_id = ? and post_id = ?")?
        .execute((feed, post))?;
    tx.is_on_no_page();
    place.is_pinned = false;
    Ok(place)
}

/// Returns the feeds of a post that a person can pin it to: their own, and the groups of which they are an admin.
///
/// # Errors
/// `NotFound` if the person may not see the post.
pub fn places(conn: &Connection, by: UserId, post: PostId) -> Result<Vec<PinPlace>> {
    place(conn, by, post)?;
    let mut places = Vec::new();
    let own = feeds::own(conn, by)?.id;
    for feed in feeds::of_post(conn, post)? {
        let is_own = feed == own;
        if is_own || members::is_admin(conn, by, feed)? {
            places.push(PinPlace {
                group: (!is_own).then(|| groups::of_feed(conn, feed)).transpose()?,
                is_pinned: is_pinned(conn, feed, post)?,
            });
        }
    }
    places.sort_by(|one, other| {
        let key = |place: &PinPlace| place.group.as_ref().map(|group| group.name.key());
        key(one).cmp(&key(other))
    });
    Ok(places)
}

fn is_pinned(conn: &Connection, feed: FeedId, post: PostId) -> Result<bool> {
    let mut query = conn
        .prepare_cached("select exists (select 1 from pins where feed_id = ? and post_id = ?)")?;
    Ok(query.query_row((feed, post), |row| row.get(0))?)
}

fn place_named(conn: &Connection, by: UserId, post: PostId, name: &str) -> Result<PinPlace> {
    let mut places = places(conn, by, post)?.into_iter();
    let is_meant = |place: &PinPlace| name.is_empty() || place.name().eq_ignore_ascii_case(name);
    places.find(is_meant).ok_or(Error::Forbidden)
}

fn feed_of(conn: &Connection, by: UserId, place: &PinPlace) -> Result<FeedId> {
    match &place.group {
        Some(group) => Ok(group.feed),
        None => Ok(feeds::own(conn, by)?.id),
    }
}
