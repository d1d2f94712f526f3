//! Event streams.

mod arriving;
mod endings;
mod hidden;
mod missed;
mod topics;
