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

/// Checks for a combining mark of a script in use, because the standard library knows only letters and digits. The
/// ranges are those of general category M in the Unicode blocks, and include a few unassigned characters.
pub(super) fn is_mark(c: char) -> bool {
    matches!(
        c,
        '\u{300}'..='\u{36f}'
            | '\u{483}'..='\u{487}'
            | '\u{591}'..='\u{5c7}'
            | '\u{610}'..='\u{61a}'
            | '\u{64b}'..='\u{65f}'
            | '\u{670}'
            | '\u{6d6}'..='\u{6ed}'
            | '\u{900}'..='\u{903}'
            | '\u{93a}'..='\u{94f}'
            | '\u{981}'..='\u{983}'
            | '\u{9bc}'..='\u{9d7}'
            | '\u{a01}'..='\u{a03}'
            | '\u{a3c}'..='\u{a51}'
            | '\u{abc}'..='\u{acd}'
            | '\u{b3c}'..='\u{b57}'
            | '\u{bbe}'..='\u{bd7}'
            | '\u{c3e}'..='\u{c56}'
            | '\u{cbc}'..='\u{cd6}'
            | '\u{d3e}'..='\u{d57}'
            | '\u{e31}'..='\u{e4e}'
            | '\u{eb1}'..='\u{ebc}'
            | '\u{f71}'..='\u{f84}'
            | '\u{102b}'..='\u{103e}'
            | '\u{17b4}'..='\u{17d3}'
            | '\u{1dc0}'..='\u{1dff}'
            | '\u{20d0}'..='\u{20f0}'
            | '\u{3099}'..='\u{309a}'
    )
}
