//! What each step does to the model, and what the program must answer.

use std::collections::BTreeMap;

use super::{
    news::Moderation,
    steps::{Club, Deed, Label, NAMES, Step, To, Who},
    world::{Comment, Deletion, GroupState, Moment, Place, Post, Tie, UNDO, World},
};

/// The time of day at which the clock of the tests begins, and the length of a day, in seconds.
const BEGINNING: u32 = 51_200;
const DAY: u32 = 86_400;

/// What the program says to a step, as far as people see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Done,
    /// It is seen, and may not be changed.
    Forbidden,
    /// It does not exist for this person.
    Missing,
    /// It is refused with a message.
    Refused,
}

use Answer::{Done, Forbidden, Missing, Refused};

impl World {
    /// Lets a step happen. None if it makes no sense here, because an earlier step was taken out: then it is left out as
    /// well.
    pub(super) fn happen(&mut self, step: &Step) -> Option<Answer> {
        self.now = step.number;
        let by = step.by;
        match &step.deed {
            Deed::Register => {
                let is_new = self.registered.insert(by);
                self.signed_in.insert(by);
                return is_new.then_some(Done);
            }
            Deed::SignIn => {
                let may = self.registered.contains(&by) && self.signed_in.insert(by);
                return may.then_some(Done);
            }
            Deed::Pass(minutes) => {
                self.clock += minutes;
                return Some(Done);
            }
            Deed::Restart => {
                self.unwritten.clear();
                return Some(Done);
            }
            Deed::Backup => {
                let mut copy = self.clone();
                copy.backup = None;
                copy.forgotten.append(&mut copy.unwritten);
                self.backup = Some(Box::new(copy));
                return Some(Done);
            }
            Deed::Restore => {
                let copy = self.backup.take()?;
                *self = World {
                    now: self.now,
                    clock: self.clock,
                    ..*copy
                };
                return Some(Done);
            }
            Deed::Kill => {
                self.forgotten.append(&mut self.unwritten);
                return Some(Done);
            }
            _ => {}
        }
        if !self.signed_in.contains(&by) {
            return None;
        }
        match &step.deed {
            Deed::SignOut => {
                self.signed_in.remove(&by);
                Some(Done)
            }
            Deed::Follow(other)
            | Deed::Unfollow(other)
            | Deed::RemoveFollower(other)
            | Deed::Accept(other)
            | Deed::Refuse(other)
            | Deed::Block(other)
            | Deed::Unblock(other)
            | Deed::Mute(other)
            | Deed::Unmute(other) => {
                let is_there = self.registered.contains(other);
                is_there.then(|| self.relate(by, *other, &step.deed))
            }
            Deed::SetPrivate(is_private) => {
                self.set_private(by, *is_private);
                Some(Done)
            }
            Deed::Write(to, text) => self.write(by, to, text, false),
            Deed::Picture(text) => self.write(by, &[To::Own], text, true),
            Deed::Edit(post, _)
            | Deed::Delete(post)
            | Deed::Undelete(post)
            | Deed::Like(post)
            | Deed::Unlike(post)
            | Deed::Comment(post, _)
            | Deed::Invite(post, _)
            | Deed::LeaveTalk(post) => {
                self.posts.contains_key(post).then_some(())?;
                if let Deed::Invite(_, other) = step.deed
                    && !self.registered.contains(&other)
                {
                    return None;
                }
                Some(self.act_on_post(by, *post, &step.deed))
            }
            Deed::EditComment(comment, _)
            | Deed::DeleteComment(comment)
            | Deed::UndeleteComment(comment)
            | Deed::LikeComment(comment)
            | Deed::UnlikeComment(comment) => {
                let post = self.post_of(*comment)?;
                Some(self.act_on_comment(by, post, *comment, &step.deed))
            }
            Deed::MakeGroup(is_private, is_announcements) => {
                let club = GroupState {
                    is_private: *is_private,
                    is_announcements: *is_announcements,
                    members: [by].into(),
                    admins: [by].into(),
                    ..GroupState::default()
                };
                self.clubs.insert(step.number, club);
                Some(Done)
            }
            Deed::Join(club) | Deed::LeaveGroup(club) | Deed::SetGroup(club, ..) => {
                self.clubs.contains_key(club).then_some(())?;
                Some(match step.deed {
                    Deed::SetGroup(_, is_private, is_announcements) => {
                        self.set_group(by, *club, is_private, is_announcements)
                    }
                    Deed::Join(_) => self.join(by, *club),
                    _ => self.leave_club(by, *club),
                })
            }
            Deed::Manage(club, right, other) => {
                let is_there = self.clubs.contains_key(club) && self.registered.contains(other);
                is_there.then(|| self.manage(by, *club, *right, *other))
            }
            Deed::Hide(..)
            | Deed::Unhide(_)
            | Deed::Save(_)
            | Deed::Unsave(_)
            | Deed::See(..)
            | Deed::MakeList(_) => self.keep(by, &step.deed),
            Deed::ReadNews => {
                self.read_news.insert(by, self.now);
                Some(Done)
            }
            Deed::Listen | Deed::Cut | Deed::Resume => Some(Done),
            Deed::Look(view) => self.has_subject(*view).then_some(Done),
            Deed::Register
            | Deed::SignIn
            | Deed::Pass(_)
            | Deed::Backup
            | Deed::Restore
            | Deed::Restart
            | Deed::Kill => None,
        }
    }

    fn relate(&mut self, by: Who, other: Who, deed: &Deed) -> Answer {
        if matches!(deed, Deed::Unblock(_)) {
            let was_blocked = self.blocks.remove(&(by, other));
            return if was_blocked { Done } else { Missing };
        }
        if matches!(deed, Deed::Block(_)) && self.blocks.contains(&(by, other)) {
            return Done;
        }
        if self.apart(by, other) {
            return Missing;
        }
        if let Deed::Accept(_) = deed {
            let is_asked = self.requests.remove(&(other, by)).is_some();
            if is_asked {
                self.tie(other, by, 0, true);
            }
            return if self.follows(other, by) {
                Done
            } else {
                Missing
            };
        }
        if let Deed::Refuse(_) = deed {
            self.requests.remove(&(other, by));
            return Done;
        }
        if by == other {
            return Forbidden;
        }
        match deed {
            Deed::Follow(_) if self.follows(by, other) => {}
            Deed::Follow(_) if self.private.contains(&other) => {
                let now = self.now;
                self.requests.entry((by, other)).or_insert(now);
            }
            Deed::Follow(_) => self.tie(by, other, 0, false),
            Deed::Unfollow(_) => self.part(by, other),
            Deed::RemoveFollower(_) => self.part(other, by),
            Deed::Block(_) => {
                self.part(by, other);
                self.part(other, by);
                self.blocks.insert((by, other));
            }
            Deed::Mute(_) => {
                self.mutes.insert((by, other));
            }
            _ => {
                self.mutes.remove(&(by, other));
            }
        }
        Done
    }

    fn part(&mut self, who: Who, other: Who) {
        self.follows.remove(&(who, other));
        self.requests.remove(&(who, other));
    }

    fn set_private(&mut self, by: Who, is_private: bool) {
        if is_private {
            self.private.insert(by);
            return;
        }
        self.private.remove(&by);
        let mut asked: Vec<_> = self
            .requests
            .iter()
            .filter(|((_, owner), _)| *owner == by)
            .map(|((who, _), at)| (*at, *who))
            .collect();
        asked.sort_unstable();
        for (place, (_, who)) in asked.into_iter().enumerate() {
            self.requests.remove(&(who, by));
            self.tie(who, by, place, true);
        }
    }

    fn tie(&mut self, who: Who, other: Who, place: usize, is_granted: bool) {
        let tie = Tie {
            at: (self.now, place),
            day: (BEGINNING + self.clock * 60) / DAY,
            is_granted,
        };
        self.follows.insert((who, other), tie);
    }

    /// Returns the people whom a text names, with the step that named them: those of an earlier text are not named anew.
    fn mentions(
        &self,
        by: Who,
        text: &str,
        earlier: &BTreeMap<Who, Moment>,
    ) -> BTreeMap<Who, Moment> {
        let named = NAMES.iter().enumerate();
        let named =
            named.filter(|(_, name)| text.split(' ').any(|word| word == format!("@{name}")));
        let named = named.filter(|(who, _)| *who != by && self.registered.contains(who));
        named
            .map(|(who, _)| (who, earlier.get(&who).copied().unwrap_or(self.now)))
            .collect()
    }

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

    fn write(&mut self, by: Who, to: &[To], text: &str, has_picture: bool) -> Option<Answer> {
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

    fn act_on_post(&mut self, by: Who, label: Label, deed: &Deed) -> Answer {
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

    fn act_on_comment(&mut self, by: Who, label: Label, id: Label, deed: &Deed) -> Answer {
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
