//! People who write everything at once, and the list of what was acknowledged to them.

use std::{
    collections::HashSet,
    mem,
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use rand::{RngExt, SeedableRng, rngs::StdRng};
use rusqlite::Connection;
use sha2::{Digest, Sha256};

use crate::harness::{
    FRAGMENT, Form, MULTIPART, Person, Program, all_between, status, try_exchange,
};

const FORM: &str = "application/x-www-form-urlencoded";

/// Something that the program said is saved.
#[derive(Debug, Clone)]
pub(super) enum SavedThing {
    /// A post, a post in a group, or a direct message, by its text.
    Post(String),
    /// A post with a picture.
    Picture(String),
    Comment(String),
    /// The like of a person, by the text of the post.
    Like(String, String),
    Group(String),
}

impl SavedThing {
    const KINDS: usize = 5;
}

/// Something that the program said is saved, and the moment at which it had said so.
#[derive(Debug, Clone)]
pub(super) struct Acknowledged {
    pub(super) thing: SavedThing,
    pub(super) at: usize,
}

/// The list of all that was acknowledged.
pub(super) struct Ledger {
    entries: Mutex<Vec<Acknowledged>>,
    /// Returns the current moment.
    moment: Box<dyn Fn() -> usize + Sync>,
}

impl Ledger {
    /// Returns an empty list, with a clock for its moments.
    pub(super) fn new(moment: impl Fn() -> usize + Sync + 'static) -> Ledger {
        Ledger {
            entries: Mutex::default(),
            moment: Box::new(moment),
        }
    }

    pub(super) fn add(&self, thing: SavedThing) {
        let at = (self.moment)();
        let mut entries = self.entries.lock().expect("nobody panics");
        entries.push(Acknowledged { thing, at });
    }

    /// Checks whether something of each kind was acknowledged.
    pub(super) fn has_all_kinds(&self) -> bool {
        let entries = self.entries.lock().expect("nobody panics");
        let kinds: HashSet<_> = entries
            .iter()
            .map(|entry| mem::discriminant(&entry.thing))
            .collect();
        kinds.len() == SavedThing::KINDS
    }

    pub(super) fn len(&self) -> usize {
        self.entries.lock().expect("nobody panics").len()
    }

    /// Returns the entries from a place on.
    pub(super) fn since(&self, first: usize) -> Vec<Acknowledged> {
        self.entries.lock().expect("nobody panics")[first..].to_vec()
    }
}

/// Returns those things that are not in a database.
pub(super) fn lost<'t>(
    file: &Connection,
    things: impl IntoIterator<Item = &'t SavedThing>,
) -> Vec<&'t SavedThing> {
    let is_there = |thing: &SavedThing| {
        let (query, values): (_, Vec<&str>) = match thing {
            SavedThing::Post(text) => ("select 1 from posts where message = ?", vec![text]),
            SavedThing::Picture(text) => (
                "select 1 from posts join images on images.post_id = posts.id where message = ? and posts.images = 1",
                vec![text],
            ),
            SavedThing::Comment(text) => ("select 1 from comments where message = ?", vec![text]),
            SavedThing::Like(name, text) => (
                "select 1 from acts join users on users.id = actor_id join posts on posts.id = post_id
                 where username = ? and message = ? and like_event is not null",
                vec![name, text],
            ),
            SavedThing::Group(name) => ("select 1 from groups where name = ?", vec![name]),
        };
        let mut query = file.prepare_cached(query).expect("right SQL");
        query
            .exists(rusqlite::params_from_iter(values))
            .expect("it can be read")
    };
    things
        .into_iter()
        .filter(|thing| !is_there(thing))
        .collect()
}

/// Asserts that every picture is whole, and that no act is there in part.
pub(super) fn assert_nothing_is_half(file: &Connection) {
    for half in [
        "select count(*) from posts where bump not in (select id from events)
         and id not in (select post_id from imported_posts)",
        "select count(*) from posts where images <> (select count(*) from images where post_id = posts.id)",
        "select count(*) from posts where comment_count <>
         (select count(*) from comments where post_id = posts.id and deleted_at is null)",
        "select count(*) from posts where like_count <>
         (select count(*) from acts where post_id = posts.id and like_event is not null)",
        "select count(*) from images where not exists (select 1 from renditions where image_id = images.id)",
        "select count(*) from groups where not exists
         (select 1 from group_roles where group_roles.feed_id = groups.feed_id)",
    ] {
        let count: i64 = file
            .query_row(half, [], |row| row.get(0))
            .expect("it can be read");
        assert_eq!(count, 0, "{half}");
    }
    let mut blobs = file
        .prepare("select id, hash from blobs where hash is not null")
        .expect("a table");
    let mut pieces = file
        .prepare("select bytes from chunks where blob_id = ? order by place")
        .expect("a table");
    let blobs = blobs
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .expect("it can be read");
    for blob in blobs {
        let (id, hash): (i64, Vec<u8>) = blob.expect("it can be read");
        let mut bytes = Sha256::new();
        let pieces = pieces.query_map([id], |row| row.get::<_, Vec<u8>>(0));
        for piece in pieces.expect("it can be read") {
            bytes.update(piece.expect("it can be read"));
        }
        assert_eq!(bytes.finalize()[..], hash, "a picture is not whole");
    }
}

/// The kinds of things that somebody writes.
#[derive(Clone, Copy)]
pub(super) enum Habit {
    Posts,
    Comments,
    Pictures,
    Groups,
    Directs,
}

impl Habit {
    pub(super) const ALL: [Habit; 5] = [
        Habit::Posts,
        Habit::Comments,
        Habit::Pictures,
        Habit::Groups,
        Habit::Directs,
    ];
}

/// Somebody who writes without a pause.
pub(super) struct Writer {
    browser: SignedIn,
    /// The person who gets the direct messages, and likes the posts.
    friend: SignedIn,
}

/// Somebody who is signed in.
#[derive(Clone)]
struct SignedIn {
    name: String,
    cookies: String,
    token: String,
}

/// Lets people register who write to each other.
pub(super) fn gather(program: &Program) -> Vec<Writer> {
    let names = ["alice", "bob", "carol", "dora", "erin"];
    let people: Vec<Person> = names.map(|name| program.member(name)).into();
    let browsers: Vec<SignedIn> = people.iter().map(SignedIn::of).collect();
    let friends = browsers.iter().cycle().skip(1);
    let writers = browsers
        .iter()
        .zip(friends)
        .map(|(browser, friend)| Writer {
            browser: browser.clone(),
            friend: friend.clone(),
        });
    writers.collect()
}

/// Lets everybody write, each with a habit of their own, until the server is gone or `over` is set. `meanwhile` runs beside
/// them.
pub(super) fn write_all(
    writers: &[Writer],
    address: &str,
    seed: u64,
    (ledger, over): (&Ledger, &AtomicBool),
    meanwhile: impl FnOnce(),
) {
    thread::scope(|scope| {
        for (writer, (habit, number)) in writers.iter().zip(Habit::ALL.into_iter().zip(1..)) {
            let random = StdRng::seed_from_u64(seed.wrapping_mul(31) + number);
            scope.spawn(move || writer.write(address, habit, random, ledger, over));
        }
        meanwhile();
    });
}

impl Writer {
    fn write(
        &self,
        address: &str,
        habit: Habit,
        mut random: StdRng,
        ledger: &Ledger,
        over: &AtomicBool,
    ) {
        while !over.load(Ordering::Relaxed) {
            let text = format!("{}-{:x}", self.browser.name, random.random::<u64>());
            let long = format!("{text}-{}", "long".repeat(random.random_range(0..200)));
            let acted = match habit {
                Habit::Posts => self.post(address, &long, &[], ledger).map(drop),
                Habit::Comments => self.talk(address, &text, ledger),
                Habit::Pictures => self.picture(address, &text, ledger),
                Habit::Groups => self.group(address, &text, ledger),
                Habit::Directs => {
                    let to = format!("@{}", self.friend.name);
                    self.post(address, &text, &[("to", &to)], ledger).map(drop)
                }
            };
            if acted.is_none() {
                // The server is gone, or goes.
                return;
            }
        }
    }

    fn post(
        &self,
        address: &str,
        text: &str,
        to: &[(&str, &str)],
        ledger: &Ledger,
    ) -> Option<String> {
        let mut form = vec![("message", text)];
        form.extend(to);
        let answer = self.browser.send_fields(address, "/post", &form)?;
        if status(&answer) == 201 {
            ledger.add(SavedThing::Post(text.to_owned()));
        }
        Some(String::from_utf8_lossy(&answer).into_owned())
    }

    /// Writes a post, likes it and comments on it.
    fn talk(&self, address: &str, text: &str, ledger: &Ledger) -> Option<()> {
        let answer = self.post(address, text, &[], ledger)?;
        let post = all_between(&answer, "data-post-id=\"", "\"")
            .first()
            .copied()?
            .to_owned();
        let path = format!("/post/{post}/like");
        let liked = self.friend.send_fields(address, &path, &[])?;
        if matches!(status(&liked), 200 | 303) {
            ledger.add(SavedThing::Like(self.friend.name.clone(), text.to_owned()));
        }
        for n in 0..3 {
            let comment = format!("{text}-{n}");
            let fields = [("comment", comment.as_str())];
            let answer =
                self.browser
                    .send_fields(address, &format!("/post/{post}/comment"), &fields)?;
            if status(&answer) == 201 {
                ledger.add(SavedThing::Comment(comment));
            }
        }
        Some(())
    }

    fn picture(&self, address: &str, text: &str, ledger: &Ledger) -> Option<()> {
        let form = Form::default()
            .field("csrf_token", &self.browser.token)
            .field("message", text)
            .image("palette.png");
        let answer = self
            .browser
            .send(address, "/post", MULTIPART, &form.end())?;
        if matches!(status(&answer), 201 | 303) {
            ledger.add(SavedThing::Picture(text.to_owned()));
        }
        Some(())
    }

    /// Founds a group, and writes into it.
    fn group(&self, address: &str, text: &str, ledger: &Ledger) -> Option<()> {
        let name: String = text
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .take(16)
            .collect();
        let answer = self
            .browser
            .send_fields(address, "/groups/new", &[("name", &name)])?;
        if status(&answer) == 303 {
            ledger.add(SavedThing::Group(name.clone()));
            self.post(address, text, &[("to", &name)], ledger)?;
        } else {
            // One person may have a hundred.
            self.post(address, text, &[], ledger)?;
        }
        Some(())
    }
}

impl SignedIn {
    fn of(person: &Person) -> SignedIn {
        let page = person.post("/settings/privacy", &[("directs_from", "everybody")]);
        assert_eq!(page.status, 303);
        SignedIn {
            name: person.name.clone(),
            cookies: person.cookies(),
            token: person.form_token(),
        }
    }

    fn send_fields(&self, address: &str, path: &str, fields: &[(&str, &str)]) -> Option<Vec<u8>> {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        form.append_pair("csrf_token", &self.token);
        self.send(address, path, FORM, form.finish().as_bytes())
    }

    /// Sends a form. Returns a whole answer, or none if the server is gone.
    fn send(&self, address: &str, path: &str, kind: &str, body: &[u8]) -> Option<Vec<u8>> {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nCookie: {}\r\nAccept: {FRAGMENT}\r\nContent-Type: {kind}\r\n\
             Connection: close\r\nContent-Length: {}\r\n\r\n",
            self.cookies,
            body.len()
        );
        let answer = try_exchange(address, &[head.as_bytes(), body].concat())?;
        (status(&answer) > 0).then_some(answer)
    }
}

/// Writes an archive of Twitter with some tweets. Returns their texts.
pub(super) fn write_archive(to: &Path, number: u64) -> Vec<String> {
    use std::{fs::File, io::Write};
    let texts: Vec<String> = (0..12).map(|n| format!("tweet-{number}-{n}")).collect();
    let tweets = texts.iter().zip(number * 12..).map(|(text, id)| {
        serde_json::json!({ "tweet": { "id_str": id.to_string(), "full_text": text, "retweeted": false,
            "created_at": "Wed Oct 10 20:19:24 +0000 2018", "entities": { "urls": [] } } })
    });
    let tweets = tweets.collect::<serde_json::Value>();
    let account = r#"window.YTD.account.part0 = [{"account": {"accountId": "42"}}]"#;
    let file = File::create(to).expect("it can be written");
    let mut zip = zip::ZipWriter::new(file);
    for (name, text) in [
        ("data/account.js", account.to_owned()),
        (
            "data/tweets.js",
            format!("window.YTD.tweets.part0 = {tweets}"),
        ),
    ] {
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(name, options).expect("a new name");
        zip.write_all(text.as_bytes()).expect("it can be written");
    }
    zip.finish().expect("it can be written");
    texts
}
