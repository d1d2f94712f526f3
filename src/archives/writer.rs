//! The ZIP file as it is written: lists of records, lists of pages, and the limit of its length.

use std::{
    cell::Cell,
    fs::File,
    io::{self, BufWriter, ErrorKind, Seek, SeekFrom, Write},
    rc::Rc,
};

use maud::Markup;
use serde_json::Value;
use zip::{CompressionMethod, ZipWriter, result::ZipError, write::SimpleFileOptions};

use super::pictures::too_large;
use crate::{
    error::{Error, Result},
    model::ExportPart,
    store::exports::Take,
    views::{self, exports::Export},
};

/// The most things in one file of the pages, so that each file opens at once.
const ITEMS_PER_FILE: usize = 500;

/// The fastest level: the caller is waiting, and the machine may be small.
const LEVEL: i64 = 1;

/// The file while it is being written.
pub(super) struct Archive {
    zip: ZipWriter<CountedWriter>,
    /// The length of the file so far, in bytes.
    len: Rc<Cell<u64>>,
    bytes_max: u64,
}

impl Archive {
    /// Begins an archive in `file`, which is empty.
    pub(super) fn new(file: File, bytes_max: u64) -> Archive {
        let counted = CountedWriter {
            file: BufWriter::new(file),
            at: 0,
            len: Rc::default(),
        };
        Archive {
            len: counted.len.clone(),
            zip: ZipWriter::new(counted),
            bytes_max,
        }
    }

    /// Writes the list of files and returns the whole.
    pub(super) fn finish(self) -> Result<File> {
        let counted = self.zip.finish().map_err(of_zip)?;
        let written = counted.file.into_inner();
        written.map_err(|error| of_disk(error.into_error()))
    }

    /// Begins a file of this name in the archive.
    pub(super) fn file(&mut self, name: &str) -> Result<()> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(LEVEL));
        self.zip.start_file(name, options).map_err(of_zip)
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        if self.len.get() > self.bytes_max {
            return Err(too_large());
        }
        self.zip.write_all(bytes).map_err(of_disk)
    }

    /// Writes a member of the object in `data.json`, after `before`.
    pub(super) fn member(&mut self, before: &str, name: &str, value: &Value) -> Result<()> {
        self.write(format!("{before}\n\"{name}\": {value}").as_bytes())
    }

    /// Writes a list with one thing per line.
    pub(super) fn list(
        &mut self,
        part: ExportPart,
        each: impl FnOnce(Take<'_, Value>) -> Result<()>,
    ) -> Result<()> {
        self.write(format!(",\n\"{}\": [", part.name()).as_bytes())?;
        let mut before = "";
        each(&mut |value| {
            self.write(format!("{before}\n{value}").as_bytes())?;
            before = ",";
            Ok(())
        })?;
        self.write(b"]")
    }

    /// Writes a list as pages to read, in as many files as it takes.
    pub(super) fn pages<T>(
        &mut self,
        export: &Export<'_>,
        part: ExportPart,
        each: impl FnOnce(Take<'_, T>) -> Result<()>,
        mut draw: impl FnMut(T, u32) -> Markup,
    ) -> Result<()> {
        let (mut items, mut number) = (Vec::new(), 1);
        each(&mut |thing| {
            if items.len() == ITEMS_PER_FILE {
                self.page(export, part, number, true, &items)?;
                items.clear();
                number += 1;
            }
            items.push(draw(thing, number));
            Ok(())
        })?;
        self.page(export, part, number, false, &items)
    }

    pub(super) fn page(
        &mut self,
        export: &Export<'_>,
        part: ExportPart,
        number: u32,
        goes_on: bool,
        items: &[Markup],
    ) -> Result<()> {
        self.file(&views::exports::file(part, number))?;
        let page = views::exports::page(export, part, number, goes_on, items);
        self.write(page.into_string().as_bytes())
    }
}

/// A file whose length is known while something else writes to it.
struct CountedWriter {
    file: BufWriter<File>,
    at: u64,
    len: Rc<Cell<u64>>,
}

impl Write for CountedWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.at += written as u64;
        self.len.set(self.len.get().max(self.at));
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Seek for CountedWriter {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = self.file.seek(to)?;
        Ok(self.at)
    }
}

fn of_zip(error: ZipError) -> Error {
    match error {
        ZipError::Io(error) => of_disk(error),
        error => Error::internal(error),
    }
}

pub(super) fn of_disk(error: io::Error) -> Error {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            Error::StorageUnavailable("the disk is full".into())
        }
        _ => Error::internal(error),
    }
}
