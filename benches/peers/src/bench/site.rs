//! The sites: people who are signed in, and for pages the same posts, comments and likes for everybody.

use std::{
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use rusqlite::Connection;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::{
    Setup,
    client::{Client, get, send},
    server::Server,
};

/// The people of the site with pages. The first one reads, and follows all others.
pub(crate) const PEOPLE: usize = 21;
const POSTS: usize = 200;
const LIKES: usize = 3;
/// Numbers from which [`post_id`] makes ids of 13 digits that look random.
const FIRST_POST: i64 = 1_000_000_000_000;
const POST_STEP: i64 = 5_562_305_898_749;
const POST_IDS: i64 = 9_000_000_000_000;

/// A directory with QuartFeed's database.
pub(crate) struct Site {
    pub(crate) directory: TempDir,
    tokens: Vec<String>,
}

impl Site {
    /// Creates people who are signed in: an author, who comes first, and readers, each of whom follows the author.
    pub(crate) fn with_readers(setup: &Setup, readers: usize) -> Site {
        let site = Site::empty(setup, readers + 1);
        site.follow("select reader.id, feeds.id, 0 from users as reader, feeds where reader.id > 1 and owner_id = 1");
        site
    }

    /// Creates people who are signed in. The first one follows all others, and they have written.
    pub(crate) fn with_posts(setup: &Setup) -> Site {
        let site = Site::empty(setup, PEOPLE);
        site.follow("select 1, id, 0 from feeds where owner_id > 1");
        let server = Server::quartfeed(setup, site.directory.path(), &[]);
        let mut client = Client::connect(&server.address);
        for n in 0..POSTS {
            let cookie = |number: usize| site.cookie(&server, number);
            let mut ask = |method, path: &str, by: usize, body: Value| {
                let body = body.to_string();
                let answer =
                    client.ask(&send(method, path, &cookie(by), "application/json", &body));
                assert!(
                    (200..300).contains(&answer.status),
                    "{path}: {}",
                    String::from_utf8_lossy(&answer.body)
                );
                serde_json::from_slice::<Value>(&answer.body).unwrap_or_default()
            };
            let post = ask(
                "POST",
                "/api/v1/posts",
                author(n),
                json!({ "message": message(n) }),
            );
            let path = format!("/api/v1/posts/{}", post["id"].as_str().expect("an id"));
            let comment = json!({ "comment": COMMENT });
            ask("POST", &format!("{path}/comments"), commenter(n), comment);
            for liker in likers(n) {
                ask("PUT", &format!("{path}/like"), liker, json!({}));
            }
        }
        site
    }

    /// Returns the cookie of a person. Its name contains the port.
    pub(crate) fn cookie(&self, server: &Server, number: usize) -> String {
        let (_, port) = server.address.rsplit_once(':').expect("a port");
        format!("quartfeed_{port}={}", self.tokens[number])
    }

    /// Creates a database with people who are signed in. Their rows are written directly, because five thousand
    /// registrations would take minutes of hashing passwords.
    fn empty(setup: &Setup, people: usize) -> Site {
        let directory = setup.directory();
        // It creates the tables.
        let server = Server::quartfeed(setup, directory.path(), &[]);
        let sign_in = Client::connect(&server.address).ask(&get("/login", "", ""));
        assert_eq!(sign_in.status, 200);
        drop(server);
        let tokens: Vec<String> = (0..people).map(token).collect();
        let site = Site { directory, tokens };
        let mut conn = site.open();
        let now = now();
        let tx = conn.transaction().expect("nobody else writes");
        for (n, token) in site.tokens.iter().enumerate() {
            let name = username(n);
            let hash: [u8; 32] = Sha256::digest(token.as_bytes()).into();
            let steps = [
                tx.execute(
                    "insert into users (username, search, password_hash, created_at) values (?1, ?1 || ' ', '', ?2)",
                    (&name, now),
                ),
                tx.execute(
                    "insert into feeds (owner_id) select id from users where username = ?",
                    [&name],
                ),
                tx.execute(
                    "insert into sessions (token_hash, user_id, persistent, created_at, last_seen_at, fresh_at)
                     select ?1, id, 0, ?2, ?2, ?2 from users where username = ?3",
                    (hash, now, &name),
                ),
            ];
            for step in steps {
                assert_eq!(step.expect("QuartFeed has these columns"), 1);
            }
        }
        tx.commit().expect("it can be written");
        site
    }

    /// Lets people follow feeds. The query has the ids of both, and the time.
    fn follow(&self, rows: &str) {
        let sql = format!("insert into follows (user_id, feed_id, created_at) {rows}");
        let followed = self.open().execute(&sql, ());
        followed.expect("QuartFeed has these columns");
    }

    fn open(&self) -> Connection {
        Connection::open(self.directory.path().join("quartfeed.db")).expect("QuartFeed made it")
    }
}

/// Creates the database of the peers with the same people and texts. Returns its path.
pub(crate) fn peers_database(setup: &Setup, directory: &Path) -> PathBuf {
    let path = directory.join("peers.db");
    let mut conn = Connection::open(&path).expect("a writable directory");
    let schema = std::fs::read_to_string(setup.sources.join("schema.sql")).expect("UTF-8");
    conn.execute_batch("pragma journal_mode = wal;")
        .and_then(|()| conn.execute_batch(&schema))
        .and_then(|()| fill(&mut conn))
        .expect("the statements are right");
    path
}

fn fill(conn: &mut Connection) -> rusqlite::Result<()> {
    let tx = conn.transaction()?;
    let id = |number: usize| i64::try_from(number).expect("a small number") + 1;
    for n in 0..PEOPLE {
        tx.execute("insert into users values (?, ?)", (id(n), username(n)))?;
        let session = (token(n), id(n), form_token(n));
        tx.execute("insert into sessions values (?, ?, ?)", session)?;
        if n > 0 {
            tx.execute("insert into follows values (1, ?)", [id(n)])?;
        }
    }
    let now = now();
    for n in 0..POSTS {
        let (post, time) = (post_id(id(n)), now + id(n));
        let row = (post, id(author(n)), message(n), time);
        tx.execute("insert into posts values (?, ?, ?, ?)", row)?;
        tx.execute(
            "insert into comments (post_id, author_id, message, created_at) values (?, ?, ?, ?)",
            (post, id(commenter(n)), COMMENT, time),
        )?;
        for liker in likers(n) {
            tx.execute("insert into likes values (?, ?)", (post, id(liker)))?;
        }
    }
    tx.commit()?;
    conn.execute_batch("analyze;")
}

/// Returns an id that has as many characters as QuartFeed's, and cannot be compressed better.
fn post_id(number: i64) -> i64 {
    FIRST_POST + number * POST_STEP % POST_IDS
}

/// Returns the cookie of a person on the peers' sites.
pub(crate) fn peers_cookie(number: usize) -> String {
    format!("session={}", token(number))
}

const COMMENT: &str = "Me, with bread and wine.";

fn message(n: usize) -> String {
    format!("Post {n}: the tomatoes on the balcony are ripe, who comes by tonight?")
}

fn username(n: usize) -> String {
    format!("user{n}")
}

fn author(n: usize) -> usize {
    1 + n % (PEOPLE - 1)
}

fn commenter(n: usize) -> usize {
    author(n + 1)
}

fn likers(n: usize) -> impl Iterator<Item = usize> {
    (2..2 + LIKES).map(move |more| author(n + more))
}

/// Returns the token of a session: 32 bytes in base64url. It is known, because the sites live for minutes.
fn token(n: usize) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(username(n)))
}

/// Returns a form token as long as QuartFeed's.
fn form_token(n: usize) -> String {
    let bytes = ["first half", "second half"].map(|half| Sha256::digest(username(n) + half));
    BASE64_URL_SAFE_NO_PAD.encode(bytes.concat())
}

fn now() -> i64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
    i64::try_from(since_epoch.expect("after 1970").as_millis())
        .expect("before the year 292 million")
}
