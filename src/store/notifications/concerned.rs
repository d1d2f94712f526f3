use rusqlite::{Connection, ToSql};

use crate::{
    error::Result,
    model::{Event, EventKind, UserId},
};

/// Whose notifications an event may change: those of whom it is about, who takes part or who is named.
pub fn concerned(conn: &Connection, event: &Event) -> Result<Vec<UserId>> {
    const AUTHOR: &str = "select author_id from posts where id = ?1";
    // Who commented only later was not told.
    const TALK: &str = "select author_id from posts where id = ?1
         union select actor_id from acts where post_id = ?1 and comment_event < ?3
         union select user_id from mentions where post_id = ?1 and comment_id = ?2";
    const EVERYBODY: &str = "select author_id from posts where id = ?1
         union select actor_id from acts where post_id = ?1 and comment_event is not null
         union select user_id from mentions where post_id = ?1
         union select author_id from comments where post_id = ?1 and like_count > 0";
    const COMMENTER: &str = "select author_id from comments where id = ?2";
    const NAMED: &str = "select user_id from mentions where post_id = ?1 and comment_id = ?2";
    const OWNER: &str = "select owner_id from feeds where id = ?4 and owner_id is not null";
    let sql = match event.kind {
        EventKind::Like | EventKind::Unlike => AUTHOR,
        EventKind::Comment if is_new(conn, event)? => TALK,
        EventKind::Post if is_new(conn, event)? => NAMED,
        EventKind::CommentLike | EventKind::CommentUnlike => COMMENTER,
        EventKind::PostEdited | EventKind::CommentEdited => NAMED,
        // What was told may be true no more, or again.
        EventKind::Comment
        | EventKind::CommentDeleted
        | EventKind::Post
        | EventKind::PostDeleted => EVERYBODY,
        EventKind::Follow
        | EventKind::FollowRequest
        | EventKind::NotificationsChanged
        | EventKind::RiverChanged
        | EventKind::Unfollow => OWNER,
        EventKind::FollowGranted => return Ok(vec![event.actor]),
    };
    let comment = event.comment.map_or(0, |comment| comment.0);
    let mut query = conn.prepare_cached(sql)?;
    let values: [&dyn ToSql; 4] = [&event.post, &comment, &event.id, &event.feed];
    // Each of them takes the first few.
    let taken = query.parameter_count();
    let users = query.query_map(&values[..taken], |row| row.get(0))?;
    let mut users: Vec<UserId> = users.collect::<rusqlite::Result<_>>()?;
    // What one does is no news to oneself; but with what one deletes goes what others did about it.
    let is_about_oneself = matches!(
        event.kind,
        EventKind::NotificationsChanged | EventKind::RiverChanged
    );
    if !std::ptr::eq(sql, EVERYBODY) && !is_about_oneself {
        users.retain(|user| *user != event.actor);
    }
    Ok(users)
}

/// Whether the post or comment is there for the first time, and not again.
fn is_new(conn: &Connection, event: &Event) -> Result<bool> {
    let id = match event.comment {
        Some(comment) => return Ok(comment.0 == event.id.0),
        None => event.post,
    };
    let mut query =
        conn.prepare_cached("select exists (select 1 from posts where id = ? and event_id = ?)")?;
    Ok(query.query_row((id, event.id), |row| row.get(0))?)
}
