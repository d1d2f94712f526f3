//! What steps do to the groups of the model.

use super::{
    answers::Answer::{self, Done, Forbidden, Missing, Refused},
    steps::{Club, Deed, Right, Step, View, Who},
    world::{GroupState, World},
};

impl World {
    /// Lets a step about a group happen. None if it makes no sense here.
    pub(super) fn happen_to_club(&mut self, step: &Step) -> Option<Answer> {
        let by = step.by;
        match &step.deed {
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
            _ => None,
        }
    }

    fn join(&mut self, by: Who, club: Club) -> Answer {
        let now = self.now;
        let club = self.clubs.get_mut(&club).expect("it is there");
        if club.members.contains(&by) {
            return Done;
        }
        if club.is_private {
            club.asked.entry(by).or_insert(now);
        } else {
            club.members.insert(by);
        }
        Done
    }

    /// Checks whether a group would be left without an admin, though it has other members.
    fn needs_admin(&self, who: Who, club: Club) -> bool {
        let club = &self.clubs[&club];
        let is_only_admin = club.admins.len() == 1 && club.admins.contains(&who);
        is_only_admin && club.members.iter().any(|member| *member != who)
    }

    fn leave_club(&mut self, by: Who, club: Club) -> Answer {
        if self.needs_admin(by, club) {
            return Refused;
        }
        let club = self.clubs.get_mut(&club).expect("it is there");
        club.members.remove(&by);
        club.admins.remove(&by);
        club.asked.remove(&by);
        club.granted.remove(&by);
        // A ban stays, and what was said of it.
        if !club.barred.contains(&by) {
            club.roles.remove(&by);
        }
        Done
    }

    /// Changes a group. When it becomes public, everybody who waits is let in.
    fn set_group(
        &mut self,
        by: Who,
        club: Club,
        is_private: bool,
        is_announcements: bool,
    ) -> Answer {
        let now = self.now;
        let club = self.clubs.get_mut(&club).expect("it is there");
        if !club.admins.contains(&by) {
            return Forbidden;
        }
        club.is_private = is_private;
        club.is_announcements = is_announcements;
        if !is_private {
            for who in std::mem::take(&mut club.asked).into_keys() {
                club.members.insert(who);
                club.granted.insert(who, now);
            }
        }
        Done
    }

    fn manage(&mut self, by: Who, club: Club, right: Right, other: Who) -> Answer {
        let state = &self.clubs[&club];
        let (is_member, is_admin) = (
            state.members.contains(&other),
            state.admins.contains(&other),
        );
        let is_known = is_member || state.asked.contains_key(&other);
        if !state.admins.contains(&by) {
            return Forbidden;
        }
        // An admin keeps the members in order, whoever blocks whom.
        if self.apart(by, other) && !is_known {
            return Missing;
        }
        let (needs_admin, now) = (self.needs_admin(other, club), self.now);
        let state = self.clubs.get_mut(&club).expect("it is there");
        match right {
            Right::Accept if is_member => {}
            Right::Accept if state.asked.remove(&other).is_some() => {
                state.members.insert(other);
                state.granted.insert(other, now);
            }
            Right::Accept => return Missing,
            Right::Refuse => {
                state.asked.remove(&other);
            }
            Right::Remove => return self.leave_club(other, club),
            Right::Promote | Right::Demote if !is_member => return Missing,
            Right::Promote => {
                if state.admins.insert(other) {
                    state.barred.remove(&other);
                    state.roles.insert(other, now);
                }
            }
            Right::Demote if needs_admin => return Refused,
            Right::Demote => {
                if state.admins.remove(&other) {
                    state.roles.insert(other, now);
                }
            }
            Right::Bar if is_admin => return Refused,
            Right::Bar => {
                if state.barred.insert(other) {
                    state.roles.insert(other, now);
                }
            }
            Right::Unbar => {
                if state.barred.remove(&other) {
                    state.roles.insert(other, now);
                }
            }
        }
        Done
    }

    /// Checks whether the thing that a page shows was ever there.
    pub(super) fn has_subject(&self, view: View) -> bool {
        match view {
            View::Profile(who)
            | View::Activity(who)
            | View::Followers(who)
            | View::Following(who) => self.registered.contains(&who),
            View::Group(club) => self.clubs.contains_key(&club),
            View::Thread(post) => self.posts.contains_key(&post),
            View::List(list) => self.chosen.contains_key(&list),
            View::Home
            | View::HomeByDate
            | View::Everything
            | View::Discussions
            | View::Directs
            | View::Saved
            | View::Search(_)
            | View::News
            | View::Tag(_) => true,
        }
    }
}
