//! Webhooks: new posts and comments that are sent to other addresses.

mod failures;
mod groups;
mod pages;
mod queue;
mod receiver;
mod sending;

use quartfeed::config::{AddressRange, Config};
use receiver::Receiver;

use crate::harness::{Page, Person, Site, between, eventually};

const PAGE: &str = "/settings/webhooks";

/// Lets a site send to this machine, where the receivers of these tests are.
fn sends_webhooks(config: &mut Config) {
    config.webhooks.enabled = true;
    config.webhooks.allowed_addresses = vec![AddressRange::parse("127.0.0.0/8").expect("a range")];
}

fn sending() -> (Site, Receiver) {
    (Site::with(sends_webhooks), Receiver::start())
}

/// Sends the form that makes a webhook.
fn asked(person: &Person, page: &str, url: &str, body: &str, topic: &str) -> Page {
    let form = [
        ("name", "my receiver"),
        ("url", url),
        ("body", body),
        ("topic", topic),
    ];
    person.post(page, &form)
}

/// Makes a webhook, and returns its secret.
fn make(person: &Person, url: &str, topic: &str) -> String {
    shown_secret(&asked(person, PAGE, url, "standard", topic))
}

/// Returns the secret that a page shows.
fn shown_secret(page: &Page) -> String {
    assert_eq!(page.status, 200, "{}", page.words());
    between(&page.text, "<code class=\"token\">", "</code>").to_owned()
}

/// Returns the number of deliveries in a state.
fn in_state(site: &Site, state: &str) -> i64 {
    site.number(&format!(
        "select count(*) from webhook_deliveries where state = '{state}'"
    ))
}

/// Waits until a delivery has been tried so many times, and none more often.
fn tried(site: &Site, times: i64) {
    eventually("it is tried", || {
        site.number("select coalesce(max(tries), 0) from webhook_deliveries") == times
    });
}
