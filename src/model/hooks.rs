//! Addresses at which scripts post in a person's name.

use super::{Destinations, HookId, Problems, Timestamp, TokenName};

/// An address that a person made.
#[derive(Debug, Clone)]
pub struct Hook {
    pub id: HookId,
    pub name: String,
    pub to: Destinations,
    pub created_at: Timestamp,
    /// None if it was never used.
    pub last_used_at: Option<Timestamp>,
}

/// The form that makes an address.
#[derive(Debug)]
pub struct NewHook {
    pub name: TokenName,
    pub to: Destinations,
}

impl Hook {
    /// The most addresses of one person.
    pub const COUNT_MAX: usize = 20;

    /// The fields of a form and of JSON that hold the text. Programs made for other services send the second one.
    pub const FIELDS: [&str; 2] = ["message", "text"];

    /// Returns the text of a form, or of what `curl -d` sends: a text that only claims to be a form.
    ///
    /// # Errors
    /// A sentence for the author of the script.
    pub fn text_of_form(bytes: &[u8]) -> Result<String, String> {
        let fields: Vec<_> = form_urlencoded::parse(bytes).collect();
        let value = |name: &str| fields.iter().find(|(field, _)| field == name);
        match Hook::FIELDS.into_iter().find_map(value) {
            Some((_, text)) => Ok(text.to_string()),
            None => Hook::text_of_plain(bytes),
        }
    }

    /// Returns a plain text.
    ///
    /// # Errors
    /// A sentence for the author of the script.
    pub fn text_of_plain(bytes: &[u8]) -> Result<String, String> {
        let text = str::from_utf8(bytes);
        text.map(str::to_owned)
            .map_err(|_| "The text must be in UTF-8.".into())
    }

    /// Returns a text without what terminals and editors put beside it: control characters and a byte order mark. A post
    /// cannot have that.
    pub fn without_controls(text: &str) -> String {
        let is_allowed = |c: &char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        text.chars().filter(is_allowed).collect()
    }
}

impl NewHook {
    /// Parses the form.
    ///
    /// # Errors
    /// All problems, field by field.
    pub fn parse(name: &str, to: Result<Destinations, String>) -> Result<NewHook, Problems> {
        let mut problems = Problems::default();
        let name = problems.check("name", TokenName::parse(name));
        let to = problems.check("to", to);
        match (name, to) {
            (Some(name), Some(to)) => Ok(NewHook { name, to }),
            _ => Err(problems),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_found_in_what_scripts_send() {
        let form = |sent: &str| Hook::text_of_form(sent.as_bytes());
        assert_eq!(form("message=a+b%21"), Ok("a b!".into()));
        assert_eq!(form("x=1&text=a"), Ok("a".into()));
        for plain in ["The backup is done.", "50 % of 3 + 4", "a=b&c", "", "Grüße"] {
            assert_eq!(form(plain), Ok(plain.into()));
        }
        assert!(form("x").is_ok() && Hook::text_of_form(b"\xff").is_err());
    }

    #[test]
    fn a_text_of_a_terminal_loses_what_no_post_can_have() {
        assert_eq!(
            Hook::without_controls("\u{feff}a\u{7}\r\n\tb\u{1b}[0m"),
            "a\r\n\tb[0m"
        );
    }
}
