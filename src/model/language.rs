//! The language of pages.

use std::str::FromStr;

/// A language that pages are written in. The texts of the source are English; each other language is a file of
/// translations, `src/words/NAME.po`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Hash, serde::Serialize, serde::Deserialize,
)]
pub enum Language {
    #[default]
    English,
    German,
}

impl Language {
    pub const ALL: [Language; 2] = [Language::English, Language::German];

    /// The name of no language in forms: the browser says which one.
    pub const AUTO: &str = "auto";

    /// Returns the tag (RFC 5646), as pages, cookies and forms have it.
    pub fn tag(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::German => "de",
        }
    }

    /// Returns its name in the language itself.
    pub fn own_name(self) -> &'static str {
        match self {
            Language::English => "English",
            Language::German => "Deutsch",
        }
    }

    /// Picks the language that a browser likes best, by its `Accept-Language` header (RFC 9110 §12.5.4). `de-AT` is
    /// German. A browser that asks for others only gets English.
    pub fn accepted(header: &str) -> Language {
        let liked = accept_language::parse(header);
        let mut liked = liked.iter().filter_map(|tag| {
            let primary = tag.split('-').next().unwrap_or_default();
            primary.to_ascii_lowercase().parse().ok()
        });
        liked.next().unwrap_or_default()
    }
}

impl FromStr for Language {
    type Err = ();

    fn from_str(tag: &str) -> Result<Language, ()> {
        Language::ALL
            .into_iter()
            .find(|language| language.tag() == tag)
            .ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_that_is_liked_best_is_taken() {
        for (header, language) in [
            ("", Language::English),
            ("de", Language::German),
            ("de-AT,de;q=0.9,en;q=0.8", Language::German),
            ("en-US,en;q=0.9,de;q=0.8", Language::English),
            ("de;q=0.5, en;q=0.9", Language::English),
            ("fr-FR,fr;q=0.9,de;q=0.7,en;q=0.6", Language::German),
            ("DE", Language::German),
            ("fr, ja", Language::English),
            ("*", Language::English),
            (";;q=,=,\u{1f600};q=9,", Language::English),
        ] {
            assert_eq!(Language::accepted(header), language, "{header}");
        }
    }
}
