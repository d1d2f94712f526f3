//! Hides in the random histories.

use super::*;

impl Site {
    fn target(&self, what: &Hidden) -> HideTarget {
        let (kind, value) = match what {
            Hidden::Post(p) => ("post", self.world.posts[*p].id.to_string()),
            Hidden::Person(b) => ("user", format!("user{b}")),
            Hidden::Word(word) if word.starts_with('#') => ("tag", word.clone()),
            Hidden::Word(word) => ("words", word.clone()),
        };
        HideTarget::parse(|name| if name == "kind" { kind } else { &value }).expect("it is right")
    }

    pub(super) fn hide(&mut self, a: Person, what: Hidden, span: usize) {
        let new = NewHide {
            target: self.target(&what),
            span: HideSpan::ALL[span],
            scope: HideScope::Home,
        };
        let (by, now) = (self.people[a], Timestamp(self.world.clock));
        let done = self.db.write(now, move |tx| hides::hide(tx, by, &new));
        let may = match &what {
            Hidden::Post(p) => !self.is_gone(a, *p),
            Hidden::Person(b) => a != *b && self.world.are_together(a, *b),
            Hidden::Word(_) => true,
        };
        assert_eq!(done.is_ok(), may);
        if may {
            let hours = [Some(2), Some(24), Some(168), None][span];
            let end = hours.map(|hours| self.world.clock + hours * HOUR_MILLIS);
            self.world.hides.insert((a, what), end);
        }
    }

    pub(super) fn unhide(&mut self, a: Person, what: &Hidden) {
        let (by, target) = (self.people[a], self.target(what));
        let done = self.write(move |tx| hides::unhide(tx, by, &target));
        let may = match what {
            Hidden::Person(b) => self.world.are_together(a, *b),
            Hidden::Post(_) | Hidden::Word(_) => true,
        };
        assert_eq!(done.is_ok(), may);
        if may {
            self.world.hides.remove(&(a, what.clone()));
        }
    }
}
