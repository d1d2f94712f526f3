//! The kinds of characters that texts are made of, from the properties of the Unicode Character Database.

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{
        BidiControl, DefaultIgnorableCodePoint, ExtendedPictographic, GeneralCategory,
        GeneralCategoryGroup, PrependedConcatenationMark, Script,
    },
};

/// Characters that look like a space or like nothing, though their properties do not tell: blanks of Braille, of musical
/// notation and of hieroglyphs, and the place of an object that is not there.
const BLANK: [char; 5] = [
    '\u{2800}',
    '\u{fffc}',
    '\u{13441}',
    '\u{13442}',
    '\u{1d159}',
];

/// Composes a text canonically (UAX #15, NFC): it looks the same, and equal texts have equal bytes.
pub(crate) fn composed(text: &str) -> String {
    ComposingNormalizerBorrowed::new_nfc()
        .normalize(text)
        .into_owned()
}

/// Returns the form of a name or tag that finds it: in lower case, without compatibility differences (UAX #15, NFKC),
/// accents, vowel points and invisible characters. Folding twice changes nothing more.
///
/// Marks that are part of a letter stay: the voice marks of kana, the vowel signs of Indic scripts, and the breve of `й`,
/// which is a letter of its own (UTS #10). Latin letters without a decomposition are written as people write them on
/// other keyboards: `ß` as `ss`, `ø` as `o`.
pub(crate) fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let compatible = DecomposingNormalizerBorrowed::new_nfkd().normalize(text);
    let lower = compatible.to_lowercase();
    let decomposed = DecomposingNormalizerBorrowed::new_nfkd().normalize(&lower);
    let mut kept = String::with_capacity(decomposed.len());
    let mut letter = ' ';
    for c in decomposed.chars() {
        if !is_mark(c) {
            letter = c;
        }
        if !is_default_ignorable(c) && !is_accent(letter, c) {
            match plain(c) {
                Some(letters) => kept.push_str(letters),
                None => kept.push(c),
            }
        }
    }
    ComposingNormalizerBorrowed::new_nfkc()
        .normalize(&kept)
        .into_owned()
}

/// Returns the plain letters for a letter of the Latin script that has no decomposition.
fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ħ' => "h",
        'ı' => "i",
        _ => return None,
    })
}

/// Checks for a mark that only modifies the pronunciation of a letter, so that names are found without it.
fn is_accent(letter: char, mark: char) -> bool {
    if category(mark) != GeneralCategory::NonspacingMark {
        return false;
    }
    match script(mark) {
        Script::Inherited => {
            !matches!(mark, '\u{3099}' | '\u{309a}') && (letter, mark) != ('и', '\u{306}')
        }
        Script::Hebrew | Script::Arabic | Script::Syriac => true,
        _ => false,
    }
}

/// Checks for a character that changes the order in which text is shown (Bidi_Control of the database).
pub(crate) fn reorders_text(c: char) -> bool {
    CodePointSetData::new::<BidiControl>().contains(c)
}

/// Checks for a combining mark: a part of the letter before it. Enclosing marks, such as that of key caps, are signs.
pub(super) fn is_mark(c: char) -> bool {
    matches!(
        category(c),
        GeneralCategory::NonspacingMark | GeneralCategory::SpacingMark
    )
}

/// Checks for a character that can be part of a word in some script.
pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || is_mark(c)
}

/// What a character is for those who look for words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CharacterKind {
    /// A letter or digit.
    Letter,
    /// A word by itself: an emoji, or a character of a script without spaces between words.
    Single,
    /// A mark on the character before it.
    Mark,
    Other,
}

/// Returns what a character is for those who look for words.
pub(super) fn kind_of(c: char) -> CharacterKind {
    if c.is_ascii() {
        return if c.is_ascii_alphanumeric() {
            CharacterKind::Letter
        } else {
            CharacterKind::Other
        };
    }
    let category = category(c);
    match c {
        // The voice marks of narrow kana.
        '\u{ff9e}' | '\u{ff9f}' => CharacterKind::Mark,
        // The mark of a long vowel in kana, and flags of countries.
        'ー' | 'ｰ' | '\u{1f1e6}'..='\u{1f1ff}' => CharacterKind::Single,
        _ if is_mark(c) => CharacterKind::Mark,
        _ if GeneralCategoryGroup::Letter
            .union(GeneralCategoryGroup::Number)
            .contains(category) =>
        {
            if is_written_without_spaces(c) || script(c) == Script::Hangul {
                CharacterKind::Single
            } else {
                CharacterKind::Letter
            }
        }
        _ if CodePointSetData::new::<ExtendedPictographic>().contains(c) => CharacterKind::Single,
        _ => CharacterKind::Other,
    }
}

/// Checks for an apostrophe, in any of its usual shapes.
pub(super) fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ' | '‘' | '＇' | '`' | '´')
}

/// Checks for a letter of the Latin script, with or without accents.
pub(super) fn is_latin(c: char) -> bool {
    script(c) == Script::Latin
}

/// Checks for a letter of a script that is written without spaces between words.
pub(super) fn is_written_without_spaces(c: char) -> bool {
    matches!(
        script(c),
        Script::Han
            | Script::Hiragana
            | Script::Katakana
            | Script::Bopomofo
            | Script::Thai
            | Script::Lao
            | Script::Khmer
            | Script::Myanmar
            | Script::Tibetan
    )
}

/// Checks for a joiner or selector that only changes the look of its neighbours. Emoji and many scripts need these.
pub(super) fn is_joiner(c: char) -> bool {
    matches!(
        c,
        '\u{34f}' | '\u{200c}' | '\u{200d}' | '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}'
    )
}

/// Checks for a character that shows nothing or changes the order of others, and is no [joiner](is_joiner): controls of
/// direction, format and layout, blanks, and line separators.
pub(super) fn is_invisible(c: char) -> bool {
    let shows_nothing = || {
        is_default_ignorable(c)
            || BLANK.contains(&c)
            || match category(c) {
                GeneralCategory::LineSeparator | GeneralCategory::ParagraphSeparator => true,
                // Signs above numbers, as in Arabic, are visible.
                GeneralCategory::Format => !is_prepended(c),
                _ => false,
            }
    };
    !c.is_ascii() && !is_joiner(c) && shows_nothing()
}

/// Checks whether a text has a visible character. Marks and joiners alone are none.
pub(super) fn can_be_seen(text: &str) -> bool {
    let is_seen = |c: char| {
        !c.is_whitespace()
            && !is_invisible(c)
            && !is_joiner(c)
            && !is_mark(c)
            && category(c) != GeneralCategory::EnclosingMark
    };
    text.chars().any(is_seen)
}

/// Checks for a space of any width (general category Zs).
pub(super) fn is_space(c: char) -> bool {
    category(c) == GeneralCategory::SpaceSeparator
}

/// Checks for a character that is shown only where it is supported (UAX #44, Default_Ignorable_Code_Point).
pub(super) fn is_default_ignorable(c: char) -> bool {
    !c.is_ascii() && CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

fn is_prepended(c: char) -> bool {
    CodePointSetData::new::<PrependedConcatenationMark>().contains(c)
}

fn category(c: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(c)
}

fn script(c: char) -> Script {
    CodePointMapData::<Script>::new().get(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_however_they_are_encoded() {
        for (text, expected) in [
            ("José Ñandú", "jose nandu"),
            ("Jose\u{301} N\u{303}andu\u{301}", "jose nandu"),
            ("ＴＡＧ", "tag"),
            ("ﬁsh", "fish"),
            ("ÜBER", "uber"),
            ("İstanbul", "istanbul"),
            ("Ёлка", "елка"),
            ("мой", "мой"),
            ("ガ", "ガ"),
            ("ｶﾞ", "ガ"),
            ("한국", "한국"),
            ("कि", "कि"),
            ("مُحَمَّد", "محمد"),
            ("שָׁלוֹם", "שלום"),
            ("نرم\u{200c}افزار", "نرمافزار"),
            ("葛\u{e0100}城", "葛城"),
        ] {
            assert_eq!(folded(text), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn folding_twice_changes_nothing_more(text in ".{0,20}") {
            let once = folded(&text);
            assert_eq!(folded(&once), once);
        }

        #[test]
        fn composing_does_not_change_what_finds_a_name(text in ".{0,20}") {
            assert_eq!(folded(&composed(&text)), folded(&text));
        }
    }

    #[test]
    fn a_text_that_shows_nothing_is_recognised() {
        for blank in [
            "",
            " ",
            "\u{2800}",
            "\u{3164}",
            "\u{200b}",
            "\u{1d159}",
            "\u{17b4}",
            "\u{1d173}",
            "\u{1bca0}",
            "\u{13430}",
            "\u{180b}",
            "\u{180e}",
            "\u{fff9}",
            "\u{fffc}",
            "\u{300}",
            "\u{489}",
            "\u{20e3}",
            "\u{fe0f}",
            "\u{200d}",
            "\u{13441}",
            "\u{e0020}",
            "\u{115f}",
            "\u{2028}",
            "\u{fff0}",
            "\u{e0fff}",
            "\u{200d}\u{301} \u{feff}",
        ] {
            assert!(!can_be_seen(blank), "{}", blank.escape_unicode());
        }
        for seen in [
            "a",
            "!",
            "👍",
            "#\u{fe0f}\u{20e3}",
            "\u{600}",
            "ک",
            "်က",
            "e\u{301}",
            "\u{e000}",
        ] {
            assert!(can_be_seen(seen), "{}", seen.escape_unicode());
        }
    }
}
