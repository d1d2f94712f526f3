//! What people keep for themselves in the model: what they hide, save, have read and put into lists, and what a search finds.

use std::collections::BTreeSet;

use super::{
    answers::Answer::{self, Done, Forbidden, Missing},
    steps::{Club, Deed, Label, Subject, TAGS, Who},
    world::{Line, Place, Post, World},
};

/// A thing that somebody hides.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hide {
    /// The time on the clock; none if it is hidden for ever.
    pub(super) end: Option<u32>,
    pub(super) is_everywhere: bool,
}

/// What a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Chosen {
    pub(super) people: BTreeSet<Who>,
    pub(super) clubs: BTreeSet<Club>,
    pub(super) tags: BTreeSet<usize>,
}

/// A page, as hides are concerned by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Page {
    Home,
    /// A page that is about nothing in particular.
    Any,
    /// A page to which people go on purpose: hides of this do not concern it.
    Of(Subject),
    OfGroup,
}

impl World {
    pub(super) fn keep(&mut self, by: Who, deed: &Deed) -> Option<Answer> {
        match deed {
            Deed::Hide(subject, minutes, is_everywhere) => {
                let answer = self.may_hide(by, *subject)?;
                if answer == Done {
                    let hide = Hide {
                        end: minutes.map(|minutes| self.clock + minutes),
                        is_everywhere: *is_everywhere,
                    };
                    self.hides.insert((by, *subject), hide);
                }
                Some(answer)
            }
            Deed::Unhide(subject) => {
                self.hides.remove(&(by, *subject))?;
                let is_lost = matches!(subject, Subject::Person(who) if self.apart(by, *who));
                Some(if is_lost { Missing } else { Done })
            }
            Deed::Save(post) | Deed::Unsave(post) | Deed::See(post, _) => {
                let is_seen = self.sees(by, self.posts.get(post)?);
                match deed {
                    Deed::See(_, Some(comment)) if self.post_of(*comment).is_none() => return None,
                    Deed::See(_, comment) => self.mark(by, *post, *comment),
                    _ if !is_seen => return Some(Missing),
                    Deed::Save(_) => {
                        let now = self.now;
                        self.saves.entry((by, *post)).or_insert(now);
                    }
                    _ => drop(self.saves.remove(&(by, *post))),
                }
                Some(Done)
            }
            Deed::MakeList(chosen) => {
                let are_known = chosen
                    .people
                    .iter()
                    .all(|who| self.registered.contains(who))
                    && chosen
                        .clubs
                        .iter()
                        .all(|club| self.clubs.contains_key(club));
                let are_near = chosen.people.iter().all(|who| !self.apart(by, *who));
                (are_known && are_near).then_some(())?;
                self.chosen.insert(self.now, (by, chosen.clone()));
                Some(Done)
            }
            _ => None,
        }
    }

    fn may_hide(&self, by: Who, subject: Subject) -> Option<Answer> {
        Some(match subject {
            Subject::Post(post) if !self.sees(by, self.posts.get(&post)?) => Missing,
            Subject::Person(who) if !self.registered.contains(&who) => return None,
            Subject::Person(who) if who == by => Forbidden,
            Subject::Person(who) if self.apart(by, who) => Missing,
            Subject::Club(club) if !self.clubs.contains_key(&club) => return None,
            _ => Done,
        })
    }

    /// Notes that somebody was shown a post with its comments. Contract: "a permalink that is shown is seen". River: unread is
    /// what is newer than "the newest one seen". A comment that the page left out, because its author is muted or because it
    /// was deleted, was not seen: if it comes back later, and nothing newer was seen, it is unread.
    pub(super) fn show(&mut self, by: Who, label: Label) {
        let newest = self.thread(by, &self.posts[&label]).pop();
        self.mark(by, label, Some(newest.unwrap_or_default()));
    }

    /// Notes that somebody says to have seen a post down to a comment. One that does not exist yet, and none, stand for the
    /// newest that there is, whoever sees it.
    fn mark(&mut self, by: Who, label: Label, comment: Option<Label>) {
        let post = &self.posts[&label];
        if !self.sees(by, post) {
            return;
        }
        let newest = post
            .comments
            .keys()
            .next_back()
            .copied()
            .unwrap_or_default();
        let comment = comment.unwrap_or(newest).min(newest);
        let mark = self.marks.entry((by, label)).or_default();
        *mark = (*mark).max(comment);
        self.unwritten.insert((by, label));
        // A lost mark was no newer than the one that the model has.
        if comment == *mark {
            self.forgotten.remove(&(by, label));
        }
    }

    /// Returns the number of comments on a post that are news to a viewer; none if a kill may have lost what they have
    /// read.
    pub(super) fn unread(&self, viewer: Who, label: Label) -> Option<usize> {
        if self.forgotten.contains(&(viewer, label)) {
            return None;
        }
        let post = &self.posts[&label];
        let Some(mark) = self.marks.get(&(viewer, label)) else {
            return Some(0);
        };
        let news = self
            .thread(viewer, post)
            .into_iter()
            .filter(|comment| comment > mark && post.comments[comment].author != viewer);
        Some(news.count())
    }

    /// Checks whether a viewer hides a post from a page.
    pub(super) fn hides(&self, viewer: Who, label: Label, page: Page) -> bool {
        let post = &self.posts[&label];
        let mut hides = self.hides.iter();
        hides.any(|((who, subject), hide)| {
            let lasts = hide.end.is_none_or(|end| end > self.clock);
            let concerns = match page {
                Page::Home => true,
                Page::Any => hide.is_everywhere,
                Page::Of(purpose) => hide.is_everywhere && purpose != *subject,
                Page::OfGroup => hide.is_everywhere && !matches!(subject, Subject::Club(_)),
            };
            *who == viewer && lasts && concerns && self.is_about(viewer, *subject, label, post)
        })
    }

    fn is_about(&self, viewer: Who, subject: Subject, label: Label, post: &Post) -> bool {
        if post.author == viewer {
            return subject == Subject::Post(label);
        }
        match subject {
            Subject::Post(hidden) => hidden == label,
            Subject::Person(who) => post.author == who,
            Subject::Tag(tag) => post.text.contains(&format!("#{}", TAGS[tag])),
            Subject::Word(word) => post.text.split(' ').any(|other| other == word),
            Subject::Club(club) => self.is_only_in_hidden(viewer, club, post),
        }
    }

    /// Checks whether the viewer sees a post in a hidden group, and in no other feed that is not hidden.
    fn is_only_in_hidden(&self, viewer: Who, club: Club, post: &Post) -> bool {
        let Place::Feeds { own, clubs } = &post.place else {
            return false;
        };
        let is_hidden = |club: &Club| {
            let hide = self.hides.get(&(viewer, Subject::Club(*club)));
            hide.is_some_and(|hide| hide.end.is_none_or(|end| end > self.clock))
        };
        let mut seen = clubs.iter().filter(|club| self.reads_club(viewer, **club));
        clubs.contains(&club)
            && self.reads_club(viewer, club)
            && !(*own && self.reads_person(viewer, post.author))
            && seen.all(is_hidden)
    }

    /// Returns the posts that a person saved, the last saved first.
    pub(super) fn saved(&self, viewer: Who) -> Vec<Line> {
        self.ordered(viewer, World::sees, |label, _| {
            let at = self.saves.get(&(viewer, label))?;
            Some((*at, None))
        })
    }

    /// Returns the river of a list: rule 1 alone, over the chosen feeds and tags. None if it is somebody else's.
    pub(super) fn list_river(&self, viewer: Who, list: Label) -> Option<Vec<Line>> {
        let (owner, chosen) = &self.chosen[&list];
        let is_in = |post: &Post| {
            let Place::Feeds { own, clubs } = &post.place else {
                return false;
            };
            let mut clubs = clubs.intersection(&chosen.clubs);
            *own && chosen.people.contains(&post.author) && self.reads_person(viewer, post.author)
                || clubs.any(|club| self.reads_club(viewer, *club))
                || chosen
                    .tags
                    .iter()
                    .any(|tag| self.is_tagged(viewer, post, TAGS[*tag]))
        };
        (*owner == viewer).then(|| {
            let river = self.ordered(viewer, World::lists, |_, post| {
                is_in(post).then(|| (post.bump(), None))
            });
            self.without_hidden(viewer, river, Page::Any)
        })
    }

    /// Returns the posts that have a word in their text, or in a comment that the viewer sees; each stands
    /// where its newest text with the word does.
    pub(super) fn found(&self, viewer: Who, word: &str) -> Vec<Line> {
        let has = |text: &str| text.split(' ').any(|other| other == word);
        let found = self.ordered(viewer, World::sees, |_, post| {
            let comments = post.comments.iter();
            let seen = comments.filter(|(_, one)| self.sees_comment(viewer, post, one));
            let hits = seen
                .filter(|(_, one)| has(&one.text))
                .map(|(label, _)| *label);
            let own = has(&post.text).then_some(post.at);
            let newest = hits
                .chain(own)
                .max()
                .filter(|_| !self.hidden(viewer, post.author));
            newest.map(|at| (at, None))
        });
        self.without_hidden(viewer, found, Page::Any)
    }

    pub(super) fn without_hidden(
        &self,
        viewer: Who,
        mut lines: Vec<Line>,
        page: Page,
    ) -> Vec<Line> {
        lines.retain(|line| !self.hides(viewer, line.post, page));
        lines
    }
}
