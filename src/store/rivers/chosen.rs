//! The river of a list: rule 1 of the river alone, over the feeds and the tags that its owner has chosen.

use rusqlite::{Connection, OptionalExtension};

use super::{home::direct, list, lowest};
use crate::{
    error::Result,
    model::{HidePage, List, ListId, ListSlug, PostId, RiverPage, Slice, UserId},
    store::{
        posts::rows::columns,
        visibility::{
            feed_readable, feed_visible, followed_visible, hidden_people, listed, tag_visible,
        },
    },
};

/// The query for a page of the list `?4`, by bumps. `?5` is the number of uses of each tag that it looks at.
///
/// The feeds of the list need not be followed, so each is checked. What remains is like the first half of the home river.
/// The uses of a tag are in the order of the posts' creation, so all of them are read.
pub(super) const LIST: &str = concat!(
    "with sources(feed) as materialized (
         select feeds.id from list_feeds cross join feeds on feeds.id = list_feeds.feed_id
         where list_feeds.list_id = ?4 and ",
    feed_readable!("feeds"),
    " and (feeds.owner_id is null or feeds.owner_id not in ",
    hidden_people!(),
    ")),
     direct(post, position) as materialized (",
    direct!(),
    "),
     tagged(post, position) as materialized (
         select distinct posts.id, posts.bump
         from list_tags
         cross join tags on tags.tag = list_tags.tag and tags.posted >= coalesce((
             select earliest.posted from tags as earliest where earliest.tag = list_tags.tag
             order by earliest.posted desc limit 1 offset ?5 - 1), ",
    lowest!(),
    ")
         cross join posts on posts.id = tags.post_id
         where list_tags.list_id = ?4 and posts.bump < ?2 and ",
    tag_visible!(),
    " and ",
    listed!(),
    "
         order by posts.bump desc limit ?3)
     select ",
    columns!(),
    ", position
     from (
         select post, position from direct union select post, position from tagged
         order by 2 desc limit ?3)
     cross join posts on posts.id = post cross join users on users.id = posts.author_id
     order by position desc"
);

/// Returns a page of one of the viewer's lists, the latest activity first.
pub fn of_list(
    conn: &Connection,
    viewer: UserId,
    chosen: ListId,
    slice: Slice,
) -> Result<RiverPage> {
    list(
        conn,
        LIST,
        viewer,
        slice,
        HidePage::List,
        &[&chosen, &List::TAG_USES_MAX],
    )
}

/// Checks whether a post is in one of the viewer's lists, by a feed or a tag that the viewer may see it by. It does not
/// check whether the viewer may see the post itself.
pub fn is_in_list(
    conn: &Connection,
    viewer: UserId,
    post: PostId,
    slug: &ListSlug,
) -> Result<bool> {
    let sql = concat!(
        "select exists (
                 select 1 from list_feeds cross join feeds on feeds.id = list_feeds.feed_id
                 where list_feeds.list_id = lists.id
                     and list_feeds.feed_id in (
                         select users.feed_id from posts join users on users.id = posts.author_id
                         where posts.id = ?2 and posts.is_personal = 1
                         union all
                         select feed_id from post_feeds where post_id = ?2 and is_personal = 0)
                     and (feeds.owner_id is null or feeds.owner_id not in ",
        hidden_people!(),
        ") and ",
        feed_visible!("list_feeds.feed_id"),
        ")
             or exists (
                 select 1 from tags cross join list_tags on list_tags.tag = tags.tag
                 where tags.post_id = ?2 and list_tags.list_id = lists.id
                     and not exists (select 1 from posts where id = ?2 and is_direct = 1) and ",
        tag_visible!(),
        ")
         from lists where owner_id = ?1 and slug = ?3"
    );
    let mut query = conn.prepare_cached(sql)?;
    let found = query.query_row((viewer, post, slug.as_str()), |row| row.get(0));
    Ok(found.optional()?.unwrap_or(false))
}
