//! Another site, which answers as a test says.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    sync::{Arc, Mutex},
};

use crate::harness::LocalServer;

/// What is answered at a path.
#[derive(Clone)]
pub(super) struct Answer {
    pub(super) status: &'static str,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
    /// True if the body never ends.
    pub(super) is_endless: bool,
}

/// A site on this machine.
pub(super) struct OtherSite {
    server: LocalServer,
    state: Arc<SiteState>,
}

#[derive(Default)]
struct SiteState {
    answers: Mutex<HashMap<String, Answer>>,
    requests: Mutex<Vec<String>>,
}

impl Answer {
    pub(super) fn ok(body: impl Into<Vec<u8>>) -> Answer {
        Answer {
            status: "200 OK",
            headers: Vec::new(),
            body: body.into(),
            is_endless: false,
        }
    }

    pub(super) fn status(status: &'static str) -> Answer {
        Answer {
            status,
            ..Answer::ok("")
        }
    }

    pub(super) fn header(mut self, name: &'static str, value: &str) -> Answer {
        self.headers.push((name, value.to_owned()));
        self
    }
}

impl OtherSite {
    pub(super) fn start() -> OtherSite {
        let state = Arc::<SiteState>::default();
        let shared = state.clone();
        let server = LocalServer::start(move |socket| answer(&shared, socket));
        OtherSite { server, state }
    }

    /// Returns the address of a path.
    pub(super) fn url(&self, path: &str) -> String {
        self.server.url(path)
    }

    pub(super) fn put(&self, path: &str, answer: Answer) {
        let mut answers = self.state.answers.lock().expect("no panic");
        answers.insert(path.to_owned(), answer);
    }

    /// Puts a feed of RSS with these items at a path.
    pub(super) fn put_items(&self, path: &str, items: &str) {
        self.put(path, Answer::ok(rss(items)));
    }

    /// Returns the heads of all requests so far.
    pub(super) fn requests(&self) -> Vec<String> {
        self.state.requests.lock().expect("no panic").clone()
    }
}

/// Returns a feed with these items.
pub(super) fn rss(items: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Other news</title>{items}</channel></rss>"
    )
}

/// Returns an item of RSS, of a day in May 2026.
pub(super) fn item(id: &str, title: &str, day: u32) -> String {
    format!(
        "<item><guid isPermaLink=\"false\">{id}</guid><title>{title}</title>\
         <pubDate>{day:02} May 2026 12:00:00 GMT</pubDate></item>"
    )
}

fn answer(state: &SiteState, socket: TcpStream) {
    let mut reader = BufReader::new(socket.try_clone().expect("a socket"));
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).unwrap_or(0) == 0 {
            return;
        }
    }
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let found = state.answers.lock().expect("no panic").get(&path).cloned();
    let answer = found.unwrap_or_else(|| Answer::status("404 Not Found"));
    let tag = answer.headers.iter().find(|(name, _)| *name == "ETag");
    let is_known = tag.is_some_and(|(_, tag)| {
        head.to_lowercase()
            .contains(&format!("if-none-match: {}", tag.to_lowercase()))
    });
    let mut text = if is_known {
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 0\r\n".to_owned()
    } else {
        format!("HTTP/1.1 {}\r\n", answer.status)
    };
    for (name, value) in &answer.headers {
        text += &format!("{name}: {value}\r\n");
    }
    if !answer.is_endless && !is_known {
        text += &format!("Content-Length: {}\r\n", answer.body.len());
    }
    text += "Connection: close\r\n\r\n";
    state.requests.lock().expect("no panic").push(head);
    let mut socket = socket;
    let mut bytes = text.into_bytes();
    if !is_known {
        bytes.extend_from_slice(&answer.body);
    }
    // The reader may leave whenever it has enough.
    let mut sent = socket.write_all(&bytes);
    while answer.is_endless && sent.is_ok() {
        sent = socket.write_all(&[b' '; 8_192]);
    }
}
