//! Imaginary friends: feeds of other sites, shown to one person as somebody whom they follow.

use rusqlite::Connection;

use super::{
    Tx, events,
    events::Announcement,
    feeds, presence, relationships,
    rows::Take,
    sources, sql,
    users::{self, user_columns},
};
use crate::{
    error::{Error, Result},
    model::{
        DirectsFrom, EventKind, FriendName, ImaginaryFriend, Problems, User, UserId, UserName,
    },
};

/// Makes an imaginary friend with a first feed, which its owner follows from now on.
///
/// # Errors
/// `Invalid` if the owner has too many.
pub fn create(tx: &mut Tx<'_>, owner: UserId, name: &FriendName, url: &str) -> Result<User> {
    if of(tx, owner)?.len() >= ImaginaryFriend::COUNT_MAX {
        let problem = format!(
            "You can have {} imaginary friends at most. Delete one first.",
            ImaginaryFriend::COUNT_MAX
        );
        return Err(Error::invalid(Problems::FORM, problem));
    }
    let id = UserId(tx.query_row("select max(id) + 1 from users", [], |row| row.get(0))?);
    let username = UserName::imagined(name.as_str(), id);
    // Nobody signs in without a password hash.
    tx.prepare_cached(
        "insert into users (id, username, name, search, password_hash, notifications_read, directs_from,
             imagined_by, created_at)
         values (?, ?, ?, ?, '', ?, ?, ?, ?)",
    )?
    .execute((
        id,
        username.as_str(),
        name.as_str(),
        users::search(username.as_str(), name.as_str()),
        events::newest(tx)?,
        DirectsFrom::Nobody,
        owner,
        tx.now,
    ))?;
    tx.prepare_cached("insert into feeds (owner_id, is_private, is_imagined) values (?, 1, 1)")?
        .execute([id])?;
    let feed = feeds::own(tx, id)?;
    let event = tx.announce(&Announcement::on_feed(EventKind::Follow, owner, &feed))?;
    relationships::enter(tx, owner, feed.id, event, None)?;
    sources::add(tx, feed.id, id, url)?;
    users::by_id(tx, id)
}

/// Changes the name that an imaginary friend is shown with. Its address stays.
///
/// # Errors
/// `NotFound` if the owner has no such imaginary friend.
pub fn rename(
    tx: &mut Tx<'_>,
    owner: UserId,
    username: &UserName,
    name: &FriendName,
) -> Result<()> {
    let search = users::search(username.as_str(), name.as_str());
    let renamed = tx
        .prepare_cached(
            "update users set name = ?3, search = ?4
             where username = ?2 and imagined_by = ?1 and leaves_at is null",
        )?
        .execute((owner, username.as_str(), name.as_str(), search))?;
    sql::found(renamed)
}

/// Deletes an imaginary friend with its posts and what is under them. It is hidden at once.
///
/// # Errors
/// `NotFound` if the owner has no such imaginary friend.
pub fn delete(tx: &mut Tx<'_>, owner: UserId, username: &UserName) -> Result<()> {
    let friend = find(tx, owner, username)?;
    // Its feed is private, so nobody reads it without a follow. Nobody but the owner has to know.
    presence::schedule(tx, friend.id)?;
    tx.prepare_cached("delete from follows where feed_id = ?")?
        .execute([friend.feed])?;
    let own = feeds::own(tx, owner)?;
    tx.announce(&Announcement::on_feed(EventKind::RiverChanged, owner, &own))?;
    Ok(())
}

/// Finds an imaginary friend of a person.
///
/// # Errors
/// `NotFound` if the owner has no such imaginary friend.
pub fn find(conn: &Connection, owner: UserId, username: &UserName) -> Result<User> {
    let mut query = conn.prepare_cached(concat!(
        "select ",
        user_columns!(),
        " from users where username = ?2 and imagined_by = ?1 and leaves_at is null"
    ))?;
    Ok(query.query_row((owner, username.as_str()), users::from_row)?)
}

/// Returns the imaginary friends of a person with their feeds, in the order in which they were made.
pub fn of(conn: &Connection, owner: UserId) -> Result<Vec<ImaginaryFriend>> {
    let mut query = conn.prepare_cached(concat!(
        "select ",
        user_columns!(),
        " from users where imagined_by = ? and leaves_at is null order by id"
    ))?;
    let friends = query.query_and_then([owner], |row| {
        let user = users::from_row(row)?;
        let sources = sources::of_feed(conn, user.feed)?;
        Ok(ImaginaryFriend { user, sources })
    })?;
    friends.collect()
}

/// Reads the imaginary friends of a person, in the order in which they were made.
pub fn each(conn: &Connection, owner: UserId, take: Take<'_, ImaginaryFriend>) -> Result<()> {
    of(conn, owner)?.into_iter().try_for_each(take)
}
