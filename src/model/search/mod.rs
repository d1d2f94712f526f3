//! Search: the words of texts, the language of queries, and where found words are marked.

mod marks;
mod query;
mod words;

pub(crate) use marks::marked_places;
pub(crate) use query::{Clause, Condition, Somebody, Term, search_path};
pub use query::{SearchPhrase, SearchQuery};
pub use words::{TextWord, words};
