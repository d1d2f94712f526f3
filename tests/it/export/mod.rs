//! The download of a member's data.

mod contents;
mod limits;
mod pages;
mod privacy;
