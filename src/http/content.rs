//! The body of a request: a form, a form with files in it, or what a program says.

use std::{fs::File, io, io::Read, path::Path};

use super::{
    Form, is_for_programs,
    multipart::{self, FormLimits, Multipart, MultipartError, Upload},
};
use crate::error::{Error, Result};

const FORM: &str = "application/x-www-form-urlencoded";
const WITH_FILES: &str = "multipart/form-data";

/// How a body is taken.
pub(crate) struct Taking<'a> {
    /// Whether there may be files in it.
    pub(crate) files: bool,
    pub(crate) limits: FormLimits,
    /// Where files go, which have no name there.
    pub(crate) directory: &'a Path,
}

/// The body of a request to the API, as it came; of one with files only what kind it is.
#[derive(Default)]
pub struct Content {
    pub bytes: Vec<u8>,
    /// As far as it says what kind of body this is: without parameters.
    pub kind: String,
}

/// A body as it was read.
#[derive(Default)]
pub(super) struct Taken {
    pub(super) form: Form,
    pub(super) files: Vec<Upload>,
    pub(super) fault: Option<MultipartError>,
    pub(super) content: Content,
}

impl Content {
    fn is(&self, kind: &str) -> bool {
        self.kind.eq_ignore_ascii_case(kind)
    }

    pub fn is_json(&self) -> bool {
        self.is("application/json")
    }

    pub fn is_with_files(&self) -> bool {
        self.is(WITH_FILES)
    }

    /// # Errors
    /// `UnsupportedMediaType` if there is a body and it does not say that it is JSON.
    pub fn check_kind(&self) -> Result<()> {
        if self.bytes.is_empty() || self.is_json() {
            Ok(())
        } else {
            Err(Error::UnsupportedMediaType("application/json"))
        }
    }

    /// The same where files are sent.
    ///
    /// # Errors
    /// `UnsupportedMediaType` if it says that it is of another kind.
    pub fn check_has_files(&self) -> Result<()> {
        if self.kind.is_empty() || self.is_with_files() {
            Ok(())
        } else {
            Err(Error::UnsupportedMediaType(WITH_FILES))
        }
    }
}

/// Of a request whose body has not come yet.
pub(super) fn none(kind: &str) -> Taken {
    let kind = kind.split(';').next().unwrap_or_default().trim().to_owned();
    let content = Content {
        bytes: Vec::new(),
        kind,
    };
    Taken {
        content,
        ..Taken::default()
    }
}

/// Reads a body, which the door has seen to be complete and not too large. What is wrong with one that has files in it
/// is said when it is known who asks.
///
/// # Errors
/// `UnsupportedMediaType` and `BadRequest` if it is no form.
pub(super) fn take(
    body: &mut dyn Read,
    kind: &str,
    path: &str,
    taking: &Taking<'_>,
) -> Result<Taken> {
    let mut content = none(kind).content;
    if taking.files && content.is_with_files() {
        let new_file = || -> io::Result<File> { tempfile::tempfile_in(taking.directory) };
        let read = match multipart::boundary(kind) {
            Ok(boundary) => multipart::read(body, boundary, taking.limits, &new_file),
            Err(error) => Multipart {
                error: Some(error),
                ..Multipart::default()
            },
        };
        return Ok(Taken {
            form: Form::of(read.fields),
            files: read.files,
            fault: read.error,
            content,
        });
    }
    body.read_to_end(&mut content.bytes)
        .map_err(|error| Error::BadRequest(error.to_string()))?;
    if is_for_programs(path) {
        return Ok(Taken {
            content,
            ..Taken::default()
        });
    }
    if !content.bytes.is_empty() && !content.is(FORM) {
        return Err(Error::UnsupportedMediaType(if taking.files {
            "multipart/form-data or application/x-www-form-urlencoded"
        } else {
            FORM
        }));
    }
    Ok(Taken {
        form: Form::parse(&content.bytes)?,
        content: Content {
            bytes: Vec::new(),
            kind: content.kind,
        },
        ..Taken::default()
    })
}
