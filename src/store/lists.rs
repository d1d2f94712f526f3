//! Lists: rivers that a person puts together. A list exists for its owner alone.

use rusqlite::{Connection, Row};

use super::{Tx, events::Announcement, feeds, relationships::silence};
use crate::{
    error::{Error, Result},
    model::{EventKind, List, ListEdit, ListId, ListSlug, ListStep, Problems, UserId},
};

mod members;

pub use members::{each_own, having, members, offered, set_member};

/// Returns a person's lists, in their order.
pub fn all(conn: &Connection, owner: UserId) -> Result<Vec<List>> {
    let mut query = conn.prepare_cached(
        "select id, slug, title, is_exclusive from lists where owner_id = ? order by place",
    )?;
    let lists = query.query_map([owner], from_row)?;
    Ok(lists.collect::<rusqlite::Result<_>>()?)
}

/// Finds a list of a person.
///
/// # Errors
/// `NotFound` if the person has no such list.
pub fn find(conn: &Connection, owner: UserId, slug: &ListSlug) -> Result<List> {
    let mut query = conn.prepare_cached(
        "select id, slug, title, is_exclusive from lists where owner_id = ? and slug = ?",
    )?;
    Ok(query.query_row((owner, slug.as_str()), from_row)?)
}

/// Creates a list, below the others.
///
/// # Errors
/// `Invalid` if the person has too many lists, or a member does not exist for them.
pub fn create(tx: &mut Tx<'_>, owner: UserId, new: &ListEdit) -> Result<List> {
    let others = all(tx, owner)?;
    if others.len() >= List::COUNT_MAX {
        let most = List::COUNT_MAX;
        let problem = format!("You can have at most {most} lists. Delete one first.");
        return Err(Error::invalid(Problems::FORM, problem));
    }
    let is_taken = |slug: &str| others.iter().any(|list| list.slug.as_str() == slug);
    let slug = ListSlug::of(&new.title, is_taken);
    tx.prepare_cached(
        "insert into lists (owner_id, slug, title, place, is_exclusive, created_at)
         values (?1, ?2, ?3, (select coalesce(max(place), 0) + 1 from lists where owner_id = ?1), ?4, ?5)",
    )?
    .execute((owner, slug.as_str(), new.title.as_str(), new.is_exclusive, tx.now))?;
    let list = ListId(tx.last_insert_rowid());
    members::replace(tx, owner, list, &new.members)?;
    change(tx, owner)?;
    find(tx, owner, &slug)
}

/// Changes a list. Its address stays. Members that its owner cannot see at the moment stay, too.
///
/// # Errors
/// `NotFound` if the person has no such list, `Invalid` if a member does not exist for them.
pub fn edit(tx: &mut Tx<'_>, owner: UserId, slug: &ListSlug, edit: &ListEdit) -> Result<List> {
    let list = find(tx, owner, slug)?;
    tx.prepare_cached("update lists set title = ?2, is_exclusive = ?3 where id = ?1")?
        .execute((list.id, edit.title.as_str(), edit.is_exclusive))?;
    members::replace(tx, owner, list.id, &edit.members)?;
    change(tx, owner)?;
    find(tx, owner, slug)
}

/// Deletes a list.
///
/// # Errors
/// `NotFound` if the person has no such list.
pub fn delete(tx: &mut Tx<'_>, owner: UserId, slug: &ListSlug) -> Result<()> {
    let list = find(tx, owner, slug)?;
    tx.prepare_cached("delete from lists where id = ?")?
        .execute([list.id])?;
    change(tx, owner)
}

/// Moves a list up or down by one place. The first one does not go up, and the last one does not go down.
///
/// # Errors
/// `NotFound` if the person has no such list.
pub fn shift(tx: &mut Tx<'_>, owner: UserId, slug: &ListSlug, step: ListStep) -> Result<()> {
    let list = find(tx, owner, slug)?;
    let mut order: Vec<ListId> = all(tx, owner)?.iter().map(|list| list.id).collect();
    let from = order.iter().position(|id| *id == list.id);
    let from = from.ok_or(Error::NotFound)?;
    let to = match step {
        ListStep::Up => from.saturating_sub(1),
        ListStep::Down => (from + 1).min(order.len() - 1),
    };
    order.swap(from, to);
    for (place, id) in (1_i64..).zip(order) {
        tx.prepare_cached("update lists set place = ?2 where id = ?1 and place <> ?2")?
            .execute((id, place))?;
    }
    change(tx, owner)
}

/// Updates what depends on a person's lists: the home river, and pages that are open.
fn change(tx: &mut Tx<'_>, owner: UserId) -> Result<()> {
    silence::settle_follower(tx, owner)?;
    let feed = feeds::own(tx, owner)?;
    tx.announce(&Announcement::on_feed(
        EventKind::ListsChanged,
        owner,
        &feed,
    ))?;
    Ok(())
}

/// Reads the columns `id, slug, title, is_exclusive`.
fn from_row(row: &Row<'_>) -> rusqlite::Result<List> {
    Ok(List {
        id: row.get(0)?,
        slug: ListSlug::stored(row.get(1)?),
        title: row.get(2)?,
        is_exclusive: row.get(3)?,
    })
}
