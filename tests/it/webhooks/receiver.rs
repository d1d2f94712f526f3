//! A receiver of webhooks, which answers as a test says and keeps what it got.

use std::{
    collections::{HashMap, VecDeque},
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    sync::{Arc, Mutex},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

use crate::harness::{LocalServer, eventually};

/// A server on this machine.
pub(super) struct Receiver {
    server: LocalServer,
    state: Arc<ReceiverState>,
}

/// A request as it came.
#[derive(Debug, Clone)]
pub(super) struct Received {
    pub(super) path: String,
    /// The headers, with names in lower case.
    pub(super) headers: HashMap<String, String>,
    pub(super) body: String,
}

#[derive(Default)]
struct ReceiverState {
    /// The answers to come at a path. The last one is given for ever.
    answers: Mutex<HashMap<String, VecDeque<String>>>,
    received: Mutex<Vec<Received>>,
}

/// The answer that never comes.
pub(super) const SILENCE: &str = "";

/// Returns a whole answer.
pub(super) fn answer(status: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

impl Receiver {
    pub(super) fn start() -> Receiver {
        let state = Arc::<ReceiverState>::default();
        let shared = state.clone();
        let server = LocalServer::start(move |socket| take(&shared, socket));
        Receiver { server, state }
    }

    /// Returns the address of a path.
    pub(super) fn url(&self, path: &str) -> String {
        self.server.url(path)
    }

    /// Says what is answered at a path, one after the other. Otherwise it is 200.
    pub(super) fn answers(&self, path: &str, answers: &[&str]) {
        let answers = answers.iter().map(|one| (*one).to_owned()).collect();
        let mut all = self.state.answers.lock().expect("no panic");
        all.insert(path.to_owned(), answers);
    }

    /// Returns everything that came to a path so far.
    pub(super) fn received(&self, path: &str) -> Vec<Received> {
        let received = self.state.received.lock().expect("no panic");
        let of_path = received.iter().filter(|one| one.path == path);
        of_path.cloned().collect()
    }

    /// Waits for so many requests at a path.
    pub(super) fn wait(&self, path: &str, count: usize) -> Vec<Received> {
        eventually("the requests are here", || {
            self.received(path).len() >= count
        });
        self.received(path)
    }
}

impl Received {
    pub(super) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.unwrap_or_else(|| panic!("{name} is missing in {self:?}"))
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    /// Returns the text of the post or comment.
    pub(super) fn text(&self) -> String {
        let data = &self.json()["data"];
        let text = match data["comment"]["comment"].as_str() {
            Some(comment) => comment,
            None => data["post"]["message"].as_str().expect("a message"),
        };
        text.to_owned()
    }

    /// Checks the signature, as the specification of Standard Webhooks says it.
    pub(super) fn is_signed_with(&self, secret: &str) -> bool {
        let key = secret.strip_prefix("whsec_").expect("a secret");
        let key = BASE64_STANDARD.decode(key).expect("base64");
        assert_eq!(key.len(), 24);
        let (id, time) = (self.header("webhook-id"), self.header("webhook-timestamp"));
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("a key");
        mac.update([id, time, &self.body].join(".").as_bytes());
        let sent = self.header("webhook-signature").strip_prefix("v1,");
        let sent = BASE64_STANDARD.decode(sent.expect("version 1"));
        mac.verify_slice(&sent.expect("base64")).is_ok()
    }
}

fn take(state: &ReceiverState, mut socket: TcpStream) {
    let mut reader = BufReader::new(socket.try_clone().expect("a socket"));
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        if line.trim_end().is_empty() {
            break;
        }
        lines.push(line.trim_end().to_owned());
    }
    let headers: HashMap<String, String> = lines
        .iter()
        .skip(1)
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let length = headers.get("content-length");
    let length = length.map_or(0, |length| length.parse().expect("a number"));
    let mut body = vec![0; length];
    if reader.read_exact(&mut body).is_err() {
        return;
    }
    let path = lines[0].split(' ').nth(1).unwrap_or_default().to_owned();
    let answer = {
        let mut answers = state.answers.lock().expect("no panic");
        match answers.get_mut(&path) {
            Some(to_come) if to_come.len() > 1 => to_come.pop_front(),
            Some(to_come) => to_come.front().cloned(),
            None => Some(answer("200 OK", "")),
        }
    };
    state.received.lock().expect("no panic").push(Received {
        path,
        headers,
        body: String::from_utf8(body).expect("UTF-8"),
    });
    match answer.as_deref() {
        None | Some(SILENCE) => {
            // The socket stays open until the other side has enough.
            let _ = reader.read(&mut [0]);
        }
        Some(answer) => {
            // The other side may have left.
            let _ = socket.write_all(answer.as_bytes());
        }
    }
}
