//! Blocks and mutes. A block hides two people from each other. A mute hides one from the other, and the hidden person
//! does not know of it.

use rusqlite::{Connection, OptionalExtension};

use super::{leave, other, page, related_columns, silence, tied};
use crate::{
    error::{Error, Result},
    model::{Cursor, EventKind, Page, RelatedUser, Tied, User, UserId, UserName},
    store::{
        Tx,
        events::Announcement,
        feeds,
        rows::{self, Take},
        users,
    },
};

/// The number of people whom one person can block or mute. Every page that this person reads looks at all of them.
const UNSEEN_MAX: i64 = 1_000;

/// Blocks a person: neither side sees or follows the other any more. Idempotent.
///
/// # Errors
/// `NotFound` if there is no such person, `Forbidden` if the user is that person, `Invalid` if the user blocks or mutes
/// too many already.
pub fn block(tx: &mut Tx<'_>, user: UserId, username: &UserName) -> Result<()> {
    if find_blocked(tx, user, username).is_ok() {
        return Ok(());
    }
    let other = other(tx, user, username)?.id;
    check_room(tx, user)?;
    leave(tx, user, other)?;
    leave(tx, other, user)?;
    note_block(tx, user, other)?;
    both_read_anew(tx, user, other)
}

/// Notes a block, and nothing else.
pub(in crate::store) fn note_block(tx: &Tx<'_>, user: UserId, other: UserId) -> Result<()> {
    for (one, two, column) in [
        (
            user,
            other,
            "insert into unseen (user_id, other_id, blocks) values (?, ?, 1) on conflict do update set blocks = 1",
        ),
        (
            other,
            user,
            "insert into unseen (user_id, other_id, is_blocked) values (?, ?, 1) on conflict do update set is_blocked = 1",
        ),
    ] {
        tx.prepare_cached(column)?.execute((one, two))?;
    }
    Ok(())
}

/// Notes a mute, and nothing else.
pub(in crate::store) fn note_mute(tx: &Tx<'_>, user: UserId, other: UserId) -> Result<()> {
    tx.prepare_cached(
        "insert into unseen (user_id, other_id, mutes) values (?, ?, 1) on conflict do update set mutes = 1",
    )?
    .execute((user, other))?;
    Ok(())
}

/// Removes a block. If the other person blocks the user too, that block stays.
///
/// # Errors
/// `NotFound` if the user does not block such a person.
pub fn unblock(tx: &mut Tx<'_>, user: UserId, username: &UserName) -> Result<User> {
    let other = find_blocked(tx, user, username)?;
    tx.prepare_cached("update unseen set blocks = 0 where user_id = ? and other_id = ?")?
        .execute((user, other.id))?;
    tx.prepare_cached("update unseen set is_blocked = 0 where user_id = ? and other_id = ?")?
        .execute((other.id, user))?;
    sweep(tx, user, other.id)?;
    sweep(tx, other.id, user)?;
    both_read_anew(tx, user, other.id)?;
    Ok(other)
}

/// Mutes a person: the user sees nothing more of them, and they are not told. Idempotent.
///
/// # Errors
/// `NotFound` if there is no such person, `Forbidden` if the user is that person, `Invalid` if the user blocks or mutes
/// too many already.
pub fn mute(tx: &mut Tx<'_>, user: UserId, username: &UserName) -> Result<User> {
    let other = other(tx, user, username)?;
    check_room(tx, user)?;
    note_mute(tx, user, other.id)?;
    silence::settle_follow(tx, user, other.feed)?;
    read_anew(tx, user)?;
    Ok(other)
}

/// Removes a mute. Idempotent.
///
/// # Errors
/// `NotFound` if there is no such person, `Forbidden` if the user is that person.
pub fn unmute(tx: &mut Tx<'_>, user: UserId, username: &UserName) -> Result<User> {
    // A muted person may be away, so that only their mute finds them.
    let other = match find_unseen(tx, user, username)? {
        Some(muted) => muted,
        None => other(tx, user, username)?,
    };
    tx.prepare_cached("update unseen set mutes = 0 where user_id = ? and other_id = ?")?
        .execute((user, other.id))?;
    sweep(tx, user, other.id)?;
    silence::settle_follow(tx, user, other.feed)?;
    read_anew(tx, user)?;
    Ok(other)
}

/// Returns a page of the people whom the user blocks, the newest account first.
pub fn blocked(
    conn: &Connection,
    user: UserId,
    before: Option<Cursor>,
    size: u32,
) -> Result<Page<RelatedUser>> {
    let sql = concat!(
        "select users.id as position, ", related_columns!(), "
         from unseen join users on users.id = unseen.other_id
         where unseen.user_id = ?2 and unseen.blocks = 1 and users.id < ?3 order by users.id desc limit ?4"
    );
    page(conn, sql, user.into(), user.0, before, size)
}

/// Returns a page of the people whom the user mutes, the newest account first. People behind a block are left out.
pub fn muted(
    conn: &Connection,
    user: UserId,
    before: Option<Cursor>,
    size: u32,
) -> Result<Page<RelatedUser>> {
    let sql = concat!(
        "select users.id as position, ",
        related_columns!(),
        "
         from unseen join users on users.id = unseen.other_id
         where unseen.user_id = ?2 and unseen.mutes = 1 and unseen.is_apart = 0 and users.id < ?3
         order by users.id desc limit ?4"
    );
    page(conn, sql, user.into(), user.0, before, size)
}

/// Checks whether a person is hidden from the viewer, or from everybody.
pub fn is_hidden(conn: &Connection, viewer: UserId, user: UserId) -> Result<bool> {
    let sql = concat!("select ?2 in ", crate::store::visibility::hidden_people!());
    Ok(conn
        .prepare_cached(sql)?
        .query_row((viewer, user), |row| row.get(0))?)
}

/// Checks whether one of two people blocks the other.
pub fn are_apart(conn: &Connection, one: UserId, other: UserId) -> Result<bool> {
    let mut query = conn.prepare_cached(
        "select exists (select 1 from unseen where user_id = ? and other_id = ? and is_apart = 1)",
    )?;
    Ok(query.query_row((one, other), |row| row.get(0))?)
}

/// Checks whether everybody sees what this person writes: the person is not away, and no block or mute hides them from
/// anybody. `likes` says whether this is about their likes, which only the followers of a private person see.
pub fn is_seen_by_all(conn: &Connection, user: UserId, likes: bool) -> Result<bool> {
    let mut query = conn.prepare_cached(
        "select (is_private = 0 or not ?2) and is_hidden = 0
             and not exists (select 1 from unseen where other_id = feeds.owner_id)
         from feeds where owner_id = ?1",
    )?;
    Ok(query.query_row((user, likes), |row| row.get(0))?)
}

/// Checks whether a person's likes are hidden from the viewer. Likes of the viewer's own posts follow another rule.
pub fn hides_likes(conn: &Connection, viewer: UserId, liker: UserId) -> Result<bool> {
    let sql = concat!(
        "select exists (select 1 from feeds where owner_id = ?2 and id in ",
        crate::store::visibility::hidden_likers!(),
        ")"
    );
    Ok(conn
        .prepare_cached(sql)?
        .query_row((viewer, liker), |row| row.get(0))?)
}

/// Finds a person whom the user mutes, unless one of them blocks the other.
fn find_unseen(conn: &Connection, user: UserId, username: &UserName) -> Result<Option<User>> {
    let mut query = conn.prepare_cached(concat!(
        "select ",
        users::user_columns!(),
        " from users
         join unseen on unseen.user_id = ?1 and unseen.other_id = users.id and unseen.is_apart = 0
         where username = ?2"
    ))?;
    Ok(query
        .query_row((user, username.as_str()), users::from_row)
        .optional()?)
}

/// Finds a person whom the user blocks. Every other query hides that person.
fn find_blocked(conn: &Connection, user: UserId, username: &UserName) -> Result<User> {
    let mut query = conn.prepare_cached(concat!(
        "select ",
        users::user_columns!(),
        " from users
         join unseen on unseen.user_id = ?1 and unseen.other_id = users.id and unseen.blocks = 1
         where username = ?2"
    ))?;
    Ok(query.query_row((user, username.as_str()), users::from_row)?)
}

fn check_room(tx: &Tx<'_>, user: UserId) -> Result<()> {
    let count: i64 = tx
        .prepare_cached(
            "select count(*) from unseen where user_id = ? and (mutes = 1 or blocks = 1)",
        )?
        .query_row([user], |row| row.get(0))?;
    if count < UNSEEN_MAX {
        return Ok(());
    }
    Err(Error::invalid(
        "",
        format!("You can block and mute {UNSEEN_MAX} people at most."),
    ))
}

fn sweep(tx: &Tx<'_>, user: UserId, other: UserId) -> Result<()> {
    tx.prepare_cached(
        "delete from unseen where user_id = ? and other_id = ? and mutes = 0 and is_apart = 0",
    )?
    .execute((user, other))?;
    Ok(())
}

fn both_read_anew(tx: &mut Tx<'_>, one: UserId, two: UserId) -> Result<()> {
    read_anew(tx, one)?;
    read_anew(tx, two)
}

fn read_anew(tx: &mut Tx<'_>, user: UserId) -> Result<()> {
    let feed = feeds::own(tx, user)?;
    tx.announce(&Announcement::on_feed(EventKind::RiverChanged, user, &feed))?;
    Ok(())
}

/// The query for the people whom `?1` mutes or blocks, by name. They are listed even if they are hidden, because the
/// person chose them.
macro_rules! chosen_people {
    ($choice:literal) => {
        concat!(
            "select ",
            users::user_columns!(),
            ", null as since
             from unseen join users on users.id = unseen.other_id
             where unseen.user_id = ?1 and unseen.",
            $choice,
            " order by users.username"
        )
    };
}

/// Reads the people whom a person mutes, by name.
pub fn each_muted(conn: &Connection, viewer: UserId, take: Take<'_, Tied>) -> Result<()> {
    rows::each(conn, chosen_people!("mutes"), viewer, tied, take)
}

/// Reads the people whom a person blocks, by name.
pub fn each_blocked(conn: &Connection, viewer: UserId, take: Take<'_, Tied>) -> Result<()> {
    rows::each(conn, chosen_people!("blocks"), viewer, tied, take)
}
