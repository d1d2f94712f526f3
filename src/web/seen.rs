//! What people have read. Pages send it as JSON, as programs do.

use serde_json::Value;

use super::{Audience, Context, Member};
use crate::{
    error::{Error, Result},
    http::{FetchPurpose, Json, Method, Response},
    live::SeenNews,
    model::{Page, Post, RiverPage, SeenMark, UserId},
    store::{Reach, Snapshot, Touch, directs, seen},
};

/// The field that names the posts and, for each, the newest comment seen.
const FIELD: &str = "posts";

pub(crate) fn create(cx: &Context<'_, Member>) -> Result<Response> {
    let wrong = |problem: String| Error::invalid(FIELD, problem);
    let marks = marks(&cx.json()?).map_err(wrong)?;
    note(cx, &marks)?;
    Ok(Response::empty(204))
}

/// Parses the marks of a body.
///
/// # Errors
/// A sentence for the author of the program.
fn marks(sent: &Json) -> Result<Vec<SeenMark>, String> {
    let posts = sent.object(FIELD)?;
    if posts.len() > SeenMark::SENT_MAX {
        return Err(format!("At most {} posts at once.", SeenMark::SENT_MAX));
    }
    let marks = posts.iter().map(|(post, comment)| match comment {
        Value::String(id) => SeenMark::parse(post, id),
        Value::Number(id) => SeenMark::parse(post, &id.to_string()),
        _ => SeenMark::parse(post, ""),
    });
    marks.collect()
}

/// Notes that the caller has seen posts up to a comment. Nothing is written now. Posts that the caller may not see are
/// left out: one that was deleted while it was read is no mistake.
///
/// # Errors
/// `StorageUnavailable` if too many marks wait and the disk does not take them.
pub(super) fn note(cx: &Context<'_, Member>, marks: &[SeenMark]) -> Result<()> {
    let (user, pending) = (cx.user.id, &cx.app.seen);
    let news = cx.read(|conn| {
        let mut marks = seen::possible(conn, user, marks)?;
        let posts = marks
            .iter()
            .map(|mark| (mark.post, pending.of(user, mark.post)));
        let before = seen::seen_posts(conn, user, posts)?;
        marks.retain(|mark| {
            let mut before = before.iter();
            let known = before.find(|found| found.post == mark.post);
            known.is_none_or(|known| known.unread.mark < Some(mark.comment))
        });
        Ok(marks)
    })?;
    if news.is_empty() {
        return Ok(());
    }
    if !pending.add(user, &news, cx.now()) {
        pending.write(&cx.app.db, cx.now())?;
        // There is room now, unless many people send at the same moment. Then the page sends its marks again.
        if !pending.add(user, &news, cx.now()) {
            return Err(Error::Busy { retry_after: 5 });
        }
    }
    forget_pages(cx, user);
    let left = cx.read(|conn| {
        let posts = news
            .iter()
            .map(|mark| (mark.post, pending.of(user, mark.post)));
        let left = seen::seen_posts(conn, user, posts)?;
        let has_direct = directs::are_among(conn, news.iter().map(|mark| mark.post))?;
        Ok(SeenNews {
            posts: left.iter().map(|seen| (seen.post, seen.unread)).collect(),
            counts: has_direct.then(|| cx.unread_counts(conn)).transpose()?,
        })
    })?;
    cx.app.live.tell_seen(user, left);
    Ok(())
}

/// Notes that a page with a post and all its comments is shown. One that a browser fetches ahead is not.
pub(super) fn shown(cx: &Context<'_, Member>, post: &Post) {
    let last = post.comments.shown.last();
    let comment = last.map_or(SeenMark::NO_COMMENT, |last| last.id);
    let known = post.unread.and_then(|unread| unread.mark);
    let is_shown = cx.request.method == Method::Get && cx.request.purpose == FetchPurpose::Show;
    if is_shown && known < Some(comment) {
        let post = post.id;
        // Somebody who reads while the disk is full may be told the same news twice.
        let _ = note(cx, &[SeenMark { post, comment }]);
    }
}

/// Forgets the remembered pages of a reader: they show what is new.
fn forget_pages(cx: &Context<'_, Member>, reader: UserId) {
    cx.app.answers.commits().note(&Reach::Some(vec![Touch {
        readers: vec![reader],
        ..Touch::default()
    }]));
}

impl<Who: Audience> Context<'_, Who> {
    /// Adds to a page of posts what is new in them for the viewer.
    pub(crate) fn page_with_unread(
        &self,
        conn: &Snapshot,
        mut page: Page<Post>,
    ) -> Result<Page<Post>> {
        self.add_unread(conn, &mut page.items)?;
        Ok(page)
    }

    /// Adds to a page of a river what is new in its posts for the viewer.
    pub(crate) fn river_with_unread(
        &self,
        conn: &Snapshot,
        mut page: RiverPage,
    ) -> Result<RiverPage> {
        self.add_unread(conn, &mut page.posts.items)?;
        let pinned = page.pinned.take();
        let pinned = pinned.map(|pinned| self.with_unread(conn, pinned));
        page.pinned = pinned.transpose()?;
        Ok(page)
    }

    /// Adds to a post what is new in it for the viewer.
    pub(crate) fn with_unread(&self, conn: &Snapshot, mut post: Post) -> Result<Post> {
        self.add_unread(conn, std::slice::from_mut(&mut post))?;
        Ok(post)
    }

    fn add_unread(&self, conn: &Snapshot, posts: &mut [Post]) -> Result<()> {
        let Some(user) = self.caller.user() else {
            return Ok(());
        };
        let pending = &self.app.seen;
        seen::add_unread(conn, user.id, posts, |post| pending.of(user.id, post))
    }
}
