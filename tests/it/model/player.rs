//! The real side: each step is done by a browser or a program over HTTP.

use std::{collections::HashMap, fs, time::Duration};

use serde_json::json;

use super::{
    answers::Answer,
    steps::{Deed, FIRST_PEOPLE, Label, NAMES, Step, Subject, TAGS, To, Who, club_name},
    world::World,
};
use crate::harness::{FRAGMENT, JSON, MULTIPART, PASSWORD, Page, Person, Site, between};

/// Posts on a page, few enough that rivers have several.
pub(super) const PAGE_SIZE: u32 = 8;

/// The picture that people send.
const PICTURE: &str = "1x1.png";

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
        for who in 0..FIRST_PEOPLE {
            let person = player.site.lasting_member(NAMES[who]);
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
    fn press(&mut self, who: Who, path: &str, form: &[(&str, &str)]) -> Page {
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

    fn ask(&self, who: Who, method: &str, path: &str) -> Page {
        let path = format!("/api/v1{path}");
        let body = (method != "DELETE").then_some("");
        self.person(who).ask(method, &path, &[JSON], body)
    }

    fn send(&mut self, step: &Step) -> Page {
        let by = step.by;
        // Some steps are done by a program, others by a form.
        let by_form = step.number % 3 == 0;
        match &step.deed {
            Deed::Follow(other) if by_form => self.press_about("follow", by, *other),
            Deed::Unfollow(other) if by_form => self.press_about("unfollow", by, *other),
            Deed::Follow(other) => self.ask(by, "PUT", &format!("/users/{}/follow", NAMES[*other])),
            Deed::Unfollow(other) => {
                self.ask(by, "DELETE", &format!("/users/{}/follow", NAMES[*other]))
            }
            Deed::RemoveFollower(other) => self.press_about("remove-follower", by, *other),
            Deed::Block(other) => self.press_about("block", by, *other),
            Deed::Unblock(other) => self.press_about("unblock", by, *other),
            Deed::Mute(other) => self.press_about("mute", by, *other),
            Deed::Unmute(other) => self.press_about("unmute", by, *other),
            Deed::Accept(other) => {
                self.press(by, &format!("/requests/{}/accept", NAMES[*other]), &[])
            }
            Deed::Refuse(other) => {
                self.press(by, &format!("/requests/{}/refuse", NAMES[*other]), &[])
            }
            Deed::SetPrivate(is_private) => {
                let form = [("private", "1")];
                let form = if *is_private { &form[..] } else { &[] };
                self.press(by, "/settings/privacy", form)
            }
            Deed::Write(to, text) => self.write(by, to, text, by_form),
            Deed::Picture(text) => {
                let form = self.person(by).post_form().field("message", text);
                let headers = [("Content-Type", MULTIPART), ("Accept", FRAGMENT)];
                self.person(by)
                    .upload("/post", &headers, &form.image(PICTURE).end())
            }
            Deed::SetGroup(club, is_private, is_announcements) => {
                let mut form = vec![("privacy", if *is_private { "private" } else { "public" })];
                if *is_announcements {
                    form.push(("announcements", "1"));
                }
                self.press(by, &format!("/group/{}/edit", club_name(*club)), &form)
            }
            Deed::MakeGroup(is_private, is_announcements) => {
                let name = club_name(step.number);
                let mut form = vec![("name", name.as_str())];
                form.push(("privacy", if *is_private { "private" } else { "public" }));
                if *is_announcements {
                    form.push(("announcements", "1"));
                }
                self.press(by, "/groups/new", &form)
            }
            Deed::Join(club) if by_form => {
                self.press(by, &format!("/group/{}/join", club_name(*club)), &[])
            }
            Deed::Join(club) => self.ask(
                by,
                "PUT",
                &format!("/groups/{}/membership", club_name(*club)),
            ),
            Deed::LeaveGroup(club) => self.ask(
                by,
                "DELETE",
                &format!("/groups/{}/membership", club_name(*club)),
            ),
            Deed::Manage(club, right, other) => {
                let (name, act) = (club_name(*club), right.path());
                let path = format!("/group/{name}/members/{}/{act}", NAMES[*other]);
                self.press(by, &path, &[])
            }
            Deed::Hide(subject, minutes, is_everywhere) => {
                let (kind, value) = self.named(*subject);
                let span = match minutes {
                    Some(120) => "2h",
                    Some(1440) => "1d",
                    Some(_) => "7d",
                    None => "ever",
                };
                let place = if *is_everywhere { "everywhere" } else { "home" };
                let form = [
                    ("kind", kind),
                    ("value", &value),
                    ("for", span),
                    ("where", place),
                ];
                self.press(by, "/hide", &form)
            }
            Deed::Unhide(subject) => {
                let (kind, value) = self.named(*subject);
                self.press(by, "/unhide", &[("kind", kind), ("value", &value)])
            }
            // More than there is: everything until now.
            Deed::ReadNews => self.press(by, "/notifications/read", &[("up_to", "999999999")]),
            Deed::See(post, comment) => {
                let comment = comment.map_or("9000000000", |comment| self.id(comment));
                let mut posts = serde_json::Map::new();
                posts.insert(self.id(*post).to_owned(), json!(comment));
                self.person(by)
                    .send("POST", "/seen", &json!({ "posts": posts }))
            }
            Deed::MakeList(chosen) => {
                let people = chosen.people.iter().map(|who| format!("@{}", NAMES[*who]));
                let clubs = chosen.clubs.iter().map(|club| club_name(*club));
                let tags = chosen.tags.iter().map(|tag| format!("#{}", TAGS[*tag]));
                let members: Vec<String> = people.chain(clubs).chain(tags).collect();
                let (title, members) = (format!("List {}", step.number), members.join(" "));
                self.press(by, "/lists", &[("title", &title), ("members", &members)])
            }
            deed => self.send_about_text(by, deed, by_form),
        }
    }

    /// Returns a thing to hide as forms name it.
    fn named(&self, subject: Subject) -> (&'static str, String) {
        match subject {
            Subject::Post(post) => ("post", self.id(post).to_owned()),
            Subject::Person(who) => ("user", NAMES[who].to_owned()),
            Subject::Club(club) => ("group", club_name(club)),
            Subject::Tag(tag) => ("tag", TAGS[tag].to_owned()),
            Subject::Word(word) => ("words", word.to_owned()),
        }
    }

    fn press_about(&mut self, act: &str, by: Who, other: Who) -> Page {
        self.press(by, &format!("/{act}/{}", NAMES[other]), &[])
    }

    fn write(&mut self, by: Who, to: &[To], text: &str, by_form: bool) -> Page {
        let to: Vec<String> = to.iter().map(|to| to.word()).collect();
        if by_form {
            let mut form = vec![("message", text)];
            form.extend(to.iter().map(|to| ("to", to.as_str())));
            return self.press(by, "/post", &form);
        }
        let sent = json!({ "message": text, "to": to });
        self.person(by).send("POST", "/posts", &sent)
    }

    fn send_about_text(&mut self, by: Who, deed: &Deed, by_form: bool) -> Page {
        let (kind, act, label) = match deed {
            Deed::Edit(label, _) => ("post", "edit", label),
            Deed::Delete(label) => ("post", "delete", label),
            Deed::Undelete(label) => ("post", "undelete", label),
            Deed::Like(label) => ("post", "like", label),
            Deed::Save(label) => ("post", "save", label),
            Deed::Unsave(label) => ("post", "unsave", label),
            Deed::Unlike(label) => ("post", "unlike", label),
            Deed::Comment(label, _) => ("post", "comment", label),
            Deed::Invite(label, _) => ("post", "participants", label),
            Deed::LeaveTalk(label) => ("post", "leave", label),
            Deed::EditComment(label, _) => ("comment", "edit", label),
            Deed::DeleteComment(label) => ("comment", "delete", label),
            Deed::UndeleteComment(label) => ("comment", "undelete", label),
            Deed::LikeComment(label) => ("comment", "like", label),
            Deed::UnlikeComment(label) => ("comment", "unlike", label),
            other => panic!("{other:?} is about no text"),
        };
        let id = self.id(*label).to_owned();
        let path = format!("/{kind}s/{id}");
        let person = self.person(by);
        match deed {
            // A form says which pictures stay.
            // A form says which pictures stay.
            Deed::Edit(label, text) if !by_form || self.images.contains_key(label) => {
                return person.send("PATCH", &path, &json!({ "message": text }));
            }
            _ if by_form => {}
            Deed::EditComment(_, text) => {
                return person.send("PATCH", &path, &json!({ "comment": text }));
            }
            Deed::Comment(_, text) => {
                return person.send(
                    "POST",
                    &format!("{path}/comments"),
                    &json!({ "comment": text }),
                );
            }
            Deed::Delete(_) | Deed::DeleteComment(_) => return self.ask(by, "DELETE", &path),
            Deed::Like(_) | Deed::LikeComment(_) => {
                return self.ask(by, "PUT", &format!("{path}/like"));
            }
            Deed::Unlike(_) | Deed::UnlikeComment(_) => {
                return self.ask(by, "DELETE", &format!("{path}/like"));
            }
            _ => {}
        }
        let form = match deed {
            Deed::Edit(_, text) => vec![("message", text.as_str())],
            Deed::Comment(_, text) | Deed::EditComment(_, text) => vec![("comment", text.as_str())],
            Deed::Invite(_, other) => vec![("user", NAMES[*other])],
            _ => Vec::new(),
        };
        self.press(by, &format!("/{kind}/{id}/{act}"), &form)
    }
}

impl To {
    /// Returns the destination as forms and programs write it.
    fn word(self) -> String {
        match self {
            To::Own => "feed".to_owned(),
            To::Group(club) => club_name(club),
            To::Person(who) => format!("@{}", NAMES[who]),
        }
    }
}
