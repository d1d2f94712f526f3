//! Archives that people bring in Settings, while the site runs.

use rustix::process::Signal;

use super::{mastodon, posts, tar, texts, zip};
use crate::harness::{
    FRAGMENT, Form, Page, Person, Program, Site, SmallDisk, assert_sound, eventually, left_behind,
    samples::picture,
};

const PAGE: &str = "/settings/import";

/// Sends an archive by the form of the page.
pub(super) fn bring(person: &Person, archive: &[u8]) -> Page {
    let form = Form::default().field("csrf_token", &person.form_token());
    person.send_form(PAGE, form.file("archive", archive))
}

/// Waits until the page has these words, and returns it.
pub(super) fn wait_for(person: &Person, words: &str) -> Page {
    let mut page = None;
    eventually(words, || {
        let shown = person.get(PAGE);
        assert_eq!(shown.status, 200, "{}", shown.text);
        let holds = shown.words().contains(words);
        page = Some(shown);
        holds
    });
    page.expect("it was shown")
}

/// Says that the archive on the page be imported.
pub(super) fn confirm(person: &Person, page: &Page) {
    let archive = crate::harness::between(&page.text, "name=\"archive\" value=\"", "\"");
    let answer = person.post("/settings/import/start", &[("archive", archive)]);
    assert_eq!(answer.status, 303, "{}", answer.text);
}

/// Takes the archive back that the page shows.
fn cancel(person: &Person) {
    let page = person.get(PAGE);
    let archive = crate::harness::between(&page.text, "name=\"archive\" value=\"", "\"");
    let answer = person.post("/settings/import/cancel", &[("archive", archive)]);
    assert_eq!(answer.status, 303, "{}", answer.text);
}

/// Brings an archive, and has it imported to its end.
pub(super) fn import_whole(person: &Person, archive: &[u8]) -> Page {
    let answer = bring(person, archive);
    assert_eq!(
        (answer.status, answer.location()),
        (303, PAGE),
        "{}",
        answer.text
    );
    confirm(person, &wait_for(person, "What would come in"));
    wait_for(person, "Your posts are here")
}

/// Returns an archive of so many public posts, each with a picture that takes its time.
pub(super) fn long_archive(posts: u32) -> Vec<u8> {
    let item = |n: u32| {
        format!(
            "{{\"type\":\"Create\",\"object\":{{\"id\":\"{n}\",\"published\":\"2020-01-01T00:00:00Z\",\
             \"to\":\"as:Public\",\"content\":\"post {n}\",\"attachment\":[{{\"mediaType\":\"image/jpeg\",\
             \"url\":\"/media/1.jpg\"}}]}}}}"
        )
    };
    let items: Vec<_> = (0..posts).map(item).collect();
    let outbox = format!("{{\"orderedItems\":[{}]}}", items.join(","));
    zip(&[
        ("outbox.json", outbox.as_bytes()),
        ("media/1.jpg", &picture("photograph.jpg")),
    ])
}

#[test]
fn an_archive_is_looked_at_first_and_comes_in_when_its_owner_says_so() {
    let site = Site::start();
    let (bob, alice) = (site.member("bob"), site.member("alice"));
    bob.follow(&alice);
    alice.write("written here");
    let mut stream = bob.listen();
    assert_eq!(bring(&alice, &mastodon::archive()).status, 303);
    let page = wait_for(&alice, "What would come in");
    assert!(
        page.words().contains("An archive of Mastodon.")
            && page.words().contains("6 posts would be imported")
            && page
                .words()
                .contains("left out: 1 post to certain people or groups"),
        "{}",
        page.words()
    );
    assert!(!page.has("http-equiv=\"refresh\""), "nothing moves");
    assert_eq!(site.count("posts"), 1);
    confirm(&alice, &page);
    let page = wait_for(&alice, "Your posts are here");
    assert!(
        page.words().contains("6 posts imported") && page.words().contains("1 picture imported"),
        "{}",
        page.words()
    );
    assert!(page.has("type=\"file\""), "another may come");
    assert_eq!(posts(&site, "bob")[1]["created_at"], "2023-01-09T03:04:05Z");
    assert_eq!(texts(&site, "bob")[0], "written here");
    // Nothing of it is told before the next post.
    let next = alice.write("and on");
    assert_eq!(stream.expect("post").data["post_id"], next.as_str());
    assert!(site.left_behind().is_empty());
    let again = import_whole(&alice, &mastodon::archive());
    assert!(
        again.words().contains("0 posts imported")
            && again.words().contains("6 posts already here"),
        "{}",
        again.words()
    );
    // A command knows them as well.
    assert!(super::import(&site, &mastodon::archive()).contains("6 posts already here"));
}

#[test]
fn a_page_without_a_script_loads_again_while_something_moves() {
    let site = Site::start();
    let alice = site.member("alice");
    bring(&alice, &long_archive(60));
    confirm(&alice, &wait_for(&alice, "What would come in"));
    let page = wait_for(&alice, "Your posts are coming in");
    assert!(
        page.has("<noscript><meta http-equiv=\"refresh\" content=\"3\"></noscript>"),
        "{}",
        page.text
    );
    // The script asks for this part alone.
    let part = alice.get_with(PAGE, &[("Accept", FRAGMENT)]).text;
    assert!(part.starts_with("<div") && part.contains("<h2>"), "{part}");
    assert!(page.has("<progress") && page.has("data-progress") && page.has("of 60 posts"));
    // A second archive of the same person has to wait, and is not taken.
    let second = bring(&alice, &mastodon::archive());
    assert_eq!(second.status, 409, "{}", second.text);
    assert!(second.has("You have sent an archive already."));
    // One of somebody else waits for its turn.
    let bob = site.member("bob");
    bring(&bob, &mastodon::archive());
    let waiting = bob.get(PAGE).words();
    assert!(
        waiting.contains("Your archive is waiting")
            && waiting.contains("That of somebody else comes first."),
        "{waiting}"
    );
    // An old page cancels no other archive.
    alice.post("/settings/import/cancel", &[("archive", "1")]);
    cancel(&alice);
    let end = wait_for(&alice, "You cancelled the import");
    assert!(end.words().contains("What had come in stays"));
    let kept = site.count("posts");
    assert!(kept < 60, "{kept}");
    wait_for(&bob, "What would come in");
    cancel(&bob);
    wait_for(&bob, "You cancelled the import");
    assert!(site.left_behind().is_empty());
    // What came in does not come in twice.
    let all = import_whole(&alice, &long_archive(8));
    assert!(all.words().contains("An archive of Mastodon"));
    assert_eq!(site.count("posts"), kept.max(8));
}

#[test]
fn archives_that_harm_are_refused_on_the_page_and_leave_nothing() {
    let site = Site::start();
    let alice = site.member("alice");
    let outbox = b"{\"orderedItems\":[]}".as_slice();
    let whole = zip(&[("outbox.json", outbox)]);
    let zeros = vec![0; 64 << 20];
    for (archive, words) in [
        (b"".to_vec(), "no ZIP file"),
        (b"words".to_vec(), "no ZIP file"),
        (whole[..whole.len() / 2].to_vec(), "no ZIP file"),
        (zip(&[("../outbox.json", outbox)]), "a name outside of it"),
        (zip(&[("words.txt", b"hello")]), "no archive of QuartFeed"),
        (
            tar(&[("outbox.json", outbox), ("media/1.png", &zeros)]),
            "larger than any real one",
        ),
        (
            zip(&[("site.json", b"{}"), ("people.jsonl", b"")]),
            "the archive of a whole site, which its operator imports",
        ),
    ] {
        assert_eq!(bring(&alice, &archive).status, 303, "{words}");
        let page = wait_for(&alice, "The import did not work");
        assert!(page.words().contains(words), "{words}: {}", page.words());
        assert!(site.left_behind().is_empty(), "{words}");
    }
    // One that breaks off keeps what was read.
    let item = "{\"type\":\"Create\",\"object\":{\"id\":\"1\",\"published\":\"2020-01-01T00:00:00Z\",\
                \"to\":\"as:Public\",\"content\":\"kept\"}}";
    let cut = format!("{{\"orderedItems\":[{item},{{\"type\"");
    bring(&alice, &zip(&[("outbox.json", cut.as_bytes())]));
    let page = wait_for(&alice, "It is damaged");
    assert!(page.has("type=\"file\""));
    assert_eq!(site.count("posts"), 0, "it was only looked at");
}

#[test]
fn an_archive_is_taken_from_its_owner_alone_and_with_a_password() {
    let site = Site::with(|config| config.imports.max_archive = 1 << 20);
    let alice = site.member("alice");
    let form = Form::default().file("archive", &mastodon::archive());
    let forged = alice.send_form(PAGE, form);
    assert_eq!(forged.status, 403, "{}", forged.text);
    let nothing = Form::default().field("csrf_token", &alice.form_token());
    let nothing = alice.send_form(PAGE, nothing);
    assert_eq!(nothing.status, 422);
    assert!(nothing.has("This field is required."));
    let large = bring(&alice, &vec![b'x'; 3 << 20]);
    assert_eq!(large.status, 413);
    assert!(
        large.has("An archive may have 1 MB at most. Your upload is 3"),
        "{}",
        large.words()
    );
    site.pass(crate::harness::HOUR);
    let page = alice.get(PAGE);
    assert!(page.has("/confirm?next=/settings/import") && !page.has("type=\"file\""));
    for archive in [mastodon::archive(), vec![b'x'; 400_000]] {
        let answer = bring(&alice, &archive);
        assert_eq!(answer.status, 303);
        assert!(
            answer.location().starts_with("/confirm"),
            "{}",
            answer.location()
        );
    }
    assert_eq!(site.count("import_runs"), 0);
    assert!(site.left_behind().is_empty());
}

#[test]
fn an_archive_that_nobody_confirms_is_deleted_in_an_hour() {
    let site = Site::start();
    let (alice, bob) = (site.member("alice"), site.member("bob"));
    bring(&alice, &mastodon::archive());
    let page = wait_for(&alice, "What would come in");
    site.pass(crate::harness::HOUR);
    alice.log_in("alice", crate::harness::PASSWORD);
    // Nothing wakes the thread: the answer itself comes too late.
    let archive = crate::harness::between(&page.text, "name=\"archive\" value=\"", "\"");
    let late = alice.post("/settings/import/start", &[("archive", archive)]);
    assert_eq!((late.status, late.location()), (303, PAGE));
    let page = alice.get(PAGE).words();
    assert!(page.contains("Your archive was not imported"), "{page}");
    assert!(site.left_behind().is_empty());
    // Its owner may send another at once, and so may others.
    bring(&alice, &mastodon::archive());
    wait_for(&alice, "What would come in");
    site.pass(crate::harness::HOUR);
    bob.log_in("bob", crate::harness::PASSWORD);
    bring(&bob, &mastodon::archive());
    wait_for(&alice, "Your archive was not imported");
    assert_eq!(site.count("posts"), 0);
}

#[test]
fn a_site_may_take_no_archives() {
    let site = Site::with(|config| config.imports.enabled = false);
    let alice = site.member("alice");
    assert!(!alice.get("/settings").has("/settings/import"));
    assert_eq!(alice.get(PAGE).status, 404);
    assert_eq!(bring(&alice, &mastodon::archive()).status, 404);
    assert_eq!(bring(&alice, &vec![b'x'; 400_000]).status, 404);
}

#[test]
fn an_import_that_a_kill_cuts_off_says_so_and_goes_on_without_doubles() {
    let program = Program::start();
    let alice = program.member("alice");
    let archive = long_archive(12);
    bring(&alice, &archive);
    confirm(&alice, &wait_for(&alice, "What would come in"));
    wait_for(&alice, "Your posts are coming in");
    let directory = program.database();
    let directory = directory.parent().expect("a directory");
    let waits = left_behind(directory, &program.pid().to_string());
    assert!(
        !waits.is_empty() && waits.iter().all(|file| file.ends_with("(deleted)")),
        "{waits:?}"
    );
    program.signal(Signal::KILL);
    let (_, directory) = program.ended();
    assert!(left_behind(directory.path(), "self").is_empty());
    assert_sound(&directory.path().join("quartfeed.db"));
    let again = Program::start_in(directory, |_| ());
    let alice = Person::stranger(&again.address);
    alice.sign_in("alice");
    let page = alice.get(PAGE);
    assert!(
        page.words().contains("The import was cut off") && page.has("type=\"file\""),
        "{}",
        page.words()
    );
    import_whole(&alice, &archive);
    let file = assert_sound(&again.database());
    let count = |what: &str| -> i64 {
        file.query_row(&format!("select count(*) from {what}"), [], |row| {
            row.get(0)
        })
        .expect("it can be read")
    };
    assert_eq!((count("posts"), count("images")), (12, 12));
}

#[test]
fn an_import_ends_when_its_owner_leaves() {
    let site = Site::start();
    let (admin, alice) = (site.admin("boss"), site.member("alice"));
    bring(&alice, &long_archive(400));
    confirm(&alice, &wait_for(&alice, "What would come in"));
    wait_for(&alice, "Your posts are coming in");
    admin.press("/admin/user/alice/suspend");
    eventually("it has ended", || {
        site.count("import_runs where ended_at is not null") == 1
    });
    assert!(site.count("posts") < 400);
    assert!(site.left_behind().is_empty());
}

#[test]
fn an_archive_for_which_the_disk_has_no_room_is_refused() {
    let disk = SmallDisk::mount();
    let program = disk.program();
    let alice = program.member("alice");
    let refused = bring(&alice, &vec![b'x'; 400_000]);
    assert_eq!(refused.status, 503, "{}", refused.text);
    assert!(
        refused.has("has no room for an archive of"),
        "{}",
        refused.words()
    );
    // A small one is read, and comes in as little.
    bring(&alice, &mastodon::archive());
    confirm(&alice, &wait_for(&alice, "What would come in"));
    let page = wait_for(&alice, "The import did not work");
    assert!(
        page.words().contains("The disk is nearly full."),
        "{}",
        page.words()
    );
    assert!(
        page.words().contains("0 posts imported"),
        "{}",
        page.words()
    );
}
