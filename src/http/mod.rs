//! Requests and responses as plain values. Only this module, `server` and `door` know of sockets and tiny_http.

mod cookies;
mod flash;
mod form;
mod guest_reads;
mod json;
mod request;
mod response;
mod security;

pub use cookies::{CookieKind, Cookies};
pub use flash::Flash;
pub use form::Form;
pub use guest_reads::GuestReads;
pub use json::Json;
pub(crate) use request::is_for_programs;
pub use request::{
    Content, CurrentSession, CurrentToken, FOR_PROGRAMS, Method, Request, Visitor, internal,
};
pub use response::{Body, Response};
pub use security::security_headers;
