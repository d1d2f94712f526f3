//! The best posts of some days, as one viewer sees them.

use std::cmp::Reverse;

use rusqlite::Connection;

use super::{hidden, read};
use crate::{
    error::Result,
    model::{
        EventId, HiddenPost, HidePage, Hides, Page, Post, PostId, RiverPage, Slice, Timestamp,
        UserId, best_score,
    },
    store::{
        hides,
        posts::{
            Shape, fill,
            rows::{by_post, columns},
        },
        visibility::{hidden_likers, hidden_people, listed},
    },
};

/// The most posts that are looked at for one answer: the newest ones of the time. It limits the cost of the answer on a
/// site where more is written.
pub(super) const LOOKED_AT_MAX: u32 = 10_000;

/// The most comments of a post whose likes are looked at one by one, the newest ones that have likes. This is done only
/// for a viewer who does not see everybody's likes.
macro_rules! liked_comments_max {
    () => {
        "1000"
    };
}

/// The query for the posts since `?1` that anybody liked or commented on, with their highest possible scores: the
/// newest `?2` posts are looked at.
pub(super) const CANDIDATES: &str = "select id, event_id, score from (
         select id, event_id, 10 * like_count + 3 * comment_count + comment_like_count as score
         from posts indexed by posts_by_time
         where created_at >= ?1 and deleted_at is null
         order by created_at desc limit ?2)
     where score > 0 order by score desc, event_id desc";

/// The query for those of some posts that the viewer sees in lists. `?2` is a JSON array of their ids.
const SEEN: &str = concat!(
    "select ",
    columns!(),
    ", posts.event_id as position
     from json_each(?2) as page cross join posts on posts.id = page.value
     cross join users on users.id = posts.author_id
     where ",
    listed!()
);

/// The query for the likes of comments that the viewer sees, for posts that have some.
const COMMENT_LIKES: &str = concat!(
    "with likers(feed) as materialized ",
    hidden_likers!(),
    ",
     people(person) as materialized ",
    hidden_people!(),
    "
     select posts.id as post_id, case when not exists (select 1 from likers) then posts.comment_like_count else (
             select count(*) from (
                 select id, author_id from comments indexed by comments_by_post
                 where post_id = posts.id and deleted_at is null and like_count > 0 and author_id not in people
                 order by id desc limit ",
    liked_comments_max!(),
    ") as liked
             cross join comment_likes on comment_likes.comment_id = liked.id
             cross join users on users.id = comment_likes.user_id
             where comment_likes.user_id not in people and (liked.author_id = ?1 or users.feed_id not in likers))
         end as likes
     from json_each(?2) as page cross join posts on posts.id = page.value
     where posts.comment_like_count > 0"
);

/// A post that may be one of the best: its highest possible score, and its event.
type Candidate = (u64, EventId, PostId);

/// One of the best posts, which its viewer may hide.
pub(super) struct Scored {
    pub(super) score: u64,
    pub(super) post: Post,
    hidden: Option<HiddenPost>,
}

impl Scored {
    /// Returns what the list is sorted by.
    fn rank(&self) -> (u64, EventId) {
        (self.score, self.post.posted)
    }
}

/// Returns the best posts that were written since a time, the best first, by what the viewer sees of their likes and
/// comments. Posts without any are left out. There is one page, which begins with the best.
pub fn best(
    conn: &Connection,
    viewer: UserId,
    since: Timestamp,
    slice: Slice,
) -> Result<RiverPage> {
    let hides = hides::of(conn, viewer, slice.now)?;
    let (mut items, mut hidden) = (Vec::new(), Vec::new());
    for scored in with_scores(conn, viewer, &hides, since, slice.size)? {
        match scored.hidden {
            Some(post) => hidden.push(post),
            None => items.push(scored.post),
        }
    }
    Ok(RiverPage {
        posts: Page { items, next: None },
        hidden,
        first_end: hides.first_end(),
        pinned: None,
    })
}

/// Returns so many of the best posts, and those among them that the viewer hides.
pub(super) fn with_scores(
    conn: &Connection,
    viewer: UserId,
    hides: &Hides,
    since: Timestamp,
    size: u32,
) -> Result<Vec<Scored>> {
    let candidates: Vec<Candidate> = conn
        .prepare_cached(CANDIDATES)?
        .query_map((since, LOOKED_AT_MAX), |row| {
            let score: i64 = row.get("score")?;
            Ok((score.unsigned_abs(), row.get("event_id")?, row.get("id")?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    let size = size as usize;
    let mut found: Vec<Scored> = Vec::new();
    for some in candidates.chunks(size) {
        let best_left = some.first().map(|(score, event, _)| (*score, *event));
        // The viewer sees at most what there is, so no post that is left is better.
        if last_shown(&found, size).map(|last| found[last].rank()) > best_left {
            break;
        }
        found.extend(weighed(conn, viewer, hides, some)?);
        found.retain(|scored| scored.score > 0);
        found.sort_by_key(|scored| Reverse(scored.rank()));
        if let Some(last) = last_shown(&found, size) {
            found.truncate(last + 1);
        }
    }
    Ok(found)
}

/// Returns the place of the last post that fits on a page; `None` if the page is not full.
fn last_shown(found: &[Scored], size: usize) -> Option<usize> {
    let shown = found.iter().enumerate();
    let mut shown = shown.filter(|(_, scored)| scored.hidden.is_none());
    shown.nth(size - 1).map(|(place, _)| place)
}

/// Reads those of some posts that the viewer sees, with their scores.
fn weighed(
    conn: &Connection,
    viewer: UserId,
    hides: &Hides,
    candidates: &[Candidate],
) -> Result<Vec<Scored>> {
    let ids: Vec<String> = candidates
        .iter()
        .map(|(_, _, id)| id.0.to_string())
        .collect();
    let ids = format!("[{}]", ids.join(","));
    let mut posts = read(conn, SEEN, (viewer, &ids))?;
    fill(conn, viewer.into(), &mut posts, Shape::Folded)?;
    let likes = by_post(conn, COMMENT_LIKES, viewer, &ids, |row| {
        Ok(row.get::<_, i64>("likes")?.unsigned_abs())
    })?;
    let scored = posts.into_iter().map(|post| {
        let likes_of_comments = likes.get(&post.id).into_iter().flatten().sum();
        Ok(Scored {
            score: best_score(post.likes.count, post.comments.count, likes_of_comments),
            hidden: hidden(conn, hides, viewer.into(), &post, HidePage::List)?,
            post,
        })
    });
    scored.collect()
}
