//! Silent follows, of which nothing comes to the home river. Everything that can change whether a follow is silent has it
//! computed again here.

use crate::{
    error::Result,
    model::{FeedId, UserId},
    store::Tx,
};

/// The condition that a person keeps what is in a feed for lists: one of their lists has the feed and is exclusive. Both
/// are given by expressions.
macro_rules! kept_for_lists {
    ($user:literal, $feed:literal) => {
        concat!(
            "exists (
                 select 1 from list_feeds join lists on lists.id = list_feeds.list_id
                 where list_feeds.feed_id = ",
            $feed,
            " and list_feeds.owner_id = ",
            $user,
            " and lists.is_exclusive = 1)"
        )
    };
}
pub(in crate::store) use kept_for_lists;

/// The value of `follows.is_silent`, by expressions for the follower and the feed. A follow is silent if the feed is a
/// conversation's, if its owner is hidden from the follower, if it is hidden from everybody, or if the follower keeps it
/// for lists.
macro_rules! is_silent {
    ($user:literal, $feed:literal) => {
        concat!(
            "(exists (
                 select 1 from feeds as followed
                 where followed.id = ",
            $feed,
            " and (followed.is_hidden = 1 or followed.kind = 'direct' or exists (
                     select 1 from unseen where user_id = ",
            $user,
            " and other_id = followed.owner_id)))
             or ",
            crate::store::relationships::silence::kept_for_lists!($user, $feed),
            ")"
        )
    };
}

#[cfg(test)]
pub(in crate::store) use is_silent;

/// Updates all follows of a feed.
pub(in crate::store) fn settle_feed(tx: &Tx<'_>, feed: FeedId) -> Result<()> {
    tx.prepare_cached(concat!(
        "update follows set is_silent = ",
        is_silent!("follows.user_id", "follows.feed_id"),
        " where feed_id = ?"
    ))?
    .execute([feed])?;
    Ok(())
}

/// Updates one follow, if it is there.
pub(in crate::store) fn settle_follow(tx: &Tx<'_>, follower: UserId, feed: FeedId) -> Result<()> {
    tx.prepare_cached(concat!(
        "update follows set is_silent = ",
        is_silent!("?1", "?2"),
        " where user_id = ?1 and feed_id = ?2"
    ))?
    .execute((follower, feed))?;
    Ok(())
}

/// Updates all follows of a person that are not as they should be.
pub(in crate::store) fn settle_follower(tx: &Tx<'_>, follower: UserId) -> Result<()> {
    tx.prepare_cached(concat!(
        "update follows set is_silent = 1 - is_silent where user_id = ?1 and is_silent <> ",
        is_silent!("?1", "follows.feed_id")
    ))?
    .execute([follower])?;
    Ok(())
}
