//! Topics: what a page shows, which its stream asks for.

use std::{fmt, str::FromStr};

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::{FeedId, GroupName, ListSlug, PostId, SearchQuery, Tag};

/// The content of a page, and so of its stream.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Topic {
    /// The viewer's home river.
    Home,
    /// Every post that the viewer may see.
    Everything,
    /// The posts that the viewer wrote, commented on or liked.
    Discussions,
    /// The conversations that the viewer takes part in.
    Directs,
    Post(PostId),
    /// The posts in a group, given by the key of its name.
    Group(String),
    /// The posts in one of the viewer's lists.
    List(ListSlug),
    /// The posts of a feed, as a profile shows them.
    Feed(FeedId),
    /// The posts that the owner of a feed commented on or liked.
    Acts(FeedId),
    /// The posts with a tag, given by its key.
    Tag(String),
    /// The posts that a search finds, given as it was typed.
    Search(String),
}

/// The topics of all the pages that share a stream.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Topics(Vec<Topic>);

impl Topics {
    /// The most topics that one stream carries: more tabs than anybody reads in.
    pub const MAX: usize = 32;

    /// The most searches among them: each is compared with each event.
    pub const SEARCHES_MAX: usize = 4;

    /// The most different searches of one person that are live, in all their streams: those that were opened first.
    pub const LIVE_SEARCHES_MAX: usize = 8;

    /// Returns a single topic.
    pub fn only(topic: Topic) -> Topics {
        Topics(vec![topic])
    }

    /// Adds a topic if it is new and there is room.
    pub fn add(&mut self, topic: Topic) {
        let is_search = |topic: &Topic| matches!(topic, Topic::Search(_));
        let searches = self.0.iter().filter(|topic| is_search(topic)).count();
        let has_room = !is_search(&topic) || searches < Topics::SEARCHES_MAX;
        if self.0.len() < Topics::MAX && has_room && !self.0.contains(&topic) {
            self.0.push(topic);
        }
    }

    /// Returns whether a page of these topics may show a post: all but the pages of other posts.
    pub fn may_show(&self, post: PostId) -> bool {
        let mut topics = self.0.iter();
        topics.any(|topic| !matches!(topic, Topic::Post(other) if *other != post))
    }

    /// Returns the topics in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = &Topic> {
        self.0.iter()
    }
}

/// Writes a topic as ASCII without spaces, as addresses and event data name it.
impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Topic::Home => f.write_str("home"),
            Topic::Everything => f.write_str("everything"),
            Topic::Discussions => f.write_str("discussions"),
            Topic::Directs => f.write_str("directs"),
            Topic::Post(id) => write!(f, "post:{id}"),
            Topic::Group(key) => write!(f, "group:{key}"),
            Topic::List(slug) => {
                let slug = utf8_percent_encode(slug.as_str(), NON_ALPHANUMERIC);
                write!(f, "list:{slug}")
            }
            Topic::Feed(id) => write!(f, "feed:{}", id.0),
            Topic::Acts(id) => write!(f, "acts:{}", id.0),
            Topic::Tag(key) => write!(f, "tag:{}", utf8_percent_encode(key, NON_ALPHANUMERIC)),
            Topic::Search(typed) => {
                write!(f, "search:{}", utf8_percent_encode(typed, NON_ALPHANUMERIC))
            }
        }
    }
}

impl FromStr for Topic {
    type Err = ();

    fn from_str(text: &str) -> Result<Topic, ()> {
        let (kind, which) = text.split_once(':').unwrap_or((text, ""));
        match (kind, which) {
            ("home", "") => Ok(Topic::Home),
            ("everything", "") => Ok(Topic::Everything),
            ("discussions", "") => Ok(Topic::Discussions),
            ("directs", "") => Ok(Topic::Directs),
            ("post", id) => id.parse().map(Topic::Post),
            ("group", name) => name.parse().map(|name: GroupName| Topic::Group(name.key())),
            ("feed", id) => id.parse().map(|id| Topic::Feed(FeedId(id))).map_err(|_| ()),
            ("acts", id) => id.parse().map(|id| Topic::Acts(FeedId(id))).map_err(|_| ()),
            ("list", slug) => {
                let slug = percent_decode_str(slug).decode_utf8().map_err(|_| ())?;
                slug.parse().map(Topic::List)
            }
            ("tag", key) => {
                let key = percent_decode_str(key).decode_utf8().map_err(|_| ())?;
                let tag: Tag = key.parse()?;
                Ok(Topic::Tag(tag.key().to_owned()))
            }
            ("search", typed) => {
                let typed = percent_decode_str(typed).decode_utf8().map_err(|_| ())?;
                let query = SearchQuery::parse(&typed);
                let typed = query.as_typed().to_owned();
                (!query.is_empty())
                    .then_some(Topic::Search(typed))
                    .ok_or(())
            }
            _ => Err(()),
        }
    }
}

impl From<Topics> for String {
    fn from(topics: Topics) -> String {
        let topics: Vec<String> = topics.0.iter().map(Topic::to_string).collect();
        topics.join(" ")
    }
}

impl TryFrom<String> for Topics {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Topics, &'static str> {
        let topics = text.split_ascii_whitespace().map(str::parse);
        let topics = topics.collect::<Result<_, ()>>();
        topics.map(Topics).map_err(|()| "not a topic")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_travel_as_ascii() {
        let mut topics = Topics::only(Topic::Home);
        for topic in [
            Topic::Everything,
            Topic::Discussions,
            Topic::Directs,
            Topic::Post(PostId(7)),
            Topic::Group("garden-club".into()),
            "list:%C3%A7ay-2".parse().expect("a topic"),
            Topic::Feed(FeedId(3)),
            Topic::Acts(FeedId(4)),
            Topic::Tag("日本_1".into()),
            Topic::Search("\"sea weather\" -from:bob 日本".into()),
        ] {
            topics.add(topic);
        }
        topics.add(Topic::Home);
        let text = String::from(topics.clone());
        assert!(text.is_ascii(), "{text}");
        assert_eq!(Topics::try_from(text), Ok(topics));
        for wrong in [
            "",
            "x",
            "home:1",
            "post:",
            "post:1",
            "group:",
            "group:a b",
            "list:",
            "list:a%20b",
            "directs:1",
            "feed:x",
            "tag:",
            "tag:%FF",
            "tag:a%20b",
            "search:",
            "search:%21",
            "search:%FF",
        ] {
            assert_eq!(wrong.parse::<Topic>(), Err(()), "{wrong}");
        }
    }
}
