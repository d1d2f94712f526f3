//! Finding people: suggestions to follow, search, and completion of names.

use rusqlite::{Connection, ToSql};

use super::{
    relationships::{related, related_columns},
    visibility::{hidden_people, person_visible},
};
use crate::{
    error::Result,
    model::{Cursor, Page, RelatedUser, User, UserId, folded},
};

/// The most people suggested while a name is being typed.
const COMPLETIONS_MAX: u32 = 6;

/// Returns the newest members whom the viewer does not follow yet.
pub fn newest_to_follow(conn: &Connection, viewer: UserId, limit: u32) -> Result<Vec<RelatedUser>> {
    let sql = concat!(
        "select ",
        related_columns!(),
        ", users.id as position
         from users join feeds on feeds.owner_id = users.id
         where users.id <> ?1 and users.id not in ",
        hidden_people!(),
        "
             and users.imagined_by is null
             and not exists (select 1 from follows where user_id = ?1 and feed_id = feeds.id)
         order by users.id desc limit ?2"
    );
    read(conn, sql, viewer, &[&viewer, &limit])
}

/// Returns the people whom most of the viewer's friends follow and the viewer does not.
pub fn friends_of_friends(
    conn: &Connection,
    viewer: UserId,
    limit: u32,
) -> Result<Vec<RelatedUser>> {
    let sql = concat!(
        "select ", related_columns!(), ", count(*) as position
         from follows as mine cross join feeds as theirs on theirs.id = mine.feed_id
         cross join follows as further on further.user_id = theirs.owner_id
         cross join feeds on feeds.id = further.feed_id cross join users on users.id = feeds.owner_id
         where mine.user_id = ?1 and users.id <> ?1 and users.id not in ", hidden_people!(), "
             and users.imagined_by is null
             and not exists (select 1 from follows where user_id = ?1 and feed_id = feeds.id)
         group by users.id order by position desc, users.id desc limit ?2"
    );
    read(conn, sql, viewer, &[&viewer, &limit])
}

/// Returns a page of the people whose name contains this text, newest member first. An empty text finds everybody.
pub fn search(
    conn: &Connection,
    viewer: UserId,
    text: &str,
    before: Option<Cursor>,
    size: u32,
) -> Result<Page<RelatedUser>> {
    let sql = concat!(
        "select ",
        related_columns!(),
        ", users.id as position from users
         where instr(users.search, ?2) > 0 and users.id < ?3 and ",
        person_visible!(),
        " order by users.id desc limit ?4"
    );
    let (text, below, rows) = (folded(text), Cursor::upper_bound(before), size + 1);
    let people = read(conn, sql, viewer, &[&viewer, &text, &below, &rows])?;
    Ok(Page::cut(people, size, |person: &RelatedUser| {
        person.position
    }))
}

/// Returns people whose username begins with this text, then those with such a word in their name. In each of the two,
/// friends come first, then it is alphabetical.
pub fn completions(conn: &Connection, viewer: UserId, beginning: &str) -> Result<Vec<User>> {
    let sql = concat!(
        "select ", related_columns!(), ", 0 as position from users
         where users.id <> ?1 and (instr(users.search, ?2) = 1 or instr(users.search, ' ' || ?2) > 0)
             and users.imagined_by is null and users.id not in ", hidden_people!(), "
         order by instr(users.search, ?2) = 1 desc, is_followed desc, users.username limit ?3"
    );
    let beginning = folded(beginning);
    let people = read(conn, sql, viewer, &[&viewer, &beginning, &COMPLETIONS_MAX])?;
    Ok(people.into_iter().map(|person| person.user).collect())
}

fn read(
    conn: &Connection,
    sql: &str,
    viewer: UserId,
    parameters: &[&dyn ToSql],
) -> Result<Vec<RelatedUser>> {
    let mut query = conn.prepare_cached(sql)?;
    let people = query.query_map(parameters, |row| related(row, viewer.into()))?;
    Ok(people.collect::<rusqlite::Result<_>>()?)
}
