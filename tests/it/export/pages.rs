//! The pages in the archive, which are read without a server.

use quartfeed::model::BaseUrl;

use crate::harness::{Export, Site};

const MARKUP: &str = "<script>alert(1)</script> & \"quoted\" <b>bold</b>";

#[test]
fn the_pages_read_without_a_server() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let older = alice.write("The older");
    alice.write("The newer, see https://example.org/x and @bob #tea");
    alice.comment(&older, "To myself");
    let bobs = bob.write("Bob's");
    alice.comment(&bobs, "To bob");
    let export = Export::of(&alice);

    let index = &export.files["index.html"];
    assert!(
        index.find("The newer") < index.find("The older"),
        "the newest first"
    );
    assert!(index.contains("<time datetime=\"2026-09-21T14:13:20Z\""));
    assert!(index.contains("href=\"https://example.org/x\""));
    assert!(export.files["comments.html"].contains(&format!("href=\"index.html#post-{older}\"")));
    assert!(index.contains(&format!("id=\"post-{older}\"")));
    for (name, page) in &export.files {
        if name == "data.json" {
            continue;
        }
        assert!(
            page.contains("default-src 'none'; img-src 'self' file:; style-src 'unsafe-inline'"),
            "{name}"
        );
        for outside in ["<script", "src=", "<link", "@import", "url(", "href=\"/"] {
            assert!(!page.contains(outside), "{name}: {outside}");
        }
        for href in page.split(" href=\"").skip(1) {
            let href = href.split('"').next().expect("the attribute ends");
            let file = href.split('#').next().unwrap_or_default();
            let inside = export.files.contains_key(file);
            assert!(inside || href == "https://example.org/x", "{name}: {href}");
        }
    }
}

#[test]
fn a_site_that_knows_its_address_is_linked() {
    let site =
        Site::with(|config| config.server.base_url = BaseUrl::parse("http://pi.local/feed/"));
    let alice = site.member("alice");
    let post = alice.write("Hello world");
    let export = Export::of(&alice);
    let url = format!("http://pi.local/feed/post/{post}/hello-world");
    assert_eq!(export.data()["posts"][0]["url"], url.as_str());
    assert!(export.files["index.html"].contains(&format!("href=\"{url}\"")));
}

#[test]
fn user_input_stays_text_in_the_archive() {
    let site = Site::with(|config| config.site.name = "A <i>site</i> & more".into());
    let (alice, bob) = site.friends();
    let profile = [
        ("username", "alice"),
        ("name", "</title><script>x"),
        ("bio", MARKUP),
    ];
    assert_eq!(alice.post("/profile/edit", &profile).status, 303);
    let profile = [("username", "bob"), ("name", "<img src=x>"), ("bio", "")];
    assert_eq!(bob.post("/profile/edit", &profile).status, 303);
    let post = alice.write("<script>first()</script>");
    assert_eq!(alice.edit(&post, MARKUP).status, 303);
    alice.comment(&post, MARKUP);
    alice.comment(&bob.write("<b>hers</b>"), "</article></main>");
    let export = Export::of(&alice);
    for (name, page) in &export.files {
        if name != "data.json" {
            for markup in ["<script", "<img", "<b>", "<i>", "</title><"] {
                assert!(
                    !page.contains(&format!("{markup}script"))
                        && (markup == "</title><" || !page.contains(markup)),
                    "{name}: {markup}"
                );
            }
            assert_eq!(page.matches("</main>").count(), 1, "{name}");
        }
    }
    assert!(
        export.files["index.html"].contains("&lt;script&gt;first()&lt;/script&gt;"),
        "the history too"
    );
    let data = export.data();
    assert_eq!(data["posts"][0]["message"], MARKUP);
    assert_eq!(data["site"]["name"], "A <i>site</i> & more");
}
