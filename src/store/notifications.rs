//! What concerns a person, found in what is there instead of kept for everybody: a comment in a thread of a hundred
//! people writes no hundred rows, and what is taken back or deleted is no news any more.

use std::collections::HashMap;

use rusqlite::{Connection, Row};

use super::{
    Tx,
    events::Announcement,
    feeds::{self, own_feed},
    posts, users,
    visibility::{hidden_feeds, hidden_people, visible},
};
use crate::{
    error::Result,
    model::{
        CommentId, Cursor, EventId, EventKind, Notification, NotificationKind, NotificationPost,
        Page, PostId, UNREAD_MAX, User, UserId, slug,
    },
};

mod concerned;

pub use concerned::concerned;

/// Threads in which somebody has commented and still hears of others' comments: the latest ones. This bounds what a
/// page costs that shows how much is unread.
macro_rules! threads_max {
    () => {
        "1000"
    };
}

/// Whether a row of `comments` does not name `?1`: if it does, it is told as that, and as nothing else.
macro_rules! names_nobody {
    () => {
        "not exists (select 1 from mentions where user_id = ?1 and event_id = comments.id)"
    };
}

/// People named in one notification.
const NAMED_MAX: usize = 2;

/// What concerns `?1` after `?2` and before `?3`, the newest first: one row for each group, by its newest event.
macro_rules! groups {
    () => {
        concat!(
    "select kind, post_id, comment_id, event from (
         select 'mention' as kind, mentions.post_id, mentions.comment_id, mentions.event_id as event
         from mentions cross join posts on posts.id = mentions.post_id
         where mentions.user_id = ?1 and mentions.event_id > ?2 and mentions.event_id < ?3 and ", visible!(), "
             and case when mentions.comment_id = 0 then posts.author_id not in ", hidden_people!(), "
                 else exists (
                     select 1 from comments where id = mentions.comment_id and deleted_at is null
                         and author_id not in ", hidden_people!(), ")
                 end

         union all
         select 'like', acts.post_id, 0, acts.like_event
         from acts indexed by likes_by_owner cross join posts on posts.id = acts.post_id
         where acts.owner_id = ?1 and acts.like_event > ?2 and acts.like_event < ?3 and ", visible!(), "
             and not exists (select 1 from mutes where user_id = ?1 and post_id = acts.post_id)
             and acts.feed_id not in ", hidden_feeds!(), "
             and not exists (
                 select 1 from acts as later indexed by likes_by_post
                 where later.post_id = acts.post_id and later.like_event > acts.like_event
                     and later.feed_id not in ", hidden_feeds!(), ")

         union all
         select 'comment_like', comments.post_id, comments.id, comment_likes.event_id
         from comment_likes indexed by comment_likes_by_owner
         cross join comments on comments.id = comment_likes.comment_id and comments.deleted_at is null
         cross join posts on posts.id = comments.post_id
         where comment_likes.owner_id = ?1 and comment_likes.event_id > ?2 and comment_likes.event_id < ?3
             and ", visible!(), "
             and not exists (select 1 from mutes where user_id = ?1 and post_id = comments.post_id)
             and comment_likes.user_id not in ", hidden_people!(), "
             and not exists (
                 select 1 from comment_likes as later
                 where later.comment_id = comment_likes.comment_id and later.event_id > comment_likes.event_id
                     and later.user_id not in ", hidden_people!(), ")

         union all
         select 'comment', posts.id, 0, (
             select id from comments
             where post_id = posts.id and author_id <> ?1 and deleted_at is null
                 and author_id not in ", hidden_people!(), " and ", names_nobody!(), "
             order by id desc limit 1) as event
         from (
             select post_id from post_feeds
             where feed_id = ", own_feed!("?1"), " and bump > ?2 and is_personal = 1
             union all
             select id from posts indexed by posts_shared_by_author
             where author_id = ?1 and is_personal = 0 and bump > ?2) as mine
         cross join posts on posts.id = mine.post_id
         where posts.author_id = ?1 and posts.comment_count > 0
             and ", visible!(), "
             and not exists (select 1 from mutes where user_id = ?1 and post_id = posts.id)
             and event > ?2 and event < ?3

         union all
         select 'comment', posts.id, 0, (
             select id from comments
             where post_id = posts.id and author_id <> ?1 and id > thread.since and deleted_at is null
                 and author_id not in ", hidden_people!(), " and ", names_nobody!(), "
             order by id desc limit 1) as event
         from (
             select post_id, comment_event as since from acts indexed by acts_by_feed
             where feed_id = ", own_feed!("?1"), " and comment_event is not null
             order by first_event desc limit ", threads_max!(), ") as thread
         cross join posts on posts.id = thread.post_id
         where posts.author_id <> ?1 and posts.bump > ?2 and ", visible!(), "
             and not exists (select 1 from mutes where user_id = ?1 and post_id = posts.id)
             and event > ?2 and event < ?3

         union all
         select 'follow', null, 0, max(follows.event_id) as event
         from follows indexed by follows_by_feed
         where follows.feed_id = ", own_feed!("?1"), " and follows.event_id > ?2 and follows.granted_event is null
             and follows.user_id not in ", hidden_people!(), "
         group by follows.created_at / 86400000 having event < ?3

         union all
         select 'follow_request', null, 0, max(follow_requests.event_id) as event
         from follow_requests indexed by follow_requests_by_feed
         where follow_requests.feed_id = ", own_feed!("?1"), " and follow_requests.event_id > ?2
             and follow_requests.user_id not in ", hidden_people!(), "
         having event < ?3

         union all
         select 'follow_granted', null, 0, granted_event
         from follows indexed by follows_granted
         where user_id = ?1 and granted_event > ?2 and granted_event < ?3 and is_silent = 0
     )
     order by event desc limit ?4"
)
    };
}

/// Who did it, the two newest of each group and how many in all. `?2` lists the groups: kind, post, comment, event.
const ACTORS: &str = concat!("with hidden(person) as materialized ", hidden_people!(), ",
     page(place, kind, post, comment, event) as materialized (
         select key, value ->> 0, value ->> 1, value ->> 2, value ->> 3 from json_each(?2)),
     actors(place, total, user, event) as (
         select place, 1, author_id, page.event from page cross join posts on posts.id = post
         where kind = 'mention' and comment = 0
         union all
         select place, 1, author_id, page.event from page cross join comments on comments.id = comment
         where kind = 'mention' and comment <> 0
         union all
         select place, posts.like_count - (
                 select count(*) from hidden cross join users on users.id = hidden.person
                 cross join acts on acts.post_id = post and acts.feed_id = users.feed_id and like_event is not null),
             actor_id, like_event
         from page cross join posts on posts.id = post
         cross join acts on acts.post_id = post and acts.like_event in (
             select like_event from acts where post_id = post and like_event is not null
                 and actor_id not in hidden
             order by like_event desc limit 2)
         where kind = 'like'
         union all
         select place, comments.like_count - (
                 select count(*) from hidden
                 cross join comment_likes on comment_id = comment and user_id = hidden.person),
             user_id, event_id
         from page cross join comments on comments.id = comment
         cross join comment_likes on comment_likes.comment_id = comment and event_id in (
             select event_id from comment_likes where comment_id = comment and user_id not in hidden
             order by event_id desc limit 2)
         where kind = 'comment_like'
         union all
         select place, count(*) over (partition by place), author_id, max(comments.id)
         from page cross join comments indexed by comments_by_post
             on comments.post_id = post and deleted_at is null and author_id <> ?1
                 and author_id not in hidden
                 and comments.id > coalesce((
                     select comment_event from acts
                     where post_id = post and actor_id = ?1 and owner_id <> ?1), 0)
         where kind = 'comment' group by place, author_id
         union all
         select place, count(*) over (partition by place), follows.user_id, follows.event_id
         from page cross join users as oneself on oneself.id = ?1
         cross join follows on follows.feed_id = oneself.feed_id and follows.event_id <= page.event
             and follows.granted_event is null and follows.user_id not in hidden
             and follows.created_at / 86400000 = (
                 select created_at / 86400000 from follows as newest
                 where newest.feed_id = oneself.feed_id and newest.event_id = page.event)
         where kind = 'follow'
         union all
         select place, count(*) over (partition by place), follow_requests.user_id, follow_requests.event_id
         from page cross join users as oneself on oneself.id = ?1
         cross join follow_requests on follow_requests.feed_id = oneself.feed_id
             and follow_requests.user_id not in hidden
         where kind = 'follow_request'
         union all
         select place, 1, feeds.owner_id, page.event
         from page cross join follows on follows.user_id = ?1 and follows.granted_event = page.event
         cross join feeds on feeds.id = follows.feed_id
         where page.kind = 'follow_granted')
     select place, total, ", users::user_columns!(), "
     from actors join users on users.id = actors.user order by place, event desc");

/// What the groups are about. `?2` lists the groups as above.
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

/// How many notifications are unread; not more than [`UNREAD_MAX`].
pub fn unread(conn: &Connection, user: UserId) -> Result<u32> {
    let sql = concat!("select count(*) from (", groups!(), ")");
    let mut query = conn.prepare_cached(sql)?;
    let read = read_up_to(conn, user)?;
    Ok(query.query_row((user, read, i64::MAX, UNREAD_MAX), |row| row.get(0))?)
}

/// A page of notifications, the newest first.
pub fn page(
    conn: &Connection,
    user: UserId,
    before: Option<Cursor>,
    size: u32,
) -> Result<Page<Notification>> {
    let read = read_up_to(conn, user)?;
    let mut query = conn.prepare_cached(groups!())?;
    let groups = query.query_map(
        (user, 0, Cursor::upper_bound(before), size + 1),
        Group::from_row,
    )?;
    let groups = groups.collect::<rusqlite::Result<_>>()?;
    let groups = Page::cut(groups, size, |group: &Group| group.event.0);
    let list = groups.items.iter().map(Group::as_json);
    let list = list.collect::<serde_json::Value>().to_string();

    let mut actors: HashMap<i64, (u64, Vec<User>)> = HashMap::new();
    let mut query = conn.prepare_cached(ACTORS)?;
    let mut rows = query.query((user, &list))?;
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

    let items = (0..).zip(&groups.items).filter_map(|(place, group)| {
        let (count, named) = actors.remove(&place)?;
        Some(Notification {
            newest: group.event,
            kind: group.kind,
            post: about.remove(&place),
            actors: named,
            count,
            is_read: group.event <= read,
        })
    });
    Ok(Page {
        items: items.collect(),
        next: groups.next,
    })
}

/// Everything up to here is read, on all devices.
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

/// Open pages are told the new count.
pub(super) fn changed(tx: &mut Tx<'_>, user: UserId) -> Result<()> {
    let feed = feeds::own(tx, user)?;
    tx.announce(&Announcement::on_feed(
        EventKind::NotificationsChanged,
        user,
        &feed,
    ))?;
    Ok(())
}

/// From now on nothing about this post is news, but being named in it.
///
/// # Errors
/// `NotFound` if the viewer may not see the post.
pub fn mute(tx: &mut Tx<'_>, user: UserId, post: PostId) -> Result<()> {
    posts::place(tx, user, post)?;
    tx.prepare_cached("insert into mutes (user_id, post_id) values (?, ?) on conflict do nothing")?
        .execute((user, post))?;
    changed(tx, user)
}

/// # Errors
/// `NotFound` if the viewer may not see the post.
pub fn unmute(tx: &mut Tx<'_>, user: UserId, post: PostId) -> Result<()> {
    posts::place(tx, user, post)?;
    tx.prepare_cached("delete from mutes where user_id = ? and post_id = ?")?
        .execute((user, post))?;
    changed(tx, user)
}

pub fn is_muted(conn: &Connection, user: UserId, post: PostId) -> Result<bool> {
    let mut query = conn
        .prepare_cached("select exists (select 1 from mutes where user_id = ? and post_id = ?)")?;
    Ok(query.query_row((user, post), |row| row.get(0))?)
}

fn read_up_to(conn: &Connection, user: UserId) -> Result<EventId> {
    let mut query = conn.prepare_cached("select notifications_read from users where id = ?")?;
    Ok(query.query_row([user], |row| row.get(0))?)
}

/// Acts that are told of together.
struct Group {
    kind: NotificationKind,
    post: Option<PostId>,
    comment: i64,
    event: EventId,
}

impl Group {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Group> {
        Ok(Group {
            kind: row.get("kind")?,
            post: row.get("post_id")?,
            comment: row.get("comment_id")?,
            event: row.get("event")?,
        })
    }

    fn as_json(&self) -> serde_json::Value {
        let post = self.post.map(|post| post.0);
        serde_json::json!([self.kind.name(), post, self.comment, self.event.0])
    }
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
