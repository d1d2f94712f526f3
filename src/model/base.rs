//! The public address of the site and the path that all its links lie under.

use std::net::IpAddr;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// The path that the whole site lies under: empty, or for example `/feed`. Every link, form, asset, cookie, redirect
/// and stream address is made through this type.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BasePath(String);

/// The public address of the site, as the operator configured it: `https://pi.example/feed/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    /// Scheme and authority, spelled as in an `Origin` header: lower case, without a default port.
    pub origin: String,
    /// Host, and port unless it is the default.
    pub authority: String,
    pub https: bool,
    pub path: BasePath,
}

/// Characters that must be encoded in a path (RFC 3986 §3.3): everything except a `pchar` or a slash.
const NOT_IN_PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

impl BasePath {
    /// Returns the URL of a path of this site. The path starts with `/` and is not encoded yet.
    pub fn url(&self, path: &str) -> String {
        format!("{}{}", self.0, utf8_percent_encode(path, NOT_IN_PATH))
    }

    /// Returns the URL of a path and query that are already encoded.
    pub fn url_encoded(&self, path_and_query: &str) -> String {
        format!("{}{path_and_query}", self.0)
    }

    /// Removes the base from a path as browsers know it. A path without the base is returned unchanged.
    pub fn strip<'t>(&self, target: &'t str) -> &'t str {
        match target.strip_prefix(self.0.as_str()) {
            Some("") => "/",
            Some(rest) if rest.starts_with('/') => rest,
            _ => target,
        }
    }

    /// Checks whether the site is at the root of its host.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the base without a trailing slash: empty at the root of a host.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the `Path` attribute for cookies.
    pub fn cookie_path(&self) -> String {
        format!("{}/", self.0)
    }
}

impl BaseUrl {
    /// Parses the address. Returns `None` unless it is an `http` or `https` URL without query, fragment and user info.
    pub fn parse(text: &str) -> Option<BaseUrl> {
        let (scheme, rest) = text.split_once("://")?;
        let https = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b);
        if authority.is_empty() || !authority.bytes().all(plain) {
            return None;
        }
        let path = path.trim_end_matches('/');
        let segment = |s: &str| {
            !matches!(s, "" | "." | "..")
                && s.bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b))
        };
        if !path.is_empty() && !path[1..].split('/').all(segment) {
            return None;
        }
        let authority = authority.to_ascii_lowercase();
        let default_port = if https { ":443" } else { ":80" };
        let authority = authority
            .strip_suffix(default_port)
            .unwrap_or(&authority)
            .to_owned();
        let scheme = if https { "https" } else { "http" };
        Some(BaseUrl {
            origin: format!("{scheme}://{authority}"),
            authority,
            https,
            path: BasePath(path.to_owned()),
        })
    }

    /// Checks whether a `Host` is that of the site. It may name the default port.
    pub fn is_at(&self, host: &str) -> bool {
        let default_port = if self.https { ":443" } else { ":80" };
        host.strip_suffix(default_port).unwrap_or(host) == self.authority
    }

    /// Returns the port, unless it is the default.
    pub fn port(&self) -> Option<u16> {
        let (_, port) = self.authority.rsplit_once(':')?;
        // An IPv6 address without a port ends in a bracket.
        port.parse().ok()
    }

    /// Returns the absolute URL of a path of this site.
    pub fn url(&self, path: &str) -> String {
        format!("{}{}", self.origin, self.path.url(path))
    }

    /// Checks whether the host means the local machine on every machine (RFC 6761 §6.3, RFC 6890).
    pub fn is_this_machine(&self) -> bool {
        let name = match self.authority.strip_prefix('[') {
            Some(rest) => rest.split(']').next().unwrap_or_default(),
            None => self.authority.split(':').next().unwrap_or_default(),
        };
        let is_local_name = name == "localhost" || name.ends_with(".localhost");
        let address = name.parse::<IpAddr>().map(|address| address.to_canonical());
        is_local_name
            || address.is_ok_and(|address| address.is_loopback() || address.is_unspecified())
    }

    /// Returns the whole URL with a trailing slash.
    pub fn as_text(&self) -> String {
        format!("{}{}/", self.origin, self.path.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_may_have_a_path() {
        let base = BaseUrl::parse("HTTPS://Pi.Example:443/feed/").expect("it is one");
        assert_eq!(base.origin, "https://pi.example");
        assert_eq!(base.path.url("/login"), "/feed/login");
        assert_eq!(base.path.cookie_path(), "/feed/");
        assert_eq!(base.path.strip("/feed/login"), "/login");
        assert_eq!(base.path.strip("/feed"), "/");
        assert_eq!(base.path.strip("/feedback"), "/feedback");
        let root = BaseUrl::parse("http://pi:8080").expect("it is one");
        assert_eq!(root.path.url("/"), "/");
        assert_eq!(root.origin, "http://pi:8080");
    }

    #[test]
    fn an_invalid_base_url_is_refused() {
        for wrong in [
            "",
            "pi.example",
            "ftp://pi",
            "http://",
            "http://u@pi/",
            "http://pi/a//b",
            "http://pi/?q",
            "http://pi/../",
        ] {
            assert_eq!(BaseUrl::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn loopback_addresses_and_names_are_the_local_machine() {
        for (url, expected) in [
            ("http://localhost:5000", true),
            ("http://pi.localhost", true),
            ("http://127.0.0.1:5000/feed/", true),
            ("http://127.1.2.3", true),
            ("http://0.0.0.0:5000", true),
            ("http://[::1]:5000", true),
            ("http://[::]:5000", true),
            ("http://[::ffff:127.0.0.1]", true),
            ("http://192.168.1.5:5000", false),
            ("http://[fd00::1]:5000", false),
            ("http://pi.local:5000", false),
            ("http://localhost.example", false),
            ("https://pi.example/feed/", false),
        ] {
            let url = BaseUrl::parse(url).expect("an address");
            assert_eq!(url.is_this_machine(), expected, "{}", url.as_text());
        }
    }

    #[test]
    fn letters_of_every_script_are_encoded_in_a_url() {
        assert_eq!(
            BasePath::default().url("/post/x/привет"),
            "/post/x/%D0%BF%D1%80%D0%B8%D0%B2%D0%B5%D1%82"
        );
    }
}
