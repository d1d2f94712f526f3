//! Headers, caching and ranges of images, and the avatars that the site draws itself.

use quartfeed::{
    config::Visibility,
    model::{ImageId, Rendition},
    store::images,
};

use crate::harness::{
    Person, Site,
    images::{
        get_full, give_avatar, image_path, keep, new_image, row_path, visit, webp, write_with,
    },
};

const SANDBOX: &str =
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";

const IMMUTABLE: &str = "public, max-age=31536000, immutable";

#[test]
fn an_image_is_served_as_stored_with_a_sandbox_policy() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let image = keep(&site, &bob, &new_image(1, 300_000));
    write_with(&site, &bob, "look", &[image]);
    let page = get_full(&alice, image, &[]);
    assert_eq!(page.status, 200);
    assert!(page.bytes == webp(1, 300_000));
    for (name, expected) in [
        ("Content-Type", "image/webp"),
        ("Content-Length", "300000"),
        ("X-Content-Type-Options", "nosniff"),
        ("Content-Security-Policy", SANDBOX),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Accept-Ranges", "bytes"),
        ("Cache-Control", "private, no-cache"),
    ] {
        assert_eq!(page.header(name), Some(expected), "{name}");
    }
    let name = format!("inline; filename=\"quartfeed-{image}-full.webp\"");
    assert_eq!(page.header("Content-Disposition"), Some(name.as_str()));
    assert_eq!(
        (page.header("Set-Cookie"), page.header("Vary")),
        (None, None)
    );
    assert_eq!(
        page.header("ETag").map(str::len),
        Some(66),
        "a SHA-256 in quotes"
    );

    let head = alice.ask(
        "HEAD",
        &image_path(image, Rendition::Full),
        &[("Range", "bytes=0-1")],
        None,
    );
    assert_eq!((head.status, head.bytes.len()), (200, 0));
    assert_eq!(head.header("Content-Length"), Some("300000"));
    assert_eq!(head.header("ETag"), page.header("ETag"));
    // A page keeps the policy of pages, once.
    let missing = alice.get(&row_path(ImageId(5)));
    assert_eq!(missing.status, 404);
    let policy = missing.header("Content-Security-Policy").expect("always");
    assert!(policy.contains("script-src 'self'"), "{policy}");
    assert_eq!(missing.header("Cache-Control"), Some("no-store"));
}

#[test]
fn a_cached_image_is_not_sent_again_and_a_range_is_sent_alone() {
    let site = Site::start();
    let alice = site.member("alice");
    let image = keep(&site, &alice, &new_image(1, 200_000));
    let whole = webp(1, 200_000);
    let tag = get_full(&alice, image, &[])
        .header("ETag")
        .expect("a tag")
        .to_owned();
    for known in [tag.as_str(), "*", &format!("\"x\", W/{tag}")] {
        let page = get_full(
            &alice,
            image,
            &[("If-None-Match", known), ("Range", "bytes=0-1")],
        );
        assert_eq!((page.status, page.bytes.len()), (304, 0), "{known}");
        assert_eq!(page.header("ETag"), Some(tag.as_str()));
        assert_eq!(page.header("Cache-Control"), Some("private, no-cache"));
        assert_eq!(page.header("Set-Cookie"), None);
    }
    assert_eq!(
        get_full(&alice, image, &[("If-None-Match", "\"x\"")]).status,
        200
    );

    for (range, from, to) in [
        ("bytes=0-0", 0, 1),
        ("bytes=65535-65536", 65_535, 65_537),
        ("bytes=100000-", 100_000, 200_000),
        ("bytes=-65536", 134_464, 200_000),
        ("bytes=199999-300000", 199_999, 200_000),
    ] {
        let page = get_full(&alice, image, &[("Range", range), ("If-Range", &tag)]);
        assert_eq!(page.status, 206, "{range}");
        assert!(page.bytes == whole[from..to], "{range}");
        let shown = format!("bytes {from}-{}/200000", to - 1);
        assert_eq!(page.header("Content-Range"), Some(shown.as_str()));
        assert_eq!(page.header("Content-Type"), Some("image/webp"));
    }
    for outside in ["bytes=200000-", "bytes=-0"] {
        let page = get_full(&alice, image, &[("Range", outside)]);
        assert_eq!((page.status, page.bytes.len()), (416, 0), "{outside}");
        assert_eq!(page.header("Content-Range"), Some("bytes */200000"));
        assert_eq!(page.header("Cache-Control"), Some("no-store"));
    }
    for ignored in ["bytes=0-1,5-6", "bytes=2-1", "lines=1-2", "bytes=x"] {
        let page = get_full(&alice, image, &[("Range", ignored)]);
        assert_eq!((page.status, page.bytes.len()), (200, 200_000), "{ignored}");
    }
    let other = get_full(
        &alice,
        image,
        &[("Range", "bytes=0-1"), ("If-Range", "\"x\"")],
    );
    assert_eq!((other.status, other.bytes.len()), (200, 200_000));
}

#[test]
fn only_public_images_may_be_cached_by_everybody() {
    let site = Site::with(|config| config.site.visibility = Visibility::Public);
    let (alice, bob) = site.friends();
    let guest = site.visitor();
    let [image, unused] = [1, 2].map(|seed| keep(&site, &bob, &new_image(seed, 1_000)));
    write_with(&site, &bob, "look", &[image]);
    let avatar = give_avatar(&site, &bob, 1);
    let square = image_path(avatar, Rendition::Avatar(100));
    let keeps = |person: &Person, path: &str| {
        let page = person.get(path);
        assert_eq!(page.header("Set-Cookie"), None);
        let control = page.header("Cache-Control").expect("always").to_owned();
        (page.status, control)
    };
    let public = (200, IMMUTABLE.to_owned());
    for person in [&guest, &alice, &bob] {
        assert_eq!(keeps(person, &row_path(image)), public);
        assert_eq!(keeps(person, &square), public);
    }
    let ask_again = (200, "private, no-cache".to_owned());
    assert_eq!(keeps(&bob, &row_path(unused)), ask_again);
    bob.go_private();
    for path in [&row_path(image), &square] {
        assert_eq!(keeps(&guest, path), (404, "no-store".to_owned()));
    }
    assert_eq!(keeps(&alice, &row_path(image)), ask_again);
    assert_eq!(
        keeps(&alice, &square),
        (200, "private, max-age=86400".to_owned())
    );
}

/// Returns the address of a person's avatar, as programs are told.
fn avatar_url(person: &Person) -> String {
    let me = person.get("/api/v1/me").json();
    me["avatar_url"].as_str().expect("always").to_owned()
}

#[test]
fn everybody_has_a_drawn_avatar() {
    let site = Site::start();
    let alice = site.member("alice");
    let drawn = avatar_url(&alice);
    assert!(
        drawn.starts_with("/avatar/") && drawn.ends_with("/A"),
        "{drawn}"
    );
    let page = site.visitor().get(&drawn);
    assert_eq!(page.status, 200);
    for (name, expected) in [
        ("Content-Type", "image/svg+xml"),
        ("Content-Security-Policy", SANDBOX),
        ("X-Content-Type-Options", "nosniff"),
        ("Cache-Control", IMMUTABLE),
    ] {
        assert_eq!(page.header(name), Some(expected), "{name}");
    }
    assert!(
        page.text.starts_with("<svg ") && page.words().trim() == "A",
        "{}",
        page.text
    );
    for wrong in [
        "/avatar/12/A",
        "/avatar/0/ABC",
        "/avatar/0/%3Cscript%3E",
        "/avatar/x/A",
        "/avatar/01/A",
    ] {
        assert_eq!(alice.get(wrong).status, 404, "{wrong}");
    }
    alice.post(
        "/profile/edit",
        &[("username", "alice"), ("name", "Анна К <b>"), ("bio", "")],
    );
    let initials = avatar_url(&alice);
    assert!(initials.ends_with("/%D0%90B"), "{initials}");
    assert_eq!(alice.get(&initials).words().trim(), "АB");
}

#[test]
fn an_own_avatar_takes_the_place_of_the_drawn_one() {
    let site = Site::start();
    let alice = site.member("alice");
    let initials = avatar_url(&alice);
    let old = give_avatar(&site, &alice, 1);
    assert_eq!(avatar_url(&alice), format!("/image/{old}/avatar-200"));
    let page = alice.get(&avatar_url(&alice));
    assert_eq!(
        (page.status, page.header("Content-Type")),
        (200, Some("image/webp"))
    );
    let new = give_avatar(&site, &alice, 2);
    assert_eq!(avatar_url(&alice), format!("/image/{new}/avatar-200"));
    assert_eq!(
        alice.get(&image_path(old, Rendition::Avatar(200))).status,
        404,
        "it went at once"
    );
    assert_eq!(site.count("blobs"), 6);
    let removed = visit(&site, &alice, |tx, alice| {
        images::delete_avatar(tx, alice.id)
    });
    assert!(removed);
    assert_eq!(avatar_url(&alice), initials);
    assert_eq!((site.count("images"), site.count("chunks")), (0, 0));
}
