//! Saved posts: a private list of each member, the newest saved first.

use rusqlite::Connection;

use super::{
    Tx,
    posts::{
        place::place,
        rows::{address, address_columns},
    },
    rows::{self, Take},
    visibility::visible,
};
use crate::{
    error::Result,
    model::{PostId, SavedPost, UserId},
};

/// Saves a post. A second call changes nothing.
///
/// # Errors
/// `NotFound` if the person may not see the post.
pub fn save(tx: &mut Tx<'_>, by: UserId, post: PostId) -> Result<()> {
    place(tx, by, post)?;
    tx.prepare_cached(
        "insert into saves (user_id, post_id, place, saved_at)
         values (?1, ?2, 1 + coalesce((select max(place) from saves where user_id = ?1), 0), ?3)
         on conflict (user_id, post_id) do nothing",
    )?
    .execute((by, post, tx.now))?;
    tx.is_on_page_of(by);
    Ok(())
}

/// Removes a post from the saved ones. A second call changes nothing.
///
/// # Errors
/// `NotFound` if the person may not see the post.
pub fn unsave(tx: &mut Tx<'_>, by: UserId, post: PostId) -> Result<()> {
    place(tx, by, post)?;
    tx.prepare_cached("delete from saves where user_id = ? and post_id = ?")?
        .execute((by, post))?;
    tx.is_on_page_of(by);
    Ok(())
}

/// Reads the posts that a person saved, the newest saved first. Those that the person may no longer see are left out.
pub fn each_own(conn: &Connection, viewer: UserId, take: Take<'_, SavedPost>) -> Result<()> {
    let sql = concat!(
        "select saves.saved_at, ",
        address_columns!(),
        "
         from saves indexed by saves_by_place cross join posts on posts.id = saves.post_id
         cross join users on users.id = posts.author_id
         where saves.user_id = ?1 and ",
        visible!(),
        " order by saves.place desc"
    );
    let read = |row: &rusqlite::Row<'_>| {
        Ok(SavedPost {
            saved_at: row.get("saved_at")?,
            place: address(row)?,
        })
    };
    rows::each(conn, sql, viewer, read, take)
}
