//! Proofs of who somebody is and where a form comes from: password hashes, form tokens, access tokens. Also the texts that
//! wait until somebody has proved it again.

mod forms;
pub mod jwt;
mod passwords;
mod unsent;

pub use forms::{FormKey, FormToken, doctors_name, same_site};
pub use passwords::{Hasher, Verdict};
pub use unsent::{UnsentText, UnsentTexts};
