//! The index of words, and how it follows the texts.
//!
//! Posts and comments are written, edited, deleted and restored in many places, and go with their authors and groups. So
//! that none of these can forget the index, triggers note each text that changes, with its old words. They are temporary:
//! they belong to a connection of this program and are not in the file. Before a transaction is committed, the index is
//! brought up to date with what they have noted.

use rusqlite::{Connection, ErrorCode, OptionalExtension, Transaction};

use crate::{
    model::{UserId, has_link, words},
    store::text_rules,
};

/// The version of the rules by which a text becomes words. The old words of a text are taken out of the index by the same
/// rules, so a program with other rules has to make the index anew. So it does when the texts themselves were changed
/// by new rules.
const VERSION: i64 = 1_000 + text_rules::FOLDING_VERSION;

/// The number of texts in memory at once while the index is made.
const TEXTS_AT_ONCE: u32 = 2_000;

/// The sign that begins words which no text has: it is a character of private use, and those are in no word.
const SIGN: char = '\u{e000}';

/// The word of each text with a link.
pub(super) const LINK: &str = "\u{e000}l";

/// Returns the word of each text that is posted by a person, or stands under a post of that person.
pub(super) fn author_word(author: UserId) -> String {
    format!("{SIGN}p{}", author.0)
}

/// The table of texts that have changed in this transaction, and what fills it. A text that is not there before, or is
/// deleted, has no old words. The first note about a text counts: it has the words that are in the index.
///
/// A comment does not know the author of its post. When a post goes for good its comments go after it, so they are noted
/// before.
const WATCH: &str = "
create temp table if not exists changed_texts (
    id        integer primary key,
    author_id integer not null, -- of the post
    old       text              -- null: it was not in the index
);

create temp trigger if not exists posts_written after insert on main.posts
begin
    insert into changed_texts (id, author_id) select new.event_id, new.author_id
    where not exists (select 1 from changed_texts where id = new.event_id);
end;

create temp trigger if not exists posts_changed after update of message, deleted_at on main.posts
begin
    insert into changed_texts (id, author_id, old)
    select old.event_id, old.author_id, case when old.deleted_at is null then old.message end
    where not exists (select 1 from changed_texts where id = old.event_id);
end;

create temp trigger if not exists posts_gone before delete on main.posts
begin
    insert into changed_texts (id, author_id, old)
    select old.event_id, old.author_id, case when old.deleted_at is null then old.message end
    where not exists (select 1 from changed_texts where id = old.event_id);
    insert into changed_texts (id, author_id, old)
    select comments.id, old.author_id, case when comments.deleted_at is null then comments.message end
    from main.comments
    where post_id = old.id and not exists (select 1 from changed_texts where id = comments.id);
end;

create temp trigger if not exists comments_written after insert on main.comments
begin
    insert into changed_texts (id, author_id) select new.id, author_id from main.posts
    where posts.id = new.post_id and not exists (select 1 from changed_texts where id = new.id);
end;

create temp trigger if not exists comments_changed after update of message, deleted_at on main.comments
begin
    insert into changed_texts (id, author_id, old)
    select old.id, author_id, case when old.deleted_at is null then old.message end
    from main.posts
    where posts.id = old.post_id and not exists (select 1 from changed_texts where id = old.id);
end;

create temp trigger if not exists comments_gone before delete on main.comments
begin
    insert into changed_texts (id, author_id, old)
    select old.id, author_id, case when old.deleted_at is null then old.message end
    from main.posts
    where posts.id = old.post_id and not exists (select 1 from changed_texts where id = old.id);
end;
";

/// Has a connection that writes note the texts that change.
pub(in crate::store) fn watch(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(WATCH)
}

/// Brings the index up to date with the texts that have changed in this transaction. An index that is damaged keeps nobody
/// from writing: it is left as it is, and made anew at the next start.
pub(in crate::store) fn settle(connection: &Connection) -> rusqlite::Result<()> {
    let has_changed: bool = connection
        .prepare_cached("select exists (select 1 from changed_texts)")?
        .query_row([], |row| row.get(0))?;
    if !has_changed {
        return Ok(());
    }
    run(connection, "savepoint search")?;
    // FTS5 writes when a savepoint begins, and finds damage only then.
    let settled = follow(connection).and_then(|()| run(connection, "savepoint written"));
    if let Err(error) = settled {
        if error.sqlite_error_code() != Some(ErrorCode::DatabaseCorrupt) {
            return Err(error);
        }
        run(connection, "rollback to search")?;
        run(connection, "update site set search_rules = 0")?;
    }
    run(connection, "delete from changed_texts")?;
    run(connection, "release search")
}

fn run(connection: &Connection, statement: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(statement)?.execute([])?;
    Ok(())
}

fn follow(connection: &Connection) -> rusqlite::Result<()> {
    let mut query = connection.prepare_cached("select id, author_id, old from changed_texts")?;
    let changed: Vec<(i64, UserId, Option<String>)> = query
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (id, author, old) in changed {
        let new: Option<String> = connection
            .prepare_cached(
                "select message from posts indexed by posts_by_event where event_id = ?1 and deleted_at is null
                 union all select message from comments where id = ?1 and deleted_at is null",
            )?
            .query_row([id], |row| row.get(0))
            .optional()?;
        if old == new {
            continue;
        }
        if let Some(old) = old {
            connection
                .prepare_cached(
                    "insert into search (search, rowid, words) values ('delete', ?, ?)",
                )?
                .execute((id, words_of(&old, author)))?;
        }
        if let Some(new) = new {
            insert(connection, id, &new, author)?;
        }
    }
    Ok(())
}

fn insert(connection: &Connection, id: i64, text: &str, author: UserId) -> rusqlite::Result<()> {
    connection
        .prepare_cached("insert into search (rowid, words) values (?, ?)")?
        .execute((id, words_of(text, author)))?;
    Ok(())
}

/// Returns what the index keeps of a text: its words, and those by which its post is found.
fn words_of(text: &str, author: UserId) -> String {
    let mut all: Vec<String> = words(text).into_iter().map(|word| word.key).collect();
    all.push(author_word(author));
    if has_link(text) {
        all.push(LINK.to_owned());
    }
    all.join(" ")
}

/// Makes the index anew if the file has one by other rules, or none.
pub(in crate::store) fn bring_up_to_date(connection: &mut Connection) -> rusqlite::Result<()> {
    let followed: i64 =
        connection.query_row("select search_rules from site", [], |row| row.get(0))?;
    if followed == VERSION {
        return Ok(());
    }
    let tx = connection.transaction()?;
    tx.execute("insert into search (search) values ('delete-all')", [])?;
    let mut after = Some(i64::MIN);
    while let Some(id) = after {
        after = insert_some(&tx, id)?;
    }
    tx.execute("update site set search_rules = ?", [VERSION])?;
    tx.commit()
}

/// Inserts the next texts after `id`. Returns the id of the last one, or `None` if there was none.
fn insert_some(tx: &Transaction<'_>, id: i64) -> rusqlite::Result<Option<i64>> {
    let mut query = tx.prepare_cached(
        "select * from (
             select event_id as id, author_id, message from posts indexed by posts_by_event
             where event_id > ?1 and deleted_at is null order by event_id limit ?2)
         union all
         select * from (
             select comments.id, posts.author_id, comments.message
             from comments cross join posts on posts.id = comments.post_id
             where comments.id > ?1 and comments.deleted_at is null order by comments.id limit ?2)
         order by id limit ?2",
    )?;
    let some: Vec<(i64, UserId, String)> = query
        .query_map((id, TEXTS_AT_ONCE), |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    for (id, author, text) in &some {
        insert(tx, *id, text, *author)?;
    }
    Ok(some.last().map(|(id, ..)| *id))
}
