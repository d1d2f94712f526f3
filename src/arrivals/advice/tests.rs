//! Tests of the advice about proxies.

use super::*;
use crate::model::CheckupState;

fn neighbour(peer: &str) -> Neighbour {
    Neighbour {
        peer: peer.parse().expect("an address"),
        is_trusted: false,
        names_client: false,
        scheme: String::new(),
        host: "feed.example".into(),
        connections: 1,
    }
}

/// Returns the states and all words.
fn judged(neighbours: &[Neighbour], base_url: &str) -> (Vec<CheckupState>, String) {
    let base_url = BaseUrl::parse(base_url);
    let all = advice(neighbours, base_url.as_ref());
    let words: Vec<_> = all
        .iter()
        .map(|one| format!("{} {}", one.found, one.advice))
        .collect();
    (all.iter().map(|one| one.state).collect(), words.join("\n"))
}

#[test]
fn a_proxy_that_is_not_trusted_is_named() {
    let proxy = Neighbour {
        names_client: true,
        ..neighbour("172.17.0.1")
    };
    let (states, words) = judged(std::slice::from_ref(&proxy), "https://feed.example/");
    assert_eq!(states, [CheckupState::Bad]);
    assert!(
        words.contains("trusted_proxies = [\"172.17.0.1\"]"),
        "{words}"
    );

    let stranger = Neighbour {
        peer: "203.0.113.9".parse().expect("an address"),
        ..proxy.clone()
    };
    let (states, _) = judged(&[stranger], "https://feed.example/");
    assert_eq!(states, [CheckupState::Good], "anybody can send that header");

    let trusted = Neighbour {
        is_trusted: true,
        ..proxy
    };
    let (states, _) = judged(&[trusted], "https://feed.example/");
    assert_eq!(states, [CheckupState::Good]);
}

#[test]
fn a_trusted_proxy_must_say_everything() {
    let silent = Neighbour {
        is_trusted: true,
        ..neighbour("127.0.0.1")
    };
    let (states, words) = judged(std::slice::from_ref(&silent), "https://feed.example/");
    assert_eq!(states, [CheckupState::Look]);
    assert!(words.contains("X-Forwarded-For"), "{words}");

    let plain = Neighbour {
        names_client: true,
        scheme: "http".into(),
        host: "127.0.0.1:5000".into(),
        ..silent
    };
    let (states, words) = judged(std::slice::from_ref(&plain), "https://feed.example/");
    assert_eq!(states, [CheckupState::Look, CheckupState::Look]);
    assert!(
        words.contains("https") && words.contains("127.0.0.1:5000"),
        "{words}"
    );
    let (_, words) = judged(&[plain], "");
    assert!(words.contains("Set base_url"), "{words}");
}

#[test]
fn one_neighbour_with_all_visitors_is_suspected() {
    let gateway = |connections| Neighbour {
        connections,
        ..neighbour("172.18.0.1")
    };
    assert_eq!(judged(&[gateway(19)], "").0, [CheckupState::Good]);
    let (states, words) = judged(&[gateway(20)], "");
    assert_eq!(states, [CheckupState::Look]);
    assert!(words.contains("172.18.0.1"), "{words}");
    assert_eq!(
        judged(&[gateway(90), neighbour("172.18.0.7")], "").0,
        [CheckupState::Good]
    );
    let own = Neighbour {
        connections: 90,
        ..neighbour("127.0.0.1")
    };
    assert_eq!(judged(&[own], "").0, [CheckupState::Good], "a laptop");
    assert_eq!(judged(&[], "").0, [CheckupState::Good]);
}
