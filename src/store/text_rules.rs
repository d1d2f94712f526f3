//! Values that are computed from texts, brought up to date after their rules have changed: composed letters, what people
//! are found by, tags, and quotes.

use rusqlite::{Connection, Transaction};

use super::{texts, users};
use crate::model::{Body, PostId, composed, folded};

/// The version of the rules that this program follows. It increases when the grammar of tags or links or the folding of
/// names changes.
const VERSION: i64 = 3;

/// The version of the rules by which texts are composed and folded, which searches depend on.
pub(super) const FOLDING_VERSION: i64 = 2;

/// The number of texts in memory at once.
const TEXTS_AT_ONCE: u32 = 1_000;

/// A table of texts.
struct TextTable {
    /// Reads `id, post_id, comment_id, message` of the texts after an id.
    read: &'static str,
    /// Changes the message of an id.
    update: &'static str,
}

const POSTS: TextTable = TextTable {
    read: "select id, id, 0, message from posts where id > ? order by id limit ?",
    update: "update posts set message = ? where id = ?",
};

const COMMENTS: TextTable = TextTable {
    read: "select id, post_id, id, message from comments where id > ? order by id limit ?",
    update: "update comments set message = ? where id = ?",
};

/// Computes all values again if the file follows older rules. Mentions stay as they are: nobody is notified today of a
/// name in a text of last year.
pub(super) fn bring_up_to_date(connection: &mut Connection) -> rusqlite::Result<()> {
    let followed: i64 =
        connection.query_row("select text_rules from site", [], |row| row.get(0))?;
    if followed >= VERSION {
        return Ok(());
    }
    let tx = connection.transaction()?;
    users::apply_text_rules(&tx)?;
    apply_to_chosen_words(&tx)?;
    for table in [POSTS, COMMENTS] {
        let mut after = Some(i64::MIN);
        while let Some(id) = after {
            after = apply_to_some(&tx, &table, id)?;
        }
    }
    tx.execute("update site set text_rules = ?", [VERSION])?;
    tx.commit()
}

/// Applies the rules to the tags and words that people have chosen: for lists, and to hide them. Two that are the same
/// by the new rules become one.
fn apply_to_chosen_words(tx: &Transaction<'_>) -> rusqlite::Result<()> {
    for (read, update) in [
        (
            "select distinct tag from list_tags",
            "update or replace list_tags set tag = ?2 where tag = ?1",
        ),
        (
            "select distinct subject from hides where kind in ('tag', 'words')",
            "update or replace hides set subject = ?2 where subject = ?1 and kind in ('tag', 'words')",
        ),
    ] {
        let mut query = tx.prepare(read)?;
        let found = query.query_map([], |row| row.get(0))?;
        for key in found.collect::<rusqlite::Result<Vec<String>>>()? {
            let folded = folded(&key);
            if folded != key {
                tx.execute(update, (key, folded))?;
            }
        }
    }
    Ok(())
}

/// Applies the rules to the next texts after `id`. Returns the id of the last one, or `None` if there was none.
fn apply_to_some(
    tx: &Transaction<'_>,
    table: &TextTable,
    id: i64,
) -> rusqlite::Result<Option<i64>> {
    let mut query = tx.prepare_cached(table.read)?;
    let some: Vec<(i64, PostId, i64, String)> = query
        .query_map((id, TEXTS_AT_ONCE), |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    for (id, post, comment, message) in &some {
        let text = composed(message);
        if text != *message {
            tx.prepare_cached(table.update)?.execute((&text, id))?;
        }
        // No tag begins without its sign, by older rules either. A quote is a link to a post.
        if !text.contains(['#', '＃']) && !text.contains("/post/") {
            continue;
        }
        texts::set_references(tx, &Body::parse(&text), *post, *comment)?;
    }
    Ok(some.last().map(|&(id, ..)| id))
}
