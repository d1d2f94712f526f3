//! Posts from the same calendar day in earlier years.

use crate::harness::{DAY, HOUR, Person, Site, all_between};

const GZIP: [(&str, &str); 1] = [("Accept-Encoding", "gzip")];

/// Returns the texts of the posts on the page, from the top.
fn texts(person: &Person) -> Vec<String> {
    let page = person.get("/on-this-day");
    assert_eq!(page.status, 200, "{}", page.text);
    let texts = all_between(&page.text, "-text\" dir=\"auto\">", "</div>");
    texts.into_iter().map(str::to_owned).collect()
}

/// Lets a year pass. Sessions end meanwhile.
fn a_year_later(site: &Site, people: &[&Person]) {
    site.pass(DAY * 365);
    for person in people {
        person.sign_in(&person.name);
    }
}

#[test]
fn posts_of_this_day_come_back_every_year() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let carol = site.member("carol");
    bob.write("bob began");
    carol.write("carol began");
    assert_eq!(texts(&alice), [""; 0], "today is not an earlier year");
    assert!(
        alice
            .get("/on-this-day")
            .words()
            .contains("Nothing was written on this day")
    );
    assert!(!alice.get("/").has("On this day"));

    a_year_later(&site, &[&alice, &bob, &carol]);
    assert_eq!(texts(&alice), ["bob began"]);
    assert_eq!(texts(&carol), ["carol began"]);
    let words = alice.get("/on-this-day").words();
    assert!(
        words.contains("from 21 September in earlier years"),
        "{words}"
    );
    let home = alice.get("/").words();
    assert!(home.contains("On this day2026, bob: bob began"), "{home}");
    alice.write("alice remembers");

    a_year_later(&site, &[&alice, &bob]);
    // 2028 is a leap year.
    assert_eq!(texts(&alice), [""; 0]);
    site.pass(DAY);
    alice.sign_in("alice");
    assert_eq!(texts(&alice), ["alice remembers", "bob began"]);
    // Today's relations decide.
    alice.press("/unfollow/bob");
    assert_eq!(texts(&alice), ["alice remembers"]);
}

#[test]
fn only_what_may_be_seen_comes_back() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let (gone, stays) = (bob.write("gone"), bob.write("stays"));
    a_year_later(&site, &[&alice, &bob]);
    assert_eq!(texts(&alice), ["stays", "gone"]);
    bob.press(&format!("/post/{gone}/delete"));
    assert_eq!(texts(&alice), ["stays"]);
    assert!(!alice.get("/").words().contains("bob: gone"));
    alice.press("/mute/bob");
    assert_eq!(texts(&alice), [""; 0]);
    assert!(!alice.get("/").has("On this day"));
    alice.press("/unmute/bob");
    let form = [
        ("kind", "post"),
        ("value", &stays),
        ("for", "2h"),
        ("where", "home"),
    ];
    assert_eq!(alice.post("/hide", &form).status, 303);
    assert!(!alice.get("/").has("On this day"));
    site.pass(HOUR * 2);
    assert!(alice.get("/").words().contains("bob: stays"));
    assert_eq!(bob.edit(&stays, "stayed").status, 303);
    assert_eq!(texts(&alice), ["stayed"]);
}

#[test]
fn a_remembered_home_page_does_not_show_the_day_before() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    bob.write("in the evening");
    site.pass(HOUR * 10);
    bob.write("after midnight");
    site.pass(DAY * 364 + HOUR * 14);
    alice.sign_in("alice");
    for _ in 0..2 {
        let home = alice.get_with("/", &GZIP).words();
        assert!(home.contains("bob: in the evening") && !home.contains("bob: after midnight"));
    }
    site.pass(HOUR * 10);
    for _ in 0..2 {
        let home = alice.get_with("/", &GZIP).words();
        assert!(!home.contains("bob: in the evening") && home.contains("bob: after midnight"));
    }
}

#[test]
fn many_posts_of_a_day_have_pages() {
    let site = Site::with(|config| config.feed.page_size = 2);
    let (alice, bob) = site.friends();
    for n in 0..5 {
        bob.write(&format!("post {n}"));
    }
    a_year_later(&site, &[&alice]);
    let pages: Vec<usize> = alice
        .pages("/on-this-day")
        .map(|page| all_between(&page.text, "data-post-id=\"", "\"").len())
        .collect();
    assert_eq!(pages, [2, 2, 1]);
    // The side column has the newest ones.
    let home = alice.get("/");
    assert_eq!(all_between(&home.text, "<p>2026, ", "</p>").len(), 3);
}
