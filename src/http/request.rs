use std::{
    cell::RefCell,
    net::{IpAddr, Ipv4Addr},
    str::FromStr,
};

use percent_encoding::percent_decode_str;

use super::{
    Content, CookieKind, Cookies, Deadline, Flash, Form, GuestReads, Json, Taking, Upload, content,
    multipart::MultipartError,
};
use crate::{
    error::{Error, Result},
    model::{
        BasePath, Bearer, Holder, ImageId, Role, Scope, SessionId, Theme, Timestamp, Token,
        TokenFault, Whereabouts,
    },
};

pub use tiny_http::Method;

/// Headers between the door and us. The door takes them away from what clients send.
pub mod internal {
    /// Who asks: the address of the client, or what a trusted proxy says it is.
    pub const CLIENT: &str = "X-Quartfeed-Client";
    /// On a request without a body: it is going to have one of so many bytes. Would it be taken?
    pub const ANNOUNCED: &str = "X-Quartfeed-Announced";
    /// On a request that brings work with it: so many milliseconds its sender waits. Then nothing is to be begun any more.
    pub const DEADLINE: &str = "X-Quartfeed-Deadline";
    /// On an answer: the socket is to become this event stream.
    pub const STREAM: &str = "X-Quartfeed-Stream";
    /// On an answer: behind its body stands one byte more, which says whether what was to be read for it was read to
    /// the end. The length of an answer is said before it is read, and its connection has to stay in step.
    pub const TRAILER: &str = "X-Quartfeed-Trailer";
    /// That byte, if the body is whole.
    pub const COMPLETE: u8 = 1;
    /// That byte, if the rest of the body is made of zeros.
    pub const CUT_SHORT: u8 = 0;
}

/// The header by which a script asks for the part of a page that it is going to replace.
const FRAGMENT: &str = "text/vnd.quartfeed.fragment+html";

/// Lengths of a visitor's random name, in characters of base64url: 16 bytes.
const VISITOR_CHARS: usize = 22;

pub struct Request {
    pub method: Method,
    /// Inside the site: without the base, without the query, still percent-encoded.
    pub path: String,
    /// Path and query, inside the site, as they came.
    pub target: String,
    pub query: Form,
    pub form: Form,
    /// Files of the form, in its order.
    pub files: Vec<Upload>,
    /// Pictures of this form that are kept already, each with the place of its words among those of the form: if the form
    /// is refused, it is drawn again with them.
    pub kept: RefCell<Vec<(usize, ImageId)>>,
    /// What is wrong with a form with files in it.
    pub(crate) fault: Option<MultipartError>,
    /// The door asks, before it reads so many bytes, whether they would be taken. There is no body yet.
    pub announced: Option<u64>,
    /// What a program sent; see [`Request::json`].
    pub content: Content,
    /// How long its sender waits for the answer.
    pub deadline: Deadline,
    /// When the request arrived. Handlers never ask a clock.
    pub now: Timestamp,
    pub client: IpAddr,
    pub host: String,
    pub origin: Option<String>,
    pub fetch_site: Option<String>,
    /// The page that the request was made from, as the browser says.
    pub referer: Option<String>,
    pub whereabouts: Whereabouts,
    pub token: Option<Token>,
    /// What a program proves itself with. Who shows it has no cookies: they are not even read.
    pub bearer: Option<Bearer>,
    /// The token of a form, from a script that sends no form.
    pub csrf_token: Option<String>,
    pub if_none_match: Option<String>,
    pub if_range: Option<String>,
    pub range: Option<String>,
    pub idempotency_key: Option<String>,
    /// Names a browser that somebody has signed in with.
    pub device: Option<Token>,
    /// Names a browser that is not signed in; made now if it has no name yet.
    pub visitor: Visitor,
    pub flash: Option<Flash>,
    pub guest_reads: GuestReads,
    pub theme: Theme,
    pub last_event_id: Option<String>,
    pub wants_fragment: bool,
    pub accepts_gzip: bool,
    /// The session, once the guard has looked.
    pub session: Option<CurrentSession>,
    /// The program's token, once the guard has looked and found it good; or else what is wrong with it.
    pub access: Option<Result<CurrentToken, TokenFault>>,
    pub(crate) params: Vec<(&'static str, String)>,
}

/// The session that a request belongs to.
pub struct CurrentSession {
    pub id: SessionId,
    pub role: Role,
    pub expires_at: Timestamp,
    /// Until then what is dangerous needs no password again.
    pub fresh_until: Timestamp,
    pub persistent: bool,
    /// The browser has used its token for long enough, and is to get the next one.
    pub wants_token: bool,
    /// There is something that the person must read.
    pub has_warning: bool,
}

/// The token that lets a request in.
pub struct CurrentToken {
    pub holder: Holder,
    pub role: Role,
    pub scope: Scope,
    pub expires_at: Timestamp,
}

pub struct Visitor {
    pub name: String,
    pub is_new: bool,
}

impl Request {
    /// # Errors
    /// `BadRequest` and `UnsupportedMediaType` if what the door let through is not a request to us. What a program
    /// sent is looked at only when it is known who asks.
    pub(crate) fn read(
        raw: &mut tiny_http::Request,
        base: &BasePath,
        cookies: &Cookies,
        now: Timestamp,
        taking: &Taking<'_>,
    ) -> Result<Request> {
        let deadline = raw
            .headers()
            .iter()
            .find(|header| header.field.equiv(internal::DEADLINE));
        let deadline = deadline.and_then(|header| header.value.as_str().parse().ok());
        let deadline = Deadline::after(deadline);
        let path = path_of(raw.url(), base).to_owned();
        let kind = raw
            .headers()
            .iter()
            .find(|header| header.field.equiv("Content-Type"));
        let kind = kind.map_or(String::new(), |header| header.value.to_string());
        let announced = raw
            .headers()
            .iter()
            .find(|header| header.field.equiv(internal::ANNOUNCED));
        let announced = announced.and_then(|header| header.value.as_str().parse().ok());
        let taken = if announced.is_some() {
            content::none(&kind)
        } else {
            content::take(raw.as_reader(), &kind, &path, taking)?
        };
        let header = |name: &'static str| {
            let found = raw.headers().iter().find(|header| header.field.equiv(name));
            found.map(|header| header.value.as_str())
        };
        let bearer = header("Authorization").and_then(bearer);
        let sent_cookies = header("Cookie").filter(|_| bearer.is_none());
        let cookie = |kind| cookies.read(sent_cookies, kind);
        let target = base.strip(raw.url());
        let (_, query) = target.split_once('?').unwrap_or((target, ""));
        let client = header(internal::CLIENT).and_then(|client| client.parse().ok());
        let client = client.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        Ok(Request {
            method: raw.method().clone(),
            path,
            target: target.to_owned(),
            query: Form::parse(query.as_bytes())?,
            form: taken.form,
            files: taken.files,
            kept: RefCell::default(),
            fault: taken.fault,
            announced,
            content: taken.content,
            deadline,
            now,
            client,
            host: header("Host").unwrap_or_default().to_ascii_lowercase(),
            origin: header("Origin").map(str::to_owned),
            fetch_site: header("Sec-Fetch-Site").map(str::to_owned),
            referer: header("Referer").map(str::to_owned),
            whereabouts: Whereabouts::of(header("User-Agent").unwrap_or_default(), client),
            token: cookie(CookieKind::Session).map(|token| Token::given(&token)),
            bearer,
            csrf_token: header("X-CSRF-Token").map(str::to_owned),
            if_none_match: header("If-None-Match").map(str::to_owned),
            if_range: header("If-Range").map(str::to_owned),
            range: header("Range").map(str::to_owned),
            idempotency_key: header("Idempotency-Key").map(str::to_owned),
            device: cookie(CookieKind::Device).map(|device| Token::given(&device)),
            visitor: Visitor::known_or_new(cookie(CookieKind::Visitor)),
            flash: cookie(CookieKind::Flash).and_then(|code| Flash::from_code(&code)),
            guest_reads: GuestReads::of(cookie(CookieKind::GuestReads).as_deref()),
            theme: cookie(CookieKind::Theme)
                .and_then(|theme| theme.parse().ok())
                .unwrap_or_default(),
            last_event_id: header("Last-Event-ID").map(str::to_owned),
            wants_fragment: header("Accept").is_some_and(|accept| accept.contains(FRAGMENT)),
            accepts_gzip: header("Accept-Encoding").is_some_and(accepts_gzip),
            session: None,
            access: None,
            params: Vec::new(),
        })
    }

    /// A path parameter; one that does not parse names nothing, so it is a 404.
    pub fn param<T: FromStr>(&self, name: &str) -> Result<T> {
        let found = self.params.iter().find(|(key, _)| *key == name);
        let (_, text) = found.ok_or(Error::NotFound)?;
        let text = percent_decode_str(text)
            .decode_utf8()
            .map_err(|_| Error::NotFound)?;
        text.parse().map_err(|_| Error::NotFound)
    }

    /// Where the next page begins, if this is not the first.
    ///
    /// # Errors
    /// `BadRequest` if it is not a cursor.
    pub fn before(&self) -> Result<Option<crate::model::Cursor>> {
        match self.query.get("before") {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|()| {
                Error::BadRequest(
                    "This link to older posts is damaged. Start again from the newest.".into(),
                )
            }),
        }
    }

    /// Whether nothing is changed by answering (RFC 9110 §9.2.1).
    pub fn is_safe(&self) -> bool {
        matches!(self.method, Method::Get | Method::Head)
    }

    pub fn is_admin(&self) -> bool {
        let session = self.session.as_ref();
        session.is_some_and(|session| session.role == Role::Admin)
    }

    /// Whether it is answered in JSON, errors included.
    pub fn is_for_programs(&self) -> bool {
        is_for_programs(&self.path)
    }

    /// The program's token, if it is good.
    pub fn current_token(&self) -> Option<&CurrentToken> {
        self.access.as_ref().and_then(|access| access.as_ref().ok())
    }

    /// What lets the request in, and until when.
    pub fn holder(&self) -> Option<(Holder, Timestamp)> {
        let session = self.session.as_ref();
        let session = session.map(|session| (Holder::Session(session.id), session.expires_at));
        let token = self.current_token();
        session.or(token.map(|token| (token.holder, token.expires_at)))
    }

    /// What the one who asks may do here, beside what everybody may.
    pub fn role(&self) -> Role {
        let session = self.session.as_ref().map(|session| session.role);
        let token = self.current_token().map(|token| token.role);
        session.or(token).unwrap_or(Role::Member)
    }

    /// What a program sent. No body is an object without fields.
    ///
    /// # Errors
    /// `UnsupportedMediaType`; `BadRequest` if it is not JSON, or too deep; `Invalid` if it is not an object.
    pub fn json(&self) -> Result<Json> {
        self.content.check_kind()?;
        Json::parse(&self.content.bytes)
    }

    /// Where the form wants its sender to be after it, as a browser sees it; only paths of this site count.
    pub fn next(&self, base: &BasePath) -> Option<String> {
        let next = if self.form.has("next") {
            self.form.get("next")
        } else {
            self.query.get("next")
        };
        is_inside(next, base).then(|| next.to_owned())
    }

    /// The page that the request was made from, if that is one of this site's, as a browser sees it. `own_origins` are
    /// those of this site.
    pub fn page_before(&self, base: &BasePath, own_origins: &[String]) -> Option<String> {
        let referer = self.referer.as_deref()?;
        let mut paths = own_origins
            .iter()
            .filter_map(|origin| referer.strip_prefix(origin.as_str()));
        let page = paths.find(|path| is_inside(path, base))?;
        Some(page.to_owned())
    }
}

impl Visitor {
    fn known_or_new(name: Option<String>) -> Visitor {
        let well_formed = |name: &String| {
            name.len() == VISITOR_CHARS
                && name
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        };
        match name.filter(well_formed) {
            Some(name) => Visitor {
                name,
                is_new: false,
            },
            None => Visitor {
                name: Token::random().as_str()[..VISITOR_CHARS].to_owned(),
                is_new: true,
            },
        }
    }
}

/// Inside the site, without the query.
pub(crate) fn path_of<'u>(url: &'u str, base: &BasePath) -> &'u str {
    base.strip(url).split('?').next().unwrap_or_default()
}

/// Paths that are answered in JSON. The door refuses in JSON what lies under the same.
pub const FOR_PROGRAMS: &str = "/api/";

pub(crate) fn is_for_programs(path: &str) -> bool {
    path.starts_with(FOR_PROGRAMS)
}

/// `Authorization: Bearer` (RFC 6750 §2.1); the name of a scheme has no case (RFC 9110 §11.1). Other schemes are a
/// proxy's affair.
fn bearer(header: &str) -> Option<Bearer> {
    let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| Bearer::parse(token.trim()))
}

/// RFC 9110 §12.5.3, as far as browsers and proxies use it.
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

/// Whether this is a path under the site's base, and no way out of it.
fn is_inside(path: &str, base: &BasePath) -> bool {
    let rest = path.strip_prefix(base.as_str());
    is_local_path(path) && rest.is_some_and(|rest| rest.starts_with('/'))
}

const NEXT_BYTES_MAX: usize = 512;

fn is_local_path(next: &str) -> bool {
    next.len() <= NEXT_BYTES_MAX
        && next.starts_with('/')
        && !matches!(next.as_bytes().get(1), Some(b'/' | b'\\'))
        // It becomes a header as it is: what is not ASCII must come percent-encoded.
        && next.bytes().all(|byte| (0x21..0x7f).contains(&byte) && byte != b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_stays_on_this_site() {
        for good in ["/", "/user/alice", "/post/x/%D0%BF?a=b#c", "/feed/"] {
            assert!(is_local_path(good), "{good}");
        }
        let long = format!("/{}", "a".repeat(512));
        for bad in [
            "",
            "//evil",
            "/\\evil",
            "\\/evil",
            "https://evil",
            "evil",
            "/a\nb",
            "/ a",
            "\t/a",
            "/a\\b",
            "javascript:x",
            "/ж",
            &long,
        ] {
            assert!(!is_local_path(bad), "{bad:?}");
        }
    }

    #[test]
    fn gzip_is_sent_to_those_who_take_it() {
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
