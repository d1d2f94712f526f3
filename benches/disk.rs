//! `cargo bench --bench disk`: the bytes that go to the disk for one post, comment and like, one at a time, with
//! `synchronous = "full"`. The site is one of 200 people who follow 50 each, with 5,000 posts, 20,000 comments and 20,000
//! likes; then for a post in five feeds and a comment on one. The system counts the bytes (`write_bytes` in
//! `/proc/PID/io`): whole blocks of 4 KiB, moving the log into the file included.

mod common;

use common::{Client, Person, Prepared, Server, form_token, median, post_form_of, prepare};
use quartfeed::{
    model::{
        Attached, CommentText, Destinations, GroupEdit, GroupName, Message, NewGroup, PostId,
        UserName,
    },
    store::{comments, groups, likes, posts, relationships},
};

const PEOPLE: usize = 200;
const FOLLOWED: usize = 50;
const POSTS: usize = 5_000;
const COMMENTS: usize = 20_000;
const LIKES: usize = 20_000;
/// The acts that are measured, of each kind: enough that the log is moved into the file several times.
const MEASURED: usize = 5_000;
/// The groups that a post goes to beside its author's own feed.
const GROUPS: usize = 4;
/// How many of the newest posts people comment on and like.
const RECENT: usize = 500;

fn main() {
    let prepared = prepare();
    let people = prepared.people(PEOPLE);
    let posts = fill(&prepared, &people);
    prepared.db.close();
    let (posts, shared) = posts;
    let recent = &posts[posts.len() - RECENT..];

    let server = Server::start(prepared.directory.path(), &[]);
    let mut client = Client::connect(&server.address);
    let tokens: Vec<String> = people
        .iter()
        .map(|person| form_token(&mut client, &person.cookie))
        .collect();
    let mut numbers = Numbers(7);
    let shared_to = (0..GROUPS).fold("&to=feed".to_owned(), |to, n| format!("{to}&to=group{n}"));
    for (what, kind, to, recent) in [
        ("post", "post", "", recent),
        ("comment", "comment", "", recent),
        ("like", "like", "", recent),
        ("post in five feeds", "post", shared_to.as_str(), recent),
        (
            "comment on a post in five feeds",
            "comment",
            "",
            &shared[..],
        ),
    ] {
        let mut each = Vec::with_capacity(MEASURED);
        let before = server.bytes_written();
        for n in 0..MEASURED {
            let by = numbers.below(PEOPLE);
            let post = recent[numbers.below(recent.len())];
            let path = match kind {
                "post" => "/post".to_owned(),
                kind => format!("/post/{post}/{kind}"),
            };
            let fields = format!(
                "csrf_token={}&form_key={}{n}&message=Who+comes+by%3F&comment=Me%2C+with+bread.{to}",
                tokens[by],
                what.replace(' ', "")
            );
            let started = server.bytes_written();
            let (status, _) = client.ask(&post_form_of(&path, &people[by].cookie, &fields));
            // One's own post cannot be liked.
            assert!(
                status == 303 || kind == "like" && status == 403,
                "{what}: {status}"
            );
            if status == 303 {
                each.push(f64::from(
                    u32::try_from(server.bytes_written() - started).expect("few bytes"),
                ));
            }
        }
        let acts = u64::try_from(each.len()).expect("few");
        println!(
            "a {what} writes {} bytes (mean of {acts}), {:.0} without moving the log (median)",
            (server.bytes_written() - before) / acts,
            median(each),
        );
    }
}

/// Fills the site. Returns the posts in one feed, and some in five.
fn fill(prepared: &Prepared, people: &[Person]) -> (Vec<PostId>, Vec<PostId>) {
    let ids: Vec<_> = people.iter().map(|person| person.id).collect();
    let filled = prepared.db.write(common::now(), move |tx| {
        let mut numbers = Numbers(1);
        let message = Message::parse("Who comes by tonight? There is bread and wine.", 3_000)
            .expect("it is one");
        let text = CommentText::parse("Me, and I bring cheese.", 3_000).expect("it is one");
        for (n, id) in ids.iter().enumerate() {
            for other in 1..=FOLLOWED {
                let name = format!("user{}", (n + other) % PEOPLE);
                relationships::follow(tx, *id, &UserName::parse(&name).expect("a name"))?;
            }
        }
        let mut written = Vec::with_capacity(POSTS);
        for n in 0..POSTS {
            let by = ids[numbers.below(PEOPLE)];
            written.push(posts::create(tx, by, &message, &Attached::default(), None)?);
            let known = written.len().min(RECENT);
            for act in 0..(COMMENTS + LIKES) / POSTS {
                let by = ids[numbers.below(PEOPLE)];
                let post = written[n - numbers.below(known)];
                if act % 2 == 0 {
                    comments::create(tx, by, post, &text, None)?;
                } else {
                    // One's own post cannot be liked.
                    let _ = likes::like(tx, by, post);
                }
            }
        }
        let names: Vec<GroupName> = (0..GROUPS).map(group_name).collect();
        for (name, founder) in names.iter().zip(&ids) {
            let edit = GroupEdit::parse(|_| "").expect("nothing is wrong");
            let new = NewGroup {
                name: name.clone(),
                edit,
            };
            groups::create(tx, *founder, &new)?;
            for id in &ids {
                groups::members::join(tx, *id, name)?;
            }
        }
        let to = Destinations::Feeds {
            own: true,
            groups: names,
        };
        let mut shared = Vec::with_capacity(RECENT);
        for _ in 0..RECENT {
            let by = ids[numbers.below(PEOPLE)];
            let attached = Attached::default();
            shared.push(posts::create_in(tx, by, &to, &message, &attached, None)?);
        }
        Ok((written, shared))
    });
    filled.expect("it can be written")
}

fn group_name(number: usize) -> GroupName {
    GroupName::parse(&format!("group{number}")).expect("a name")
}

/// Numbers that look random and are the same each time (a linear congruential generator, with Knuth's constants).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let end = u64::try_from(end).expect("a small number");
        usize::try_from((self.0 >> 33) % end).expect("smaller than the end")
    }
}
