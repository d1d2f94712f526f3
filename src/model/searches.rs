//! Searches that a person keeps.

use super::{ListTitle, Problems, SearchId, SearchQuery};

/// A search that its owner keeps, and finds again by its title.
#[derive(Debug, Clone)]
pub struct KeptSearch {
    pub id: SearchId,
    pub title: String,
    /// The search as it was typed.
    pub query: String,
}

/// The form of a search to keep.
#[derive(Debug)]
pub struct NewSearch {
    pub title: ListTitle,
    pub query: SearchQuery,
}

impl KeptSearch {
    /// The most searches of one person.
    pub const COUNT_MAX: usize = 20;
}

impl NewSearch {
    /// Parses the form. Without a title the search is its own, as far as it fits.
    ///
    /// # Errors
    /// All problems, field by field.
    pub fn parse<'f>(field: impl Fn(&str) -> &'f str) -> Result<NewSearch, Problems> {
        let mut problems = Problems::default();
        let query = SearchQuery::parse(field("q"));
        let query = if query.is_empty() {
            Err("This search looks for nothing.".to_owned())
        } else {
            Ok(query)
        };
        let own: String = field("q")
            .chars()
            .take(ListTitle::CHARS_MAX as usize)
            .collect();
        let title = match field("title").trim() {
            "" => own.trim(),
            title => title,
        };
        let title = problems.check("title", ListTitle::parse(title));
        match (title, problems.check("q", query)) {
            (Some(title), Some(query)) => Ok(NewSearch { title, query }),
            _ => Err(problems),
        }
    }
}
