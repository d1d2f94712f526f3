//! Fields of a form or a query string, in URL encoding.

use crate::error::{Error, Result};

/// Number of fields in one form; none of ours has as many.
const FIELDS_MAX: usize = 100;

/// Fields of a form or a query string.
#[derive(Debug, Default)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// Parses fields in URL encoding.
    ///
    /// # Errors
    /// `BadRequest` if there are too many fields.
    pub fn parse(encoded: &[u8]) -> Result<Form> {
        let fields: Vec<_> = form_urlencoded::parse(encoded)
            .into_owned()
            .take(FIELDS_MAX + 1)
            .collect();
        if fields.len() > FIELDS_MAX {
            return Err(Error::BadRequest(format!(
                "A form may have at most {FIELDS_MAX} fields."
            )));
        }
        Ok(Form(fields))
    }

    /// Creates a form from decoded fields.
    pub(super) fn of(fields: Vec<(String, String)>) -> Form {
        Form(fields)
    }

    /// Returns the first value of a field, or an empty text if the field is missing.
    pub fn get(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value)
    }

    /// Returns all values of a field.
    pub fn all<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        self.iter()
            .filter(move |(key, _)| *key == name)
            .map(|(_, value)| value)
    }

    /// Returns whether the field is present.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }

    /// Returns all names and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
    }
}
