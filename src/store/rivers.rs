//! Rivers: the home river and the other lists of posts. Each page is one query for the posts, and a fixed number of
//! further ones for their comments, likes, images and reasons.

use rusqlite::{Connection, Params, ToSql};

use super::posts::{Shape, fill, rows};
use crate::{
    error::Result,
    model::{Cursor, Page, Post, Viewer},
};

mod best;
mod home;
mod lists;
mod this_day;

pub use best::best;
pub use home::{actors, as_at_home, audience, find_at_home, followers_and_self, home};
pub use lists::{
    acted_on, directs, discussions, everything, is_discussed_by, is_tagged, of_group, of_person,
    saved, tagged, tags,
};

pub use this_day::{this_day, this_day_at_home};

/// Reads a page of a list. Its query takes the viewer, the upper bound of the page, the number of rows and then its own
/// parameters.
fn list(
    conn: &Connection,
    sql: &str,
    viewer: impl Into<Viewer>,
    before: Option<Cursor>,
    size: u32,
    more: &[&dyn ToSql],
) -> Result<Page<Post>> {
    let (viewer, below, rows) = (viewer.into(), Cursor::upper_bound(before), size + 1);
    let mut parameters: Vec<&dyn ToSql> = vec![&viewer, &below, &rows];
    parameters.extend_from_slice(more);
    let posts = read(conn, sql, parameters.as_slice())?;
    page(conn, viewer, posts, size)
}

fn read(conn: &Connection, sql: &str, parameters: impl Params) -> Result<Vec<Post>> {
    let mut query = conn.prepare_cached(sql)?;
    let posts = query.query_map(parameters, rows::from_row)?;
    Ok(posts.collect::<rusqlite::Result<_>>()?)
}

fn page(conn: &Connection, viewer: Viewer, posts: Vec<Post>, size: u32) -> Result<Page<Post>> {
    let mut page = Page::cut(posts, size, |post: &Post| post.position.0);
    fill(conn, viewer, &mut page.items, Shape::Folded)?;
    Ok(page)
}

#[cfg(test)]
mod tests;
