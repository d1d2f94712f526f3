//! Archives of Twitter, now X: files of JavaScript that assign a list, `data/tweets.js` or `data/tweet.js`, and
//! `data/tweets-part1.js` and so on where there are many.

use std::collections::HashMap;

use serde_json::Value;

use super::{
    ImportError,
    archive::{ForeignArchive, TEXT_BYTES_MAX},
    foreign::{ForeignAudience, ForeignPicture, ForeignPost, FoundThing, TakeThing},
    long_tweets::{LongTweet, LongTweets},
    records::{each_record, skip_assignment},
};
use crate::model::{LeftOut, Timestamp};

/// The form of a time behind the day of the week, as in `Wed Oct 10 20:19:24 +0000 2018`.
const TIME: &str = "%b %d %H:%M:%S %z %Y";

/// The most bytes of a short address. Those of Twitter have 23.
const SHORT_BYTES_MAX: usize = 64;

/// The most bytes that a text becomes with whole addresses; the others stay short.
const RESULT_BYTES_MAX: usize = 1 << 20;

/// The entities that are written in the texts.
const ENTITIES: [(&str, &str); 5] = [
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", "\""),
    ("&#39;", "'"),
    ("&amp;", "&"),
];

pub(super) fn is_one(archive: &ForeignArchive) -> bool {
    archive.names().any(|(_, name)| has_tweets(name))
}

fn has_tweets(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or(name);
    let Some(stem) = last.strip_suffix(".js") else {
        return false;
    };
    let part = stem
        .strip_prefix("tweets-part")
        .or_else(|| stem.strip_prefix("tweet-part"));
    stem == "tweets" || stem == "tweet" || part.is_some_and(|part| part.parse::<u32>().is_ok())
}

pub(super) fn read(archive: &ForeignArchive, take: TakeThing<'_>) -> Result<(), ImportError> {
    let own = own_id(archive)?;
    let long = long_tweets(archive)?;
    let files = archive.names().filter(|(_, name)| has_tweets(name));
    for (place, _) in files {
        each_assigned(archive, place, &mut |record| {
            // Each stands in an object of its own in newer archives.
            let tweet = if record["tweet"].is_object() {
                &record["tweet"]
            } else {
                &record
            };
            tweet_in((archive, &long), tweet, own.as_deref(), take)
        })?;
    }
    Ok(())
}

/// Returns the number of the account, if the archive says it.
fn own_id(archive: &ForeignArchive) -> Result<Option<String>, ImportError> {
    let Some(place) = archive.like("data/account.js") else {
        return Ok(None);
    };
    let mut id = None;
    each_assigned(archive, place, &mut |record| {
        id = record["account"]["accountId"].as_str().map(str::to_owned);
        Ok(())
    })?;
    Ok(id)
}

/// Reads the whole texts of long tweets, of which archives before 2023 have none.
fn long_tweets(archive: &ForeignArchive) -> Result<LongTweets, ImportError> {
    let mut long = LongTweets::default();
    if let Some(place) = archive.like("data/note-tweet.js") {
        each_assigned(archive, place, &mut |record| {
            long.add(&record);
            Ok(())
        })?;
    }
    Ok(long)
}

fn each_assigned(
    archive: &ForeignArchive,
    place: usize,
    take: &mut dyn FnMut(Value) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    archive.read(place, TEXT_BYTES_MAX, |file| {
        skip_assignment(file)?;
        each_record(file, &[], &mut |_, record| take(record))
    })
}

/// Hands on what a tweet is: a post, or something that is left out.
fn tweet_in(
    (archive, long): (&ForeignArchive, &LongTweets),
    tweet: &Value,
    own: Option<&str>,
    take: TakeThing<'_>,
) -> Result<(), ImportError> {
    let id = tweet["id_str"].as_str().or_else(|| tweet["id"].as_str());
    let text = tweet["full_text"]
        .as_str()
        .or_else(|| tweet["text"].as_str());
    let time = tweet["created_at"].as_str().and_then(time);
    let (Some(id), Some(text), Some(written_at)) = (id, text, time) else {
        return take(FoundThing::LeftOut(LeftOut::Unreadable, 1));
    };
    // A retweet is not marked in archives.
    if text.starts_with("RT @") || tweet["retweeted_status"].is_object() {
        return take(FoundThing::LeftOut(LeftOut::Boost, 1));
    }
    if is_reply_to_others(tweet, text, own) {
        return take(FoundThing::LeftOut(LeftOut::Reply, 1));
    }
    let media: Vec<&Value> = ["extended_entities", "entities"]
        .into_iter()
        .find_map(|list| tweet[list]["media"].as_array())
        .into_iter()
        .flatten()
        .collect();
    let (pictures, others): (Vec<&Value>, Vec<&Value>) = media
        .iter()
        .partition(|media| media["type"].as_str().is_none_or(|kind| kind == "photo"));
    take(FoundThing::LeftOut(LeftOut::OtherFile, others.len() as u64))?;
    take(FoundThing::Post(ForeignPost {
        id: id.to_owned(),
        text: whole_text(text, long.whole(id, text), tweet, &media),
        written_at,
        // An archive does not say of a tweet who could read it. Those to a circle stand in another file.
        audience: ForeignAudience::Everybody,
        pictures: pictures
            .into_iter()
            .map(|media| ForeignPicture {
                file: file(archive, id, media),
                alt: media["ext_alt_text"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned(),
            })
            .collect(),
    }))
}

fn time(text: &str) -> Option<Timestamp> {
    let (_, date) = text.split_once(' ')?;
    let time = jiff::Timestamp::strptime(TIME, date).ok()?;
    Some(Timestamp(time.as_millisecond()))
}

/// Returns whether a tweet answers one by somebody else. A thread of one's own tweets is none.
fn is_reply_to_others(tweet: &Value, text: &str, own: Option<&str>) -> bool {
    let answers = |member: &str| !tweet[member].is_null();
    if !answers("in_reply_to_status_id_str") && !answers("in_reply_to_user_id_str") {
        return answers("in_reply_to_status_id") || answers("in_reply_to_user_id");
    }
    let answered = tweet["in_reply_to_user_id_str"].as_str();
    own.is_none() || answered != own || text.starts_with('@')
}

/// Returns a text with whole addresses instead of short ones, and without those of its own pictures.
fn whole_text(text: &str, long: Option<&LongTweet>, tweet: &Value, media: &[&Value]) -> String {
    let links = tweet["entities"]["urls"].as_array().into_iter().flatten();
    let links =
        links.filter_map(|link| Some((link["url"].as_str()?, link["expanded_url"].as_str()?)));
    let more = long.into_iter().flat_map(|long| &long.links);
    let more = more.map(|(short, whole)| (short.as_str(), whole.as_str()));
    let pictures = media.iter().filter_map(|media| media["url"].as_str());
    let pictures = pictures.map(|short| (short, ""));
    let whole_ones = links.chain(more).chain(pictures).collect();
    let text = long.map_or(text, |long| &long.text);
    unescaped(&with_whole_addresses(text, &whole_ones))
        .trim()
        .to_owned()
}

/// Replaces each short address by its whole one. What comes in is not looked through again.
fn with_whole_addresses(text: &str, whole_ones: &HashMap<&str, &str>) -> String {
    let mut all = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("http") {
        all.push_str(&rest[..at]);
        rest = &rest[at..];
        let known = (1..=SHORT_BYTES_MAX.min(rest.len()))
            .rev()
            .find_map(|length| {
                let whole = whole_ones.get(rest.get(..length)?)?;
                Some((length, *whole)).filter(|_| all.len() + whole.len() <= RESULT_BYTES_MAX)
            });
        let (length, whole) = known.unwrap_or(("http".len(), "http"));
        all.push_str(&whole.replace('&', "&amp;"));
        rest = &rest[length..];
    }
    all + rest
}

/// Returns a text with its entities as the signs that they stand for.
pub(super) fn unescaped(text: &str) -> String {
    let mut text = text.to_owned();
    for (entity, sign) in ENTITIES {
        text = text.replace(entity, sign);
    }
    text
}

/// Returns the place of the file of a picture: the number of the tweet and the last part of its address.
fn file(archive: &ForeignArchive, id: &str, media: &Value) -> Option<usize> {
    let addresses = [&media["media_url_https"], &media["media_url"]].into_iter();
    let mut addresses = addresses.filter_map(Value::as_str);
    addresses.find_map(|address| {
        let last = address.rsplit('/').next()?;
        archive.like(&format!("{id}-{last}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_addresses_become_whole_ones_and_texts_stay_small() {
        let long = "https://e.org/".to_owned() + &"x".repeat(RESULT_BYTES_MAX / 2);
        let whole_ones = HashMap::from([
            ("https://t.co/a", "https://e.org/?a=1&b=2"),
            ("https://t.co/ab", "https://t.co/a"),
            ("https://t.co/long", long.as_str()),
            ("https://t.co/picture", ""),
            ("a", "aa"),
        ]);
        let whole = |text: &str| with_whole_addresses(text, &whole_ones);
        for (text, expected) in [
            ("a https://t.co/a, b", "a https://e.org/?a=1&amp;b=2, b"),
            ("https://t.co/ab!", "https://t.co/a!"),
            ("see https://t.co/picture", "see "),
            (
                "https://t.co/other http https",
                "https://t.co/other http https",
            ),
        ] {
            assert_eq!(whole(text), expected);
        }
        assert!(whole(&"https://t.co/long ".repeat(50)).len() < RESULT_BYTES_MAX + 1_000);
    }
}
