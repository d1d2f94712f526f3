//! Notifications, computed from posts, comments and likes instead of stored for each reader: a comment in a thread of a
//! hundred people writes no hundred rows, and what is undone or deleted stops being news.

use std::collections::HashMap;

use rusqlite::{Connection, Row};

use super::{
    Tx,
    events::Announcement,
    feeds,
    groups::{self, group_columns},
    hides,
    posts::{
        place::place,
        rows::{address, address_columns},
    },
    rows::{self, Take},
    users,
    visibility::{group_visible, visible},
};
use crate::{
    error::Result,
    model::{
        CommentId, Cursor, EventId, EventKind, GroupDeed, Hides, Notification, NotificationGroup,
        NotificationKind, NotificationPost, Page, PostAddress, PostId, Slice, Timestamp,
        UNREAD_MAX, User, UserId, slug,
    },
};

mod affected;
mod follow_kinds;
mod group_kinds;
mod kinds;
mod single;

pub use affected::affected_users;
pub(super) use affected::is_new;
use kinds::{ACTORS, BUNDLES, Bundle, COUNT};
pub(super) use single::is_news_of;

/// The most times that a page is read on, because notifications about hidden posts were taken out of it.
const REFILLS_MAX: u32 = 5;

/// The most people named in one notification.
const NAMED_MAX: usize = 2;

/// The query for the posts and comments of the bundles. `?2` is the JSON list of the bundles.
const ABOUT: &str = concat!(
    "select page.key as place, posts.id as post_id, value ->> 2 as comment_id, posts.message as post_message,
         coalesce(comments.message, posts.message) as message, posts.author_id = ?1 as is_mine,
         exists (select 1 from mutes where user_id = ?1 and post_id = posts.id) as is_muted,
         ", users::user_columns!(), "
     from json_each(?2) as page
     cross join posts on posts.id = value ->> 1 cross join users on users.id = posts.author_id
     left join comments on comments.id = value ->> 2
     where ", visible!()
);

/// The query for the groups that notifications are about. `?2` is the JSON list of the bundles.
const ABOUT_GROUPS: &str = concat!(
    "select page.key as place, value ->> 0 as kind, coalesce(group_roles.is_admin, 0) as is_admin,
         coalesce(group_roles.is_barred, 0) as is_barred,
         exists (
             select 1 from moderations where event_id = value ->> 3 and comment_id is not null) as is_comment,
         exists (select 1 from moderations where event_id = value ->> 3 and author_id = ?1) as is_mine, ",
    group_columns!(),
    "
     from json_each(?2) as page
     cross join groups on groups.feed_id = value ->> 2 cross join feeds on feeds.id = groups.feed_id
     left join group_roles on group_roles.feed_id = groups.feed_id and group_roles.user_id = ?1
     where value ->> 0 in ('group_request', 'group_granted', 'group_role', 'moderated') and ",
    group_visible!()
);

/// Counts the unread notifications, up to [`UNREAD_MAX`].
pub fn unread(conn: &Connection, user: UserId, now: Timestamp) -> Result<u32> {
    let read = read_up_to(conn, user)?;
    let hides = hides::of(conn, user, now)?;
    if hides.are_everywhere() {
        let slice = Slice::first(UNREAD_MAX, now);
        let bundles = bundles(conn, user, &hides, read, slice)?.items.len();
        return Ok(u32::try_from(bundles).unwrap_or(UNREAD_MAX));
    }
    let mut query = conn.prepare_cached(COUNT)?;
    let counted = query.query_row((user, read, i64::MAX, UNREAD_MAX, now), |row| row.get(0))?;
    Ok(counted)
}

/// Returns a page of notifications, newest first.
pub fn page(conn: &Connection, user: UserId, slice: Slice) -> Result<Page<Notification>> {
    let read = read_up_to(conn, user)?;
    let hides = hides::of(conn, user, slice.now)?;
    let bundles = bundles(conn, user, &hides, EventId(0), slice)?;
    let list = bundles.items.iter().map(Bundle::as_json);
    let list = list.collect::<serde_json::Value>().to_string();

    let mut actors: HashMap<i64, (u64, Vec<User>)> = HashMap::new();
    let mut query = conn.prepare_cached(ACTORS)?;
    let mut rows = query.query((user, &list, slice.now))?;
    while let Some(row) = rows.next()? {
        let total = row.get::<_, i64>("total")?.unsigned_abs();
        let (_, named) = actors
            .entry(row.get::<_, i64>("place")?)
            .or_insert((total, Vec::new()));
        if named.len() < NAMED_MAX {
            named.push(users::from_row(row)?);
        }
    }
    let mut query = conn.prepare_cached(ABOUT)?;
    let about = query.query_map((user, &list), |row| Ok((row.get("place")?, about(row)?)))?;
    let mut about: HashMap<i64, NotificationPost> = about.collect::<rusqlite::Result<_>>()?;

    let mut query = conn.prepare_cached(ABOUT_GROUPS)?;
    let groups = query.query_map((user, &list), |row| {
        Ok((row.get("place")?, about_group(row)?))
    })?;
    let mut groups: HashMap<i64, NotificationGroup> = groups.collect::<rusqlite::Result<_>>()?;

    let items = (0..).zip(&bundles.items).filter_map(|(place, bundle)| {
        let (post, group) = (about.remove(&place), groups.remove(&place));
        // A group may have done it, and nobody is named.
        let (count, named) = match actors.remove(&place) {
            None if group.is_none() => return None,
            found => found.unwrap_or_default(),
        };
        Some(Notification {
            newest: bundle.event,
            kind: bundle.kind,
            post,
            group,
            actors: named,
            count,
            is_read: bundle.event <= read,
        })
    });
    Ok(Page {
        items: items.collect(),
        next: bundles.next,
    })
}

/// Reads a page of bundles after an event, newest first. Those about posts that the person hides
/// everywhere are taken out, and the page is filled up.
fn bundles(
    conn: &Connection,
    user: UserId,
    hides: &Hides,
    after: EventId,
    slice: Slice,
) -> Result<Page<Bundle>> {
    let read = |before| -> Result<Page<Bundle>> {
        let mut query = conn.prepare_cached(BUNDLES)?;
        let (below, rows) = (Cursor::upper_bound(before), slice.size + 1);
        let bundles = query.query_map((user, after, below, rows, slice.now), Bundle::from_row)?;
        let bundles = bundles.collect::<rusqlite::Result<_>>()?;
        Ok(Page::cut(bundles, slice.size, |bundle: &Bundle| {
            bundle.event.0
        }))
    };
    let mut page = read(slice.before)?;
    if !hides.are_everywhere() {
        return Ok(page);
    }
    let (size, mut refills) = (slice.size as usize, 0);
    let mut kept: Vec<Bundle> = Vec::new();
    loop {
        let posts: Vec<PostId> = page.items.iter().filter_map(|bundle| bundle.post).collect();
        let hidden = hides::among(conn, user, hides, &posts)?;
        let is_news = |bundle: &Bundle| bundle.post.is_none_or(|post| !hidden.contains(&post));
        kept.extend(page.items.into_iter().filter(is_news));
        match page.next {
            Some(next) if kept.len() < size && refills < REFILLS_MAX => {
                refills += 1;
                page = read(Some(next))?;
            }
            next if kept.len() <= size => return Ok(Page { items: kept, next }),
            _ => {
                return Ok(Page::cut(kept, slice.size, |bundle: &Bundle| {
                    bundle.event.0
                }));
            }
        }
    }
}

/// Marks everything up to an event as read, on all devices.
pub fn mark_read(tx: &mut Tx<'_>, user: UserId, up_to: EventId) -> Result<()> {
    let up_to = up_to.min(super::events::newest(tx)?);
    let marked = tx
        .prepare_cached(
            "update users set notifications_read = ?2 where id = ?1 and notifications_read < ?2",
        )?
        .execute((user, up_to))?;
    if marked > 0 {
        changed(tx, user)?;
    }
    Ok(())
}

/// Announces to open pages that the number of unread notifications changed.
pub(super) fn changed(tx: &mut Tx<'_>, user: UserId) -> Result<()> {
    let feed = feeds::own(tx, user)?;
    tx.announce(&Announcement::on_feed(
        EventKind::NotificationsChanged,
        user,
        &feed,
    ))?;
    Ok(())
}

/// Mutes a post: only being named in it still notifies the person.
///
/// # Errors
/// `NotFound` if the viewer may not see the post.
pub fn mute(tx: &mut Tx<'_>, user: UserId, post: PostId) -> Result<()> {
    place(tx, user, post)?;
    tx.prepare_cached("insert into mutes (user_id, post_id) values (?, ?) on conflict do nothing")?
        .execute((user, post))?;
    changed(tx, user)
}

/// Unmutes a post.
///
/// # Errors
/// `NotFound` if the viewer may not see the post.
pub fn unmute(tx: &mut Tx<'_>, user: UserId, post: PostId) -> Result<()> {
    place(tx, user, post)?;
    tx.prepare_cached("delete from mutes where user_id = ? and post_id = ?")?
        .execute((user, post))?;
    changed(tx, user)
}

/// Checks whether a person has muted a post.
pub fn is_muted(conn: &Connection, user: UserId, post: PostId) -> Result<bool> {
    let mut query = conn
        .prepare_cached("select exists (select 1 from mutes where user_id = ? and post_id = ?)")?;
    Ok(query.query_row((user, post), |row| row.get(0))?)
}

/// Reads the posts that the person has muted.
pub fn each_muted_post(
    conn: &Connection,
    viewer: UserId,
    take: Take<'_, PostAddress>,
) -> Result<()> {
    let sql = concat!(
        "select ",
        address_columns!(),
        "
         from mutes cross join posts on posts.id = mutes.post_id cross join users on users.id = posts.author_id
         where mutes.user_id = ?1 and ",
        visible!(),
        " order by mutes.post_id desc"
    );
    rows::each(conn, sql, viewer, |row| Ok(address(row)?), take)
}

fn read_up_to(conn: &Connection, user: UserId) -> Result<EventId> {
    let mut query = conn.prepare_cached("select notifications_read from users where id = ?")?;
    Ok(query.query_row([user], |row| row.get(0))?)
}

fn about_group(row: &Row<'_>) -> rusqlite::Result<NotificationGroup> {
    let kind: NotificationKind = row.get("kind")?;
    let deed = match kind {
        NotificationKind::GroupRequest => GroupDeed::AskedToJoin,
        NotificationKind::GroupGranted => GroupDeed::LetIn,
        NotificationKind::GroupRole if row.get("is_admin")? => GroupDeed::MadeAdmin,
        NotificationKind::GroupRole if row.get("is_barred")? => GroupDeed::Barred,
        NotificationKind::GroupRole => GroupDeed::MadeMember,
        _ => match (row.get("is_mine")?, row.get("is_comment")?) {
            (true, true) => GroupDeed::DeletedOwnComment,
            (true, false) => GroupDeed::DeletedOwnPost,
            (false, true) => GroupDeed::DeletedComment,
            (false, false) => GroupDeed::DeletedPost,
        },
    };
    Ok(NotificationGroup {
        group: groups::from_row(row)?,
        deed,
    })
}

fn about(row: &Row<'_>) -> rusqlite::Result<NotificationPost> {
    let post_message: String = row.get("post_message")?;
    let comment: i64 = row.get("comment_id")?;
    Ok(NotificationPost {
        id: row.get("post_id")?,
        comment: (comment != 0).then_some(CommentId(comment)),
        message: row.get("message")?,
        slug: slug(&post_message),
        author: users::from_row(row)?,
        is_mine: row.get("is_mine")?,
        is_muted: row.get("is_muted")?,
    })
}
