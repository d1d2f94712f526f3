//! Things that every page has: headers, assets, compression, the theme, the base path.

use std::io::Read;

use quartfeed::model::BaseUrl;

use crate::harness::{PASSWORD, Page, Person, Site, all_between, between, exchange};

const HEADERS: &[(&str, &str)] = &[
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=()"),
];

#[test]
fn every_answer_carries_the_security_headers() {
    let site = Site::start();
    let alice = site.member("alice");
    let asset = between(&alice.get("/").text, "stylesheet\" href=\"", "\"").to_owned();
    for path in [
        "/",
        "/login",
        "/user/alice",
        "/no/such/thing",
        "/feed",
        "/post",
    ] {
        let page = alice.get(path);
        for (name, value) in HEADERS {
            assert!(
                page.header(name)
                    .is_some_and(|found| found.starts_with(value)),
                "{path}: {name}"
            );
        }
        assert_eq!(page.header("server"), None);
    }
    assert_eq!(alice.get("/").header("cache-control"), Some("no-store"));
    // A style sheet loads nothing of its own.
    let style = alice.get(&asset);
    for (name, value) in HEADERS {
        let value = if *name == "content-security-policy" {
            "default-src 'none'"
        } else {
            value
        };
        let found = style.header(name).expect(name);
        assert!(found.starts_with(value), "{name}: {found}");
    }
}

#[test]
fn assets_never_change_and_are_small() {
    let site = Site::start();
    let visitor = site.visitor();
    let page = visitor.get("/").text;
    let style = between(&page, "stylesheet\" href=\"", "\"");
    let script = between(&page, "script type=\"module\" src=\"", "\"");
    // The page loads these when somebody looks at a picture, or writes.
    let later = |name| script.replace("app.js", name);
    for (url, gzip_bytes_max) in [
        (style, 8_000),
        (script, 10_000),
        (&later("lightbox.js"), 2_000),
        (&later("pictures.js"), 3_000),
        (&later("seen.js"), 3_000),
        (&later("marks.js"), 1_000),
        (&later("progress.js"), 1_000),
        (&later("to.js"), 1_500),
        (&later("linked.js"), 1_000),
        (&later("offline.js"), 1_000),
        (&later("sw.js"), 1_000),
    ] {
        let plain = visitor.get_with(url, &[("Accept-Encoding", "identity")]);
        assert_eq!(
            plain.header("cache-control"),
            Some("public, max-age=31536000, immutable")
        );
        assert_eq!(plain.header("content-encoding"), None);
        let head = format!(
            "GET {url} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n"
        );
        let zipped = raw(&visitor, &head);
        let end = zipped
            .windows(4)
            .position(|w| w == b"\r\n\r\n")
            .expect("a head")
            + 4;
        let body = &zipped[end..];
        assert!(body.len() < gzip_bytes_max, "{url}: {} bytes", body.len());
        let mut unzipped = String::new();
        flate2::read::GzDecoder::new(body)
            .read_to_string(&mut unzipped)
            .expect("gzip");
        assert_eq!(unzipped, plain.text);
        let other_hash = url.replacen("/assets/", "/assets/0", 1);
        assert_eq!(visitor.get(&other_hash).status, 404);
    }
    for hostile in [
        "/assets/x/../../Cargo.toml",
        "/assets/x/..%2f..%2fCargo.toml",
        "/assets/x/app.js.gz",
    ] {
        assert_eq!(visitor.get(hostile).status, 404);
    }
}

#[test]
fn large_pages_are_compressed_and_small_ones_are_not() {
    let site = Site::start();
    let alice = site.member("alice");
    let head = |path: &str| {
        format!(
            "GET {path} HTTP/1.1\r\nHost: x\r\nCookie: {}\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n",
            alice.cookies()
        )
    };
    let answer = raw(&alice, &head("/"));
    let end = answer
        .windows(4)
        .position(|w| w == b"\r\n\r\n")
        .expect("a head")
        + 4;
    let mut page = String::new();
    flate2::read::GzDecoder::new(&answer[end..])
        .read_to_string(&mut page)
        .expect("gzip");
    assert!(page.ends_with("</html>"));
    let refused = raw(&alice, &head("/assets/x/y"));
    assert!(!String::from_utf8_lossy(&refused).contains("Content-Encoding"));
}

#[test]
fn json_is_compressed_and_its_tag_is_that_of_the_compressed_bytes() {
    let site = Site::start();
    let alice = site.member("alice");
    for n in 0..5 {
        alice.write(&format!("{n}: {}", "the same words ".repeat(50)));
    }
    let plain = alice.get_with("/api/v1/feed", &[("Accept-Encoding", "identity")]);
    let ask = |more: &str| {
        let head = format!(
            "GET /api/v1/feed HTTP/1.1\r\nHost: x\r\nCookie: {}\r\nAccept-Encoding: gzip\r\n{more}Connection: close\r\n\r\n",
            alice.cookies()
        );
        let answer = raw(&alice, &head);
        let end = answer
            .windows(4)
            .position(|w| w == b"\r\n\r\n")
            .expect("a head")
            + 4;
        let head = String::from_utf8_lossy(&answer[..end]).into_owned();
        (head, answer[end..].to_vec())
    };
    let (head, body) = ask("");
    assert!(
        head.contains("Content-Encoding: gzip") && head.contains("Vary: Accept-Encoding"),
        "{head}"
    );
    assert!(body.len() * 4 < plain.text.len(), "{} bytes", body.len());
    let mut text = String::new();
    flate2::read::GzDecoder::new(body.as_slice())
        .read_to_string(&mut text)
        .expect("gzip");
    assert_eq!(text, plain.text);
    let tag = between(&head, "ETag: ", "\r\n").to_owned();
    assert_ne!(Some(tag.as_str()), plain.header("etag"));
    for tag in [tag.as_str(), plain.header("etag").expect("a tag")] {
        let (head, body) = ask(&format!("If-None-Match: {tag}\r\n"));
        assert!(
            head.starts_with("HTTP/1.1 304") && body.is_empty(),
            "{head}"
        );
        assert!(head.contains(&format!("ETag: {tag}\r\n")), "{head}");
    }
}

#[test]
fn head_answers_like_get_without_a_body() {
    let site = Site::start();
    let visitor = site.visitor();
    let answer = raw(
        &visitor,
        "HEAD /login HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    );
    let text = String::from_utf8(answer).expect("a head is ASCII");
    assert!(
        text.starts_with("HTTP/1.1 200") && text.ends_with("\r\n\r\n"),
        "{text}"
    );
}

#[test]
fn the_theme_is_drawn_by_the_server() {
    let site = Site::start();
    let visitor = site.visitor();
    assert!(visitor.get("/login").has("data-theme=\"system\""));
    let answer = visitor.post("/theme", &[("theme", "dark"), ("next", "/login")]);
    assert_eq!((answer.status, answer.location()), (303, "/login"));
    assert!(visitor.get("/login").has("data-theme=\"dark\""));
    assert_eq!(visitor.post("/theme", &[("theme", "pink")]).status, 400);
}

#[test]
fn errors_keep_the_navigation() {
    let site = Site::start();
    let page = site.member("alice").get("/no/such/thing");
    assert_eq!(page.status, 404);
    assert!(page.has("<nav") && page.has("Sign out") && page.has("There is nothing here."));
}

#[test]
fn a_foreign_host_is_refused() {
    let site = Site::start();
    let visitor = site.visitor();
    let status = |host: &str| {
        let answer = raw(
            &visitor,
            &format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"),
        );
        String::from_utf8_lossy(&answer)
            .split(' ')
            .nth(1)
            .expect("a status")
            .to_owned()
    };
    for own in [
        "localhost:5000",
        "127.0.0.1",
        "pi",
        "pi.local:5000",
        "[::1]:5000",
        "192.168.1.5",
    ] {
        assert_eq!(status(own), "200", "{own}");
    }
    for foreign in [
        "evil.example",
        "evil.example:5000",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "[evil.example]",
    ] {
        assert_eq!(status(foreign), "421", "{foreign}");
    }
}

#[test]
fn a_slash_too_many_leads_to_the_page() {
    let site = Site::start();
    let alice = site.member("alice");
    let id = alice.write("hello");
    let visitor = site.visitor();
    for (person, path, expected) in [
        (&alice, format!("/post/{id}/"), format!("/post/{id}")),
        (
            &alice,
            "/user/alice/?tab=x".to_owned(),
            "/user/alice?tab=x".to_owned(),
        ),
        (&visitor, "/login/".to_owned(), "/login".to_owned()),
    ] {
        let answer = person.get(&path);
        assert_eq!(
            (answer.status, answer.location()),
            (301, expected.as_str()),
            "{path}"
        );
    }
    for path in ["/nothing/", "/post//", "/api/v1/me/", "/assets/"] {
        assert_ne!(alice.get(path).status, 301, "{path}");
    }
}

/// Starts a site that lives under a path.
fn under_a_base() -> Site {
    Site::with(|config| config.server.base_url = BaseUrl::parse("http://pi.example/feed/"))
}

/// Returns all addresses on a page, and which of them are to be visited.
fn links(page: &Page) -> Vec<(&str, bool)> {
    let mut links = Vec::new();
    for (attribute, is_visited) in [
        ("href", true),
        ("src", true),
        ("action", false),
        ("data-stream", false),
        ("data-feed", false),
        ("name=\"next\" value", false),
    ] {
        let found = all_between(&page.text, &format!("{attribute}=\""), "\"");
        links.extend(found.into_iter().map(|link| (link, is_visited)));
    }
    links.retain(|(link, _)| !link.starts_with('#'));
    links
}

#[test]
fn every_link_of_a_site_stays_under_its_base() {
    let site = under_a_base();
    let (alice, bob) = site.friends();
    bob.write("hello from below");
    let mut to_visit = vec!["/".to_owned()];
    let mut visited = Vec::new();
    while let Some(path) = to_visit.pop() {
        if visited.contains(&path) {
            continue;
        }
        let page = alice.get(&path);
        assert!([200, 301].contains(&page.status), "{path}: {}", page.status);
        for (link, is_visited) in links(&page) {
            // The help names other programs.
            if path.starts_with("/help/") && link.starts_with("https://") {
                continue;
            }
            // Feeds for other programs have whole addresses.
            let inside = link.strip_prefix("http://pi.example").unwrap_or(link);
            let inside = inside
                .strip_prefix("/feed")
                .unwrap_or_else(|| panic!("{path} leads to {link}"));
            if is_visited {
                to_visit.push(inside.to_owned());
            }
        }
        visited.push(path);
    }
    assert!(visited.len() >= 7, "{visited:?}");
    assert!(alice.cookies().contains("quartfeed="));
}

#[test]
fn events_and_redirects_stay_under_the_base() {
    let site = under_a_base();
    let (alice, bob) = site.friends();
    let mut stream = alice.listen();
    bob.write("live from below");
    let event = stream.expect("post");
    assert!(event.html().contains("href=\"/feed/user/bob\""));
    let visitor = site.visitor();
    assert_eq!(
        visitor.get("/user/bob").location(),
        "/feed/login?next=%2Ffeed%2Fuser%2Fbob"
    );
    let answer = visitor.post(
        "/login",
        &[
            ("username", "bob"),
            ("password", PASSWORD),
            ("next", "/feed/user/bob"),
        ],
    );
    assert_eq!(answer.location(), "/feed/user/bob");
    assert!(
        answer
            .header("set-cookie")
            .expect("a cookie")
            .ends_with("Path=/feed/")
    );
    let elsewhere = visitor.post(
        "/login",
        &[
            ("username", "bob"),
            ("password", PASSWORD),
            ("next", "/elsewhere"),
        ],
    );
    assert_eq!(elsewhere.location(), "/feed/");
}

#[test]
fn cookies_and_headers_are_strict_over_https() {
    let site = Site::with(|config| config.server.base_url = BaseUrl::parse("https://pi.example"));
    let page = site.visitor().get_with("/login", &[("Host", "pi.example")]);
    let cookie = page.header("set-cookie").expect("the visitor's");
    assert!(
        cookie.starts_with("__Host-quartfeed_visitor=") && cookie.contains("; Secure; Path=/"),
        "{cookie}"
    );
    assert_eq!(
        page.header("strict-transport-security"),
        Some("max-age=31536000")
    );
    assert_eq!(
        page.header("cross-origin-opener-policy"),
        Some("same-origin")
    );
}

/// Sends one raw request, and returns all that comes back.
fn raw(person: &Person, request: &str) -> Vec<u8> {
    exchange(person.address(), request.as_bytes())
}
