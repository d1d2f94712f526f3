//! Groups: found, created, changed and deleted. A group owns a feed, which its members follow.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Row};

use super::{
    Tx,
    events::Announcement,
    feeds,
    relationships::silence,
    sql, users,
    visibility::{feed_readable, group_visible, may_post},
};
use crate::{
    error::{Error, Result},
    model::{
        EventKind, Feed, FeedId, FeedKind, Group, GroupEdit, GroupName, GroupProfile,
        GroupStanding, Membership, NewGroup, UserId, Viewer,
    },
};

pub mod clearing;
mod lists;
pub mod members;
pub mod moderation;

pub use lists::{directory, each_own, of_member, to_post_to};

/// The columns that [`from_row`] reads by position, from `groups` joined with `feeds`.
macro_rules! group_columns {
    () => {
        "groups.feed_id as group_feed, groups.name as group_name, groups.title, groups.avatar as group_avatar,
         feeds.is_private, groups.is_announcements"
    };
}
pub(super) use group_columns;

/// The columns that [`standing`] reads, from `groups` joined with `feeds`. `?1` is the viewer.
macro_rules! standing_columns {
    () => {
        concat!(
            "exists (select 1 from follows where user_id = ?1 and feed_id = feeds.id) as is_member,
             exists (
                 select 1 from group_roles
                 where user_id = ?1 and feed_id = feeds.id and is_admin = 1) as is_admin,
             exists (
                 select 1 from follow_requests where user_id = ?1 and feed_id = feeds.id) as is_requested,
             exists (
                 select 1 from group_roles
                 where user_id = ?1 and feed_id = feeds.id and is_barred = 1) as is_barred, ",
            crate::store::visibility::may_post!(),
            " as may_post"
        )
    };
}
use standing_columns;

/// The number of members of a group whom the viewer can find, from `feeds`.
macro_rules! members_count {
    () => {
        concat!(
            "((select count(*) from follows where feed_id = feeds.id) - (
                 select count(*) from ",
            crate::store::visibility::people_apart!(),
            " as apart
                 cross join follows on follows.user_id = apart.other_id and follows.feed_id = feeds.id)) as members"
        )
    };
}
use members_count;

/// The time in which the deletion of a group can be taken back.
pub const DELETE_AFTER: Duration = Duration::from_hours(14 * 24);

/// The number of groups that one person can be an admin of.
pub const ADMIN_OF_MAX: i64 = 100;

/// Finds a group.
///
/// # Errors
/// `NotFound` if the viewer may not know of such a group.
pub fn find(conn: &Connection, viewer: impl Into<Viewer>, name: &GroupName) -> Result<Group> {
    let sql = concat!(
        "select ",
        group_columns!(),
        " from groups join feeds on feeds.id = groups.feed_id
         where groups.name = ?2 and ",
        group_visible!()
    );
    let mut query = conn.prepare_cached(sql)?;
    Ok(query.query_row((viewer.into(), name.as_str()), from_row)?)
}

/// Finds the group that owns a feed, whoever may know of it.
///
/// # Errors
/// `NotFound` if no group owns it.
pub fn of_feed(conn: &Connection, feed: FeedId) -> Result<Group> {
    let sql = concat!(
        "select ",
        group_columns!(),
        " from groups join feeds on feeds.id = groups.feed_id where groups.feed_id = ?"
    );
    let mut query = conn.prepare_cached(sql)?;
    Ok(query.query_row([feed], from_row)?)
}

/// Returns what the page of a group shows to the viewer.
///
/// # Errors
/// `NotFound` if the viewer may not know of such a group.
pub fn profile(
    conn: &Connection,
    viewer: impl Into<Viewer>,
    name: &GroupName,
) -> Result<GroupProfile> {
    let sql = concat!(
        "select ",
        group_columns!(),
        ", groups.about, groups.created_at, groups.deletes_at, ",
        standing_columns!(),
        ", ",
        feed_readable!("feeds"),
        " as is_readable,
         exists (select 1 from feed_bells where user_id = ?1 and feed_id = feeds.id) as has_bell, ",
        members_count!(),
        ", exists (
             select 1 from group_roles join users on users.id = group_roles.user_id
             where group_roles.feed_id = feeds.id and is_admin = 1
                 and suspended_at is null and leaves_at is null and gone_at is null) as has_admin,
         (select count(*) from follow_requests where feed_id = feeds.id) as requests
         from groups join feeds on feeds.id = groups.feed_id
         where groups.name = ?2 and ",
        group_visible!()
    );
    let mut query = conn.prepare_cached(sql)?;
    let profile = query.query_row((viewer.into(), name.as_str()), |row| {
        let standing = standing(row)?;
        let requests: i64 = row.get("requests")?;
        Ok(GroupProfile {
            group: from_row(row)?,
            about: row.get("about")?,
            created_at: row.get("created_at")?,
            members: row.get::<_, i64>("members")?.unsigned_abs(),
            is_readable: row.get("is_readable")?,
            has_bell: row.get("has_bell")?,
            has_admin: row.get("has_admin")?,
            requests: if standing.is_admin() {
                requests.unsigned_abs()
            } else {
                0
            },
            deletes_at: row.get("deletes_at")?,
            standing,
        })
    })?;
    Ok(profile)
}

/// Checks whether a person may post to a feed of a group.
pub fn may_post_to(conn: &Connection, user: UserId, feed: FeedId) -> Result<bool> {
    let sql = concat!(
        "select exists (
             select 1 from groups join feeds on feeds.id = groups.feed_id
             where groups.feed_id = ?2 and ",
        may_post!(),
        ")"
    );
    let mut query = conn.prepare_cached(sql)?;
    Ok(query.query_row((user, feed), |row| row.get(0))?)
}

/// Checks whether the viewer may read a group, given by the key of its name.
pub fn may_read(conn: &Connection, viewer: UserId, key: &str) -> Result<bool> {
    let sql = concat!(
        "select exists (
             select 1 from groups join feeds on feeds.id = groups.feed_id
             where groups.name = ?2 and ",
        feed_readable!("feeds"),
        ")"
    );
    let mut query = conn.prepare_cached(sql)?;
    Ok(query.query_row((viewer, key), |row| row.get(0))?)
}

/// Returns the keys of the names of those of these feeds that belong to groups.
pub fn keys_of(conn: &Connection, feeds: &[FeedId]) -> Result<Vec<String>> {
    let mut query = conn.prepare_cached("select lower(name) from groups where feed_id = ?")?;
    let mut keys = Vec::new();
    for feed in feeds {
        keys.extend(query.query_row([feed], |row| row.get(0)).optional()?);
    }
    Ok(keys)
}

/// Checks whether a group has or had this name.
pub(super) fn is_named(conn: &Connection, name: &str) -> Result<bool> {
    let mut query = conn.prepare_cached("select exists (select 1 from groups where name = ?)")?;
    Ok(query.query_row([name], |row| row.get(0))?)
}

/// Creates a group. The person becomes its first member and admin.
///
/// # Errors
/// `Invalid` if the name is or was somebody's or a group's, or the person is an admin of too many groups.
pub fn create(tx: &mut Tx<'_>, by: UserId, new: &NewGroup) -> Result<Group> {
    members::check_room(tx, by)?;
    if users::is_name_taken(tx, new.name.as_str())? {
        let message = "This name is taken. Please choose another one.";
        return Err(Error::invalid("name", message));
    }
    tx.prepare_cached("insert into feeds (kind, is_private) values ('group', ?)")?
        .execute([new.edit.is_private])?;
    let feed = Feed {
        id: FeedId(tx.last_insert_rowid()),
        kind: FeedKind::Group,
        is_private: new.edit.is_private,
    };
    let event = tx.announce(&Announcement::on_feed(EventKind::GroupChanged, by, &feed))?;
    let edit = &new.edit;
    tx.prepare_cached(
        "insert into groups (feed_id, name, title, about, is_announcements, event_id, created_at)
         values (?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute((
        feed.id,
        new.name.as_str(),
        edit.title.as_str(),
        edit.about.as_str(),
        edit.is_announcements,
        event,
        tx.now,
    ))?;
    members::make_admin(tx, by, feed.id)?;
    members::let_in(tx, by, &feed)?;
    of_feed(tx, feed.id)
}

/// Changes a group. If it becomes public, everybody who has asked is let in.
///
/// # Errors
/// `NotFound` if `by` may not know of it, `Forbidden` if `by` is none of its admins.
pub fn edit(tx: &mut Tx<'_>, by: UserId, name: &GroupName, edit: &GroupEdit) -> Result<Group> {
    let group = admin_of(tx, by, name)?;
    tx.prepare_cached(
        "update groups set title = ?2, about = ?3, is_announcements = ?4 where feed_id = ?1",
    )?
    .execute((
        group.feed,
        edit.title.as_str(),
        edit.about.as_str(),
        edit.is_announcements,
    ))?;
    let feed = feeds::find(tx, group.feed)?;
    tx.announce(&Announcement::on_feed(EventKind::GroupChanged, by, &feed))?;
    if group.is_private != edit.is_private {
        feeds::set_private(tx, feed.id, edit.is_private)?;
        // Everybody's pages may show other posts now.
        tx.announce(&Announcement::on_feed(EventKind::PersonChanged, by, &feed))?;
    }
    if group.is_private && !edit.is_private {
        members::let_all_in(tx, &feed)?;
    }
    of_feed(tx, group.feed)
}

/// Hides a group, and schedules the deletion of everything in it after [`DELETE_AFTER`].
///
/// # Errors
/// `NotFound` if `by` may not know of it, `Forbidden` if `by` is none of its admins.
pub fn delete(tx: &mut Tx<'_>, by: UserId, name: &GroupName) -> Result<Group> {
    let group = admin_of(tx, by, name)?;
    tx.prepare_cached(
        "update groups set deletes_at = coalesce(deletes_at, ?2) where feed_id = ?1",
    )?
    .execute((group.feed, tx.now.plus(DELETE_AFTER)))?;
    set_hidden(tx, by, group.feed, true)?;
    Ok(group)
}

/// Takes the deletion of a group back. A group that is not deleted stays as it is.
///
/// # Errors
/// `NotFound` if `by` may not know of it or the time is over, `Forbidden` if `by` is none of its admins.
pub fn undelete(tx: &mut Tx<'_>, by: UserId, name: &GroupName) -> Result<Group> {
    let group = admin_of(tx, by, name)?;
    let kept = tx
        .prepare_cached(
            "update groups set deletes_at = null
             where feed_id = ?1 and coalesce(deletes_at > ?2, true)",
        )?
        .execute((group.feed, tx.now))?;
    sql::found(kept)?;
    set_hidden(tx, by, group.feed, false)?;
    Ok(group)
}

/// Hides the feed of a group or shows it again. Nothing comes of a follow while the feed is hidden.
fn set_hidden(tx: &mut Tx<'_>, by: UserId, feed: FeedId, is_hidden: bool) -> Result<()> {
    tx.prepare_cached("update feeds set is_hidden = ?2 where id = ?1")?
        .execute((feed, is_hidden))?;
    silence::settle_feed(tx, feed)?;
    let feed = feeds::find(tx, feed)?;
    tx.announce(&Announcement::on_feed(EventKind::PersonChanged, by, &feed))?;
    Ok(())
}

/// Finds a group of which the person is an admin.
///
/// # Errors
/// `NotFound` if the person may not know of it, `Forbidden` if they are none of its admins.
pub fn admin_of(conn: &Connection, by: UserId, name: &GroupName) -> Result<Group> {
    let group = find(conn, by, name)?;
    if members::is_admin(conn, by, group.feed)? {
        Ok(group)
    } else {
        Err(Error::Forbidden)
    }
}

/// Reads the columns of `group_columns!`, which are adjacent somewhere in the row.
pub(super) fn from_row(row: &Row<'_>) -> rusqlite::Result<Group> {
    let first = row.as_ref().column_index("group_feed")?;
    Ok(Group {
        feed: row.get(first)?,
        name: GroupName::stored(row.get(first + 1)?),
        title: row.get(first + 2)?,
        avatar: row.get(first + 3)?,
        is_private: row.get(first + 4)?,
        is_announcements: row.get(first + 5)?,
    })
}

fn standing(row: &Row<'_>) -> rusqlite::Result<GroupStanding> {
    let is_member: bool = row.get("is_member")?;
    let membership = match (row.get("is_admin")?, row.get("is_requested")?) {
        (true, _) => Membership::Admin,
        _ if is_member => Membership::Member,
        (false, true) => Membership::Requested,
        (false, false) => Membership::None,
    };
    Ok(GroupStanding {
        membership,
        is_barred: row.get("is_barred")?,
        may_post: row.get("may_post")?,
    })
}
