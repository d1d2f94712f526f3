//! The header fields of a request: read strictly, and written anew for the backend.

use super::is_authority;
use crate::door::refusal::Refusal;

/// Headers that the backend reads. No other header reaches it, so no other can mislead it.
const FORWARDED: &[&str] = &[
    "accept",
    "accept-encoding",
    "accept-language",
    "authorization",
    "content-type",
    "cookie",
    "idempotency-key",
    "if-none-match",
    "if-range",
    "last-event-id",
    "origin",
    "purpose",
    "range",
    "referer",
    "sec-fetch-site",
    "sec-purpose",
    "user-agent",
    "x-csrf-token",
];

/// Header fields as they arrived.
pub(super) struct HeaderFields<'h, 'b>(pub(super) &'h [httparse::Header<'b>]);

impl<'b> HeaderFields<'_, 'b> {
    /// Returns the values of all fields of this name.
    fn all(&self, name: &str) -> impl Iterator<Item = &'b [u8]> {
        self.0
            .iter()
            .filter(move |field| field.name.eq_ignore_ascii_case(name))
            .map(|field| field.value)
    }

    /// Returns the value of a field that may be present once.
    pub(super) fn only(&self, name: &'static str) -> Result<Option<&'b str>, Refusal> {
        let mut values = self.all(name);
        let Some(value) = values.next() else {
            return Ok(None);
        };
        if values.next().is_some() {
            return Err(Refusal::new(400, format!("more than one {name}")));
        }
        let text = std::str::from_utf8(value)
            .ok()
            .filter(|text| text.is_ascii());
        text.map(|text| Some(text.trim()))
            .ok_or_else(|| Refusal::new(400, format!("{name} is not ASCII")))
    }

    /// Returns the value of `Host`.
    pub(super) fn host(&self, required: bool) -> Result<Option<&'b str>, Refusal> {
        match self.only("host")? {
            None if required => Err(Refusal::new(400, "Host is missing")),
            Some(host) if !is_authority(host) => Err(Refusal::new(400, "Host is not valid")),
            host => Ok(host),
        }
    }

    /// Returns the length of the body: one `Content-Length` of digits, or none. Everything that could be read in
    /// two ways is refused.
    pub(super) fn body_bytes(&self, http_1_1: bool) -> Result<u64, Refusal> {
        let length = self.only("content-length")?;
        let coding: String = self.joined("transfer-encoding", ", ").to_ascii_lowercase();
        if self.all("transfer-encoding").next().is_some() {
            return Err(match coding.as_str() {
                _ if length.is_some() => Refusal::new(
                    400,
                    "Content-Length and Transfer-Encoding cannot be combined",
                ),
                _ if !http_1_1 => Refusal::new(400, "HTTP/1.0 has no Transfer-Encoding"),
                "chunked" => Refusal::new(
                    411,
                    "send a Content-Length; Transfer-Encoding is not supported",
                ),
                _ => Refusal::new(
                    501,
                    "Transfer-Encoding is not supported; send a Content-Length",
                ),
            });
        }
        let Some(length) = length else {
            return Ok(0);
        };
        if length.is_empty() || !length.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Refusal::new(400, "Content-Length is not a number"));
        }
        // A number with too many digits is a number all the same, and too large.
        Ok(length.parse().unwrap_or(u64::MAX))
    }

    /// Returns the options in `Connection`.
    pub(super) fn connection_options(&self) -> impl Iterator<Item = &'b str> {
        self.all("connection")
            .filter_map(|value| std::str::from_utf8(value).ok())
            .flat_map(|value| value.split(','))
            .map(str::trim)
    }

    /// Returns whether the sender says for whom it asks, as a proxy does.
    pub(super) fn names_client(&self) -> bool {
        let names = ["x-forwarded-for", "forwarded", "x-real-ip"];
        names.iter().any(|name| self.all(name).next().is_some())
    }

    /// Joins the values of all fields of this name.
    pub(super) fn joined(&self, name: &str, separator: &str) -> String {
        let values: Vec<_> = self.all(name).map(String::from_utf8_lossy).collect();
        values.join(separator)
    }

    /// Writes the fields for the backend. Several fields of one name are joined, and characters outside ASCII are
    /// replaced.
    pub(super) fn forward(&self, head: &mut String) {
        for name in FORWARDED {
            let mut values = self.all(name).peekable();
            if values.peek().is_none() {
                continue;
            }
            let separator = if *name == "cookie" { "; " } else { ", " };
            head.push_str(name);
            head.push_str(": ");
            for (n, value) in values.enumerate() {
                if n > 0 {
                    head.push_str(separator);
                }
                let ascii = |byte: &u8| {
                    if (0x20..0x7f).contains(byte) || *byte == b'\t' {
                        char::from(*byte)
                    } else {
                        '?'
                    }
                };
                head.extend(value.iter().map(ascii));
            }
            head.push_str("\r\n");
        }
    }
}
