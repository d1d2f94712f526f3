//! Pages in the language that somebody reads.

use std::collections::BTreeSet;

use crate::harness::{Export, Person, Site};

/// English words that no German text has.
const ENGLISH: &[&str] = &[
    "the", "of", "and", "your", "you", "this", "with", "not", "are", "who", "posts", "what",
    "here", "yet", "created", "settings", "delete", "save",
];

/// Paths of pages that a person with a few posts and groups has.
const PAGES: &[&str] = &[
    "/",
    "/everything",
    "/discussions",
    "/directs",
    "/notifications",
    "/groups",
    "/groups/new",
    "/group/garten",
    "/group/garten/members",
    "/group/garten/edit",
    "/group/garten/delete",
    "/lists",
    "/list/nah",
    "/list/nah/edit",
    "/people",
    "/people?q=xyz",
    "/saved",
    "/best",
    "/this-day",
    "/search",
    "/search?q=tee",
    "/searches",
    "/requests",
    "/user/ben",
    "/user/ben/followers",
    "/user/ben/following",
    "/user/ben/activity",
    "/user/anna",
    "/hide?user=ben",
    "/profile/edit",
    "/settings",
    "/settings/account",
    "/settings/account/delete",
    "/settings/sessions",
    "/settings/privacy",
    "/settings/hidden",
    "/settings/feeds",
    "/settings/hooks",
    "/settings/tokens",
    "/settings/data",
    "/settings/invitations",
    "/settings/phone",
    "/settings/sources",
    "/settings/imaginary",
    "/settings/import",
    "/settings/webhooks",
    "/help",
    "/no/such/page",
    "/admin",
    "/admin/invitations",
    "/admin/health",
    "/admin/journal",
    "/admin/settings",
];

fn german(person: Person) -> Person {
    person.saying("Accept-Language", "de-AT,de;q=0.9,en;q=0.8")
}

/// Returns the English words on a page, outside of what is written in code, in commands and as time zones.
fn english_on(html: &str) -> BTreeSet<String> {
    let mut rest = html.to_owned();
    for (from, to) in [
        ("<script", "</script>"),
        ("<dl class=\"facts\" lang=\"en\"", "</dl>"),
        ("<code", "</code>"),
        ("<pre", "</pre>"),
        ("lang=\"en\"", "</button>"),
    ] {
        let mut kept = String::new();
        for (n, part) in rest.split(from).enumerate() {
            kept += match part.split_once(to) {
                Some((_, after)) if n > 0 => after,
                _ => part,
            };
        }
        rest = kept;
    }
    let mut texts = Vec::new();
    for part in rest.split('<') {
        let (tag, text) = part.split_once('>').unwrap_or(("", part));
        texts.push(text.to_owned());
        for attribute in ["aria-label=\"", "title=\"", "placeholder=\"", "alt=\""] {
            let value = tag.split_once(attribute).map(|(_, value)| value);
            texts.extend(
                value
                    .and_then(|value| value.split('"').next())
                    .map(str::to_owned),
            );
        }
    }
    let words = texts.iter().flat_map(|text| {
        let found = text.split(|c: char| !c.is_alphabetic());
        found.map(str::to_lowercase).collect::<Vec<_>>()
    });
    words
        .filter(|word| ENGLISH.contains(&word.as_str()))
        .collect()
}

/// Makes a site on which most pages have something to show.
fn filled() -> (Site, Person) {
    let site = Site::start();
    let (anna, ben) = (german(site.admin("anna")), german(site.member("ben")));
    anna.follow(&ben);
    ben.follow(&anna);
    let post = ben.write("Tee um vier");
    anna.comment(&post, "Gern");
    anna.like(&post);
    let own = anna.write("Regen, @ben");
    ben.comment(&own, "Schade");
    ben.like(&own);
    ben.write("Nur für dich, @anna");
    let group = [
        ("name", "garten"),
        ("title", "Garten"),
        ("privacy", "private"),
    ];
    assert_eq!(anna.post("/groups/new", &group).status, 303);
    let list = [("title", "Nah"), ("members", "@ben")];
    assert_eq!(anna.post("/lists", &list).status, 303);
    (site, anna)
}

#[test]
fn pages_follow_the_language_of_the_browser() {
    let (site, anna) = filled();
    let mut english = Vec::new();
    let pages = PAGES.iter().map(|path| (*path, anna.get_moved(path)));
    let stranger = german(site.visitor());
    let doors = ["/login", "/register"].map(|path| (path, stranger.get(path)));
    for (path, page) in pages.chain(doors) {
        assert!(page.has("<html lang=\"de\""), "{path}: {}", page.text);
        let found = english_on(&page.text);
        if !found.is_empty() {
            english.push(format!("{path}: {found:?}"));
        }
    }
    assert_eq!(english, [] as [String; 0], "{}", english.join("\n"));
    let page = anna.get("/");
    assert!(
        page.has(">Einstellungen<") && page.has("Gefällt mir</button>"),
        "{}",
        page.text
    );
}

#[test]
fn a_choice_in_the_browser_comes_before_what_it_sends() {
    let site = Site::start();
    let anna = german(site.member("anna"));
    assert!(anna.get("/").has("Neuer Beitrag"));
    let chosen = anna.post(
        "/language",
        &[("language", "en"), ("next", "/settings/account")],
    );
    assert_eq!(
        (chosen.status, chosen.location()),
        (303, "/settings/account")
    );
    assert!(anna.get("/").has("New post"));
    anna.post("/language", &[("language", "auto")]);
    assert!(anna.get("/").has("Neuer Beitrag"));
    let refused = anna.post("/language", &[("language", "tlh")]);
    assert_eq!(refused.status, 400);
    assert!(
        refused.has("Die Sprache kann auto, en or de sein."),
        "{}",
        refused.text
    );
}

#[test]
fn a_remembered_page_is_of_one_language() {
    let site = Site::start();
    let anna = site.member("anna");
    for _ in 0..2 {
        assert!(anna.get("/").has("New post"));
        let page = anna.get_with("/", &[("Accept-Language", "de")]);
        assert!(page.has(">Neuer Beitrag<") && !page.has(">New post<"));
    }
}

#[test]
fn a_refused_form_speaks_the_language_of_the_page() {
    let site = Site::start();
    let anna = german(site.member("anna"));
    let empty = anna.post("/post", &[("message", "")]);
    assert_eq!(empty.status, 422);
    assert!(empty.has("Bitte ausfüllen."), "{}", empty.text);
    let long = anna.post("/post", &[("message", &"a".repeat(3001))]);
    assert!(
        long.has("Höchstens 3000 Zeichen sind möglich."),
        "{}",
        long.text
    );
    let nowhere = anna.get("/post/999");
    assert!(nowhere.has("Hier ist nichts."), "{}", nowhere.text);
}

#[test]
fn streams_are_in_the_language_of_their_page() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let mut english = alice.listen();
    let mut german = alice.listen_at("/sse", &[("Accept-Language", "de")]);
    let post = bob.write("hello");
    bob.comment(&post, "again");
    for (stream, edit, other) in [
        (&mut english, "Write a comment", "Schreib einen Kommentar"),
        (&mut german, "Schreib einen Kommentar", "Write a comment"),
    ] {
        for name in ["post", "comment"] {
            let event = stream.expect(name);
            let html = event.data["html"].as_str().unwrap_or_default();
            assert!(html.contains(edit) && !html.contains(other), "{html}");
        }
    }
}

#[test]
fn a_stream_that_comes_back_stays_in_its_language() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let stream = alice.listen();
    let last = stream.last_id.clone();
    drop(stream);
    bob.write("missed");
    let headers = [("Accept-Language", "de"), ("Last-Event-ID", last.as_str())];
    let event = alice.listen_at("/sse", &headers).expect("post");
    let html = event.data["html"].as_str().unwrap_or_default();
    assert!(html.contains("Schreib einen Kommentar"), "{html}");
}

#[test]
fn programs_are_answered_in_english() {
    let site = Site::start();
    let anna = german(site.member("anna"));
    let (status, error) = anna.get("/api/v1/posts/999").error();
    assert_eq!(status, 404);
    assert!(error.starts_with("There is nothing here."), "{error}");
}

#[test]
fn archives_are_in_english() {
    let (_site, anna) = filled();
    let archive = Export::of(&anna);
    let page = &archive.files["index.html"];
    assert!(
        page.contains("<html lang=\"en\"") && page.contains("Downloaded on"),
        "{page}"
    );
    assert!(!archive.everything().contains("Kommentar"));
}
