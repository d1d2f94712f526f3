//! Reading of the home page: four queries, each of which uses an index.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use rusqlite::{Connection, OpenFlags, OptionalExtension, Result};

/// The number of posts on a page.
const PAGE_POSTS: u32 = 20;

/// Connections to the database file that nobody uses at the moment.
pub(crate) struct Pool {
    path: String,
    idle: Mutex<Vec<Connection>>,
}

/// A page for one person.
pub(crate) struct Home {
    pub(crate) username: String,
    pub(crate) form_token: String,
    pub(crate) posts: Vec<Post>,
}

/// A post with its comments, and the names of the people who like it.
pub(crate) struct Post {
    pub(crate) id: i64,
    pub(crate) author_id: i64,
    pub(crate) author: String,
    pub(crate) message: String,
    pub(crate) created_at: i64,
    pub(crate) comments: Vec<Comment>,
    pub(crate) likers: Vec<String>,
}

/// A comment on a post.
pub(crate) struct Comment {
    pub(crate) id: i64,
    pub(crate) author: String,
    pub(crate) message: String,
    pub(crate) created_at: i64,
}

impl Pool {
    pub(crate) fn new(path: String) -> Pool {
        let idle = Mutex::default();
        Pool { path, idle }
    }

    /// Lends a connection, and opens one if all are in use.
    pub(crate) fn with<T>(&self, read: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let lent = idle().pop();
        let conn = match lent {
            Some(conn) => conn,
            None => Connection::open_with_flags(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY)?,
        };
        let answer = read(&conn);
        idle().push(conn);
        answer
    }
}

/// Reads the home page. Returns `None` if there is no such session.
pub(crate) fn home(conn: &Connection, token: &str) -> Result<Option<Home>> {
    let mut session = conn.prepare_cached(
        "select users.id, username, form_token from sessions join users on users.id = user_id where token = ?",
    )?;
    let session = session.query_row([token], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    let Some((user, username, form_token)) = session.optional()? else {
        return Ok(None);
    };
    let mut posts = posts(conn, user)?;
    let ids: Vec<String> = posts.iter().map(|post| post.id.to_string()).collect();
    let ids = format!("[{}]", ids.join(","));
    let (mut comments, mut likers) = (comments(conn, &ids)?, likers(conn, &ids)?);
    for post in &mut posts {
        post.comments = comments.remove(&post.id).unwrap_or_default();
        post.likers = likers.remove(&post.id).unwrap_or_default();
    }
    Ok(Some(Home {
        username,
        form_token,
        posts,
    }))
}

fn posts(conn: &Connection, user: i64) -> Result<Vec<Post>> {
    let mut query = conn.prepare_cached(
        "select posts.id, author_id, username, message, created_at
         from posts join users on users.id = author_id
         where author_id = ?1 or author_id in (select followed_id from follows where user_id = ?1)
         order by created_at desc limit ?2",
    )?;
    let posts = query.query_map((user, PAGE_POSTS), |row| {
        Ok(Post {
            id: row.get(0)?,
            author_id: row.get(1)?,
            author: row.get(2)?,
            message: row.get(3)?,
            created_at: row.get(4)?,
            comments: vec![],
            likers: vec![],
        })
    })?;
    posts.collect()
}

fn comments(conn: &Connection, posts: &str) -> Result<HashMap<i64, Vec<Comment>>> {
    let mut query = conn.prepare_cached(
        "select post_id, comments.id, username, message, created_at
         from comments join users on users.id = author_id
         where post_id in (select value from json_each(?)) order by post_id, comments.id",
    )?;
    let mut rows = query.query([posts])?;
    let mut found = HashMap::<i64, Vec<Comment>>::new();
    while let Some(row) = rows.next()? {
        found.entry(row.get(0)?).or_default().push(Comment {
            id: row.get(1)?,
            author: row.get(2)?,
            message: row.get(3)?,
            created_at: row.get(4)?,
        });
    }
    Ok(found)
}

fn likers(conn: &Connection, posts: &str) -> Result<HashMap<i64, Vec<String>>> {
    let mut query = conn.prepare_cached(
        "select post_id, username from likes join users on users.id = user_id
         where post_id in (select value from json_each(?)) order by post_id, user_id",
    )?;
    let mut rows = query.query([posts])?;
    let mut found = HashMap::<i64, Vec<String>>::new();
    while let Some(row) = rows.next()? {
        found.entry(row.get(0)?).or_default().push(row.get(1)?);
    }
    Ok(found)
}
