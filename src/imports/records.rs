//! JSON that is read one record at a time, so that a file of any length takes the memory of its longest record.

use std::{
    cell::Cell,
    fmt,
    io::{self, BufRead as _, BufReader, Read},
    rc::Rc,
};

use serde::Deserialize as _;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess,
    Visitor, value::MapAccessDeserializer,
};
use serde_json::Value;

use super::ImportError;

/// The most bytes of one record.
const RECORD_BYTES_MAX: u64 = 4 << 20;

/// The most bytes of one line. A group of a large site has many members.
const LINE_BYTES_MAX: u64 = 64 << 20;

/// The size of the read buffer, in bytes.
const READ_BYTES: usize = 64 << 10;

/// The most bytes before the JSON in a file of JavaScript.
const PREFIX_BYTES_MAX: usize = 1_024;

/// The receiver of records, each with the name of the member that it is in. It is empty for those of a list alone.
type TakeRecord<'t> = &'t mut dyn FnMut(&str, Value) -> Result<(), ImportError>;

/// Reads the records of a file: the items of a list, or of those members of an object that are named. A member that is
/// an object is one record.
///
/// # Errors
/// A sentence if it is no JSON, and those of `take`.
pub(super) fn each_record(
    file: &mut dyn Read,
    members: &[&str],
    take: TakeRecord<'_>,
) -> Result<(), ImportError> {
    let since = Rc::new(Cell::new(0));
    let paced = PacedReader {
        inner: file,
        since: since.clone(),
    };
    let mut failed = None;
    let mut json =
        serde_json::Deserializer::from_reader(BufReader::with_capacity(READ_BYTES, paced));
    let seed = RecordSeed {
        members: Some(members),
        key: "",
        since: &since,
        take: &mut |key, record| {
            since.set(0);
            take(key, record).map_err(|error| failed = Some(error))
        },
    };
    let read = seed.deserialize(&mut json);
    match (failed, read) {
        (Some(error), _) => Err(error),
        (None, Err(error)) => Err(ImportError::Archive(format!("it is damaged: {error}"))),
        (None, Ok(())) => Ok(()),
    }
}

/// Reads a file of JSON lines, one record per line.
///
/// # Errors
/// A sentence with the number of the line that is no such record, and those of `take`.
pub(super) fn each_line<T: DeserializeOwned>(
    file: &mut dyn Read,
    take: &mut dyn FnMut(T) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    let mut reader = BufReader::with_capacity(READ_BYTES, file);
    let mut line = Vec::new();
    for number in 1_u64.. {
        let failed = |why: &dyn fmt::Display| ImportError::Archive(format!("line {number}: {why}"));
        line.clear();
        let mut limited = reader.by_ref().take(LINE_BYTES_MAX);
        let read = limited.read_until(b'\n', &mut line);
        match read.map_err(|error| failed(&error))? {
            0 => break,
            read if read as u64 == LINE_BYTES_MAX => {
                return Err(failed(&"it is longer than any real one"));
            }
            _ => {}
        }
        take(serde_json::from_slice(&line).map_err(|error| failed(&error))?)?;
    }
    Ok(())
}

/// Skips the beginning of a file of JavaScript, `window.YTD.tweets.part0 =`.
///
/// # Errors
/// A sentence if nothing is assigned.
pub(super) fn skip_assignment(file: &mut dyn Read) -> Result<(), ImportError> {
    let mut byte = [0];
    for _ in 0..PREFIX_BYTES_MAX {
        match file.read(&mut byte) {
            Ok(1) if byte[0] == b'=' => return Ok(()),
            Ok(1) => {}
            _ => break,
        }
    }
    Err(ImportError::Archive("it does not begin as expected".into()))
}

/// A reader that ends with an error where a record is too long.
struct PacedReader<'r> {
    inner: &'r mut dyn Read,
    since: Rc<Cell<u64>>,
}

impl Read for PacedReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let since = self.since.get() + read as u64;
        if since > RECORD_BYTES_MAX {
            return Err(io::Error::other(
                "a record in it is longer than any real one",
            ));
        }
        self.since.set(since);
        Ok(read)
    }
}

/// Declares the methods for values that hold no records.
macro_rules! scalars {
    () => {
        fn visit_unit<E>(self) -> Result<(), E> {
            Ok(())
        }

        fn visit_bool<E>(self, _: bool) -> Result<(), E> {
            Ok(())
        }

        fn visit_i64<E>(self, _: i64) -> Result<(), E> {
            Ok(())
        }

        fn visit_u64<E>(self, _: u64) -> Result<(), E> {
            Ok(())
        }

        fn visit_f64<E>(self, _: f64) -> Result<(), E> {
            Ok(())
        }

        fn visit_str<E>(self, _: &str) -> Result<(), E> {
            Ok(())
        }
    };
}

/// The reader of one value: of the whole file, which has `members`, or of a member `key`.
struct RecordSeed<'r> {
    members: Option<&'r [&'r str]>,
    key: &'r str,
    /// The bytes since the last record.
    since: &'r Cell<u64>,
    take: &'r mut dyn FnMut(&str, Value) -> Result<(), ()>,
}

impl<'de> DeserializeSeed<'de> for RecordSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for RecordSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list or an object")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(record) = list.next_element()? {
            (self.take)(self.key, record).map_err(|()| A::Error::custom("stopped"))?;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        let Some(members) = self.members else {
            let record = Value::deserialize(MapAccessDeserializer::new(object))?;
            return (self.take)(self.key, record).map_err(|()| A::Error::custom("stopped"));
        };
        while let Some(key) = object.next_key::<String>()? {
            if members.contains(&key.as_str()) {
                object.next_value_seed(RecordSeed {
                    members: None,
                    key: &key,
                    since: self.since,
                    take: &mut *self.take,
                })?;
            } else {
                object.next_value_seed(Skipped(self.since))?;
            }
        }
        Ok(())
    }

    scalars!();
}

/// The reader of a value that nobody wants. Each item of a list counts as a record, so that a long list is no long one.
struct Skipped<'r>(&'r Cell<u64>);

impl<'de> DeserializeSeed<'de> for Skipped<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Skipped<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {
            self.0.set(0);
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {
            self.0.set(0);
        }
        Ok(())
    }

    scalars!();
}
