//! Keeping people away: blocks, of which both sides notice the same, and mutes, of which only one knows.

use rusqlite::{Connection, OptionalExtension};

use super::{leave, other, page, related_columns};
use crate::{
    error::{Error, Result},
    model::{Cursor, EventKind, Page, RelatedUser, User, UserId, UserName},
    store::{
        Tx,
        events::Announcement,
        feeds::{self, own_feed},
        users,
    },
};

/// People whom one person can block or mute: every page that the person reads looks at all of them.
const UNSEEN_MAX: i64 = 1_000;

/// From now on neither sees the other anywhere, and neither follows the other. Idempotent.
///
/// # Errors
/// `NotFound` if there is no such person, `Forbidden` if it is oneself, `Invalid` if there are too many already.
pub fn block(tx: &mut Tx<'_>, user: UserId, username: &UserName) -> Result<()> {
    if find_blocked(tx, user, username).is_ok() {
        return Ok(());
    }
    let other = other(tx, user, username)?.id;
    check_room(tx, user)?;
    leave(tx, user, other)?;
    leave(tx, other, user)?;
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
    both_read_anew(tx, user, other)
}

/// Idempotent. If the other blocks too, that stays.
///
/// # Errors
/// `NotFound` if one does not block such a person.
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

/// From now on one sees nothing of the other, who does not know. Idempotent.
///
/// # Errors
/// `NotFound` if there is no such person, `Forbidden` if it is oneself, `Invalid` if there are too many already.
pub fn mute(tx: &mut Tx<'_>, user: UserId, username: &UserName) -> Result<User> {
    let other = other(tx, user, username)?;
    check_room(tx, user)?;
    tx.prepare_cached(
        "insert into unseen (user_id, other_id, mutes) values (?, ?, 1) on conflict do update set mutes = 1",
    )?
    .execute((user, other.id))?;
    silence(tx, user, other.id)?;
    read_anew(tx, user)?;
    Ok(other)
}

/// Idempotent.
///
/// # Errors
/// `NotFound` if there is no such person, `Forbidden` if it is oneself.
pub fn unmute(tx: &mut Tx<'_>, user: UserId, username: &UserName) -> Result<User> {
    // Also one who is away and cannot be found.
    let other = match find_unseen(tx, user, username)? {
        Some(muted) => muted,
        None => other(tx, user, username)?,
    };
    tx.prepare_cached("update unseen set mutes = 0 where user_id = ? and other_id = ?")?
        .execute((user, other.id))?;
    sweep(tx, user, other.id)?;
    silence(tx, user, other.id)?;
    read_anew(tx, user)?;
    Ok(other)
}

/// Whom one blocks, in the order of the alphabet's end: the newest member first.
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

/// Whom one mutes, likewise.
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

/// Whether the viewer sees nothing of a person, or nobody does.
pub fn is_hidden(conn: &Connection, viewer: UserId, user: UserId) -> Result<bool> {
    let sql = concat!("select ?2 in ", crate::store::visibility::hidden_people!());
    Ok(conn
        .prepare_cached(sql)?
        .query_row((viewer, user), |row| row.get(0))?)
}

/// Whether there is nobody who does not see what this person does.
pub fn is_seen_by_all(conn: &Connection, user: UserId) -> Result<bool> {
    let mut query = conn.prepare_cached(
        "select is_private = 0 and is_hidden = 0
             and not exists (select 1 from unseen where other_id = feeds.owner_id)
         from feeds where owner_id = ?",
    )?;
    Ok(query.query_row([user], |row| row.get(0))?)
}

/// Whether the viewer does not see whom this person's likes are of, where they are not the viewer's own things.
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

/// One whom the person mutes, and neither blocks the other.
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

/// One whom the person blocks cannot be found by anything else.
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

/// What a follow brings, now that the follower sees the other or does not.
fn silence(tx: &Tx<'_>, user: UserId, other: UserId) -> Result<()> {
    tx.prepare_cached(
        concat!("update follows set is_silent = exists (select 1 from unseen where user_id = ?1 and other_id = ?2)
             or exists (select 1 from feeds where id = follows.feed_id and is_hidden = 1)
         where user_id = ?1 and feed_id = ", own_feed!("?2")),
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
