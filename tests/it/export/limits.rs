//! The conditions of a download, and large archives.

use std::time::{Duration, Instant};

use crate::harness::{Export, Site};

#[test]
fn the_download_needs_a_recent_password_and_a_form_token() {
    let site = Site::start();
    let alice = site.member("alice");
    let stranger = site.visitor().post("/settings/data/download", &[]);
    assert_eq!(stranger.status, 303);
    assert_eq!(
        alice.post_as_is("/settings/data/download", &[], &[]).status,
        403
    );
    site.pass(Duration::from_mins(11));
    let stale = alice.post("/settings/data/download", &[]);
    assert!(stale.location().starts_with("/confirm"), "{}", stale.text);
    assert_ne!(stale.header("content-type"), Some("application/zip"));
    assert_eq!(
        alice.get("/settings/data").status,
        200,
        "reading about it is no danger"
    );
}

/// Exports as many posts as somebody writes in years; `QUARTFEED_TEST_POSTS` sets another number, to measure the time.
#[test]
fn years_of_posts_fit_and_are_cut_into_pages() {
    let posts: i64 = std::env::var("QUARTFEED_TEST_POSTS")
        .ok()
        .and_then(|posts| posts.parse().ok())
        .unwrap_or(1_250);
    let mut site = Site::start();
    site.member("alice");
    site.restart_after(|file| write_posts(file, posts));
    let alice = site.visitor();
    alice.sign_in("alice");
    let started = Instant::now();
    let export = Export::of(&alice);
    eprintln!(
        "{posts} posts: {} KiB in {:?}",
        export.page.bytes.len() / 1024,
        started.elapsed()
    );
    let data = export.data();
    let all = data["posts"].as_array().expect("a list").len();
    assert_eq!(i64::try_from(all), Ok(posts));
    let articles = |name: &str| export.files[name].matches("<article").count();
    assert_eq!(articles("index.html"), 500);
    assert_eq!(articles("posts-2.html"), 500);
    assert!(export.files["index.html"].contains("rel=\"next\" href=\"posts-2.html\""));
    assert!(export.files["posts-2.html"].contains("rel=\"prev\" href=\"index.html\""));
    let last = format!("posts-{}.html", (posts + 499) / 500);
    assert!(!export.files[&last].contains("rel=\"next\""));
    assert!(export.files[&last].contains("Post 1 "));
}

fn write_posts(file: &rusqlite::Connection, posts: i64) {
    file.execute(
        "with recursive numbers (value) as (select 1 union all select value + 1 from numbers where value < ?1)
         insert into posts (id, author_id, message, bump, event_id, created_at)
         select value, 1, 'Post ' || value || ' ' || hex(randomblob(100)), value, value, value from numbers",
        [posts],
    )
    .expect("the posts are new");
}
