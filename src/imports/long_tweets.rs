//! The whole texts of long tweets. An archive of Twitter has the beginning of a long tweet among the tweets, with an
//! ellipsis behind it, and its whole text in `data/note-tweet.js`. The two have different numbers, which were given a
//! moment apart; the only common part is the beginning of the text.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use super::twitter::unescaped;

/// The sign behind the beginning of a text.
const ELLIPSIS: char = '…';

/// The characters of a beginning by which texts are looked up. The beginnings in archives have about 275.
const KEY_CHARS: usize = 40;

/// The most bytes of all texts that are kept at a time. Tweets whose texts are beyond it come in shortened.
const BYTES_MAX: usize = 48 << 20;

/// The longest time between the numbers of a tweet and of its whole text. Somebody may begin with the same words again.
const MILLIS_BETWEEN_MAX: u64 = 5 * 60 * 1_000;

/// The bits of a number behind its time in milliseconds.
const SEQUENCE_BITS: u32 = 22;

/// The most texts with smaller and with larger numbers that a tweet is compared with.
const NEIGHBOURS_MAX: usize = 16;

/// The texts of an archive, by their beginnings and their numbers.
#[derive(Default)]
pub(super) struct LongTweets {
    by_beginning: HashMap<String, BTreeMap<u64, LongTweet>>,
    bytes: usize,
}

/// The whole text of a long tweet.
pub(super) struct LongTweet {
    pub(super) text: String,
    /// Short addresses in the text, each with the whole one.
    pub(super) links: Vec<(String, String)>,
}

impl LongTweets {
    /// Keeps a record of `note-tweet.js`. One that cannot be read is skipped: its tweet comes in shortened.
    pub(super) fn add(&mut self, record: &Value) {
        let note = &record["noteTweet"];
        let id = note["noteTweetId"].as_str().and_then(|id| id.parse().ok());
        let (Some(id), Some(text)) = (id, note["core"]["text"].as_str()) else {
            return;
        };
        let Some(key) = key_of(&unescaped(text)) else {
            return;
        };
        let links = note["core"]["urls"].as_array().into_iter().flatten();
        let links = links.filter_map(|link| {
            let (short, whole) = (link["shortUrl"].as_str()?, link["expandedUrl"].as_str()?);
            Some((short.to_owned(), whole.to_owned()))
        });
        let tweet = LongTweet {
            text: text.to_owned(),
            links: links.collect(),
        };
        let links = tweet.links.iter();
        let links = links.map(|(short, whole)| short.len() + whole.len());
        self.bytes += key.len() + text.len() + links.sum::<usize>();
        if self.bytes > BYTES_MAX {
            return;
        }
        self.by_beginning.entry(key).or_default().insert(id, tweet);
    }

    /// Returns the whole text of a tweet; none if the tweet is not shortened, or the archive does not have it.
    pub(super) fn whole(&self, id: &str, shortened: &str) -> Option<&LongTweet> {
        let (beginning, rest) = shortened.rsplit_once(ELLIPSIS)?;
        // The address of the tweet itself follows, and nothing else.
        if rest.split_whitespace().count() > 1 {
            return None;
        }
        let id: u64 = id.parse().ok()?;
        // Tweets are escaped; their whole texts may be.
        let beginning = unescaped(beginning.trim_end());
        let same = self.by_beginning.get(&key_of(&beginning)?)?;
        let earlier = same.range(..id).rev().take(NEIGHBOURS_MAX);
        let near = earlier.chain(same.range(id..).take(NEIGHBOURS_MAX));
        let near =
            near.filter(|(other, _)| millis(**other).abs_diff(millis(id)) < MILLIS_BETWEEN_MAX);
        let near = near.filter(|(_, tweet)| unescaped(&tweet.text).starts_with(&beginning));
        let nearest = near.min_by_key(|(other, _)| other.abs_diff(id));
        nearest.map(|(_, tweet)| tweet)
    }
}

/// Returns the time in a number, in milliseconds since an epoch of Twitter's own.
fn millis(id: u64) -> u64 {
    id >> SEQUENCE_BITS
}

/// Returns the beginning of a text by which it is looked up; none if the text is shorter.
fn key_of(text: &str) -> Option<String> {
    let key: String = text.chars().take(KEY_CHARS).collect();
    (key.chars().count() == KEY_CHARS).then_some(key)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn note(id: &str, text: &str) -> Value {
        json!({ "noteTweet": { "noteTweetId": id, "core": { "text": text, "urls": [
            { "shortUrl": "https://t.co/a", "expandedUrl": "https://e.org/" },
        ] } } })
    }

    #[test]
    fn the_nearest_text_with_the_same_beginning_is_taken() {
        let same = "The same beginning of forty characters or some more, ";
        let mut all = LongTweets::default();
        all.add(&note("100", &format!("{same}first")));
        all.add(&note("900", &format!("{same}second")));
        all.add(&note("901", "short"));
        all.add(&json!({ "noteTweet": { "noteTweetId": 5 } }));
        let whole = |id: &str, text: &str| all.whole(id, text).map(|tweet| tweet.text.as_str());
        let shortened = format!("{same}… https://t.co/self");
        let (first, second) = (format!("{same}first"), format!("{same}second"));
        assert_eq!(whole("101", &shortened), Some(first.as_str()));
        assert_eq!(whole("899", &shortened), Some(second.as_str()));
        assert_eq!(
            whole("899", &format!("{same}sec… https://t.co/self")),
            Some(second.as_str())
        );
        let much_later = 1_u64 << (SEQUENCE_BITS + 20);
        assert_eq!(whole(&much_later.to_string(), &shortened), None);
        for other in [
            same.to_owned(),
            format!("{same}… and more words"),
            format!("{same}third… https://t.co/self"),
            "short…".to_owned(),
        ] {
            assert_eq!(whole("101", &other), None, "{other}");
        }
    }
}
