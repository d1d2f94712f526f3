//! Readers with open pages: each has one stream for four pages, and applies its events as the script of the page does. When the
//! reader writes a post, its event comes after all events before it; then each page must have the posts that a reload shows.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use super::{
    player::Player,
    steps::{Label, Who},
    world::World,
};
use crate::harness::{Event, EventStream};

/// The pages whose posts are compared.
const TOPICS: [&str; 4] = ["home", "everything", "discussions", "directs"];
/// The bytes that a reader leaves unread at least before anything waits for them in the program. Then a stream may end without
/// its last words. A socket's buffer for sending has 16 KiB, and that for receiving at least as much.
const SLOW_BYTES: usize = 24 * 1024;
/// The times that a stream is opened again within one reading.
const TRIES: usize = 3;

/// An open page of a person, with its stream.
pub(super) struct Ear {
    /// The longest time that an event is waited for.
    wait: Duration,
    stream: Option<EventStream>,
    /// The id of the last event that the page shows.
    last: String,
    /// The posts on each page. None until the page is loaded again.
    pages: Option<BTreeMap<&'static str, BTreeSet<Label>>>,
    /// The posts and comments that the reader was allowed to see at some time since the page was last compared.
    allowed: BTreeSet<Label>,
    /// The people who were not hidden from the reader at some time since then.
    people: BTreeSet<Who>,
}

impl Ear {
    /// Loads the pages and opens a stream that begins where they end.
    pub(super) fn open(player: &Player, world: &World, who: Who, wait: Duration) -> Ear {
        let last = player.person(who).get("/api/v1/feed?limit=1").json();
        let mut ear = Ear {
            wait,
            stream: None,
            last: last["last_event_id"].as_str().expect("an id").to_owned(),
            pages: Some(loaded(world, who)),
            allowed: BTreeSet::new(),
            people: BTreeSet::new(),
        };
        ear.note(world, who);
        ear.resume(player, who);
        ear
    }

    /// Opens the stream again after the last event.
    pub(super) fn resume(&mut self, player: &Player, who: Who) {
        let topics = TOPICS.map(|topic| format!("topic={topic}")).join("&");
        let person = player.person(who);
        let last = [("Last-Event-ID", self.last.as_str())];
        self.stream = Some(person.listen_within(&format!("/sse?{topics}"), &last, self.wait));
    }

    /// Cuts the connection.
    pub(super) fn cut(&mut self) {
        self.stream = None;
    }

    /// Reads the end of a stream of a program that stops, and leaves what it said to the next stream.
    ///
    /// # Errors
    /// A sentence if the program does not say so.
    pub(super) fn hear_stop(&mut self) -> Result<(), String> {
        self.hear_end("shutdown")
    }

    /// Reads a stream to its end, which must say why. The end of a reader who was too slow says nothing.
    fn hear_end(&mut self, why: &str) -> Result<(), String> {
        let Some(mut stream) = self.stream.take() else {
            return Ok(());
        };
        let (mut said, mut bytes) = (None, 0);
        while let Some(event) = stream.next() {
            bytes += event.data.to_string().len();
            said = Some(event);
        }
        match said {
            Some(event) if event.name == "bye" && event.data["reason"] == why => Ok(()),
            _ if bytes > SLOW_BYTES => Ok(()),
            other => Err(format!("a stream without {why} ends with {other:?}")),
        }
    }

    /// Forgets what is on the pages, because time alone changed them.
    pub(super) fn outdate(&mut self) {
        self.pages = None;
    }

    /// Notes what the reader may see now.
    pub(super) fn note(&mut self, world: &World, who: Who) {
        for (label, post) in &world.posts {
            if world.sees(who, post) {
                self.allowed.insert(*label);
                self.allowed.extend(world.thread(who, post));
            }
        }
        let people = world.registered.iter().copied();
        self.people
            .extend(people.filter(|other| !world.hidden(who, *other)));
    }

    /// Reads the end of a stream whose reader has signed out.
    ///
    /// # Errors
    /// A sentence if it does not say so.
    pub(super) fn hear_sign_out(mut self) -> Result<(), String> {
        self.hear_end("signed_out")
    }

    /// Reads events up to the one about the reader's own new post, and compares the pages with the model.
    ///
    /// # Errors
    /// A sentence about the difference.
    pub(super) fn hear(
        &mut self,
        player: &Player,
        world: &World,
        who: Who,
        until: Label,
    ) -> Result<(), String> {
        let (mut tries, mut told) = (0, Vec::new());
        let deadline = Instant::now() + self.wait;
        loop {
            let event = self.stream.as_mut().and_then(EventStream::next_or_alive);
            let is_late = Instant::now() > deadline;
            if event.as_ref().is_some_and(|event| event.name == "alive") && !is_late {
                continue;
            }
            let is_over = event
                .as_ref()
                .is_none_or(|event| ["bye", "alive"].contains(&&*event.name));
            let Some(event) = event.filter(|_| !is_over) else {
                tries += 1;
                if tries > TRIES || is_late {
                    let after = &self.last;
                    return Err(format!(
                        "no event about post {until} after {after}: {told:?}"
                    ));
                }
                self.resume(player, who);
                continue;
            };
            told.push(format!("{} {}", event.id, event.name));
            self.apply(player, world, who, &event)
                .map_err(|why| format!("{why}\n    event: {event:?}"))?;
            if ["reset", "group"].contains(&&*event.name) {
                // The page was loaded again, with everything until now.
                break;
            }
            if event.name == "post" && event.data["post_id"] == player.id(until) {
                break;
            }
        }
        let wanted = loaded(world, who);
        if let Some(pages) = &self.pages
            && *pages != wanted
        {
            return Err(format!(
                "the open pages of {who} differ from their reload\n    reload: {wanted:?}\n    open:   {pages:?}\n    \
                 events: {told:?}"
            ));
        }
        self.pages = Some(wanted);
        // After a reset, events from before it may still follow.
        if told
            .last()
            .is_none_or(|last| !last.ends_with(" reset") && !last.ends_with(" group"))
        {
            self.allowed.clear();
            self.people.clear();
        }
        self.note(world, who);
        Ok(())
    }

    /// Applies an event as the script does.
    fn apply(
        &mut self,
        player: &Player,
        world: &World,
        who: Who,
        event: &Event,
    ) -> Result<(), String> {
        let data = &event.data;
        match event.name.as_str() {
            "notification" | "seen" => return Ok(()),
            "reset" | "group" => {
                // The page is loaded again now, with everything that happened.
                self.pages = Some(loaded(world, who));
                self.last.clone_from(&event.id);
                return Ok(());
            }
            _ => {}
        }
        if number(&event.id) <= number(&self.last) {
            return Err(format!("{} came after {}", event.id, self.last));
        }
        self.last.clone_from(&event.id);
        let post = data["post_id"].as_str().expect("an id");
        // A post whose answer has not arrived here yet is the reader's own.
        let label = *player
            .labels
            .get(post)
            .ok_or_else(|| format!("nobody wrote {post}"))?;
        if !self.allowed.contains(&label) {
            return Err(format!("post {label} was never visible"));
        }
        if let Some(id) = data["comment_id"]
            .as_u64()
            .or(data["comment"]["id"].as_u64())
            && event.name != "comment_deleted"
        {
            let comment = player.labels.get(&id.to_string());
            if comment.is_none_or(|comment| !self.allowed.contains(comment)) {
                return Err(format!("comment {comment:?} was never visible"));
            }
        }
        if let Some(name) = data["user"]["username"].as_str() {
            let actor = super::steps::NAMES.iter().position(|known| *known == name);
            if actor.is_none_or(|actor| !self.people.contains(&actor)) {
                return Err(format!("{name} was never visible"));
            }
        }
        let topics = data["topics"].as_array().cloned().unwrap_or_default();
        for (topic, page) in self.pages.iter_mut().flatten() {
            if topics.iter().any(|one| one == topic) {
                page.insert(label);
            } else {
                page.remove(&label);
            }
        }
        Ok(())
    }
}

/// Returns the posts of the pages as they are when they are loaded.
fn loaded(world: &World, who: Who) -> BTreeMap<&'static str, BTreeSet<Label>> {
    let rivers = [
        world.home(who, false),
        world.everything(who),
        world.discussions(who),
        world.directs(who),
    ];
    let pages = TOPICS.into_iter().zip(rivers);
    pages
        .map(|(topic, river)| (topic, river.into_iter().map(|line| line.post).collect()))
        .collect()
}

/// Returns the number of an event, from an id such as `E-N`.
fn number(id: &str) -> u64 {
    let number = id.rsplit('-').next().and_then(|number| number.parse().ok());
    number.expect("an id of an event")
}
