//! Lists of posts other than the home river: of a person, of their acts, of everybody, of the viewer's discussions, of
//! a tag, saved by the viewer. Each is one query.

use rusqlite::{Connection, ToSql};

use super::list;
use crate::{
    error::Result,
    model::{FeedId, HidePage, PostId, RiverPage, Slice, User, UserId, Viewer},
    store::{
        feeds::own_feed,
        posts::rows::columns,
        visibility::{feed_visible, hidden_people, listed, tag_visible, visible},
    },
};

/// Returns a page of the posts that a person wrote to their own feed, the newest first. `without` is a post that the
/// page shows elsewhere. A post that the viewer sees in a group alone is left out: that it is in a feed that the viewer
/// may not read is not given away.
pub fn of_person(
    conn: &Connection,
    viewer: impl Into<Viewer>,
    person: &User,
    without: Option<PostId>,
    slice: Slice,
) -> Result<RiverPage> {
    let sql = concat!(
        "select ", columns!(), ", posts.event_id as position
         from posts indexed by posts_by_author cross join users on users.id = posts.author_id
         where posts.author_id = ?4 and posts.event_id < ?2 and posts.id is not ?6 and ", visible!(), "
             and (posts.is_personal = 1
                 or exists (select 1 from post_feeds where post_id = posts.id and is_personal = 0 and feed_id = ?5)
                     and ", feed_visible!("?5"), ")
         order by posts.event_id desc limit ?3"
    );
    let on = HidePage::Profile(person.id);
    let more: [&dyn ToSql; 3] = [&person.id, &person.feed, &without];
    list(conn, sql, viewer, slice, on, &more)
}

/// Returns a page of the posts in a group, the latest activity first. `without` is a post that the page shows elsewhere.
pub fn of_group(
    conn: &Connection,
    viewer: impl Into<Viewer>,
    feed: FeedId,
    without: Option<PostId>,
    slice: Slice,
) -> Result<RiverPage> {
    let sql = concat!(
        "select ",
        columns!(),
        ", post_feeds.bump as position
         from post_feeds cross join posts on posts.id = post_feeds.post_id
         cross join users on users.id = posts.author_id
         where post_feeds.feed_id = ?4 and post_feeds.bump < ?2 and post_feeds.is_deleted = 0
             and posts.id is not ?5 and ",
        feed_visible!("?4"),
        " and ",
        listed!(),
        " order by post_feeds.bump desc limit ?3"
    );
    list(
        conn,
        sql,
        viewer,
        slice,
        HidePage::Group,
        &[&feed, &without],
    )
}

/// Returns a page of the conversations that the viewer takes part in, the latest activity first.
pub fn directs(conn: &Connection, viewer: UserId, slice: Slice) -> Result<RiverPage> {
    let sql = concat!(
        "select ",
        columns!(),
        ", post_feeds.bump as position
         from follows cross join feeds on feeds.id = follows.feed_id and feeds.kind = 'direct'
         cross join post_feeds on post_feeds.feed_id = feeds.id and post_feeds.bump < ?2
         cross join posts on posts.id = post_feeds.post_id
         cross join users on users.id = posts.author_id
         where follows.user_id = ?1 and posts.author_id not in ",
        hidden_people!(),
        " and ",
        visible!(),
        " order by post_feeds.bump desc limit ?3"
    );
    list(conn, sql, viewer, slice, HidePage::OnPurpose, &[])
}

/// Returns a page of other people's posts that a person commented on or liked, ordered by the person's first act, the
/// newest first. `feed` is the person's own feed.
pub fn acted_on(
    conn: &Connection,
    viewer: impl Into<Viewer>,
    feed: FeedId,
    slice: Slice,
) -> Result<RiverPage> {
    let sql = concat!(
        "select ",
        columns!(),
        ", acts.first_event as position
         from acts indexed by acts_by_feed cross join posts on posts.id = acts.post_id
         cross join users on users.id = posts.author_id
         where acts.feed_id = ?4 and acts.first_event < ?2 and acts.owner_id <> acts.actor_id
             and ",
        feed_visible!("?4"),
        " and ",
        listed!(),
        "
         order by acts.first_event desc limit ?3"
    );
    list(conn, sql, viewer, slice, HidePage::List, &[&feed])
}

/// Returns a page of all posts that the viewer sees in lists, the newest first.
pub fn everything(conn: &Connection, viewer: impl Into<Viewer>, slice: Slice) -> Result<RiverPage> {
    let sql = concat!(
        "select ",
        columns!(),
        ", posts.event_id as position
         from posts indexed by posts_by_event cross join users on users.id = posts.author_id
         where posts.event_id < ?2 and ",
        listed!(),
        "
         order by posts.event_id desc limit ?3"
    );
    list(conn, sql, viewer, slice, HidePage::List, &[])
}

/// Returns a page of the posts that the viewer wrote, commented on or liked, the latest bump first.
pub fn discussions(conn: &Connection, viewer: UserId, slice: Slice) -> Result<RiverPage> {
    let sql = concat!(
        "select ",
        columns!(),
        ", posts.bump as position
         from (
             select id as post from posts where author_id = ?1
             union
             select post_id from acts where feed_id = ",
        own_feed!("?1"),
        ")
         cross join posts on posts.id = post cross join users on users.id = posts.author_id
         where posts.bump < ?2 and ",
        listed!(),
        "
         order by posts.bump desc limit ?3"
    );
    list(conn, sql, viewer, slice, HidePage::List, &[])
}

/// Returns a page of the posts that have a tag in their text or in a comment, the newest first. `tag` is the key of the
/// tag.
pub fn tagged(
    conn: &Connection,
    viewer: impl Into<Viewer>,
    tag: &str,
    slice: Slice,
) -> Result<RiverPage> {
    let sql = concat!(
        "select ",
        columns!(),
        ", posts.event_id as position
         from tags cross join posts on posts.id = tags.post_id
         cross join users on users.id = posts.author_id
         where tags.tag = ?4 and tags.posted < ?2 and ",
        listed!(),
        "
             and ",
        tag_visible!(),
        "
         group by tags.posted
         order by tags.posted desc limit ?3"
    );
    list(conn, sql, viewer, slice, HidePage::Tag(tag), &[&tag])
}

/// Returns a page of the posts that the viewer saved, the newest saved first. A post that the viewer may not see at the
/// moment is left out.
pub fn saved(conn: &Connection, viewer: UserId, slice: Slice) -> Result<RiverPage> {
    let sql = concat!(
        "select ",
        columns!(),
        ", saves.place as position
         from saves indexed by saves_by_place cross join posts on posts.id = saves.post_id
         cross join users on users.id = posts.author_id
         where saves.user_id = ?1 and saves.place < ?2 and ",
        visible!(),
        "
         order by saves.place desc limit ?3"
    );
    list(conn, sql, viewer, slice, HidePage::OnPurpose, &[])
}

/// Returns the keys of the tags in a post and in its comments.
pub fn tags(conn: &Connection, post: PostId) -> Result<Vec<String>> {
    let mut query = conn.prepare_cached(
        "select distinct tag from tags where post_id = ?
             and (comment_id = 0 or exists (select 1 from comments where id = tags.comment_id and deleted_at is null))",
    )?;
    let tags = query.query_map([post], |row| row.get(0))?;
    Ok(tags.collect::<rusqlite::Result<_>>()?)
}

/// Checks whether a post has a tag for the viewer: in its text, or in a comment that the viewer sees.
pub fn is_tagged(conn: &Connection, viewer: UserId, post: PostId, tag: &str) -> Result<bool> {
    let sql = concat!(
        "select exists (
             select 1 from tags where post_id = ?2 and tag = ?3
                 and not exists (select 1 from posts where id = ?2 and is_direct = 1)
                 and ",
        tag_visible!(),
        ")"
    );
    Ok(conn
        .prepare_cached(sql)?
        .query_row((viewer, post, tag), |row| row.get(0))?)
}

/// Checks whether a post is among the viewer's discussions.
pub fn is_discussed_by(conn: &Connection, viewer: UserId, post: PostId) -> Result<bool> {
    let mut query = conn.prepare_cached(concat!(
        "select exists (select 1 from posts where id = ?2 and author_id = ?1 and is_direct = 0)
             or not exists (select 1 from posts where id = ?2 and is_direct = 1) and exists (
                 select 1 from acts
                 where post_id = ?2 and feed_id = ",
        own_feed!("?1"),
        ")"
    ))?;
    Ok(query.query_row((viewer, post), |row| row.get(0))?)
}
