//! Names, attributes and values of the cookies that the site sets.

use std::time::Duration;

use cookie::{Cookie, CookieBuilder, SameSite};

use crate::model::BasePath;

/// Cookies of the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CookieKind {
    /// Token of a session, and nothing else.
    Session,
    /// Random name of a browser that is not signed in. The tokens of its forms are bound to it.
    Visitor,
    /// Random name of a browser that somebody has signed in with. It gives no right to anything.
    Device,
    /// Code of the message that the next page shows once.
    Flash,
    /// List of posts that a guest has read.
    GuestReads,
    /// Light, dark, or the system's setting.
    Theme,
    Language,
    /// The order of posts on the home page.
    HomeOrder,
}

/// Names and limits of the cookies on this site.
///
/// With https, the `__Host-` prefix makes the browser keep a cookie to its host. That prefix does not allow a
/// sub-path, so there the prefix is `__Secure-` (RFC 6265bis §4.1.3).
///
/// Browsers do not keep the cookies of two ports apart (RFC 6265 §8.5). So that two sites on one host do not sign each
/// other's people out, a port other than the usual ones is part of the names.
#[derive(Debug, Clone)]
pub struct Cookies {
    prefix: &'static str,
    path: String,
    port: Option<u16>,
    secure: bool,
}

impl Cookies {
    /// Chooses prefix, path and names for a site. `port` is its port if that is an unusual one.
    pub fn new(base: &BasePath, https: bool, port: Option<u16>) -> Cookies {
        let prefix = match (https, base.as_str().is_empty()) {
            (true, true) => "__Host-",
            (true, false) => "__Secure-",
            (false, _) => "",
        };
        Cookies {
            prefix,
            path: base.cookie_path(),
            port,
            secure: https,
        }
    }

    /// Returns the value of a `Set-Cookie` header. Without an age the browser forgets the cookie when it closes.
    pub fn set(&self, kind: CookieKind, value: &str, age: Option<Duration>) -> String {
        let cookie = self.build(kind, value.to_owned());
        let cookie = match age {
            Some(age) => cookie.max_age(age.try_into().unwrap_or(cookie::time::Duration::MAX)),
            None => cookie,
        };
        cookie.build().to_string()
    }

    /// Returns the value of a `Set-Cookie` header that deletes the cookie.
    pub fn forget(&self, kind: CookieKind) -> String {
        self.set(kind, "", Some(Duration::ZERO))
    }

    /// Returns the value of a cookie in the browser's `Cookie` header.
    pub fn read(&self, header: Option<&str>, kind: CookieKind) -> Option<String> {
        let name = self.name(kind);
        let mut cookies = Cookie::split_parse(header?).flatten();
        cookies
            .find(|cookie| cookie.name() == name)
            .map(|cookie| cookie.value().to_owned())
    }

    /// Builds a cookie with the attributes that all of ours have.
    fn build(&self, kind: CookieKind, value: String) -> CookieBuilder<'static> {
        Cookie::build((self.name(kind), value))
            .path(self.path.clone())
            .secure(self.secure)
            .http_only(true)
            .same_site(SameSite::Lax)
    }

    /// Returns the name of a cookie, with its prefix and port.
    fn name(&self, kind: CookieKind) -> String {
        let name = match kind {
            CookieKind::Session => "quartfeed",
            CookieKind::Visitor => "quartfeed_visitor",
            CookieKind::Device => "quartfeed_device",
            CookieKind::Flash => "quartfeed_flash",
            CookieKind::GuestReads => "quartfeed_reads",
            CookieKind::Theme => "quartfeed_theme",
            CookieKind::Language => "quartfeed_language",
            CookieKind::HomeOrder => "quartfeed_order",
        };
        match self.port {
            Some(port) => format!("{}{name}_{port}", self.prefix),
            None => format!("{}{name}", self.prefix),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_held_to_its_site() {
        let session = |base: &str, https| {
            let base = crate::model::BaseUrl::parse(base).expect("an address").path;
            Cookies::new(&base, https, None).set(CookieKind::Session, "t", None)
        };
        assert_eq!(
            session("http://pi", false),
            "quartfeed=t; HttpOnly; SameSite=Lax; Path=/"
        );
        assert_eq!(
            session("https://pi", true),
            "__Host-quartfeed=t; HttpOnly; SameSite=Lax; Secure; Path=/"
        );
        assert_eq!(
            session("https://pi/feed", true),
            "__Secure-quartfeed=t; HttpOnly; SameSite=Lax; Secure; Path=/feed/"
        );
    }

    #[test]
    fn only_the_cookie_of_that_name_is_read() {
        let cookies = Cookies::new(&BasePath::default(), false, None);
        let header = Some("xquartfeed=1; quartfeed=2; quartfeed_flash=3");
        assert_eq!(
            cookies.read(header, CookieKind::Session).as_deref(),
            Some("2")
        );
        assert_eq!(cookies.read(header, CookieKind::Theme), None);
        assert_eq!(cookies.read(Some(";;;=; \u{1}"), CookieKind::Session), None);
    }

    #[test]
    fn sites_on_two_ports_of_a_host_have_cookies_of_their_own() {
        let base = BasePath::default();
        let header = Some("quartfeed=1; quartfeed_5001=2; quartfeed_visitor_5001=3");
        let read = |port| Cookies::new(&base, false, port).read(header, CookieKind::Session);
        assert_eq!(read(None).as_deref(), Some("1"));
        assert_eq!(read(Some(5001)).as_deref(), Some("2"));
        assert_eq!(read(Some(5002)), None);
        let secure = Cookies::new(&base, true, Some(8443));
        let set = secure.set(CookieKind::Session, "t", None);
        assert!(set.starts_with("__Host-quartfeed_8443=t;"), "{set}");
    }
}
