//! The problems of a form, which are displayed next to its fields.

/// The problems of a form: field names and sentences for the user.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Problems(Vec<(&'static str, String)>);

impl Problems {
    /// The name that problems of the form as a whole are kept under.
    pub const FORM: &'static str = "";

    /// Creates a list with one problem.
    pub fn of(field: &'static str, message: impl Into<String>) -> Problems {
        Problems(vec![(field, message.into())])
    }

    /// Returns the parsed value, or adds the problem that prevented parsing.
    pub fn check<T>(&mut self, field: &'static str, parsed: Result<T, String>) -> Option<T> {
        parsed.map_err(|message| self.0.push((field, message))).ok()
    }

    /// Adds a problem of a field.
    pub fn add(&mut self, field: &'static str, message: impl Into<String>) {
        self.0.push((field, message.into()));
    }

    /// Adds the problems of another list.
    pub fn append(&mut self, others: Problems) {
        self.0.extend(others.0);
    }

    /// Returns the first problem of a field.
    pub fn about(&self, field: &str) -> Option<&str> {
        let found = self.0.iter().find(|(name, _)| *name == field);
        found.map(|(_, message)| message.as_str())
    }

    /// Returns all problems of a field.
    pub fn all_about(&self, field: &str) -> impl Iterator<Item = &str> {
        let found = self.0.iter().filter(move |(name, _)| *name == field);
        found.map(|(_, message)| message.as_str())
    }

    /// Moves the problems of field `from` to field `to`, for a form that gives the field another name.
    #[must_use]
    pub fn renamed(mut self, from: &str, to: &'static str) -> Problems {
        let named = self.0.iter_mut().filter(|(name, _)| *name == from);
        named.for_each(|(name, _)| *name = to);
        self
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns all fields with their problems.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0
            .iter()
            .map(|(field, message)| (*field, message.as_str()))
    }
}
