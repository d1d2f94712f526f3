//! Event streams.

mod arriving;
mod endings;
mod missed;
mod topics;
