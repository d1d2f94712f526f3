//! Texts in which people are mentioned who have other names here.

use std::collections::HashMap;

use crate::model::{Body, Piece};

/// Returns a text with the mentions of those people changed who have other names here. The names there are in lower
/// case.
pub(super) fn renamed(text: &str, names: &HashMap<String, String>) -> String {
    if names.is_empty() || !text.contains(['@', '\u{ff20}']) {
        return text.to_owned();
    }
    let pieces = Body::parse(text).0.into_iter();
    let written = pieces.map(|piece| match piece {
        Piece::Words(words) => words,
        Piece::Link(link) => link,
        Piece::Tag(tag) => format!("#{}", tag.as_typed()),
        Piece::Mention(name) => {
            let there = name.as_str().to_ascii_lowercase();
            let here = names.get(&there).map_or(name.as_str(), String::as_str);
            format!("@{here}")
        }
    });
    written.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mentions_follow_and_everything_else_stays() {
        let names = HashMap::from([("alice".to_owned(), "alice2".to_owned())]);
        let text =
            "Hello @Alice and @bob, see https://example.com/@alice #alice\nalice@example.com";
        let expected = text.replace("@Alice", "@alice2");
        assert_eq!(renamed(text, &names), expected);
        assert_eq!(renamed(text, &HashMap::new()), text);
    }
}
