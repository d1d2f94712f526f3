//! Images as they are stored and served.

mod api;
mod changed;
mod housekeeping;
mod serving;
mod visibility;
mod weight;
