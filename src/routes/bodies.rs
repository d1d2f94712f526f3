//! How large a body a route accepts, and whether it would accept one that is announced: asked before strangers fill the
//! disk.

use super::{Route, origin};
use crate::{
    config::{self, Config},
    error::{Error, Result},
    http::Response,
    model::{Bytes, NewImage},
    web::{self, Audience, Context},
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
    /// Text and an archive of another site.
    Archive,
}

impl BodyKind {
    pub fn has_files(self) -> bool {
        matches!(
            self,
            BodyKind::Picture | BodyKind::Pictures | BodyKind::Archive
        )
    }

    /// Returns the size of the largest file, in bytes.
    pub(crate) fn file_bytes_max(self, config: &Config) -> u64 {
        match self {
            BodyKind::Archive => config.imports.max_archive,
            _ => config.limits.image_bytes.into(),
        }
    }

    /// Returns the size of the largest body, in bytes.
    pub(crate) fn bytes_max(self, config: &Config, for_programs: bool) -> u64 {
        let limits = &config.limits;
        let text = match self {
            BodyKind::Text | BodyKind::Message if for_programs => return JSON_BYTES_MAX,
            _ => u64::from(limits.form_bytes),
        };
        text + self.files_max(limits) * self.file_bytes_max(config)
    }

    fn files_max(self, limits: &config::Limits) -> u64 {
        match self {
            BodyKind::Text | BodyKind::Message => 0,
            BodyKind::Picture | BodyKind::Archive => 1,
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
    if bytes > route.body.bytes_max(&cx.app.config, for_programs) {
        return Err(too_large(&cx.app.config, route.body, bytes));
    }
    if route.body == BodyKind::Archive {
        web::imports::check_announced(cx, bytes)?;
    }
    Ok(Response::empty(204))
}

fn too_large(config: &Config, kind: BodyKind, bytes: u64) -> Error {
    let (limits, came) = (&config.limits, Bytes(bytes));
    if kind == BodyKind::Archive {
        let most = Bytes(config.imports.max_archive);
        return Error::TooLarge(format!(
            "An archive may have {most} at most. Your upload is {came}. The operator of this site can import a larger one."
        ));
    }
    let most = NewImage::too_large(limits.image_bytes.into());
    let also = match kind {
        BodyKind::Pictures => format!(" A post may have {} of them.", limits.images_per_post),
        _ => String::new(),
    };
    Error::TooLarge(format!(
        "{most}{also} Your upload is {came}. Make it smaller, and send it again."
    ))
}
