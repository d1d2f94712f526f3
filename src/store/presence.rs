//! The state of an account: suspended, about to leave, gone.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension};

use super::{
    Tx, comments,
    events::Announcement,
    feeds,
    personal::{Deletion, PERSONAL},
    relationships::silence,
    sql,
};
use crate::{
    error::Result,
    model::{EventKind, FeedId, PostId, Timestamp, UserId},
};

/// The time in which a person who asked for the deletion of their account can come back.
pub const LEAVE_AFTER: Duration = Duration::from_hours(14 * 24);

/// The most posts, the most acts on others' posts, and the most images deleted in one transaction.
const PIECE_ROWS: u32 = 200;

/// Hides a person, and schedules the deletion of everything of theirs after [`LEAVE_AFTER`].
pub fn leave(tx: &mut Tx<'_>, user: UserId) -> Result<()> {
    tx.prepare_cached("update users set leaves_at = ?2 where id = ?1")?
        .execute((user, tx.now.plus(LEAVE_AFTER)))?;
    settle(tx, user)
}

/// Hides a person, and makes the deletion of everything of theirs due at once.
pub fn leave_now(tx: &mut Tx<'_>, user: UserId) -> Result<()> {
    schedule(tx, user)?;
    settle(tx, user)
}

/// Makes the deletion of everything of somebody due at once.
pub(super) fn schedule(tx: &Tx<'_>, user: UserId) -> Result<()> {
    tx.prepare_cached("update users set leaves_at = ?2 where id = ?1")?
        .execute((user, tx.now))?;
    Ok(())
}

/// Cancels a scheduled deletion.
///
/// # Errors
/// `NotFound` if the time is over: what is left is being deleted.
pub fn stay(tx: &mut Tx<'_>, user: UserId) -> Result<()> {
    let stays = tx
        .prepare_cached(
            "update users set leaves_at = null where id = ?1 and coalesce(leaves_at > ?2, true)",
        )?
        .execute((user, tx.now))?;
    sql::found(stays)?;
    settle(tx, user)
}

/// Checks that a person who has just proved their identity may still sign in: the compared password, if there was one,
/// is still theirs, and nobody has suspended them meanwhile. A scheduled deletion is cancelled. Returns whether there
/// was one.
///
/// The caller does this in the transaction that begins a session or issues a token: an act that ends all of those may
/// come between the proof and that transaction.
///
/// # Errors
/// `NotFound` if the person may no longer sign in.
pub fn let_in(tx: &mut Tx<'_>, user: UserId, compared: Option<&str>) -> Result<bool> {
    let is_leaving: bool = tx
        .prepare_cached(
            "select leaves_at is not null from users
             where id = ?1 and (?2 is null or password_hash = ?2) and suspended_at is null and gone_at is null",
        )?
        .query_row((user, compared), |row| row.get(0))?;
    if is_leaving {
        stay(tx, user)?;
    }
    Ok(is_leaving)
}

/// Hides everything of a suspended person. The code that signs people in refuses them.
pub fn suspend(tx: &mut Tx<'_>, user: UserId) -> Result<()> {
    tx.prepare_cached("update users set suspended_at = coalesce(suspended_at, ?2) where id = ?1")?
        .execute((user, tx.now))?;
    settle(tx, user)
}

/// Ends a suspension.
pub fn reinstate(tx: &mut Tx<'_>, user: UserId) -> Result<()> {
    tx.prepare_cached("update users set suspended_at = null where id = ?")?
        .execute([user])?;
    settle(tx, user)
}

/// Checks whether somebody's deletion is due.
pub fn has_due(conn: &Connection, now: Timestamp) -> Result<bool> {
    let mut query = conn.prepare_cached(
        "select exists (select 1 from users where leaves_at <= ? and gone_at is null)",
    )?;
    Ok(query.query_row([now], |row| row.get(0))?)
}

/// Deletes one part of the data of somebody whose deletion is due, small enough that others do not wait long. The name
/// stays reserved.
pub fn clear_due(tx: &mut Tx<'_>) -> Result<()> {
    let due = tx
        .prepare_cached("select id from users where leaves_at <= ? and gone_at is null limit 1")?
        .query_row([tx.now], |row| row.get(0))
        .optional()?;
    match due {
        Some(user) => clear(tx, user),
        None => Ok(()),
    }
}

fn clear(tx: &mut Tx<'_>, user: UserId) -> Result<()> {
    let feed = feeds::own(tx, user)?.id;
    // Deleting a post deletes everything under it.
    let posts = tx
        .prepare_cached(
            "delete from posts where id in (select id from posts where author_id = ? limit ?)",
        )?
        .execute((user, PIECE_ROWS))?;
    let acts: Vec<PostId> = tx
        .prepare_cached("select post_id from acts where feed_id = ? limit ?")?
        .query_map((feed, PIECE_ROWS), |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for post in &acts {
        take_back(tx, user, feed, *post)?;
    }
    // The remaining images: avatars and unused uploads.
    let images = tx
        .prepare_cached(
            "delete from images where id in (select id from images where owner_id = ? limit ?)",
        )?
        .execute((user, PIECE_ROWS))?;
    if posts == 0 && acts.is_empty() && images == 0 {
        forget(tx, user, feed)?;
    }
    Ok(())
}

/// Deletes a person's comments on and like of somebody else's post.
fn take_back(tx: &Tx<'_>, user: UserId, feed: FeedId, post: PostId) -> Result<()> {
    tx.prepare_cached(
        "update posts set like_count = like_count - exists (
             select 1 from acts where post_id = ?1 and feed_id = ?2 and like_event is not null)
         where id = ?1",
    )?
    .execute((post, feed))?;
    tx.prepare_cached("delete from comments where post_id = ? and author_id = ?")?
        .execute((post, user))?;
    tx.prepare_cached("delete from acts where post_id = ? and feed_id = ?")?
        .execute((post, feed))?;
    comments::settle_post(tx, post)
}

/// Deletes the remaining data of a person and empties the account's row.
fn forget(tx: &Tx<'_>, user: UserId, feed: FeedId) -> Result<()> {
    // Likes of comments are found only through all comments; this happens once in the life of an account.
    tx.prepare_cached(
        "update comments set like_count = like_count - 1
         where id in (select comment_id from comment_likes where user_id = ?)",
    )?
    .execute([user])?;
    for belonging in PERSONAL {
        match belonging.deletion {
            Deletion::AtOnce => {
                let sql = format!(
                    "delete from {} where {} = ?",
                    belonging.table, belonging.column
                );
                tx.execute(&sql, [user])?;
            }
            // Deleted before, with something else, or never.
            Deletion::InPieces | Deletion::With(_) | Deletion::Kept(_) => {}
        }
    }
    for sql in [
        "delete from follows where feed_id = ?",
        "delete from follow_requests where feed_id = ?",
        "delete from list_feeds where feed_id = ?",
        "delete from feed_bells where feed_id = ?",
    ] {
        tx.prepare_cached(sql)?.execute([feed])?;
    }
    // The name of an imaginary friend is somebody's private text, and nobody else could take it.
    tx.prepare_cached(
        "update users set name = '', bio = '', email = '', search = '', password_hash = '', role = 'member',
             username = iif(imagined_by is null, username, '~' || id), gone_at = ?2
         where id = ?1",
    )?
    .execute((user, tx.now))?;
    // Nobody sees imaginary friends any more. Their own deletion is due now.
    tx.prepare_cached(
        "update users set leaves_at = ?2 where imagined_by = ?1 and gone_at is null",
    )?
    .execute((user, tx.now))?;
    Ok(())
}

/// Updates whether the person's feed is hidden and whether follows of it are silent.
fn settle(tx: &mut Tx<'_>, user: UserId) -> Result<()> {
    tx.prepare_cached(
        "update feeds set is_hidden = (
             select suspended_at is not null or leaves_at is not null from users where id = ?1)
         where owner_id = ?1",
    )?
    .execute([user])?;
    let feed = feeds::own(tx, user)?;
    silence::settle_feed(tx, feed.id)?;
    // What was hidden leaves open pages, and what is back comes to them.
    tx.announce(&Announcement::on_feed(
        EventKind::PersonChanged,
        user,
        &feed,
    ))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::{NOW, person, site};

    #[test]
    fn pictures_of_somebody_who_leaves_are_deleted_in_pieces() {
        let (db, _directory) = site();
        let alice = person(&db, "alice");
        let left = || {
            db.read(|conn| {
                let images = "select count(*) from images";
                Ok(conn.query_row(images, [], |row| row.get::<_, u32>(0))?)
            })
            .expect("the table is there")
        };
        db.write(NOW, move |tx| {
            tx.prepare_cached(
                "with recursive n(i) as (select 1 union all select i + 1 from n where i <= ?2)
                 insert into images (id, owner_id, width, height, bytes, created_at) select i, ?1, 1, 1, 1, 0 from n",
            )?
            .execute((alice, PIECE_ROWS))?;
            leave_now(tx, alice)
        })
        .expect("she leaves");
        for expected in [1, 0] {
            db.write(NOW, clear_due).expect("a piece");
            assert_eq!(left(), expected);
        }
        db.write(NOW, clear_due).expect("the rest");
        assert!(!db.read(|conn| has_due(conn, NOW)).expect("readable"));
    }
}
