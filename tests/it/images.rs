//! Pictures as they are served: to whom, with which headers, in which parts; and how they go.

use std::time::Duration;

use quartfeed::{
    config::Visibility,
    model::{AltText, ImageId, MediaType, NewRendition, Rendition},
    store::images,
};

use crate::harness::{
    Person, Site, eventually,
    images::{
        get_full, give_avatar, image_path, keep, new_image, row_path, tidy, visit, webp, write_with,
    },
};

const SANDBOX: &str =
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";

const IMMUTABLE: &str = "public, max-age=31536000, immutable";

#[test]
fn a_picture_comes_as_it_was_drawn_in_a_sandbox_of_its_own() {
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
    // And what is no picture keeps the policy of pages, once.
    let missing = alice.get(&row_path(ImageId(5)));
    assert_eq!(missing.status, 404);
    let policy = missing.header("Content-Security-Policy").expect("always");
    assert!(policy.contains("script-src 'self'"), "{policy}");
    assert_eq!(missing.header("Cache-Control"), Some("no-store"));
}

#[test]
fn what_one_has_is_not_sent_again_and_a_part_is_sent_alone() {
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
fn a_picture_is_seen_as_its_post_is_and_kept_as_long_as_that_can_be_taken_back() {
    let mut site = Site::start();
    let (alice, bob) = site.friends();
    let guest = site.visitor();
    let image = keep(&site, &bob, &new_image(1, 1_000));
    let status = |person: &Person| person.get(&row_path(image)).status;
    assert_eq!(
        (status(&bob), status(&alice), status(&guest)),
        (200, 404, 401),
        "not used yet"
    );
    let post = write_with(&site, &bob, "look", &[image]);
    assert_eq!(
        (status(&bob), status(&alice), status(&guest)),
        (200, 200, 401)
    );

    let carol = site.member("carol");
    bob.go_private();
    assert_eq!(
        (status(&alice), status(&carol)),
        (200, 404),
        "a private person's"
    );
    bob.post("/settings/privacy", &[]);
    assert_eq!(status(&carol), 200);
    carol.press("/mute/bob");
    assert_eq!(status(&carol), 200, "one can look at whom one mutes");
    bob.press("/block/carol");
    assert_eq!(status(&carol), 404);

    bob.press(&format!("/post/{post}/delete"));
    assert_eq!((status(&bob), status(&alice)), (404, 404));
    bob.press(&format!("/post/{post}/undelete"));
    assert_eq!(status(&alice), 200);
    bob.press(&format!("/post/{post}/delete"));
    site.pass(Duration::from_mins(11));
    assert_eq!(site.count("images"), 1);
    tidy(&mut site);
    for table in ["images", "renditions", "blobs", "chunks"] {
        assert_eq!(site.count(table), 0, "{table}");
    }
}

#[test]
fn nobody_sees_pictures_of_those_who_are_suspended_or_gone() {
    let mut site = Site::start();
    let admin = site.admin("boss");
    let (alice, bob) = site.friends();
    let image = keep(&site, &bob, &new_image(1, 1_000));
    write_with(&site, &bob, "look", &[image]);
    let avatar = give_avatar(&site, &bob, 1);
    let square = image_path(avatar, Rendition::Avatar(75));
    let statuses = || {
        [
            alice.get(&row_path(image)).status,
            alice.get(&square).status,
        ]
    };
    assert_eq!(statuses(), [200, 200]);
    admin.press("/admin/user/bob/suspend");
    assert_eq!(statuses(), [404, 404]);
    admin.press("/admin/user/bob/reinstate");
    assert_eq!(statuses(), [200, 200]);
    admin.press("/admin/user/bob/delete");
    assert_eq!(statuses(), [404, 404]);
    site.pass(Duration::from_hours(15 * 24));
    tidy(&mut site);
    for table in ["images", "renditions", "blobs", "chunks"] {
        assert_eq!(site.count(table), 0, "{table}");
    }
}

#[test]
fn only_what_everybody_may_see_is_for_everybodys_cache() {
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

#[test]
fn the_same_picture_twice_is_kept_once_and_goes_with_its_last_post() {
    let mut site = Site::start();
    let (alice, bob) = site.friends();
    let [hers, his] = [&alice, &bob].map(|owner| keep(&site, owner, &new_image(1, 100_000)));
    let post = write_with(&site, &alice, "mine", &[hers]);
    let other = write_with(&site, &bob, "mine too", &[his]);
    assert_eq!((site.count("images"), site.count("blobs")), (2, 3));
    alice.press(&format!("/post/{post}/delete"));
    site.pass(Duration::from_mins(11));
    tidy(&mut site);
    assert_eq!((site.count("images"), site.count("blobs")), (1, 3));
    assert!(get_full(&alice, his, &[]).bytes == webp(1, 100_000));
    bob.press(&format!("/post/{other}/delete"));
    site.pass(Duration::from_mins(11));
    tidy(&mut site);
    assert_eq!((site.count("images"), site.count("blobs")), (0, 0));
}

#[test]
fn what_is_never_used_goes_after_a_day_and_the_file_is_small_again() {
    let mut site = Site::start();
    let bob = site.member("bob");
    for seed in 0..5 {
        keep(&site, &bob, &new_image(seed, 2_000_000));
    }
    let used = keep(&site, &bob, &new_image(9, 1_000));
    write_with(&site, &bob, "look", &[used]);
    site.restart();
    let bytes = |site: &Site| std::fs::metadata(site.database()).expect("the file").len();
    assert!(bytes(&site) > 10_000_000);
    site.pass(Duration::from_hours(23));
    tidy(&mut site);
    assert_eq!(site.count("images"), 6);
    site.pass(Duration::from_hours(1));
    tidy(&mut site);
    assert_eq!(site.count("images"), 1);
    eventually("the pages are given back", || {
        let free: i64 = site
            .file()
            .query_row("pragma freelist_count", [], |row| row.get(0))
            .expect("readable");
        free <= 256
    });
    site.restart();
    assert!(bytes(&site) < 2_500_000, "{}", bytes(&site));
    bob.sign_in("bob");
    assert_eq!(get_full(&bob, used, &[]).status, 200);
}

#[test]
fn a_stop_does_not_wait_until_everything_is_tidied() {
    const MANY: i64 = 100_000;
    let mut site = Site::start();
    site.restart_after(|file| {
        file.execute_batch(&format!(
            "begin;
             with recursive n(i) as (select 1 union all select i + 1 from n where i < {MANY})
             insert into blobs (hash, crc, media_type, bytes) select null, 0, 'image/webp', 0 from n;
             commit"
        ))
        .expect("a row each");
    });
    site.stop();
    let left = site.count("blobs");
    assert!(left > 0, "all of it was tidied first");
    assert!(left < MANY, "nothing is tidied at all");
}

#[test]
fn programs_read_where_pictures_are() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let [one, two] = [1, 2].map(|seed| keep(&site, &bob, &new_image(seed, 1_000)));
    let mut moving = new_image(3, 1_000);
    moving.is_moving = true;
    let bytes = webp(4, 3_000);
    moving.renditions.push(NewRendition::new(
        Rendition::Moving,
        1_600,
        1_200,
        MediaType::WebP,
        bytes,
    ));
    let moving = keep(&site, &bob, &moving);
    let post = write_with(&site, &bob, "look", &[two, moving, one]);
    for path in [format!("/api/v1/posts/{post}"), "/api/v1/feed".to_owned()] {
        let page = alice.get(&path).json();
        let found = page["posts"].get(0).unwrap_or(&page);
        let images = found["images"].as_array().expect("a list");
        assert_eq!(images.len(), 3);
        let expected = serde_json::json!({
            "id": two.to_string(),
            "url": format!("/image/{two}/full"),
            "width": 1_600,
            "height": 1_200,
            "alt": "a tomato & a <plate>",
            "moving": false,
            "row": { "url": format!("/image/{two}/row"), "width": 267, "height": 200 },
        });
        assert_eq!(images[0], expected);
        assert_eq!(images[1]["url"], format!("/image/{moving}/moving"));
        assert_eq!(images[1]["moving"], true);
        for image in images {
            for url in [&image["url"], &image["row"]["url"]] {
                assert_eq!(
                    alice.get(url.as_str().expect("an address")).status,
                    200,
                    "{url}"
                );
            }
        }
    }
}

#[test]
fn live_events_carry_pictures() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let mut stream = alice.listen();
    let image = keep(&site, &bob, &new_image(1, 1_000));
    let post = write_with(&site, &bob, "look", &[image]);
    let event = stream.expect("post");
    assert_eq!(event.data["post_id"], post.as_str());
    assert_eq!(
        event.data["post"]["images"][0]["url"],
        format!("/image/{image}/full")
    );
}

#[test]
fn everybody_has_a_picture_for_programs() {
    let site = Site::start();
    let alice = site.member("alice");
    let url = |person: &Person| {
        let me = person.get("/api/v1/me").json();
        me["avatar_url"].as_str().expect("always").to_owned()
    };
    let drawn = url(&alice);
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
    let initials = url(&alice);
    assert!(initials.ends_with("/%D0%90B"), "{initials}");
    assert_eq!(alice.get(&initials).words().trim(), "АB");

    let old = give_avatar(&site, &alice, 1);
    assert_eq!(url(&alice), format!("/image/{old}/avatar-200"));
    let page = alice.get(&url(&alice));
    assert_eq!(
        (page.status, page.header("Content-Type")),
        (200, Some("image/webp"))
    );
    let new = give_avatar(&site, &alice, 2);
    assert_eq!(url(&alice), format!("/image/{new}/avatar-200"));
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
    assert_eq!(url(&alice), initials);
    assert_eq!((site.count("images"), site.count("chunks")), (0, 0));
}

#[test]
fn a_full_quota_is_said_in_words() {
    let site = Site::start();
    let alice = site.member("alice");
    keep(&site, &alice, &new_image(1, 1_000));
    let problem = visit(&site, &alice, |tx, alice| {
        let refused = images::create(
            tx,
            alice.id,
            &new_image(2, 5_000),
            &AltText::default(),
            8_000,
        );
        Ok(refused.expect_err("too much").to_string())
    });
    assert!(
        problem.contains("take 4 kB") && problem.contains("7.9 kB"),
        "{problem}"
    );
    assert_eq!((site.count("images"), site.count("blobs")), (1, 3));
}

#[test]
fn pictures_are_in_the_download_of_ones_data() {
    let site = Site::start();
    let (alice, bob) = site.friends();
    let [one, two, gone, unused] =
        [1, 2, 3, 4].map(|seed| keep(&site, &bob, &new_image(seed, 300_000)));
    let hers = keep(&site, &alice, &new_image(5, 1_000));
    write_with(&site, &alice, "not bob's", &[hers]);
    let post = write_with(&site, &bob, "look", &[two, one]);
    let deleted = write_with(&site, &bob, "away with it", &[gone]);
    bob.press(&format!("/post/{deleted}/delete"));
    let avatar = give_avatar(&site, &bob, 1);
    let settings = bob.get("/settings/data").words();
    assert!(
        settings.contains("Your pictures take 1.2 MB of the 1 GB"),
        "{settings}"
    );

    let page = bob.post("/settings/data/download", &[]);
    assert_eq!(page.status, 200, "{}", page.text);
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&page.bytes)).expect("a ZIP file");
    let mut read = |name: &str| {
        let mut bytes = Vec::new();
        let mut file = archive
            .by_name(name)
            .unwrap_or_else(|_| panic!("no {name}"));
        std::io::Read::read_to_end(&mut file, &mut bytes).expect("its checksum fits");
        (bytes, file.compression() == zip::CompressionMethod::Stored)
    };
    for (seed, image) in [(1, one), (2, two), (4, unused)] {
        assert!(
            read(&format!("pictures/{image}.webp")) == (webp(seed, 300_000), true),
            "{image}"
        );
    }
    assert!(read(&format!("pictures/{avatar}.webp")) == (webp(1, 600), true));
    let data: serde_json::Value = serde_json::from_slice(&read("data.json").0).expect("JSON");
    assert_eq!(data["posts"][0]["id"], post);
    assert_eq!(
        data["posts"][0]["images"][0]["file"],
        format!("pictures/{two}.webp")
    );
    assert_eq!(data["posts"][0]["images"][1]["alt"], "a tomato & a <plate>");
    assert_eq!(
        data["user"]["avatar_file"],
        format!("pictures/{avatar}.webp")
    );
    assert_eq!(data["pictures"].as_array().map(Vec::len), Some(4));
    let index = String::from_utf8(read("index.html").0).expect("UTF-8");
    let shown = format!(
        "<img src=\"pictures/{two}.webp\" width=\"1600\" height=\"1200\" alt=\"a tomato &amp; a &lt;plate&gt;\""
    );
    assert!(index.contains(&shown), "{index}");
    let names = archive.file_names().map(|name| name.expect("UTF-8"));
    assert_eq!(
        names.filter(|name| name.starts_with("pictures/")).count(),
        4
    );
}

#[test]
fn an_admin_sees_what_pictures_take() {
    let site = Site::start();
    let boss = site.admin("boss");
    let bob = site.member("bob");
    keep(&site, &bob, &new_image(1, 500_000));
    let page = boss.get("/admin/user/bob").words();
    assert!(page.contains("489.7 kB of text and pictures"), "{page}");
}
