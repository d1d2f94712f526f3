//! People: registration, lookup, profiles.

use rusqlite::{Connection, OptionalExtension, Row};

use super::{
    Tx, events, groups, sql,
    visibility::{feed_visible, people_apart, person_visible},
};
use crate::{
    error::{Error, Result},
    model::{
        Email, NewUser, Profile, ProfileEdit, Role, User, UserId, UserName, Viewer, composed,
        folded,
    },
};

/// The columns that [`from_row`] reads, from `users`.
macro_rules! user_columns {
    () => {
        "users.id, users.username, users.name, users.created_at, users.avatar, users.feed_id"
    };
}
pub(super) use user_columns;

/// The most former names of one person.
const FORMER_USERNAMES_MAX: i64 = 10;

/// Makes a member and the feed they own.
///
/// # Errors
/// `Invalid` if the name is taken, in whatever case it is written.
pub fn register(tx: &mut Tx<'_>, new: &NewUser, password_hash: &str) -> Result<UserId> {
    if is_name_taken(tx, new.username.as_str())? {
        return Err(Error::invalid("username", "User already exists"));
    }
    // Events before the registration are no news to the newcomer.
    tx.prepare_cached(
        "insert into users (username, name, search, email, password_hash, notifications_read, created_at)
         values (?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute((
        new.username.as_str(),
        new.name.as_str(),
        search(new.username.as_str(), new.name.as_str()),
        new.email.as_str(),
        password_hash,
        events::newest(tx)?,
        tx.now,
    ))?;
    let id = UserId(tx.last_insert_rowid());
    tx.prepare_cached("insert into feeds (owner_id) values (?)")?
        .execute([id])?;
    Ok(id)
}

/// Checks whether a name is or was that of a person, or is that of a group, in whatever case it is written.
pub(super) fn is_name_taken(conn: &Connection, name: &str) -> Result<bool> {
    let mut query = conn.prepare_cached(
        "select exists (select 1 from users where username = ?1)
             or exists (select 1 from former_usernames where username = ?1)
             or exists (select 1 from groups where name = ?1)",
    )?;
    Ok(query.query_row([name], |row| row.get(0))?)
}

/// Finds a person by the current username or a former one.
///
/// # Errors
/// `NotFound` if nobody is or was called that, in whatever case it is written, whom the viewer may know of.
pub fn find(conn: &Connection, viewer: impl Into<Viewer>, username: &UserName) -> Result<User> {
    let sql = concat!(
        "select ",
        user_columns!(),
        " from users
         where (username = ?2 or id = (select user_id from former_usernames where username = ?2))
             and ",
        person_visible!(),
        "
         order by username = ?2 desc limit 1"
    );
    let mut query = conn.prepare_cached(sql)?;
    Ok(query.query_row((viewer.into(), username.as_str()), from_row)?)
}

/// Finds a person by the current username, even if nobody sees them. Only for those who run the site.
///
/// # Errors
/// `NotFound` if nobody is called that.
pub fn named(conn: &Connection, username: &UserName) -> Result<User> {
    let mut query = conn.prepare_cached(concat!(
        "select ",
        user_columns!(),
        " from users where username = ? and imagined_by is null"
    ))?;
    Ok(query.query_row([username.as_str()], from_row)?)
}

/// Finds a person by id.
///
/// # Errors
/// `NotFound` if there is no such person.
pub fn by_id(conn: &Connection, id: UserId) -> Result<User> {
    let mut query = conn.prepare_cached(concat!(
        "select ",
        user_columns!(),
        " from users where id = ?"
    ))?;
    Ok(query.query_row([id], from_row)?)
}

/// Returns a person and their role.
///
/// # Errors
/// `NotFound` if there is no such person.
pub fn with_role(conn: &Connection, id: UserId) -> Result<(User, Role)> {
    let mut query = conn.prepare_cached(concat!(
        "select ",
        user_columns!(),
        ", role from users where id = ?"
    ))?;
    Ok(query.query_row([id], |row| Ok((from_row(row)?, row.get("role")?)))?)
}

/// Returns the id and password hash of a person who may sign in; none if there is no such person.
pub fn password_hash(conn: &Connection, username: &str) -> Result<Option<(UserId, String)>> {
    let mut query = conn.prepare_cached(
        "select id, password_hash from users
         where username = ? and suspended_at is null and gone_at is null and imagined_by is null",
    )?;
    Ok(query
        .query_row([username], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?)
}

/// Returns the email address that a person gave, or an empty text. Nobody else may read it.
pub fn email(conn: &Connection, user: UserId) -> Result<String> {
    let mut query = conn.prepare_cached("select email from users where id = ?")?;
    Ok(query.query_row([user], |row| row.get(0))?)
}

/// Sets a person's email address.
pub fn set_email(tx: &mut Tx<'_>, user: UserId, email: &Email) -> Result<()> {
    tx.prepare_cached("update users set email = ? where id = ?")?
        .execute((email.as_str(), user))?;
    Ok(())
}

/// Replaces a password hash that was made again with new parameters, unless the password has changed meanwhile.
pub fn renew_password_hash(tx: &mut Tx<'_>, user: UserId, old: &str, new: &str) -> Result<()> {
    tx.prepare_cached("update users set password_hash = ?3 where id = ?1 and password_hash = ?2")?
        .execute((user, old, new))?;
    Ok(())
}

/// Sets a person's password hash.
pub fn set_password_hash(tx: &mut Tx<'_>, user: UserId, password_hash: &str) -> Result<()> {
    tx.prepare_cached("update users set password_hash = ? where id = ?")?
        .execute((password_hash, user))?;
    Ok(())
}

/// Returns a person's profile as the viewer sees it.
///
/// # Errors
/// `NotFound` if nobody is or was called that whom the viewer may know of.
pub fn profile(
    conn: &Connection,
    viewer: impl Into<Viewer>,
    username: &UserName,
) -> Result<Profile> {
    let viewer = viewer.into();
    let user = find(conn, viewer, username)?;
    let sql = concat!(
        "select bio,
             (select count(*) from follows where feed_id = feeds.id) - (
                 select count(*) from ",
        people_apart!(),
        " as apart
                 cross join follows on follows.user_id = apart.other_id and follows.feed_id = feeds.id),
             (select count(*) from follows where user_id = owners.id) - (
                 select count(*) from ",
        people_apart!(),
        " as apart
                 cross join feeds as theirs on theirs.owner_id = apart.other_id
                 cross join follows on follows.user_id = owners.id and follows.feed_id = theirs.id) - (
                 select count(*) from users as imagined
                 where imagined.imagined_by = owners.id and imagined.leaves_at is null and owners.id is not ?1),
             is_private, ",
        feed_visible!("feeds.id"),
        "
         from users as owners join feeds on feeds.owner_id = owners.id where owners.id = ?2"
    );
    let mut query = conn.prepare_cached(sql)?;
    let profile = query.query_row((viewer, user.id), |row| {
        Ok(Profile {
            is_private: row.get(3)?,
            is_readable: row.get(4)?,
            bio: row.get(0)?,
            followers: row.get::<_, i64>(1)?.unsigned_abs(),
            following: row.get::<_, i64>(2)?.unsigned_abs(),
            user,
        })
    })?;
    Ok(profile)
}

/// Changes a person's profile. A former name stays reserved for them.
///
/// # Errors
/// `Invalid` if the new name is or was somebody else's.
pub fn edit(tx: &mut Tx<'_>, user: UserId, new: &ProfileEdit) -> Result<()> {
    let taken = || Error::invalid("username", "Username already exists");
    if is_former(tx, &new.username, Some(user))? || groups::is_named(tx, new.username.as_str())? {
        return Err(taken());
    }
    // Former names stay reserved for ever, so nobody may collect them.
    let is_new = !is_or_was(tx, user, &new.username)?;
    let names: i64 = tx
        .prepare_cached("select count(*) from former_usernames where user_id = ?")?
        .query_row([user], |row| row.get(0))?;
    if is_new && names >= FORMER_USERNAMES_MAX {
        let message = format!(
            "You have had {FORMER_USERNAMES_MAX} other names already; take one of them again."
        );
        return Err(Error::invalid("username", message));
    }
    tx.prepare_cached(
        "insert into former_usernames (username, user_id)
         select username, id from users where id = ?1 and username <> ?2 on conflict do nothing",
    )?
    .execute((user, new.username.as_str()))?;
    tx.prepare_cached("delete from former_usernames where username = ? and user_id = ?")?
        .execute((new.username.as_str(), user))?;
    let updated = tx
        .prepare_cached(
            "update users set username = ?2, name = ?3, bio = ?4, search = ?5 where id = ?1",
        )?
        .execute((
            user,
            new.username.as_str(),
            new.name.as_str(),
            new.bio.as_str(),
            search(new.username.as_str(), new.name.as_str()),
        ));
    match updated {
        Err(error) if sql::is_taken(&error) => Err(taken()),
        other => other.map(|_| ()).map_err(Into::into),
    }
}

/// Returns the text that a person is found by.
pub(super) fn search(username: &str, name: &str) -> String {
    folded(&format!("{username} {name}"))
}

/// Computes what follows from the names and texts of all people.
pub(super) fn apply_text_rules(conn: &Connection) -> rusqlite::Result<()> {
    let mut query = conn.prepare("select id, username, name, bio from users where search <> ''")?;
    let people: Vec<(UserId, String, String, String)> = query
        .query_map([], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    for (id, username, name, bio) in people {
        let (name, bio) = (composed(&name), composed(&bio));
        conn.execute(
            "update users set name = ?2, bio = ?3, search = ?4 where id = ?1",
            (id, &name, bio, search(&username, &name)),
        )?;
    }
    Ok(())
}

/// Checks whether the person has or had this name.
fn is_or_was(conn: &Connection, user: UserId, name: &UserName) -> Result<bool> {
    let mut query = conn.prepare_cached(
        "select exists (select 1 from users where id = ?1 and username = ?2)
             or exists (select 1 from former_usernames where username = ?2 and user_id = ?1)",
    )?;
    Ok(query.query_row((user, name.as_str()), |row| row.get(0))?)
}

/// Checks whether this name is a former name of anybody other than `but`.
fn is_former(conn: &Connection, name: &UserName, but: Option<UserId>) -> Result<bool> {
    let mut query = conn.prepare_cached(
        "select exists (select 1 from former_usernames where username = ?1 and user_id is not ?2)",
    )?;
    Ok(query.query_row((name.as_str(), but), |row| row.get(0))?)
}

/// Reads the columns of `user_columns!`, which are adjacent somewhere in the row. The first is found by its name and
/// the others by position: a page has hundreds of people in it.
pub(super) fn from_row(row: &Row<'_>) -> rusqlite::Result<User> {
    let first = row.as_ref().column_index("id")?;
    Ok(User {
        id: row.get(first)?,
        username: UserName::stored(row.get(first + 1)?),
        name: row.get(first + 2)?,
        created_at: row.get(first + 3)?,
        avatar: row.get(first + 4)?,
        feed: row.get(first + 5)?,
    })
}
