//! Posts, by what is done with them. Other parts of the store name the file that they need, so that none of them needs
//! each other in a circle.

mod fill;
pub(super) mod place;
pub(super) mod rows;
mod writing;

pub use fill::{Shape, find};
pub(super) use fill::{explain, fill};
pub use place::{is_kept, is_visible, looks_alike, slug};
pub use writing::{create, delete, earlier, edit, history, undelete};
