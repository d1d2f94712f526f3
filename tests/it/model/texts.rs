//! What steps do to the posts and comments of the model.

use std::collections::BTreeMap;

use super::{
    answers::Answer::{self, Done, Forbidden, Missing, Refused},
    news::Moderation,
    steps::{Club, Deed, Label, To, Who},
    world::{Comment, Deletion, Place, Post, UNDO, World},
};

impl World {
    pub(super) fn may_post(&self, who: Who, club: Club) -> bool {
        let club = &self.clubs[&club];
        let is_open = !club.is_announcements && !club.admins.is_empty();
        club.members.contains(&who)
            && !club.barred.contains(&who)
            && (is_open || club.admins.contains(&who))
    }

    /// Checks whether a person begins conversations with another: by default people are written to by those whom they
    /// follow.
    fn may_write_to(&self, by: Who, other: Who) -> bool {
        by == other || self.follows(other, by) && !self.apart(by, other)
    }

    pub(super) fn write(
        &mut self,
        by: Who,
        to: &[To],
        text: &str,
        has_picture: bool,
    ) -> Option<Answer> {
        let (mut own, mut clubs, mut people) = (false, Vec::new(), Vec::new());
        for one in to {
            match one {
                To::Own => own = true,
                To::Group(club) => clubs.push(*club),
                To::Person(who) => people.push(*who),
            }
        }
        let are_known = clubs.iter().all(|club| self.clubs.contains_key(club))
            && people.iter().all(|who| self.registered.contains(who));
        are_known.then_some(())?;
        let place = if people.is_empty() {
            if clubs.iter().any(|club| !self.may_post(by, *club)) {
                return Some(Refused);
            }
            Place::Feeds {
                own,
                clubs: clubs.into_iter().collect(),
            }
        } else {
            let is_alone = people.iter().all(|who| *who == by);
            if own || !clubs.is_empty() || is_alone {
                return Some(Refused);
            }
            if people.iter().any(|who| !self.may_write_to(by, *who)) {
                return Some(Refused);
            }
            let people = people.into_iter().map(|who| (who, Some(self.now)));
            Place::Talk(people.chain([(by, None)]).collect())
        };
        let post = Post {
            author: by,
            text: text.to_owned(),
            has_picture,
            at: self.now,
            place,
            mentions: self.mentions(by, text, &BTreeMap::new()),
            deleted: None,
            likes: BTreeMap::new(),
            comments: BTreeMap::new(),
        };
        self.posts.insert(self.now, post);
        Some(Done)
    }

    pub(super) fn act_on_post(&mut self, by: Who, label: Label, deed: &Deed) -> Answer {
        if let Deed::Undelete(_) = deed {
            return self.undelete(by, label);
        }
        if !self.sees(by, &self.posts[&label]) {
            return Missing;
        }
        if let Deed::Delete(_) = deed {
            return self.delete(by, label);
        }
        let (now, apart_from_author) = (self.now, |who| self.apart(who, self.posts[&label].author));
        if let Deed::Invite(_, other) = *deed {
            let Place::Talk(people) = &self.posts[&label].place else {
                return Refused;
            };
            let is_in = people.contains_key(&other);
            if !self.may_write_to(by, other) || !is_in && apart_from_author(other) {
                return Refused;
            }
        }
        let post = &self.posts[&label];
        let is_own = post.author == by;
        let mentions = match deed {
            Deed::Edit(_, text) => self.mentions(by, text, &post.mentions),
            Deed::Comment(_, text) => self.mentions(by, text, &BTreeMap::new()),
            _ => BTreeMap::new(),
        };
        let post = self.posts.get_mut(&label).expect("it was seen");
        match deed {
            Deed::Edit(_, text) if is_own => {
                post.text.clone_from(text);
                post.mentions = mentions;
            }
            Deed::Edit(..) => return Forbidden,
            Deed::Like(_) if is_own => return Forbidden,
            Deed::Like(_) => {
                post.likes.entry(by).or_insert(now);
            }
            Deed::Unlike(_) => {
                post.likes.remove(&by);
            }
            Deed::Comment(_, text) => {
                let comment = Comment {
                    author: by,
                    text: text.clone(),
                    mentions,
                    deleted: None,
                    likes: BTreeMap::new(),
                };
                post.comments.insert(now, comment);
            }
            Deed::Invite(_, other) => {
                if let Place::Talk(people) = &mut post.place {
                    people.entry(*other).or_insert(Some(now));
                }
            }
            _ => match &mut post.place {
                Place::Talk(people) => drop(people.remove(&by)),
                Place::Feeds { .. } => return Refused,
            },
        }
        Done
    }

    /// Returns the groups of a post of which a person is an admin, the oldest first.
    fn kept_by(&self, by: Who, post: &Post) -> Vec<Club> {
        let clubs = post.clubs().into_iter();
        clubs
            .filter(|club| self.clubs[club].admins.contains(&by))
            .collect()
    }

    /// Deletes a post. An admin of a group takes it out of the group, and deletes it if it is nowhere else.
    fn delete(&mut self, by: Who, label: Label) -> Answer {
        let post = &self.posts[&label];
        let kept = self.kept_by(by, post);
        if post.author != by && kept.is_empty() {
            return Forbidden;
        }
        let (author, is_own) = (post.author, post.author == by);
        let at = self.clock;
        if !is_own {
            self.moderate(kept[0], by, author, label, None);
        }
        let post = self.posts.get_mut(&label).expect("it was seen");
        if !is_own && let Place::Feeds { own, clubs } = &mut post.place {
            let rest: Vec<Club> = clubs
                .iter()
                .copied()
                .filter(|club| !kept.contains(club))
                .collect();
            if *own || !rest.is_empty() {
                *clubs = rest.into_iter().collect();
                return Done;
            }
        }
        post.deleted = Some(Deletion {
            by,
            at,
            club: kept.first().copied().filter(|_| !is_own),
        });
        Done
    }

    fn undelete(&mut self, by: Who, label: Label) -> Answer {
        let post = &self.posts[&label];
        let Some(deletion) = &post.deleted else {
            let is_seen = post.author == by && self.sees(by, post);
            return if is_seen { Done } else { Missing };
        };
        let may = match deletion.club {
            Some(club) => self.clubs[&club].admins.contains(&by),
            None => post.author == by,
        };
        let back = Post {
            deleted: None,
            ..post.clone()
        };
        let is_seen = self.sees(by, &back);
        if may && is_seen && self.clock < deletion.at + UNDO {
            self.posts.insert(label, back);
            self.moderations
                .retain(|_, one| one.post != label || one.comment.is_some());
            Done
        } else {
            Missing
        }
    }

    fn moderate(&mut self, club: Club, by: Who, author: Who, post: Label, comment: Option<Label>) {
        let moderation = Moderation {
            club,
            by,
            author,
            post,
            comment,
        };
        self.moderations.insert(self.now, moderation);
    }

    pub(super) fn post_of(&self, comment: Label) -> Option<Label> {
        let mut posts = self.posts.iter();
        let found = posts.find(|(_, post)| post.comments.contains_key(&comment));
        found.map(|(label, _)| *label)
    }

    pub(super) fn act_on_comment(
        &mut self,
        by: Who,
        label: Label,
        id: Label,
        deed: &Deed,
    ) -> Answer {
        let (now, at) = (self.now, self.clock);
        let post = &self.posts[&label];
        let comment = &post.comments[&id];
        let (is_own, is_posts_author) = (comment.author == by, post.author == by);
        let is_seen = self.sees_comment(by, post, comment);
        if let Deed::UndeleteComment(_) = deed {
            let is_there = self.sees(by, post) && !self.hidden(by, comment.author);
            let may = match &comment.deleted {
                None => is_own || is_posts_author,
                Some(deletion) => deletion.by == by && at < deletion.at + UNDO,
            };
            if !may || !is_there {
                return Missing;
            }
        } else if !is_seen {
            return Missing;
        }
        let (kept, author) = (self.kept_by(by, post), comment.author);
        let may_delete = is_own || is_posts_author || !kept.is_empty();
        let mentions = match deed {
            Deed::EditComment(_, text) => self.mentions(by, text, &comment.mentions),
            _ => BTreeMap::new(),
        };
        let post = self.posts.get_mut(&label).expect("it is there");
        let comment = post.comments.get_mut(&id).expect("it is there");
        match deed {
            Deed::EditComment(_, text) if is_own => {
                comment.text.clone_from(text);
                comment.mentions = mentions;
            }
            Deed::EditComment(..) => return Forbidden,
            Deed::DeleteComment(_) if !may_delete => return Forbidden,
            Deed::DeleteComment(_) => {
                comment.deleted = Some(Deletion { by, at, club: None });
                if !is_own && !is_posts_author {
                    self.moderate(kept[0], by, author, label, Some(id));
                }
            }
            Deed::UndeleteComment(_) => {
                let was_deleted = comment.deleted.take().is_some();
                if was_deleted {
                    self.moderations.retain(|_, one| one.comment != Some(id));
                }
            }
            Deed::LikeComment(_) if is_own => return Forbidden,
            Deed::LikeComment(_) => {
                comment.likes.entry(by).or_insert(now);
            }
            _ => {
                comment.likes.remove(&by);
            }
        }
        Done
    }
}
