//! `cargo bench --bench search`: the time of searches among a million posts and two million comments, against a page of
//! the newest posts, for somebody who sees everything and for somebody who sees next to nothing; and the size of the index.

mod common;

use std::time::{Duration, Instant};

use common::{median, prepare};
use quartfeed::{
    model::{SearchQuery, Slice, Timestamp, UserId, Viewer},
    store::{
        Db, rivers,
        search::{self, Searcher},
    },
};

const POSTS: u64 = 1_000_000;
const AUTHORS: u64 = 1_000;
/// The posts of one transaction while the site is filled.
const CHUNK: u64 = 20_000;
const WORDS: u64 = 50_000;
const RUNS: usize = 21;
const PAGE: u32 = 20;

/// The searches, by what they are for.
const SEARCHES: [(&str, &str); 13] = [
    ("a word in 30 % of the texts", "the"),
    ("a word in 3 %", "weather"),
    ("a word in 0.1 %", "zebra"),
    ("a word in none", "xylophone"),
    ("two words, 30 % and 3 %", "the weather"),
    ("two words, 30 % each, never together", "the and"),
    ("a phrase of two words", "\"sea breeze\""),
    ("a beginning", "weat*"),
    ("one word without another", "the -weather"),
    ("30 % by one author", "the from:author7"),
    ("0.1 % by one author", "zebra from:author7"),
    ("none by one author", "xylophone from:author7"),
    ("a phrase by one author", "\"sea breeze\" from:author7"),
];

fn main() {
    let prepared = prepare();
    let viewer = prepared.people(1)[0].id;
    let db = &prepared.db;
    let began = Instant::now();
    let text_bytes = fill(db);
    println!(
        "filled and indexed in {:.0} s",
        began.elapsed().as_secs_f64()
    );
    let index_bytes: i64 = number(db, "select sum(length(block)) from search_data");
    println!(
        "texts {} MB, index {} MB: {:.2} of the texts",
        text_bytes / 1_000_000,
        index_bytes / 1_000_000,
        to_float(index_bytes) / to_float(i64::try_from(text_bytes).expect("less than an exabyte"))
    );
    measure(db, viewer, "sees everything");
    db.write(Timestamp(0), |tx| {
        Ok(tx.execute_batch(
            "update feeds set is_private = 1 where owner_id > 1 and owner_id <> 8",
        )?)
    })
    .expect("the statement is right");
    measure(db, viewer, "sees one author of a thousand");
}

/// Measures each search, in turns with the newest posts.
fn measure(db: &Db, viewer: UserId, who: &str) {
    println!("{who}: p50 and slowest of {RUNS}, in ms; p50 against a page of the newest posts");
    for (what, typed) in SEARCHES {
        let query = SearchQuery::parse(typed);
        let (mut times, mut pages, mut found) = (Vec::new(), Vec::new(), 0);
        for _ in 0..RUNS {
            let searcher = Searcher {
                viewer,
                start_of: &|_| Timestamp(0),
                pending: &[],
            };
            let slice = Slice::first(PAGE, Timestamp(0));
            times.push(timed(|| {
                let page = db.read(|conn| search::page(conn, &query, &searcher, slice));
                found = page.expect("a page").posts.items.len();
            }));
            pages.push(timed(|| {
                let viewer = Viewer::Member(viewer);
                let page = db.read(|conn| rivers::everything(conn, viewer, slice));
                page.expect("a page");
            }));
        }
        let slowest = times.iter().copied().fold(0.0, f64::max);
        let (search, page) = (median(times), median(pages));
        println!(
            "  {what:40} {search:7.2} {slowest:7.2} {:6.2} x  ({found} posts)",
            search / page
        );
    }
}

fn timed(run: impl FnOnce()) -> f64 {
    let began = Instant::now();
    run();
    Duration::as_secs_f64(&began.elapsed()) * 1_000.0
}

/// Writes posts, and two comments for each on a recent post. Returns the bytes of all texts.
fn fill(db: &Db) -> u64 {
    db.write(Timestamp(0), |tx| {
        Ok(tx.execute_batch(&format!(
            "with recursive n(i) as (select 2 union all select i + 1 from n where i <= {AUTHORS})
             insert into users (id, username, password_hash, created_at) select i, 'author' || (i - 1), '', 0 from n;
             insert into feeds (id, owner_id) select id, id from users where id > 1;"
        ))?)
    })
    .expect("the statements are right");
    let mut bytes = 0;
    for chunk in 0..POSTS / CHUNK {
        bytes += db
            .write(Timestamp(0), move |tx| {
                let mut bytes = 0;
                let mut random = Random(chunk + 1);
                let mut post = tx.prepare_cached(
                    "insert into posts (id, author_id, message, bump, event_id, created_at)
                     values (?1, ?2, ?3, ?4, ?4, ?4)",
                )?;
                let mut comment = tx.prepare_cached(
                    "insert into comments (id, post_id, author_id, message, created_at) values (?1, ?2, ?3, ?4, ?1)",
                )?;
                for n in chunk * CHUNK..(chunk + 1) * CHUNK {
                    let text = random.text();
                    bytes += text.len() as u64;
                    let author = 2 + random.below(AUTHORS);
                    let event = (3 * n + 1).cast_signed();
                    post.execute((id(n), author.cast_signed(), text, event))?;
                    for offset in 2..4 {
                        let text = random.text();
                        bytes += text.len() as u64;
                        let on = id(n - random.below(100).min(n));
                        let author = 2 + random.below(AUTHORS);
                        let event = (3 * n + offset).cast_signed();
                        comment.execute((event, on, author.cast_signed(), text))?;
                    }
                }
                Ok(bytes)
            })
            .expect("the statements are right");
    }
    db.write(Timestamp(0), |tx| {
        Ok(tx.execute_batch(
            "update posts set
                 comment_count = (select count(*) from comments where post_id = posts.id),
                 bump = coalesce((select max(id) from comments where post_id = posts.id), event_id);",
        )?)
    })
    .expect("the statement is right");
    bytes
}

/// Returns the id of a post. It is not in the order of time.
fn id(n: u64) -> i64 {
    (n * 68_719_476_737 % 4_611_686_018_427_387_847 + 1).cast_signed()
}

fn number(db: &Db, sql: &str) -> i64 {
    db.read(|conn| Ok(conn.query_row(sql, [], |row| row.get(0))?))
        .expect("a number")
}

fn to_float(number: i64) -> f64 {
    f64::from(u32::try_from(number / 1_000).expect("less than four terabytes"))
}

/// A generator of texts, the same in each run.
struct Random(u64);

impl Random {
    /// Returns the next number (splitmix64).
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// Returns 6 to 26 words, of which few are frequent.
    fn text(&mut self) -> String {
        let mut words: Vec<String> = Vec::new();
        match self.below(1_000) {
            0..300 => words.push("the".into()),
            300..600 => words.push("and".into()),
            _ => {}
        }
        match self.below(1_000) {
            0 => words.push("zebra".into()),
            1..31 => words.push("weather".into()),
            31..36 => words.push("sea breeze".into()),
            _ => {}
        }
        for _ in 0..6 + self.below(20) {
            // A product of two equal shares prefers small numbers.
            let rank = self.below(WORDS) * self.below(WORDS) / WORDS;
            words.push(format!("w{rank:x}"));
        }
        words.join(" ")
    }
}
