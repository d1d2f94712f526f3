//! People: becoming a member, being found.

use rusqlite::{Connection, OptionalExtension, Row};

use super::{Tx, sql};
use crate::{
    error::{Error, Result},
    model::{NewUser, Profile, User, UserId, UserName},
};

/// Makes a member and the feed they own.
///
/// # Errors
/// `Invalid` if the name is taken, in whatever case it is written.
pub fn register(tx: &mut Tx<'_>, new: &NewUser, password_hash: &str) -> Result<UserId> {
    let inserted = tx
        .prepare_cached("insert into users (username, name, email, password_hash, created_at) values (?, ?, ?, ?, ?)")?
        .execute((new.username.as_str(), new.name.as_str(), new.email.as_str(), password_hash, tx.now));
    match inserted {
        Err(error) if sql::is_taken(&error) => {
            return Err(Error::invalid("username", "User already exists"));
        }
        other => other?,
    };
    let id = UserId(tx.last_insert_rowid());
    tx.prepare_cached("insert into feeds (owner_id) values (?)")?
        .execute([id])?;
    Ok(id)
}

/// # Errors
/// `NotFound` if nobody is called that, in whatever case it is written.
pub fn find(conn: &Connection, username: &UserName) -> Result<User> {
    let mut query =
        conn.prepare_cached("select id, username, name, created_at from users where username = ?")?;
    Ok(query.query_row([username.as_str()], from_row)?)
}

/// Whose password is to be compared with what; `None` if nobody is called that.
pub fn password_hash(conn: &Connection, username: &str) -> Result<Option<(UserId, String)>> {
    let mut query =
        conn.prepare_cached("select id, password_hash from users where username = ?")?;
    Ok(query
        .query_row([username], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?)
}

/// Keeps a hash that was made again because the parameters have changed.
pub fn set_password_hash(tx: &mut Tx<'_>, user: UserId, password_hash: &str) -> Result<()> {
    tx.prepare_cached("update users set password_hash = ? where id = ?")?
        .execute((password_hash, user))?;
    Ok(())
}

/// # Errors
/// `NotFound` if nobody is called that.
pub fn profile(conn: &Connection, username: &UserName) -> Result<Profile> {
    let mut query = conn.prepare_cached(
        "select id, username, name, created_at, bio,
             (select count(*) from follows where feed_id = (select id from feeds where owner_id = users.id)) as followers,
             (select count(*) from follows where user_id = users.id) as following
         from users where username = ?",
    )?;
    let profile = query.query_row([username.as_str()], |row| {
        Ok(Profile {
            user: from_row(row)?,
            bio: row.get("bio")?,
            followers: row.get::<_, i64>("followers")?.unsigned_abs(),
            following: row.get::<_, i64>("following")?.unsigned_abs(),
        })
    })?;
    Ok(profile)
}

/// The newest members whom the viewer does not follow yet.
pub fn newest_to_follow(conn: &Connection, viewer: UserId, limit: u32) -> Result<Vec<User>> {
    let mut query = conn.prepare_cached(
        "select users.id, users.username, users.name, users.created_at
         from users join feeds on feeds.owner_id = users.id
         where users.id <> ?1 and not exists (select 1 from follows where user_id = ?1 and feed_id = feeds.id)
         order by users.id desc limit ?2",
    )?;
    let users = query.query_map((viewer, limit), from_row)?;
    Ok(users.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn from_row(row: &Row<'_>) -> rusqlite::Result<User> {
    Ok(User {
        id: row.get("id")?,
        username: UserName::stored(row.get("username")?),
        name: row.get("name")?,
        created_at: row.get("created_at")?,
    })
}
