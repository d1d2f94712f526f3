//! Private people, blocks and mutes: who sees what, on pages and streams.

mod blocks;
mod leaving;
mod mutes;
mod private;
mod streams;
