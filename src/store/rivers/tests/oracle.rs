//! The rules of the river in a slow and obvious form: a scan of everything that ever happened.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{ActKind, CommentId, PostId};

/// The number of a group, from 0.
pub(super) type Club = usize;

/// The number of a person, from 0.
pub(super) type Person = usize;
/// The number of an action, in the order in which actions happen.
pub(super) type Moment = usize;

#[derive(Default)]
pub(super) struct World {
    pub(super) now: Moment,
    pub(super) posts: Vec<WrittenPost>,
    pub(super) follows: BTreeSet<(Person, Person)>,
    pub(super) requests: BTreeSet<(Person, Person)>,
    pub(super) private: BTreeSet<Person>,
    pub(super) blocks: BTreeSet<(Person, Person)>,
    pub(super) mutes: BTreeSet<(Person, Person)>,
    /// The time that ends are compared with, in milliseconds.
    pub(super) clock: i64,
    /// What people hide on their home pages, each with its end, if it has one.
    pub(super) hides: BTreeMap<(Person, Hidden), Option<i64>>,
    pub(super) groups: Vec<OpenGroup>,
    /// The lists of each person, by their numbers.
    pub(super) lists: BTreeMap<(Person, usize), ChosenList>,
}

/// What a list shows, and whether it takes its people out of the home river.
pub(super) struct ChosenList {
    pub(super) people: BTreeSet<Person>,
    pub(super) groups: BTreeSet<Club>,
    /// True if the list has the tag that posts and comments of the histories have.
    pub(super) has_tag: bool,
    pub(super) is_exclusive: bool,
}

/// A group, and what people may do in it.
#[derive(Debug, Default)]
pub(super) struct OpenGroup {
    pub(super) is_private: bool,
    pub(super) is_announcements: bool,
    pub(super) members: BTreeSet<Person>,
    pub(super) admins: BTreeSet<Person>,
    pub(super) asked: BTreeSet<Person>,
    pub(super) barred: BTreeSet<Person>,
}

/// The places that a post is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Places {
    Feeds {
        /// True for the author's own feed.
        own: bool,
        groups: BTreeSet<Club>,
    },
    /// A conversation, with its participants.
    Talk(BTreeSet<Person>),
}

/// Posts of a river from the top, each with its position.
type Lines = Vec<(Moment, Line)>;

/// A thing that somebody hides. Posts are counted from the oldest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Hidden {
    Post(usize),
    Person(Person),
    /// A tag, with its sign, or a word.
    Word(String),
}

pub(super) struct WrittenPost {
    pub(super) id: PostId,
    pub(super) author: Person,
    pub(super) text: String,
    pub(super) at: Moment,
    pub(super) places: Places,
    pub(super) is_deleted: bool,
    /// The group whose admin deleted it; none if its author did.
    pub(super) deleted_in: Option<Club>,
    pub(super) comments: Vec<WrittenComment>,
    pub(super) likes: BTreeMap<Person, Moment>,
}

pub(super) struct WrittenComment {
    pub(super) id: CommentId,
    pub(super) author: Person,
    pub(super) at: Moment,
    pub(super) deleted_by: Option<Person>,
    pub(super) is_tagged: bool,
}

/// A post as a river shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) id: PostId,
    pub(super) via: Option<Reason>,
    pub(super) likes: (usize, Vec<Person>),
    pub(super) comments: (usize, Vec<CommentId>),
    /// The groups that its place line names.
    pub(super) groups: BTreeSet<Club>,
}

/// The reason for an indirect post: the person with the newest act, the people who are named, and the number of others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reason {
    pub(super) newest: Person,
    pub(super) named: Vec<(Person, ActKind)>,
    pub(super) more: usize,
}

impl World {
    /// Returns the whole river of a person from the top, each post with its position, without what the person hides.
    pub(super) fn river(&self, viewer: Person) -> Vec<(Moment, Line)> {
        let (_, shown) = self.divided(viewer);
        shown
    }

    /// Returns the river of a person in two parts: what the person hides, and the rest.
    pub(super) fn divided(&self, viewer: Person) -> (Lines, Lines) {
        let hidden = |line: &(Moment, Line)| {
            let number = self.posts.iter().position(|post| post.id == line.1.id);
            number.is_some_and(|number| self.hides_post(viewer, number))
        };
        self.with_hidden(viewer).into_iter().partition(hidden)
    }

    fn hides_post(&self, viewer: Person, number: usize) -> bool {
        let post = &self.posts[number];
        self.hides.iter().any(|((person, what), end)| {
            let lasts = end.is_none_or(|end| end > self.clock);
            let is_meant = match what {
                Hidden::Post(hidden) => *hidden == number,
                Hidden::Person(hidden) => *hidden == post.author && post.author != viewer,
                Hidden::Word(word) => {
                    let mut words = post.text.split(' ');
                    post.author != viewer && words.any(|other| other == word)
                }
            };
            *person == viewer && lasts && is_meant
        })
    }

    /// Returns the whole river of a person, hidden posts included.
    fn with_hidden(&self, viewer: Person) -> Vec<(Moment, Line)> {
        let mut river: Vec<(Moment, Line)> = self
            .posts
            .iter()
            .filter(|post| self.may_read(viewer, post) && !self.is_hidden(viewer, post.author))
            .filter_map(|post| {
                let (position, via) = self.place(viewer, post)?;
                Some((position, self.line(viewer, post, via)))
            })
            .collect();
        river.sort_by_key(|(position, _)| std::cmp::Reverse(*position));
        river
    }

    /// Returns all posts in a list of a person, from the top.
    pub(super) fn list_river(&self, viewer: Person, list: &ChosenList) -> Vec<PostId> {
        let is_tagged = |post: &WrittenPost| {
            let mut comments = post.living();
            post.text.contains("#tag")
                || comments
                    .any(|comment| comment.is_tagged && !self.is_hidden(viewer, comment.author))
        };
        let mut river: Vec<(Moment, PostId)> = self
            .posts
            .iter()
            .filter(|post| self.may_read(viewer, post) && !self.is_hidden(viewer, post.author))
            .filter(|post| !post.is_talk())
            .filter(|post| {
                let is_of_person = list.people.contains(&post.author)
                    && post.is_in_own()
                    && self.reads_own(viewer, post.author);
                let mut groups = post.groups().filter(|group| list.groups.contains(group));
                is_of_person
                    || groups.any(|group| self.reads_group(viewer, group))
                    || list.has_tag && is_tagged(post)
            })
            .map(|post| (post.latest_activity(), post.id))
            .collect();
        river.sort_by_key(|(position, _)| std::cmp::Reverse(*position));
        river.into_iter().map(|(_, id)| id).collect()
    }

    /// Returns the posts of a group from the top.
    pub(super) fn group_river(&self, viewer: Person, group: Club) -> Vec<PostId> {
        if !self.reads_group(viewer, group) {
            return Vec::new();
        }
        self.by_activity(viewer, |post| post.groups().any(|other| other == group))
    }

    /// Returns the conversations of a person from the top.
    pub(super) fn talks(&self, viewer: Person) -> Vec<PostId> {
        self.by_activity(viewer, WrittenPost::is_talk)
    }

    /// Returns the number of conversations with news for somebody who has opened none of them.
    pub(super) fn unread_talks(&self, viewer: Person) -> usize {
        let has_news = |post: &&WrittenPost| {
            let newest = |is_wanted: &dyn Fn(Person) -> bool| {
                let mut comments = post.comments.iter().rev();
                comments
                    .find(|comment| is_wanted(comment.author))
                    .map(|comment| comment.at)
            };
            let mut others = post.living().filter(|comment| {
                comment.author != viewer && !self.is_hidden(viewer, comment.author)
            });
            let newest_of_others = others.next_back().map(|comment| comment.at);
            match newest(&|author| author == viewer) {
                Some(own) => newest_of_others > Some(own),
                None => post.author != viewer || newest_of_others.is_some(),
            }
        };
        let talks = self.posts.iter().filter(|post| post.is_talk());
        let shown = talks
            .filter(|post| self.may_read(viewer, post) && !self.is_hidden(viewer, post.author));
        shown.filter(has_news).count()
    }

    fn by_activity(&self, viewer: Person, is_wanted: impl Fn(&WrittenPost) -> bool) -> Vec<PostId> {
        let posts = self.posts.iter().filter(|post| is_wanted(post));
        let mut found: Vec<(Moment, PostId)> = posts
            .filter(|post| self.may_read(viewer, post) && !self.is_hidden(viewer, post.author))
            .map(|post| (post.latest_activity(), post.id))
            .collect();
        found.sort_by_key(|(position, _)| std::cmp::Reverse(*position));
        found.into_iter().map(|(_, id)| id).collect()
    }

    /// Returns the exclusive lists of the viewer.
    fn exclusive(&self, viewer: Person) -> impl Iterator<Item = &ChosenList> {
        let lists = self.lists.iter();
        let lists = lists.filter(move |((owner, _), _)| *owner == viewer);
        lists.map(|(_, list)| list).filter(|list| list.is_exclusive)
    }

    /// Checks whether an exclusive list of the viewer has a person.
    fn is_kept_for_lists(&self, viewer: Person, person: Person) -> bool {
        let mut lists = self.exclusive(viewer);
        lists.any(|list| list.people.contains(&person))
    }

    /// Checks whether an exclusive list of the viewer has a group that the viewer reads.
    fn is_kept_group(&self, viewer: Person, group: Club) -> bool {
        let mut lists = self.exclusive(viewer);
        self.reads_group(viewer, group) && lists.any(|list| list.groups.contains(&group))
    }

    /// Checks whether a person's own feed is open to the viewer, blocks aside.
    fn reads_own(&self, viewer: Person, owner: Person) -> bool {
        owner == viewer || !self.private.contains(&owner) || self.is_friend(viewer, owner)
    }

    pub(super) fn reads_group(&self, viewer: Person, group: Club) -> bool {
        let group = &self.groups[group];
        !group.is_private || group.members.contains(&viewer)
    }

    pub(super) fn may_post_to(&self, person: Person, group: Club) -> bool {
        let group = &self.groups[group];
        let is_open = !group.is_announcements && !group.admins.is_empty();
        group.members.contains(&person)
            && !group.barred.contains(&person)
            && (is_open || group.admins.contains(&person))
    }

    /// Returns the first group of a post that a person is an admin of.
    pub(super) fn kept_by(&self, person: Person, post: &WrittenPost) -> Option<Club> {
        let mut groups = post.groups();
        groups.find(|group| self.groups[*group].admins.contains(&person))
    }

    /// Checks that neither person blocks the other.
    pub(super) fn are_together(&self, one: Person, two: Person) -> bool {
        !self.blocks.contains(&(one, two)) && !self.blocks.contains(&(two, one))
    }

    pub(super) fn is_hidden(&self, viewer: Person, other: Person) -> bool {
        !self.are_together(viewer, other) || self.mutes.contains(&(viewer, other))
    }

    pub(super) fn may_read(&self, viewer: Person, post: &WrittenPost) -> bool {
        let is_let_in = match &post.places {
            Places::Talk(people) => people.contains(&viewer),
            Places::Feeds { own, groups } => {
                let mut groups = groups.iter();
                *own && self.reads_own(viewer, post.author)
                    || groups.any(|group| self.reads_group(viewer, *group))
            }
        };
        !post.is_deleted && is_let_in && self.are_together(viewer, post.author)
    }

    fn sees_like(&self, viewer: Person, post: &WrittenPost, liker: Person) -> bool {
        let is_shown = liker == viewer
            || post.author == viewer
            || !self.private.contains(&liker)
            || self.is_friend(viewer, liker);
        is_shown && !self.is_hidden(viewer, liker)
    }

    fn is_friend(&self, viewer: Person, other: Person) -> bool {
        self.follows.contains(&(viewer, other))
    }

    fn place(&self, viewer: Person, post: &WrittenPost) -> Option<(Moment, Option<Reason>)> {
        if post.is_talk() {
            return None;
        }
        let is_kept = |person| person != viewer && self.is_kept_for_lists(viewer, person);
        let follows_author = post.author == viewer || self.is_friend(viewer, post.author);
        let is_direct = post.is_in_own() && follows_author && !is_kept(post.author)
            || post.groups().any(|group| {
                self.groups[group].members.contains(&viewer) && !self.is_kept_group(viewer, group)
            });
        if is_direct {
            return Some((post.latest_activity(), None));
        }
        // A feed that the viewer cannot read keeps nothing: that would tell what is in it.
        let is_taken_out =
            post.is_in_own() && is_kept(post.author) && self.reads_own(viewer, post.author)
                || post.groups().any(|group| self.is_kept_group(viewer, group));
        if is_taken_out {
            return None;
        }
        let near = |person: &Person| {
            *person == viewer
                || self.is_friend(viewer, *person)
                    && !self.is_hidden(viewer, *person)
                    && !self.is_kept_for_lists(viewer, *person)
        };
        let people: BTreeSet<Person> = post.actors().into_iter().filter(near).collect();
        let mut acts: Vec<(Moment, Person, ActKind)> = people
            .into_iter()
            .filter_map(|person| {
                let comment = post
                    .living()
                    .filter(|comment| comment.author == person)
                    .map(|comment| (comment.at, person, ActKind::Comment))
                    .min_by_key(|act| act.0);
                let like = post
                    .likes
                    .get(&person)
                    .map(|at| (*at, person, ActKind::Like));
                comment.into_iter().chain(like).min_by_key(|act| act.0)
            })
            .collect();
        acts.sort_by_key(|act| std::cmp::Reverse(act.0));
        let (position, newest, _) = *acts.first()?;
        acts.sort_by_key(|act| (act.1 != viewer, std::cmp::Reverse(act.0)));
        let named = acts.iter().take(2).map(|act| (act.1, act.2)).collect();
        let more = acts.len().saturating_sub(2);
        Some((
            position,
            Some(Reason {
                newest,
                named,
                more,
            }),
        ))
    }

    fn line(&self, viewer: Person, post: &WrittenPost, via: Option<Reason>) -> Line {
        let mut likers: Vec<(Person, Moment)> = post
            .likes
            .iter()
            .filter(|(person, _)| self.sees_like(viewer, post, **person))
            .map(|(person, at)| (*person, *at))
            .collect();
        let rank = |person: Person| match person {
            _ if person == viewer => 0,
            _ if self.is_friend(viewer, person) => 1,
            _ => 2,
        };
        likers.sort_by_key(|(person, at)| (rank(*person), std::cmp::Reverse(*at)));
        let named = if likers.len() <= 4 { likers.len() } else { 3 };
        let comments: Vec<CommentId> = post
            .living()
            .filter(|comment| !self.is_hidden(viewer, comment.author))
            .map(|comment| comment.id)
            .collect();
        let shown = match comments.as_slice() {
            [first, _, _, .., last] if comments.len() > 3 => vec![*first, *last],
            all => all.to_vec(),
        };
        Line {
            id: post.id,
            via,
            groups: post
                .groups()
                .filter(|group| self.reads_group(viewer, *group))
                .collect(),
            likes: (
                likers.len(),
                likers.iter().take(named).map(|liker| liker.0).collect(),
            ),
            comments: (comments.len(), shown),
        }
    }
}

impl WrittenPost {
    pub(super) fn is_talk(&self) -> bool {
        matches!(self.places, Places::Talk(_))
    }

    pub(super) fn is_in_own(&self) -> bool {
        matches!(self.places, Places::Feeds { own: true, .. })
    }

    /// Returns the groups that it is in.
    pub(super) fn groups(&self) -> impl Iterator<Item = Club> {
        let groups = match &self.places {
            Places::Feeds { groups, .. } => Some(groups),
            Places::Talk(_) => None,
        };
        groups.into_iter().flatten().copied()
    }

    fn living(&self) -> impl DoubleEndedIterator<Item = &WrittenComment> {
        self.comments
            .iter()
            .filter(|comment| comment.deleted_by.is_none())
    }

    /// Returns the later of its creation and its newest comment.
    fn latest_activity(&self) -> Moment {
        let newest_comment = self.living().map(|comment| comment.at).max();
        newest_comment.unwrap_or(self.at).max(self.at)
    }

    fn actors(&self) -> Vec<Person> {
        let commented = self.living().map(|comment| comment.author);
        commented.chain(self.likes.keys().copied()).collect()
    }
}
