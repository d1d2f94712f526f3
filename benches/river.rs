//! `cargo bench --bench river`: the cost of a river. Measures the home page of a user who follows two hundred of ten
//! thousand people, with ten thousand and with a million posts: drawn each time, and remembered. Measures also the start
//! with a million posts, and the rows of one comment. What is compared takes turns in one run, and the ratio of each turn
//! is taken.

mod common;
#[path = "common/million.rs"]
mod million;

use std::{fs, time::Duration};

use common::{Prepared, Server, database, get, median, prepare, rate, start_millis};
use million::with_posts;
use quartfeed::{
    model::{Attached, CommentText, Message, PostId, UserId},
    store::{comments, posts},
};

const STARTS: usize = 21;
const TURNS: usize = 7;
const TURN: Duration = Duration::from_secs(1);
const FOLLOWERS: u32 = 1_000;
const COMMENTS: u64 = 500;

fn main() {
    pages();
    one_comment();
}

fn pages() {
    let sites = [10_000, 1_000_000].map(|count| {
        let (prepared, cookie) = with_posts(count);
        prepared.db.close();
        println!("{count:9} posts: a file of {} MB", megabytes(&prepared));
        (prepared, cookie)
    });
    println!("start to first answer: {}", starts(&sites[1].0));
    println!(
        "home pages per second; medians of {TURNS} turns of {} s",
        TURN.as_secs()
    );
    for (name, bytes) in [("drawn each time", "0"), ("remembered", "8388608")] {
        let settings = [("QUARTFEED_LIMITS_ANSWER_CACHE_BYTES", bytes)];
        let servers = sites
            .each_ref()
            .map(|(prepared, _)| Server::start(prepared.directory.path(), &settings));
        let cookies = sites.each_ref().map(|(_, cookie)| cookie.as_str());
        for connections in [1, 16] {
            println!(
                "{name}, {connections} connections: {}",
                turns(&servers, cookies, connections)
            );
        }
    }
}

/// Measures the time from the start to the first answer, with this site and with an empty one.
fn starts(site: &Prepared) -> String {
    let empty = prepare();
    empty.db.close();
    let (mut few, mut many, mut ratios) = (vec![], vec![], vec![]);
    for _ in 0..STARTS {
        let [empty, full] = [&empty, site].map(|site| start_millis(site.directory.path()));
        ratios.push(full / empty);
        few.push(empty);
        many.push(full);
    }
    format!(
        "{:.1} ms with 1,000,000 posts, {:.1} ms with none: {:.2} times as long",
        median(many),
        median(few),
        median(ratios)
    )
}

/// Measures both sites and the sign-in page in turns.
fn turns(servers: &[Server; 2], cookies: [&str; 2], connections: usize) -> String {
    let (mut small, mut large, mut trivial) = (vec![], vec![], vec![]);
    let (mut ratios, mut small_ratios, mut large_ratios) = (vec![], vec![], vec![]);
    for _ in 0..TURNS {
        let [few, many] = [0, 1].map(|n| {
            let request = get_compressed("/", cookies[n]);
            rate(&servers[n].address, &vec![request; connections], 200, TURN)
        });
        let sign_in = vec![get_compressed("/login", ""); connections];
        let sign_in = rate(&servers[1].address, &sign_in, 200, TURN);
        ratios.push(few / many);
        small_ratios.push(few / sign_in);
        large_ratios.push(many / sign_in);
        small.push(few);
        large.push(many);
        trivial.push(sign_in);
    }
    format!(
        "{:.0} at 10,000 posts, {:.0} at 1,000,000: {:.2} times as long; {:.3} and {:.3} of the sign-in page ({:.0})",
        median(small),
        median(large),
        median(ratios),
        median(small_ratios),
        median(large_ratios),
        median(trivial),
    )
}

/// Returns the request for a page by a browser, which takes it compressed.
fn get_compressed(path: &str, cookie: &str) -> Vec<u8> {
    let mut request = get(path, cookie);
    request.truncate(request.len() - 2);
    request.extend_from_slice(b"Accept-Encoding: gzip\r\n\r\n");
    request
}

fn megabytes(prepared: &Prepared) -> u64 {
    let file = fs::metadata(database(prepared.directory.path()));
    file.map_or(0, |file| file.len()) / 1_000_000
}

/// Writes comments one at a time on a post with a thousand followers, and counts the rows.
fn one_comment() {
    let prepared = prepare();
    let people = prepared.people(50);
    let author = people[0].id;
    let message = Message::parse("Who comes by tonight?", 3_000).expect("it is one");
    let post = prepared
        .db
        .write(common::now(), move |tx| {
            tx.execute_batch(&format!(
                "with recursive n(i) as (select 1000 union all select i + 1 from n where i < 999 + {FOLLOWERS})
                 insert into users (id, username, password_hash, created_at) select i, 'fan' || i, '', 0 from n;
                 insert into feeds (owner_id) select id from users where id >= 1000;
                 insert into follows (user_id, feed_id, event_id, created_at)
                     select users.id, feeds.id, users.id, 0 from users, feeds where users.id >= 1000 and feeds.owner_id = {};",
                author.0
            ))?;
            posts::create(tx, author, &message, &Attached::default(), None)
        })
        .expect("it can be written");
    let mut rows = 0;
    for n in 0..COMMENTS {
        let index = usize::try_from(n).expect("few") % people.len();
        rows = rows.max(comment(&prepared, people[index].id, post));
    }
    println!("a comment on a post with {FOLLOWERS} followers writes {rows} rows at most");
}

fn comment(prepared: &Prepared, by: UserId, post: PostId) -> u64 {
    let text = CommentText::parse("Me, with bread and wine.", 3_000).expect("it is one");
    let rows = prepared.db.write(common::now(), move |tx| {
        let before = tx.total_changes();
        comments::create(tx, by, post, &text, None)?;
        Ok(tx.total_changes() - before)
    });
    rows.expect("it can be written")
}
