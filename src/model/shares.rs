//! A text that another program shares with the site (W3C Web Share Target).

use sha2::{Digest, Sha256};

use super::text::hex;

/// A shared text, in the words that a post begins with. Nobody has checked it: it is shown in the form of a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedText(String);

impl SharedText {
    /// Puts the parts of a share into lines. Programs repeat themselves: many put the address into the text as well, and
    /// the title into its beginning. Control characters, which no keyboard types, are dropped.
    pub fn of(title: &str, text: &str, url: &str) -> SharedText {
        let [title, text, url] = [title, text, url].map(cleaned);
        let names_url = |part: &str| part.split_whitespace().any(|word| word == url);
        let is_new_title = !text.starts_with(&title) && title != url;
        let is_known_url = names_url(&text) || is_new_title && names_url(&title);
        let parts = [
            (title, is_new_title),
            (text, true),
            (url.clone(), !is_known_url),
        ];
        let kept = parts
            .into_iter()
            .filter(|(part, is_new)| *is_new && !part.is_empty());
        let lines: Vec<String> = kept.map(|(part, _)| part).collect();
        SharedText(lines.join("\n"))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the name under which a browser keeps what becomes of the text. Each text has its own, so an older share
    /// that was never posted does not take its place. A post that begins empty has that of all posts.
    pub fn draft(&self) -> String {
        if self.0.is_empty() {
            return "post".to_owned();
        }
        let hash = Sha256::digest(&self.0);
        format!("share-{}", hex(&hash[..6]))
    }
}

fn cleaned(part: &str) -> String {
    let part = part.replace("\r\n", "\n").replace('\r', "\n");
    let kept = part
        .chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'));
    kept.collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_says_nothing_twice() {
        let url = "https://example.org/a";
        for (title, text, url, expected) in [
            ("Title", "Text", url, "Title\nText\nhttps://example.org/a"),
            (
                "Title",
                "https://example.org/a",
                "",
                "Title\nhttps://example.org/a",
            ),
            (
                "Title",
                "Look: https://example.org/a",
                url,
                "Title\nLook: https://example.org/a",
            ),
            (
                "Title",
                "Title https://example.org/a",
                url,
                "Title https://example.org/a",
            ),
            ("Same", "Same", "", "Same"),
            ("https://example.org/a", "", url, "https://example.org/a"),
            (
                "",
                "https://example.org/a/b",
                url,
                "https://example.org/a/b\nhttps://example.org/a",
            ),
            (" \n", "a\r\nb\u{0}\u{7}", "", "a\nb"),
            ("", "", "", ""),
        ] {
            assert_eq!(SharedText::of(title, text, url).as_str(), expected);
        }
    }

    #[test]
    fn each_text_has_a_draft_of_its_own() {
        let draft = |text| SharedText::of("", text, "").draft();
        assert_eq!(draft(""), "post");
        assert_eq!(draft("one"), draft(" one "));
        assert_ne!(draft("one"), draft("two"));
    }
}
