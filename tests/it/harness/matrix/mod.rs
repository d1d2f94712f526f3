//! The people and things of the matrix, and how a cell is asked.

mod tables;

pub(crate) use tables::{ABOUT_PEOPLE, ABOUT_POSTS, ALONE, DEEDS, FOR_ANYBODY, LISTS, PEOPLE};

use quartfeed::config::Visibility;

use crate::harness::{Page, Person, Site, images};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Public,
    Private,
    Deleted,
}

pub(crate) const STATES: [State; 3] = [State::Public, State::Private, State::Deleted];

/// A request on the page or in JSON.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Face<'r> {
    Page(&'r str),
    Json(&'r str),
}

impl Face<'_> {
    pub(crate) fn request(&self) -> &str {
        match self {
            Face::Page(request) | Face::Json(request) => request,
        }
    }

    /// Checks whether the table has no such request.
    pub(crate) fn is_missing(&self) -> bool {
        self.request().is_empty()
    }

    /// Returns a request of the same kind.
    pub(crate) fn with<'r>(&self, request: &'r str) -> Face<'r> {
        match self {
            Face::Page(_) => Face::Page(request),
            Face::Json(_) => Face::Json(request),
        }
    }
}

/// A public site, where guests see as much as they ever do, and the seven people.
pub(crate) struct Matrix {
    pub(crate) site: Site,
    pub(crate) people: Vec<Person>,
    /// The owner's avatar.
    pub(crate) avatar: String,
    pub(crate) cells: usize,
}

impl Matrix {
    pub(crate) fn new() -> Matrix {
        let site = Site::with(|config| config.site.visibility = Visibility::Public);
        let people = PEOPLE
            .iter()
            .map(|name| match *name {
                "guest" => site.visitor(),
                name => site.member(name),
            })
            .collect::<Vec<Person>>();
        let avatar = images::give_avatar(&site, &people[2], 1).to_string();
        let matrix = Matrix {
            site,
            people,
            avatar,
            cells: 0,
        };
        matrix
            .site
            .execute("update users set role = 'admin' where username = 'boss'");
        matrix.owner().press("/block/blocked");
        matrix.follower().press("/follow/owner");
        matrix
    }

    pub(crate) fn owner(&self) -> &Person {
        &self.people[2]
    }

    pub(crate) fn follower(&self) -> &Person {
        &self.people[3]
    }

    /// Restores the relations that the tables are about, whatever the last cell did to them.
    pub(crate) fn arrange(&self, state: State) {
        let private = if state == State::Private {
            "private"
        } else {
            "public"
        };
        // The owner is public for a moment, so that following works again after a mute or a block.
        self.owner().post("/settings/privacy", &[]);
        for person in &self.people {
            person.post("/unblock/owner", &[]);
            person.post("/unmute/owner", &[]);
        }
        self.owner().press("/block/blocked");
        self.follower().press("/follow/owner");
        for name in [1, 4, 6] {
            self.people[name].press("/unfollow/owner");
        }
        self.owner().post("/settings/privacy", &[(private, "1")]);
        if state == State::Private {
            self.people[1].press("/follow/owner");
        }
    }

    /// Restores the relations after one of the people has done something to the owner.
    pub(crate) fn restore(&self, who: usize, state: State) {
        let person = &self.people[who];
        // The owner is public for a moment, which accepts the request of the member.
        self.owner().post("/settings/privacy", &[]);
        person.post("/unblock/owner", &[]);
        person.post("/unmute/owner", &[]);
        self.people[1].press("/unfollow/owner");
        let is_follower = PEOPLE[who] == "follower";
        let path = if is_follower {
            "/follow/owner"
        } else {
            "/unfollow/owner"
        };
        person.post(path, &[]);
        if state == State::Private {
            self.owner().go_private();
            self.people[1].press("/follow/owner");
        }
    }

    /// Writes a post with a comment, and deletes it if the state says so. Returns both ids.
    pub(crate) fn post(&self, state: State) -> (String, String) {
        let post = self.owner().write("word #matrix");
        let comment = self.follower().comment(&post, "and another");
        if state == State::Deleted {
            self.owner().press(&format!("/post/{post}/delete"));
        }
        (post, comment)
    }

    pub(crate) fn html(&self, who: usize, request: &str) -> Page {
        let person = &self.people[who];
        match request.split_once(' ').expect("a method and a path") {
            ("GET", path) if path.starts_with("/sse") => {
                // A stream does not end: its head is the answer.
                let head = person.ask("HEAD", path, &[], None);
                assert!(head.text.is_empty());
                head
            }
            ("GET", path) => person.get_moved(path),
            // The script of a page sends it.
            ("POST", "/seen") => {
                let headers = [("Content-Type", "application/json")];
                person.ask("POST", "/seen", &headers, Some("{\"posts\":{}}"))
            }
            (_, path) => person.post(
                path,
                &[("message", "other words"), ("comment", "other words")],
            ),
        }
    }

    pub(crate) fn json(&self, who: usize, request: &str) -> Page {
        let (method, path) = request.split_once(' ').expect("a method and a path");
        let body = match method {
            "POST" | "PATCH" => Some(r#"{"message":"other words","comment":"other words"}"#),
            "GET" => None,
            // An empty body, announced as empty.
            _ => Some(""),
        };
        let headers = [("Content-Type", "application/json")];
        self.people[who].ask(method, &format!("/api/v1{path}"), &headers, body)
    }

    /// Asks on the page or in JSON, and checks the answer. Returns whether that may have changed anything: a request that
    /// only reads does not, nor does one that is refused.
    pub(crate) fn cell(
        &mut self,
        state: State,
        who: usize,
        face: Face<'_>,
        expected: char,
    ) -> bool {
        let (page, expected) = match face {
            Face::Page(request) => (self.html(who, request), expected),
            Face::Json(request) => (self.json(who, request), in_json(who, expected)),
        };
        let found = letter(&page);
        self.check(&format!("{state:?} {face:?}"), who, expected, found);
        found == 'o' && !face.request().starts_with("GET ")
    }

    pub(crate) fn check(&mut self, what: &str, who: usize, expected: char, found: char) {
        self.cells += 1;
        assert_eq!(found, expected, "{what}: {}", PEOPLE[who]);
    }
}

/// Returns the letter of an answer in the tables.
pub(crate) fn letter(page: &Page) -> char {
    match page.status {
        303 if page.location().starts_with("/login") => 's',
        200 | 201 | 204 | 303 => 'o',
        401 => 's',
        403 => 'f',
        404 => '-',
        other => panic!("{other}: {}", page.text),
    }
}

/// Returns the letter that is expected in JSON: guests are asked to sign in, whether the thing exists or not.
pub(crate) fn in_json(who: usize, expected: char) -> char {
    if who == 0 { 's' } else { expected }
}

pub(crate) fn groups(row: &str) -> [Vec<char>; 3] {
    let groups: Vec<Vec<char>> = row
        .split(' ')
        .map(|group| group.chars().collect())
        .collect();
    assert!(
        groups.iter().all(|group| group.len() == PEOPLE.len()),
        "{row}"
    );
    groups.try_into().expect("three groups")
}
