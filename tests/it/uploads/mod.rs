//! Pictures on their way in: over real sockets, whole and broken, from friends and strangers.

mod avatars;
mod before_the_body;
mod crashes;
mod crowds;
mod cut_off;
mod forms;
mod quota;
mod refusals;
mod retries;
mod script;
