//! Archives of Mastodon: `outbox.json` has all activities of a person (ActivityStreams 2.0), and pictures stand beside it.
//! The number that it gives as `totalItems` is not that of its items.

use std::io::{BufRead as _, BufReader, Read as _};

use serde_json::Value;

use super::{
    ImportError,
    archive::{ForeignArchive, TEXT_BYTES_MAX},
    foreign::{
        ForeignAudience, ForeignName, ForeignPicture, ForeignPost, FoundThing, TakeThing, rfc3339,
    },
    records::each_record,
};
use crate::{feeds_in::whole_text, model::LeftOut};

const FILE: &str = "outbox.json";

/// The lists of posts that the person liked and kept: their addresses.
const LIKES: &str = "likes.json";
const BOOKMARKS: &str = "bookmarks.json";

/// The list of people whom the person followed, which Mastodon gives apart from the archive.
pub(super) const FOLLOWING: &str = "following_accounts.csv";

/// The beginning of that list.
pub(super) const FOLLOWING_HEAD: &[u8] = b"Account address";

/// The most bytes of a line of that list.
const LINE_BYTES_MAX: u64 = 4_096;

/// The names of everybody in `to` and `cc`.
const EVERYBODY: [&str; 3] = [
    "https://www.w3.org/ns/activitystreams#Public",
    "as:Public",
    "Public",
];

pub(super) fn is_one(archive: &ForeignArchive) -> bool {
    archive.at_root(FILE).is_some() || archive.at_root(FOLLOWING).is_some()
}

pub(super) fn read(archive: &ForeignArchive, take: TakeThing<'_>) -> Result<(), ImportError> {
    if let Some(place) = archive.at_root(FILE) {
        archive.read(place, TEXT_BYTES_MAX, |file| {
            each_record(file, &["orderedItems"], &mut |_, activity| {
                activity_in(archive, &activity, take)
            })
        })?;
    }
    // After the posts, because some of these are among them.
    each_address(archive, BOOKMARKS, &mut |address| {
        take(FoundThing::Saved(address))
    })?;
    each_address(archive, LIKES, &mut |address| {
        take(FoundThing::Liked(address))
    })?;
    following(archive, take)
}

/// Reads a list of addresses, if there is one.
fn each_address(
    archive: &ForeignArchive,
    name: &str,
    take: &mut dyn FnMut(String) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    let Some(place) = archive.at_root(name) else {
        return Ok(());
    };
    archive.read(place, TEXT_BYTES_MAX, |file| {
        each_record(file, &["orderedItems"], &mut |_, item| {
            let address = item.as_str().or_else(|| item["id"].as_str());
            address.map_or(Ok(()), |address| take(address.to_owned()))
        })
    })
}

/// Reads the list of people whom the person followed, if there is one: lines of a CSV, with the name first.
fn following(archive: &ForeignArchive, take: TakeThing<'_>) -> Result<(), ImportError> {
    let Some(place) = archive.at_root(FOLLOWING) else {
        return Ok(());
    };
    archive.read(place, TEXT_BYTES_MAX, |file| {
        let mut lines = BufReader::new(file);
        let mut line = Vec::new();
        loop {
            line.clear();
            let read = lines
                .by_ref()
                .take(LINE_BYTES_MAX)
                .read_until(b'\n', &mut line);
            let read =
                read.map_err(|error| ImportError::Archive(format!("{FOLLOWING}: {error}")))?;
            if read == 0 {
                return Ok(());
            }
            let text = String::from_utf8_lossy(&line);
            let address = text.split(',').next().unwrap_or_default();
            let address = address.trim().trim_matches('"').trim_start_matches('@');
            if !address.is_empty() && address.as_bytes() != FOLLOWING_HEAD {
                take(FoundThing::Follow(ForeignName {
                    username: address.split('@').next().unwrap_or_default().to_owned(),
                    address: address.to_owned(),
                }))?;
            }
        }
    })
}

/// Hands on what an activity is: a post, or something that is left out.
fn activity_in(
    archive: &ForeignArchive,
    activity: &Value,
    take: TakeThing<'_>,
) -> Result<(), ImportError> {
    if activity["type"] == "Announce" {
        return take(FoundThing::LeftOut(LeftOut::Boost, 1));
    }
    let object = &activity["object"];
    let written_at = [&object["published"], &activity["published"]];
    let written_at = written_at
        .into_iter()
        .find_map(|time| rfc3339(time.as_str()?));
    let (Some(id), Some(written_at)) = (object["id"].as_str(), written_at) else {
        return take(FoundThing::LeftOut(LeftOut::Unreadable, 1));
    };
    let audience = audience(object, activity);
    // A post to certain people is left out as such, whatever it answers.
    if audience != ForeignAudience::Others && is_reply_to_others(object, activity) {
        return take(FoundThing::LeftOut(LeftOut::Reply, 1));
    }
    let attachments = object["attachment"].as_array().into_iter().flatten();
    let (pictures, others): (Vec<&Value>, Vec<&Value>) =
        attachments.partition(|attachment| is_picture(attachment));
    take(FoundThing::LeftOut(LeftOut::OtherFile, others.len() as u64))?;
    take(FoundThing::Post(ForeignPost {
        id: id.to_owned(),
        text: text(object),
        written_at,
        audience,
        pictures: pictures
            .into_iter()
            .map(|attachment| ForeignPicture {
                file: attachment["url"].as_str().and_then(|url| archive.like(url)),
                alt: attachment["name"].as_str().unwrap_or_default().to_owned(),
            })
            .collect(),
    }))
}

/// Returns who could read a post. A post that names everybody in `cc` is in no public list, but everybody may read it.
fn audience(object: &Value, activity: &Value) -> ForeignAudience {
    let named = |of: &Value| {
        let named = addresses(&of["to"]).chain(addresses(&of["cc"]));
        named.map(str::to_owned).collect::<Vec<_>>()
    };
    let mut all = named(object);
    if all.is_empty() {
        all = named(activity);
    }
    if all.iter().any(|name| EVERYBODY.contains(&name.as_str())) {
        ForeignAudience::Everybody
    } else if all.iter().any(|name| name.ends_with("/followers")) {
        ForeignAudience::Followers
    } else {
        ForeignAudience::Others
    }
}

/// Returns the addresses in a value, which may be one or a list.
fn addresses(value: &Value) -> impl Iterator<Item = &str> {
    let list = value.as_array().into_iter().flatten();
    list.chain([value]).filter_map(Value::as_str)
}

/// Returns whether a post answers one by somebody else. A thread of one's own posts is none.
fn is_reply_to_others(object: &Value, activity: &Value) -> bool {
    let Some(answered) = object["inReplyTo"].as_str() else {
        return !object["inReplyTo"].is_null();
    };
    let author = [&object["attributedTo"], &activity["actor"]];
    let author = author.into_iter().find_map(Value::as_str);
    author.is_none_or(|author| {
        let rest = answered.strip_prefix(author);
        rest.is_none_or(|rest| !rest.starts_with('/'))
    })
}

fn is_picture(attachment: &Value) -> bool {
    let kind = attachment["mediaType"].as_str();
    kind.is_none_or(|kind| kind.starts_with("image/"))
}

/// Returns the text of a post: its title or warning, its words, and the choices of a poll.
fn text(object: &Value) -> String {
    let mut paragraphs = Vec::new();
    for title in [&object["name"], &object["summary"]] {
        paragraphs.extend(title.as_str().map(whole_text));
    }
    let content = object["content"].as_str().or_else(|| {
        let languages = object["contentMap"].as_object()?;
        languages.values().find_map(Value::as_str)
    });
    paragraphs.extend(content.map(whole_text));
    let choices = [&object["oneOf"], &object["anyOf"]].into_iter();
    let choices = choices.flat_map(|choices| choices.as_array().into_iter().flatten());
    let choices = choices.filter_map(|choice| Some(format!("• {}", choice["name"].as_str()?)));
    paragraphs.push(choices.collect::<Vec<_>>().join("\n"));
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    paragraphs.join("\n\n")
}
