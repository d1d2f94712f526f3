//! Random histories of a few people, in which each river is compared with the oracle's, page by page.

mod chosen;
mod circles;
mod comparing;
mod hiding;
mod people;
mod writing;

use std::collections::BTreeSet;

use proptest::{collection::vec, prelude::*};

use self::{chosen::WantedList, circles::WantedFeeds};
use super::{
    super::{home::place_at_home, *},
    oracle::{Hidden, Line, Moment, Person, Places, Reason, World, WrittenComment, WrittenPost},
};
use crate::{
    config::{self, Synchronous},
    error::Error,
    model::{
        Attached, CommentText, GroupAct, HideScope, HideSpan, HideTarget, HomeOrder, Message,
        NewHide, NewUser, PasswordRules, PostId, Timestamp, UserId, UserName,
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
    /// Imports a post of this date.
    Import(Person, Moment),
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
    Join(Person, usize),
    LeaveGroup(Person, usize),
    Manage(Person, usize, GroupAct, Person),
    /// Makes a group private or public, and for announcements or not.
    SetGroup(Person, usize, bool, bool),
    PostTo(Person, WantedFeeds),
    MoveTo(Person, usize, WantedFeeds),
    /// Begins a conversation with people, who stand in it as the bits of a number.
    DirectTo(Person, usize),
    AddTo(Person, usize, Person),
    LeaveTalk(Person, usize),
    ChangeList(Person, WantedList),
    DeleteList(Person, usize),
    /// A turn to the next page of the river.
    Turn(Person),
}

const PEOPLE: usize = 6;
/// The moment before the first action. Imported posts are from earlier moments.
const FIRST_MOMENT: Moment = 100_000;
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
        3 => (who.clone(), 0..9_usize).prop_map(|(a, date)| Deed::Import(a, date)),
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
        14 => circles::deeds(),
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
            site.compare_circles(person);
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
            upgrade_backups: None,
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
        let people = people.collect();
        let site = Site {
            people,
            db,
            _directory: directory,
            world: World {
                now: FIRST_MOMENT,
                ..World::default()
            },
            readers: (0..PEOPLE).map(|_| None).collect(),
        };
        site.with_groups()
    }

    fn happen(&mut self, deed: &Deed) {
        self.world.now += 1;
        let before: Vec<_> = (0..PEOPLE).map(|person| self.positions(person)).collect();
        match *deed {
            Deed::Follow(a, b) => self.follow(a, b),
            Deed::Unfollow(a, b) => self.unfollow(a, b),
            Deed::Post(a) => self.post(a),
            Deed::Import(a, date) => self.import(a, date),
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
            Deed::Join(a, g) => self.join(a, g),
            Deed::LeaveGroup(a, g) => self.leave_group(a, g),
            Deed::Manage(a, g, act, b) => self.manage(a, g, act, b),
            Deed::SetGroup(a, g, is_private, is_announcements) => {
                self.set_group(a, g, is_private, is_announcements);
            }
            Deed::PostTo(a, wanted) => self.post_to(a, wanted),
            Deed::MoveTo(a, p, wanted) => self.with_post(p, |site, p| site.move_to(a, p, wanted)),
            Deed::DirectTo(a, people) => self.direct_to(a, people),
            Deed::AddTo(a, p, b) => self.with_post(p, |site, p| site.add_to(a, p, b)),
            Deed::LeaveTalk(a, p) => self.with_post(p, |site, p| site.leave_talk(a, p)),
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

    /// Checks whether a post does not exist for this person.
    fn is_gone(&self, a: Person, p: usize) -> bool {
        !self.world.may_read(a, &self.world.posts[p])
    }

    fn is_comment_gone(&self, a: Person, p: usize, c: usize) -> bool {
        let comment = &self.world.posts[p].comments[c];
        let is_hidden = self.world.is_hidden(a, comment.author);
        self.is_gone(a, p) || is_hidden || comment.deleted_by.is_some()
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
