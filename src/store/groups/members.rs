//! The members of a group: they join, ask and leave, and its admins let them in, remove them and change what they may do.

use rusqlite::Connection;

use super::{ADMIN_OF_MAX, find};
use crate::{
    error::{Error, Result},
    model::{
        Cursor, EventKind, Feed, FeedId, Group, GroupAct, GroupMember, GroupName, Page, Problems,
        RelatedUser, Role, UserId, UserName, Viewer,
    },
    store::{
        Tx,
        events::Announcement,
        feeds,
        relationships::{self, related, related_columns, requests},
        users,
        visibility::{feed_visible, person_visible},
        webhooks,
    },
};

/// Joins a public group, or asks to be let in to a private one. Idempotent.
///
/// # Errors
/// `NotFound` if there is no such group.
pub fn join(tx: &mut Tx<'_>, user: UserId, name: &GroupName) -> Result<Group> {
    let group = find(tx, user, name)?;
    let feed = feeds::find(tx, group.feed)?;
    if is_member(tx, user, feed.id)? || relationships::is_requested(tx, user, feed.id)? {
        return Ok(group);
    }
    if feed.is_private && !is_admin(tx, user, feed.id)? {
        requests::ask(tx, user, &feed)?;
    } else {
        let_in(tx, user, &feed)?;
    }
    Ok(group)
}

/// Leaves a group, or withdraws the request. Idempotent.
///
/// # Errors
/// `NotFound` if there is no such group; `Invalid` for the last admin of a group that has other members.
pub fn leave(tx: &mut Tx<'_>, user: UserId, name: &GroupName) -> Result<Group> {
    let group = find(tx, user, name)?;
    refuse_last_admin(tx, user, group.feed)?;
    end(tx, user, group.feed)?;
    Ok(group)
}

/// Has an admin of the group do something to a person. Idempotent. If a group has no admin left, an admin of the site
/// may make one of its members its admin.
///
/// # Errors
/// `NotFound` if there is no such group or person, or if the person is no member where it must be one; `Forbidden` if
/// `by` is none of the admins; `Invalid` if the group would have no admin, or the person is an admin of too many.
pub fn act(
    tx: &mut Tx<'_>,
    by: UserId,
    name: &GroupName,
    username: &UserName,
    act: GroupAct,
) -> Result<Group> {
    let group = find(tx, by, name)?;
    let names_admin = act == GroupAct::Promote && may_name_admin(tx, by, group.feed)?;
    if !is_admin(tx, by, group.feed)? && !names_admin {
        return Err(Error::Forbidden);
    }
    let user = member_or_other(tx, by, &group, username)?;
    let feed = feeds::find(tx, group.feed)?;
    match act {
        GroupAct::Accept if is_member(tx, user, feed.id)? => {}
        GroupAct::Accept if relationships::is_requested(tx, user, feed.id)? => {
            requests::grant(tx, &feed, user)?;
        }
        GroupAct::Accept => return Err(Error::NotFound),
        GroupAct::Refuse => requests::withdraw(tx, user, &feed)?,
        GroupAct::Remove => {
            refuse_last_admin(tx, user, feed.id)?;
            end(tx, user, feed.id)?;
        }
        GroupAct::Promote | GroupAct::Demote => set_admin(tx, by, user, &feed, act)?,
        GroupAct::Bar | GroupAct::Unbar => set_barred(tx, by, user, &feed, act)?,
    }
    Ok(group)
}

/// Finds the person whom an act is about. An admin sees the members even if one of the two blocks the other: the group
/// has to be kept in order.
fn member_or_other(
    conn: &Connection,
    by: UserId,
    group: &Group,
    username: &UserName,
) -> Result<UserId> {
    match users::find(conn, by, username) {
        Err(Error::NotFound) => {
            let user = users::named(conn, username)?.id;
            let is_known = is_member(conn, user, group.feed)?
                || relationships::is_requested(conn, user, group.feed)?;
            if is_known {
                Ok(user)
            } else {
                Err(Error::NotFound)
            }
        }
        other => other.map(|user| user.id),
    }
}

fn set_admin(tx: &mut Tx<'_>, by: UserId, user: UserId, feed: &Feed, act: GroupAct) -> Result<()> {
    let is_admin = act == GroupAct::Promote;
    if !is_member(tx, user, feed.id)? {
        return Err(Error::NotFound);
    }
    if is_admin == self::is_admin(tx, user, feed.id)? {
        return Ok(());
    }
    if is_admin {
        check_room(tx, user)?;
    } else {
        refuse_last_admin(tx, user, feed.id)?;
    }
    let event = tx.announce(&Announcement::on_feed(EventKind::GroupRole, user, feed))?;
    tx.prepare_cached(
        "insert into group_roles (feed_id, user_id, is_admin, event_id, by_id) values (?1, ?2, ?3, ?4, ?5)
         on conflict do update set is_admin = ?3, is_barred = 0, event_id = ?4, by_id = ?5",
    )?
    .execute((feed.id, user, is_admin, event, by))?;
    if is_admin {
        Ok(())
    } else {
        webhooks::turn_off_in_group(tx, user, feed.id)
    }
}

fn set_barred(tx: &mut Tx<'_>, by: UserId, user: UserId, feed: &Feed, act: GroupAct) -> Result<()> {
    let is_barred = act == GroupAct::Bar;
    if is_barred && is_admin(tx, user, feed.id)? {
        return Err(Error::invalid(
            Problems::FORM,
            "This is an admin of the group. Take that role away first.",
        ));
    }
    if is_barred == self::is_barred(tx, user, feed.id)? {
        return Ok(());
    }
    let event = tx.announce(&Announcement::on_feed(EventKind::GroupRole, user, feed))?;
    tx.prepare_cached(
        "insert into group_roles (feed_id, user_id, is_barred, event_id, by_id) values (?1, ?2, ?3, ?4, ?5)
         on conflict do update set is_barred = ?3, event_id = ?4, by_id = ?5",
    )?
    .execute((feed.id, user, is_barred, event, by))?;
    Ok(())
}

/// Makes somebody the first admin of a group.
pub(super) fn make_admin(tx: &Tx<'_>, user: UserId, feed: FeedId) -> Result<()> {
    tx.prepare_cached("insert into group_roles (feed_id, user_id, is_admin) values (?, ?, 1)")?
        .execute((feed, user))?;
    Ok(())
}

/// Makes somebody a member.
pub(super) fn let_in(tx: &mut Tx<'_>, user: UserId, feed: &Feed) -> Result<()> {
    let event = tx.announce(&Announcement::on_feed(EventKind::Follow, user, feed))?;
    relationships::enter(tx, user, feed.id, event, None)
}

/// Lets in everybody who waits.
pub(super) fn let_all_in(tx: &mut Tx<'_>, feed: &Feed) -> Result<()> {
    let waiting = requests::who_asked(tx, feed.id)?;
    waiting
        .into_iter()
        .try_for_each(|user| requests::grant(tx, feed, user))
}

/// Ends a membership or withdraws a request. A ban stays.
fn end(tx: &mut Tx<'_>, user: UserId, feed: FeedId) -> Result<()> {
    tx.prepare_cached(
        "delete from group_roles where feed_id = ? and user_id = ? and is_barred = 0",
    )?
    .execute((feed, user))?;
    webhooks::turn_off_in_group(tx, user, feed)?;
    let feed = feeds::find(tx, feed)?;
    relationships::leave_feed(tx, user, &feed)
}

/// Refuses an act that would leave a group without an admin while it has other members.
///
/// # Errors
/// `Invalid` with what to do first.
fn refuse_last_admin(conn: &Connection, user: UserId, feed: FeedId) -> Result<()> {
    let mut query = conn.prepare_cached(
        "select exists (select 1 from group_roles where feed_id = ?1 and user_id = ?2 and is_admin = 1)
             and not exists (
                 select 1 from group_roles cross join users on users.id = group_roles.user_id
                 where group_roles.feed_id = ?1 and user_id <> ?2 and is_admin = 1
                     and suspended_at is null and leaves_at is null and gone_at is null)
             and exists (select 1 from follows where feed_id = ?1 and user_id <> ?2)",
    )?;
    if query.query_row((feed, user), |row| row.get(0))? {
        return Err(Error::invalid(
            Problems::FORM,
            "This is the only admin of the group. Make another member an admin first.",
        ));
    }
    Ok(())
}

/// Checks that a person may become an admin of one more group.
///
/// # Errors
/// `Invalid` if there are too many already.
pub(super) fn check_room(conn: &Connection, user: UserId) -> Result<()> {
    let mut query = conn.prepare_cached(
        "select count(*) from group_roles join groups on groups.feed_id = group_roles.feed_id
         where user_id = ? and is_admin = 1 and groups.gone_at is null",
    )?;
    let groups: i64 = query.query_row([user], |row| row.get(0))?;
    if groups >= ADMIN_OF_MAX {
        let message = format!("One person can be an admin of at most {ADMIN_OF_MAX} groups.");
        return Err(Error::invalid(Problems::FORM, message));
    }
    Ok(())
}

/// Checks whether an admin of the site may name an admin of the group, because none is left.
fn may_name_admin(conn: &Connection, by: UserId, feed: FeedId) -> Result<bool> {
    let mut query = conn.prepare_cached(
        "select not exists (
             select 1 from group_roles cross join users on users.id = group_roles.user_id
             where group_roles.feed_id = ?1 and is_admin = 1
                 and suspended_at is null and leaves_at is null and gone_at is null)",
    )?;
    let has_none: bool = query.query_row([feed], |row| row.get(0))?;
    Ok(has_none && users::with_role(conn, by)?.1 == Role::Admin)
}

/// Checks whether a person is a member of a group, or a participant of a conversation.
pub fn is_member(conn: &Connection, user: UserId, feed: FeedId) -> Result<bool> {
    let mut query = conn.prepare_cached(
        "select exists (select 1 from follows where user_id = ? and feed_id = ?)",
    )?;
    Ok(query.query_row((user, feed), |row| row.get(0))?)
}

/// Checks whether a person is an admin of a group.
pub fn is_admin(conn: &Connection, user: UserId, feed: FeedId) -> Result<bool> {
    let mut query = conn.prepare_cached(
        "select exists (select 1 from group_roles where user_id = ? and feed_id = ? and is_admin = 1)",
    )?;
    Ok(query.query_row((user, feed), |row| row.get(0))?)
}

fn is_barred(conn: &Connection, user: UserId, feed: FeedId) -> Result<bool> {
    let mut query = conn.prepare_cached(
        "select exists (select 1 from group_roles where user_id = ? and feed_id = ? and is_barred = 1)",
    )?;
    Ok(query.query_row((user, feed), |row| row.get(0))?)
}

/// Returns a page of the members, the newest first.
pub fn list(
    conn: &Connection,
    viewer: impl Into<Viewer>,
    feed: FeedId,
    before: Option<Cursor>,
    size: u32,
) -> Result<Page<GroupMember>> {
    let sql = concat!(
        "select follows.event_id as position, ",
        related_columns!(),
        ", coalesce(group_roles.is_admin, 0) as is_group_admin,
         coalesce(group_roles.is_barred, 0) as is_barred
         from follows join users on users.id = follows.user_id
         left join group_roles
             on group_roles.feed_id = follows.feed_id and group_roles.user_id = follows.user_id
         where follows.feed_id = ?2 and follows.event_id < ?3 and ",
        feed_visible!("?2"),
        " and ",
        person_visible!(),
        " order by follows.event_id desc limit ?4"
    );
    let viewer = viewer.into();
    let mut query = conn.prepare_cached(sql)?;
    let members = query.query_map(
        (viewer, feed, Cursor::upper_bound(before), size + 1),
        |row| {
            Ok(GroupMember {
                person: related(row, viewer)?,
                is_admin: row.get("is_group_admin")?,
                is_barred: row.get("is_barred")?,
            })
        },
    )?;
    let members = members.collect::<rusqlite::Result<_>>()?;
    Ok(Page::cut(members, size, |member: &GroupMember| {
        member.person.position
    }))
}

/// Returns a page of the people who wait to be let in, the newest request first. Only for the group's admins.
pub fn waiting(
    conn: &Connection,
    admin: UserId,
    feed: FeedId,
    before: Option<Cursor>,
    size: u32,
) -> Result<Page<RelatedUser>> {
    requests::waiting_for(conn, admin, feed, before, size)
}
