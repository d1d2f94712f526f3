//! An answer of a site, and how it is read.

use super::html::{all_between, between, words};

#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) text: String,
    pub(crate) bytes: Vec<u8>,
    headers: Vec<(String, String)>,
}

impl Page {
    /// Reads a whole answer.
    pub(super) fn of(response: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Page {
        let mut response = response.expect("the server answers");
        let headers = response.headers().iter();
        let headers = headers
            .map(|(name, value)| (name.to_string(), value.to_str().expect("ASCII").to_owned()))
            .collect();
        // Far more than ureq reads by itself.
        let body = response.body_mut().with_config().limit(1 << 30);
        let bytes = body.read_to_vec().expect("a body");
        Page {
            status: response.status().as_u16(),
            headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
            bytes,
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn location(&self) -> &str {
        self.header("location").unwrap_or_default()
    }

    /// Returns what the answer tells the browser to keep under this name.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.headers.iter().find_map(|(key, value)| {
            let is_cookie = key.eq_ignore_ascii_case("set-cookie");
            let value = value.strip_prefix(name)?.strip_prefix('=')?;
            is_cookie.then_some(value)
        })
    }

    pub(crate) fn has(&self, text: &str) -> bool {
        self.text.contains(text)
    }

    /// Parses the answer as JSON, as a program does.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text)
            .unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.text))
    }

    /// Returns the status, and the message of an error in JSON.
    pub(crate) fn error(&self) -> (u16, String) {
        let error = self.json()["error"].as_str().map(str::to_owned);
        (self.status, error.expect("an error"))
    }

    /// Returns the text that a person reads.
    pub(crate) fn words(&self) -> String {
        words(&self.text)
    }

    /// Returns the text that a person reads of one post.
    pub(crate) fn words_of(&self, post: &str) -> String {
        words(between(
            &self.text,
            &format!("<article class=\"post card\" id=\"post-{post}\""),
            "</article>",
        ))
    }

    /// Returns the ids of the comments on the page, from the top.
    pub(crate) fn comments(&self) -> Vec<String> {
        self.values_of("data-comment-id")
    }

    /// Returns the ids of the posts on the page, from the top.
    pub(crate) fn posts(&self) -> Vec<String> {
        self.values_of("data-post-id")
    }

    /// Returns the ids of the images that a form carries; the rows that the script is to fill have none.
    pub(crate) fn images(&self) -> Vec<&str> {
        let mut ids = all_between(&self.text, "name=\"image_id\" value=\"", "\"");
        ids.retain(|id| !id.is_empty());
        ids
    }

    /// Returns the path of the next page of a list, if there is one.
    pub(crate) fn next_page(&self) -> Option<String> {
        let (_, rest) = self.text.split_once("rel=\"next\" href=\"")?;
        let (path, _) = rest.split_once('"').expect("the attribute ends");
        Some(path.replace("&amp;", "&"))
    }

    /// Returns the values of an attribute in the list of the page. What a newcomer sees below it does not count.
    fn values_of(&self, attribute: &str) -> Vec<String> {
        let list = self.text.split("<section class=\"newest-posts\">").next();
        let list = list.unwrap_or_default();
        let values = all_between(list, &format!("{attribute}=\""), "\"");
        values.into_iter().map(str::to_owned).collect()
    }
}
