//! What each step does to the model, and what the program must answer.

use std::collections::BTreeMap;

use super::{
    steps::{Deed, NAMES, Step, To, Who},
    world::{Moment, Tie, World},
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

use Answer::{Done, Forbidden, Missing};

impl World {
    /// Lets a step happen. None if it makes no sense here, because an earlier step was taken out: then it is left out as
    /// well.
    pub(super) fn happen(&mut self, step: &Step) -> Option<Answer> {
        self.now = step.number;
        let by = step.by;
        let is_of_site = matches!(
            step.deed,
            Deed::Register
                | Deed::SignIn
                | Deed::Pass(_)
                | Deed::Backup
                | Deed::Restore
                | Deed::Restart
                | Deed::Kill
        );
        if is_of_site {
            return self.happen_to_site(step);
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
            Deed::MakeGroup(..)
            | Deed::Join(_)
            | Deed::LeaveGroup(_)
            | Deed::SetGroup(..)
            | Deed::Manage(..) => self.happen_to_club(step),
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

    /// Lets a step happen that is not done by somebody who is signed in. None if it makes no
    /// sense here.
    fn happen_to_site(&mut self, step: &Step) -> Option<Answer> {
        let by = step.by;
        match &step.deed {
            Deed::Register => {
                let is_new = self.registered.insert(by);
                self.signed_in.insert(by);
                is_new.then_some(Done)
            }
            Deed::SignIn => {
                let may = self.registered.contains(&by) && self.signed_in.insert(by);
                may.then_some(Done)
            }
            Deed::Pass(minutes) => {
                self.clock += minutes;
                Some(Done)
            }
            Deed::Restart => {
                self.unwritten.clear();
                Some(Done)
            }
            Deed::Backup => {
                let mut copy = self.clone();
                copy.backup = None;
                copy.forgotten.append(&mut copy.unwritten);
                self.backup = Some(Box::new(copy));
                Some(Done)
            }
            Deed::Restore => {
                let copy = self.backup.take()?;
                *self = World {
                    now: self.now,
                    clock: self.clock,
                    ..*copy
                };
                Some(Done)
            }
            Deed::Kill => {
                self.forgotten.append(&mut self.unwritten);
                Some(Done)
            }
            _ => None,
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
    pub(super) fn mentions(
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
}
