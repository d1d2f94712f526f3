//! The question whether one post or comment is news to a person. Bundles cannot say: a comment of somebody whom the person
//! hides is in the same bundle as the next one of somebody else.

use rusqlite::Connection;

use super::kinds::{names_nobody, rings_for_comment, silent_people, threads_max};
use crate::{
    error::Result,
    model::{CommentId, PostId, Timestamp, UserId},
    store::hides,
};

/// The query that says whether the post `?2` is news to `?1` at the time `?3`: as a mention, by a bell, or as the beginning
/// of a conversation.
const POST: &str = concat!(
    "select exists (
         select 1 from posts where posts.id = ?2 and posts.author_id <> ?1 and ",
    crate::store::visibility::visible!(),
    "
             and case when exists (
                 select 1 from mentions where post_id = posts.id and comment_id = 0 and user_id = ?1)
             then posts.author_id not in ",
    silent_people!("?3"),
    "
             else not exists (select 1 from mutes where user_id = ?1 and post_id = posts.id) and (
                 (posts.author_id not in ",
    crate::store::visibility::hidden_people!(),
    "
                 and exists (
                     select 1 from post_feeds cross join feed_bells
                         on feed_bells.feed_id = post_feeds.feed_id and feed_bells.user_id = ?1
                     where post_feeds.post_id = posts.id and posts.event_id > feed_bells.since))
                 or (posts.author_id not in ",
    silent_people!("?3"),
    "
                 and exists (
                     select 1 from post_feeds
                     cross join feeds on feeds.id = post_feeds.feed_id and feeds.kind = 'direct'
                     cross join follows on follows.feed_id = feeds.id and follows.user_id = ?1
                     where post_feeds.post_id = posts.id and granted_event >= posts.event_id)))
             end)"
);

/// The query that says whether the comment `?2` is news to `?1` at the time `?3`: as a mention, on a post of the person, in
/// a thread after a comment of the person, or by a bell.
const COMMENT: &str = concat!(
    "select exists (
         select 1 from comments cross join posts on posts.id = comments.post_id
         where comments.id = ?2 and comments.deleted_at is null and comments.author_id <> ?1 and ",
    crate::store::visibility::visible!(),
    "
             and case when not ",
    names_nobody!(),
    " then comments.author_id not in ",
    silent_people!("?3"),
    "
             else not exists (select 1 from mutes where user_id = ?1 and post_id = posts.id) and (
                 (comments.author_id not in ",
    silent_people!("?3"),
    "
                 and (posts.author_id = ?1 or exists (
                     select 1 from (
                         select post_id, comment_event as since from acts indexed by acts_by_feed
                         where feed_id = ",
    crate::store::feeds::own_feed!("?1"),
    " and comment_event is not null
                         order by first_event desc limit ",
    threads_max!(),
    ") as thread
                     where thread.post_id = posts.id and thread.since < comments.id)))
                 or (posts.author_id <> ?1 and exists (
                     select 1 from post_bells where post_bells.user_id = ?1 and ",
    rings_for_comment!(),
    ")))
             end)"
);

/// Checks whether a new post, or a new comment on it, notifies a person.
pub(in crate::store) fn is_news_of(
    conn: &Connection,
    user: UserId,
    (post, comment): (PostId, Option<CommentId>),
    now: Timestamp,
) -> Result<bool> {
    let (sql, id) = match comment {
        Some(comment) => (COMMENT, comment.0),
        None => (POST, post.0),
    };
    let is_news: bool = conn
        .prepare_cached(sql)?
        .query_row((user, id, now), |row| row.get(0))?;
    if !is_news {
        return Ok(false);
    }
    let hides = hides::of(conn, user, now)?;
    let is_hidden =
        hides.are_everywhere() && hides::among(conn, user, &hides, &[post])?.contains(&post);
    Ok(!is_hidden)
}
