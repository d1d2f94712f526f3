//! Search: the index of words, and the pages of what is found.

mod conditions;
mod index;
mod kept;
mod linking;
mod news;
mod pages;

pub use conditions::Searcher;
pub(super) use index::{bring_up_to_date, settle, watch};
pub use kept::{delete, each_own, keep, kept, mark, to_mark};
pub use linking::{links_to, posted_before};
pub use news::SearchNews;
pub use pages::{is_found, page};

#[cfg(test)]
mod tests;
