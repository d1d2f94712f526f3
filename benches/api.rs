//! `cargo bench --bench api`: the cost of authentication. Measures a light request (`GET /api/v1/me`) and a heavier one
//! (`GET /api/v1/feed`) with a session cookie, an access token and a personal token, which take turns in one run.

mod common;

use std::time::Duration;

use common::{Client, Server, median, prepare, rate};
use quartfeed::{
    model::{Attached, Bearer, Message, NewToken},
    store::{posts, tokens::personal, users},
};

const CONNECTIONS: usize = 16;
const TURNS: usize = 5;
const TURN: Duration = Duration::from_secs(2);

/// The posts in the river, which fit on one page.
const POSTS: usize = 20;

const PASSWORD: &str = "correct horse";

fn main() {
    let prepared = prepare();
    let person = prepared.people(1).remove(0);
    let hash = quartfeed::auth::Hasher::new();
    let password = quartfeed::model::Password::given(PASSWORD).expect("it is one");
    let hash = hash.hash(&password).expect("nobody else hashes");
    let (user, token) = (person.id, Bearer::random());
    let token_hash = token.hash();
    let made = prepared.db.write(common::now(), move |tx| {
        users::set_password_hash(tx, user, &hash)?;
        let field = |field: &str| match field {
            "name" => "bench",
            "scope" => "read",
            _ => "0",
        };
        personal::create(tx, user, &NewToken::parse(field)?, &token_hash)?;
        for _ in 0..POSTS {
            let message = Message::parse("Who comes by tonight?", 3_000).expect("it is one");
            posts::create(tx, user, &message, &Attached::default(), None)?;
        }
        Ok(())
    });
    made.expect("they can be written");
    prepared.db.close();

    let server = Server::start(prepared.directory.path(), &[]);
    let ways = [
        ("session", format!("Cookie: {}", person.cookie)),
        (
            "access token",
            format!("Authorization: Bearer {}", access_token(&server)),
        ),
        (
            "personal token",
            format!("Authorization: Bearer {}", token.as_str()),
        ),
    ];
    println!(
        "medians of {TURNS} turns of {} s, {CONNECTIONS} connections",
        TURN.as_secs()
    );
    for path in ["/api/v1/me", "/api/v1/feed"] {
        let mut rates = [vec![], vec![], vec![]];
        for _ in 0..TURNS {
            for ((_, header), rates) in ways.iter().zip(&mut rates) {
                let request = get(path, header);
                let requests = vec![request; CONNECTIONS];
                rates.push(rate(&server.address, &requests, 200, TURN));
            }
        }
        // Each turn is compared with the session's turn next to it, because the speed of the machine varies.
        let sessions = rates[0].clone();
        for ((name, _), rates) in ways.iter().zip(rates) {
            let ratios = rates
                .iter()
                .zip(&sessions)
                .map(|(one, session)| one / session);
            let ratio = median(ratios.collect());
            let rate = median(rates);
            println!("{path:14} {name:16} {rate:8.0} per second (ratio {ratio:.2})");
        }
    }
}

fn get(path: &str, header: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{header}\r\n\r\n").into_bytes()
}

fn access_token(server: &Server) -> String {
    let body = format!("{{\"username\":\"user0\",\"password\":\"{PASSWORD}\"}}");
    let request = format!(
        "POST /api/v1/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut client = Client::connect(&server.address);
    let (status, answer) = client.ask(request.as_bytes());
    assert_eq!(status, 200);
    let answer: serde_json::Value = serde_json::from_slice(answer).expect("JSON");
    answer["access_token"].as_str().expect("a token").to_owned()
}
