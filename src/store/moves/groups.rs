//! Groups of another site: found again, and added with their members.

use rusqlite::{Connection, OptionalExtension};

use super::people::{follow, free_name};
use crate::{
    error::Result,
    model::{
        Bio, DisplayName, EventId, FeedId, GroupName, ImportKey, MovedGroup, MovedMember, NewImage,
        Timestamp, UserId,
    },
    store::{Tx, images, imports},
};

/// Finds a group of the other site here: one that was added. Returns its feed, which is none if it was deleted since.
pub fn group_here(
    conn: &Connection,
    site: &str,
    group: &MovedGroup,
) -> Result<Option<Option<FeedId>>> {
    let mut query = conn.prepare_cached(
        "select feed_id, gone_at is null and deletes_at is null from moved_groups join groups using (feed_id) where origin = ?",
    )?;
    let found = query
        .query_row([group.key(site)], |row| {
            let feed: FeedId = row.get(0)?;
            Ok(row.get::<_, bool>(1)?.then_some(feed))
        })
        .optional()?;
    Ok(found)
}

/// Returns whether a feed is private.
pub fn is_private(conn: &Connection, feed: FeedId) -> Result<bool> {
    let mut query = conn.prepare_cached("select is_private from feeds where id = ?")?;
    Ok(query.query_row([feed], |row| row.get(0))?)
}

/// Returns the name that a group would get: the own one, or one with a number if it is taken here.
pub fn group_name(conn: &Connection, wanted: &str) -> Result<GroupName> {
    let chars_max = GroupName::CHARS_MAX as usize;
    free_name(
        conn,
        wanted,
        chars_max,
        "group",
        GroupName::parse,
        GroupName::as_str,
    )
}

/// Adds a group under a free name, with its members and those who are barred, by their accounts here.
pub fn add_group(
    tx: &mut Tx<'_>,
    key: ImportKey,
    group: &MovedGroup,
    name: &GroupName,
    members: &[(UserId, MovedMember)],
) -> Result<FeedId> {
    tx.prepare_cached("insert into feeds (kind, is_private) values ('group', ?)")?
        .execute([group.private])?;
    let feed = FeedId(tx.last_insert_rowid());
    let created_at = Timestamp(group.created_at.0.clamp(0, tx.now.0));
    tx.prepare_cached(
        "insert into groups (feed_id, name, title, about, is_announcements, event_id, created_at)
         values (?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute((
        feed,
        name.as_str(),
        DisplayName::parse(&group.title).map_or(String::new(), |title| title.as_str().to_owned()),
        Bio::parse(&group.about).map_or(String::new(), |about| about.as_str().to_owned()),
        group.announcements,
        EventId::imported(created_at),
        created_at,
    ))?;
    tx.prepare_cached("insert into moved_groups (origin, feed_id) values (?, ?)")?
        .execute((key, feed))?;
    for (user, member) in members {
        if member.member {
            follow(tx, *user, feed)?;
        }
        tx.prepare_cached(
            "insert into group_roles (feed_id, user_id, is_admin, is_barred) values (?, ?, ?, ?)
             on conflict do update set is_admin = excluded.is_admin, is_barred = excluded.is_barred",
        )?
        .execute((feed, user, member.admin && member.member, member.barred))?;
    }
    Ok(feed)
}

/// Sets the picture of a group that was added. It counts as an image of one of its admins. Returns false if they have no
/// room for it.
pub fn set_picture(
    tx: &mut Tx<'_>,
    admin: UserId,
    group: FeedId,
    image: &NewImage,
    storage_max: u64,
) -> Result<bool> {
    let has_room = imports::has_room(tx, admin, image.charge(), storage_max)?;
    if has_room {
        images::create_group_avatar(tx, admin, group, image, storage_max)?;
    }
    Ok(has_room)
}
