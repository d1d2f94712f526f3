//! Random histories of a few people, in which each river is compared with the oracle's, page by page.

mod chosen;

use std::collections::BTreeSet;

use proptest::{collection::vec, prelude::*};

use self::chosen::WantedList;
use super::{
    super::{home::place_at_home, *},
    oracle::{Hidden, Line, Moment, Person, Reason, World, WrittenComment, WrittenPost},
};
use crate::{
    config::{self, Synchronous},
    error::Error,
    model::{
        Attached, CommentText, HideScope, HideSpan, HideTarget, HomeOrder, Message, NewHide,
        NewUser, PasswordRules, PostId, Timestamp, UserId, UserName,
    },
    store::{
        Db, comments,
        feeds::tests::assert_copies_hold,
        hides, likes, posts,
        relationships::{self, distance, requests},
        users,
    },
};

/// An action of a person. Posts and comments are counted from the newest, and the count wraps around.
#[derive(Debug, Clone)]
enum Deed {
    Follow(Person, Person),
    Unfollow(Person, Person),
    Post(Person),
    Edit(Person, usize),
    Delete(Person, usize),
    Undelete(Person, usize),
    Comment(Person, usize),
    EditComment(Person, usize, usize),
    DeleteComment(Person, usize, usize),
    UndeleteComment(Person, usize, usize),
    Like(Person, usize),
    Unlike(Person, usize),
    SetPrivate(Person, bool),
    Accept(Person, Person),
    Refuse(Person, Person),
    Block(Person, Person),
    Unblock(Person, Person),
    Mute(Person, Person),
    Unmute(Person, Person),
    /// Hides a post, a person or a word on the home page. The last number says for how long.
    HidePost(Person, usize, usize),
    HidePerson(Person, Person, usize),
    HideWord(Person, usize, usize),
    UnhidePost(Person, usize),
    UnhidePerson(Person, Person),
    UnhideWord(Person, usize),
    /// So many hours pass.
    Pass(i64),
    ChangeList(Person, WantedList),
    DeleteList(Person, usize),
    /// A turn to the next page of the river.
    Turn(Person),
}

const PEOPLE: usize = 6;
const PAGE: u32 = 3;

/// The words that people hide. Each post has some of them.
const WORDS: [&str; 4] = ["even", "third", "#tag", "#other"];

const HOUR_MILLIS: i64 = 3_600_000;

/// Returns a text with words that depend on the number.
fn text_of(n: Moment) -> String {
    let even = if n.is_multiple_of(2) { "even" } else { "odd" };
    let third = if n.is_multiple_of(3) {
        "third"
    } else {
        "thirds"
    };
    let tag = if n.is_multiple_of(5) {
        "#other"
    } else {
        "#tag"
    };
    format!("text {n} {even} {third} {tag} @user1")
}

fn deed() -> impl Strategy<Value = Deed> {
    let who = 0..PEOPLE;
    let post = 0..8_usize;
    let comment = 0..4_usize;
    prop_oneof![
        4 => (who.clone(), who.clone()).prop_map(|(a, b)| Deed::Follow(a, b)),
        2 => (who.clone(), who.clone()).prop_map(|(a, b)| Deed::Unfollow(a, b)),
        6 => who.clone().prop_map(Deed::Post),
        1 => (who.clone(), post.clone()).prop_map(|(a, p)| Deed::Edit(a, p)),
        1 => (who.clone(), post.clone()).prop_map(|(a, p)| Deed::Delete(a, p)),
        1 => (who.clone(), post.clone()).prop_map(|(a, p)| Deed::Undelete(a, p)),
        8 => (who.clone(), post.clone()).prop_map(|(a, p)| Deed::Comment(a, p)),
        1 => (who.clone(), post.clone(), comment.clone()).prop_map(|(a, p, c)| Deed::EditComment(a, p, c)),
        3 => (who.clone(), post.clone(), comment.clone()).prop_map(|(a, p, c)| Deed::DeleteComment(a, p, c)),
        1 => (who.clone(), post.clone(), comment).prop_map(|(a, p, c)| Deed::UndeleteComment(a, p, c)),
        8 => (who.clone(), post.clone()).prop_map(|(a, p)| Deed::Like(a, p)),
        4 => (who.clone(), post).prop_map(|(a, p)| Deed::Unlike(a, p)),
        2 => (who.clone(), any::<bool>()).prop_map(|(a, yes)| Deed::SetPrivate(a, yes)),
        2 => (who.clone(), who.clone()).prop_map(|(a, b)| Deed::Accept(a, b)),
        1 => (who.clone(), who.clone()).prop_map(|(a, b)| Deed::Refuse(a, b)),
        1 => (who.clone(), who.clone()).prop_map(|(a, b)| Deed::Block(a, b)),
        1 => (who.clone(), who.clone()).prop_map(|(a, b)| Deed::Unblock(a, b)),
        1 => (who.clone(), who.clone()).prop_map(|(a, b)| Deed::Mute(a, b)),
        1 => (who.clone(), who.clone()).prop_map(|(a, b)| Deed::Unmute(a, b)),
        2 => (who.clone(), 0..8_usize, 0..4_usize).prop_map(|(a, p, s)| Deed::HidePost(a, p, s)),
        2 => (who.clone(), who.clone(), 0..4_usize).prop_map(|(a, b, s)| Deed::HidePerson(a, b, s)),
        3 => (who.clone(), 0..WORDS.len(), 0..4_usize).prop_map(|(a, w, s)| Deed::HideWord(a, w, s)),
        1 => (who.clone(), 0..8_usize).prop_map(|(a, p)| Deed::UnhidePost(a, p)),
        1 => (who.clone(), who.clone()).prop_map(|(a, b)| Deed::UnhidePerson(a, b)),
        1 => (who.clone(), 0..WORDS.len()).prop_map(|(a, w)| Deed::UnhideWord(a, w)),
        2 => (1..30_i64).prop_map(Deed::Pass),
        3 => chosen::deeds(),
        5 => who.prop_map(Deed::Turn),
    ]
}

/// The number of histories in one run, unless `PROPTEST_CASES` asks for another.
const CASES: u32 = 64;

fn proptest_config() -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok();
    ProptestConfig {
        cases: asked.and_then(|cases| cases.parse().ok()).unwrap_or(CASES),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(proptest_config())]

    #[test]
    fn every_river_is_what_a_scan_over_everything_finds(deeds in vec(deed(), 1..120)) {
        let mut site = Site::new();
        for deed in deeds {
            site.happen(&deed);
        }
        for person in 0..PEOPLE {
            site.compare(person);
            site.compare_lists(person);
        }
    }
}

/// The store and the oracle, to both of which the same actions happen.
struct Site {
    db: Db,
    _directory: tempfile::TempDir,
    people: Vec<UserId>,
    world: World,
    readers: Vec<Option<Reader>>,
}

/// A person who pages through the river while it changes.
struct Reader {
    cursor: Option<Cursor>,
    seen: Vec<PostId>,
    /// The posts in the river at the beginning, with their positions.
    began_with: Vec<(Moment, PostId)>,
    /// The posts that have moved, come or gone since the beginning.
    moved: BTreeSet<PostId>,
}

impl Site {
    fn new() -> Site {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let config = config::Database {
            path: directory.path().join("db"),
            synchronous: Synchronous::Normal,
        };
        let db = Db::open(&config, 1_000, Timestamp(0), Box::new(|_| ())).expect("a new database");
        let people = (0..PEOPLE).map(|n| {
            let name = format!("user{n}");
            let field = |field: &str| -> &str {
                match field {
                    "username" => &name,
                    "password" => "correct horse",
                    _ => "",
                }
            };
            let Ok(new) = NewUser::parse(field, &PasswordRules::LEAST) else {
                unreachable!("the name is a name")
            };
            db.write(Timestamp(0), move |tx| users::register(tx, &new, ""))
                .expect("a new name")
        });
        Site {
            people: people.collect(),
            db,
            _directory: directory,
            world: World::default(),
            readers: (0..PEOPLE).map(|_| None).collect(),
        }
    }

    fn happen(&mut self, deed: &Deed) {
        self.world.now += 1;
        let before: Vec<_> = (0..PEOPLE).map(|person| self.positions(person)).collect();
        match *deed {
            Deed::Follow(a, b) => self.follow(a, b),
            Deed::Unfollow(a, b) => self.unfollow(a, b),
            Deed::Post(a) => self.post(a),
            Deed::Edit(a, p) => self.with_post(p, |site, p| site.edit(a, p)),
            Deed::Delete(a, p) => self.with_post(p, |site, p| site.delete(a, p)),
            Deed::Undelete(a, p) => self.with_post(p, |site, p| site.undelete(a, p)),
            Deed::Comment(a, p) => self.with_post(p, |site, p| site.comment(a, p)),
            Deed::EditComment(a, p, c) => {
                self.with_comment(p, c, |site, p, c| site.edit_comment(a, p, c));
            }
            Deed::DeleteComment(a, p, c) => {
                self.with_comment(p, c, |site, p, c| site.delete_comment(a, p, c));
            }
            Deed::UndeleteComment(a, p, c) => {
                self.with_comment(p, c, |site, p, c| site.undelete_comment(a, p, c));
            }
            Deed::Like(a, p) => self.with_post(p, |site, p| site.like(a, p)),
            Deed::Unlike(a, p) => self.with_post(p, |site, p| site.unlike(a, p)),
            Deed::SetPrivate(a, yes) => self.set_private(a, yes),
            Deed::Accept(a, b) => self.accept(a, b),
            Deed::Refuse(a, b) => self.refuse(a, b),
            Deed::Block(a, b) => self.block(a, b),
            Deed::Unblock(a, b) => self.unblock(a, b),
            Deed::Mute(a, b) => self.mute(a, b),
            Deed::Unmute(a, b) => self.unmute(a, b),
            Deed::HidePost(a, p, s) => {
                self.with_post(p, |site, p| site.hide(a, Hidden::Post(p), s));
            }
            Deed::HidePerson(a, b, s) => self.hide(a, Hidden::Person(b), s),
            Deed::HideWord(a, w, s) => self.hide(a, Hidden::Word(WORDS[w].into()), s),
            Deed::UnhidePost(a, p) => {
                self.with_post(p, |site, p| site.unhide(a, &Hidden::Post(p)));
            }
            Deed::UnhidePerson(a, b) => self.unhide(a, &Hidden::Person(b)),
            Deed::UnhideWord(a, w) => self.unhide(a, &Hidden::Word(WORDS[w].into())),
            Deed::Pass(hours) => self.world.clock += hours * HOUR_MILLIS,
            Deed::ChangeList(a, wanted) => self.change_list(a, wanted),
            Deed::DeleteList(a, number) => self.delete_list(a, number),
            Deed::Turn(a) => self.turn(a),
        }
        for (person, before) in before.iter().enumerate() {
            let after = self.positions(person);
            if let Some(reader) = &mut self.readers[person] {
                let changed = before.iter().chain(&after);
                let changed =
                    changed.filter(|line| !before.contains(line) || !after.contains(line));
                reader.moved.extend(changed.map(|(_, post)| *post));
            }
        }
    }

    fn positions(&self, person: Person) -> Vec<(Moment, PostId)> {
        let river = self.world.river(person).into_iter();
        river.map(|(position, line)| (position, line.id)).collect()
    }

    fn with_post(&mut self, p: usize, act: impl FnOnce(&mut Site, usize)) {
        let count = self.world.posts.len();
        if count > 0 {
            act(self, count - 1 - p % count);
        }
    }

    fn with_comment(&mut self, p: usize, c: usize, act: impl FnOnce(&mut Site, usize, usize)) {
        self.with_post(p, |site, p| {
            let count = site.world.posts[p].comments.len();
            if count > 0 {
                act(site, p, count - 1 - c % count);
            }
        });
    }

    fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut crate::store::Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.db.write(Timestamp(1), change)
    }

    fn name(person: Person) -> UserName {
        UserName::parse(&format!("user{person}")).expect("a name")
    }

    fn follow(&mut self, a: Person, b: Person) {
        let (by, name) = (self.people[a], Site::name(b));
        let done = self.write(move |tx| relationships::follow(tx, by, &name));
        assert_eq!(done.is_ok(), a != b && self.world.are_together(a, b));
        if done.is_err() || self.world.follows.contains(&(a, b)) {
            return;
        }
        if self.world.private.contains(&b) {
            self.world.requests.insert((a, b));
        } else {
            self.world.follows.insert((a, b));
        }
    }

    fn unfollow(&mut self, a: Person, b: Person) {
        let (by, name) = (self.people[a], Site::name(b));
        let done = self.write(move |tx| relationships::unfollow(tx, by, &name));
        assert_eq!(done.is_ok(), a != b && self.world.are_together(a, b));
        self.world.follows.remove(&(a, b));
        self.world.requests.remove(&(a, b));
    }

    fn set_private(&mut self, a: Person, yes: bool) {
        let by = self.people[a];
        self.write(move |tx| requests::set_private(tx, by, yes))
            .expect("always possible");
        if yes {
            self.world.private.insert(a);
            return;
        }
        self.world.private.remove(&a);
        let asked = self.world.requests.iter().filter(|(_, owner)| *owner == a);
        let asked: Vec<_> = asked.copied().collect();
        for pair in asked {
            self.world.requests.remove(&pair);
            self.world.follows.insert(pair);
        }
    }

    fn accept(&mut self, a: Person, b: Person) {
        let (by, name) = (self.people[a], Site::name(b));
        let done = self.write(move |tx| requests::accept(tx, by, &name));
        let asked = self.world.requests.remove(&(b, a));
        assert_eq!(done.is_ok(), asked || self.world.follows.contains(&(b, a)));
        if asked {
            self.world.follows.insert((b, a));
        }
    }

    fn refuse(&mut self, a: Person, b: Person) {
        let (by, name) = (self.people[a], Site::name(b));
        let done = self.write(move |tx| requests::refuse(tx, by, &name));
        assert_eq!(done.is_ok(), self.world.are_together(a, b));
        self.world.requests.remove(&(b, a));
    }

    fn block(&mut self, a: Person, b: Person) {
        let (by, name) = (self.people[a], Site::name(b));
        let done = self.write(move |tx| distance::block(tx, by, &name));
        let may = self.world.are_together(a, b) || self.world.blocks.contains(&(a, b));
        assert_eq!(done.is_ok(), a != b && may);
        if done.is_ok() {
            self.world.blocks.insert((a, b));
            for pair in [(a, b), (b, a)] {
                self.world.follows.remove(&pair);
                self.world.requests.remove(&pair);
            }
        }
    }

    fn unblock(&mut self, a: Person, b: Person) {
        let (by, name) = (self.people[a], Site::name(b));
        let done = self.write(move |tx| distance::unblock(tx, by, &name));
        assert_eq!(done.is_ok(), self.world.blocks.remove(&(a, b)));
    }

    fn mute(&mut self, a: Person, b: Person) {
        let (by, name) = (self.people[a], Site::name(b));
        let done = self.write(move |tx| distance::mute(tx, by, &name));
        assert_eq!(done.is_ok(), a != b && self.world.are_together(a, b));
        if done.is_ok() {
            self.world.mutes.insert((a, b));
        }
    }

    fn unmute(&mut self, a: Person, b: Person) {
        let (by, name) = (self.people[a], Site::name(b));
        let done = self.write(move |tx| distance::unmute(tx, by, &name));
        assert_eq!(done.is_ok(), a != b && self.world.are_together(a, b));
        if done.is_ok() {
            self.world.mutes.remove(&(a, b));
        }
    }

    fn target(&self, what: &Hidden) -> HideTarget {
        let (kind, value) = match what {
            Hidden::Post(p) => ("post", self.world.posts[*p].id.to_string()),
            Hidden::Person(b) => ("user", format!("user{b}")),
            Hidden::Word(word) if word.starts_with('#') => ("tag", word.clone()),
            Hidden::Word(word) => ("words", word.clone()),
        };
        HideTarget::parse(|name| if name == "kind" { kind } else { &value }).expect("it is right")
    }

    fn hide(&mut self, a: Person, what: Hidden, span: usize) {
        let new = NewHide {
            target: self.target(&what),
            span: HideSpan::ALL[span],
            scope: HideScope::Home,
        };
        let (by, now) = (self.people[a], Timestamp(self.world.clock));
        let done = self.db.write(now, move |tx| hides::hide(tx, by, &new));
        let may = match &what {
            Hidden::Post(p) => !self.is_gone(a, *p),
            Hidden::Person(b) => a != *b && self.world.are_together(a, *b),
            Hidden::Word(_) => true,
        };
        assert_eq!(done.is_ok(), may);
        if may {
            let hours = [Some(2), Some(24), Some(168), None][span];
            let end = hours.map(|hours| self.world.clock + hours * HOUR_MILLIS);
            self.world.hides.insert((a, what), end);
        }
    }

    fn unhide(&mut self, a: Person, what: &Hidden) {
        let (by, target) = (self.people[a], self.target(what));
        let done = self.write(move |tx| hides::unhide(tx, by, &target));
        let may = match what {
            Hidden::Person(b) => self.world.are_together(a, *b),
            Hidden::Post(_) | Hidden::Word(_) => true,
        };
        assert_eq!(done.is_ok(), may);
        if may {
            self.world.hides.remove(&(a, what.clone()));
        }
    }

    /// Checks whether a post does not exist for this person.
    fn is_gone(&self, a: Person, p: usize) -> bool {
        !self.world.may_read(a, &self.world.posts[p])
    }

    fn is_comment_gone(&self, a: Person, p: usize, c: usize) -> bool {
        let comment = &self.world.posts[p].comments[c];
        let is_hidden = self.world.is_hidden(a, comment.author);
        self.is_gone(a, p) || is_hidden || comment.deleted_by.is_some()
    }

    fn post(&mut self, author: Person) {
        let (by, at) = (self.people[author], self.world.now);
        let text = text_of(at);
        let message = Message::parse(&text, 100).expect("a message");
        let id = self
            .write(move |tx| posts::create(tx, by, &message, &Attached::default(), None))
            .expect("written");
        self.world.posts.push(WrittenPost {
            id,
            author,
            text,
            at,
            is_deleted: false,
            comments: Vec::new(),
            likes: std::collections::BTreeMap::new(),
        });
    }

    fn edit(&mut self, a: Person, p: usize) {
        let post = &self.world.posts[p];
        let (by, id) = (self.people[a], post.id);
        let text = text_of(self.world.now);
        let message = Message::parse(&text, 100).expect("a message");
        let done = self.write(move |tx| posts::edit(tx, by, id, Some(&message), None, None));
        assert_allowed(&done, self.is_gone(a, p), post.author == a);
        if done.is_ok() {
            self.world.posts[p].text = text;
        }
    }

    fn delete(&mut self, a: Person, p: usize) {
        let post = &self.world.posts[p];
        let (by, id) = (self.people[a], post.id);
        let done = self.write(move |tx| posts::delete(tx, by, id));
        assert_allowed(&done, self.is_gone(a, p), post.author == a);
        self.world.posts[p].is_deleted |= done.is_ok();
    }

    fn undelete(&mut self, a: Person, p: usize) {
        let post = &self.world.posts[p];
        let (by, id) = (self.people[a], post.id);
        let done = self.write(move |tx| posts::undelete(tx, by, id));
        assert_eq!(done.is_ok(), post.author == a);
        self.world.posts[p].is_deleted &= done.is_err();
    }

    fn comment(&mut self, author: Person, p: usize) {
        let (by, id, at) = (self.people[author], self.world.posts[p].id, self.world.now);
        let text = CommentText::parse("well said #tag", 100).expect("a comment");
        let done = self.write(move |tx| comments::create(tx, by, id, &text, None));
        assert_allowed(&done, self.is_gone(author, p), true);
        if let Ok(id) = done {
            self.world.posts[p].comments.push(WrittenComment {
                id,
                author,
                at,
                deleted_by: None,
                is_tagged: true,
            });
        }
    }

    fn edit_comment(&mut self, a: Person, p: usize, c: usize) {
        let comment = &self.world.posts[p].comments[c];
        let (by, id) = (self.people[a], comment.id);
        let text =
            CommentText::parse(&format!("edited {}", self.world.now), 100).expect("a comment");
        let done = self.write(move |tx| comments::edit(tx, by, id, &text));
        assert_allowed(&done, self.is_comment_gone(a, p, c), comment.author == a);
        self.world.posts[p].comments[c].is_tagged &= done.is_err();
    }

    fn delete_comment(&mut self, a: Person, p: usize, c: usize) {
        let (post, comment) = (&self.world.posts[p], &self.world.posts[p].comments[c]);
        let (by, id) = (self.people[a], comment.id);
        let done = self.write(move |tx| comments::delete(tx, by, id));
        let may = comment.author == a || post.author == a;
        assert_allowed(&done, self.is_comment_gone(a, p, c), may);
        if done.is_ok() {
            self.world.posts[p].comments[c].deleted_by = Some(a);
        }
    }

    fn undelete_comment(&mut self, a: Person, p: usize, c: usize) {
        let (post, comment) = (&self.world.posts[p], &self.world.posts[p].comments[c]);
        let (by, id) = (self.people[a], comment.id);
        let done = self.write(move |tx| comments::undelete(tx, by, id));
        let may = comment.author == a || post.author == a;
        let was_mine = comment.deleted_by.is_none_or(|by| by == a);
        let is_hidden = self.world.is_hidden(a, comment.author) || self.is_gone(a, p);
        assert_eq!(done.is_ok(), may && was_mine && !is_hidden);
        if done.is_ok() {
            self.world.posts[p].comments[c].deleted_by = None;
        }
    }

    fn like(&mut self, a: Person, p: usize) {
        let (by, id, now) = (self.people[a], self.world.posts[p].id, self.world.now);
        let done = self.write(move |tx| likes::like(tx, by, id));
        let is_gone = self.is_gone(a, p);
        let post = &mut self.world.posts[p];
        assert_allowed(&done, is_gone, post.author != a);
        if done.is_ok() {
            post.likes.entry(a).or_insert(now);
        }
    }

    fn unlike(&mut self, a: Person, p: usize) {
        let (by, id) = (self.people[a], self.world.posts[p].id);
        let done = self.write(move |tx| likes::unlike(tx, by, id));
        let is_gone = self.is_gone(a, p);
        let post = &mut self.world.posts[p];
        assert_allowed(&done, is_gone, true);
        if done.is_ok() {
            post.likes.remove(&a);
        }
    }

    /// Reads the next page. After the last one, checks that no post was missed or seen twice that did not move.
    fn turn(&mut self, person: Person) {
        let began_with = self.positions(person);
        let viewer = self.people[person];
        let reader = self.readers[person].get_or_insert_with(|| Reader {
            cursor: None,
            seen: Vec::new(),
            began_with,
            moved: BTreeSet::new(),
        });
        let slice = slice(reader.cursor, self.world.clock);
        let page = self
            .db
            .read(|conn| home(conn, viewer, HomeOrder::Activity, slice))
            .expect("a page");
        reader
            .seen
            .extend(page.posts.items.iter().map(|post| post.id));
        reader.cursor = page.posts.next;
        if page.posts.next.is_some() {
            return;
        }
        let reader = self.readers[person].take().expect("it is there");
        for (n, post) in reader.seen.iter().enumerate() {
            let again = reader.seen[..n].contains(post);
            assert!(
                !again || reader.moved.contains(post),
                "{post} was seen twice"
            );
        }
        for (_, post) in &reader.began_with {
            let was_missed = !reader.seen.contains(post) && !reader.moved.contains(post);
            assert!(!was_missed, "{post} did not move and was missed");
        }
    }

    /// Compares each page of the river, and everything on it, with the oracle's.
    fn compare(&self, person: Person) {
        let (hidden, expected) = self.world.divided(person);
        let expected: Vec<Line> = expected.into_iter().map(|(_, line)| line).collect();
        let mut expected = expected.chunks(PAGE as usize);
        let mut hidden = hidden.into_iter().map(|(_, line)| line.id);
        let mut cursor = None;
        let read = self.db.read(|conn| {
            assert_copies_hold(conn);
            Ok(())
        });
        read.expect("it can be read");
        loop {
            let page = self.db.read(|conn| {
                home(
                    conn,
                    self.people[person],
                    HomeOrder::Activity,
                    slice(cursor, self.world.clock),
                )
            });
            let page = page.expect("a page");
            for taken_out in &page.hidden {
                assert_eq!(Some(taken_out.address.post), hidden.next());
            }
            let page = page.posts;
            let found: Vec<Line> = page.items.iter().map(|post| self.read(post)).collect();
            assert_eq!(
                found,
                expected.next().unwrap_or_default(),
                "the river of {person}"
            );
            for post in &page.items {
                self.compare_place(person, post);
            }
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!((expected.next(), hidden.next()), (None, None));
        self.compare_by_date(person);
        let (hidden, shown) = self.world.divided(person);
        let anywhere: Vec<PostId> = hidden
            .iter()
            .chain(&shown)
            .map(|(_, line)| line.id)
            .collect();
        for post in &self.world.posts {
            let viewer = self.people[person];
            let place = self
                .db
                .read(|conn| place_at_home(conn, viewer, post.id))
                .expect("a place");
            // A hidden post has a place, from which it is taken out.
            assert_eq!(place.is_some(), anywhere.contains(&post.id));
        }
    }

    /// Compares the river in the order of dates with the oracle's. A page may be shorter than it could be.
    fn compare_by_date(&self, person: Person) {
        let (mut hidden, mut shown) = self.world.divided(person);
        for lines in [&mut hidden, &mut shown] {
            let at = |id| self.world.posts.iter().position(|post| post.id == id);
            lines.sort_by_key(|(_, line)| std::cmp::Reverse(at(line.id)));
        }
        let (mut found, mut taken_out, mut cursor) = (Vec::new(), Vec::new(), None);
        loop {
            let slice = slice(cursor, self.world.clock);
            let page = self
                .db
                .read(|conn| home(conn, self.people[person], HomeOrder::Date, slice));
            let page = page.expect("a page");
            assert!(page.posts.items.len() <= PAGE as usize);
            found.extend(page.posts.items.iter().map(|post| self.read(post)));
            taken_out.extend(page.hidden.iter().map(|hidden| hidden.address.post));
            let lower = page.posts.next;
            if lower.is_none() {
                break;
            }
            assert!(Cursor::upper_bound(lower) < Cursor::upper_bound(cursor));
            cursor = lower;
        }
        let lines = |lines: Vec<(Moment, Line)>| lines.into_iter().map(|(_, line)| line);
        assert_eq!(
            found,
            lines(shown).collect::<Vec<_>>(),
            "by date, of {person}"
        );
        let hidden: Vec<PostId> = lines(hidden).map(|line| line.id).collect();
        assert_eq!(taken_out, hidden, "by date, of {person}");
    }

    /// Compares a post of the river with itself read alone, and checks that its audience includes the person.
    fn compare_place(&self, person: Person, post: &Post) {
        let viewer = self.people[person];
        let (alone, audience) = self
            .db
            .read(|conn| {
                Ok((
                    as_at_home(conn, viewer, post.id)?,
                    audience(conn, post.author.feed, post.id)?,
                ))
            })
            .expect("it is there");
        assert_eq!(&alone, post);
        assert!(audience.contains(&viewer));
    }

    fn read(&self, post: &Post) -> Line {
        let person = |id: UserId| {
            self.people
                .iter()
                .position(|other| *other == id)
                .expect("known")
        };
        let named = post.likes.named.iter().map(|user| person(user.id));
        Line {
            id: post.id,
            via: post.via.as_ref().map(|via| Reason {
                newest: person(via.newest.user.id),
                named: via
                    .named
                    .iter()
                    .map(|act| (person(act.user.id), act.kind))
                    .collect(),
                more: usize::try_from(via.more).expect("few"),
            }),
            likes: (
                usize::try_from(post.likes.count).expect("few"),
                named.collect(),
            ),
            comments: (
                usize::try_from(post.comments.count).expect("few"),
                post.comments
                    .shown
                    .iter()
                    .map(|comment| comment.id)
                    .collect(),
            ),
        }
    }
}

fn slice(before: Option<Cursor>, clock: i64) -> Slice {
    Slice {
        before,
        size: PAGE,
        now: Timestamp(clock),
    }
}

fn assert_allowed<T: std::fmt::Debug>(done: &Result<T>, is_gone: bool, may: bool) {
    match done {
        Err(Error::NotFound) => assert!(is_gone),
        Err(Error::Forbidden) => assert!(!is_gone && !may),
        Ok(_) => assert!(!is_gone && may),
        other => panic!("{other:?}"),
    }
}
