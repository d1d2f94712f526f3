//! Permissions in groups and conversations: each route, asked by people of each role, in tables written by hand.
//! `o` done or shown · `s` sign in first · `f` seen, but not theirs to do · `-` not there · `r` refused with a reason

use quartfeed::config::Visibility;

use super::{Circle, found, join, write_to};
use crate::harness::{PASSWORD, Page, Person, Site};

const PEOPLE: [&str; 7] = [
    "guest", "outsider", "asking", "member", "barred", "former", "keeper",
];

/// Requests about a group, whose public form is in the first group of letters and whose private form in the second.
#[rustfmt::skip]
const ABOUT_GROUPS: &[(&str, &str, &str)] = &[
    // Page and JSON                                                      public  private
    ("GET /group/garden",                   "GET /groups/garden",         "ooooooo -oooooo"),
    ("GET /group/garden/members",           "GET /groups/garden/members", "ooooooo ---oo-o"),
    ("GET /sse/group/garden",               "GET /groups/garden/posts",   "soooooo s--oo-o"),
    ("GET /group/garden/requests",          "",                           "sfffffo sfffffo"),
    ("GET /group/garden/edit",              "",                           "sfffffo sfffffo"),
    ("GET /group/garden/delete",            "",                           "sfffffo sfffffo"),
    ("POST /group/garden/edit",             "",                           "sfffffo sfffffo"),
    ("POST /group/garden/undelete",         "",                           "sfffffo sfffffo"),
    ("POST /group/garden/members/member/bar",     "",                     "sfffffo sfffffo"),
    ("POST /group/garden/members/member/unbar",   "",                     "sfffffo sfffffo"),
    ("POST /group/garden/members/member/promote", "",                     "sfffffo sfffffo"),
    ("POST /group/garden/members/member/demote",  "",                     "sfffffo sfffffo"),
    ("POST /group/garden/members/nobody/refuse",  "",                     "sfffff- sfffff-"),
    ("POST /group/garden/members/outsider/accept", "",                    "sfffff- sfffff-"),
    ("POST /group/garden/members/former/remove",  "",                     "sfffffo sfffffo"),
    ("GET /post/{p}/word",                  "GET /posts/{p}",             "ooooooo ---oo-o"),
    ("GET /sse/post/{p}",                   "GET /posts/{p}/comments",    "soooooo s--oo-o"),
    ("POST /post/{p}/comment",              "POST /posts/{p}/comments",   "soooooo s--oo-o"),
    ("POST /post/{p}/edit",                 "PATCH /posts/{p}",           "sffofff s--of-f"),
    ("POST to garden",                      "",                           "srrorro srrorro"),
    ("POST /group/garden/delete",           "",                           "sfffffo sfffffo"),
];

/// Requests about a conversation.
#[rustfmt::skip]
const ABOUT_DIRECTS: &[(&str, &str, &str)] = &[
    ("GET /post/{p}/word",                  "GET /posts/{p}",             "-oo--"),
    ("POST /post/{p}/comment",              "POST /posts/{p}/comments",   "soo--"),
    ("POST /post/{p}/like",                 "PUT /posts/{p}/like",        "sfo--"),
    ("POST /post/{p}/edit",                 "PATCH /posts/{p}",           "sof--"),
    ("POST /post/{p}/participants",         "",                           "soo--"),
    ("GET /sse/post/{p}",                   "GET /posts/{p}/comments",    "soo--"),
    ("POST /post/{p}/leave",                "",                           "soo--"),
];

fn letter(page: &Page) -> char {
    match page.status {
        303 if page.location().starts_with("/login") => 's',
        200 | 201 | 204 | 303 => 'o',
        401 => 's',
        403 => 'f',
        404 => '-',
        422 => 'r',
        other => panic!("{other}: {}", page.text),
    }
}

fn html(person: &Person, request: &str) -> Page {
    match request.split_once(' ').expect("a method and a path") {
        ("POST", "to garden") => person.post("/post", &[("message", "word"), ("to", "garden")]),
        ("GET", path) if path.starts_with("/sse") => person.ask("HEAD", path, &[], None),
        ("GET", path) => person.get_moved(path),
        (_, path) => person.post(
            path,
            &[
                ("message", "word"),
                ("comment", "word"),
                ("user", "author"),
                ("password", PASSWORD),
            ],
        ),
    }
}

fn json(person: &Person, request: &str) -> Page {
    let (method, path) = request.split_once(' ').expect("a method and a path");
    let body = match method {
        "GET" => None,
        "PUT" => Some(""),
        _ => Some(r#"{"message":"word","comment":"word"}"#),
    };
    let headers = [("Content-Type", "application/json")];
    person.ask(method, &format!("/api/v1{path}"), &headers, body)
}

/// A site on which guests read.
fn public_site() -> Site {
    Site::with(|config| config.site.visibility = Visibility::Public)
}

/// The people of the table.
fn people(site: &Site) -> Vec<Person> {
    let person = |name: &&str| match *name {
        "guest" => site.visitor(),
        name => site.member(name),
    };
    PEOPLE.iter().map(person).collect()
}

#[test]
fn groups_answer_everybody_as_the_table_says() {
    let mut cells = 0;
    for (privacy, column) in [("public", 0), ("private", 1)] {
        let site = public_site();
        let people = people(&site);
        let admin = &people[6];
        found(admin, "garden", &[("privacy", privacy)]);
        let lets_in = (privacy == "private").then_some(admin);
        for (person, name) in [(3, "member"), (4, "barred"), (5, "former")] {
            join(
                &people[person],
                "garden",
                lets_in.map(|admin| (admin, name)),
            );
        }
        admin.press("/group/garden/members/barred/bar");
        people[5].press("/group/garden/leave");
        if privacy == "private" {
            people[2].press("/group/garden/join");
        }
        for (page, json_request, row) in ABOUT_GROUPS {
            let expected = row.split(' ').nth(column).expect("two columns");
            for (who, expected) in expected.chars().enumerate() {
                // What the last request did to the member is taken back.
                for act in ["unbar", "demote"] {
                    admin.post(&format!("/group/garden/members/member/{act}"), &[]);
                }
                let post = write_to(&people[3], &["garden"], "word");
                // The form of the edit keeps the group as it is.
                let request = page.replace("{p}", &post);
                let answered = if request.ends_with("/garden/edit") && request.starts_with("POST") {
                    letter(&people[who].post("/group/garden/edit", &[("privacy", privacy)]))
                } else {
                    letter(&html(&people[who], &request))
                };
                assert_eq!(answered, expected, "{privacy} {page}: {}", PEOPLE[who]);
                cells += 1;
                if json_request.is_empty() {
                    continue;
                }
                let expected = if who == 0 { 's' } else { expected };
                let found = letter(&json(&people[who], &json_request.replace("{p}", &post)));
                assert_eq!(found, expected, "{privacy} {json_request}: {}", PEOPLE[who]);
                cells += 1;
            }
        }
    }
    assert!(cells >= 2 * 7 * 20, "{cells}");
}

#[test]
fn conversations_answer_everybody_as_the_table_says() {
    let site = public_site();
    let names = ["guest", "author", "participant", "former", "outsider"];
    let people = names.map(|name| match name {
        "guest" => site.visitor(),
        name => site.member(name),
    });
    for person in &people[1..] {
        person.post("/settings/privacy", &[("directs_from", "everybody")]);
    }
    let mut cells = 0;
    for (page, json_request, row) in ABOUT_DIRECTS {
        for (who, expected) in row.chars().enumerate() {
            let post = write_to(&people[1], &["@participant", "@former"], "word");
            people[3].press(&format!("/post/{post}/leave"));
            let found = letter(&html(&people[who], &page.replace("{p}", &post)));
            assert_eq!(found, expected, "{page}: {}", names[who]);
            cells += 1;
            if !json_request.is_empty() {
                let expected = if who == 0 { 's' } else { expected };
                let found = letter(&json(&people[who], &json_request.replace("{p}", &post)));
                assert_eq!(found, expected, "{json_request}: {}", names[who]);
                cells += 1;
            }
        }
    }
    assert!(cells >= 5 * 12, "{cells}");
}

#[test]
fn members_of_the_site_join_and_leave_by_the_api() {
    let circle = Circle::of("private");
    let script = circle.site.script("carol");
    let membership = || script.get("/groups/garden").json()["membership"].clone();
    for _ in 0..2 {
        assert_eq!(script.tell("PUT", "/groups/garden/membership").status, 204);
        assert_eq!(membership(), "requested");
    }
    circle.alice.press("/group/garden/members/carol/accept");
    assert_eq!(membership(), "member");
    for _ in 0..2 {
        assert_eq!(
            script.tell("DELETE", "/groups/garden/membership").status,
            204
        );
        assert_eq!(membership(), "none");
    }
    let alice = circle.site.script("alice");
    assert_eq!(
        alice.tell("DELETE", "/groups/garden/membership").status,
        422
    );
    assert_eq!(script.tell("PUT", "/groups/nothing/membership").status, 404);
}
