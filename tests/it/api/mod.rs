//! The JSON API, by noun, and requests that are sent by mistake or malice.

mod bodies;
mod comments;
mod errors;
mod feed;
mod forgery;
mod people;
mod posts;
mod sessions;

use serde_json::Value;

/// Returns the names of an object's fields.
fn keys(value: &Value) -> Vec<&str> {
    let fields = value.as_object().expect("an object");
    fields.keys().map(String::as_str).collect()
}
