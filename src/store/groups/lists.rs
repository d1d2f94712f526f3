//! Lists of groups: the directory, and the groups of a person.

use std::time::Duration;

use rusqlite::{Connection, Row};

use super::{from_row, group_columns, members_count, standing, standing_columns};
use crate::{
    error::Result,
    model::{Cursor, Group, GroupActivity, ListedGroup, OwnGroup, Page, Timestamp, UserId, Viewer},
    store::{
        rows::{self, Take},
        visibility::{feed_readable, group_visible, may_post},
    },
};

/// The days whose posts the directory counts.
const LATELY: Duration = Duration::from_hours(30 * 24);

/// Returns a page of the groups that the viewer may know of, those with the latest activity first. The activity in a
/// group that the viewer may not read counts for nothing.
pub fn directory(
    conn: &Connection,
    viewer: impl Into<Viewer>,
    now: Timestamp,
    before: Option<Cursor>,
    size: u32,
) -> Result<Page<ListedGroup>> {
    let sql = concat!(
        "select *, case when is_readable then (
                 select coalesce(
                     (select created_at from comments where id = position),
                     (select created_at from posts where event_id = position and author_id in (
                         select author_id from posts where id = (
                             select post_id from post_feeds
                             where feed_id = group_feed and bump = position limit 1))))) end as latest,
             case when is_readable then (
                 select count(*) from (
                     select post_id from post_feeds
                     where feed_id = group_feed and is_deleted = 0 order by bump desc limit ?5) as recent
                 cross join posts on posts.id = recent.post_id where posts.created_at > ?4) end as posts
         from (
             select ", group_columns!(), ", groups.about, ", standing_columns!(), ", ", members_count!(), ", ",
                 feed_readable!("feeds"), " as is_readable,
                 case when ", feed_readable!("feeds"), " then coalesce((
                     select bump from post_feeds where feed_id = feeds.id and is_deleted = 0
                     order by bump desc limit 1), groups.event_id)
                 else groups.event_id end as position
             from groups join feeds on feeds.id = groups.feed_id
             where groups.deletes_at is null and ", group_visible!(), ")
         where position < ?2 order by position desc limit ?3"
    );
    let mut query = conn.prepare_cached(sql)?;
    let parameters = (
        viewer.into(),
        Cursor::upper_bound(before),
        size + 1,
        now.minus(LATELY),
        GroupActivity::POSTS_MAX,
    );
    let groups = query.query_map(parameters, |row| {
        let posts: Option<i64> = row.get("posts")?;
        let latest = row.get("latest")?;
        Ok(ListedGroup {
            group: from_row(row)?,
            about: row.get("about")?,
            members: row.get::<_, i64>("members")?.unsigned_abs(),
            standing: standing(row)?,
            activity: posts.map(|posts| GroupActivity {
                posts: posts.unsigned_abs(),
                latest,
            }),
            position: row.get("position")?,
        })
    })?;
    let groups = groups.collect::<rusqlite::Result<_>>()?;
    Ok(Page::cut(groups, size, |group: &ListedGroup| {
        group.position
    }))
}

/// The query for the groups in which `?1` has a role and for which the condition is true, by the words that they are
/// displayed with.
macro_rules! groups_by_title {
    ($condition:expr) => {
        concat!(
            "select ",
            group_columns!(),
            " from group_roles indexed by group_roles_by_user
             cross join groups on groups.feed_id = group_roles.feed_id
             cross join feeds on feeds.id = groups.feed_id
             where group_roles.user_id = ?1 and ",
            $condition,
            " order by coalesce(nullif(groups.title, ''), groups.name) collate nocase"
        )
    };
}

/// Returns the groups that a person is a member of, by name.
pub fn of_member(conn: &Connection, user: UserId) -> Result<Vec<Group>> {
    let sql = groups_by_title!(
        "groups.deletes_at is null
             and exists (select 1 from follows where user_id = ?1 and feed_id = feeds.id)"
    );
    all_of(conn, sql, user)
}

/// Reads the groups that a person is a member of, or is barred from, by name.
pub fn each_own(conn: &Connection, user: UserId, take: Take<'_, OwnGroup>) -> Result<()> {
    let sql = concat!(
        "select ",
        group_columns!(),
        ", ",
        standing_columns!(),
        " from group_roles indexed by group_roles_by_user
         cross join groups on groups.feed_id = group_roles.feed_id
         cross join feeds on feeds.id = groups.feed_id
         where group_roles.user_id = ?1 and ",
        group_visible!(),
        " order by groups.name"
    );
    let read = |row: &Row<'_>| {
        Ok(OwnGroup {
            group: from_row(row)?,
            standing: standing(row)?,
        })
    };
    rows::each(conn, sql, user, read, take)
}

/// Returns the groups that a person may post to, by name.
pub fn to_post_to(conn: &Connection, user: UserId) -> Result<Vec<Group>> {
    all_of(conn, groups_by_title!(may_post!()), user)
}

fn all_of(conn: &Connection, sql: &str, user: UserId) -> Result<Vec<Group>> {
    let mut query = conn.prepare_cached(sql)?;
    let groups = query.query_map([user], from_row)?;
    Ok(groups.collect::<rusqlite::Result<_>>()?)
}
