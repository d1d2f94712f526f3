//! What other sites show of a link to a page that guests may read.

use quartfeed::{config::Visibility, model::BaseUrl};

use crate::harness::{
    Page, Person, Site, between,
    images::{give_avatar, keep, new_image, write_with},
};

fn public(base_url: &str) -> Site {
    Site::with(|config| {
        config.site.visibility = Visibility::Public;
        config.site.guest_reads = 0;
        config.server.base_url = BaseUrl::parse(base_url);
    })
}

/// Returns a property of the preview, as it stands in the page.
fn tag<'p>(page: &'p Page, name: &str) -> Option<&'p str> {
    let start = format!("=\"{name}\" content=\"");
    page.has(&start).then(|| between(&page.text, &start, "\""))
}

/// Returns whether a page has anything for other sites.
fn is_previewed(page: &Page) -> bool {
    let parts = [
        "og:",
        "twitter:",
        "canonical",
        "name=\"description\"",
        "article:",
    ];
    parts.iter().any(|part| page.has(part))
}

fn see(person: &Person, path: &str) -> Page {
    let page = person.get_moved(path);
    assert_eq!(page.status, 200, "{path}");
    page
}

#[test]
fn a_public_post_has_a_preview_with_its_picture() {
    let site = public("https://pi.example/feed/");
    let alice = site.member("alice");
    alice.post(
        "/profile/edit",
        &[("username", "alice"), ("name", "Alice \"A\" <b>")],
    );
    let text = format!("Tomatoes & <beans>\n\n{}", "grow well ".repeat(40));
    let image = keep(&site, &alice, &new_image(1, 2_000));
    let post = write_with(&site, &alice, &text, &[image]);

    let json = alice.get(&format!("/api/v1/posts/{post}")).json();
    let path = json["url"].as_str().expect("a path");
    let page = see(
        &site.visitor(),
        path.strip_prefix("/feed").expect("under it"),
    );
    let expected = "Alice &quot;A&quot; &lt;b&gt; (@alice)";
    assert_eq!(tag(&page, "og:title"), Some(expected));
    assert_eq!(tag(&page, "og:type"), Some("article"));
    assert_eq!(tag(&page, "og:site_name"), Some("QuartFeed"));
    assert_eq!(tag(&page, "twitter:card"), Some("summary_large_image"));
    let description = tag(&page, "og:description").expect("a description");
    assert!(
        description.starts_with("Tomatoes &amp; &lt;beans&gt; grow well "),
        "{description}"
    );
    assert!(
        description.ends_with("well…") || description.ends_with("grow…"),
        "{description}"
    );
    assert_eq!(tag(&page, "description"), Some(description));

    assert_eq!(
        tag(&page, "article:published_time"),
        json["created_at"].as_str()
    );
    let address = format!("https://pi.example{path}");
    assert_eq!(tag(&page, "og:url"), Some(address.as_str()));
    assert_eq!(
        between(&page.text, "rel=\"canonical\" href=\"", "\""),
        address
    );
    let image = &json["images"][0];
    let address = format!(
        "https://pi.example{}",
        image["url"].as_str().expect("a path")
    );
    assert_eq!(tag(&page, "og:image"), Some(address.as_str()));
    assert_eq!(
        tag(&page, "og:image:width"),
        Some(&*image["width"].to_string())
    );
    assert_eq!(
        tag(&page, "og:image:height"),
        Some(&*image["height"].to_string())
    );
    assert_eq!(
        tag(&page, "og:image:alt"),
        Some("a tomato &amp; a &lt;plate&gt;")
    );
    // A guest gets the picture, too.
    let picture = address
        .strip_prefix("https://pi.example/feed")
        .expect("a path");
    let answer = site.visitor().get(picture);
    assert_eq!(answer.header("content-type"), tag(&page, "og:image:type"));
    assert_eq!(answer.status, 200);
}

#[test]
fn absolute_addresses_come_from_the_configuration_alone() {
    let site = Site::with(|config| config.site.visibility = Visibility::Public);
    let alice = site.member("alice");
    let image = keep(&site, &alice, &new_image(1, 2_000));
    let post = write_with(&site, &alice, "hello", &[image]);
    let page = site.visitor().read(&post);
    assert_eq!(tag(&page, "og:description"), Some("hello"));
    assert_eq!(tag(&page, "twitter:card"), Some("summary"));
    for name in ["og:url", "og:image", "og:image:alt"] {
        assert_eq!(tag(&page, name), None, "{name}");
    }
    assert!(!page.has("canonical"));
}

#[test]
fn people_groups_and_the_site_have_previews() {
    let site = public("https://pi.example");
    let alice = site.member("alice");
    alice.post(
        "/profile/edit",
        &[("username", "alice"), ("bio", "I grow\nbeans")],
    );
    let group = [
        ("name", "garden"),
        ("title", "The garden"),
        ("about", "Beds & bees"),
        ("privacy", "public"),
    ];
    assert_eq!(alice.post("/groups/new", &group).status, 303);
    let posted = alice.post("/post", &[("message", "Who waters?"), ("to", "garden")]);
    assert_eq!(posted.status, 303);
    let guest = site.visitor();

    let profile = see(&guest, "/user/alice");
    assert_eq!(tag(&profile, "og:type"), Some("profile"));
    assert_eq!(tag(&profile, "og:title"), Some("@alice"));
    assert_eq!(tag(&profile, "og:description"), Some("I grow beans"));
    assert_eq!(
        tag(&profile, "og:url"),
        Some("https://pi.example/user/alice")
    );
    assert_eq!(tag(&profile, "og:image"), None);
    let avatar = give_avatar(&site, &alice, 1);
    let address = format!("https://pi.example/image/{avatar}/avatar-400");
    let profile = see(&guest, "/user/alice");
    assert_eq!(tag(&profile, "og:image"), Some(address.as_str()));
    assert_eq!(tag(&profile, "twitter:card"), Some("summary"));

    let garden = see(&guest, "/group/garden");
    assert_eq!(tag(&garden, "og:title"), Some("The garden"));
    assert_eq!(tag(&garden, "og:description"), Some("Beds &amp; bees"));
    let post = garden.posts().remove(0);
    let page = guest.read(&post);
    assert_eq!(tag(&page, "og:description"), Some("Who waters?"));

    let welcome = see(&guest, "/");
    assert_eq!(tag(&welcome, "og:url"), Some("https://pi.example/"));
    let icon = tag(&welcome, "og:image").expect("the site's icon");
    let icon = guest.get(icon.strip_prefix("https://pi.example").expect("a path"));
    assert_eq!(icon.header("content-type"), Some("image/png"));

    // Pages that are not about one thing have none.
    for path in [
        "/login",
        "/groups",
        "/user/alice/followers",
        "/user/alice/activity",
        "/group/garden/members",
    ] {
        assert!(!is_previewed(&see(&guest, path)), "{path}");
    }
}

#[test]
fn nothing_that_is_not_for_guests_has_a_preview() {
    let site = public("https://pi.example");
    let (alice, bob) = site.friends();
    let (shy, open) = (bob.write("among friends"), alice.write("for everybody"));
    let group = [
        ("name", "cellar"),
        ("about", "Secret beds"),
        ("privacy", "private"),
    ];
    assert_eq!(alice.post("/groups/new", &group).status, 303);
    alice.post("/post", &[("message", "in the cellar"), ("to", "cellar")]);
    let cellar = see(&alice, "/group/cellar").posts().remove(0);
    bob.go_private();
    let guest = site.visitor();
    assert!(is_previewed(&guest.read(&open)));

    for path in [
        format!("/post/{shy}"),
        format!("/post/{cellar}"),
        "/user/bob".to_owned(),
        "/group/cellar".to_owned(),
        "/no/such/thing".to_owned(),
    ] {
        let page = guest.get_moved(&path);
        assert!(!is_previewed(&page), "{path}");
        for secret in ["among friends", "in the cellar", "Secret beds"] {
            assert!(!page.has(secret), "{path}: {secret}");
        }
    }
    // What members read is for them, whatever guests may read.
    for path in [
        format!("/post/{shy}"),
        format!("/post/{open}"),
        "/user/alice".to_owned(),
    ] {
        assert!(!is_previewed(&see(&alice, &path)), "{path}");
    }
}

#[test]
fn a_site_for_members_has_no_previews() {
    let site = Site::with(|config| {
        config.site.about = "Our street".into();
        config.server.base_url = BaseUrl::parse("https://pi.example");
    });
    let alice = site.member("alice");
    let post = alice.write("for members");
    let guest = site.visitor();
    for path in ["/", "/login", "/user/alice", &format!("/post/{post}")] {
        assert!(!is_previewed(&guest.get(path)), "{path}");
    }
}
