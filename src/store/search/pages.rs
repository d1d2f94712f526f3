//! The pages of what is found, the newest text first.

use rusqlite::{Connection, ToSql};

use super::conditions::{SearchPlan, Searcher};
use crate::{
    error::Result,
    model::{
        CommentId, Cursor, HidePage, Page, Post, PostId, RiverPage, SearchQuery, Slice, Viewer,
    },
    store::{
        comments,
        posts::{Shape, fill, rows},
        rivers,
        visibility::{hidden_people, visible},
    },
};

/// The number of texts that are looked at at once. A reader who may see none of them gets the next ones, a few times.
const WINDOW: u32 = if cfg!(test) { 20 } else { 5_000 };

/// The number of newer comments that are looked through so that a post which stood on an earlier page does not come
/// again.
const NEWER_COMMENTS_MAX: u32 = 100;

/// A text that was found.
struct Hit {
    post: Post,
    comment: Option<CommentId>,
}

/// Returns a page of the posts that match, or that have a comment which does: the newest text that matches decides. The
/// comment by which a post was found is among those that are shown.
pub fn page(
    conn: &Connection,
    query: &SearchQuery,
    searcher: &Searcher<'_>,
    slice: Slice,
) -> Result<RiverPage> {
    let viewer = Viewer::Member(searcher.viewer);
    if query.is_empty() {
        return Ok(RiverPage::default());
    }
    let plan = SearchPlan::of(conn, query, searcher)?;
    let filled = rivers::fill_up(
        conn,
        viewer,
        slice,
        HidePage::List,
        |hit: &Hit| &hit.post,
        |before| window(conn, &plan, viewer, before, slice.size),
    )?;
    let Page { items, next } = filled.page;
    let comments: Vec<Option<CommentId>> = items.iter().map(|hit| hit.comment).collect();
    let mut items: Vec<Post> = items.into_iter().map(|hit| hit.post).collect();
    fill(conn, viewer, &mut items, Shape::Folded)?;
    for (post, comment) in items.iter_mut().zip(comments) {
        if let Some(comment) = comment {
            show(conn, viewer, post, comment)?;
        }
    }
    Ok(RiverPage {
        posts: Page { items, next },
        hidden: filled.hidden,
        first_end: filled.first_end,
        pinned: None,
    })
}

/// Adds the comment by which a post was found to those that are shown.
fn show(conn: &Connection, viewer: Viewer, post: &mut Post, comment: CommentId) -> Result<()> {
    let shown = &mut post.comments.shown;
    if let Err(at) = shown.binary_search_by_key(&comment, |shown| shown.id) {
        shown.insert(at, comments::find(conn, viewer, comment)?);
    }
    Ok(())
}

/// Checks whether a post, or a comment on it, matches for the viewer.
pub fn is_found(
    conn: &Connection,
    query: &SearchQuery,
    searcher: &Searcher<'_>,
    post: PostId,
) -> Result<bool> {
    let plan = SearchPlan::of(conn, query, searcher)?;
    let texts = format!(
        "select event_id as id from posts where id = ?2
         union all
         select * from (
             select id from comments indexed by comments_by_post
             where post_id = ?2 and {} order by id desc limit {NEWER_COMMENTS_MAX})",
        u8::from(plan.has_comments)
    );
    let words = match plan.words {
        Some(_) => "exists (select 1 from search where search match ?4 and rowid = text.id)",
        None => "1",
    };
    let sql = format!(
        "select exists (select 1 from ({texts}) as text {FROM} where {words} and {} and {})",
        visible_text(),
        plan.conditions
    );
    let (unused, viewer) = (0, searcher.viewer);
    let mut values: Vec<&dyn ToSql> = vec![&viewer, &post, &unused, &plan.words, &unused];
    values.extend(plan.values.iter().map(|value| value as &dyn ToSql));
    let mut query = conn.prepare(&sql)?;
    Ok(query.query_row(values.as_slice(), |row| row.get(0))?)
}

/// What is joined to the ids of texts: the comment, if it is one, the post and its author.
const FROM: &str = "left join comments on comments.id = text.id
     cross join posts on posts.id = case
         when comments.id is null
         then (select other.id from posts as other indexed by posts_by_event where other.event_id = text.id)
         else comments.post_id end
     cross join users on users.id = posts.author_id";

/// The condition that the viewer sees a text in lists.
fn visible_text() -> String {
    let (hidden, visible) = (hidden_people!(), visible!());
    format!(
        "(comments.id is null or comments.deleted_at is null and comments.author_id not in {hidden})
         and posts.author_id not in {hidden} and {visible}"
    )
}

/// Returns what matches among the next texts below a position. There may be nothing among them, and a next page all the
/// same.
fn window(
    conn: &Connection,
    plan: &SearchPlan,
    viewer: Viewer,
    before: Option<Cursor>,
    size: u32,
) -> Result<Page<Hit>> {
    let below = Cursor::upper_bound(before);
    let texts = texts(plan);
    let columns = rows::columns!();
    let sql = format!(
        "select {columns}, text.id as position, comments.id as found_comment
         from ({texts}) as text {FROM}
         where {} and {} and {}",
        visible_text(),
        plan.conditions,
        stands_here(plan)
    );
    let (rows, window) = (size + 1, WINDOW);
    let mut values: Vec<&dyn ToSql> = vec![&viewer, &below, &rows, &plan.words, &window];
    values.extend(plan.values.iter().map(|value| value as &dyn ToSql));
    let mut query = conn.prepare(&sql)?;
    let mut found = query.query(values.as_slice())?;
    let mut hits: Vec<Hit> = Vec::new();
    while let Some(row) = found.next()? {
        let post = rows::from_row(row)?;
        let position = post.position;
        debug_assert!(hits.last().is_none_or(|last| last.post.position > position));
        if hits.iter().any(|hit| hit.post.id == post.id) {
            continue;
        }
        hits.push(Hit {
            post,
            comment: row.get("found_comment")?,
        });
        if hits.len() == rows as usize {
            let position = |hit: &Hit| hit.post.position.0;
            return Ok(Page::cut(hits, size, position));
        }
    }
    let next = end_of_window(conn, plan, viewer, below)?;
    Ok(Page { items: hits, next })
}

/// Returns the query for the next texts below a position, the newest first. SQLite reads it only as far as it is needed.
fn texts(plan: &SearchPlan) -> &'static str {
    match (&plan.words, plan.has_comments) {
        (Some(_), _) => {
            "select rowid as id from search where search match ?4 and rowid < ?2 order by rowid desc limit ?5"
        }
        (None, true) => {
            "select event_id as id from posts indexed by posts_by_event where event_id < ?2
             union all
             select id from comments where id < ?2
             order by id desc limit ?5"
        }
        (None, false) => {
            "select event_id as id from posts indexed by posts_by_event
             where event_id < ?2 order by event_id desc limit ?5"
        }
    }
}

/// The condition that no newer comment on the post matches: by that one the post stands further up.
fn stands_here(plan: &SearchPlan) -> String {
    // The comments of a person's posts have the word of the person too, and then only the posts are asked for.
    if !plan.has_comments {
        return "comments.id is null".into();
    }
    let (hidden, conditions) = (hidden_people!(), &plan.conditions);
    let words = match plan.words {
        Some(_) => "exists (select 1 from search where search match ?4 and rowid = text.id)",
        None => "1",
    };
    format!(
        "not exists (
             select 1 from (
                 select later.id from comments as later indexed by comments_by_post
                 where later.post_id = posts.id and later.id > text.id
                 order by later.id limit {NEWER_COMMENTS_MAX}) as text
             cross join comments on comments.id = text.id
             where comments.deleted_at is null and comments.author_id not in {hidden}
                 and {words} and {conditions})"
    )
}

/// Returns the end of the window below a position; `None` if there is nothing below it.
fn end_of_window(
    conn: &Connection,
    plan: &SearchPlan,
    viewer: Viewer,
    below: i64,
) -> Result<Option<Cursor>> {
    let sql = format!("select count(*), min(id) from ({})", texts(plan));
    let unused = 0;
    let values: [&dyn ToSql; 5] = [&viewer, &below, &unused, &plan.words, &WINDOW];
    let mut query = conn.prepare_cached(&sql)?;
    let (count, last): (u32, Option<i64>) =
        query.query_row(&values[..], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(last.filter(|_| count == WINDOW).map(Cursor))
}
