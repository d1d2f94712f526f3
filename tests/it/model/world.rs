//! The model: plain sets and lists of everything that ever happened, and what each person may see of it. It is written from the
//! contract and the rules of the river alone, and shares no code with the program.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    keeping::{Chosen, Hide, Page},
    news::Moderation,
    steps::{Club, FIRST_PEOPLE, Label, Subject, TAGS, Who},
};

/// The number of a step. What happens later has a higher one.
pub(super) type Moment = usize;

#[derive(Debug, Clone, Default)]
pub(super) struct World {
    pub(super) now: Moment,
    /// Minutes since the beginning.
    pub(super) clock: u32,
    pub(super) registered: BTreeSet<Who>,
    pub(super) signed_in: BTreeSet<Who>,
    /// The first person follows the second.
    pub(super) follows: BTreeMap<(Who, Who), Tie>,
    pub(super) requests: BTreeMap<(Who, Who), Moment>,
    pub(super) private: BTreeSet<Who>,
    pub(super) blocks: BTreeSet<(Who, Who)>,
    pub(super) mutes: BTreeSet<(Who, Who)>,
    pub(super) posts: BTreeMap<Label, Post>,
    pub(super) clubs: BTreeMap<Club, GroupState>,
    /// What the last backup has.
    pub(super) backup: Option<Box<World>>,
    /// What admins of groups deleted, by the step.
    pub(super) moderations: BTreeMap<Moment, Moderation>,
    /// The newest step at which a person read their notifications.
    pub(super) read_news: BTreeMap<Who, Moment>,
    pub(super) hides: BTreeMap<(Who, Subject), Hide>,
    pub(super) saves: BTreeMap<(Who, Label), Moment>,
    /// The lists, by the steps that made them, each with its owner.
    pub(super) chosen: BTreeMap<Label, (Who, Chosen)>,
    /// The newest comment that somebody has seen of a post that they have opened.
    pub(super) marks: BTreeMap<(Who, Label), Label>,
    /// The marks that are perhaps in memory only, and those that a kill may have lost: the program promises to keep the marks
    /// of the last quarter of an hour through a stop, and not through a kill.
    pub(super) unwritten: BTreeSet<(Who, Label)>,
    pub(super) forgotten: BTreeSet<(Who, Label)>,
}

/// One person follows another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tie {
    /// The step at which it began, and its place among those that began with that step.
    pub(super) at: (Moment, usize),
    /// The day on which it began.
    pub(super) day: u32,
    pub(super) is_granted: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Post {
    pub(super) author: Who,
    pub(super) text: String,
    pub(super) has_picture: bool,
    pub(super) at: Moment,
    pub(super) place: Place,
    /// The people whom its text names, each with the step that named them.
    pub(super) mentions: BTreeMap<Who, Moment>,
    pub(super) deleted: Option<Deletion>,
    pub(super) likes: BTreeMap<Who, Moment>,
    pub(super) comments: BTreeMap<Label, Comment>,
}

/// The feeds that a post is in.
#[derive(Debug, Clone)]
pub(super) enum Place {
    Feeds {
        own: bool,
        clubs: BTreeSet<Club>,
    },
    /// A conversation with these participants, each with the step by which somebody else added them.
    Talk(BTreeMap<Who, Option<Moment>>),
}

#[derive(Debug, Clone)]
pub(super) struct Comment {
    pub(super) author: Who,
    pub(super) text: String,
    pub(super) mentions: BTreeMap<Who, Moment>,
    pub(super) deleted: Option<Deletion>,
    pub(super) likes: BTreeMap<Who, Moment>,
}

#[derive(Debug, Clone)]
pub(super) struct Deletion {
    pub(super) by: Who,
    /// The time on the clock.
    pub(super) at: u32,
    /// The group whose admin did it, if it is not the author's own deletion.
    pub(super) club: Option<Club>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct GroupState {
    pub(super) is_private: bool,
    pub(super) is_announcements: bool,
    pub(super) members: BTreeSet<Who>,
    pub(super) admins: BTreeSet<Who>,
    pub(super) asked: BTreeMap<Who, Moment>,
    /// The members who were let in, and those whose rights were changed, by the step.
    pub(super) granted: BTreeMap<Who, Moment>,
    pub(super) roles: BTreeMap<Who, Moment>,
    pub(super) barred: BTreeSet<Who>,
}

/// A post as a river shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) post: Label,
    pub(super) likes: usize,
    pub(super) is_liked: bool,
    pub(super) comments: usize,
    /// The unread comments; none if they are not known.
    pub(super) unread: Option<usize>,
    /// The person who brings it, and `comment` or `like`.
    pub(super) via: Option<(Who, &'static str)>,
}

/// The minutes in which a deletion can be undone.
pub(super) const UNDO: u32 = 10;

impl World {
    pub(super) fn new() -> World {
        World {
            registered: (0..FIRST_PEOPLE).collect(),
            signed_in: (0..FIRST_PEOPLE).collect(),
            ..World::default()
        }
    }

    pub(super) fn follows(&self, who: Who, other: Who) -> bool {
        self.follows.contains_key(&(who, other))
    }

    /// Checks whether a block, by either, keeps two people apart.
    pub(super) fn apart(&self, one: Who, other: Who) -> bool {
        self.blocks.contains(&(one, other)) || self.blocks.contains(&(other, one))
    }

    /// Checks whether the viewer sees nothing of a person in lists.
    pub(super) fn hidden(&self, viewer: Who, other: Who) -> bool {
        self.apart(viewer, other) || self.mutes.contains(&(viewer, other))
    }

    pub(super) fn reads_person(&self, viewer: Who, owner: Who) -> bool {
        viewer == owner || !self.private.contains(&owner) || self.follows(viewer, owner)
    }

    pub(super) fn reads_club(&self, viewer: Who, club: Club) -> bool {
        let club = &self.clubs[&club];
        !club.is_private || club.members.contains(&viewer)
    }

    /// Checks whether a post exists for a viewer.
    pub(super) fn sees(&self, viewer: Who, post: &Post) -> bool {
        let is_let_in = match &post.place {
            Place::Talk(people) => people.contains_key(&viewer),
            Place::Feeds { own, clubs } => {
                *own && self.reads_person(viewer, post.author)
                    || clubs.iter().any(|club| self.reads_club(viewer, *club))
            }
        };
        post.deleted.is_none() && is_let_in && !self.apart(viewer, post.author)
    }

    /// Checks whether a post stands in lists of a viewer.
    pub(super) fn lists(&self, viewer: Who, post: &Post) -> bool {
        !post.is_talk() && !self.hidden(viewer, post.author) && self.sees(viewer, post)
    }

    pub(super) fn sees_comment(&self, viewer: Who, post: &Post, comment: &Comment) -> bool {
        comment.deleted.is_none() && !self.hidden(viewer, comment.author) && self.sees(viewer, post)
    }

    /// Checks whether a viewer sees the like of a person on something by an author.
    pub(super) fn sees_like(&self, viewer: Who, author: Who, liker: Who) -> bool {
        let is_open = author == viewer || self.reads_person(viewer, liker);
        is_open && !self.hidden(viewer, liker)
    }

    /// Returns the place of a post in the viewer's home river, and the reason if it is not direct.
    fn at_home(&self, viewer: Who, post: &Post) -> Option<(Moment, Option<(Who, &'static str)>)> {
        let Place::Feeds { own, clubs } = &post.place else {
            return None;
        };
        let is_direct = *own && (post.author == viewer || self.follows(viewer, post.author))
            || clubs
                .iter()
                .any(|club| self.clubs[club].members.contains(&viewer));
        if is_direct {
            return Some((post.bump(), None));
        }
        let is_near =
            |who: Who| who == viewer || self.follows(viewer, who) && !self.hidden(viewer, who);
        let acts = post.first_acts();
        let newest = acts
            .into_iter()
            .filter(|(who, _)| is_near(*who))
            .max_by_key(|(_, (at, _))| *at);
        newest.map(|(who, (at, act))| (at, Some((who, act))))
    }

    /// Returns the home river of a person from the top.
    pub(super) fn home(&self, viewer: Who, by_date: bool) -> Vec<Line> {
        let river = self.ordered(viewer, World::lists, |_, post| {
            let (at, via) = self.at_home(viewer, post)?;
            Some((if by_date { post.at } else { at }, via))
        });
        self.without_hidden(viewer, river, Page::Home)
    }

    pub(super) fn everything(&self, viewer: Who) -> Vec<Line> {
        let all = self.ordered(viewer, World::lists, |_, post| Some((post.at, None)));
        self.without_hidden(viewer, all, Page::Any)
    }

    /// Returns the posts that a person wrote, commented on or liked.
    pub(super) fn discussions(&self, viewer: Who) -> Vec<Line> {
        let found = self.ordered(viewer, World::lists, |_, post| {
            let is_in = post.author == viewer || post.first_acts().contains_key(&viewer);
            is_in.then(|| (post.bump(), None))
        });
        self.without_hidden(viewer, found, Page::Any)
    }

    /// Returns what a person wrote to their own feed, for those who may read that feed.
    pub(super) fn profile(&self, viewer: Who, whose: Who) -> Vec<Line> {
        let posts = self.ordered(viewer, World::sees, |_, post| {
            let is_own = matches!(post.place, Place::Feeds { own: true, .. });
            let is_in = is_own && post.author == whose && self.reads_person(viewer, whose);
            is_in.then_some((post.at, None))
        });
        self.without_hidden(viewer, posts, Page::Of(Subject::Person(whose)))
    }

    /// Returns the posts of others that a person commented on or liked. They are the person's own business, so a private
    /// person shows them to followers only.
    pub(super) fn activity(&self, viewer: Who, whose: Who) -> Vec<Line> {
        if !self.reads_person(viewer, whose) || self.apart(viewer, whose) {
            return Vec::new();
        }
        let posts = self.ordered(viewer, World::lists, |_, post| {
            let (at, _) = *post.first_acts().get(&whose)?;
            (post.author != whose).then_some((at, None))
        });
        self.without_hidden(viewer, posts, Page::Any)
    }

    /// Returns the posts of a group; none if the viewer may not read it.
    pub(super) fn club(&self, viewer: Who, club: Club) -> Option<Vec<Line>> {
        let is_in = |post: &Post| post.clubs().contains(&club);
        self.reads_club(viewer, club).then(|| {
            let posts = self.ordered(viewer, World::lists, |_, post| {
                is_in(post).then(|| (post.bump(), None))
            });
            self.without_hidden(viewer, posts, Page::OfGroup)
        })
    }

    pub(super) fn directs(&self, viewer: Who) -> Vec<Line> {
        self.ordered(viewer, World::sees, |_, post| {
            let is_shown = post.is_talk() && !self.hidden(viewer, post.author);
            is_shown.then(|| (post.bump(), None))
        })
    }

    /// Checks whether a post has a tag in its text, or in a comment that the viewer sees.
    pub(super) fn is_tagged(&self, viewer: Who, post: &Post, tag: &str) -> bool {
        let tag = format!("#{tag}");
        let mut comments = post.comments.values();
        post.text.contains(&tag)
            || comments.any(|one| self.sees_comment(viewer, post, one) && one.text.contains(&tag))
    }

    pub(super) fn tagged(&self, viewer: Who, tag: usize) -> Vec<Line> {
        let posts = self.ordered(viewer, World::lists, |_, post| {
            let is_tagged = self.is_tagged(viewer, post, TAGS[tag]);
            is_tagged.then_some((post.at, None))
        });
        self.without_hidden(viewer, posts, Page::Of(Subject::Tag(tag)))
    }

    /// Returns the ids of the comments that a viewer sees on a post, the oldest first.
    pub(super) fn thread(&self, viewer: Who, post: &Post) -> Vec<Label> {
        let comments = post.comments.iter();
        comments
            .filter(|(_, comment)| self.sees_comment(viewer, post, comment))
            .map(|(label, _)| *label)
            .collect()
    }

    /// Returns the number of likes of a comment that a viewer sees.
    pub(super) fn comment_likes(&self, viewer: Who, comment: &Comment) -> usize {
        let likers = comment.likes.keys();
        likers
            .filter(|liker| self.sees_like(viewer, comment.author, **liker))
            .count()
    }

    /// Returns a person's followers, or the people whom they follow, the newest first; none if the viewer may not know.
    pub(super) fn ties(&self, viewer: Who, whose: Who, are_followers: bool) -> Option<Vec<Who>> {
        if self.apart(viewer, whose) {
            return None;
        }
        if !self.reads_person(viewer, whose) {
            return Some(Vec::new());
        }
        let ties = self.follows.iter().filter_map(|((who, other), tie)| {
            let (end, found) = if are_followers {
                (other, who)
            } else {
                (who, other)
            };
            (*end == whose && !self.apart(viewer, *found)).then_some((tie.at, *found))
        });
        let mut ties: Vec<((Moment, usize), Who)> = ties.collect();
        ties.sort_unstable_by(|one, other| other.cmp(one));
        Some(ties.into_iter().map(|(_, who)| who).collect())
    }

    /// Draws a post as lists show it.
    pub(super) fn line(&self, viewer: Who, label: Label, via: Option<(Who, &'static str)>) -> Line {
        let post = &self.posts[&label];
        let likers = post.likes.keys();
        Line {
            post: label,
            likes: likers
                .filter(|liker| self.sees_like(viewer, post.author, **liker))
                .count(),
            is_liked: post.likes.contains_key(&viewer),
            comments: self.thread(viewer, post).len(),
            unread: self.unread(viewer, label),
            via,
        }
    }

    pub(super) fn ordered(
        &self,
        viewer: Who,
        is_shown: impl Fn(&World, Who, &Post) -> bool,
        place: impl Fn(Label, &Post) -> Option<(Moment, Option<(Who, &'static str)>)>,
    ) -> Vec<Line> {
        let mut found = Vec::new();
        for (label, post) in &self.posts {
            if is_shown(self, viewer, post)
                && let Some((at, via)) = place(*label, post)
            {
                found.push((at, self.line(viewer, *label, via)));
            }
        }
        found.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        found.into_iter().map(|(_, line)| line).collect()
    }
}

impl Post {
    pub(super) fn is_talk(&self) -> bool {
        matches!(self.place, Place::Talk(_))
    }

    pub(super) fn clubs(&self) -> BTreeSet<Club> {
        match &self.place {
            Place::Feeds { clubs, .. } => clubs.clone(),
            Place::Talk(_) => BTreeSet::new(),
        }
    }

    /// Returns the later of its creation and its newest comment.
    pub(super) fn bump(&self) -> Moment {
        let comments = self.comments.iter();
        let newest = comments.filter(|(_, comment)| comment.deleted.is_none());
        newest.map(|(label, _)| *label).fold(self.at, usize::max)
    }

    /// Returns the first act of each person on it that was not taken back: when, and which.
    fn first_acts(&self) -> BTreeMap<Who, (Moment, &'static str)> {
        let comments = self.comments.iter();
        let comments = comments.filter(|(_, comment)| comment.deleted.is_none());
        let comments = comments.map(|(label, comment)| (comment.author, (*label, "comment")));
        let likes = self.likes.iter().map(|(who, at)| (*who, (*at, "like")));
        let mut first = BTreeMap::new();
        for (who, act) in comments.chain(likes) {
            let known = first.entry(who).or_insert(act);
            *known = (*known).min(act);
        }
        first
    }
}
