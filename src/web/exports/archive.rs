//! The ZIP file without its pictures: written while it is read, into a file without a name.

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
    model::{ExportPart, Tie},
    store::{
        Snapshot,
        exports::{self, Take},
        personal,
    },
    views::{
        self,
        exports::{Export, Numbers, Sheet, data},
    },
};

/// The most bytes of packed text: about a thousand million characters. It takes disk and time of a small machine, and
/// more is an accident.
pub(super) const BYTES_MAX: u64 = 256 * 1024 * 1024;

/// The most things in one file of the pages, so that each file opens at once.
const ITEMS_PER_FILE: usize = 500;

/// The fastest level: the caller is waiting, and the machine may be small.
const LEVEL: i64 = 1;

/// Packs all text that is kept of a person into `file`, which is empty.
///
/// # Errors
/// `Invalid` if it would be larger than `bytes_max`; `StorageUnavailable` if the disk does not take it.
pub(super) fn pack(
    conn: &Snapshot,
    export: &Export<'_>,
    file: File,
    bytes_max: u64,
) -> Result<File> {
    let counted = CountedWriter {
        file: BufWriter::new(file),
        at: 0,
        len: Rc::default(),
    };
    let mut archive = Archive {
        len: counted.len.clone(),
        zip: ZipWriter::new(counted),
        bytes_max,
    };
    write_data(conn, export, &mut archive)?;
    write_pages(conn, export, &mut archive)?;
    let counted = archive.zip.finish().map_err(of_zip)?;
    let written = counted.file.into_inner();
    written.map_err(|error| of_disk(error.into_error()))
}

fn of_zip(error: ZipError) -> Error {
    match error {
        ZipError::Io(error) => of_disk(error),
        error => Error::internal(error),
    }
}

fn of_disk(error: io::Error) -> Error {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            Error::StorageUnavailable("the disk is full".into())
        }
        _ => Error::internal(error),
    }
}

fn write_data(conn: &Snapshot, export: &Export<'_>, archive: &mut Archive) -> Result<()> {
    archive.file("data.json")?;
    archive.member("{", "site", &data::head(export))?;
    for part in personal::exported() {
        write_part(conn, export, archive, part)?;
    }
    archive.write(b"\n}\n")
}

fn write_part(
    conn: &Snapshot,
    export: &Export<'_>,
    archive: &mut Archive,
    part: ExportPart,
) -> Result<()> {
    let account = export.account;
    let viewer = account.user.id;
    let name = part.name();
    match part {
        ExportPart::User => {
            archive.member(",", name, &data::account(export))?;
            archive.member(",", "notifications", &data::notifications(export))
        }
        ExportPart::Sessions => archive.list(name, |take| {
            let mut sessions = account.sessions.iter();
            sessions.try_for_each(|session| take(data::session(session)))
        }),
        ExportPart::Tokens => archive.list(name, |take| {
            let mut tokens = account.tokens.iter();
            tokens.try_for_each(|token| take(data::token(token)))
        }),
        ExportPart::Invitations => archive.list(name, |take| {
            let mut invitations = account.invitations.iter();
            invitations.try_for_each(|invitation| take(data::invitation(invitation)))
        }),
        ExportPart::Posts => archive.list(name, |take| {
            exports::each_post(conn, viewer, &mut |post| take(data::post(export, &post)))
        }),
        ExportPart::Pictures => archive.list(name, |take| {
            exports::each_image(conn, viewer, &mut |(image, _)| take(data::picture(&image)))
        }),
        ExportPart::Comments => archive.list(name, |take| {
            exports::each_comment(conn, viewer, &mut |comment| {
                take(data::comment(export, &comment))
            })
        }),
        ExportPart::Likes => archive.list(name, |take| {
            exports::each_like(conn, viewer, &mut |like| take(data::like(export, &like)))
        }),
        ExportPart::MutedPosts => archive.list(name, |take| {
            exports::each_muted_post(conn, viewer, &mut |place| take(data::place(export, &place)))
        }),
        ExportPart::Ties(tie) => archive.list(name, |take| {
            exports::each_tied(conn, viewer, tie, &mut |tied| {
                take(data::tied(export, &tied))
            })
        }),
    }
}

fn write_pages(conn: &Snapshot, export: &Export<'_>, archive: &mut Archive) -> Result<()> {
    let viewer = export.account.user.id;
    let mut own = Numbers::new();
    archive.sheet(
        export,
        Sheet::Posts,
        |take| exports::each_post(conn, viewer, take),
        |post, number| {
            own.insert(post.id, number);
            views::exports::post(export, &post)
        },
    )?;
    archive.sheet(
        export,
        Sheet::Comments,
        |take| exports::each_comment(conn, viewer, take),
        |comment, _| views::exports::comment(export, &comment, &own),
    )?;
    archive.sheet(
        export,
        Sheet::Likes,
        |take| exports::each_like(conn, viewer, take),
        |like, _| views::exports::like(export, &like, &own),
    )?;
    for (sheet, tie) in [
        (Sheet::Following, Tie::Following),
        (Sheet::Followers, Tie::Followers),
    ] {
        archive.sheet(
            export,
            sheet,
            |take| exports::each_tied(conn, viewer, tie, take),
            |tied, _| views::exports::tied(export, &tied),
        )?;
    }
    let mut ties = Vec::new();
    for tie in [Tie::Asked, Tie::AskedBy, Tie::Muted, Tie::Blocked] {
        let mut people = Vec::new();
        exports::each_tied(conn, viewer, tie, &mut |tied| {
            people.push(tied);
            Ok(())
        })?;
        ties.push((tie, people));
    }
    let mut muted_posts = Vec::new();
    exports::each_muted_post(conn, viewer, &mut |place| {
        muted_posts.push(place);
        Ok(())
    })?;
    let account = views::exports::account(export, &ties, &muted_posts, &own);
    archive.page(export, Sheet::Account, 1, false, &[account])
}

/// The file while it is being written.
struct Archive {
    zip: ZipWriter<CountedWriter>,
    /// The length of the file so far, in bytes.
    len: Rc<Cell<u64>>,
    bytes_max: u64,
}

impl Archive {
    /// Begins a file of this name in the archive.
    fn file(&mut self, name: &str) -> Result<()> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(LEVEL));
        self.zip.start_file(name, options).map_err(of_zip)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        if self.len.get() > self.bytes_max {
            return Err(too_large());
        }
        self.zip.write_all(bytes).map_err(of_disk)
    }

    fn member(&mut self, before: &str, name: &str, value: &Value) -> Result<()> {
        self.write(format!("{before}\n\"{name}\": {value}").as_bytes())
    }

    /// Writes a list with one thing per line.
    fn list(&mut self, name: &str, each: impl FnOnce(Take<'_, Value>) -> Result<()>) -> Result<()> {
        self.write(format!(",\n\"{name}\": [").as_bytes())?;
        let mut before = "";
        each(&mut |value| {
            self.write(format!("{before}\n{value}").as_bytes())?;
            before = ",";
            Ok(())
        })?;
        self.write(b"]")
    }

    /// Writes a list as pages to read, in as many files as it takes.
    fn sheet<T>(
        &mut self,
        export: &Export<'_>,
        sheet: Sheet,
        each: impl FnOnce(Take<'_, T>) -> Result<()>,
        mut draw: impl FnMut(T, u32) -> Markup,
    ) -> Result<()> {
        let (mut items, mut number) = (Vec::new(), 1);
        each(&mut |thing| {
            if items.len() == ITEMS_PER_FILE {
                self.page(export, sheet, number, true, &items)?;
                items.clear();
                number += 1;
            }
            items.push(draw(thing, number));
            Ok(())
        })?;
        self.page(export, sheet, number, false, &items)
    }

    fn page(
        &mut self,
        export: &Export<'_>,
        sheet: Sheet,
        number: u32,
        goes_on: bool,
        items: &[Markup],
    ) -> Result<()> {
        self.file(&sheet.file(number))?;
        let page = views::exports::page(export, sheet, number, goes_on, items);
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

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::{
        config,
        model::{Attached, BasePath, Message, NewUser, PasswordRules, Problems, Timestamp},
        store::{Db, posts, users},
    };

    const NOW: Timestamp = Timestamp(1_000_000);

    #[test]
    fn more_than_fits_is_refused_with_words_before_it_is_packed() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let config = config::Database {
            path: directory.path().join("db"),
            synchronous: config::Synchronous::Normal,
        };
        let db = Db::open(&config, 1_000, NOW, Box::new(|_| ())).expect("a new database");
        let alice = db.write(NOW, |tx| {
            let field = |name: &str| match name {
                "username" => "alice",
                "password" => "correct horse",
                _ => "",
            };
            let alice = users::register(tx, &NewUser::parse(field, &PasswordRules::LEAST)?, "")?;
            for n in 0..100 {
                let message = Message::parse(&format!("{n}{}", rand::random::<u128>()), 3_000);
                posts::create(
                    tx,
                    alice,
                    &message.expect("it is one"),
                    &Attached::default(),
                    None,
                )?;
            }
            Ok(alice)
        });
        let alice = alice.expect("alice writes");
        let packed = |bytes_max| {
            db.read(|conn| {
                let export = Export {
                    site_name: "QuartFeed",
                    origin: None,
                    base: &BasePath::default(),
                    zone: &TimeZone::UTC,
                    now: NOW,
                    account: &exports::account(conn, alice)?,
                };
                let file = tempfile::tempfile_in(directory.path()).map_err(Error::internal)?;
                Ok(pack(conn, &export, file, bytes_max)?
                    .metadata()
                    .map_err(Error::internal)?
                    .len())
            })
        };
        let fits = packed(BYTES_MAX).expect("a hundred posts fit");
        assert!(packed(fits).is_ok());
        let Err(Error::Invalid(problems)) = packed(1_000) else {
            panic!("{fits} bytes are more");
        };
        assert!(problems.about(Problems::FORM).is_some());
    }
}
