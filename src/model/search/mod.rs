//! Search: the words of texts, the language of queries, which texts they match, and where found words are marked.

mod marks;
mod matching;
mod query;
mod words;

pub(crate) use marks::marked_places;
pub(crate) use matching::{SearchedText, has_link};
pub(crate) use query::{Clause, Condition, Somebody, Term, search_path};
pub use query::{SearchPhrase, SearchQuery};
pub use words::{TextWord, words};
