//! The home river in the order in which posts were written. Its posts are those of the other order, by the same two
//! rules, and acts move nothing.
//!
//! Direct posts are read from the index of each author. There is no index of other posts by the people who acted on
//! them and by date. If friends have done little, all their acts are read; else the newest posts of the site are looked
//! through, so many at a time. Both are bounded.

use rusqlite::{Connection, ToSql};

use super::{home::in_kept_group, lowest};
use crate::{
    error::Result,
    model::{Cursor, EventId, Page, Post, UserId},
    store::{
        feeds::{followed_feeds, is_followed},
        posts::rows::{columns, few_acts, from_row},
        relationships::silence::kept_for_lists,
        visibility::{feed_visible, listed},
    },
};

/// The number of acts and of posts in several feeds up to which all of them are read for a page.
const ACTS_MAX: u32 = if cfg!(test) { 3 } else { 500 };

/// The number of posts of the whole site that are looked through at once.
const WINDOW_POSTS: u32 = if cfg!(test) { 5 } else { 500 };

/// The feeds of the river, and the newest `?3` personal posts in them below `?2`.
macro_rules! direct_by_date {
    () => {
        concat!(
            "sources(feed) as materialized (",
            followed_feeds!(),
            "),
             direct(post, position) as materialized (
                 select posts.id, posts.event_id
                 from sources cross join feeds on feeds.id = sources.feed
                 cross join posts indexed by posts_by_author on posts.author_id = feeds.owner_id
                 where posts.event_id < ?2 and posts.is_personal = 1 and posts.deleted_at is null
                 order by posts.event_id desc limit ?3),
             floor(position) as materialized (
                 select case when count(*) < ?3 then ",
    lowest!(),
    " else min(position) end from direct)"
        )
    };
}

/// The condition that a row of `posts` that is not personal is in one of the followed feeds.
macro_rules! is_in_followed {
    () => {
        "exists (
             select 1 from post_feeds
             where post_id = posts.id and is_personal = 0 and feed_id in (select feed from sources))"
    };
}

/// The condition that a row of `posts` is in the river, but not among the direct posts above.
macro_rules! is_other {
    () => {
        concat!(
            "(case posts.is_personal
                 when 1 then not exists (
                     select 1 from users as author where author.id = posts.author_id and (",
            is_followed!("author.feed_id"),
            " or ",
            kept_for_lists!("?1", "author.feed_id"),
            ")) else 1 end
             and (posts.is_personal = 0 and ",
            is_in_followed!(),
            " or not (posts.is_personal = 0 and ",
            in_kept_group!("posts.id"),
            ") and case when posts.like_count + posts.comment_count <= ",
            few_acts!(),
            " then exists (select 1 from acts where acts.post_id = posts.id and ",
            is_followed!("acts.feed_id"),
            ") else exists (
                 select 1 from sources cross join acts on acts.post_id = posts.id and acts.feed_id = sources.feed)
             end)
             and ",
            listed!(),
            ")"
        )
    };
}

/// The posts of the page, and the position down to which none is missing: one row at least, perhaps without a post.
macro_rules! dated_page {
    () => {
        concat!(
            "select ",
            columns!(),
            ", page.position, is_followed, known.position as known_from
             from known left join (
                 select post, position, 1 as is_followed from direct
                 union all
                 select post, position, is_followed from others
                 order by 2 desc limit ?3) as page
             left join posts on posts.id = page.post left join users on users.id = posts.author_id
             order by page.position desc"
        )
    };
}

/// The query that reads all acts of friends.
pub(super) const FROM_ACTS: &str = concat!(
    "with ",
    direct_by_date!(),
    ",
     touched(post) as materialized (
         select acts.post_id from sources cross join acts indexed by acts_by_feed on acts.feed_id = sources.feed
         union
         select post_feeds.post_id
         from sources cross join feeds on feeds.id = sources.feed and feeds.owner_id is null
         cross join post_feeds on post_feeds.feed_id = feeds.id
         union
         select posts.id
         from sources cross join feeds on feeds.id = sources.feed
         cross join posts indexed by posts_shared_by_author
             on posts.author_id = feeds.owner_id and posts.is_personal = 0),
     others(post, position, is_followed) as materialized (
         select posts.id, posts.event_id, posts.is_personal = 0 and ",
    is_in_followed!(),
    "
         from touched cross join posts on posts.id = touched.post
         where posts.event_id < ?2 and posts.event_id > (select position from floor) and ",
    is_other!(),
    "
         order by posts.event_id desc limit ?3),
     known(position) as (select ",
    lowest!(),
    ") ",
    dated_page!()
);

/// The query that looks through the newest `?4` posts of the site below `?2`.
pub(super) const FROM_WINDOW: &str = concat!(
    "with ",
    direct_by_date!(),
    ",
     looked_at(post, position) as materialized (
         select id, event_id from posts indexed by posts_by_event
         where event_id < ?2 and event_id > (select position from floor)
         order by event_id desc limit ?4),
     known(position) as materialized (
         select case when count(*) < ?4 then ",
    lowest!(),
    " else min(position) end from looked_at),
     others(post, position, is_followed) as materialized (
         select posts.id, posts.event_id, posts.is_personal = 0 and ",
    is_in_followed!(),
    "
         from looked_at cross join posts on posts.id = looked_at.post
         where ",
    is_other!(),
    "
         order by posts.event_id desc limit ?3) ",
    dated_page!()
);

/// The query for the number of acts of friends, of posts in groups and of posts of friends in several feeds. Each is counted up to `?2`.
const COUNT_ACTS: &str = concat!(
    "with sources(feed) as materialized (",
    followed_feeds!(),
    ")
     select (select count(*) from (
             select 1 from sources cross join acts indexed by acts_by_feed on acts.feed_id = sources.feed limit ?2))
         + (select count(*) from (
             select 1 from sources cross join feeds on feeds.id = sources.feed and feeds.owner_id is null
             cross join post_feeds on post_feeds.feed_id = feeds.id limit ?2))
         + (select count(*) from (
             select 1 from sources cross join feeds on feeds.id = sources.feed
             cross join posts indexed by posts_shared_by_author
                 on posts.author_id = feeds.owner_id and posts.is_personal = 0 limit ?2))"
);

/// Reads a page, hidden posts included. Each post has a flag that says whether it is direct. The page may be shorter
/// than `size` and still have a next one.
pub(super) fn with_hidden(
    conn: &Connection,
    viewer: UserId,
    before: Option<Cursor>,
    size: u32,
) -> Result<Page<(Post, bool)>> {
    let acts: u32 = conn
        .prepare_cached(COUNT_ACTS)?
        .query_row((viewer, ACTS_MAX + 1), |row| row.get(0))?;
    let sql = if acts <= ACTS_MAX {
        FROM_ACTS
    } else {
        FROM_WINDOW
    };
    let mut query = conn.prepare_cached(sql)?;
    let (below, rows) = (Cursor::upper_bound(before), size + 1);
    let values: [&dyn ToSql; 4] = [&viewer, &below, &rows, &WINDOW_POSTS];
    let taken = query.parameter_count();
    let mut rows = query.query(&values[..taken])?;
    let (mut found, mut known_from) = (Vec::new(), EventId::LOWEST);
    while let Some(row) = rows.next()? {
        known_from = row.get("known_from")?;
        if row.get::<_, Option<EventId>>("position")?.is_some() {
            found.push((from_row(row)?, row.get("is_followed")?));
        }
    }
    found.retain(|(post, _): &(Post, bool)| post.position >= known_from);
    let mut page = Page::cut(found, size, |(post, _): &(Post, bool)| post.position.0);
    if page.next.is_none() && known_from > EventId::LOWEST {
        page.next = Some(Cursor(known_from.0));
    }
    Ok(page)
}
