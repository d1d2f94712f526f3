//! Requests and responses as plain values. Only this module, `server` and `door` know of sockets and tiny_http.

mod cookies;
mod flash;
mod form;
mod guest_reads;
mod request;
mod response;
mod security;

pub use cookies::{CookieKind, Cookies};
pub use flash::Flash;
pub use form::Form;
pub use guest_reads::GuestReads;
pub use request::{CurrentSession, Method, Request, Visitor, internal};
pub use response::{Body, Response};
pub use security::security_headers;
