//! The likes, comments, images and quotes of the posts of a page, read with as many statements as those of one post.

use rusqlite::{Connection, Row};

use super::{
    destinations::fill_places,
    rows::{by_post, columns, few_acts, from_row, ids},
};
use crate::{
    error::{Error, Result},
    model::{
        Act, ActKind, Comment, Comments, EventId, Liker, Likes, Post, PostId, Standing, UserId,
        Via, Viewer,
    },
    store::{
        comments,
        feeds::{followed_feeds, is_followed},
        images, quotes, texts, users,
        visibility::{hidden_likers, hidden_people, like_visible, visible},
    },
};

/// The amount of comments and likes that is read with a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// The form in a river: the first and the last comment, and a few likers.
    Folded,
    /// The full form: every comment, and every liker too if `everybody` is set.
    Whole { everybody: bool },
}

/// The query for the likers who may be named under the posts of a page. If a post has up to four likes, it finds all
/// likers. Otherwise it finds the viewer, the newest four friends and the newest four likers.
const LIKERS: &str = concat!(
    "select acts.post_id, acts.like_event, acts.actor_id is ?1 as is_mine,
         exists (select 1 from follows where user_id = ?1 and feed_id = acts.feed_id) as is_friend,
         ", users::user_columns!(), "
     from json_each(?2) as page
     cross join posts on posts.id = page.value
     cross join acts indexed by likes_by_post on acts.post_id = posts.id and acts.like_event is not null
     cross join users on users.id = acts.actor_id
     where posts.like_count <= 4 and ", like_visible!("acts"), "

     union all
     select acts.post_id, acts.like_event, acts.actor_id is ?1 as is_mine,
         exists (select 1 from follows where user_id = ?1 and feed_id = acts.feed_id) as is_friend,
         ", users::user_columns!(), "
     from json_each(?2) as page
     cross join posts on posts.id = page.value
     cross join acts on acts.post_id = posts.id and acts.feed_id in (
         select feed_id from users where id = ?1
         union all
         select feed_id from (
             select feed_id from acts where post_id = page.value and like_event is not null
                 and ", like_visible!("acts"), "
             order by like_event desc limit 4)
         union all
         select feed_id from (
             select acts.feed_id, acts.like_event from acts
             where posts.like_count <= ", few_acts!(), " and acts.post_id = page.value
                 and acts.like_event is not null and ", like_visible!("acts"), "
                 and exists (select 1 from follows where user_id = ?1 and feed_id = acts.feed_id)
             order by acts.like_event desc limit 4)
         union all
         select feed_id from (
             select follows.feed_id, acts.like_event from follows
             cross join acts on acts.post_id = page.value and acts.feed_id = follows.feed_id
             where posts.like_count > ", few_acts!(), " and follows.user_id = ?1
                 and acts.like_event is not null and ", like_visible!("acts"), "
             order by acts.like_event desc limit 4))
     cross join users on users.id = acts.actor_id
     where posts.like_count > 4 and acts.like_event is not null"
);

/// The query for all likers of the posts of a page.
const ALL_LIKERS: &str = concat!(
    "select acts.post_id, acts.like_event, acts.actor_id is ?1 as is_mine,
         exists (select 1 from follows where user_id = ?1 and feed_id = acts.feed_id) as is_friend,
         ", users::user_columns!(), "
     from json_each(?2) as page
     cross join acts indexed by likes_by_post on acts.post_id = page.value and acts.like_event is not null
     cross join users on users.id = acts.actor_id
     where ", like_visible!("acts")
);

/// The query for the numbers of counted likes and comments that the viewer does not see. If nobody is hidden, it reads
/// nothing. If a post has many likes, it looks up the hidden people instead of the likes.
const HIDDEN: &str = concat!(
    "with likers(feed) as materialized ", hidden_likers!(), ",
     people(person) as materialized ", hidden_people!(), ",
     counts(post_id, likes, comments) as (
         select posts.id,
             case when posts.like_count <= ", few_acts!(), " then (
                 select count(*) from acts indexed by likes_by_post
                 where acts.post_id = posts.id and acts.like_event is not null and acts.feed_id in likers
                     and (acts.owner_id is not ?1 or acts.actor_id in people))
             else (
                 select count(*) from likers cross join acts on acts.post_id = posts.id and acts.feed_id = likers.feed
                 where acts.like_event is not null and (acts.owner_id is not ?1 or acts.actor_id in people))
             end,
             (select count(*) from people cross join users on users.id = people.person
              cross join acts on acts.post_id = posts.id and acts.feed_id = users.feed_id and acts.comment_event is not null
              cross join comments indexed by comments_by_post
                  on comments.post_id = posts.id and comments.author_id = people.person
                      and comments.deleted_at is null)
         from json_each(?2) as page cross join posts on posts.id = page.value
         where exists (select 1 from likers) and posts.like_count + posts.comment_count > 0)
     select * from counts where likes + comments > 0"
);

/// The query for the acts of the viewer and of friends on those posts of a page that are there because of such acts.
const REASONS: &str = concat!(
    "select acts.post_id, acts.first_event, acts.like_event, acts.actor_id is ?1 as is_mine,
         ",
    users::user_columns!(),
    "
     from json_each(?2) as page
     cross join posts on posts.id = page.value
     cross join acts on acts.post_id = posts.id and acts.feed_id in (
         select acts.feed_id from acts
         where posts.like_count + posts.comment_count <= ",
    few_acts!(),
    " and acts.post_id = page.value and ",
    is_followed!("acts.feed_id"),
    "
         union all
         select feed from (",
    followed_feeds!(),
    ") where posts.like_count + posts.comment_count > ",
    few_acts!(),
    ")
     cross join users on users.id = acts.actor_id"
);

/// The query for the images of the posts of a page, in their order within each post.
const IMAGES: &str = "select images.post_id, images.id as image_id, width, height, alt, is_moving
     from json_each(?2) as page
     cross join images indexed by images_by_post on images.post_id = page.value
     order by images.post_id, images.place";

/// Finds a post with its likes, comments and images.
///
/// # Errors
/// `NotFound` if the viewer may not see the post, or it has been deleted.
pub fn find(
    conn: &Connection,
    viewer: impl Into<Viewer>,
    id: PostId,
    shape: Shape,
) -> Result<Post> {
    let viewer = viewer.into();
    let sql = concat!(
        "select ",
        columns!(),
        ", posts.event_id as position
         from posts join users on users.id = posts.author_id where posts.id = ?2 and ",
        visible!()
    );
    let post = conn
        .prepare_cached(sql)?
        .query_row((viewer, id), from_row)?;
    let mut posts = vec![post];
    fill(conn, viewer, &mut posts, shape)?;
    posts.pop().ok_or(Error::NotFound)
}

/// Adds images, likes, comments and quotes to posts, and resolves the names in the texts. Corrects the counts by what the
/// viewer does not see.
pub(in crate::store) fn fill(
    conn: &Connection,
    viewer: Viewer,
    posts: &mut [Post],
    shape: Shape,
) -> Result<()> {
    subtract_hidden(conn, viewer, posts)?;
    fill_places(conn, viewer, posts, shape)?;
    let ids = |wanted: &dyn Fn(&Post) -> bool| ids(posts.iter().filter(|post| wanted(post)));
    let everybody = shape == Shape::Whole { everybody: true };
    let liked = ids(&|post| post.likes.count > 0);
    let commented = ids(&|post| post.comments.count > 0);
    let sql = if everybody { ALL_LIKERS } else { LIKERS };
    let mut likers = by_post(conn, sql, viewer, &liked, liker)?;
    let mut comments = match shape {
        Shape::Folded => comments::first_and_last(conn, viewer, &commented)?,
        Shape::Whole { .. } => comments::all(conn, viewer, &commented)?,
    };
    let with_images = ids(&|post| post.image_count > 0);
    let mut pictures = by_post(conn, IMAGES, viewer, &with_images, images::from_row)?;
    for post in &mut *posts {
        post.images = pictures.remove(&post.id).unwrap_or_default();
        let likers = likers.remove(&post.id).unwrap_or_default();
        let comments = comments.remove(&post.id).unwrap_or_default();
        post.likes = if everybody {
            Likes::unfold(likers)
        } else {
            Likes::fold(post.likes.count, likers)
        };
        post.comments = match shape {
            Shape::Folded => Comments::fold(post.comments.count, comments),
            Shape::Whole { .. } => Comments::whole(comments),
        };
    }
    quotes::fill(conn, viewer, posts)?;
    let bodies = posts.iter_mut().flat_map(|post| {
        let comments = post.comments.shown.iter_mut();
        let comments = comments.map(|comment: &mut Comment| &mut comment.body);
        std::iter::once(&mut post.body).chain(comments)
    });
    texts::resolve(conn, viewer, bodies.collect())
}

/// Subtracts the likes and comments that the viewer does not see from the counts.
fn subtract_hidden(conn: &Connection, viewer: Viewer, posts: &mut [Post]) -> Result<()> {
    let ids = ids(posts.iter());
    let hidden = by_post(conn, HIDDEN, viewer, &ids, |row| {
        Ok((row.get::<_, i64>("likes")?, row.get::<_, i64>("comments")?))
    })?;
    for post in posts {
        if let Some([(likes, comments)]) = hidden.get(&post.id).map(Vec::as_slice) {
            post.likes.count = post.likes.count.saturating_sub(likes.unsigned_abs());
            post.comments.count = post.comments.count.saturating_sub(comments.unsigned_abs());
        }
    }
    Ok(())
}

/// Sets `via`, the reason to be in the viewer's river, of the posts with the ids in `indirect`.
pub(in crate::store) fn explain(
    conn: &Connection,
    viewer: UserId,
    posts: &mut [Post],
    indirect: &[PostId],
) -> Result<()> {
    let ids: Vec<String> = indirect.iter().map(|id| id.0.to_string()).collect();
    let ids = format!("[{}]", ids.join(","));
    let mut acts = by_post(conn, REASONS, viewer, &ids, act)?;
    for post in posts {
        post.via = acts.remove(&post.id).and_then(Via::of);
    }
    Ok(())
}

fn liker(row: &Row<'_>) -> rusqlite::Result<Liker> {
    let standing = match (row.get("is_mine")?, row.get("is_friend")?) {
        (true, _) => Standing::Oneself,
        (false, true) => Standing::Friend,
        (false, false) => Standing::Other,
    };
    Ok(Liker {
        user: users::from_row(row)?,
        since: row.get("like_event")?,
        standing,
    })
}

fn act(row: &Row<'_>) -> rusqlite::Result<Act> {
    let (event, like): (EventId, Option<EventId>) =
        (row.get("first_event")?, row.get("like_event")?);
    let kind = if like == Some(event) {
        ActKind::Like
    } else {
        ActKind::Comment
    };
    Ok(Act {
        user: users::from_row(row)?,
        is_mine: row.get("is_mine")?,
        kind,
        event,
    })
}
