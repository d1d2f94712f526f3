//! The page that a request comes from, as its headers tell.

use super::{headers::Headers, request::FRAGMENT, target::is_inside};
use crate::model::{BasePath, BaseUrl};

/// The headers that tell where a request comes from, and which host it believes to reach.
pub struct PageOrigin {
    /// `Host`, in lower case and without a last dot; empty if it is missing.
    pub host: String,
    /// `Origin` (RFC 6454 §7), without a last dot.
    pub header: Option<String>,
    /// `Sec-Fetch-Site` (W3C Fetch Metadata).
    pub fetch_site: Option<String>,
    /// The address of the page that the request was made from, as the browser says.
    pub referer: Option<String>,
}

impl PageOrigin {
    pub(super) fn read(headers: Headers<'_>) -> PageOrigin {
        PageOrigin {
            host: without_last_dot(&headers.get("Host").unwrap_or_default().to_ascii_lowercase()),
            header: headers.get("Origin").map(without_last_dot),
            fetch_site: headers.owned("Sec-Fetch-Site"),
            referer: headers.owned("Referer"),
        }
    }

    /// Checks for a request whose page is on another host, of a browser that does not say whether it is the same site:
    /// perhaps a proxy changed `Host`. Browsers say it on https and on this machine only.
    pub(crate) fn looks_renamed(&self) -> bool {
        let has_host = |origin: &str| origin.contains("://");
        self.fetch_site.is_none() && self.header.as_deref().is_some_and(has_host)
    }

    /// Returns the origin by which a browser reaches this site. Only its form tells whether that is by https.
    pub(crate) fn reached(&self) -> String {
        let https = format!("https://{}", self.host);
        match &self.header {
            Some(page) if *page == https => https,
            _ => format!("http://{}", self.host),
        }
    }

    /// Returns the origins of this site's own pages, as browsers spell them.
    pub(crate) fn own(&self, base_url: Option<&BaseUrl>) -> Vec<String> {
        let reached = format!("http://{}", self.host);
        match base_url {
            // A proxy may ask under another name, but browsers know this one.
            Some(base_url) => vec![base_url.origin.clone(), reached],
            None => vec![reached],
        }
    }

    /// Returns the path of the page that the request was made from, as a browser sees it, if it is a page of this site.
    pub(crate) fn page_before(
        &self,
        base: &BasePath,
        base_url: Option<&BaseUrl>,
    ) -> Option<String> {
        let referer = self.referer.as_deref()?;
        let own = self.own(base_url);
        let mut paths = own
            .iter()
            .filter_map(|origin| referer.strip_prefix(origin.as_str()));
        let page = paths.find(|path| is_inside(path, base))?;
        Some(page.to_owned())
    }
}

/// Returns whether a script of this site sent a request, or a browser on one of its pages, as far as the headers tell.
pub(crate) fn is_from_site(raw: &tiny_http::Request, base: &BasePath) -> bool {
    let headers = Headers::of(raw);
    let is_script = headers
        .get("Accept")
        .is_some_and(|accept| accept.contains(FRAGMENT));
    let page = headers
        .get("Referer")
        .and_then(|page| page.split_once("://"));
    let path = page.and_then(|(_, rest)| Some(&rest[rest.find('/')?..]));
    is_script || path.is_some_and(|path| is_inside(path, base))
}

/// Returns the name in a host or an origin, without a port.
pub(crate) fn name_of(host: &str) -> &str {
    let (name, port) = host.rsplit_once(':').unwrap_or((host, ""));
    let is_port = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    if is_port { name } else { host }
}

/// Removes the last dot of a name, which some clients send: `pi.local.` is `pi.local` (RFC 1034 §3.1).
fn without_last_dot(host: &str) -> String {
    let name = name_of(host);
    let port = &host[name.len()..];
    format!("{}{port}", name.strip_suffix('.').unwrap_or(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_dot_of_a_name_does_not_count() {
        for (host, expected) in [
            ("pi.local.", "pi.local"),
            ("pi.local.:5000", "pi.local:5000"),
            ("http://pi.local.:5000", "http://pi.local:5000"),
            ("[::1]:5000", "[::1]:5000"),
            ("[::1]", "[::1]"),
            ("127.0.0.1:80", "127.0.0.1:80"),
            ("null", "null"),
            ("", ""),
        ] {
            assert_eq!(without_last_dot(host), expected, "{host}");
        }
    }
}
