//! Marks of what people have read. A page collects them, `seen.rs` keeps them in memory, and they are written here in
//! batches.

use rusqlite::{Connection, OptionalExtension};

use super::{
    Tx,
    visibility::{hidden_people, visible},
};
use crate::{
    error::Result,
    model::{CommentId, Post, PostId, SeenMark, Unread, UserId},
};

/// The most marks of one person that are kept. Those on the oldest posts are deleted first: nobody opens them, and a post
/// without a mark has no news.
pub const MARKS_MAX: u32 = 10_000;

/// What somebody has seen of a post, and what is new there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeenPost {
    pub post: PostId,
    pub unread: Unread,
}

/// Returns those marks that are on posts which the person may see. A comment that does not exist yet counts as the newest
/// one that does: nobody has seen the comments of tomorrow. Imported ones, which are new to nobody, count as none.
pub fn possible(conn: &Connection, by: UserId, marks: &[SeenMark]) -> Result<Vec<SeenMark>> {
    let sql = concat!(
        "select posts.id as post_id,
             max(0, min(page.value ->> 1, coalesce((select max(id) from comments where post_id = posts.id), 0))) as mark
         from json_each(?2) as page
         cross join posts on posts.id = page.value ->> 0
         where ",
        visible!()
    );
    let pairs = marks.iter().map(|mark| (mark.post, Some(mark.comment)));
    let mut query = conn.prepare_cached(sql)?;
    let found = query.query_map((by, pairs_in_json(pairs)), |row| {
        Ok(SeenMark {
            post: row.get("post_id")?,
            comment: row.get("mark")?,
        })
    })?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// Returns what somebody has seen of these posts, without those that they have never seen. Each post comes with a mark that is not
/// written yet, if there is one. One query answers for a whole page.
///
/// One's own comments are never new, nor are those of people whom one does not see, nor those on a muted post.
pub fn seen_posts(
    conn: &Connection,
    viewer: UserId,
    posts: impl Iterator<Item = (PostId, Option<CommentId>)>,
) -> Result<Vec<SeenPost>> {
    let sql = concat!(
        "with page(post_id, mark) as materialized (
             select one.value ->> 0, max(coalesce(seen.comment_id, -1), coalesce(one.value ->> 1, -1))
             from json_each(?2) as one
             left join seen on seen.post_id = one.value ->> 0 and seen.user_id = ?1),
         news(post_id, mark, first) as materialized (
             select post_id, mark, (
                 select id from comments indexed by comments_by_post
                 where comments.post_id = page.post_id and id > page.mark and deleted_at is null
                     and author_id is not ?1 and author_id not in ", hidden_people!(), "
                     and not exists (select 1 from mutes where user_id = ?1 and post_id = page.post_id)
                 order by id limit 1)
             from page where mark >= 0)
         select post_id, mark, first, case when first is null then 0 else (
             select count(*) from (
                 select 1 from comments indexed by comments_by_post
                 where comments.post_id = news.post_id and id >= news.first and deleted_at is null
                     and author_id is not ?1 and author_id not in ", hidden_people!(), "
                 limit ?3)) end as count
         from news"
    );
    let mut query = conn.prepare_cached(sql)?;
    let most = i64::try_from(Unread::COUNT_MAX).unwrap_or(i64::MAX);
    let found = query.query_map((viewer, pairs_in_json(posts), most), |row| {
        Ok(SeenPost {
            post: row.get("post_id")?,
            unread: Unread {
                mark: row.get("mark")?,
                count: row.get::<_, i64>("count")?.unsigned_abs(),
                first: row.get("first")?,
            },
        })
    })?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// Adds to the posts of a page what is new in them. `pending` has the marks that are not written yet.
pub fn add_unread(
    conn: &Connection,
    viewer: UserId,
    posts: &mut [Post],
    pending: impl Fn(PostId) -> Option<CommentId>,
) -> Result<()> {
    if posts.is_empty() {
        return Ok(());
    }
    let pairs = posts.iter().map(|post| (post.id, pending(post.id)));
    let seen_posts = seen_posts(conn, viewer, pairs)?;
    for post in posts {
        let found = seen_posts.iter().find(|seen| seen.post == post.id);
        post.unread = Some(found.map(|seen| seen.unread).unwrap_or_default());
    }
    Ok(())
}

/// Writes marks of many people. A mark never goes back. Marks on posts and of people that are gone are left out.
pub fn write(tx: &mut Tx<'_>, marks: &[(UserId, SeenMark)]) -> Result<()> {
    // Pages show them already, from memory.
    tx.is_on_no_page();
    let mut query = tx.prepare_cached(
        "insert into seen (post_id, user_id, comment_id)
         select posts.id, users.id, ?3 from posts cross join users
         where posts.id = ?1 and users.id = ?2 and users.gone_at is null
         on conflict (post_id, user_id) do update set comment_id = excluded.comment_id
             where excluded.comment_id > seen.comment_id",
    )?;
    for (user, mark) in marks {
        query.execute((mark.post, user, mark.comment))?;
    }
    Ok(())
}

/// Returns somebody who has more than `most` marks. It looks at all marks there are, so it is for once a day.
pub fn with_too_many(conn: &Connection, most: u32) -> Result<Option<UserId>> {
    let sql = "select user_id from seen group by user_id having count(*) > ? limit 1";
    let mut query = conn.prepare_cached(sql)?;
    Ok(query.query_row([most], |row| row.get(0)).optional()?)
}

/// Deletes a person's marks on the oldest posts, all but the newest `most`.
pub fn trim(tx: &mut Tx<'_>, user: UserId, most: u32) -> Result<()> {
    tx.prepare_cached(
        "delete from seen where user_id = ?1 and post_id in (
             select post_id from seen where user_id = ?1 order by post_id desc limit -1 offset ?2)",
    )?
    .execute((user, most))?;
    Ok(())
}

fn pairs_in_json(pairs: impl Iterator<Item = (PostId, Option<CommentId>)>) -> String {
    let pairs: Vec<_> = pairs.map(|(post, mark)| (post.0, mark)).collect();
    serde_json::json!(pairs).to_string()
}

#[cfg(test)]
mod tests;
