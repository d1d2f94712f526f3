//! `cargo bench --bench reading`: the bytes that go to the disk in an hour while ten people only read, with
//! `synchronous = "full"`. The hour passes on a clock that is a parameter; the batches are those of the program. Each
//! person asks for something and sees a post every fifteen seconds, from the newest down, on a site of 5,000 posts, and
//! has marks on a thousand older ones. The system counts the bytes (`write_bytes` in `/proc/self/io`): whole blocks of
//! 4 KiB, moving the log into the file included.

mod common;

use std::{net::Ipv4Addr, sync::Arc, time::Duration};

use common::{Person, Prepared, bytes_written, now, prepare};
use quartfeed::{
    model::{
        Attached, CommentId, Message, PostId, SeenMark, SessionId, Timestamp, UserId, Whereabouts,
    },
    seen::{PendingMarks, WRITE_AFTER},
    store::{Db, posts, sessions},
};

const PEOPLE: usize = 10;
const POSTS: usize = 5_000;
const EARLIER: usize = 1_000;
const SECONDS: u64 = 3_600;
/// The time between two posts that one person sees.
const EACH_SECONDS: u64 = 15;
/// How often the program looks whether marks are due.
const LOOK_SECONDS: u64 = 60;
/// The intervals that are compared. That of the program is one of them.
const COMPARED: [Duration; 4] = [
    Duration::from_mins(1),
    Duration::from_mins(5),
    Duration::from_mins(10),
    WRITE_AFTER,
];

fn main() {
    // Opening and closing the file writes as well.
    let nobody = hour(WRITE_AFTER, 0);
    for interval in COMPARED {
        let bytes = hour(interval, PEOPLE).saturating_sub(nobody);
        println!(
            "ten people who read for an hour, with a batch each {} s: {bytes} bytes",
            interval.as_secs()
        );
    }
}

/// Lets an hour pass in which so many people read. Returns the bytes that were written in it.
fn hour(interval: Duration, readers: usize) -> u64 {
    let prepared = prepare();
    let people = prepared.people(PEOPLE);
    let posts = fill(&prepared, people[0].id);
    let directory = &prepared.directory;
    let start = now();
    mark_earlier(&prepared.db, &people, &posts, start);
    prepared.db.close();

    let before = bytes_written("self");
    let db = common::open(directory.path());
    let pending = Arc::new(PendingMarks::default());
    let sessions = prepared_sessions(&db, &people);
    let browser = Whereabouts::of("", Ipv4Addr::LOCALHOST.into());
    let mut last_batch = start;
    for second in 0..SECONDS {
        let now = start.plus(Duration::from_secs(second));
        if second % EACH_SECONDS == 0 {
            let n = usize::try_from(second / EACH_SECONDS).expect("few");
            for (offset, (person, session)) in sessions.iter().take(readers).enumerate() {
                assert!(pending.visit(*session, now, &browser), "there is room");
                // Not everybody is at the same place of the river.
                let post = posts[posts.len() - 1 - n - offset * 3];
                assert!(pending.add(*person, &[mark(post)], now), "there is room");
            }
        }
        if second % LOOK_SECONDS == 0 && last_batch.plus(interval) <= now {
            pending.write(&db, now).expect("the disk takes them");
            last_batch = now;
        }
    }
    let end = start.plus(Duration::from_secs(SECONDS));
    pending.write(&db, end).expect("the disk takes them");
    db.close();
    bytes_written("self") - before
}

fn prepared_sessions(db: &Db, people: &[Person]) -> Vec<(UserId, SessionId)> {
    let sessions = people.iter().map(|person| {
        let found = db.read(|conn| sessions::of(conn, person.id));
        (person.id, found.expect("readable")[0].id)
    });
    sessions.collect()
}

fn mark(post: PostId) -> SeenMark {
    let comment = CommentId(1);
    SeenMark { post, comment }
}

fn mark_earlier(db: &Db, people: &[Person], posts: &[PostId], now: Timestamp) {
    let pending = PendingMarks::default();
    for person in people {
        let earlier: Vec<_> = posts.iter().take(EARLIER).map(|post| mark(*post)).collect();
        assert!(pending.add(person.id, &earlier, now), "there is room");
    }
    pending.write(db, now).expect("the disk takes them");
}

/// Writes the posts of a month, ten an hour.
fn fill(prepared: &Prepared, author: UserId) -> Vec<PostId> {
    let message = Message::parse("Who comes by tonight? There is bread and wine.", 3_000);
    let message = Arc::new(message.expect("it is one"));
    let begin = now().minus(Duration::from_mins(6 * POSTS as u64));
    let mut written = Vec::with_capacity(POSTS);
    for n in 0..POSTS {
        let at = begin.plus(Duration::from_mins(6 * n as u64));
        let message = message.clone();
        let post = prepared.db.write(at, move |tx| {
            posts::create(tx, author, &message, &Attached::default(), None)
        });
        written.push(post.expect("it can be written"));
    }
    written
}
