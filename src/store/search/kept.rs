//! Searches that people keep, and how far they were read.

use rusqlite::{Connection, Row};

use crate::{
    error::{Error, Result},
    model::{KeptSearch, NewSearch, Problems, RiverPage, SearchId, SearchQuery, UserId},
    store::{Tx, rows::Take, sql},
};

/// Returns the searches that a person keeps, the oldest first.
pub fn kept(conn: &Connection, owner: UserId) -> Result<Vec<KeptSearch>> {
    let mut query = conn
        .prepare_cached("select id, title, query from searches where owner_id = ? order by id")?;
    let searches = query.query_map([owner], from_row)?;
    Ok(searches.collect::<rusqlite::Result<_>>()?)
}

/// Reads the searches that a person keeps, the oldest first.
pub fn each_own(conn: &Connection, owner: UserId, take: Take<'_, KeptSearch>) -> Result<()> {
    kept(conn, owner)?.into_iter().try_for_each(take)
}

/// Keeps a search. One that is kept already gets the title.
///
/// # Errors
/// `Invalid` if the person keeps too many.
pub fn keep(tx: &mut Tx<'_>, owner: UserId, new: &NewSearch) -> Result<()> {
    let (title, typed) = (new.title.as_str(), new.query.as_typed());
    let renamed = tx
        .prepare_cached("update searches set title = ?3 where owner_id = ?1 and query = ?2")?
        .execute((owner, typed, title))?;
    if renamed == 0 {
        let most = KeptSearch::COUNT_MAX;
        if kept(tx, owner)?.len() >= most {
            let problem = format!("You can keep at most {most} searches. Delete one first.");
            return Err(Error::invalid(Problems::FORM, problem));
        }
        tx.prepare_cached(
            "insert into searches (owner_id, title, query, created_at) values (?, ?, ?, ?)",
        )?
        .execute((owner, title, typed, tx.now))?;
    }
    tx.is_on_page_of(owner);
    Ok(())
}

/// Deletes a search.
///
/// # Errors
/// `NotFound` if the person keeps no such search.
pub fn delete(tx: &mut Tx<'_>, owner: UserId, id: SearchId) -> Result<()> {
    let deleted = tx
        .prepare_cached("delete from searches where id = ? and owner_id = ?")?
        .execute((id, owner))?;
    sql::found(deleted)?;
    tx.is_on_page_of(owner);
    Ok(())
}

/// Returns the position up to which a kept search is read when its first page is shown; `None` if it was read as far
/// before, or is not kept.
pub fn to_mark(
    conn: &Connection,
    owner: UserId,
    query: &SearchQuery,
    page: &RiverPage,
) -> Result<Option<i64>> {
    let Some(first) = page.posts.items.first() else {
        return Ok(None);
    };
    let mut known = conn.prepare_cached(
        "select exists (select 1 from searches where owner_id = ? and query = ? and seen_up_to < ?)",
    )?;
    let is_new: bool =
        known.query_row((owner, query.as_typed(), first.position), |row| row.get(0))?;
    Ok(is_new.then_some(first.position.0))
}

/// Notes that the owner of a kept search was shown everything up to a position.
pub fn mark(tx: &mut Tx<'_>, owner: UserId, query: &SearchQuery, up_to: i64) -> Result<()> {
    tx.prepare_cached(
        "update searches set seen_up_to = max(seen_up_to, ?3) where owner_id = ?1 and query = ?2",
    )?
    .execute((owner, query.as_typed(), up_to))?;
    // Pages ask for these marks after they were drawn.
    tx.is_on_no_page();
    Ok(())
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<KeptSearch> {
    Ok(KeptSearch {
        id: row.get(0)?,
        title: row.get(1)?,
        query: row.get(2)?,
    })
}
