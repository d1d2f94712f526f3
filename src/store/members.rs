//! People as admins see them, and what admins do with them. Each act is written into the journal by the transaction
//! that does it; one that changes nothing is not.

use rusqlite::{Connection, Row};

use super::{Tx, devices, journal, links, personal, presence, sessions, users};
use crate::{
    error::{Error, Result},
    model::{
        Actor, Cursor, JournalAct, LinkKind, MemberSummary, NewUser, Page, Problems, Role,
        Timestamp, Token, TokenHash, UserId, UserName,
    },
};

/// Returns the query whose rows [`from_row`] reads, for the members that `rest` chooses.
fn select(rest: &str) -> String {
    format!(
        "select {}, role, suspended_at, leaves_at, seen_at,
             (select count(*) from posts where author_id = users.id and deleted_at is null) as posts,
             {} as bytes
         from users where gone_at is null and {rest}",
        users::user_columns!(),
        personal::weight(),
    )
}

/// Those whose name has these letters in it, or everybody; the newest first.
pub fn page(
    conn: &Connection,
    text: &str,
    before: Option<Cursor>,
    size: u32,
) -> Result<Page<MemberSummary>> {
    let mut query = conn.prepare_cached(&select(
        "instr(users.search, ?) > 0 and users.id < ? order by users.id desc limit ?",
    ))?;
    let members = query.query_map(
        (text.to_lowercase(), Cursor::upper_bound(before), size + 1),
        from_row,
    )?;
    let members = members.collect::<rusqlite::Result<_>>()?;
    Ok(Page::cut(members, size, |member: &MemberSummary| {
        member.user.id.0
    }))
}

/// By the name they have.
///
/// # Errors
/// `NotFound` if nobody is called that.
pub fn find(conn: &Connection, name: &UserName) -> Result<MemberSummary> {
    let user = users::named(conn, name)?;
    let mut query = conn.prepare_cached(&select("users.id = ?"))?;
    Ok(query.query_row([user.id], from_row)?)
}

/// Whether anybody can do what only admins can.
pub fn has_admin(conn: &Connection) -> Result<bool> {
    has_admin_but(conn, None)
}

/// # Errors
/// `Invalid` if without this person nobody could do what only admins can.
pub fn refuse_last_admin(conn: &Connection, user: UserId) -> Result<()> {
    let mut query = conn.prepare_cached("select role from users where id = ?")?;
    let role: Role = query.query_row([user], |row| row.get(0))?;
    if role == Role::Admin && !has_admin_but(conn, Some(user))? {
        return Err(Error::invalid(
            Problems::FORM,
            "This is the only admin here. Make somebody else an admin first.",
        ));
    }
    Ok(())
}

/// Makes an account.
///
/// # Errors
/// `Invalid` if the name is taken.
pub fn add(
    tx: &mut Tx<'_>,
    by: &Actor,
    new: &NewUser,
    password_hash: &str,
    role: Role,
) -> Result<UserId> {
    let user = users::register(tx, new, password_hash)?;
    set_role(tx, user, role)?;
    let act = match role {
        Role::Admin => JournalAct::AddedAdmin,
        Role::Member => JournalAct::Added,
    };
    journal::note(tx, by, act, Some(new.username.as_str()))?;
    Ok(user)
}

/// Uses up the set-up link: it makes an admin's account.
///
/// # Errors
/// `NotFound` if the link does not serve; `Invalid` if the name is taken.
pub fn set_up(
    tx: &mut Tx<'_>,
    by: &Actor,
    token: &Token,
    new: &NewUser,
    password_hash: &str,
) -> Result<()> {
    links::take(tx, LinkKind::Setup, token)?;
    let user = users::register(tx, new, password_hash)?;
    set_role(tx, user, Role::Admin)?;
    journal::note(tx, by, JournalAct::SetUp, Some(new.username.as_str()))
}

/// Uses up the set-up link: it makes a member an admin.
///
/// # Errors
/// `NotFound` if the link does not serve.
pub fn set_up_member(tx: &mut Tx<'_>, by: &Actor, token: &Token, user: UserId) -> Result<()> {
    links::take(tx, LinkKind::Setup, token)?;
    set_role(tx, user, Role::Admin)?;
    journal::note(tx, by, JournalAct::SetUp, by.username())
}

/// Makes the link by which a person sets a new password.
pub fn make_reset_link(
    tx: &mut Tx<'_>,
    by: &Actor,
    name: &UserName,
    token: &TokenHash,
) -> Result<MemberSummary> {
    let member = find(tx, name)?;
    let user = member.user.id;
    links::make(tx, LinkKind::Reset, Some(user), token, links::RESET_FOR)?;
    note(tx, by, JournalAct::MadeResetLink, &member)
}

/// Uses up that link. Every browser of theirs is signed out.
///
/// # Errors
/// `NotFound` if the link does not serve.
pub fn reset_password(
    tx: &mut Tx<'_>,
    by: impl FnOnce(&str) -> Actor,
    token: &Token,
    password_hash: &str,
) -> Result<()> {
    let link = links::take(tx, LinkKind::Reset, token)?;
    let user = users::by_id(tx, link.user.ok_or(Error::NotFound)?)?;
    users::set_password_hash(tx, user.id, password_hash)?;
    // Who guesses the new one elsewhere has to wait, whoever knew the old one.
    devices::forget(tx, user.id)?;
    sessions::end_all(tx, user.id, None)?;
    let name = user.username.as_str();
    journal::note(tx, &by(name), JournalAct::UsedResetLink, Some(name))
}

pub fn promote(tx: &mut Tx<'_>, by: &Actor, name: &UserName) -> Result<MemberSummary> {
    let member = find(tx, name)?;
    if member.role == Role::Admin {
        return Ok(member);
    }
    set_role(tx, member.user.id, Role::Admin)?;
    note(tx, by, JournalAct::Promoted, &member)
}

/// # Errors
/// `Invalid` for the only admin.
pub fn demote(tx: &mut Tx<'_>, by: &Actor, name: &UserName) -> Result<MemberSummary> {
    let member = find(tx, name)?;
    if member.role == Role::Member {
        return Ok(member);
    }
    refuse_last_admin(tx, member.user.id)?;
    set_role(tx, member.user.id, Role::Member)?;
    note(tx, by, JournalAct::Demoted, &member)
}

/// Nobody sees anything of them, and they are signed out.
///
/// # Errors
/// `Invalid` for the only admin.
pub fn suspend(tx: &mut Tx<'_>, by: &Actor, name: &UserName) -> Result<MemberSummary> {
    let member = find(tx, name)?;
    if member.is_suspended {
        return Ok(member);
    }
    refuse_last_admin(tx, member.user.id)?;
    presence::suspend(tx, member.user.id)?;
    sign_out(tx, member.user.id)?;
    note(tx, by, JournalAct::Suspended, &member)
}

pub fn reinstate(tx: &mut Tx<'_>, by: &Actor, name: &UserName) -> Result<MemberSummary> {
    let member = find(tx, name)?;
    if !member.is_suspended {
        return Ok(member);
    }
    presence::reinstate(tx, member.user.id)?;
    note(tx, by, JournalAct::Reinstated, &member)
}

pub fn end_sessions(tx: &mut Tx<'_>, by: &Actor, name: &UserName) -> Result<MemberSummary> {
    let member = find(tx, name)?;
    sessions::end_all(tx, member.user.id, None)?;
    note(tx, by, JournalAct::EndedSessions, &member)
}

/// Everything of theirs is deleted in [`presence::LEAVE_AFTER`]; until then nobody sees it, and they are signed out.
///
/// # Errors
/// `Invalid` for the only admin.
pub fn delete(tx: &mut Tx<'_>, by: &Actor, name: &UserName) -> Result<MemberSummary> {
    let member = find(tx, name)?;
    if member.leaves_at.is_some() {
        return Ok(member);
    }
    refuse_last_admin(tx, member.user.id)?;
    presence::leave(tx, member.user.id)?;
    sign_out(tx, member.user.id)?;
    note(tx, by, JournalAct::Deleted, &member)
}

/// The same without the time in which it can be taken back: a server that runs deletes everything within a minute, and
/// one that does not when it starts.
///
/// # Errors
/// `Invalid` for the only admin.
pub fn delete_now(tx: &mut Tx<'_>, by: &Actor, name: &UserName) -> Result<MemberSummary> {
    let member = find(tx, name)?;
    refuse_last_admin(tx, member.user.id)?;
    presence::leave_now(tx, member.user.id)?;
    sign_out(tx, member.user.id)?;
    note(tx, by, JournalAct::DeletedNow, &member)
}

/// Takes a deletion back.
pub fn keep(tx: &mut Tx<'_>, by: &Actor, name: &UserName) -> Result<MemberSummary> {
    let member = find(tx, name)?;
    if member.leaves_at.is_none() {
        return Ok(member);
    }
    presence::stay(tx, member.user.id)?;
    note(tx, by, JournalAct::Kept, &member)
}

/// Writes an act into the journal, and says how the member is after it.
fn note(
    tx: &mut Tx<'_>,
    by: &Actor,
    act: JournalAct,
    member: &MemberSummary,
) -> Result<MemberSummary> {
    journal::note(tx, by, act, Some(member.user.username.as_str()))?;
    find(tx, &member.user.username)
}

/// Out of every browser; and no link lets them in again.
fn sign_out(tx: &mut Tx<'_>, user: UserId) -> Result<()> {
    sessions::end_all(tx, user, None)?;
    links::revoke(tx, LinkKind::Reset, Some(user))?;
    links::revoke(tx, LinkKind::Device, Some(user))
}

fn set_role(tx: &mut Tx<'_>, user: UserId, role: Role) -> Result<()> {
    tx.prepare_cached("update users set role = ? where id = ?")?
        .execute((role, user))?;
    if role == Role::Admin {
        // It was for the first one.
        links::revoke(tx, LinkKind::Setup, None)?;
    }
    Ok(())
}

/// One who is suspended or leaves cannot sign in, and so is none.
fn has_admin_but(conn: &Connection, user: Option<UserId>) -> Result<bool> {
    let mut query = conn.prepare_cached(
        "select exists (select 1 from users where role = 'admin' and id is not ?
             and suspended_at is null and leaves_at is null and gone_at is null)",
    )?;
    Ok(query.query_row([user], |row| row.get(0))?)
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<MemberSummary> {
    let suspended_at: Option<Timestamp> = row.get("suspended_at")?;
    Ok(MemberSummary {
        user: users::from_row(row)?,
        role: row.get("role")?,
        is_suspended: suspended_at.is_some(),
        leaves_at: row.get("leaves_at")?,
        seen_at: row.get("seen_at")?,
        posts: row.get::<_, i64>("posts")?.unsigned_abs(),
        bytes: row.get::<_, i64>("bytes")?.unsigned_abs(),
    })
}
