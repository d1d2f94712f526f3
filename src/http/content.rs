//! The body of a request: a form, a form with files, or the JSON of a program.

use std::{fs::File, io, io::Read, path::Path};

use super::{
    Form, Json,
    multipart::{self, FormLimits, Multipart, MultipartError, Upload},
};
use crate::error::{Error, Result};

const FORM: &str = "application/x-www-form-urlencoded";
const WITH_FILES: &str = "multipart/form-data";

/// The formats of RFC 6902 and RFC 7396, without the `+json` of their media types.
const PATCH_FORMATS: [&str; 2] = ["json-patch", "merge-patch"];

/// The rules by which a body is read.
pub(crate) struct BodyRules<'a> {
    /// A program sends it, as JSON; otherwise it is a form.
    pub(crate) for_programs: bool,
    /// There may be files in it.
    pub(crate) files: bool,
    pub(crate) limits: FormLimits,
    /// The directory for files, which have no name there.
    pub(crate) directory: &'a Path,
}

/// A body as it was read.
#[derive(Default)]
pub struct ParsedBody {
    /// The fields of a form.
    pub form: Form,
    /// The files of a form, in its order.
    pub files: Vec<Upload>,
    /// The reason why a form with files could not be read to its end.
    pub(crate) fault: Option<MultipartError>,
    pub content: Content,
}

/// The bytes of a request to the API; for a form only its kind.
#[derive(Default)]
pub struct Content {
    pub bytes: Vec<u8>,
    /// The media type that the request names, without parameters; empty if it names none.
    pub kind: String,
}

impl Content {
    fn of_kind(content_type: &str) -> Content {
        let kind = content_type.split(';').next().unwrap_or_default();
        Content {
            bytes: Vec::new(),
            kind: kind.trim().to_owned(),
        }
    }

    fn is(&self, kind: &str) -> bool {
        self.kind.eq_ignore_ascii_case(kind)
    }

    pub fn is_json(&self) -> bool {
        self.is("application/json")
    }

    /// Returns whether the body is written in JSON: `application/json`, or a type that is built on it (RFC 6839 §3.1). A
    /// patch format says something else in JSON than our bodies do, `null` for example.
    fn is_written_in_json(&self) -> bool {
        let kind = self.kind.to_ascii_lowercase();
        let name = kind.strip_prefix("application/");
        let built_on_json = name.and_then(|name| name.strip_suffix("+json"));
        self.is_json() || built_on_json.is_some_and(|format| !PATCH_FORMATS.contains(&format))
    }

    pub fn is_with_files(&self) -> bool {
        self.is(WITH_FILES)
    }

    /// Checks that a body, if there is one, says that it is JSON.
    ///
    /// # Errors
    /// `UnsupportedMediaType` if it does not.
    pub fn check_kind(&self) -> Result<()> {
        if self.bytes.is_empty() || self.is_written_in_json() {
            Ok(())
        } else {
            Err(Error::UnsupportedMediaType("application/json"))
        }
    }

    /// Checks that a body, if it names its kind, says that it is a form with files.
    ///
    /// # Errors
    /// `UnsupportedMediaType` if it names another kind.
    pub fn check_has_files(&self) -> Result<()> {
        if self.kind.is_empty() || self.is_with_files() {
            Ok(())
        } else {
            Err(Error::UnsupportedMediaType(WITH_FILES))
        }
    }

    /// Parses the JSON of a program. No body is an object without fields.
    ///
    /// # Errors
    /// `UnsupportedMediaType`; `BadRequest` if it is not JSON, or too deep; `Invalid` if it is not an object.
    pub fn json(&self) -> Result<Json> {
        self.check_kind()?;
        Json::parse(&self.bytes)
    }
}

impl ParsedBody {
    /// Reads the beginning of a form that is announced: the fields before its first file. There may be none.
    pub(super) fn beginning(
        body: &mut dyn Read,
        content_type: &str,
        rules: &BodyRules<'_>,
    ) -> ParsedBody {
        let no_file = || Err(io::Error::other("the files have not come yet"));
        let content = Content::of_kind(content_type);
        let fields = match multipart::boundary(content_type) {
            Ok(boundary) if content.is_with_files() => {
                multipart::read(body, boundary, rules.limits, &no_file).fields
            }
            _ => Vec::new(),
        };
        ParsedBody {
            form: Form::of(fields),
            content,
            ..ParsedBody::default()
        }
    }

    /// Reads a body, which the door has seen to be complete and small enough. A fault in a form with files is kept, and
    /// reported when the caller is known.
    ///
    /// # Errors
    /// `UnsupportedMediaType` and `BadRequest` if it is not a form.
    pub(super) fn read(
        body: &mut dyn Read,
        content_type: &str,
        rules: &BodyRules<'_>,
    ) -> Result<ParsedBody> {
        let mut content = Content::of_kind(content_type);
        if rules.files && content.is_with_files() {
            let new_file = || -> io::Result<File> { tempfile::tempfile_in(rules.directory) };
            let read = match multipart::boundary(content_type) {
                Ok(boundary) => multipart::read(body, boundary, rules.limits, &new_file),
                Err(error) => Multipart {
                    error: Some(error),
                    ..Multipart::default()
                },
            };
            return Ok(ParsedBody {
                form: Form::of(read.fields),
                files: read.files,
                fault: read.error,
                content,
            });
        }
        body.read_to_end(&mut content.bytes)
            .map_err(|error| Error::BadRequest(error.to_string()))?;
        let mut form = Form::default();
        if !rules.for_programs {
            form = form_of(&content, rules)?;
            content.bytes = Vec::new();
        }
        Ok(ParsedBody {
            form,
            content,
            ..ParsedBody::default()
        })
    }
}

fn form_of(content: &Content, rules: &BodyRules<'_>) -> Result<Form> {
    if !content.bytes.is_empty() && !content.is(FORM) {
        return Err(Error::UnsupportedMediaType(if rules.files {
            "multipart/form-data or application/x-www-form-urlencoded"
        } else {
            FORM
        }));
    }
    Form::parse(&content.bytes)
}
