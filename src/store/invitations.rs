//! Invitations: the people who may register, their inviters, and the people whom they follow at once. Only hashes of
//! the tokens are stored.

use rusqlite::{Connection, OptionalExtension, Row};

use super::{Tx, journal, relationships, sql, users};
use crate::{
    error::{Error, Result},
    model::{
        Actor, Cursor, Invitation, InvitationId, JournalAct, NewInvitation, NewUser, Page,
        Problems, TokenHash, User, UserId, UserName, Viewer,
    },
};

/// The most open invitations of one member. More would be links that nobody remembers.
const OPEN_MAX: i64 = 10;
/// The most open invitations that were made on the command line.
const OPEN_BY_COMMAND_MAX: i64 = 1_000;
/// The most invitations kept for one maker, open or not.
const KEPT_MAX: u32 = 1_000;

/// Makes an invitation. One by an admin or the command line is written into the journal.
///
/// # Errors
/// `Invalid` if somebody who is to be followed is not there, or the maker has too many open ones.
pub fn make(
    tx: &mut Tx<'_>,
    maker: Option<UserId>,
    journal_as: Option<&Actor>,
    new: &NewInvitation,
    token: &TokenHash,
) -> Result<InvitationId> {
    let follows = chosen(tx, maker, &new.follow)?;
    refuse_too_many(tx, maker)?;
    tx.prepare_cached(
        "insert into invitations (token_hash, maker_id, note, uses, uses_left, expires_at, created_at)
         values (?1, ?2, ?3, ?4, ?4, ?5, ?6)",
    )?
    .execute((
        token,
        maker,
        &new.note,
        new.uses,
        tx.now.plus(new.lifetime),
        tx.now,
    ))?;
    let id = InvitationId(tx.last_insert_rowid());
    for user in follows {
        tx.prepare_cached("insert into invitation_follows (invitation_id, user_id) values (?, ?)")?
            .execute((id, user))?;
    }
    tx.prepare_cached(
        "delete from invitations where id in (
             select id from invitations where maker_id is ?1 order by id desc limit -1 offset ?2)",
    )?
    .execute((maker, KEPT_MAX))?;
    if let Some(by) = journal_as {
        journal::note(tx, by, JournalAct::Invited, Some(&format!("number {id}")))?;
    }
    Ok(id)
}

/// Revokes an invitation. The members who registered with it stay.
///
/// # Errors
/// `NotFound` if there is no such invitation of this maker.
pub fn revoke(tx: &mut Tx<'_>, maker: UserId, id: InvitationId) -> Result<()> {
    let changed = tx
        .prepare_cached(
            "update invitations set revoked_at = coalesce(revoked_at, ?3) where id = ?1 and maker_id = ?2",
        )?
        .execute((id, maker, tx.now))?;
    sql::found(changed)
}

/// Revokes an invitation of any maker, and writes that into the journal.
///
/// # Errors
/// `NotFound` if there is no such invitation.
pub fn revoke_any(tx: &mut Tx<'_>, by: &Actor, id: InvitationId) -> Result<()> {
    let changed = tx
        .prepare_cached(
            "update invitations set revoked_at = ?2 where id = ?1 and revoked_at is null",
        )?
        .execute((id, tx.now))?;
    if changed == 0 {
        // An invitation that is revoked already needs no change, but it must exist.
        let mut query = tx.prepare_cached("select 1 from invitations where id = ?")?;
        return Ok(query.query_row([id], |_| Ok(()))?);
    }
    journal::note(
        tx,
        by,
        JournalAct::RevokedInvitation,
        Some(&format!("number {id}")),
    )
}

/// Makes a member as [`users::register`] does. An invitation, if there is one, loses one use, and the newcomer follows
/// the people whom it names.
///
/// # Errors
/// `Invalid` if the invitation is not open, or the name is taken; then nothing is used up.
pub fn register(
    tx: &mut Tx<'_>,
    invitation: Option<&TokenHash>,
    new: &NewUser,
    password_hash: &str,
) -> Result<UserId> {
    let invitation = invitation.map(|token| take(tx, token)).transpose()?;
    let user = users::register(tx, new, password_hash)?;
    if let Some(id) = invitation {
        tx.prepare_cached("insert into arrivals (user_id, invitation_id) values (?, ?)")?
            .execute((user, id))?;
        for other in follows(tx, id)? {
            relationships::follow(tx, user, &other.username)?;
        }
    }
    Ok(user)
}

/// Finds the invitation of a token, open or not.
///
/// # Errors
/// `NotFound` if there is none, or its maker is not here any more.
pub fn find(conn: &Connection, token: &TokenHash) -> Result<Invitation> {
    let mut query = conn.prepare_cached(concat!(
        "select * from invitations where token_hash = ?1 and ",
        "(maker_id is null or exists (
             select 1 from users join feeds on feeds.owner_id = users.id
             where users.id = maker_id and is_hidden = 0))"
    ))?;
    let invitation = query.query_row([token], from_row)?;
    completed(conn, invitation)
}

/// Returns a page of a member's own invitations, newest first.
pub fn of_maker(
    conn: &Connection,
    maker: UserId,
    before: Option<Cursor>,
    size: u32,
) -> Result<Page<Invitation>> {
    let mut query = conn.prepare_cached(
        "select * from invitations where maker_id = ? and id < ? order by id desc limit ?",
    )?;
    let rows = query.query_map((maker, Cursor::upper_bound(before), size + 1), from_row)?;
    page(conn, rows.collect::<rusqlite::Result<_>>()?, size)
}

/// Returns all invitations that a member made and that are kept, newest first.
pub fn all_of_maker(conn: &Connection, maker: UserId) -> Result<Vec<Invitation>> {
    Ok(of_maker(conn, maker, None, KEPT_MAX)?.items)
}

/// Returns a page of all invitations, newest first.
pub fn all(conn: &Connection, before: Option<Cursor>, size: u32) -> Result<Page<Invitation>> {
    let mut query =
        conn.prepare_cached("select * from invitations where id < ? order by id desc limit ?")?;
    let rows = query.query_map((Cursor::upper_bound(before), size + 1), from_row)?;
    page(conn, rows.collect::<rusqlite::Result<_>>()?, size)
}

fn page(conn: &Connection, rows: Vec<Invitation>, size: u32) -> Result<Page<Invitation>> {
    let page = Page::cut(rows, size, Invitation::position);
    let items = page.items.into_iter().map(|one| completed(conn, one));
    Ok(Page {
        items: items.collect::<Result<_>>()?,
        next: page.next,
    })
}

/// Uses an invitation up by one.
fn take(tx: &Tx<'_>, token: &TokenHash) -> Result<InvitationId> {
    let refused = |why| Error::invalid("invite", why);
    let found = find(tx, token).map_err(|error| match error {
        Error::NotFound => refused(UNKNOWN),
        error => error,
    })?;
    if let Some(why) = found.state(tx.now).refusal() {
        return Err(refused(why));
    }
    tx.prepare_cached("update invitations set uses_left = uses_left - 1 where id = ?")?
        .execute([found.id])?;
    Ok(found.id)
}

/// The message for an invitation that does not exist.
pub const UNKNOWN: &str = "There is no such invitation. Perhaps a part of the link is missing.";

/// Finds the people with these names, as far as the maker may see them.
fn chosen(conn: &Connection, maker: Option<UserId>, names: &[UserName]) -> Result<Vec<UserId>> {
    let viewer = maker.map_or(Viewer::Guest, Viewer::Member);
    let mut people = Vec::new();
    for name in names {
        let found = match users::find(conn, viewer, name) {
            // Nobody else can follow an imaginary friend.
            Ok(user) if user.username.is_imagined() => Err(Error::NotFound),
            found => found,
        };
        let user = match found {
            Err(Error::NotFound) => {
                let message = format!("There is no user called {}.", name.as_str());
                return Err(Error::invalid("follow", message));
            }
            found => found?.id,
        };
        // Two names may lead to one person.
        if !people.contains(&user) {
            people.push(user);
        }
    }
    Ok(people)
}

fn refuse_too_many(tx: &Tx<'_>, maker: Option<UserId>) -> Result<()> {
    let open: i64 = tx
        .prepare_cached(
            "select count(*) from invitations
             where maker_id is ? and uses_left > 0 and revoked_at is null and expires_at > ?",
        )?
        .query_row((maker, tx.now), |row| row.get(0))?;
    let most = maker.map_or(OPEN_BY_COMMAND_MAX, |_| OPEN_MAX);
    if open >= most {
        let message = format!("There are {most} open invitations already. Revoke one first.");
        return Err(Error::invalid(Problems::FORM, message));
    }
    Ok(())
}

/// Returns the people whom newcomers follow, without those who are hidden.
fn follows(conn: &Connection, id: InvitationId) -> Result<Vec<User>> {
    let mut query = conn.prepare_cached(
        concat!("select ", users::user_columns!(), "
         from invitation_follows join users on users.id = user_id join feeds on feeds.owner_id = users.id
         where invitation_id = ? and is_hidden = 0 order by users.id"),
    )?;
    let people = query.query_map([id], users::from_row)?;
    Ok(people.collect::<rusqlite::Result<_>>()?)
}

fn came(conn: &Connection, id: InvitationId) -> Result<Vec<User>> {
    let mut query = conn.prepare_cached(concat!(
        "select ",
        users::user_columns!(),
        "
         from arrivals join users on users.id = user_id join feeds on feeds.owner_id = users.id
         where invitation_id = ? and is_hidden = 0 order by users.id"
    ))?;
    let people = query.query_map([id], users::from_row)?;
    Ok(people.collect::<rusqlite::Result<_>>()?)
}

/// Adds the people to an invitation: its maker, those to follow and those who came.
fn completed(conn: &Connection, mut invitation: Invitation) -> Result<Invitation> {
    let mut maker = conn.prepare_cached(concat!(
        "select ",
        users::user_columns!(),
        "
         from invitations join users on users.id = maker_id where invitations.id = ?"
    ))?;
    invitation.maker = maker
        .query_row([invitation.id], users::from_row)
        .optional()?;
    invitation.follows = follows(conn, invitation.id)?;
    invitation.came = came(conn, invitation.id)?;
    Ok(invitation)
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Invitation> {
    Ok(Invitation {
        id: row.get("id")?,
        maker: None,
        note: row.get("note")?,
        uses: row.get("uses")?,
        uses_left: row.get("uses_left")?,
        expires_at: row.get("expires_at")?,
        revoked_at: row.get("revoked_at")?,
        created_at: row.get("created_at")?,
        follows: Vec::new(),
        came: Vec::new(),
    })
}
