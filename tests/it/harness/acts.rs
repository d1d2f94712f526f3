//! Actions of people on a site.

use std::time::Duration;

use super::{
    html::{all_between, between},
    page::Page,
    person::Person,
    stream::EventStream,
    wait::DEADLINE,
};

pub(crate) const PASSWORD: &str = "correct horse";
/// Another good password, for those who change theirs.
pub(crate) const NEW_PASSWORD: &str = "battery staple";

/// The media type by which the script asks for a part of a page.
pub(crate) const FRAGMENT: &str = "text/vnd.quartfeed.fragment+html";

impl Person {
    /// Fills in the form for newcomers.
    pub(crate) fn register(&self, name: &str) -> Page {
        self.post("/register", &[("username", name), ("password", PASSWORD)])
    }

    /// Fills in the form to sign in with any name and password.
    pub(crate) fn log_in(&self, name: &str, password: &str) -> Page {
        self.post("/login", &[("username", name), ("password", password)])
    }

    pub(crate) fn sign_in(&self, name: &str) {
        let answer = self.log_in(name, PASSWORD);
        assert_eq!(answer.status, 303, "{}", answer.text);
    }

    /// Presses a button, which only says what to do.
    pub(crate) fn press(&self, path: &str) {
        let answer = self.post(path, &[]);
        assert_eq!(answer.status, 303, "{path}: {}", answer.text);
    }

    pub(crate) fn follow(&self, other: &Person) {
        self.press(&format!("/follow/{}", other.name));
    }

    pub(crate) fn go_private(&self) {
        let answer = self.post("/settings/privacy", &[("private", "1")]);
        assert_eq!(answer.status, 303, "{}", answer.text);
    }

    /// Writes a post and returns its id.
    pub(crate) fn write(&self, message: &str) -> String {
        let answer = self.post_with("/post", &[("message", message)], &[("Accept", FRAGMENT)]);
        assert_eq!(answer.status, 201, "{}", answer.text);
        between(&answer.text, "data-post-id=\"", "\"").to_owned()
    }

    /// Writes a comment and returns its id.
    pub(crate) fn comment(&self, post: &str, text: &str) -> String {
        let path = format!("/post/{post}/comment");
        let answer = self.post_with(&path, &[("comment", text)], &[("Accept", FRAGMENT)]);
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.comments().pop().expect("a comment")
    }

    /// Opens the page of a post by its id alone, and goes where that leads.
    pub(crate) fn read(&self, post: &str) -> Page {
        self.get_moved(&format!("/post/{post}"))
    }

    /// Gets a page, and the one that it has moved to.
    pub(crate) fn get_moved(&self, path: &str) -> Page {
        let page = self.get(path);
        if page.status == 301 {
            self.get(page.location())
        } else {
            page
        }
    }

    pub(crate) fn like(&self, post: &str) {
        self.press(&format!("/post/{post}/like"));
    }

    pub(crate) fn unlike(&self, post: &str) {
        self.press(&format!("/post/{post}/unlike"));
    }

    /// Changes the text of a post.
    pub(crate) fn edit(&self, post: &str, message: &str) -> Page {
        self.post(&format!("/post/{post}/edit"), &[("message", message)])
    }

    /// Returns the pages of a list, one after the other.
    pub(crate) fn pages(&self, path: &str) -> impl Iterator<Item = Page> {
        let mut next = Some(path.to_owned());
        std::iter::from_fn(move || {
            let page = self.get(&next.take()?);
            next = page.next_page();
            Some(page)
        })
    }

    /// Makes a personal token for a script, and returns it.
    pub(crate) fn make_token(&self, name: &str, scope: &str, days: &str) -> String {
        let form = [("name", name), ("scope", scope), ("days", days)];
        let page = self.post("/settings/tokens", &form);
        assert_eq!(page.status, 200, "{}", page.text);
        let tokens = all_between(&page.text, "<code class=\"token\">", "</code>");
        tokens
            .first()
            .copied()
            .expect("it is shown once")
            .to_owned()
    }

    /// Makes an invitation and returns its token.
    pub(crate) fn invite(&self, form: &[(&str, &str)]) -> String {
        let answer = self.post("/settings/invitations", form);
        assert_eq!(answer.status, 200, "{}", answer.text);
        between(&answer.text, "href=\"/invite/", "\"").to_owned()
    }

    /// Opens the stream of the events that this person's browser receives from now on.
    pub(crate) fn listen(&self) -> EventStream {
        self.listen_at("/sse", &[])
    }

    pub(crate) fn listen_at(&self, path: &str, headers: &[(&str, &str)]) -> EventStream {
        self.listen_within(path, headers, DEADLINE)
    }

    /// Opens a stream whose next line is waited for no longer than this.
    pub(crate) fn listen_within(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        wait: Duration,
    ) -> EventStream {
        let mut head = format!(
            "GET {}{path} HTTP/1.1\r\nHost: {}\r\n",
            self.base,
            self.address()
        );
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        head += &format!("Cookie: {}\r\n\r\n", self.cookies());
        EventStream::open_within(self.address(), &head, wait)
    }
}
