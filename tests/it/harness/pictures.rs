//! The queue, asked by tests: pictures go in as files, and renditions come out.

use std::{
    fs::{self, File},
    io::{Seek, SeekFrom, Write},
    time::Instant,
};

use quartfeed::{
    model::Rendition,
    pictures::{
        EncodedPicture, EncodedRendition, ImageQueue, PictureError, PictureLimits, PictureRefusal,
        Purpose,
    },
};

use super::{program::PROGRAM, samples::picture, wait::DEADLINE};

pub(crate) const LIMITS: PictureLimits = PictureLimits {
    bytes: 10 << 20,
    pixels: 40_000_000,
};

/// Returns all renditions of all files that are taken, with the names of the files.
pub(crate) fn all_drawn() -> impl Iterator<Item = (String, EncodedRendition)> {
    let purposes = [Purpose::Post, Purpose::Avatar];
    let names = corpus().into_iter();
    let asked = names.flat_map(move |name| purposes.map(|purpose| (name.clone(), purpose)));
    asked.flat_map(|(name, purpose)| {
        let made = make(&picture(&name), purpose);
        let drawn = made.map_or(Vec::new(), |made| made.renditions);
        drawn.into_iter().map(move |drawn| (name.clone(), drawn))
    })
}

/// Returns the names of all checked-in pictures, sorted.
pub(crate) fn corpus() -> Vec<String> {
    let files = fs::read_dir("tests/pictures").expect("it is there");
    let mut names: Vec<String> = files
        .map(|file| {
            file.expect("a file")
                .file_name()
                .into_string()
                .expect("a name")
        })
        .filter(|name| name != "make")
        .collect();
    names.sort();
    assert!(names.len() > 35);
    names
}

/// Returns an open file of these bytes, as an upload is one.
pub(crate) fn sent(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().expect("a temporary file");
    file.write_all(bytes).expect("there is room");
    // Wherever it stands, it is read from its start.
    file.seek(SeekFrom::End(0)).expect("a file");
    file
}

/// Returns the deadline of a picture.
pub(crate) fn soon() -> Instant {
    Instant::now() + DEADLINE
}

pub(crate) fn make_within(
    bytes: &[u8],
    purpose: Purpose,
    limits: PictureLimits,
) -> Result<EncodedPicture, PictureError> {
    ImageQueue::open(PROGRAM.into())
        .expect("a thread")
        .encode(sent(bytes), purpose, limits, soon())
}

pub(crate) fn make(bytes: &[u8], purpose: Purpose) -> Result<EncodedPicture, PictureError> {
    make_within(bytes, purpose, LIMITS)
}

/// Encodes a picture that must be taken.
pub(crate) fn ok(bytes: &[u8], purpose: Purpose) -> EncodedPicture {
    make(bytes, purpose).expect("it is a picture")
}

/// Encodes a checked-in picture that must be taken.
pub(crate) fn made(name: &str, purpose: Purpose) -> EncodedPicture {
    make(&picture(name), purpose).unwrap_or_else(|fault| panic!("{name}: {fault}"))
}

/// Returns why a picture is refused.
pub(crate) fn refused(bytes: &[u8]) -> PictureRefusal {
    match make(bytes, Purpose::Post) {
        Err(PictureError::Refused(refusal)) => refusal,
        other => panic!("it was not refused: {other:?}"),
    }
}

pub(crate) fn rendition(made: &EncodedPicture, rendition: Rendition) -> EncodedRendition {
    let mut drawn = made.renditions.iter();
    drawn
        .find(|drawn| drawn.rendition == rendition)
        .expect("it is drawn")
        .clone()
}

/// Returns the full rendition of a checked-in picture.
pub(crate) fn full(name: &str) -> EncodedRendition {
    rendition(&made(name, Purpose::Post), Rendition::Full)
}
