//! How large a body a route accepts, and whether it would accept one that is announced: asked before strangers fill the
//! disk.

use super::{Route, origin};
use crate::{
    config,
    error::{Error, Result},
    http::Response,
    model::{Bytes, NewImage},
    web::{Audience, Context},
};

/// The largest body of a request to the API, in bytes: a post of fifty thousand characters in JSON, and a little more.
const JSON_BYTES_MAX: u64 = 256 * 1024;

/// The body that a route accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyKind {
    /// Text alone.
    Text,
    /// A text of a script, which need be neither a form nor JSON.
    Message,
    /// Text and a picture.
    Picture,
    /// Text and as many pictures as a post may have.
    Pictures,
}

impl BodyKind {
    pub fn has_files(self) -> bool {
        matches!(self, BodyKind::Picture | BodyKind::Pictures)
    }

    /// Returns the size of the largest body, in bytes.
    pub(crate) fn bytes_max(self, limits: &config::Limits, for_programs: bool) -> u64 {
        let text = match self {
            BodyKind::Text | BodyKind::Message if for_programs => return JSON_BYTES_MAX,
            _ => u64::from(limits.form_bytes),
        };
        text + self.pictures_max(limits) * u64::from(limits.image_bytes)
    }

    fn pictures_max(self, limits: &config::Limits) -> u64 {
        match self {
            BodyKind::Text | BodyKind::Message => 0,
            BodyKind::Picture => 1,
            BodyKind::Pictures => u64::from(limits.images_per_post),
        }
    }
}

/// Checks whether an announced body would be accepted, by all that can be known without it.
///
/// # Errors
/// Those that the request itself would be answered with.
pub(super) fn check_announced<Who: Audience>(
    cx: &Context<'_, Who>,
    route: &Route,
    bytes: u64,
) -> Result<Response> {
    origin::check_before_body(cx)?;
    let (limits, content) = (&cx.app.config.limits, &cx.request.body.content);
    let for_programs = cx.request.is_for_programs();
    if for_programs {
        content.check_has_files()?;
    } else if !content.is_with_files() && bytes > u64::from(limits.form_bytes) {
        let most = Bytes(limits.form_bytes.into());
        return Err(Error::TooLarge(format!(
            "A form without pictures may have {most} at most."
        )));
    }
    if bytes > route.body.bytes_max(limits, for_programs) {
        return Err(too_large(limits, route.body, bytes));
    }
    Ok(Response::empty(204))
}

fn too_large(limits: &config::Limits, kind: BodyKind, bytes: u64) -> Error {
    let most = NewImage::too_large(limits.image_bytes.into());
    let also = match kind {
        BodyKind::Pictures => format!(" A post may have {} of them.", limits.images_per_post),
        BodyKind::Picture | BodyKind::Text | BodyKind::Message => String::new(),
    };
    let came = Bytes(bytes);
    Error::TooLarge(format!(
        "{most}{also} Your upload is {came}. Make it smaller, and send it again."
    ))
}
