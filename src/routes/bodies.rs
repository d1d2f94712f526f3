//! How much a route takes, and whether it would take it: asked before strangers fill the disk.

use super::{Route, find, origin};
use crate::{
    app::App,
    config,
    error::{Error, Result},
    http::{Method, Request, Response},
    model::Bytes,
};

/// The largest body of a request to the API: what a post of fifty thousand characters takes in JSON, and some.
const JSON_BYTES_MAX: u64 = 256 * 1024;

/// What comes with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Words.
    Text,
    /// Words and a picture.
    Picture,
    /// Words and as many pictures as a post has.
    Pictures,
}

impl Takes {
    pub fn files(self) -> bool {
        self != Takes::Text
    }

    /// The largest body, in bytes.
    pub(crate) fn bytes_max(self, limits: &config::Limits, for_programs: bool) -> u64 {
        let text = match self {
            Takes::Text if for_programs => return JSON_BYTES_MAX,
            _ => u64::from(limits.form_bytes),
        };
        text + self.pictures_max(limits) * u64::from(limits.image_bytes)
    }

    fn pictures_max(self, limits: &config::Limits) -> u64 {
        match self {
            Takes::Text => 0,
            Takes::Picture => 1,
            Takes::Pictures => u64::from(limits.images_per_post),
        }
    }
}

/// What a path inside the site takes.
pub(crate) fn takes(method: &Method, path: &str) -> Takes {
    match method {
        Method::Post => find(method, path).map_or(Takes::Text, |(route, _)| route.takes),
        _ => Takes::Text,
    }
}

/// What a picture may have at most, in words for the one who chose it.
pub(crate) fn largest_picture(limits: &config::Limits) -> String {
    let most = Bytes(limits.image_bytes.into());
    format!("A picture may have {most} at most.")
}

/// Whether the body that is announced would be taken, by all that can be known without it.
///
/// # Errors
/// What the request itself would be answered with.
pub(super) fn would_be_taken(
    app: &App,
    request: &Request,
    route: &Route,
    bytes: u64,
) -> Result<Response> {
    origin::check_before_body(app, request)?;
    let limits = &app.config.limits;
    if request.is_for_programs() {
        request.content.check_has_files()?;
    } else if !request.content.is_with_files() && bytes > u64::from(limits.form_bytes) {
        let most = Bytes(limits.form_bytes.into());
        return Err(Error::TooLarge(format!(
            "A form without pictures may have {most} at most."
        )));
    }
    if bytes > route.takes.bytes_max(limits, request.is_for_programs()) {
        return Err(too_large(limits, route.takes, bytes));
    }
    Ok(Response::empty(204))
}

fn too_large(limits: &config::Limits, takes: Takes, bytes: u64) -> Error {
    let most = largest_picture(limits);
    let also = match takes {
        Takes::Pictures => format!(" A post may have {} of them.", limits.images_per_post),
        Takes::Picture | Takes::Text => String::new(),
    };
    let came = Bytes(bytes);
    Error::TooLarge(format!(
        "{most}{also} What you sent has {came}. Make it smaller, and send it again."
    ))
}
