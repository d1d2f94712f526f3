//! One site, many ways in: other names of its host, a base with or without its slash, proxies that change `Host`, two
//! sign-in pages at once.

use quartfeed::model::BaseUrl;

use crate::harness::{FRAGMENT, PASSWORD, Person, Site, between};

fn site_at(url: &'static str) -> Site {
    Site::with(move |config| config.server.base_url = BaseUrl::parse(url))
}

fn status(person: &Person, host: &str) -> u16 {
    person.get_with("/login", &[("Host", host)]).status
}

#[test]
fn a_host_may_have_its_port_and_its_last_dot() {
    let site = site_at("https://pi.example/");
    let visitor = site.visitor();
    for host in [
        "pi.example",
        "PI.example:443",
        "pi.example.",
        "localhost",
        "localhost.",
        "127.0.0.1:5000",
    ] {
        assert_eq!(status(&visitor, host), 200, "{host}");
    }
    for host in [
        "pi.example:8443",
        "pi.example:80",
        "other.example",
        "quartfeed:5000",
    ] {
        assert_eq!(status(&visitor, host), 421, "{host}");
    }
    let site = Site::start();
    let visitor = site.visitor();
    for host in ["pi.local.", "pi.local.:5000", "pi."] {
        assert_eq!(status(&visitor, host), 200, "{host}");
    }
}

#[test]
fn a_form_works_at_a_name_with_its_last_dot() {
    let site = Site::start();
    site.member("alice");
    let form = [("username", "alice"), ("password", PASSWORD)];
    let headers = [
        ("Host", "pi.local.:5000"),
        ("Origin", "http://pi.local.:5000"),
    ];
    assert_eq!(
        site.visitor().post_with("/login", &form, &headers).status,
        303
    );
}

/// A proxy that passes its own address on as `Host` makes every form look like one of another site.
#[test]
fn a_form_behind_a_proxy_that_changes_the_host_says_what_to_do() {
    let site = Site::start();
    let form = [("username", "alice"), ("password", PASSWORD)];
    let headers = [("Origin", "http://pi.local")];
    for _ in 0..2 {
        let answer = site.visitor().post_with("/login", &form, &headers);
        assert_eq!(answer.status, 403);
        assert!(
            answer.has("proxy_set_header Host $http_host"),
            "{}",
            answer.text
        );
        assert!(answer.has("http://pi.local/"));
    }
    assert_eq!(
        site.log().matches("proxy_set_header").count(),
        1,
        "once is enough"
    );
    // Browsers that know it to be another site need no advice.
    let headers = [
        ("Origin", "https://evil.example"),
        ("Sec-Fetch-Site", "cross-site"),
    ];
    let answer = site.visitor().post_with("/login", &form, &headers);
    assert!(answer.status == 403 && !answer.has("proxy_set_header"));
}

/// Browsers do not keep the cookies of a site on https when they reach it by http.
#[test]
fn a_form_on_http_of_a_site_on_https_says_where_the_site_is() {
    let site = site_at("https://pi.example/");
    let stranger = Person::stranger(site.visitor().address());
    let token = between(
        &stranger.get("/login").text,
        "name=\"csrf_token\" value=\"",
        "\"",
    )
    .to_owned();
    let origin = format!("http://{}", stranger.address());
    // Another stranger: the cookie of the page was not kept.
    let other = Person::stranger(stranger.address());
    let form = [
        ("username", "alice"),
        ("password", PASSWORD),
        ("csrf_token", token.as_str()),
    ];
    let answer = other.post_as_is("/login", &form, &[("Origin", &origin)]);
    assert_eq!(answer.status, 421);
    assert!(
        answer.has("This site is https://pi.example"),
        "{}",
        answer.text
    );
}

#[test]
fn of_two_sign_in_pages_at_once_both_work() {
    let site = Site::start();
    site.member("alice");
    let token = |person: &Person| {
        between(
            &person.get("/login").text,
            "name=\"csrf_token\" value=\"",
            "\"",
        )
        .to_owned()
    };
    let first = token(&site.visitor());
    let browser = site.visitor();
    token(&browser);
    let form = [
        ("username", "alice"),
        ("password", PASSWORD),
        ("csrf_token", first.as_str()),
    ];
    let answer = browser.post_as_is("/login", &form, &[]);
    assert_eq!(
        answer.status, 403,
        "nothing says that a page of this site sent it"
    );
    let answer = browser.post_as_is("/login", &form, &[("Sec-Fetch-Site", "same-origin")]);
    assert_eq!((answer.status, answer.location()), (303, "/"));
    // Once somebody is signed in, only the token counts.
    let form = [("message", "x"), ("csrf_token", first.as_str())];
    let answer = browser.post_as_is("/post", &form, &[("Sec-Fetch-Site", "same-origin")]);
    assert_eq!(answer.status, 403);
}

#[test]
fn a_base_without_its_slash_leads_to_the_site() {
    let site = site_at("http://pi.example/feed/");
    let visitor = Person::stranger(site.visitor().address());
    let answer = visitor.get("/feed");
    assert_eq!((answer.status, answer.location()), (301, "/feed/"));
    assert_eq!(visitor.get("/feed?x=1").status, 301);
    assert_eq!(visitor.get("/feed/").status, 200);
}

/// A proxy may remove the base before it asks, also if the base is the name of a route.
#[test]
fn a_base_may_be_removed_on_the_way_whatever_its_name() {
    for (url, base) in [
        ("http://pi.example/feed/", "/feed"),
        ("http://pi.example/user/", "/user"),
        ("http://pi.example/settings/", "/settings"),
        ("http://pi.example/api/", "/api"),
        ("http://pi.example/post/", "/post"),
    ] {
        let site = site_at(url);
        let alice = site.member("alice");
        let post = alice.write("hello");
        // The paths as the proxy asks for them, without the base.
        let stripped = Person::stranger(alice.address()).saying("Cookie", &alice.cookies());
        let page = format!("http://pi.example{base}/people");
        let stripped = stripped.saying("Referer", &page);
        for person in [&stripped, &alice] {
            assert_eq!(person.get("/").posts(), [post.as_str()], "{base}");
            assert_eq!(person.get("/user/alice").status, 200, "{base}");
            assert_eq!(person.get("/settings").status, 200, "{base}");
            assert_eq!(person.get("/settings/account").status, 200, "{base}");
            assert_eq!(person.get("/api/v1/me").status, 200, "{base}");
            let river = person.get_with("/feed", &[("Accept", FRAGMENT)]);
            assert!(
                river.has("data-last-event-id") && !river.has("<html"),
                "{base}"
            );
            let written =
                person.post_with("/post", &[("message", "again")], &[("Accept", FRAGMENT)]);
            assert_eq!(written.status, 201, "{base}: {}", written.text);
            let id = between(&written.text, "data-post-id=\"", "\"").to_owned();
            person.press(&format!("/post/{id}/delete"));
        }
    }
}
