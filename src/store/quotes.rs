//! Links from posts to other posts of the site. Whoever may read both sees the other one as a card.

use rusqlite::{Connection, Row};

use super::{
    Tx,
    events::Announcement,
    images,
    posts::{
        place,
        rows::{by_post, ids},
    },
    users::{self, user_columns},
    visibility::listed,
};
use crate::{
    error::Result,
    model::{Body, EventKind, LinkTarget, Post, PostId, Quote, Viewer},
};

/// The number of posts whose readers are told at once that a post to which they link has changed: the newest ones. Others
/// show the change when they are loaded again.
const ANNOUNCED_MAX: u32 = 50;

/// The query for the posts to which the posts of a page link. A post that the viewer would not find in lists, such as a
/// direct message or a post of a muted person, is not among them.
const QUOTED: &str = concat!(
    "select quotes.post_id, posts.id as quoted_id, posts.message, posts.images as image_count, posts.created_at,
         images.id as image_id, width, height, alt, is_moving, ",
    user_columns!(),
    "
     from json_each(?2) as page
     cross join quotes on quotes.post_id = page.value
     cross join posts on posts.id = quotes.quoted_id
     cross join users on users.id = posts.author_id
     left join images on images.id = (
         select id from images where images.post_id = posts.id order by place limit 1)
     where ",
    listed!(),
    " order by quotes.post_id, quotes.place"
);

/// Stores the links of a post to others, in place of those of an earlier text.
pub(super) fn set(conn: &Connection, body: &Body, post: PostId) -> rusqlite::Result<()> {
    conn.prepare_cached("delete from quotes where post_id = ?")?
        .execute([post])?;
    insert(conn, body, post)
}

/// Stores the links of a new post to others.
pub(super) fn insert(conn: &Connection, body: &Body, post: PostId) -> rusqlite::Result<()> {
    let mut quoted: Vec<PostId> = Vec::new();
    for other in LinkTarget::posts_in(body) {
        if other != post && !quoted.contains(&other) && quoted.len() < Quote::PER_POST {
            quoted.push(other);
        }
    }
    for (place, other) in (0_u32..).zip(&quoted) {
        conn.prepare_cached("insert into quotes (post_id, place, quoted_id) values (?, ?, ?)")?
            .execute((post, place, other))?;
    }
    Ok(())
}

/// Adds the posts to which posts link, as the viewer sees them.
pub(super) fn fill(conn: &Connection, viewer: Viewer, posts: &mut [Post]) -> Result<()> {
    let quoting = |post: &&Post| LinkTarget::posts_in(&post.body).next().is_some();
    let ids = ids(posts.iter().filter(quoting));
    let mut quotes = by_post(conn, QUOTED, viewer, &ids, from_row)?;
    for post in posts {
        post.quotes = quotes.remove(&post.id).unwrap_or_default();
    }
    Ok(())
}

/// Announces that a post has changed, or is gone or back, to the readers of the posts that link to it.
pub(super) fn announce_change(tx: &mut Tx<'_>, quoted: PostId) -> Result<()> {
    let quoting: Vec<PostId> = tx
        .prepare_cached(
            "select post_id from quotes cross join posts on posts.id = quotes.post_id
             where quoted_id = ? and deleted_at is null order by post_id desc limit ?",
        )?
        .query_map((quoted, ANNOUNCED_MAX), |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for post in quoting {
        let place = place::of_any(tx, post)?;
        tx.announce(&Announcement::on_post(
            EventKind::QuoteChanged,
            place.author,
            post,
            &place,
        ))?;
    }
    Ok(())
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Quote> {
    let message: String = row.get("message")?;
    let image: Option<i64> = row.get("image_id")?;
    let image = image.map(|_| images::from_row(row)).transpose()?;
    Ok(Quote::new(
        row.get("quoted_id")?,
        users::from_row(row)?,
        &message,
        row.get("image_count")?,
        image,
        row.get("created_at")?,
    ))
}
