//! Search: the index of words, and the pages of what is found.

mod conditions;
mod index;
mod pages;

pub use conditions::Searcher;
pub(super) use index::{bring_up_to_date, settle, watch};
pub use pages::{is_found, page};

#[cfg(test)]
mod tests;
