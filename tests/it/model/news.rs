//! The notifications of the model: what is news to whom, computed from what there is. What was undone is no news.

use std::collections::BTreeMap;

use super::{
    keeping::Page,
    steps::{Club, Label, Subject, Who},
    world::{Comment, Moment, Place, Post, World},
};

/// A notification: its kind, and the post, comment or group that it is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct News {
    pub(super) at: (Moment, usize),
    pub(super) kind: &'static str,
    pub(super) post: Option<Label>,
    pub(super) comment: Option<Label>,
    pub(super) club: Option<Club>,
}

/// A deletion by an admin of a group.
#[derive(Debug, Clone)]
pub(super) struct Moderation {
    pub(super) club: Club,
    pub(super) by: Who,
    pub(super) author: Who,
    pub(super) post: Label,
    pub(super) comment: Option<Label>,
}

fn about_post(kind: &'static str, at: Moment, post: Label) -> News {
    News {
        at: (at, 0),
        kind,
        post: Some(post),
        comment: None,
        club: None,
    }
}

fn about_club(kind: &'static str, at: Moment, club: Club) -> News {
    News {
        at: (at, 0),
        kind,
        post: None,
        comment: None,
        club: Some(club),
    }
}

fn about_nothing(kind: &'static str, at: (Moment, usize)) -> News {
    News {
        at,
        kind,
        post: None,
        comment: None,
        club: None,
    }
}

impl World {
    /// Returns the notifications of a person, the newest first.
    pub(super) fn news(&self, viewer: Who) -> Vec<News> {
        let mut news = Vec::new();
        for (label, post) in &self.posts {
            if self.sees(viewer, post) && !self.hides(viewer, *label, Page::Any) {
                news.extend(self.news_of_post(viewer, *label, post));
            }
        }
        news.extend(self.news_of_people(viewer));
        for (club, state) in &self.clubs {
            if state.admins.contains(&viewer) {
                let asked = state.asked.iter();
                let asked = asked.filter(|(who, _)| !self.is_silent(viewer, **who));
                let newest = asked.map(|(_, at)| *at).max();
                news.extend(newest.map(|at| about_club("group_request", at, *club)));
            }
            let granted = state.granted.get(&viewer);
            news.extend(granted.map(|at| about_club("group_granted", *at, *club)));
            let role = state.roles.get(&viewer);
            news.extend(role.map(|at| about_club("group_role", *at, *club)));
        }
        for (at, moderation) in &self.moderations {
            let is_admin = self.clubs[&moderation.club].admins.contains(&viewer);
            let is_told = is_admin && moderation.by != viewer;
            if moderation.author == viewer || is_told {
                news.push(about_club("moderated", *at, moderation.club));
            }
        }
        news.sort_unstable_by(|one, other| other.cmp(one));
        news
    }

    /// Returns the number of notifications that a person has not read.
    pub(super) fn unread_news(&self, viewer: Who) -> usize {
        let read = self.read_news.get(&viewer).copied().unwrap_or_default();
        let news = self.news(viewer);
        news.iter().filter(|one| one.at.0 > read).count()
    }

    /// Checks whether a person's acts are no news to the viewer.
    fn is_silent(&self, viewer: Who, other: Who) -> bool {
        let hide = self.hides.get(&(viewer, Subject::Person(other)));
        let is_hidden = hide
            .is_some_and(|hide| hide.is_everywhere && hide.end.is_none_or(|end| end > self.clock));
        is_hidden || self.hidden(viewer, other)
    }

    fn news_of_post(&self, viewer: Who, label: Label, post: &Post) -> Vec<News> {
        let mut news = Vec::new();
        let is_told = |who: Who| who != viewer && !self.is_silent(viewer, who);
        let alive = post.comments.iter();
        let alive = alive.filter(|(_, comment)| comment.deleted.is_none());
        let alive: Vec<(Label, &Comment)> = alive.map(|(label, one)| (*label, one)).collect();
        if let Some(at) = post.mentions.get(&viewer)
            && is_told(post.author)
        {
            news.push(about_post("mention", *at, label));
        }
        for (id, comment) in &alive {
            let about = |kind, at| News {
                comment: Some(*id),
                ..about_post(kind, at, label)
            };
            if let Some(at) = comment.mentions.get(&viewer)
                && is_told(comment.author)
            {
                news.push(about("mention", *at));
            }
            if comment.author == viewer {
                let newest = self.newest_liker(viewer, &comment.likes);
                news.extend(newest.map(|at| about("comment_like", at)));
            }
        }
        if post.author == viewer {
            let newest = self.newest_liker(viewer, &post.likes);
            news.extend(newest.map(|at| about_post("like", at, label)));
        }
        // In the threads of others, only what comes after one's own first comment is news.
        let mut own = alive.iter().filter(|(_, comment)| comment.author == viewer);
        let since = if post.author == viewer {
            Some(0)
        } else {
            own.next().map(|(label, _)| *label)
        };
        let mut others = alive.iter().rev().filter(|(id, comment)| {
            let is_mention = comment.mentions.get(&viewer) == Some(id);
            is_told(comment.author) && !is_mention && since.is_some_and(|since| *id > since)
        });
        news.extend(
            others
                .next()
                .map(|(id, _)| about_post("comment", *id, label)),
        );
        if let Place::Talk(people) = &post.place
            && let Some(Some(at)) = people.get(&viewer)
            && is_told(post.author)
        {
            news.push(about_post("direct", *at, label));
        }
        news
    }

    fn newest_liker(&self, viewer: Who, likes: &BTreeMap<Who, Moment>) -> Option<Moment> {
        let likes = likes.iter();
        let likes = likes.filter(|(who, _)| !self.is_silent(viewer, **who));
        likes.map(|(_, at)| *at).max()
    }

    fn news_of_people(&self, viewer: Who) -> Vec<News> {
        let mut news = Vec::new();
        // New followers of one day are told together.
        let mut days: BTreeMap<u32, (Moment, usize)> = BTreeMap::new();
        for ((who, owner), tie) in &self.follows {
            if *owner == viewer && !tie.is_granted && !self.is_silent(viewer, *who) {
                let newest = days.entry(tie.day).or_insert(tie.at);
                *newest = (*newest).max(tie.at);
            }
            if *who == viewer && tie.is_granted && !self.hidden(viewer, *owner) {
                news.push(about_nothing("follow_granted", tie.at));
            }
        }
        let followers = days.into_values();
        news.extend(followers.map(|at| about_nothing("follow", at)));
        let requests = self.requests.iter();
        let requests =
            requests.filter(|((who, owner), _)| *owner == viewer && !self.is_silent(viewer, *who));
        let newest = requests.map(|(_, at)| *at).max();
        news.extend(newest.map(|at| about_nothing("follow_request", (at, 0))));
        news
    }
}
