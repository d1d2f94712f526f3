//! The archive of a member's data.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read},
};

use serde_json::Value;
use zip::{CompressionMethod, ZipArchive};

use super::{page::Page, person::Person};

/// The files of an archive, by their names.
pub(crate) struct Export {
    pub(crate) page: Page,
    pub(crate) files: BTreeMap<String, String>,
    /// The images, by the names of their files.
    pub(crate) pictures: BTreeMap<String, Vec<u8>>,
}

impl Export {
    pub(crate) fn of(person: &Person) -> Export {
        let page = person.post("/settings/data/download", &[]);
        assert_eq!(page.status, 200, "{}", page.text);
        let (files, pictures) = unpacked(&page.bytes);
        Export {
            page,
            files,
            pictures,
        }
    }

    pub(crate) fn data(&self) -> Value {
        serde_json::from_str(&self.files["data.json"]).expect("JSON")
    }

    /// Returns all files that are text, one after the other.
    pub(crate) fn everything(&self) -> String {
        self.files.values().cloned().collect()
    }
}

/// Returns the texts and the images of an archive, by the names of their files.
pub(crate) fn unpacked(bytes: &[u8]) -> (BTreeMap<String, String>, BTreeMap<String, Vec<u8>>) {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).expect("a ZIP file");
    let (mut files, mut pictures) = (BTreeMap::new(), BTreeMap::new());
    for n in 0..archive.len() {
        let mut file = archive.by_index(n).expect("a file");
        let name = file.name().expect("UTF-8").into_owned();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("its checksum fits");
        if name.starts_with("pictures/") {
            assert_eq!(file.compression(), CompressionMethod::Stored, "{name}");
            pictures.insert(name, bytes);
        } else {
            files.insert(name, String::from_utf8(bytes).expect("UTF-8"));
        }
    }
    assert!(files.contains_key("index.html"));
    (files, pictures)
}

/// Returns one field of each item of a list.
pub(crate) fn texts<'d>(data: &'d Value, list: &str, field: &str) -> Vec<&'d str> {
    let items = data[list].as_array().expect("a list");
    items
        .iter()
        .map(|item| item[field].as_str().expect("a text"))
        .collect()
}
