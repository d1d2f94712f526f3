//! The body of a request to the API, a JSON object.

use serde_json::{Map, Value};

use crate::{
    error::{Error, Result},
    model::Problems,
};

/// Nesting depth of a body; ours are flat.
const DEPTH_MAX: usize = 16;

/// A JSON object sent by a program. If a field occurs twice, the last one counts. Unknown fields are ignored.
#[derive(Debug)]
pub struct Json(Map<String, Value>);

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

impl Json {
    /// Parses a body. An empty body is an object without fields.
    ///
    /// # Errors
    /// `BadRequest` if it is not JSON, or too deep; `Invalid` if it is not an object.
    pub fn parse(bytes: &[u8]) -> Result<Json> {
        // Some programs begin a text with a byte order mark, which a parser may ignore (RFC 8259 §8.1).
        let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
        if bytes.is_empty() {
            return Ok(Json(Map::new()));
        }
        // The depth is checked before anything is built.
        if depth(bytes) > DEPTH_MAX {
            return Err(Error::BadRequest(format!(
                "The body may be at most {DEPTH_MAX} levels deep."
            )));
        }
        match serde_json::from_slice(bytes) {
            Ok(Value::Object(fields)) => Ok(Json(fields)),
            Ok(_) => Err(Error::invalid(
                Problems::FORM,
                "The body must be a JSON object.",
            )),
            Err(error) => Err(Error::BadRequest(format!("The body is not JSON: {error}"))),
        }
    }

    /// Returns whether the field is present and not null.
    pub fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| !value.is_null())
    }

    /// Returns a text, which is empty if the field is missing or null.
    ///
    /// # Errors
    /// A sentence for the author of the program.
    pub fn text(&self, name: &str) -> Result<&str, String> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(""),
            Some(Value::String(text)) => Ok(text),
            Some(_) => Err("This field must be a string.".into()),
        }
    }

    /// Returns a list, which is empty if the field is missing or null.
    ///
    /// # Errors
    /// A sentence for the author of the program.
    pub fn list(&self, name: &str) -> Result<&[Value], String> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(&[]),
            Some(Value::Array(items)) => Ok(items),
            Some(_) => Err("This field must be a list.".into()),
        }
    }

    /// Returns the fields of an object.
    ///
    /// # Errors
    /// A sentence for the author of the program, also if the field is missing.
    pub fn object(&self, name: &str) -> Result<&Map<String, Value>, String> {
        match self.0.get(name) {
            None | Some(Value::Null) => Err("This field is required.".into()),
            Some(Value::Object(fields)) => Ok(fields),
            Some(_) => Err("This field must be an object.".into()),
        }
    }

    /// Returns a flag, which is false if the field is missing or null.
    ///
    /// # Errors
    /// A sentence for the author of the program.
    pub fn flag(&self, name: &str) -> Result<bool, String> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err("This field must be true or false.".into()),
        }
    }
}

/// Counts the nesting depth of brackets outside of strings. The result for other text than JSON does not matter,
/// because serde refuses it.
fn depth(bytes: &[u8]) -> usize {
    let (mut depth, mut deepest, mut in_string, mut escaped) = (0usize, 0, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_counts_brackets_outside_of_strings() {
        for (text, expected) in [
            ("1", 0),
            ("[]", 1),
            ("[{},{}]", 2),
            (r#"{"a":"[[[["}"#, 1),
            (r#"{"a":"\"[[[["}"#, 1),
            (r#"{"a":"\\","b":[[]]}"#, 3),
            ("]]]][", 1),
        ] {
            assert_eq!(depth(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn anything_but_an_object_is_refused_with_the_right_status() {
        let status = |text: &str| Json::parse(text.as_bytes()).map_or_else(|e| e.status(), |_| 200);
        let nested = |n: usize| format!("{{\"a\":{}{}}}", "[".repeat(n), "]".repeat(n));
        for (text, expected) in [
            ("", 200),
            ("{}", 200),
            (r#"{"a":1,"a":2}"#, 200),
            (nested(15).as_str(), 200),
            (nested(16).as_str(), 400),
            (nested(10_000).as_str(), 400),
            ("[".repeat(10_000).as_str(), 400),
            ("[]", 422),
            ("\"a\"", 422),
            ("1e999", 400),
            ("{", 400),
            ("{}x", 400),
            ("{'a':1}", 400),
            (r#"{"a":"\ud800"}"#, 400),
        ] {
            assert_eq!(status(text), expected, "{}", &text[..text.len().min(40)]);
        }
        assert_eq!(
            Json::parse(b"{\"a\":\"\xff\"}").map_or_else(|e| e.status(), |_| 200),
            400
        );
    }

    #[test]
    fn a_field_is_of_its_kind_or_missing() {
        assert!(Json::parse("\u{feff}{\"a\":1}".as_bytes()).is_ok());
        let json = Json::parse(br#"{"a":"x","b":true,"c":null,"d":5}"#).expect("an object");
        assert_eq!(json.text("a"), Ok("x"));
        assert_eq!((json.text("c"), json.text("z")), (Ok(""), Ok("")));
        assert_eq!(json.flag("b"), Ok(true));
        assert_eq!((json.flag("c"), json.flag("z")), (Ok(false), Ok(false)));
        assert!(json.text("d").is_err() && json.flag("d").is_err() && json.flag("a").is_err());
    }
}
