//! What all text from people has in common: how it is counted, and what is never in it.

/// Line ends become `\n`, the ends are trimmed, and control characters other than newline and tab are refused.
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

/// The same for one line: no line ends, no tabs, and nothing that hides or turns other text.
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

/// Characters are Unicode scalar values.
pub(super) fn at_most(text: String, chars_max: u32) -> Result<String, String> {
    if text.chars().count() > chars_max as usize {
        return Err(format!(
            "Field cannot be longer than {chars_max} characters."
        ));
    }
    Ok(text)
}

/// A text of nothing that can be seen is empty as well.
pub(super) fn not_empty(text: String) -> Result<String, String> {
    if !can_be_seen(&text) {
        return Err("This field is required.".into());
    }
    Ok(text)
}

/// Whether something of it shows. Joiners and selectors only change what stands beside them.
pub(super) fn can_be_seen(text: &str) -> bool {
    let joins = |c: char| matches!(c, '\u{34f}' | '\u{200c}'..='\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{e0100}'..='\u{e01ef}');
    text.chars()
        .any(|c| !c.is_whitespace() && !is_invisible(c) && !joins(c))
}

/// Bidirectional controls, zero-width and blank characters, line separators (UAX #9, UAX #14). The zero-width
/// joiner stays: emoji and several scripts are written with it.
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
