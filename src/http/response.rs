use std::{borrow::Cow, io::Read};

use maud::Markup;

use super::{CookieKind, Cookies, Flash, SANDBOX};
use crate::live::Join;

pub struct Response {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Body,
}

pub enum Body {
    Bytes(Cow<'static, [u8]>),
    /// Read as it is sent, for what is too large for memory. A reader that fails, or ends before so many bytes, makes
    /// the answer a 503: it never looks whole.
    Reader {
        reader: Box<dyn Read + Send>,
        bytes: u64,
    },
    /// The socket leaves the request behind and becomes an event stream.
    Stream(Join),
}

const HTML: &str = "text/html; charset=utf-8";
const JSON: &str = "application/json";

impl Response {
    pub fn page(markup: Markup) -> Response {
        Response::bytes(markup.into_string().into_bytes())
            .header("Content-Type", HTML)
            .header("Cache-Control", "no-store")
    }

    /// A part of a page, for a script that asked for it.
    pub fn fragment(status: u16, markup: Markup) -> Response {
        Response::page(markup).status(status)
    }

    pub fn text(status: u16, text: &str) -> Response {
        Response::bytes(format!("{text}\n").into_bytes())
            .status(status)
            .header("Content-Type", "text/plain; charset=utf-8")
            .header("Cache-Control", "no-store")
    }

    /// For programs. They may keep it as long as they ask each time whether it still holds (RFC 9111 §5.2.2.4).
    pub fn json(status: u16, value: &serde_json::Value) -> Response {
        Response::bytes(value.to_string().into_bytes())
            .status(status)
            .header("Content-Type", JSON)
            .header("Cache-Control", "private, no-cache")
    }

    pub fn empty(status: u16) -> Response {
        Response::bytes(Vec::new())
            .status(status)
            .header("Cache-Control", "no-store")
    }

    /// After a form: look there, with GET (RFC 9110 §15.4.4).
    pub fn see_other(url: String) -> Response {
        Response::empty(303).header("Location", url)
    }

    pub fn moved(url: String) -> Response {
        Response::empty(301).header("Location", url)
    }

    pub fn stream(join: Join) -> Response {
        Response::new(Body::Stream(join))
            .header("Content-Type", "text/event-stream; charset=utf-8")
            .header("Cache-Control", "no-store")
            .header("X-Accel-Buffering", "no")
    }

    pub fn bytes(bytes: impl Into<Cow<'static, [u8]>>) -> Response {
        Response::new(Body::Bytes(bytes.into()))
    }

    pub fn reader(reader: impl Read + Send + 'static, bytes: u64) -> Response {
        let reader = Box::new(reader);
        Response::new(Body::Reader { reader, bytes })
    }

    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Response {
        self.headers.push((name, value.into()));
        self
    }

    /// In the place of the one that is there.
    pub fn replace_header(mut self, name: &'static str, value: impl Into<String>) -> Response {
        self.headers.retain(|(known, _)| *known != name);
        self.header(name, value)
    }

    pub fn status(self, status: u16) -> Response {
        Response { status, ..self }
    }

    /// The next page says this once.
    pub fn flash(self, cookies: &Cookies, flash: Flash) -> Response {
        self.header(
            "Set-Cookie",
            cookies.set(CookieKind::Flash, &flash.code(), None),
        )
    }

    pub fn has_header(&self, name: &str, value: &str) -> bool {
        let mut headers = self.headers.iter();
        headers.any(|(known, has)| *known == name && has == value)
    }

    pub fn is_html(&self) -> bool {
        self.has_header("Content-Type", HTML)
    }

    pub fn is_json(&self) -> bool {
        self.has_header("Content-Type", JSON)
    }

    /// Whether nobody but who asked gets to read it: others may keep a copy of an asset, with all its headers.
    pub fn is_for_one(&self) -> bool {
        let stream = matches!(self.body, Body::Stream(_));
        // A file, which a browser keeps for whoever uses it next; cookies have no business on it.
        let file = self.has_header("Content-Security-Policy", SANDBOX);
        let shared = self
            .headers
            .iter()
            .any(|(name, value)| *name == "Cache-Control" && value.starts_with("public"));
        !stream && !file && !shared
    }

    fn new(body: Body) -> Response {
        Response {
            status: 200,
            headers: Vec::new(),
            body,
        }
    }
}
