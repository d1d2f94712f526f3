//! `cargo bench --bench door`: the cost of the door. Measures requests per second of a small file through the door
//! against the same bytes from a bare tiny_http, and of the home page with twenty posts. They take turns in one run, so
//! that other load on the machine affects all of them. The result is the median of the ratios of the turns.

mod common;

use std::{env, process::Command, time::Duration};

use common::{Client, Server, get, median, prepare, rate};
use quartfeed::{
    model::{Attached, Message},
    store::posts,
};

const TURNS: usize = 7;
const TURN: Duration = Duration::from_secs(1);
const POSTS: usize = 20;

fn main() {
    if env::args().any(|argument| argument == "bare") {
        return bare();
    }
    let prepared = prepare();
    let people = prepared.people(1);
    let (author, cookie) = (people[0].id, people[0].cookie.clone());
    for n in 0..POSTS {
        let text = format!(
            "Post {n}: the tomatoes on the balcony are ripe, who comes by tonight? Bring bread."
        );
        let message = Message::parse(&text, 3_000).expect("it is one");
        prepared
            .db
            .write(common::now(), move |tx| {
                posts::create(tx, author, &message, &Attached::default(), None)
            })
            .expect("it can be written");
    }
    prepared.db.close();
    let server = Server::start(prepared.directory.path(), &[]);
    let file = trivial_path(&server.address);
    let length = Client::connect(&server.address)
        .ask(&get(&file, ""))
        .1
        .len();
    let bare = Server::spawn(
        Command::new(env::current_exe().expect("we run")).args(["bare", &length.to_string()]),
    );

    println!(
        "requests per second; medians of {TURNS} turns of {} s",
        TURN.as_secs()
    );
    for connections in [1, 16] {
        let ours = vec![get(&file, ""); connections];
        let home = vec![get("/", &cookie); connections];
        let (mut door, mut alone, mut page, mut ratios, mut page_ratios) =
            (vec![], vec![], vec![], vec![], vec![]);
        for _ in 0..TURNS {
            let through = rate(&server.address, &ours, 200, TURN);
            let without = rate(&bare.address, &ours, 200, TURN);
            let pages = rate(&server.address, &home, 200, TURN);
            ratios.push(through / without);
            page_ratios.push(pages / through);
            door.push(through);
            alone.push(without);
            page.push(pages);
        }
        println!(
            "{connections:2} connections: bare tiny_http {:6.0}, through the door {:6.0} (ratio {:.2}), home page {:6.0} (ratio to a small file {:.2})",
            median(alone),
            median(door),
            median(ratios),
            median(page),
            median(page_ratios)
        );
    }
}

/// Returns the path of the icon: a few hundred bytes that are embedded in the program.
fn trivial_path(address: &str) -> String {
    let mut client = Client::connect(address);
    let page = String::from_utf8_lossy(client.ask(&get("/login", "")).1);
    let rest = page
        .split_once("type=\"image/svg+xml\" href=\"")
        .expect("an icon")
        .1;
    rest.split('"')
        .next()
        .expect("the attribute ends")
        .to_owned()
}

/// Runs tiny_http alone, with as many threads as QuartFeed has workers.
fn bare() {
    let bytes: usize = env::args()
        .next_back()
        .and_then(|number| number.parse().ok())
        .expect("a length");
    let server = std::sync::Arc::new(tiny_http::Server::http("127.0.0.1:0").expect("a free port"));
    println!("listening on http://{}", server.server_addr());
    let threads: Vec<_> = (0..16)
        .map(|_| {
            let server = server.clone();
            std::thread::spawn(move || {
                for request in server.incoming_requests() {
                    let _ = request.respond(tiny_http::Response::from_data(vec![b'x'; bytes]));
                }
            })
        })
        .collect();
    for thread in threads {
        let _ = thread.join();
    }
}
