//! Moderation: the admins of a group delete posts and comments in it. The author learns that a group admin did it, and
//! the other admins learn who.

use std::collections::HashSet;

use rusqlite::Connection;

use crate::{
    error::Result,
    model::{CommentId, EventId, FeedId, PostId, UserId},
    store::{Tx, notifications},
};

/// Returns the admins of the groups that a post is in.
pub fn keepers(conn: &Connection, post: PostId) -> Result<HashSet<UserId>> {
    let mut query = conn.prepare_cached(
        "select group_roles.user_id
         from post_feeds indexed by post_feeds_shared
         cross join group_roles on group_roles.feed_id = post_feeds.feed_id
         where post_feeds.post_id = ? and post_feeds.is_personal = 0 and group_roles.is_admin = 1",
    )?;
    let keepers = query.query_map([post], |row| row.get(0))?;
    Ok(keepers.collect::<rusqlite::Result<_>>()?)
}

/// What an admin did, for [`note`].
pub(in crate::store) struct Moderation {
    pub(in crate::store) by: UserId,
    pub(in crate::store) author: UserId,
    pub(in crate::store) post: PostId,
    /// `None` for the post itself.
    pub(in crate::store) comment: Option<CommentId>,
    /// False if the post is still in other feeds.
    pub(in crate::store) is_deletion: bool,
}

/// Returns the groups of a post that a person is an admin of.
pub(in crate::store) fn kept_by(
    conn: &Connection,
    user: UserId,
    post: PostId,
) -> Result<Vec<FeedId>> {
    let mut query = conn.prepare_cached(
        "select group_roles.feed_id
         from post_feeds indexed by post_feeds_shared
         cross join group_roles on group_roles.feed_id = post_feeds.feed_id
         where post_feeds.post_id = ?2 and post_feeds.is_personal = 0
             and group_roles.user_id = ?1 and group_roles.is_admin = 1",
    )?;
    let feeds = query.query_map((user, post), |row| row.get(0))?;
    Ok(feeds.collect::<rusqlite::Result<_>>()?)
}

/// Notes what an admin did, with the event at which it happened, and tells the author and the other admins of the group.
pub(in crate::store) fn note(
    tx: &mut Tx<'_>,
    event: EventId,
    feed: FeedId,
    what: &Moderation,
) -> Result<()> {
    tx.prepare_cached(
        "insert into moderations (event_id, feed_id, author_id, by_id, post_id, comment_id, is_deletion)
         values (?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute((
        event,
        feed,
        what.author,
        what.by,
        what.post,
        what.comment,
        what.is_deletion,
    ))?;
    let concerned: Vec<UserId> = tx
        .prepare_cached(
            "select user_id from group_roles where feed_id = ?1 and is_admin = 1 and user_id <> ?2
             union select ?3",
        )?
        .query_map((feed, what.by, what.author), |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    concerned
        .into_iter()
        .try_for_each(|user| notifications::changed(tx, user))
}

/// Forgets that a post or comment was deleted by an admin, because the deletion was taken back.
pub(in crate::store) fn forget(
    tx: &Tx<'_>,
    post: PostId,
    comment: Option<CommentId>,
) -> Result<()> {
    tx.prepare_cached(
        "delete from moderations where post_id = ? and comment_id is ? and is_deletion = 1",
    )?
    .execute((post, comment))?;
    Ok(())
}
