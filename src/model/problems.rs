/// What is wrong with a form, field by field, in words for the person who filled it in.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Problems(Vec<(&'static str, String)>);

impl Problems {
    /// The name under which a problem of the whole form is kept.
    pub const FORM: &'static str = "";

    pub fn of(field: &'static str, message: impl Into<String>) -> Problems {
        Problems(vec![(field, message.into())])
    }

    /// Notes the problem of a value that does not parse.
    pub fn check<T>(&mut self, field: &'static str, parsed: Result<T, String>) -> Option<T> {
        parsed.map_err(|message| self.0.push((field, message))).ok()
    }

    pub fn add(&mut self, field: &'static str, message: impl Into<String>) {
        self.0.push((field, message.into()));
    }

    pub fn append(&mut self, others: Problems) {
        self.0.extend(others.0);
    }

    /// What is wrong with `field`, if something is.
    pub fn about(&self, field: &str) -> Option<&str> {
        let found = self.0.iter().find(|(name, _)| *name == field);
        found.map(|(_, message)| message.as_str())
    }

    /// Everything that is wrong with `field`.
    pub fn all_about(&self, field: &str) -> impl Iterator<Item = &str> {
        let found = self.0.iter().filter(move |(name, _)| *name == field);
        found.map(|(_, message)| message.as_str())
    }

    /// What is wrong with the field `from` is said of `to`, where it is called that.
    #[must_use]
    pub fn renamed(mut self, from: &str, to: &'static str) -> Problems {
        let named = self.0.iter_mut().filter(|(name, _)| *name == from);
        named.for_each(|(name, _)| *name = to);
        self
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0
            .iter()
            .map(|(field, message)| (*field, message.as_str()))
    }
}
