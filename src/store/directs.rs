//! Direct messages. A conversation is a post in a private feed of its own, which its participants follow silently: it is
//! in nobody's river.

use rusqlite::{Connection, OptionalExtension};

use super::{
    Tx,
    events::Announcement,
    feeds,
    groups::members::is_member,
    posts::place::{Place, place},
    relationships, users,
};
use crate::{
    error::{Error, Result},
    model::{
        Destinations, DirectsFrom, EventKind, FeedId, PostId, Problems, UserId, UserName, nobody,
    },
};

/// Finds a person to whom the author may write.
///
/// # Errors
/// `Invalid` if the person accepts no conversation with the author, is kept apart from them, or does not exist: the
/// answer is the same, so it says nothing about blocks.
pub(super) fn recipient(conn: &Connection, author: UserId, name: &UserName) -> Result<UserId> {
    let refused = || Error::invalid("to", nobody(&format!("@{}", name.as_str())));
    let user = users::find(conn, author, name).map_err(|error| match error {
        Error::NotFound => refused(),
        other => other,
    })?;
    if user.id == author || accepts(conn, user.id, author)? {
        Ok(user.id)
    } else {
        Err(refused())
    }
}

/// Checks whether a person accepts new conversations with another.
pub fn accepts(conn: &Connection, user: UserId, from: UserId) -> Result<bool> {
    let mut query = conn.prepare_cached(
        "select case directs_from when 'everybody' then 1 when 'nobody' then 0
             else exists (
                 select 1 from follows
                 where user_id = ?1 and feed_id = (select feed_id from users where id = ?2)) end
         from users where id = ?1",
    )?;
    Ok(query.query_row((user, from), |row| row.get(0))?)
}

/// Returns from whom a person accepts new conversations.
pub fn accepted_from(conn: &Connection, user: UserId) -> Result<DirectsFrom> {
    let mut query = conn.prepare_cached("select directs_from from users where id = ?")?;
    Ok(query.query_row([user], |row| row.get(0))?)
}

/// Sets from whom a person accepts new conversations. Those that exist go on.
pub fn set_accepted_from(tx: &mut Tx<'_>, user: UserId, from: DirectsFrom) -> Result<()> {
    tx.prepare_cached("update users set directs_from = ? where id = ?")?
        .execute((from, user))?;
    Ok(())
}

/// Adds a person to a conversation. They see all of it. Idempotent.
///
/// # Errors
/// `NotFound` if `by` is no participant; `Invalid` if the person cannot be added or there is no room.
pub fn add(tx: &mut Tx<'_>, by: UserId, post: PostId, name: &UserName) -> Result<()> {
    let place = conversation(tx, by, post)?;
    let user = recipient(tx, by, name).map_err(|error| match error {
        Error::Invalid(problems) => problems.renamed("to", "user").into(),
        other => other,
    })?;
    if is_member(tx, user, place.feed)? {
        return Ok(());
    }
    let people: i64 = tx
        .prepare_cached("select count(*) from follows where feed_id = ?")?
        .query_row([place.feed], |row| row.get(0))?;
    if people.unsigned_abs() >= Destinations::PEOPLE_MAX as u64 {
        let message = format!(
            "A conversation can have at most {} people.",
            Destinations::PEOPLE_MAX
        );
        return Err(Error::invalid("user", message));
    }
    // The post's author may be kept apart from the person, who would then see nothing of it.
    if relationships::distance::are_apart(tx, user, place.author)? {
        return Err(Error::invalid(
            "user",
            nobody(&format!("@{}", name.as_str())),
        ));
    }
    let announcement = Announcement::on_post(EventKind::Participants, by, post, &place);
    let event = tx.announce(&announcement)?;
    relationships::enter(tx, user, place.feed, event, Some(event))?;
    note(tx, post, event.0, by, user)
}

/// Leaves a conversation. Its texts stay for the others.
///
/// # Errors
/// `NotFound` if the person is no participant.
pub fn leave(tx: &mut Tx<'_>, user: UserId, post: PostId) -> Result<()> {
    let place = conversation(tx, user, post)?;
    tx.prepare_cached("delete from follows where user_id = ? and feed_id = ?")?
        .execute((user, place.feed))?;
    let announcement = Announcement::on_post(EventKind::Participants, user, post, &place);
    let event = tx.announce(&announcement)?;
    note(tx, post, event.0, user, user)?;
    // It leaves the open pages of the person, too.
    let own = feeds::own(tx, user)?;
    tx.announce(&Announcement::on_feed(EventKind::RiverChanged, user, &own))?;
    Ok(())
}

fn note(tx: &Tx<'_>, post: PostId, event: i64, by: UserId, user: UserId) -> Result<()> {
    tx.prepare_cached(
        "insert into participations (post_id, event_id, actor_id, user_id, created_at) values (?, ?, ?, ?, ?)",
    )?
    .execute((post, event, by, user, tx.now))?;
    Ok(())
}

/// Finds a conversation that a person takes part in.
///
/// # Errors
/// `NotFound` if the person may not see the post; `Invalid` if it is no direct message.
fn conversation(conn: &Connection, user: UserId, post: PostId) -> Result<Place> {
    let place = place(conn, user, post)?;
    let is_direct: Option<FeedId> = conn
        .prepare_cached("select id from feeds where id = ? and kind = 'direct'")?
        .query_row([place.feed], |row| row.get(0))
        .optional()?;
    match is_direct {
        Some(_) => Ok(place),
        None => Err(Error::invalid(
            Problems::FORM,
            "This is not a direct message.",
        )),
    }
}

/// Checks whether a post is a direct message.
pub fn is_direct(conn: &Connection, post: PostId) -> Result<bool> {
    let mut query =
        conn.prepare_cached("select exists (select 1 from posts where id = ? and is_direct = 1)")?;
    Ok(query.query_row([post], |row| row.get(0))?)
}
