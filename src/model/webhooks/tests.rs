//! Addresses, pauses and secrets of webhooks.

use super::*;

#[test]
fn a_delivery_is_tried_seven_times_and_later_and_later() {
    let pauses: Vec<u64> = (1..)
        .map_while(|tries| Webhook::pause(tries, 0.0))
        .map(|pause| pause.as_secs())
        .collect();
    assert_eq!(pauses, [5, 300, 1_800, 7_200, 18_000, 36_000]);
    assert_eq!(Webhook::pause(0, 0.0), None, "the first try is at once");
    let longest = Webhook::pause(2, 1.0).expect("a pause").as_secs();
    assert_eq!(longest, 330);
}

#[test]
fn only_addresses_of_the_web_are_taken() {
    for (text, expected) in [
        ("https://ntfy.example/news", Ok("https://ntfy.example/news")),
        (" http://pi:8080/a?b=c#d ", Ok("http://pi:8080/a?b=c")),
        ("ntfy.example/news", Err("begins with https://")),
        ("", Err("begins with https://")),
        ("ftp://e.org/", Err("begins with https://")),
        ("file:///etc/passwd", Err("begins with https://")),
        ("https://", Err("begins with https://")),
        ("https://a:b@e.org/", Err("a name or a password")),
    ] {
        match (WebhookUrl::parse(text), expected) {
            (Ok(url), Ok(expected)) => assert_eq!(url.as_str(), expected),
            (Err(said), Err(expected)) => assert!(said.contains(expected), "{text}: {said}"),
            (other, _) => panic!("{text}: {other:?}"),
        }
    }
    let long = format!("https://e.org/{}", "x".repeat(2_000));
    assert!(WebhookUrl::parse(&long).is_err());
}

#[test]
fn a_secret_is_shown_to_its_receiver_and_not_in_logs() {
    let secret = WebhookSecret([0xff; WebhookSecret::BYTES]);
    assert_eq!(secret.shown(), format!("whsec_{}", "/".repeat(32)));
    assert!(!format!("{secret:?}").contains("255"));
}
