//! What people do to each other in the random histories: following, private accounts, blocks and mutes.

use super::*;

impl Site {
    pub(super) fn follow(&mut self, a: Person, b: Person) {
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

    pub(super) fn unfollow(&mut self, a: Person, b: Person) {
        let (by, name) = (self.people[a], Site::name(b));
        let done = self.write(move |tx| relationships::unfollow(tx, by, &name));
        assert_eq!(done.is_ok(), a != b && self.world.are_together(a, b));
        self.world.follows.remove(&(a, b));
        self.world.requests.remove(&(a, b));
    }

    pub(super) fn set_private(&mut self, a: Person, yes: bool) {
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

    pub(super) fn accept(&mut self, a: Person, b: Person) {
        let (by, name) = (self.people[a], Site::name(b));
        let done = self.write(move |tx| requests::accept(tx, by, &name));
        let asked = self.world.requests.remove(&(b, a));
        assert_eq!(done.is_ok(), asked || self.world.follows.contains(&(b, a)));
        if asked {
            self.world.follows.insert((b, a));
        }
    }

    pub(super) fn refuse(&mut self, a: Person, b: Person) {
        let (by, name) = (self.people[a], Site::name(b));
        let done = self.write(move |tx| requests::refuse(tx, by, &name));
        assert_eq!(done.is_ok(), self.world.are_together(a, b));
        self.world.requests.remove(&(b, a));
    }

    pub(super) fn block(&mut self, a: Person, b: Person) {
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

    pub(super) fn unblock(&mut self, a: Person, b: Person) {
        let (by, name) = (self.people[a], Site::name(b));
        let done = self.write(move |tx| distance::unblock(tx, by, &name));
        assert_eq!(done.is_ok(), self.world.blocks.remove(&(a, b)));
    }

    pub(super) fn mute(&mut self, a: Person, b: Person) {
        let (by, name) = (self.people[a], Site::name(b));
        let done = self.write(move |tx| distance::mute(tx, by, &name));
        assert_eq!(done.is_ok(), a != b && self.world.are_together(a, b));
        if done.is_ok() {
            self.world.mutes.insert((a, b));
        }
    }

    pub(super) fn unmute(&mut self, a: Person, b: Person) {
        let (by, name) = (self.people[a], Site::name(b));
        let done = self.write(move |tx| distance::unmute(tx, by, &name));
        assert_eq!(done.is_ok(), a != b && self.world.are_together(a, b));
        if done.is_ok() {
            self.world.mutes.remove(&(a, b));
        }
    }
}
