//! A request as a plain value, read once and never changed. Whom it comes from is for the guard to find out.

use std::net::{IpAddr, Ipv4Addr};

use super::{
    BodyRules, Cookies, Deadline, Form, PageOrigin, ParsedBody, SentCookies,
    headers::{Headers, internal},
    target::{is_for_programs, is_inside},
};
use crate::{
    error::{Error, Result},
    model::{BasePath, Bearer, Cursor, Language, Timestamp, Whereabouts},
};

pub use tiny_http::Method;

/// The media type by which a script asks for the part of a page that it is going to replace.
pub(super) const FRAGMENT: &str = "text/vnd.quartfeed.fragment+html";

/// A complete request.
pub struct Request {
    pub method: Method,
    /// The path inside the site: without the base and the query, still percent-encoded.
    pub path: String,
    /// Path and query inside the site, as they came.
    pub target: String,
    pub query: Form,
    pub body: ParsedBody,
    /// The length of a body that the client wants to send. The door asks about it before it reads the body.
    pub announced: Option<u64>,
    /// The time until which its sender waits for the answer.
    pub deadline: Deadline,
    /// The time at which the request arrived. Handlers never ask a clock.
    pub now: Timestamp,
    pub client: IpAddr,
    pub whereabouts: Whereabouts,
    pub origin: PageOrigin,
    pub cookies: SentCookies,
    /// The token of a program. Cookies that come with it are not even read.
    pub bearer: Option<Bearer>,
    /// The form token of a script that sends no form.
    pub csrf_token: Option<String>,
    pub conditions: Conditions,
    pub idempotency_key: Option<String>,
    pub last_event_id: Option<String>,
    pub wants_fragment: bool,
    /// The client asks for JSON, on a path that has both.
    pub wants_json: bool,
    pub purpose: FetchPurpose,
    pub accepts_gzip: bool,
    /// The language that the browser likes best, of those that pages have.
    pub liked_language: Language,
}

/// The reason why a browser asks for a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FetchPurpose {
    /// Somebody is going to look at it.
    Show,
    /// The browser expects that somebody may open it, and nobody has yet.
    Prefetch,
}

/// Returns whether requests of a method change nothing (RFC 9110 §9.2.1).
pub(crate) fn is_safe(method: &Method) -> bool {
    matches!(method, Method::Get | Method::Head)
}

/// Headers that say what a client has already, and which part it wants (RFC 9110 §13 and §14).
pub struct Conditions {
    pub if_none_match: Option<String>,
    pub if_range: Option<String>,
    pub range: Option<String>,
}

impl Request {
    /// Reads a request that the door let through. `target` is its target inside the site.
    ///
    /// # Errors
    /// `BadRequest` and `UnsupportedMediaType` if its query or its body is malformed. The JSON of a program is looked at
    /// only when the caller is known.
    pub(crate) fn read(
        raw: &mut tiny_http::Request,
        target: &str,
        cookies: &Cookies,
        now: Timestamp,
        rules: &BodyRules<'_>,
    ) -> Result<Request> {
        let deadline = Deadline::after(Headers::of(raw).parsed(internal::DEADLINE));
        let body = body_of(raw, rules)?;
        let headers = Headers::of(raw);
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let client = headers.parsed(internal::CLIENT);
        let client = client.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        let bearer = headers.get("Authorization").and_then(bearer);
        let sent_cookies = headers.get("Cookie").filter(|_| bearer.is_none());
        let accept = headers.get("Accept");
        Ok(Request {
            method: raw.method().clone(),
            path: path.to_owned(),
            target: target.to_owned(),
            query: Form::parse(query.as_bytes())?,
            body,
            announced: headers.parsed(internal::ANNOUNCED),
            deadline,
            now,
            client,
            whereabouts: Whereabouts::of(headers.get("User-Agent").unwrap_or_default(), client),
            origin: PageOrigin::read(headers),
            cookies: SentCookies::read(sent_cookies, cookies),
            bearer,
            csrf_token: headers.owned("X-CSRF-Token"),
            conditions: Conditions::read(headers),
            idempotency_key: headers.owned("Idempotency-Key"),
            last_event_id: headers.owned("Last-Event-ID"),
            wants_fragment: accept.is_some_and(|accept| accept.contains(FRAGMENT)),
            wants_json: accept.is_some_and(|accept| accept.contains("application/json")),
            purpose: FetchPurpose::read(headers),
            accepts_gzip: headers.get("Accept-Encoding").is_some_and(accepts_gzip),
            liked_language: headers
                .get("Accept-Language")
                .map_or_else(Language::default, Language::accepted),
        })
    }

    /// Returns the language of the answer: the one chosen in this browser, or else the one that it likes best. Programs are
    /// answered in English.
    pub(crate) fn language(&self) -> Language {
        if self.bearer.is_some() || self.is_for_programs() {
            return Language::English;
        }
        self.cookies.language.unwrap_or(self.liked_language)
    }

    /// Returns the cursor of an older page, if this is not the first page.
    ///
    /// # Errors
    /// `BadRequest` if it is not a cursor.
    pub fn before(&self) -> Result<Option<Cursor>> {
        match self.query.get("before") {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|()| {
                Error::BadRequest(
                    "This link to older posts is damaged. Start again from the newest.".into(),
                )
            }),
        }
    }

    /// Returns whether answering changes nothing.
    pub fn is_safe(&self) -> bool {
        is_safe(&self.method)
    }

    /// Returns whether it is answered in JSON, errors included.
    pub fn is_for_programs(&self) -> bool {
        is_for_programs(&self.path)
    }

    /// Returns the path that a browser comes back to after signing in, inside the site and encoded. Only a page that can
    /// be asked for again is one; otherwise it is the home page.
    pub fn here(&self) -> &str {
        if self.is_safe() { &self.target } else { "/" }
    }

    /// Returns whether a browser can come back to this page after signing in. Longer addresses are not kept.
    pub fn can_come_back(&self, base: &BasePath) -> bool {
        is_inside(&base.url_encoded(self.here()), base)
    }

    /// Returns the path that a form leads to, as a browser sees it. Only paths of this site count.
    pub fn next(&self, base: &BasePath) -> Option<String> {
        let form = &self.body.form;
        let next = if form.has("next") {
            form.get("next")
        } else {
            self.query.get("next")
        };
        is_inside(next, base).then(|| next.to_owned())
    }
}

impl FetchPurpose {
    /// Reads the purpose that a browser names (Fetch, `Sec-Purpose`; older ones say `Purpose`).
    fn read(headers: Headers<'_>) -> FetchPurpose {
        let mut names = ["Sec-Purpose", "Purpose"]
            .into_iter()
            .filter_map(|name| headers.get(name));
        if names.any(|purpose| purpose.starts_with("prefetch")) {
            FetchPurpose::Prefetch
        } else {
            FetchPurpose::Show
        }
    }
}

impl Conditions {
    fn read(headers: Headers<'_>) -> Conditions {
        Conditions {
            if_none_match: headers.owned("If-None-Match"),
            if_range: headers.owned("If-Range"),
            range: headers.owned("Range"),
        }
    }
}

fn body_of(raw: &mut tiny_http::Request, rules: &BodyRules<'_>) -> Result<ParsedBody> {
    let headers = Headers::of(raw);
    let content_type = headers.owned("Content-Type").unwrap_or_default();
    if headers.parsed::<u64>(internal::ANNOUNCED).is_some() {
        return Ok(ParsedBody::beginning(raw.as_reader(), &content_type, rules));
    }
    ParsedBody::read(raw.as_reader(), &content_type, rules)
}

/// Reads `Authorization: Bearer` (RFC 6750 §2.1); the name of a scheme has no case (RFC 9110 §11.1). Other schemes are
/// meant for a proxy.
fn bearer(header: &str) -> Option<Bearer> {
    let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| Bearer::parse(token.trim()))
}

/// Reads `Accept-Encoding` (RFC 9110 §12.5.3), as far as browsers and proxies use it.
fn accepts_gzip(header: &str) -> bool {
    header.split(',').any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let refused = matches!(
            weight.trim().replace(' ', "").as_str(),
            "q=0" | "q=0.0" | "q=0.00" | "q=0.000"
        );
        name.trim().eq_ignore_ascii_case("gzip") && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_sent_to_clients_that_accept_it() {
        for (header, expected) in [
            ("gzip", true),
            ("br, gzip;q=0.5", true),
            ("gzip;q=0", false),
            ("br", false),
            ("", false),
            ("GZIP", true),
        ] {
            assert_eq!(accepts_gzip(header), expected, "{header}");
        }
    }
}
