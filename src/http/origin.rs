//! The page that a request comes from, as its headers tell.

use super::{headers::Headers, target::is_inside};
use crate::model::{BasePath, BaseUrl};

/// The headers that tell where a request comes from, and which host it believes to reach.
pub struct PageOrigin {
    /// `Host`, in lower case; empty if it is missing.
    pub host: String,
    /// `Origin` (RFC 6454 §7).
    pub header: Option<String>,
    /// `Sec-Fetch-Site` (W3C Fetch Metadata).
    pub fetch_site: Option<String>,
    /// The address of the page that the request was made from, as the browser says.
    pub referer: Option<String>,
}

impl PageOrigin {
    pub(super) fn read(headers: Headers<'_>) -> PageOrigin {
        PageOrigin {
            host: headers.get("Host").unwrap_or_default().to_ascii_lowercase(),
            header: headers.owned("Origin"),
            fetch_site: headers.owned("Sec-Fetch-Site"),
            referer: headers.owned("Referer"),
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
