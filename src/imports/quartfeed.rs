//! Archives of QuartFeed: `data.json`, as a member downloads it. The posts in the member's own feed come in; the
//! others belong to groups and conversations.

use serde_json::Value;

use super::{
    ImportError,
    archive::{ForeignArchive, TEXT_BYTES_MAX},
    foreign::{ForeignAudience, ForeignPicture, ForeignPost, FoundThing, TakeThing, rfc3339},
    records::each_record,
};
use crate::model::LeftOut;

const FILE: &str = "data.json";

pub(super) fn is_one(archive: &ForeignArchive) -> bool {
    archive.at_root(FILE).is_some() && archive.at_root("account.html").is_some()
}

pub(super) fn read(archive: &ForeignArchive, take: TakeThing<'_>) -> Result<(), ImportError> {
    let Some(place) = archive.at_root(FILE) else {
        return Ok(());
    };
    let mut head = ArchiveHead::default();
    archive.read(place, TEXT_BYTES_MAX, |file| {
        each_record(file, &["site", "user", "posts"], &mut |member, record| {
            match member {
                "site" => text(&record, "url").clone_into(&mut head.site),
                "user" => head.is_private = record["private"] == true,
                _ => take(head.post(archive, &record))?,
            }
            Ok(())
        })
    })
}

/// The beginning of the file.
#[derive(Default)]
struct ArchiveHead {
    site: String,
    is_private: bool,
}

impl ArchiveHead {
    fn post(&self, archive: &ForeignArchive, record: &Value) -> FoundThing {
        let written_at = rfc3339(text(record, "created_at"));
        let (id, Some(written_at)) = (text(record, "id"), written_at) else {
            return FoundThing::LeftOut(LeftOut::Unreadable, 1);
        };
        let mut places = record["to"].as_array().into_iter().flatten();
        let is_in_own_feed = places.any(|to| to["kind"] == "feed");
        let audience = match (is_in_own_feed, self.is_private) {
            (true, false) => ForeignAudience::Everybody,
            (true, true) => ForeignAudience::Followers,
            (false, _) => ForeignAudience::Others,
        };
        let images = record["images"].as_array().into_iter().flatten();
        FoundThing::Post(ForeignPost {
            id: id.to_owned(),
            text: text(record, "message").to_owned(),
            written_at,
            audience,
            pictures: images
                .map(|image| ForeignPicture {
                    file: archive.like(text(image, "file")),
                    alt: text(image, "alt").to_owned(),
                })
                .collect(),
        })
    }
}

fn text<'r>(record: &'r Value, member: &str) -> &'r str {
    record[member].as_str().unwrap_or_default()
}
