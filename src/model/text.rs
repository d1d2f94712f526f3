//! The rules for all texts from users: how they are counted and which characters are refused.

/// Normalizes line ends to `\n`, trims the text, and refuses control characters except newline and tab.
pub(super) fn clean(text: &str) -> Result<String, String> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text = text.trim();
    match text
        .chars()
        .find(|c| c.is_control() && !matches!(c, '\n' | '\t'))
    {
        None => Ok(text.to_owned()),
        Some(control) => Err(format!(
            "Control characters are not allowed (found U+{:04X}).",
            u32::from(control)
        )),
    }
}

/// Like [`clean`], but for a single line: also refuses line ends, tabs, and characters that hide or reorder text.
pub(super) fn clean_line(text: &str) -> Result<String, String> {
    let text = clean(text)?;
    match text
        .chars()
        .find(|&c| matches!(c, '\n' | '\t') || is_invisible(c))
    {
        None => Ok(text),
        Some(found) => Err(format!(
            "Invisible characters are not allowed (found U+{:04X}).",
            u32::from(found)
        )),
    }
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

/// Checks whether a text has a visible character. Joiners and variation selectors only change their neighbours.
pub(super) fn can_be_seen(text: &str) -> bool {
    let joins = |c: char| matches!(c, '\u{34f}' | '\u{200c}'..='\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{e0100}'..='\u{e01ef}');
    text.chars()
        .any(|c| !c.is_whitespace() && !is_invisible(c) && !joins(c))
}

/// Checks for bidirectional controls, zero-width and blank characters, and line separators (UAX #9, UAX #14). The
/// zero-width joiner is allowed, because emoji and several scripts need it.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{115f}'..='\u{1160}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{e0000}'..='\u{e007f}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{200e}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
    )
}
