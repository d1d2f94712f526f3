//! Acts: a person's likes of and comments on posts, which bring the posts to that person's friends. Each row holds when
//! the act began and whether it still counts.

use super::{Tx, feeds::own_feed, posts::place::Place};
use crate::{
    error::Result,
    model::{EventId, PostId, UserId},
};

/// Records a comment. Only a person's first comment on a post is an act.
pub(super) fn commented(
    tx: &Tx<'_>,
    actor: UserId,
    post: PostId,
    place: &Place,
    event: EventId,
) -> Result<()> {
    tx.prepare_cached(concat!(
        "insert into acts (post_id, feed_id, actor_id, owner_id, post_feed_id, first_event, comment_event)
         values (?1, ",
        own_feed!("?2"),
        ", ?2, ?3, ?4, ?5, ?5)
         on conflict do update set comment_event = excluded.comment_event where comment_event is null"
    ))?
    .execute((post, actor, place.author, place.personal_feed(), event))?;
    Ok(())
}

/// Records a like.
pub(super) fn liked(
    tx: &Tx<'_>,
    actor: UserId,
    post: PostId,
    place: &Place,
    event: EventId,
) -> Result<()> {
    tx.prepare_cached(concat!(
        "insert into acts (post_id, feed_id, actor_id, owner_id, post_feed_id, first_event, like_event)
         values (?1, ",
        own_feed!("?2"),
        ", ?2, ?3, ?4, ?5, ?5)
         on conflict do update set like_event = excluded.like_event where like_event is null"
    ))?
    .execute((post, actor, place.author, place.personal_feed(), event))?;
    Ok(())
}

/// Removes a like and its effect: the act stays only if the person also commented on the post.
pub(super) fn unliked(tx: &Tx<'_>, actor: UserId, post: PostId) -> Result<()> {
    tx.prepare_cached(concat!(
        "delete from acts where post_id = ?1 and comment_event is null and feed_id = ",
        own_feed!("?2")
    ))?
    .execute((post, actor))?;
    tx.prepare_cached(concat!(
        "update acts set like_event = null, first_event = comment_event where post_id = ?1 and feed_id = ",
        own_feed!("?2")
    ))?
    .execute((post, actor))?;
    Ok(())
}

/// Updates the act after one of the actor's comments was deleted or restored.
pub(super) fn settle(tx: &Tx<'_>, post: PostId, actor: UserId) -> Result<()> {
    let first: Option<EventId> = tx
        .prepare_cached(
            "select min(id) from comments where post_id = ? and author_id = ? and deleted_at is null",
        )?
        .query_row((post, actor), |row| row.get(0))?;
    tx.prepare_cached(concat!(
        "insert into acts (post_id, feed_id, actor_id, owner_id, post_feed_id, first_event, comment_event)
         select ?1, ",
        own_feed!("?2"),
        ", ?2, author_id, case is_personal when 1 then ",
        own_feed!("author_id"),
        " end, ?3, ?3 from posts where id = ?1 and ?3 is not null
         on conflict do nothing"
    ))?
    .execute((post, actor, first))?;
    tx.prepare_cached(concat!(
        "delete from acts where post_id = ?1 and like_event is null and ?3 is null and feed_id = ",
        own_feed!("?2")
    ))?
    .execute((post, actor, first))?;
    tx.prepare_cached(concat!(
        "update acts set comment_event = ?3,
             first_event = min(coalesce(like_event, ?3), coalesce(?3, like_event))
         where post_id = ?1 and feed_id = ",
        own_feed!("?2")
    ))?
    .execute((post, actor, first))?;
    Ok(())
}
