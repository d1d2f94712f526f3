//! The people whose unread counts an event may change: their open pages receive the new ones.

use rusqlite::{Connection, ToSql};

use crate::{
    error::Result,
    model::{Event, Notifies, UserId},
};

// Each query takes the first few of these parameters: the post, the comment, the event, the feed.
const POST_AUTHOR: &str = "select author_id from posts where id = ?1";
const COMMENT_AUTHOR: &str = "select author_id from comments where id = ?2";
const FEED_OWNER: &str = "select owner_id from feeds where id = ?4 and owner_id is not null
     union select user_id from group_roles where feed_id = ?4 and is_admin = 1";
const MENTIONED: &str = "select user_id from mentions where post_id = ?1 and comment_id = ?2";
/// The query for the people whom a new post mentions or who have a bell on one of its feeds.
const ADDRESSED: &str = "select user_id from mentions where post_id = ?1 and comment_id = ?2
     union select user_id from feed_bells where feed_id = ?4
     union select feed_bells.user_id from post_feeds
         cross join feed_bells on feed_bells.feed_id = post_feeds.feed_id
         where post_feeds.post_id = ?1 and post_feeds.is_personal = 0";
const PARTICIPANTS: &str = "select user_id from follows where feed_id = ?4";
/// The query for the participants, if the post is a direct message. Their bars count conversations with news.
const CONVERSATION: &str =
    "select user_id from feeds cross join follows on follows.feed_id = feeds.id
     where feeds.id = ?4 and feeds.kind = 'direct'";
/// The query for the post's author, the people mentioned, the people with a bell on the post, and the people who had
/// commented before. Later commenters were not notified.
const THREAD: &str = "select author_id from posts where id = ?1
     union select actor_id from acts where post_id = ?1 and comment_event < ?3
     union select user_id from mentions where post_id = ?1 and comment_id = ?2
     union select user_id from post_bells where post_id = ?1";
const INVOLVED: &str = "select author_id from posts where id = ?1
     union select actor_id from acts where post_id = ?1 and comment_event is not null
     union select user_id from mentions where post_id = ?1
     union select author_id from comments where post_id = ?1 and like_count > 0
     union select user_id from post_bells where post_id = ?1
     union select user_id from feed_bells where feed_id = ?4
     union select feed_bells.user_id from post_feeds
         cross join feed_bells on feed_bells.feed_id = post_feeds.feed_id
         where post_feeds.post_id = ?1 and post_feeds.is_personal = 0";

/// Returns the people whose unread counts an event may change.
pub fn affected_users(conn: &Connection, event: &Event) -> Result<Vec<UserId>> {
    let mut users = notified_users(conn, event)?;
    users.extend(self::users(conn, CONVERSATION, event)?);
    Ok(users)
}

/// Returns the people whose notifications an event may change.
fn notified_users(conn: &Connection, event: &Event) -> Result<Vec<UserId>> {
    let others = match event.kind.facts().notifies {
        Notifies::Actor => return Ok(vec![event.actor]),
        Notifies::PostAuthor => POST_AUTHOR,
        Notifies::CommentAuthor => COMMENT_AUTHOR,
        Notifies::FeedOwner => FEED_OWNER,
        Notifies::Mentioned => MENTIONED,
        Notifies::Participants => PARTICIPANTS,
        Notifies::MentionedOrInvolved if is_new(conn, event)? => ADDRESSED,
        Notifies::ThreadOrInvolved if is_new(conn, event)? => THREAD,
        // The actor is affected too: a deletion also removes what others did about the post or comment.
        Notifies::MentionedOrInvolved | Notifies::ThreadOrInvolved | Notifies::Involved => {
            return users(conn, INVOLVED, event);
        }
    };
    let mut users = users(conn, others, event)?;
    users.retain(|user| *user != event.actor);
    Ok(users)
}

/// Runs a query for the ids of users.
fn users(conn: &Connection, sql: &str, event: &Event) -> Result<Vec<UserId>> {
    let comment = event.comment.map_or(0, |comment| comment.0);
    let values: [&dyn ToSql; 4] = [&event.post, &comment, &event.id, &event.feed];
    let mut query = conn.prepare_cached(sql)?;
    let taken = query.parameter_count();
    let users = query.query_map(&values[..taken], |row| row.get(0))?;
    Ok(users.collect::<rusqlite::Result<_>>()?)
}

/// Checks whether the event created the post or comment, rather than undeleted it.
pub(in crate::store) fn is_new(conn: &Connection, event: &Event) -> Result<bool> {
    let id = match event.comment {
        Some(comment) => return Ok(comment.0 == event.id.0),
        None => event.post,
    };
    let mut query =
        conn.prepare_cached("select exists (select 1 from posts where id = ? and event_id = ?)")?;
    Ok(query.query_row((id, event.id), |row| row.get(0))?)
}
