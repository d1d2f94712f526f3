//! The real side: each step is done by a browser or a program over HTTP.

use std::{collections::HashMap, fs, time::Duration};

use super::{
    answers::Answer,
    steps::{Deed, FIRST_PEOPLE, Label, NAMES, Step, Who},
    world::World,
};
use crate::harness::{FRAGMENT, JSON, PASSWORD, Page, Person, Site, between};

/// Posts on a page, few enough that rivers have several.
pub(super) const PAGE_SIZE: u32 = 8;

pub(super) struct Player {
    pub(super) site: Site,
    people: HashMap<Who, Person>,
    /// The form token of each person, until the session ends.
    tokens: HashMap<Who, String>,
    pub(super) ids: HashMap<Label, String>,
    pub(super) labels: HashMap<String, Label>,
    /// The path of the picture in each post that has one.
    pub(super) images: HashMap<Label, String>,
}

impl Player {
    pub(super) fn new() -> Player {
        let site = Site::with(|config| config.feed.page_size = PAGE_SIZE);
        let mut player = Player {
            site,
            people: HashMap::new(),
            tokens: HashMap::new(),
            ids: HashMap::new(),
            labels: HashMap::new(),
            images: HashMap::new(),
        };
        for (who, name) in NAMES.iter().enumerate().take(FIRST_PEOPLE) {
            let person = player.site.lasting_member(name);
            player.people.insert(who, person);
        }
        player
    }

    pub(super) fn person(&self, who: Who) -> &Person {
        &self.people[&who]
    }

    /// Returns the id of a post or a comment. A label that nothing was written under is an id of nothing.
    pub(super) fn id(&self, label: Label) -> &str {
        self.ids.get(&label).map_or("0000000000000", String::as_str)
    }

    /// Does a step, and compares the answer with what the model expects.
    ///
    /// # Errors
    /// A sentence about the difference.
    pub(super) fn play(
        &mut self,
        step: &Step,
        world: &World,
        expected: Answer,
    ) -> Result<(), String> {
        let page = match &step.deed {
            Deed::Pass(minutes) => {
                self.site.pass(Duration::from_mins(u64::from(*minutes)));
                return Ok(());
            }
            Deed::Restart => {
                self.site.restart();
                return Ok(());
            }
            Deed::Kill => {
                self.kill();
                return Ok(());
            }
            Deed::Backup => return self.back_up(),
            Deed::Restore => return self.restore(world),
            Deed::Register => self.register(step.by),
            Deed::SignIn => {
                self.people.remove(&step.by);
                self.sign_in(step.by)
            }
            Deed::SignOut => {
                let page = self.press(step.by, "/logout", &[]);
                self.tokens.remove(&step.by);
                let after = self
                    .person(step.by)
                    .ask("GET", "/api/v1/feed", &[JSON], None);
                if after.status != 401 {
                    return Err(format!("signed out, and answered {}", after.status));
                }
                page
            }
            _ => self.send(step),
        };
        let answer = match page.status {
            200..=204 | 303 => Answer::Done,
            403 => Answer::Forbidden,
            404 => Answer::Missing,
            422 => Answer::Refused,
            status => return Err(format!("{status}: {}", page.text)),
        };
        if answer != expected {
            return Err(format!(
                "expected {expected:?}, and got {} {}",
                page.status,
                page.words()
            ));
        }
        if answer == Answer::Done
            && matches!(
                step.deed,
                Deed::Write(..) | Deed::Picture(_) | Deed::Comment(..)
            )
        {
            self.learn(step, &page);
        }
        Ok(())
    }

    /// Remembers the id of what a step has written.
    fn learn(&mut self, step: &Step, page: &Page) {
        let id = if page.text.starts_with('{') {
            page.json()["id"].to_string().trim_matches('"').to_owned()
        } else if !matches!(step.deed, Deed::Comment(..)) {
            between(&page.text, "data-post-id=\"", "\"").to_owned()
        } else {
            page.comments().pop().expect("the comment")
        };
        if let Deed::Picture(_) = step.deed {
            let post = self
                .person(step.by)
                .get(&format!("/api/v1/posts/{id}"))
                .json();
            let url = post["images"][0]["url"].as_str().expect("a picture");
            self.images.insert(step.number, url.to_owned());
        }
        self.ids.insert(step.number, id.clone());
        self.labels.insert(id, step.number);
    }

    fn register(&mut self, who: Who) -> Page {
        let mut person = self.site.visitor();
        NAMES[who].clone_into(&mut person.name);
        let page = person.register(NAMES[who]);
        if page.status != 303 {
            return page;
        }
        self.people.insert(who, person);
        self.sign_in(who)
    }

    fn sign_in(&mut self, who: Who) -> Page {
        let site = &self.site;
        let person = self.people.entry(who).or_insert_with(|| {
            let mut person = site.visitor();
            NAMES[who].clone_into(&mut person.name);
            person
        });
        let form = [
            ("username", NAMES[who]),
            ("password", PASSWORD),
            ("remember", "1"),
        ];
        self.tokens.remove(&who);
        person.post("/login", &form)
    }

    /// Kills the program: it starts again on copies of its files as they were while it ran.
    fn kill(&mut self) {
        let database = self.site.database();
        let beside = |end: &str| {
            let mut path = database.clone().into_os_string();
            path.push(end);
            std::path::PathBuf::from(path)
        };
        {
            // Nothing is written while the copies are made.
            let file = self.site.file();
            file.execute_batch("begin immediate")
                .expect("nobody writes for long");
            for end in ["-wal", ""] {
                let copy = beside(&format!("{end}.killed"));
                if beside(end).exists() {
                    fs::copy(beside(end), copy).expect("a copy");
                }
            }
            file.execute_batch("rollback").expect("nothing was written");
        }
        self.site.while_stopped(|_| {
            // The program is not left to stop in its own way.
            let _ = fs::remove_file(beside("-shm"));
            for end in ["-wal", ""] {
                // The file stays the same one: another in its place would be a restored backup.
                let copy = beside(&format!("{end}.killed"));
                if copy.exists() {
                    fs::copy(&copy, beside(end)).expect("the copy is put back");
                    fs::remove_file(copy).expect("it is there");
                } else {
                    let _ = fs::remove_file(beside(end));
                }
            }
        });
    }

    /// Makes a backup while the program runs.
    fn back_up(&self) -> Result<(), String> {
        let file = self.backup();
        let _ = fs::remove_file(&file);
        let made = self.site.command(&["backup", "create", "--to", &file]);
        if made.status == Some(0) {
            Ok(())
        } else {
            Err(made.err)
        }
    }

    fn backup(&self) -> String {
        let file = self.site.directory().join("model-backup.db");
        file.to_str().expect("UTF-8").to_owned()
    }

    /// Puts the backup back. Everybody who was signed in signs in again: their sessions may be newer.
    fn restore(&mut self, world: &World) -> Result<(), String> {
        let (file, mut said) = (self.backup(), None);
        self.site.while_stopped(|site| {
            said = Some(site.command(&["backup", "restore", &file]));
        });
        if let Some(said) = said.filter(|said| said.status != Some(0)) {
            return Err(said.err);
        }
        for who in &world.signed_in {
            self.people.remove(who);
            let page = self.sign_in(*who);
            if page.status != 303 {
                return Err(page.words());
            }
        }
        Ok(())
    }

    /// Fills in a form.
    pub(super) fn press(&mut self, who: Who, path: &str, form: &[(&str, &str)]) -> Page {
        let person = &self.people[&who];
        for _ in 0..2 {
            let token = self
                .tokens
                .entry(who)
                .or_insert_with(|| person.form_token());
            let mut fields = form.to_vec();
            fields.push(("csrf_token", token));
            let page = person.post_as_is(path, &fields, &[("Accept", FRAGMENT)]);
            if !page.has("Invalid POST contents") {
                return page;
            }
            // The session has a new key since.
            self.tokens.remove(&who);
        }
        panic!("{path}: a fresh token is refused")
    }

    pub(super) fn ask(&self, who: Who, method: &str, path: &str) -> Page {
        let path = format!("/api/v1{path}");
        let body = (method != "DELETE").then_some("");
        self.person(who).ask(method, &path, &[JSON], body)
    }
}
