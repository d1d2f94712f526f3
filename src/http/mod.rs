//! Requests and responses as plain values. Only this module, `server` and `door` know sockets and tiny_http.

mod conditions;
mod content;
mod cookies;
mod deadline;
mod flash;
mod form;
mod guest_reads;
mod json;
mod multipart;
mod request;
mod response;
mod security;
mod stream;

pub use conditions::{RequestedRange, contains_tag, requested_range};
pub use content::Content;
pub(crate) use content::Taking;
pub use cookies::{CookieKind, Cookies};
pub use deadline::Deadline;
pub use flash::Flash;
pub use form::Form;
pub use guest_reads::GuestReads;
pub use json::Json;
pub use multipart::Upload;
pub(crate) use multipart::{FormLimits, may_have_files};
pub use request::{CurrentSession, CurrentToken, FOR_PROGRAMS, Method, Request, Visitor, internal};
pub(crate) use request::{is_for_programs, path_of};
pub use response::{Response, ResponseBody};
pub use security::{SANDBOX, security_headers, without_policy};
pub use stream::Join;
