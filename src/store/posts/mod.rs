//! Posts, split by capability. Other parts of the store import the file that they need, so that the files do not depend
//! on each other in a circle.

mod destinations;
mod exported;
mod fill;
mod imported;
pub(super) mod place;
pub(super) mod rows;
mod writing;

pub(super) use destinations::{Target, leave_feed, resolve};
pub use exported::each_own;
pub use fill::{Shape, find};
pub(super) use fill::{explain, fill};
pub(super) use imported::{ImportedPlace, free_number, import, import_into};
pub use place::{is_kept, is_visible, looks_alike, slug};
pub use writing::{create, create_at, create_in, delete, earlier, edit, history, undelete};
