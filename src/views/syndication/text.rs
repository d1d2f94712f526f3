//! The lines of a page of posts.

use crate::{
    model::{BasePath, Post, TextLine, WrittenPost},
    views::posts,
};

/// Returns posts and the comments that are shown with them as lines of plain text, the oldest first. The posts come the
/// newest first. `site` is what the addresses begin with.
pub(crate) fn lines(posts: &[Post], site: &str) -> String {
    let base = BasePath::default();
    let written = posts.iter().map(|post| {
        let json = serde_json::to_value(posts::json(post, &base));
        json.and_then(serde_json::from_value::<WrittenPost>)
            .expect("lines are made of our own JSON")
    });
    TextLine::of_page(&written.collect::<Vec<_>>(), site)
}
