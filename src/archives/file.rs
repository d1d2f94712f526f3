//! Archives as files.

use std::{
    fs::{self, File},
    io::{self, ErrorKind},
    path::Path,
};

use crate::store::files;

/// Writes a new file. No unfinished file is left if that fails.
///
/// # Errors
/// A sentence with the path: the file exists, its directory does not, or those of `write`.
pub(crate) fn write_file(
    path: &Path,
    write: impl FnOnce(File) -> Result<(), String>,
) -> Result<(), String> {
    let failed = |why: &str| format!("{}: {why}", path.display());
    if path.exists() {
        return Err(failed("this file exists; name another"));
    }
    let part = files::unfinished(path);
    let file = files::create_private(&part);
    let file = file.map_err(|error| failed(&in_words(&error)))?;
    let written =
        write(file).and_then(|()| files::finish(&part, path).map_err(|error| in_words(&error)));
    written.map_err(|why| {
        // It may not exist any more.
        let _ = fs::remove_file(&part);
        failed(&why)
    })
}

/// Returns the message of an error for a person at the keyboard.
fn in_words(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "the disk is full".to_owned(),
        ErrorKind::NotFound => "there is no such file or directory".to_owned(),
        ErrorKind::PermissionDenied => "this program may not do that there".to_owned(),
        _ => error.to_string(),
    }
}
