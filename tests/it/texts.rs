//! Links, names and tags in texts, and the pages of tags.

use crate::harness::Site;

#[test]
fn addresses_names_and_tags_are_links() {
    let site = Site::start();
    let alice = site.member("alice");
    site.member("Bob_1");
    let long = format!("https://pi.example/{}", "a".repeat(60));
    let id = alice.write(&format!("@bob_1, see {long}. #Größe & @nobody <b>"));
    let page = alice.get("/");
    assert!(page.has("<a class=\"mention\" href=\"/user/bob_1\">@bob_1</a>, see "));
    assert!(page.has(&format!(
        "<a href=\"{long}\" title=\"{long}\" rel=\"nofollow ugc noopener noreferrer\">{}…</a>. ",
        &long[..39]
    )));
    assert!(
        page.has(
            "<a class=\"tag\" href=\"/tag/gr%C3%B6%C3%9Fe\">#Größe</a> &amp; @nobody &lt;b&gt;"
        )
    );
    let comment = alice.comment(&id, "again #größe: http://pi.example/");
    assert!(
        alice
            .get("/")
            .has("<a href=\"http://pi.example/\" rel=\"nofollow")
    );
    assert!(
        alice
            .get(&format!("/comment/{comment}/edit"))
            .has("again #größe: http://pi.example/")
    );
}

#[test]
fn a_tag_has_its_page_whatever_its_case_and_wherever_it_stands() {
    let site = Site::with(|config| config.feed.page_size = 2);
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    let in_post = alice.write("about #Rust and #rust");
    let plain = alice.write("about nothing");
    let other = alice.write("about #gardening");
    let comment = bob.comment(&other, "and #RUST");
    bob.comment(&other, "still #rust");
    let newest = bob.write("#rust!");
    let page = alice.get("/tag/Rust");
    assert_eq!(page.posts(), [newest.as_str(), &other]);
    assert!(page.has("<h1>#Rust</h1>"));
    let next = page.next_page().expect("there is more");
    assert_eq!(alice.get(&next).posts(), [in_post.as_str()]);
    assert_eq!(bob.get("/tag/gardening").posts(), [other.as_str()]);

    bob.press(&format!("/comment/{comment}/delete"));
    assert_eq!(
        alice.get("/tag/rust").posts().len(),
        2,
        "another comment has it"
    );
    assert_eq!(alice.edit(&in_post, "about #iron").status, 303);
    bob.press(&format!("/post/{newest}/delete"));
    assert_eq!(alice.get("/tag/rust").posts(), [other.as_str()]);
    assert_eq!(alice.get("/tag/iron").posts(), [in_post.as_str()]);
    bob.press(&format!("/comment/{comment}/undelete"));
    assert!(!alice.get("/tag/rust").posts().contains(&plain));
    assert!(alice.get("/tag/nothing_here").has("No posts yet."));
    for wrong in ["a%20b", "1", "%FF", "a-b", &"x".repeat(51)] {
        assert_eq!(alice.get(&format!("/tag/{wrong}")).status, 404, "{wrong}");
    }
    assert_eq!(alice.get("/tag/rust?before=x").status, 400);
}

/// Reports about other programs: the server links a name without spaces around it, and notifies its owner.
#[test]
fn a_name_beside_another_script_is_a_mention() {
    let site = Site::start();
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    for text in [
        "こんにちは@bobです",
        "@bobさん、見て",
        "请问@bob 在吗",
        "오늘@bob",
        "cc/@bob",
    ] {
        alice.write(text);
        assert!(alice.get("/").has("href=\"/user/bob\">@bob</a>"), "{text}");
    }
    assert!(bob.get("/notifications").has("mentioned you"));
    assert_eq!(site.count("mentions"), 5);
}

#[test]
fn a_tag_has_one_page_however_it_is_encoded() {
    let site = Site::start();
    let alice = site.member("alice");
    let ids = ["#Café", "#Cafe\u{301}", "＃cafe", "#ＣＡＦÉ"].map(|text| alice.write(text));
    for path in ["/tag/caf%C3%A9", "/tag/cafe%CC%81", "/tag/CAFE"] {
        assert_eq!(alice.get(path).posts().len(), ids.len(), "{path}");
    }
    let persian = alice.write("#نرم\u{200c}افزار");
    assert!(alice.get("/").has("#نرم\u{200c}افزار</a>"));
    assert_eq!(
        alice
            .get("/tag/%D9%86%D8%B1%D9%85%D8%A7%D9%81%D8%B2%D8%A7%D8%B1")
            .posts(),
        [persian.as_str()]
    );
}

#[test]
fn a_text_is_kept_in_composed_letters() {
    let site = Site::start();
    let alice = site.member("alice");
    let id = alice.write("Cafe\u{301}");
    let page = alice.get(&format!("/post/{id}/caf%C3%A9"));
    assert_eq!(page.status, 200);
    assert!(page.has(">Café</div>"));
}

#[test]
fn a_text_of_invisible_characters_is_no_post_and_no_name() {
    let site = Site::start();
    let alice = site.member("alice");
    for nothing in [
        "\u{1d159}",
        "\u{17b4}",
        "\u{1d173}",
        "\u{1bca0}",
        "\u{13430}",
        "\u{180b}",
        "\u{300}",
        "\u{489}",
    ] {
        let answer = alice.post("/post", &[("message", nothing)]);
        assert_eq!(answer.status, 422, "{}", nothing.escape_unicode());
        let form = [("username", "alice"), ("name", nothing)];
        let answer = alice.post("/profile/edit", &form);
        assert_eq!(answer.status, 422, "{}", nothing.escape_unicode());
    }
    let form = [("username", "alice"), ("name", "a\u{fff9}b")];
    assert_eq!(alice.post("/profile/edit", &form).status, 422);
    for seen in [
        "José",
        "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
        "👩\u{200d}🚀",
        "نرم\u{200c}افزار",
    ] {
        let form = [("username", "alice"), ("name", seen)];
        assert_eq!(alice.post("/profile/edit", &form).status, 303, "{seen}");
    }
    assert_eq!(site.count("posts"), 0);
}

#[test]
fn a_link_among_turned_words_shows_its_address() {
    let site = Site::start();
    let alice = site.member("alice");
    alice.write("\u{202e}https://evil.example/moc.knab//:sptth");
    let page = alice.get("/");
    assert!(page.has("title=\"https://evil.example/moc.knab//:sptth\""));
}

/// `tests/browser/mentions.test.mjs` completes a name behind the first ones of these texts only.
#[test]
fn a_mention_begins_exactly_where_the_script_completes_it() {
    let beginnings: serde_json::Value =
        serde_json::from_str(include_str!("../browser/mention-beginnings.json")).expect("JSON");
    let site = Site::start();
    let alice = site.member("alice");
    site.member("bob");
    for (kind, is_linked) in [("linked", true), ("plain", false)] {
        for before in beginnings[kind].as_array().expect("a list") {
            let before = before.as_str().expect("a text");
            for sign in ["@", "＠"] {
                let id = alice.write(&format!("x {before}{sign}bob"));
                let address = alice.get(&format!("/post/{id}"));
                let page = alice.get(address.location());
                let is_found = page.has("<a class=\"mention\" href=\"/user/bob\">");
                assert_eq!(is_found, is_linked, "{before}{sign}bob");
            }
        }
    }
}
