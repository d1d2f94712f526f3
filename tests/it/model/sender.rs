//! How each step is sent: by a form, or by a program as JSON.

use serde_json::json;

use super::{
    player::Player,
    steps::{Deed, NAMES, Step, Subject, TAGS, To, Who, club_name},
};
use crate::harness::{FRAGMENT, MULTIPART, Page};

/// The picture that people send.
const PICTURE: &str = "1x1.png";

impl Player {
    /// Sends a step of somebody who is signed in.
    pub(super) fn send(&mut self, step: &Step) -> Page {
        let by = step.by;
        // Some steps are done by a program, others by a form.
        let by_form = step.number.is_multiple_of(3);
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
            Deed::Hide(..)
            | Deed::Unhide(_)
            | Deed::ReadNews
            | Deed::See(..)
            | Deed::MakeList(_) => self.keep(step),
            deed => self.send_about_text(by, deed, by_form),
        }
    }

    /// Does what concerns the person alone.
    fn keep(&mut self, step: &Step) -> Page {
        let by = step.by;
        match &step.deed {
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
            other => panic!("{other:?} concerns others"),
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
