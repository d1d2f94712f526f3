//! The home page of somebody who is signed in: requests a second of QuartFeed, of axum and of Flask, in turns.

use std::{io::Read, time::Duration};

use flate2::read::GzDecoder;

use crate::{
    Setup,
    client::{Client, get, rate},
    median_and_range,
    server::Server,
    site::{Site, peers_cookie, peers_database},
};

const CONNECTIONS: usize = 16;
const TURNS: usize = 7;
const TURN: Duration = Duration::from_secs(3);
const WARM_UP: Duration = Duration::from_secs(1);
/// Percent by which the size of a peer's page may differ from QuartFeed's.
const DIFFERENCE_MAX: usize = 5;
/// Things that a page has as often as any other.
const PARTS: [&str; 4] = [
    "<article ",
    "<li class=\"comment\"",
    " liked this",
    "<form ",
];

/// A server with the request for its page.
struct Page {
    name: &'static str,
    server: Server,
    request: Vec<u8>,
}

pub(crate) fn measure(setup: &Setup) {
    let site = Site::with_posts(setup);
    let cold = Site::with_posts(setup);
    let directory = setup.directory();
    let database = peers_database(setup, directory.path());
    let no_cache = [("QUARTFEED_LIMITS_ANSWER_CACHE_BYTES", "0")];
    let ours = |name, site: &Site, settings: &[(&str, &str)]| {
        let server = Server::quartfeed(setup, site.directory.path(), settings);
        let cookie = site.cookie(&server, 0);
        page(name, server, &cookie)
    };
    let peer = |name, server| page(name, server, &peers_cookie(0));
    let pages = [
        ours("QuartFeed", &site, &[]),
        ours("QuartFeed, drawn each time", &cold, &no_cache),
        peer("axum", Server::axum_page(setup, &database)),
        peer("Flask", Server::flask_page(setup, &database)),
    ];
    print_sizes(&pages);

    for page in &pages {
        rate(&page.server.address, &page.request, CONNECTIONS, WARM_UP);
    }
    let mut rates: [Vec<f64>; 4] = Default::default();
    for _ in 0..TURNS {
        for (page, rates) in pages.iter().zip(&mut rates) {
            let address = &page.server.address;
            rates.push(rate(address, &page.request, CONNECTIONS, TURN));
        }
    }
    let [warm, drawn, axum, flask] = rates;
    println!("| home page, {CONNECTIONS} connections | against axum | against Flask |");
    println!("|---|---|---|");
    for (name, ours) in [("warm", &warm), ("drawn each time", &drawn)] {
        println!(
            "| {name} | {} | {} |",
            compared(ours, &axum),
            compared(ours, &flask)
        );
    }
    println!();
}

fn page(name: &'static str, server: Server, cookie: &str) -> Page {
    let request = get("/", cookie, "Accept-Encoding: gzip\r\n");
    Page {
        name,
        server,
        request,
    }
}

/// Prints the sizes of the pages, and checks that they show the same posts in as many bytes.
fn print_sizes(pages: &[Page]) {
    println!("| home page | bytes | compressed |");
    println!("|---|---|---|");
    let mut first = None;
    for page in pages {
        let name = page.name;
        let answer = Client::connect(&page.server.address).ask(&page.request);
        assert_eq!(answer.status, 200, "{name}");
        let mut html = String::new();
        let decoded = GzDecoder::new(answer.body.as_slice()).read_to_string(&mut html);
        decoded.expect("compressed HTML");
        println!("| {name} | {} | {} |", html.len(), answer.body.len());
        for shown in ["Post 199: ", "Post 180: "] {
            assert!(html.contains(shown), "{name} lacks {shown}");
        }
        let parts = PARTS.map(|part| html.matches(part).count());
        let (bytes, expected) = *first.get_or_insert((html.len(), parts));
        assert_eq!(parts, expected, "{name}");
        let difference = html.len().abs_diff(bytes);
        assert!(100 * difference <= DIFFERENCE_MAX * bytes, "{name}");
    }
    println!();
}

/// Returns the median of the ratios of all turns, their range, and the medians of both rates.
fn compared(ours: &[f64], peers: &[f64]) -> String {
    let ratios: Vec<f64> = ours
        .iter()
        .zip(peers)
        .map(|(ours, peer)| ours / peer)
        .collect();
    let (ratio, least, most) = median_and_range(&ratios);
    format!(
        "{ratio:.2} × ({least:.2} to {most:.2}; {:.0} of {:.0} pages/s)",
        median_and_range(ours).0,
        median_and_range(peers).0
    )
}
