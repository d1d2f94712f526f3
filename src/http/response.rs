//! Responses as plain values.

use std::{borrow::Cow, io::Read};

use maud::Markup;
use serde::Serialize;

use super::{CookieKind, Cookies, Flash, Join, SANDBOX, StreamFormat, compressed_tag, gzip::gzip};

/// A response of a handler.
pub struct Response {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: ResponseBody,
}

/// Body of a response.
pub enum ResponseBody {
    Bytes(Cow<'static, [u8]>),
    /// Body that is read while it is sent, for what is too large for memory. If the reader fails or ends too early,
    /// the response becomes a 503: a partial body never looks complete.
    Reader {
        reader: Box<dyn Read + Send>,
        bytes: u64,
    },
    /// Event stream that takes over the socket.
    Stream(Join),
}

/// The smallest answer that gains something by compression, in bytes.
const GZIP_BYTES_MIN: usize = 1_024;

const HTML: &str = "text/html; charset=utf-8";
const JSON: &str = "application/json";

impl Response {
    /// Returns a page.
    pub fn page(markup: Markup) -> Response {
        Response::bytes(markup.into_string().into_bytes())
            .header("Content-Type", HTML)
            .header("Cache-Control", "no-store")
    }

    /// Returns part of a page, for a script that asked for it.
    pub fn fragment(status: u16, markup: Markup) -> Response {
        Response::page(markup).status(status)
    }

    /// Returns plain text.
    pub fn text(status: u16, text: &str) -> Response {
        Response::bytes(format!("{text}\n").into_bytes())
            .status(status)
            .header("Content-Type", "text/plain; charset=utf-8")
            .header("Cache-Control", "no-store")
    }

    /// Returns JSON for a program. A program may cache it if it asks each time whether it is still valid (RFC 9111
    /// §5.2.2.4).
    pub fn json(status: u16, value: &impl Serialize) -> Response {
        let bytes = serde_json::to_vec(value).expect("all keys are texts");
        Response::bytes(bytes)
            .status(status)
            .header("Content-Type", JSON)
            .header("Cache-Control", "private, no-cache")
    }

    /// Returns a status without a body.
    pub fn empty(status: u16) -> Response {
        Response::bytes(Vec::new())
            .status(status)
            .header("Cache-Control", "no-store")
    }

    /// Sends the browser to another page with GET, after a form (RFC 9110 §15.4.4).
    pub fn see_other(url: String) -> Response {
        Response::empty(303).header("Location", url)
    }

    /// Sends the browser to the new address of a page, for good.
    pub fn moved(url: String) -> Response {
        Response::empty(301).header("Location", url)
    }

    /// Returns an event stream.
    pub fn stream(join: Join) -> Response {
        let content_type = match join.format {
            StreamFormat::Page | StreamFormat::Events => "text/event-stream; charset=utf-8",
            StreamFormat::Lines { .. } => "text/plain; charset=utf-8",
        };
        Response::new(ResponseBody::Stream(join))
            .header("Content-Type", content_type)
            .header("Cache-Control", "no-store")
            .header("X-Accel-Buffering", "no")
            // A proxy that compresses would keep small events back.
            .header("Content-Encoding", "identity")
    }

    /// Returns bytes without any header.
    pub fn bytes(bytes: impl Into<Cow<'static, [u8]>>) -> Response {
        Response::new(ResponseBody::Bytes(bytes.into()))
    }

    /// Returns a body of this length that is read while it is sent.
    pub fn reader(reader: impl Read + Send + 'static, bytes: u64) -> Response {
        let reader = Box::new(reader);
        Response::new(ResponseBody::Reader { reader, bytes })
    }

    /// Adds a header.
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Response {
        self.headers.push((name, value.into()));
        self
    }

    /// Sets a header, replacing an earlier one of this name.
    pub fn replace_header(self, name: &'static str, value: impl Into<String>) -> Response {
        self.without_header(name).header(name, value)
    }

    /// Removes a header.
    pub fn without_header(mut self, name: &str) -> Response {
        self.headers.retain(|(known, _)| *known != name);
        self
    }

    /// Sets the status.
    pub fn status(self, status: u16) -> Response {
        Response { status, ..self }
    }

    /// Sets the message that the next page shows once.
    pub fn flash(self, cookies: &Cookies, flash: Flash) -> Response {
        self.header(
            "Set-Cookie",
            cookies.set(CookieKind::Flash, &flash.code(), None),
        )
    }

    /// Compresses a page or JSON that is worth it. A body that is compressed already stays as it is.
    pub fn compressed(mut self) -> Response {
        let ResponseBody::Bytes(bytes) = &self.body else {
            return self;
        };
        let is_text = self.is_html() || self.is_json();
        if bytes.len() < GZIP_BYTES_MIN || !is_text || self.is_compressed() {
            return self;
        }
        let Ok(zipped) = gzip(bytes) else {
            return self;
        };
        self.body = ResponseBody::Bytes(zipped.into());
        // A strong tag is of the bytes as they are sent (RFC 9110 §8.8.3.3).
        for (name, value) in &mut self.headers {
            if *name == "ETag" {
                *value = compressed_tag(value);
            }
        }
        self.header("Content-Encoding", "gzip")
            .header("Vary", "Accept-Encoding")
    }

    /// Returns whether the body is compressed.
    pub fn is_compressed(&self) -> bool {
        self.value("Content-Encoding").is_some()
    }

    /// Returns the value of a header.
    pub fn value(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Returns whether a header is present with this value.
    pub fn has_header(&self, name: &str, value: &str) -> bool {
        let mut headers = self.headers.iter();
        headers.any(|(known, has)| *known == name && has == value)
    }

    /// Returns whether the body is a page.
    pub fn is_html(&self) -> bool {
        self.has_header("Content-Type", HTML)
    }

    /// Returns whether the body is JSON.
    pub fn is_json(&self) -> bool {
        self.has_header("Content-Type", JSON)
    }

    /// Returns whether the response is for its requester alone. Others may keep a copy of an asset, with all its
    /// headers.
    pub fn is_for_one(&self) -> bool {
        let stream = matches!(self.body, ResponseBody::Stream(_));
        // A browser caches an uploaded file for its next user too, so cookies must not be on it.
        let file = self.has_header("Content-Security-Policy", SANDBOX);
        let shared = self
            .headers
            .iter()
            .any(|(name, value)| *name == "Cache-Control" && value.starts_with("public"));
        !stream && !file && !shared
    }

    fn new(body: ResponseBody) -> Response {
        Response {
            status: 200,
            headers: Vec::new(),
            body,
        }
    }
}
