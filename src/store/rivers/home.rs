//! The home river: its posts, their positions, and the people whose river a post is in.

use rusqlite::Connection;

use super::{by_date, filling::fill_up, lowest};
use crate::{
    error::Result,
    model::{
        Cursor, EventId, FeedId, HidePage, HomeOrder, Page, Post, PostId, RiverPage, Slice, UserId,
    },
    store::{
        feeds::{followed_feeds, in_followed_feed, is_followed},
        posts::{
            self, Shape, explain, fill,
            rows::{columns, few_acts, from_row},
        },
        relationships::silence::kept_for_lists,
        visibility::{feed_visible, followed_visible, listed},
    },
};

/// The query for rule 1 of the river, over the feeds in the table `sources`: the newest `?3` posts below `?2`, by their
/// bumps. The home river fills this table with the followed feeds; a list of chosen feeds can use its own.
macro_rules! direct {
    () => {
        concat!(
            "select post_feeds.post_id, post_feeds.bump
             from sources cross join post_feeds on post_feeds.feed_id = sources.feed
             where post_feeds.bump < ?2 and ",
            followed_visible!(),
            "
             order by post_feeds.bump desc limit ?3"
        )
    };
}
pub(super) use direct;

/// The condition that a post, given by an expression, is in a group that the viewer reads and keeps for lists.
macro_rules! in_kept_group {
    ($post:literal) => {
        concat!(
            "exists (
                 select 1 from post_feeds as kept
                 where kept.post_id = ",
            $post,
            " and kept.is_personal = 0 and ",
            kept_for_lists!("?1", "kept.feed_id"),
            " and ",
            feed_visible!("kept.feed_id"),
            ")"
        )
    };
}
pub(super) use in_kept_group;

/// The condition that a row of `acts` is below `?2` and above `floor`, and that its post is in no feed that the viewer
/// owns, follows or keeps for lists.
macro_rules! leads_to_strangers {
    () => {
        concat!(
            "acts.first_event < ?2 and acts.first_event > (select position from floor)
         and case when acts.post_feed_id is null then not exists (
                 select 1 from post_feeds
                 where post_id = acts.post_id and is_personal = 0 and feed_id in (select feed from sources))
                 and not ",
            in_kept_group!("acts.post_id"),
            "
             else acts.post_feed_id <> (select feed from own)
                 and not exists (select 1 from follows where user_id = ?1 and feed_id = acts.post_feed_id)
                 and not ",
            kept_for_lists!("?1", "acts.post_feed_id"),
            "
             end"
        )
    };
}

/// The condition that one of the acts on a row of `posts` brought it onto an earlier page. It searches all acts on the
/// post, or the acts of each friend, whichever are fewer.
macro_rules! stood_above {
    () => {
        concat!(
            "(?2 < 9223372036854775807 and case when posts.like_count + posts.comment_count <= ",
            few_acts!(),
            " then exists (
                 select 1 from acts where acts.post_id = posts.id and acts.first_event >= ?2 and ",
            is_followed!("acts.feed_id"),
            ")
             else exists (
                 select 1 from sources cross join acts on acts.post_id = posts.id and acts.feed_id = sources.feed
                 where acts.first_event >= ?2)
             end)"
        )
    };
}

/// The query for rules 1 and 2 of the river.
///
/// Direct posts are the posts in the followed feeds, by their bumps. Indirect posts are those on which friends or the
/// viewer acted, by the newest of these people's first acts.
///
/// Each arm reads an ascending index backwards and stops at its limit. If many feeds are followed, SQLite visits them
/// one after the other and leaves each as soon as its next row is below the worst of the page so far. That needs
/// exactly this order of the join, and an index that suffices alone: looking up the row of each feed's newest post
/// would cost more than all the rest. A test counts the steps.
///
/// Most acts are about direct posts and add nothing. They are not read further down than the page of direct posts
/// reaches (`floor`). The newest `?4` of the other acts are taken, many of which may be about one post. The page is
/// right as far down as they reach, which is `known_from`.
pub(super) const RIVER: &str = concat!(
    "with own(feed) as materialized (select feed_id from users where id = ?1),
     sources(feed) as materialized (",
    followed_feeds!(),
    "),
     direct(post, position) as materialized (",
    direct!(),
    "),
     floor(position) as materialized (
         select case when count(*) < ?3 then ",
    lowest!(),
    " else min(position) end from direct),
     newest_acts(post, position) as materialized (
         select acts.post_id, acts.first_event
         from sources cross join acts indexed by acts_by_feed on acts.feed_id = sources.feed
         where ",
    leads_to_strangers!(),
    "
         order by acts.first_event desc limit ?4),
     known(position) as materialized (
         select case when count(*) < ?4 then ",
    lowest!(),
    " else min(position) end from newest_acts)
     select ",
    columns!(),
    ", position, is_followed, (select position from known) as known_from
     from (
         select post, position, 1 as is_followed from direct
         union all
         select post, max(position), 0 from newest_acts cross join posts on posts.id = post
         where ",
    listed!(),
    " and not ",
    stood_above!(),
    " group by post
         order by 2 desc limit ?3)
     cross join posts on posts.id = post cross join users on users.id = posts.author_id
     order by position desc"
);

/// The number of acts that are read for each post of a page: usually more than enough, and in the tests often too few.
const ACTS_PER_POST: u32 = if cfg!(test) { 1 } else { 3 };

/// Returns a page of the viewer's home river in this order, without what the viewer hides.
pub fn home(
    conn: &Connection,
    viewer: UserId,
    order: HomeOrder,
    slice: Slice,
) -> Result<RiverPage> {
    let filled = fill_up(
        conn,
        viewer.into(),
        slice,
        HidePage::Home,
        |(post, _)| post,
        |before| match order {
            HomeOrder::Activity => with_hidden(conn, viewer, before, slice.size),
            HomeOrder::Date => by_date::with_hidden(conn, viewer, before, slice.size),
        },
    )?;
    let next = filled.page.next;
    let indirect = filled.page.items.iter().filter(|(_, is_direct)| !is_direct);
    let indirect: Vec<PostId> = indirect.map(|(post, _)| post.id).collect();
    let posts = filled.page.items.into_iter();
    let mut items: Vec<Post> = posts.map(|(post, _)| post).collect();
    fill(conn, viewer.into(), &mut items, Shape::Folded)?;
    explain(conn, viewer, &mut items, &indirect)?;
    Ok(RiverPage {
        posts: Page { items, next },
        hidden: filled.hidden,
        first_end: filled.first_end,
        pinned: None,
    })
}

/// Reads a page of the home river, hidden posts included. Each post has a flag that says whether it is direct.
fn with_hidden(
    conn: &Connection,
    viewer: UserId,
    before: Option<Cursor>,
    size: u32,
) -> Result<Page<(Post, bool)>> {
    let rows = size + 1;
    let (mut found, known_from) = river(conn, viewer, before, rows, ACTS_PER_POST * rows)?;
    let reaches_down = match found.last() {
        Some((last, _)) if found.len() == rows as usize => last.position >= known_from,
        Some(_) => known_from == EventId::LOWEST,
        // Without a row it is unknown how far down the acts reach.
        None => false,
    };
    if !reaches_down {
        // Many acts are about few posts, so all acts are read.
        found = river(conn, viewer, before, rows, u32::MAX)?.0;
    }
    Ok(Page::cut(found, size, |(post, _): &(Post, bool)| {
        post.position.0
    }))
}

/// Reads posts, each with a flag for direct posts, and the position down to which no post is missing.
fn river(
    conn: &Connection,
    viewer: UserId,
    before: Option<Cursor>,
    posts: u32,
    acts: u32,
) -> Result<(Vec<(Post, bool)>, EventId)> {
    let mut query = conn.prepare_cached(RIVER)?;
    let mut rows = query.query((viewer, Cursor::upper_bound(before), posts, acts))?;
    let (mut found, mut known_from) = (Vec::new(), EventId::LOWEST);
    while let Some(row) = rows.next()? {
        known_from = row.get("known_from")?;
        found.push((from_row(row)?, row.get("is_followed")?));
    }
    Ok((found, known_from))
}

/// Returns the current place of a post in the viewer's home river, or `None` if the post is not there.
pub(super) fn place_at_home(
    conn: &Connection,
    viewer: UserId,
    post: PostId,
) -> Result<Option<Home>> {
    let sql = concat!(
        "select posts.bump,
             ",
        in_followed_feed!(),
        ",
             case when posts.like_count + posts.comment_count <= ",
        few_acts!(),
        " then (
                 select max(acts.first_event) from acts
                 where acts.post_id = posts.id and ",
        is_followed!("acts.feed_id"),
        ")
             else (
                 select max(acts.first_event)
                 from (",
        followed_feeds!(),
        ") as sources
                 cross join acts on acts.post_id = posts.id and acts.feed_id = sources.feed)
             end,
             case posts.is_personal
                 when 1 then ",
        kept_for_lists!("?1", "users.feed_id"),
        "
                 else ",
        in_kept_group!("posts.id"),
        " end
         from posts cross join users on users.id = posts.author_id where posts.id = ?2 and ",
        listed!()
    );
    let mut query = conn.prepare_cached(sql)?;
    let mut rows = query.query((viewer, post))?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let (bump, is_direct, act): (EventId, bool, Option<EventId>) =
        (row.get(0)?, row.get(1)?, row.get(2)?);
    let is_kept_for_lists: bool = row.get(3)?;
    let position = if is_direct { Some(bump) } else { act };
    let is_there = is_direct || !is_kept_for_lists;
    Ok(position.filter(|_| is_there).map(|position| Home {
        position,
        is_direct,
    }))
}

/// The place of a post in a person's home river.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Home {
    position: EventId,
    is_direct: bool,
}

/// Finds a post as the viewer's home river shows it, or as other lists show it if it is not there.
///
/// # Errors
/// `NotFound` if the viewer may not see the post.
pub fn as_at_home(conn: &Connection, viewer: UserId, id: PostId) -> Result<Post> {
    find_at_home(conn, viewer, id).map(|(post, _)| post)
}

/// Finds a post like [`as_at_home`]. Returns also whether the post is in the viewer's home river.
///
/// # Errors
/// `NotFound` if the viewer may not see the post.
pub fn find_at_home(conn: &Connection, viewer: UserId, id: PostId) -> Result<(Post, bool)> {
    let mut post = posts::find(conn, viewer, id, Shape::Folded)?;
    let home = place_at_home(conn, viewer, id)?;
    if let Some(home) = home {
        post.position = home.position;
        if !home.is_direct {
            explain(conn, viewer, std::slice::from_mut(&mut post), &[id])?;
        }
    }
    Ok((post, home.is_some()))
}

/// Returns everybody whose home river may contain a post at this moment: the followers of its feeds and of the people
/// who acted on it, the owners of these feeds, and the people who acted. `feed` is one of its feeds, which the caller
/// knows even if the post is gone.
pub fn audience(conn: &Connection, feed: FeedId, post: PostId) -> Result<Vec<UserId>> {
    let mut query = conn.prepare_cached(
        "with sources(feed) as (
             select ?1
             union select feed_id from post_feeds where post_id = ?2 and is_personal = 0
             union select feed_id from acts where post_id = ?2)
         select user_id from sources cross join follows on follows.feed_id = sources.feed and follows.is_silent = 0
         union
         select owner_id from sources cross join feeds on feeds.id = sources.feed where owner_id is not null",
    )?;
    let users = query.query_map((feed, post), |row| row.get(0))?;
    Ok(users.collect::<rusqlite::Result<_>>()?)
}

/// Returns the own feeds of the people who acted on a post.
pub fn actors(conn: &Connection, post: PostId) -> Result<Vec<FeedId>> {
    let mut query = conn.prepare_cached("select feed_id from acts where post_id = ?")?;
    let feeds = query.query_map([post], |row| row.get(0))?;
    Ok(feeds.collect::<rusqlite::Result<_>>()?)
}

/// Returns a person's followers, and the person.
pub fn followers_and_self(conn: &Connection, user: UserId) -> Result<Vec<UserId>> {
    let mut query = conn.prepare_cached(
        "select ?1 union all
         select follows.user_id from users join follows on follows.feed_id = users.feed_id where users.id = ?1",
    )?;
    let users = query.query_map([user], |row| row.get(0))?;
    Ok(users.collect::<rusqlite::Result<_>>()?)
}
