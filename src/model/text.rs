//! The rules for all texts from users: how they are encoded and counted, and which characters are refused.

use std::ops::RangeInclusive;

use super::characters::{can_be_seen, composed, is_invisible};

const BLACK_FLAG: char = '\u{1f3f4}';
const FLAG_LETTERS: RangeInclusive<char> = '\u{e0020}'..='\u{e007f}';

/// Normalizes line ends to `\n` and letters with marks to their composed form, trims the text, and refuses control
/// characters except newline and tab.
pub(super) fn clean(text: &str) -> Result<String, String> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text = text.trim();
    match text
        .chars()
        .find(|c| c.is_control() && !matches!(c, '\n' | '\t'))
    {
        None => Ok(composed(text)),
        Some(control) => Err(format!(
            "Control characters are not allowed (found U+{:04X}).",
            u32::from(control)
        )),
    }
}

/// Like [`clean`], but for a single line: also refuses line ends, tabs, and characters that hide or reorder text.
pub(super) fn clean_line(text: &str) -> Result<String, String> {
    let text = clean(text)?;
    // The flags of countries such as Scotland are a black flag with invisible letters (UTS #51).
    let mut is_flag = false;
    for c in text.chars() {
        is_flag = c == BLACK_FLAG || is_flag && FLAG_LETTERS.contains(&c);
        if !is_flag && (matches!(c, '\n' | '\t') || is_invisible(c)) {
            return Err(format!(
                "Invisible characters are not allowed (found U+{:04X}).",
                u32::from(c)
            ));
        }
    }
    Ok(text)
}

/// Refuses a text of more than `chars_max` Unicode scalar values.
pub(super) fn at_most(text: String, chars_max: u32) -> Result<String, String> {
    if text.chars().count() > chars_max as usize {
        return Err(format!(
            "Field cannot be longer than {chars_max} characters."
        ));
    }
    Ok(text)
}

/// Refuses an empty text, or one without any visible character.
pub(super) fn not_empty(text: String) -> Result<String, String> {
    if !can_be_seen(&text) {
        return Err("This field is required.".into());
    }
    Ok(text)
}

/// Returns bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns a number with its noun, whose plural ends with an s.
pub(crate) fn counted(count: u64, one: &str) -> String {
    counted_as(count, one, &format!("{one}s"))
}

/// Returns a number with its noun, which is `many` for all numbers but one.
pub(crate) fn counted_as(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
