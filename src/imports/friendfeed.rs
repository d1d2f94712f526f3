//! Archives of FriendFeed, as the tool clio made them: one file of JSON for each entry, and the files of entries beside
//! them.

use std::collections::HashMap;

use serde_json::Value;

use super::{
    ImportError,
    archive::ForeignArchive,
    foreign::{ForeignAudience, ForeignPicture, ForeignPost, FoundThing, TakeThing, rfc3339},
};
use crate::{feeds_in::whole_text, model::LeftOut};

/// The most bytes of an entry with its comments.
const ENTRY_BYTES_MAX: u64 = 4 << 20;

/// The files that are looked at to know such an archive.
const LOOKED_AT: usize = 20;

/// The endings of pictures.
const PICTURES: [&str; 5] = ["jpg", "jpeg", "png", "gif", "webp"];

pub(super) fn is_one(archive: &ForeignArchive) -> bool {
    let mut files = json_files(archive).take(LOOKED_AT);
    files.any(|place| entry(archive, place).is_some())
}

pub(super) fn read(archive: &ForeignArchive, take: TakeThing<'_>) -> Result<(), ImportError> {
    let own = author(archive);
    for place in json_files(archive) {
        let Some(entry) = entry(archive, place) else {
            continue;
        };
        if from(&entry) != own {
            take(FoundThing::LeftOut(LeftOut::NotOwn, 1))?;
            continue;
        }
        entry_in(archive, &entry, own.as_deref(), take)?;
    }
    Ok(())
}

fn json_files(archive: &ForeignArchive) -> impl Iterator<Item = usize> {
    let files = archive.names();
    files
        .filter(|(_, name)| ending(name) == "json")
        .map(|(place, _)| place)
}

/// Reads an entry. Returns none for other files.
fn entry(archive: &ForeignArchive, place: usize) -> Option<Value> {
    let entry = archive.read(place, ENTRY_BYTES_MAX, |file| {
        let mut text = Vec::new();
        let read = file.read_to_end(&mut text);
        let failed = |why: String| ImportError::Archive(why);
        read.map_err(|error| failed(error.to_string()))?;
        serde_json::from_slice::<Value>(&text).map_err(|error| failed(error.to_string()))
    });
    let is_entry = |entry: &Value| {
        entry["body"].is_string() && entry["date"].is_string() && entry["from"].is_object()
    };
    entry.ok().filter(is_entry)
}

/// Returns who wrote most of the entries: the person whose archive it is.
fn author(archive: &ForeignArchive) -> Option<String> {
    let mut counts = HashMap::<String, u64>::new();
    for place in json_files(archive) {
        let from = entry(archive, place).and_then(|entry| from(&entry));
        if let Some(from) = from {
            *counts.entry(from).or_default() += 1;
        }
    }
    let most = counts.into_iter().max_by_key(|(_, count)| *count);
    most.map(|(from, _)| from)
}

fn from(entry: &Value) -> Option<String> {
    entry["from"]["id"].as_str().map(str::to_owned)
}

fn entry_in(
    archive: &ForeignArchive,
    entry: &Value,
    own: Option<&str>,
    take: TakeThing<'_>,
) -> Result<(), ImportError> {
    let id = entry["url"].as_str().or_else(|| entry["id"].as_str());
    let time = entry["date"].as_str().and_then(rfc3339);
    let (Some(id), Some(written_at)) = (id, time) else {
        return take(FoundThing::LeftOut(LeftOut::Unreadable, 1));
    };
    // An entry that names feeds is in groups or was sent to people, unless it names only its author's.
    let mut to = entry["to"].as_array().into_iter().flatten();
    let audience = if to.all(|to| to["id"].as_str() == own) {
        ForeignAudience::Everybody
    } else {
        ForeignAudience::Others
    };
    let (mut pictures, mut others) = (Vec::new(), 0);
    for thumbnail in entry["thumbnails"].as_array().into_iter().flatten() {
        if thumbnail["player"].is_null() {
            // The link leads to the picture, and the address of the thumbnail to a smaller one.
            let addresses = [&thumbnail["link"], &thumbnail["url"]].into_iter();
            let file = addresses
                .filter_map(Value::as_str)
                .find_map(|address| archive.by_stem(last_part(address)));
            // A picture of a page that was linked is not in the archive, and was not the person's.
            pictures.extend(file.map(|file| (Some(file), String::new())));
        } else {
            others += 1;
        }
    }
    for file in entry["files"].as_array().into_iter().flatten() {
        let name = file["name"].as_str().unwrap_or_default();
        let kind = file["type"].as_str().unwrap_or_default();
        if kind.starts_with("image/") || PICTURES.contains(&ending(name).as_str()) {
            let url = file["url"].as_str().map(last_part);
            pictures.push((url.and_then(|part| archive.by_stem(part)), name.to_owned()));
        } else {
            others += 1;
        }
    }
    take(FoundThing::LeftOut(LeftOut::OtherFile, others))?;
    let pictures = pictures.into_iter();
    take(FoundThing::Post(ForeignPost {
        id: id.to_owned(),
        text: whole_text(entry["body"].as_str().unwrap_or_default()),
        written_at,
        audience,
        pictures: pictures
            .map(|(file, alt)| ForeignPicture { file, alt })
            .collect(),
    }))
}

/// Returns what follows the last dot of a name, in lower case.
fn ending(name: &str) -> String {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    ending.to_ascii_lowercase()
}

/// Returns the last part of the path of an address.
fn last_part(address: &str) -> &str {
    let path = address.split(['?', '#']).next().unwrap_or(address);
    path.trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or(path)
}
