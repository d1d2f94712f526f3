//! Rivers: the home river and the other lists of posts. Each page is one query for the posts, and a fixed number of
//! further ones for their comments, likes, images and reasons.

use rusqlite::{Connection, Params, ToSql};

use super::posts::{Shape, fill, rows};
use crate::{
    error::Result,
    model::{Cursor, HidePage, Page, Post, RiverPage, Slice, Viewer},
};

mod best;
mod by_date;
mod chosen;
mod filling;
mod home;
mod lists;
mod pinned;
mod this_day;

pub use best::best;
pub use chosen::{is_in_list, of_list};
pub(super) use filling::fill_up;
use filling::hidden;
pub use home::{actors, as_at_home, audience, find_at_home, followers_and_self, home};
pub use lists::{
    acted_on, directs, discussions, everything, is_discussed_by, is_tagged, of_group, of_person,
    saved, tagged, tags,
};
pub use pinned::{pinned_by, pinned_to_group};
pub use this_day::{this_day, this_day_at_home};

/// The place below all posts, [`EventId::LOWEST`] in SQL.
///
/// [`EventId::LOWEST`]: crate::model::EventId::LOWEST
macro_rules! lowest {
    () => {
        "-9223372036854775807"
    };
}
use lowest;

/// Reads a page of a list. Its query takes the viewer, the upper bound of the page, the number of rows and then its own
/// parameters. `on` says which hides take posts out of it.
fn list(
    conn: &Connection,
    sql: &str,
    viewer: impl Into<Viewer>,
    slice: Slice,
    on: HidePage<'_>,
    more: &[&dyn ToSql],
) -> Result<RiverPage> {
    let (viewer, rows) = (viewer.into(), slice.size + 1);
    let filled = fill_up(
        conn,
        viewer,
        slice,
        on,
        |post| post,
        |before| {
            let below = Cursor::upper_bound(before);
            let mut parameters: Vec<&dyn ToSql> = vec![&viewer, &below, &rows];
            parameters.extend_from_slice(more);
            let posts = read(conn, sql, parameters.as_slice())?;
            Ok(Page::cut(posts, slice.size, |post: &Post| post.position.0))
        },
    )?;
    let mut posts = filled.page;
    fill(conn, viewer, &mut posts.items, Shape::Folded)?;
    Ok(RiverPage {
        posts,
        hidden: filled.hidden,
        first_end: filled.first_end,
        pinned: None,
    })
}

fn read(conn: &Connection, sql: &str, parameters: impl Params) -> Result<Vec<Post>> {
    let mut query = conn.prepare_cached(sql)?;
    let posts = query.query_map(parameters, rows::from_row)?;
    Ok(posts.collect::<rusqlite::Result<_>>()?)
}

#[cfg(test)]
mod tests;
