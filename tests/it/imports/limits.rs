//! The limits of an import from Settings, which the command does not have.

use quartfeed::{
    config::Config,
    imports::{ArchiveImporter, ImportRules},
    model::{ImportReport, Timestamp, UserId},
    pictures::ImageQueue,
    store::Visit,
};

use super::{
    mastodon,
    settings::{bring, confirm, long_archive, wait_for},
};
use crate::harness::{PROGRAM, Site, eventually, pictures::sent};

#[test]
fn an_import_that_takes_hours_is_for_the_operator() {
    let site = Site::start();
    let alice = site.member("alice");
    bring(&alice, &long_archive(400));
    confirm(&alice, &wait_for(&alice, "What would come in"));
    wait_for(&alice, "Your posts are coming in");
    // The page says so a moment before the two hours begin.
    eventually("a post", || site.count("posts") > 0);
    site.pass(2 * crate::harness::HOUR);
    let page = wait_for(&alice, "The import did not work");
    assert!(
        page.words().contains("It took more than two hours"),
        "{}",
        page.words()
    );
    assert!(site.count("posts") < 400);
}

#[test]
fn an_archive_of_more_than_is_allowed_is_for_the_operator() {
    let site = Site::start();
    site.member("alice");
    let mut config = Config::default();
    config.database.path = site.database();
    let now = Timestamp(site.now());
    let mut visit = Visit::open(&config.database, 10_000, now, false).expect("the site's file");
    let queue = ImageQueue::open(PROGRAM.into()).expect("a thread");
    let rules = ImportRules::of(&config);
    let list = b"Account address,Show boosts\na@b.example,true\nc@d.example,true\n";
    for (rules, archive, words) in [
        (
            ImportRules {
                text_bytes_max: 30,
                ..rules.clone()
            },
            mastodon::archive(),
            "more than 30 bytes of text",
        ),
        (
            ImportRules {
                things_max: 1,
                ..rules.clone()
            },
            mastodon::archive(),
            "more than 1 posts and other things",
        ),
        (
            ImportRules {
                followed_max: 1,
                ..rules.clone()
            },
            list.to_vec(),
            "more than 1 people in its list",
        ),
    ] {
        let mut report = ImportReport::default();
        let ended = ArchiveImporter {
            site: &mut visit,
            user: None,
            now,
            rules: ImportRules {
                is_dry: true,
                ..rules
            },
            queue: &queue,
            progress: &mut |_| (),
        }
        .import_for(UserId(1), sent(&archive), &mut report);
        let why = ended.expect_err("it is too long").to_string();
        assert!(
            why.contains(words) && why.contains("`quartfeed import`"),
            "{why}"
        );
    }
}
