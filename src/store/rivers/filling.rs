//! Hidden posts are taken out of a page after it was read, and the page is filled up again.

use rusqlite::Connection;

use crate::{
    error::Result,
    model::{
        Cursor, HiddenPost, HideCandidate, HidePage, Hides, Page, Post, PostAddress, Slice,
        Timestamp, Viewer,
    },
    store::hides,
};

/// The most times that a page is read on to fill it up. If even that does not fill it, the page is shorter and the next
/// one begins where it ended, so that no page costs more than so many pages.
const REFILLS_MAX: u32 = 5;

/// A page without the posts that its viewer hides.
pub(in crate::store) struct FilledPage<T> {
    pub(in crate::store) page: Page<T>,
    pub(in crate::store) hidden: Vec<HiddenPost>,
    pub(in crate::store) first_end: Option<Timestamp>,
}

/// Reads a page with `read`, which takes the cursor where it begins, takes hidden posts out of it, and fills it up. The
/// pages of `read` may be shorter than `slice.size` themselves.
pub(in crate::store) fn fill_up<T>(
    conn: &Connection,
    viewer: Viewer,
    slice: Slice,
    on: HidePage<'_>,
    post_of: impl Fn(&T) -> &Post,
    read: impl Fn(Option<Cursor>) -> Result<Page<T>>,
) -> Result<FilledPage<T>> {
    let hides = hides::of(conn, viewer, slice.now)?;
    let mut page = read(slice.before)?;
    let first_end = hides.first_end();
    let (mut kept, mut hidden, mut refills) = (Vec::new(), Vec::new(), 0);
    let next = loop {
        let mut rest = page.items.into_iter();
        while kept.len() < slice.size as usize
            && let Some(item) = rest.next()
        {
            match self::hidden(conn, &hides, viewer, post_of(&item), on)? {
                Some(post) => hidden.push(post),
                None => kept.push(item),
            }
        }
        if rest.next().is_some() {
            // The page is full: what follows, hidden or not, belongs to the next one.
            break kept.last().map(|item| Cursor(post_of(item).position.0));
        }
        match page.next {
            Some(next) if kept.len() < slice.size as usize && refills < REFILLS_MAX => {
                refills += 1;
                page = read(Some(next))?;
            }
            next => break next,
        }
    };
    Ok(FilledPage {
        page: Page { items: kept, next },
        hidden,
        first_end,
    })
}

/// Returns a post as one that its viewer hides from a page; `None` if the viewer does not.
pub(super) fn hidden(
    conn: &Connection,
    hides: &Hides,
    viewer: Viewer,
    post: &Post,
    on: HidePage<'_>,
) -> Result<Option<HiddenPost>> {
    let candidate = HideCandidate {
        post: post.id,
        author: post.author.id,
        is_mine: post.is_mine,
        text: &post.message,
        feeds: match viewer {
            Viewer::Member(user) => hides::feeds_of(conn, hides, user, post.id)?,
            Viewer::Guest => Vec::new(),
        },
    };
    let reasons = hides.of_post(&candidate, &on);
    Ok((!reasons.is_empty()).then(|| HiddenPost {
        address: PostAddress::new(post.id, post.author.clone(), &post.message),
        created_at: post.created_at,
        reasons,
    }))
}
