//! Proofs of who somebody is and where a form comes from: password hashes, form tokens, access tokens.

mod forms;
pub mod jwt;
mod passwords;

pub use forms::{FormKey, FormToken, same_site};
pub use passwords::{Hasher, Verdict};
