//! Hiding posts, people, tags and words, for a time or for ever.

mod api;
mod lists;
mod live;
mod notifications;
mod page;

use crate::harness::{Page, Person};

impl Person {
    /// Hides something, and expects that it is done.
    pub(crate) fn hide(&self, kind: &str, value: &str, span: &str, scope: &str) {
        let page = self.ask_to_hide(kind, value, span, scope);
        assert_eq!(page.status, 303, "{}", page.text);
    }

    fn ask_to_hide(&self, kind: &str, value: &str, span: &str, scope: &str) -> Page {
        let form = [
            ("kind", kind),
            ("value", value),
            ("for", span),
            ("where", scope),
        ];
        self.post("/hide", &form)
    }

    fn unhide(&self, kind: &str, value: &str) {
        let page = self.post("/unhide", &[("kind", kind), ("value", value)]);
        assert_eq!(page.status, 303, "{}", page.text);
    }
}
