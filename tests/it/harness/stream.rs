//! A small reader of event streams, after the WHATWG's HTML standard: it gives what a browser would dispatch.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    time::Duration,
};

use chunked_transfer::Decoder;
use serde_json::Value;

use super::wait::DEADLINE;

/// A stream that is open.
pub(crate) struct EventStream {
    reader: Box<dyn BufRead>,
    pub(crate) head: String,
    pub(crate) last_id: String,
    /// Milliseconds, as the server asked for.
    pub(crate) retry: Option<u64>,
    /// The name and data of the first block, which usually has neither.
    pub(crate) beginning: Option<(String, Option<String>)>,
}

/// An event as a browser dispatches it, with its data as JSON.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) data: Value,
}

impl EventStream {
    pub(crate) fn open(address: &str, head: &str) -> EventStream {
        EventStream::open_within(address, head, DEADLINE)
    }

    /// Opens a stream whose next line is waited for no longer than this.
    pub(crate) fn open_within(address: &str, head: &str, wait: Duration) -> EventStream {
        let mut socket = TcpStream::connect(address).expect("the server listens");
        socket.set_read_timeout(Some(wait)).expect("a socket");
        socket.write_all(head.as_bytes()).expect("the server reads");
        let mut stream = EventStream {
            reader: Box::new(BufReader::new(socket)),
            head: String::new(),
            last_id: String::new(),
            retry: None,
            beginning: None,
        };
        while !stream.head.ends_with("\r\n\r\n") {
            let read = stream
                .reader
                .read_line(&mut stream.head)
                .expect("a head in time");
            assert!(read > 0, "the stream ended in its head: {}", stream.head);
        }
        if stream
            .head
            .to_ascii_lowercase()
            .contains("transfer-encoding: chunked")
        {
            stream.reader = Box::new(BufReader::new(Decoder::new(stream.reader)));
        }
        let is_of_events = stream.head.contains("text/event-stream");
        if stream.head.starts_with("HTTP/1.1 200") && is_of_events {
            // The first block says when to come back and where the stream begins.
            stream.beginning = stream.block();
        }
        stream
    }

    pub(crate) fn status(&self) -> &str {
        self.head.split(' ').nth(1).expect("a status line")
    }

    /// Returns the next event, or none when the stream has ended. A test that waits for long also gets `alive`, which
    /// only says that the stream is not silent, and is skipped.
    pub(crate) fn next(&mut self) -> Option<Event> {
        loop {
            let event = self.next_or_alive()?;
            if event.name != "alive" {
                return Some(event);
            }
        }
    }

    /// Returns the next event, of whatever kind.
    pub(crate) fn next_or_alive(&mut self) -> Option<Event> {
        loop {
            let (name, data) = self.block()?;
            if let Some(data) = data {
                let data = serde_json::from_str(&data).expect("one line of JSON");
                return Some(Event {
                    id: self.last_id.clone(),
                    name,
                    data,
                });
            }
        }
    }

    /// Returns the next event, which must come and have this name. What the person reads meanwhile is no part of it.
    pub(crate) fn expect(&mut self, name: &str) -> Event {
        let is_wanted = |event: &Event| event.name == name || event.name != "seen";
        let event = std::iter::from_fn(|| self.next()).find(is_wanted);
        let event = event.expect("the stream goes on");
        assert_eq!(event.name, name, "{event:?}");
        event
    }

    /// Returns the raw lines up to the next empty one, or none at the end.
    pub(crate) fn lines(&mut self) -> Option<Vec<String>> {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            // A reset is an end as well.
            if self.reader.read_line(&mut line).ok()? == 0 {
                return None;
            }
            match line.trim_end_matches('\n') {
                "" => return Some(lines),
                line => lines.push(line.to_owned()),
            }
        }
    }

    /// Reads up to the one event about a new post, and returns the names of the events before it.
    pub(crate) fn until(&mut self, post: &str) -> Vec<String> {
        let mut names = Vec::new();
        loop {
            let event = self.next().expect("the stream goes on");
            if event.data["post_id"] == post && event.name == "post" {
                return names;
            }
            names.push(event.name);
        }
    }

    /// Expects the last event of a stream whose session has ended.
    pub(crate) fn expect_sign_out(&mut self) {
        assert_eq!(self.expect("bye").data["reason"], "signed_out");
    }

    /// Returns the next raw line.
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        self.reader.read_line(&mut line).expect("a line in time");
        line
    }

    /// Returns the next line of a stream of plain text, without heartbeats, or none at the end.
    pub(crate) fn plain_line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = self.reader.read_line(&mut line).expect("a line in time");
        (read > 0).then(|| line.trim_matches(['\r', '\n']).to_owned())
    }

    fn block(&mut self) -> Option<(String, Option<String>)> {
        let (mut name, mut data) = ("message".to_owned(), None);
        for line in self.lines()? {
            let (field, value) = line.split_once(':').unwrap_or((&line, ""));
            let value = value.strip_prefix(' ').unwrap_or(value);
            match field {
                "id" => value.clone_into(&mut self.last_id),
                "event" => value.clone_into(&mut name),
                "data" => data = Some(value.to_owned()),
                "retry" => self.retry = value.parse().ok(),
                "" => {}
                other => panic!("not a field: {other}"),
            }
        }
        Some((name, data))
    }
}

impl Event {
    /// Returns the part of a page that the event carries.
    pub(crate) fn html(&self) -> &str {
        self.data["html"].as_str().expect("a fragment")
    }
}
