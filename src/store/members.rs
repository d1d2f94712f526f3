//! Members as admins see them, and what admins do with them. The transaction of each act writes it into the journal; an
//! act that changes nothing is not written.

use rusqlite::{Connection, Row};

use super::{Tx, devices, journal, links, personal, presence, sessions, users};
use crate::{
    error::{Error, Result},
    model::{
        Actor, Cursor, JournalAct, LinkKind, MemberSummary, NewUser, Page, Problems, Role,
        Timestamp, Token, TokenHash, UserId, UserName, folded,
    },
};

/// Returns the query whose rows [`from_row`] reads, for the members that `rest` chooses. What belongs to imaginary friends
/// weighs on whoever imagines them.
fn select(rest: &str) -> String {
    format!(
        "select {}, users.role, users.suspended_at, users.leaves_at, users.seen_at,
             (select count(*) from posts where author_id = users.id and deleted_at is null) as posts,
             {weight} + (select coalesce(sum({weight}), 0) from users where users.imagined_by = members.id) as bytes
         from users as members cross join users on users.id = members.id
         where users.gone_at is null and users.imagined_by is null and {rest}",
        users::user_columns!(),
        weight = personal::weight(),
    )
}

/// Returns a page of the members whose name contains this text, or of all if it is empty, newest first.
pub fn page(
    conn: &Connection,
    text: &str,
    before: Option<Cursor>,
    size: u32,
) -> Result<Page<MemberSummary>> {
    let mut query = conn.prepare_cached(&select(
        "instr(users.search, ?) > 0 and members.id < ? order by members.id desc limit ?",
    ))?;
    let members = query.query_map(
        (folded(text), Cursor::upper_bound(before), size + 1),
        from_row,
    )?;
    let members = members.collect::<rusqlite::Result<_>>()?;
    Ok(Page::cut(members, size, |member: &MemberSummary| {
        member.user.id.0
    }))
}

/// Finds a member by the current username.
///
/// # Errors
/// `NotFound` if nobody is called that.
pub fn find(conn: &Connection, name: &UserName) -> Result<MemberSummary> {
    let user = users::named(conn, name)?;
    let mut query = conn.prepare_cached(&select("users.id = ?"))?;
    Ok(query.query_row([user.id], from_row)?)
}

/// Checks whether there is an admin who can sign in.
pub fn has_admin(conn: &Connection) -> Result<bool> {
    has_admin_but(conn, None)
}

/// Refuses an act that would leave the site without an admin.
///
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

/// Makes an admin's account with the set-up link, which is used up.
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

/// Makes a member an admin with the set-up link, which is used up.
///
/// # Errors
/// `NotFound` if the link does not serve.
pub fn set_up_member(tx: &mut Tx<'_>, by: &Actor, token: &Token, user: UserId) -> Result<()> {
    links::take(tx, LinkKind::Setup, token)?;
    set_role(tx, user, Role::Admin)?;
    journal::note(tx, by, JournalAct::SetUp, by.username())
}

/// Makes a password reset link for a person.
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

/// Sets a new password with a reset link, and ends every session of the person.
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
    // Anybody who guesses the new password elsewhere has to wait, even if they knew the old one.
    devices::forget(tx, user.id)?;
    sessions::end_all(tx, user.id, None)?;
    let name = user.username.as_str();
    journal::note(tx, &by(name), JournalAct::UsedResetLink, Some(name))
}

/// Makes a member an admin.
pub fn promote(tx: &mut Tx<'_>, by: &Actor, name: &UserName) -> Result<MemberSummary> {
    let member = find(tx, name)?;
    if member.role == Role::Admin {
        return Ok(member);
    }
    set_role(tx, member.user.id, Role::Admin)?;
    note(tx, by, JournalAct::Promoted, &member)
}

/// Takes the admin role away from a member.
///
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

/// Suspends a member: hides everything of theirs and signs them out.
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

/// Ends a suspension.
pub fn reinstate(tx: &mut Tx<'_>, by: &Actor, name: &UserName) -> Result<MemberSummary> {
    let member = find(tx, name)?;
    if !member.is_suspended {
        return Ok(member);
    }
    presence::reinstate(tx, member.user.id)?;
    note(tx, by, JournalAct::Reinstated, &member)
}

/// Ends every session of a member.
pub fn end_sessions(tx: &mut Tx<'_>, by: &Actor, name: &UserName) -> Result<MemberSummary> {
    let member = find(tx, name)?;
    sessions::end_all(tx, member.user.id, None)?;
    note(tx, by, JournalAct::EndedSessions, &member)
}

/// Hides a member, signs them out, and schedules the deletion of everything of theirs after [`presence::LEAVE_AFTER`].
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

/// Schedules the immediate deletion of a member, which cannot be undone. A running server deletes everything within a
/// minute, any other one when it starts.
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

/// Signs a person out of every browser, and revokes the links that would let them in again.
fn sign_out(tx: &mut Tx<'_>, user: UserId) -> Result<()> {
    sessions::end_all(tx, user, None)?;
    links::revoke(tx, LinkKind::Reset, Some(user))?;
    links::revoke(tx, LinkKind::Device, Some(user))
}

fn set_role(tx: &mut Tx<'_>, user: UserId, role: Role) -> Result<()> {
    tx.prepare_cached("update users set role = ? where id = ?")?
        .execute((role, user))?;
    if role == Role::Admin {
        // The set-up link was for the first admin.
        links::revoke(tx, LinkKind::Setup, None)?;
    }
    Ok(())
}

/// Checks whether there is an admin other than `user`. Somebody who is suspended or leaving cannot sign in and does not
/// count.
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
