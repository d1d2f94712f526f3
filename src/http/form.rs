use crate::error::{Error, Result};

/// More fields than any form of ours has.
const FIELDS_MAX: usize = 100;

/// What a form or a query string says.
#[derive(Debug, Default)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// # Errors
    /// `BadRequest` if it has too many fields.
    pub fn parse(encoded: &[u8]) -> Result<Form> {
        let fields: Vec<_> = form_urlencoded::parse(encoded)
            .into_owned()
            .take(FIELDS_MAX + 1)
            .collect();
        if fields.len() > FIELDS_MAX {
            return Err(Error::BadRequest(format!(
                "A form may have {FIELDS_MAX} fields at most."
            )));
        }
        Ok(Form(fields))
    }

    pub(super) fn of(fields: Vec<(String, String)>) -> Form {
        Form(fields)
    }

    /// Empty if the field is missing.
    pub fn get(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value)
    }

    /// Of a field that may come several times.
    pub fn all<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        self.iter()
            .filter(move |(key, _)| *key == name)
            .map(|(_, value)| value)
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
    }
}
