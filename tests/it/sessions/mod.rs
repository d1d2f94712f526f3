//! Sessions: signing in and out, and the tokens behind the cookies.

mod forms;
mod lifetime;
mod list;
mod load;
mod sign_in;
mod tokens;
mod unsent;

/// Targets to which nobody may be led after a sign-in.
pub(crate) const HOSTILE_NEXT: [&str; 14] = [
    "//evil.example",
    "///evil.example",
    "https://evil.example",
    "https:evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/a\\b",
    "javascript:alert(1)",
    "data:text/html,x",
    "/a\r\nX: y",
    "/a\u{0}b",
    "\t//evil",
    " /a",
    "evil.example/",
];
