//! Mentions, tags and quotes in texts.

use std::collections::HashSet;

use rusqlite::Connection;

use super::{
    Tx, notifications, posts::place, quotes, relationships::distance, visibility::person_visible,
};
use crate::{
    error::Result,
    model::{Body, CommentId, EventId, Piece, PostId, UserId, Viewer},
};

/// The ids of the people who have or had one of these names: a JSON array.
macro_rules! named {
    ($names:literal) => {
        concat!(
            "(select users.id from json_each(",
            $names,
            ") as names join users on users.username = names.value
             union select user_id from json_each(",
            $names,
            ") as names join former_usernames on former_usernames.username = names.value)"
        )
    };
}

/// Stores the mentions, tags and quotes of a text, in place of those of an earlier version. A person who was already mentioned
/// is not notified again.
pub(super) fn index(
    tx: &mut Tx<'_>,
    body: &Body,
    author: UserId,
    post: PostId,
    comment: Option<CommentId>,
    event: EventId,
) -> Result<()> {
    let comment = comment.map_or(0, |id| id.0);
    let is_new = comment == event.0 || comment == 0 && is_posted_by(tx, post, event)?;
    let names: Vec<String> = body
        .mentions()
        .iter()
        .map(|name| name.as_str().to_owned())
        .collect();
    let names = json(&names);
    if !is_new {
        for user in no_longer_named(tx, post, comment, &names)? {
            // A person who could not read the text is not told that the mention is gone.
            let could_read = place::is_visible(tx, user, post)?;
            if could_read && !distance::is_hidden(tx, user, author)? {
                notifications::changed(tx, user)?;
            }
        }
    }
    if names != "[]" {
        tx.prepare_cached(concat!(
            "insert into mentions (user_id, event_id, post_id, comment_id)
             select named.id, ?1, ?2, ?3 from ",
            named!("?4"),
            " as named
             where named.id <> ?5 and not exists (
                 select 1 from mentions where user_id = named.id and post_id = ?2 and comment_id = ?3)",
        ))?
        .execute((event, post, comment, &names, author))?;
    }
    if is_new {
        insert_tags(tx, body, post, comment)?;
        if comment == 0 {
            quotes::insert(tx, body, post)?;
        }
    } else {
        set_references(tx, body, post, comment)?;
    }
    Ok(())
}

/// Stores the tags and quotes of a text in place of those that it had. `comment` is 0 for the text of the post.
pub(super) fn set_references(
    conn: &Connection,
    body: &Body,
    post: PostId,
    comment: i64,
) -> rusqlite::Result<()> {
    conn.prepare_cached("delete from tags where post_id = ? and comment_id = ?")?
        .execute((post, comment))?;
    if comment == 0 {
        quotes::set(conn, body, post)?;
    }
    insert_tags(conn, body, post, comment)
}

fn insert_tags(conn: &Connection, body: &Body, post: PostId, comment: i64) -> rusqlite::Result<()> {
    let tags: Vec<String> = body.tags().iter().map(|tag| tag.key().to_owned()).collect();
    if !tags.is_empty() {
        conn.prepare_cached(
            "insert into tags (tag, posted, comment_id, post_id)
             select tags.value, posts.event_id, ?2, posts.id from posts, json_each(?3) as tags where posts.id = ?1",
        )?
        .execute((post, comment, json(&tags)))?;
    }
    Ok(())
}

fn no_longer_named(tx: &Tx<'_>, post: PostId, comment: i64, names: &str) -> Result<Vec<UserId>> {
    let mut query = tx.prepare_cached(concat!(
        "delete from mentions where post_id = ?1 and comment_id = ?2 and user_id not in ",
        named!("?3"),
        " returning user_id",
    ))?;
    let users = query.query_map((post, comment, names), |row| row.get(0))?;
    Ok(users.collect::<rusqlite::Result<_>>()?)
}

/// Keeps those mentions in the texts that name a person whom the viewer may see.
pub(super) fn resolve(conn: &Connection, viewer: Viewer, bodies: Vec<&mut Body>) -> Result<()> {
    let names: HashSet<String> = bodies
        .iter()
        .flat_map(|body| &body.0)
        .filter_map(|piece| match piece {
            Piece::Mention(name) => Some(name.as_str().to_ascii_lowercase()),
            _ => None,
        })
        .collect();
    if names.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = names.into_iter().collect();
    let mut query = conn.prepare_cached(concat!(
        "select lower(names.value) from json_each(?2) as names
         where exists (
             select 1 from users
             where (username = names.value
                     or id = (select user_id from former_usernames where username = names.value))
                 and ",
        person_visible!(),
        ")"
    ))?;
    let known = query.query_map((viewer, json(&names)), |row| row.get(0))?;
    let known: HashSet<String> = known.collect::<rusqlite::Result<_>>()?;
    for body in bodies {
        body.keep_mentions(|name| known.contains(&name.as_str().to_ascii_lowercase()));
    }
    Ok(())
}

fn is_posted_by(tx: &Tx<'_>, post: PostId, event: EventId) -> Result<bool> {
    let mut query =
        tx.prepare_cached("select exists (select 1 from posts where id = ? and event_id = ?)")?;
    Ok(query.query_row((post, event), |row| row.get(0))?)
}

fn json(texts: &[String]) -> String {
    serde_json::Value::from(texts).to_string()
}
