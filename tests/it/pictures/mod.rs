//! Pictures as people send them, given to the queue: what is made of them, and what is refused with which words. The
//! files are made by `tests/pictures/make`.

mod damaged;
mod endings;
mod moving;
mod queue;
mod refusals;
mod stills;
