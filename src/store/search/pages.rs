//! The pages of what is found, the newest text first.

use std::cell::Cell;

use rusqlite::{Connection, Row, ToSql};

use super::conditions::{SearchPlan, Searcher};
use crate::{
    error::Result,
    model::{
        CommentId, Cursor, HidePage, Page, Post, PostId, RiverPage, SearchQuery, SearchedText,
        Slice, Timestamp, Viewer,
    },
    store::{
        comments,
        posts::{Shape, fill, rows},
        rivers,
        visibility::{hidden_people, visible},
    },
};

/// The most texts that are looked at for a page. Somebody who may see few of them gets a shorter page, perhaps an empty
/// one, and the next one begins where it ended.
const TEXTS_MAX: usize = if cfg!(test) { 40 } else { 2_000 };

/// The number of texts that are looked at first, and by how much it grows while a page is not full. Most searches fill
/// their page at once.
const WINDOW: usize = if cfg!(test) { 5 } else { 40 };
const WINDOW_GROWTH: usize = 4;

/// The number of newer comments that are looked through so that a post which stood on an earlier page does not come
/// again, and of the newest comments by which an open search keeps a post.
const NEWER_COMMENTS_MAX: u32 = 50;

/// The number of posts that are looked at for the newest text of somebody else.
const NEWEST_LOOKED_AT: u32 = 5;

/// What is joined to the ids of texts, the JSON array `?2`: the comment, if it is one, the post and its author.
const TEXTS: &str = "from (select value as id from json_each(?2)) as text
     left join comments on comments.id = text.id
     cross join posts on posts.id = case
         when comments.id is null
         then (select other.id from posts as other indexed by posts_by_event where other.event_id = text.id)
         else comments.post_id end
     cross join users on users.id = posts.author_id";

/// The condition that the viewer sees a text in lists.
const IS_VISIBLE: &str = concat!(
    "(comments.id is null or comments.deleted_at is null and comments.author_id not in ",
    hidden_people!(),
    ") and posts.author_id not in ",
    hidden_people!(),
    " and ",
    visible!()
);

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
    if query.is_empty() {
        return Ok(RiverPage::default());
    }
    let search = Search::of(conn, query, searcher)?;
    if search.plan.is_impossible {
        return Ok(RiverPage::default());
    }
    let filled = rivers::fill_up(
        conn,
        search.viewer,
        slice,
        HidePage::List,
        |hit: &Hit| &hit.post,
        |before| search.below(before, slice.size as usize),
    )?;
    let Page { items, next } = filled.page;
    let comments: Vec<Option<CommentId>> = items.iter().map(|hit| hit.comment).collect();
    let mut items: Vec<Post> = items.into_iter().map(|hit| hit.post).collect();
    fill(conn, search.viewer, &mut items, Shape::Folded)?;
    for (post, comment) in items.iter_mut().zip(comments) {
        if let Some(comment) = comment {
            show(conn, search.viewer, post, comment)?;
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

/// A search that is being read.
struct Search<'s> {
    conn: &'s Connection,
    query: &'s SearchQuery,
    searcher: &'s Searcher<'s>,
    plan: SearchPlan,
    viewer: Viewer,
    /// The number of texts that may still be looked at.
    texts_left: Cell<usize>,
}

impl<'s> Search<'s> {
    fn of(
        conn: &'s Connection,
        query: &'s SearchQuery,
        searcher: &'s Searcher<'s>,
    ) -> Result<Search<'s>> {
        Ok(Search {
            conn,
            query,
            searcher,
            plan: SearchPlan::of(conn, query, searcher)?,
            viewer: Viewer::Member(searcher.viewer),
            texts_left: Cell::new(TEXTS_MAX),
        })
    }

    /// Returns what matches below a position. There may be less than a page, and a next one all the same.
    fn below(&self, before: Option<Cursor>, size: usize) -> Result<Page<Hit>> {
        let (mut hits, mut next, mut window) = (Vec::new(), before, WINDOW);
        while hits.len() <= size && self.texts_left.get() > 0 {
            let wanted = window.min(self.texts_left.get());
            let texts = self.texts(Cursor::upper_bound(next), wanted)?;
            self.texts_left.set(self.texts_left.get() - texts.len());
            self.look_at(&texts, &mut hits)?;
            next = texts.last().map(|last| Cursor(*last));
            if texts.len() < wanted {
                next = None;
                break;
            }
            window *= WINDOW_GROWTH;
        }
        if hits.len() > size {
            let size = u32::try_from(size).unwrap_or(u32::MAX);
            return Ok(Page::cut(hits, size, |hit: &Hit| hit.post.position.0));
        }
        Ok(Page { items: hits, next })
    }

    /// Returns the ids of the next texts below a position that may match, the newest first.
    fn texts(&self, below: i64, count: usize) -> Result<Vec<i64>> {
        let sql = match (&self.plan.words, self.plan.has_comments) {
            (Some(_), _) => {
                "select rowid from search where search match ?3 and rowid < ?1 order by rowid desc limit ?2"
            }
            (None, true) => {
                "select event_id as id from posts indexed by posts_by_event where event_id < ?1 and ?3 is null
                 union all
                 select id from comments where id < ?1
                 order by id desc limit ?2"
            }
            (None, false) => {
                "select event_id from posts indexed by posts_by_event
                 where event_id < ?1 and ?3 is null order by event_id desc limit ?2"
            }
        };
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        let mut query = self.conn.prepare_cached(sql)?;
        let ids = query.query_map((below, count, &self.plan.words), |row| row.get(0))?;
        Ok(ids.collect::<rusqlite::Result<_>>()?)
    }

    /// Adds those of the texts that match and that the viewer sees.
    fn look_at(&self, texts: &[i64], hits: &mut Vec<Hit>) -> Result<()> {
        // They are needed only where a text can match in another way than its post.
        let mixed = self.plan.on_posts.iter();
        let mixed = mixed.filter(|(clause, ..)| !self.query.clauses[*clause].is_about_post());
        let mixed: Vec<&(usize, usize, String)> = mixed.collect();
        let on_posts: String = mixed.iter().map(|(.., sql)| format!(", {sql}")).collect();
        let is_asked_for = if self.plan.has_comments {
            "1"
        } else {
            "comments.id is null"
        };
        let columns = rows::columns!();
        let sql = format!(
            "select {columns}, text.id as position, comments.id as found_comment,
                 comments.message as found_text, comments.created_at as found_at{on_posts}
             {TEXTS}
             where {IS_VISIBLE} and {is_asked_for} and {}",
            self.plan.conditions
        );
        let texts = serde_json::json!(texts).to_string();
        let mut query = self.conn.prepare_cached(&sql)?;
        let first = query.column_count() - mixed.len();
        let count = query.parameter_count();
        let mut found = query.query(&self.values(&texts)[..count])?;
        while let Some(row) = found.next()? {
            let hit = Hit {
                post: rows::from_row(row)?,
                comment: row.get("found_comment")?,
            };
            if hits.iter().any(|other| other.post.id == hit.post.id) {
                continue;
            }
            let on_post = holding(row, first, &mixed)?;
            let is_match = self.plan.is_decided || {
                let text: Option<String> = row.get("found_text")?;
                let text = text.as_deref().unwrap_or(&hit.post.message);
                let at: Option<Timestamp> = row.get("found_at")?;
                let text = SearchedText::of(text, at.unwrap_or(hit.post.created_at));
                self.matches(&text, &on_post)
            };
            if is_match && self.stands_here(&hit.post, &on_post)? {
                hits.push(hit);
            }
        }
        Ok(())
    }

    /// Returns the values of the parameters of the conditions, after the viewer and the texts.
    fn values<'v>(&'v self, texts: &'v dyn ToSql) -> Vec<&'v dyn ToSql> {
        let mut values: Vec<&dyn ToSql> = vec![&self.viewer, texts];
        values.extend(self.plan.values.iter().map(|value| value as &dyn ToSql));
        values
    }

    /// Checks that no newer comment on the post matches: by that one the post stands further up. `on_post` has the
    /// conditions that hold for the post.
    fn stands_here(&self, post: &Post, on_post: &[(usize, usize)]) -> Result<bool> {
        if !self.plan.has_comments || post.comments.count == 0 {
            return Ok(true);
        }
        let sql = concat!(
            "select message, created_at from comments indexed by comments_by_post
             where post_id = ?2 and id > ?3 and deleted_at is null and author_id not in ",
            hidden_people!(),
            " order by id limit ?4"
        );
        let mut query = self.conn.prepare_cached(sql)?;
        let mut newer = query.query((self.viewer, post.id, post.position, NEWER_COMMENTS_MAX))?;
        while let Some(row) = newer.next()? {
            let text: String = row.get(0)?;
            if self.matches(&SearchedText::of(&text, row.get(1)?), on_post) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Checks whether a text matches under a post for which some conditions hold.
    fn matches(&self, text: &SearchedText<'_>, on_post: &[(usize, usize)]) -> bool {
        let holds = |clause: usize, condition: usize| {
            // The post was found, so it matches by itself.
            self.query.clauses[clause].is_about_post() || on_post.contains(&(clause, condition))
        };
        self.query
            .is_matched_by(text, self.searcher.start_of, holds)
    }
}

/// Returns the numbers of the conditions that hold, from the columns of a row.
fn holding(
    row: &Row<'_>,
    first: usize,
    conditions: &[&(usize, usize, String)],
) -> rusqlite::Result<Vec<(usize, usize)>> {
    let mut holding = Vec::new();
    for (column, (clause, condition, _)) in (first..).zip(conditions) {
        if row.get(column)? {
            holding.push((*clause, *condition));
        }
    }
    Ok(holding)
}

/// Returns the position of the newest text of somebody else that a search shows, among the first few.
pub(super) fn newest(
    conn: &Connection,
    query: &SearchQuery,
    searcher: &Searcher<'_>,
    now: Timestamp,
) -> Result<Option<i64>> {
    let found = page(conn, query, searcher, Slice::first(NEWEST_LOOKED_AT, now))?;
    for post in found.posts.items {
        let author = if post.position == post.posted {
            Some(post.author.id)
        } else {
            comments::author(conn, CommentId(post.position.0))?
        };
        if author != Some(searcher.viewer) {
            return Ok(Some(post.position.0));
        }
    }
    Ok(None)
}

/// Checks whether a post, or one of its newest comments, matches what the viewer typed.
pub fn is_found(
    conn: &Connection,
    typed: &str,
    searcher: &Searcher<'_>,
    post: PostId,
) -> Result<bool> {
    let query = &SearchQuery::parse(typed);
    let search = Search::of(conn, query, searcher)?;
    let all: Vec<&(usize, usize, String)> = search.plan.on_posts.iter().collect();
    let on_posts: String = all.iter().map(|(.., sql)| format!(", {sql}")).collect();
    let sql = format!(
        "select posts.message, posts.created_at{on_posts} from posts
         where posts.id = ?2 and posts.author_id not in {} and {}",
        hidden_people!(),
        visible!()
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let count = statement.parameter_count();
    let values = search.values(&post);
    let mut found = statement.query(&values[..count])?;
    let Some(row) = found.next()? else {
        return Ok(false);
    };
    let on_post = holding(row, 2, &all)?;
    let mut clauses = query.clauses.iter().enumerate();
    let is_possible = clauses.all(|(n, clause)| {
        !clause.is_about_post() || on_post.iter().any(|(holding, _)| *holding == n)
    });
    if !is_possible {
        return Ok(false);
    }
    let matches = |text: &str, at: Timestamp| {
        let text = SearchedText::of(text, at);
        let holds = |clause, condition| on_post.contains(&(clause, condition));
        query.is_matched_by(&text, searcher.start_of, holds)
    };
    if matches(&row.get::<_, String>(0)?, row.get(1)?) {
        return Ok(true);
    }
    if !search.plan.has_comments {
        return Ok(false);
    }
    let sql = concat!(
        "select message, created_at from comments indexed by comments_by_post
         where post_id = ?2 and deleted_at is null and author_id not in ",
        hidden_people!(),
        " order by id desc limit ?3"
    );
    let mut statement = conn.prepare_cached(sql)?;
    let mut newest = statement.query((search.viewer, post, NEWER_COMMENTS_MAX))?;
    while let Some(row) = newest.next()? {
        if matches(&row.get::<_, String>(0)?, row.get(1)?) {
            return Ok(true);
        }
    }
    Ok(false)
}
