//! What phones share with the site: a text in the form of a post, which somebody has to send.

use crate::harness::{PASSWORD, Page, Site, between};

/// Returns the address to which a phone shares.
fn address(fields: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(fields);
    format!("/share?{}", query.finish())
}

/// Returns the text that stands in the form of a post. The browser drops the first line break.
fn composed(page: &Page) -> String {
    let field = between(&page.text, "<textarea id=\"message\"", "</textarea>");
    let text = field.split_once(">\n").expect("a text").1;
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

#[test]
fn a_share_fills_the_form_and_posts_nothing() {
    let site = Site::start();
    let alice = site.member("alice");
    let url = "https://example.org/?a=1&b=2";
    let page = alice.get(&address(&[
        ("title", "Ein schöner <Tag>"),
        ("text", "Schau mal!\r\nЗдорово 🎈"),
        ("url", url),
    ]));
    assert_eq!(page.status, 200);
    let expected = format!("Ein schöner <Tag>\nSchau mal!\nЗдорово 🎈\n{url}");
    assert_eq!(composed(&page), expected);
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert!(!page.has("field-error"));
    assert!(
        alice.get("/user/alice").posts().is_empty(),
        "posted by itself"
    );

    // Many phones put the address into the text.
    let page = alice.get(&address(&[("title", "A page"), ("text", url), ("url", "")]));
    assert_eq!(composed(&page), format!("A page\n{url}"));
    let page = alice.get(&address(&[("text", &format!("See {url}")), ("url", url)]));
    assert_eq!(composed(&page), format!("See {url}"));

    let sent = alice.post("/post", &[("message", &composed(&page))]);
    assert_eq!((sent.status, sent.location()), (303, "/"));
    assert!(alice.get("/").has("See"));
}

#[test]
fn each_share_has_a_draft_of_its_own() {
    let site = Site::start();
    let alice = site.member("alice");
    let draft = |path: &str| {
        let page = alice.get(path).text;
        between(&page, "data-draft=\"", "\"").to_owned()
    };
    assert_eq!(draft("/share"), draft("/"));
    assert_eq!(draft("/share?text=one"), draft("/share?text=one"));
    assert_ne!(draft("/share?text=one"), draft("/share?text=two"));
    assert_ne!(draft("/share?text=one"), draft("/"));
}

#[test]
fn a_share_that_is_too_long_is_shown_whole_with_the_limit() {
    let site = Site::with(|config| config.limits.post_chars = 100);
    let alice = site.member("alice");
    let long = "word ".repeat(40);
    let page = alice.get(&address(&[("text", &long)]));
    assert_eq!(page.status, 200);
    assert_eq!(composed(&page), long.trim());
    assert!(
        page.words()
            .contains("Field cannot be longer than 100 characters.")
    );
}

#[test]
fn damaged_shares_are_shown_as_far_as_they_can_be_read() {
    let site = Site::start();
    let alice = site.member("alice");
    for (path, expected) in [
        ("/share", ""),
        ("/share?", ""),
        ("/share?text", ""),
        ("/share?other=x", ""),
        ("/share?text=a%00b%07c", "abc"),
        ("/share?text=a%FFb", "a\u{fffd}b"),
        ("/share?text=%ZZ", "%ZZ"),
        ("/share?text=one&text=two", "one"),
        ("/share?text=%3C/textarea%3E%3Cb%3E", "</textarea><b>"),
    ] {
        let page = alice.get(path);
        assert_eq!(page.status, 200, "{path}");
        assert_eq!(composed(&page), expected, "{path}");
    }
    let many = format!("/share?{}", "a=1&".repeat(101));
    assert_eq!(alice.get(&many).status, 400);
    let huge = format!("/share?text={}", "a".repeat(8 * 1024));
    assert_eq!(alice.get(&huge).status, 414);
    // Only the form of a post changes anything.
    assert_eq!(alice.post("/share", &[("text", "x")]).status, 405);
}

#[test]
fn a_guest_signs_in_and_comes_back_with_the_text() {
    let site = Site::start();
    site.member("alice");
    let phone = site.visitor();
    let shared = address(&[
        ("title", "Привет"),
        ("text", "a & b"),
        ("url", "https://x.example/"),
    ]);
    let asked = phone.get(&shared);
    assert_eq!(asked.status, 303);
    let login = phone.get(asked.location());
    let next = between(&login.text, "name=\"next\" value=\"", "\"").replace("&amp;", "&");
    let form = [
        ("username", "alice"),
        ("password", PASSWORD),
        ("next", &*next),
    ];
    let answer = phone.post("/login", &form);
    assert_eq!((answer.status, answer.location()), (303, shared.as_str()));
    let page = phone.get(answer.location());
    assert_eq!(composed(&page), "Привет\na & b\nhttps://x.example/");
}

#[test]
fn a_long_text_of_a_guest_goes_through_the_sign_in() {
    let site = Site::start();
    site.member("alice");
    let phone = site.visitor();
    let long = format!("{} end", "Слово ".repeat(150));
    let login = phone.get(&address(&[("text", &long)]));
    assert_eq!(login.status, 200);
    assert!(login.words().contains("It is kept until then."));
    let kept = between(&login.text, "name=\"shared\" value=\"", "\"");
    assert_eq!(kept, long);

    // A wrong password loses nothing.
    let form = |password| {
        [
            ("username", "alice"),
            ("password", password),
            ("shared", kept),
        ]
    };
    let refused = phone.post("/login", &form("wrong password"));
    assert_eq!(refused.status, 422);
    assert_eq!(
        between(&refused.text, "name=\"shared\" value=\"", "\""),
        long
    );

    let answer = phone.post("/login", &form(PASSWORD));
    assert_eq!((answer.status, answer.location()), (303, "/unsent"));
    let page = phone.get("/unsent");
    assert!(page.has(&long), "{}", page.words());
    assert!(
        phone.get("/user/alice").posts().is_empty(),
        "posted by itself"
    );
}
