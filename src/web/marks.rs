//! The marks on what stands beside the home page: the lists, groups and saved searches in which there is something new.

use super::{Context, Member, search::searching};
use crate::{
    error::Result,
    http::Response,
    model::{RiverPage, Slice},
    store::{Snapshot, groups, lists, rivers},
    views::marks,
};

/// The most lists, and the most groups, that are looked through: those that stand first.
const LOOKED_THROUGH_MAX: usize = 20;

/// The newest posts of each that are looked at.
const POSTS: u32 = 5;

/// Answers with the names of the marks, for the script: a page is drawn without them, so that nothing is looked up while
/// nobody looks.
pub(crate) fn index(cx: &Context<'_, Member>) -> Result<Response> {
    let (user, slice) = (cx.user.id, Slice::first(POSTS, cx.now()));
    let news = cx.read(|conn| {
        let mut news = Vec::new();
        for list in lists::all(conn, user)?.iter().take(LOOKED_THROUGH_MAX) {
            if has_news(cx, conn, rivers::of_list(conn, user, list.id, slice)?)? {
                news.push(marks::of_list(list));
            }
        }
        let own = groups::of_member(conn, user)?;
        for group in own.iter().take(LOOKED_THROUGH_MAX) {
            if has_news(
                cx,
                conn,
                rivers::of_group(conn, user, group.feed, None, slice)?,
            )? {
                news.push(marks::of_group(group));
            }
        }
        let found = searching(cx, |searcher| {
            cx.app.search_news.of(conn, searcher, cx.now())
        })?;
        news.extend(found.into_iter().map(marks::of_search));
        Ok(news)
    })?;
    Ok(Response::json(200, &news))
}

/// Checks whether the user has not seen a post of somebody else, or has not read all comments of a post.
fn has_news(cx: &Context<'_, Member>, conn: &Snapshot, page: RiverPage) -> Result<bool> {
    let page = cx.river_with_unread(conn, page)?;
    Ok(page.posts.items.iter().any(|post| {
        // The filter of what was read has looked at each post.
        let unread = post.unread.unwrap_or_default();
        unread.count > 0 || !post.is_mine && unread.mark.is_none()
    }))
}
