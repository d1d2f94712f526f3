//! Feeds of other sites that become posts here.

mod imaginary;
mod importing;
mod refusals;
mod web;

use crate::harness::{MINUTE, Person, SECOND, Site, between, eventually};
use quartfeed::config::{AddressRange, Config};
use web::OtherSite;

/// Lets a site read feeds from this machine, where the other sites of these tests are.
fn reads_feeds(config: &mut Config) {
    config.feeds_in.enabled = true;
    config.feeds_in.allowed_addresses = vec![AddressRange::parse("127.0.0.0/8").expect("a range")];
}

fn importing() -> (Site, OtherSite) {
    (Site::with(reads_feeds), OtherSite::start())
}

/// Imports a feed, and waits until it was read for the first time.
fn import(person: &Person, url: &str) {
    let added = person.post("/settings/sources", &[("url", url)]);
    assert_eq!(added.status, 303, "{}", added.text);
    eventually("the feed is read", || {
        !person.get("/settings/sources").has("Waiting to be read")
    });
}

/// Reads all feeds of a person again, and waits until the other site was asked.
fn read_again(site: &Site, person: &Person, other: &OtherSite) {
    site.pass(MINUTE + SECOND);
    let (asked, now) = (other.requests().len(), site.now());
    let page = person.get("/settings/sources").text;
    let forms = page.split("/settings/sources/").skip(1);
    let ids: Vec<&str> = forms
        .filter_map(|form| form.split_once("/read\""))
        .map(|(id, _)| id)
        .filter(|id| id.parse::<i64>().is_ok())
        .collect();
    for id in &ids {
        person.press(&format!("/settings/sources/{id}/read"));
    }
    eventually("the other site is asked", || {
        let tried = site.number("select min(coalesce(tried_at, 0)) from sources");
        other.requests().len() >= asked + ids.len() && tried >= now
    });
}

/// Removes the only source of a person.
fn remove(person: &Person) {
    let page = person.get("/settings/sources").text;
    let id = between(&page, "/settings/sources/", "/remove\"");
    let id = id.rsplit('/').next().expect("an id");
    person.press(&format!("/settings/sources/{id}/remove"));
}

/// Returns the texts of somebody's posts as lines, the oldest first.
fn texts(reader: &Person, path: &str) -> Vec<String> {
    let page = reader.get(path).text;
    let lines = page
        .lines()
        .map(|line| line.split('\t').nth(3).unwrap_or_default());
    lines.map(str::to_owned).collect()
}
