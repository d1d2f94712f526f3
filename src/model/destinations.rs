//! Where a post goes: feeds, or people.

use super::{Group, GroupName, User, UserName};

/// Where a post is to go, as its author wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destinations {
    Feeds {
        /// True for the author's own feed.
        own: bool,
        groups: Vec<GroupName>,
    },
    /// The people whom a direct message is for, without its author.
    People(Vec<UserName>),
}

/// A place that a post is in, as one viewer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PostPlace {
    /// The feed of its author.
    Own,
    Group(Group),
    /// A participant of the conversation, other than the author.
    Person(User),
}

impl Destinations {
    /// The word for the author's own feed.
    pub const OWN: &str = "feed";
    /// The most feeds that one post can be in. Each makes a comment write two more rows.
    pub const FEEDS_MAX: usize = 5;
    /// The most people in a conversation, its author included.
    pub const PEOPLE_MAX: usize = 30;

    /// Returns the author's own feed alone, where a post goes if nothing else is said.
    pub fn own() -> Destinations {
        Destinations::Feeds {
            own: true,
            groups: Vec::new(),
        }
    }

    /// Parses what was chosen: `feed`, the name of a group, or `@` and a username. A value may have several of them, with
    /// spaces or commas between them.
    ///
    /// # Errors
    /// A sentence for the author.
    pub fn parse<'t>(values: impl Iterator<Item = &'t str>) -> Result<Destinations, String> {
        let (mut own, mut groups, mut people) = (false, Vec::new(), Vec::new());
        let words = values.flat_map(|value| value.split([' ', ',', '\n', '\r', '\t']));
        for word in words.filter(|word| !word.is_empty()) {
            if word.eq_ignore_ascii_case(Destinations::OWN) {
                own = true;
            } else if let Some(name) = word.strip_prefix('@') {
                let name: UserName = name.parse().map_err(|()| nobody(word))?;
                if !people.iter().any(|other: &UserName| other.is(&name)) {
                    people.push(name);
                }
            } else {
                let name: GroupName = word.parse().map_err(|()| not_yours(word))?;
                if !groups
                    .iter()
                    .any(|other: &GroupName| other.key() == name.key())
                {
                    groups.push(name);
                }
            }
            if groups.len() + usize::from(own) > Destinations::FEEDS_MAX {
                return Err(format!(
                    "A post can go to at most {} feeds.",
                    Destinations::FEEDS_MAX
                ));
            }
            if people.len() >= Destinations::PEOPLE_MAX {
                return Err(format!(
                    "A conversation can have at most {} people, you included.",
                    Destinations::PEOPLE_MAX
                ));
            }
        }
        match (people.is_empty(), own || !groups.is_empty()) {
            (false, true) => Err("A direct message goes to people only.".into()),
            (false, false) => Ok(Destinations::People(people)),
            (true, true) => Ok(Destinations::Feeds { own, groups }),
            (true, false) => Ok(Destinations::own()),
        }
    }

    /// Returns the words that lead to the same destinations when they are parsed.
    pub fn words(&self) -> Vec<String> {
        match self {
            Destinations::Feeds { own, groups } => {
                let own = own.then(|| Destinations::OWN.to_owned());
                let groups = groups.iter().map(|name| name.as_str().to_owned());
                own.into_iter().chain(groups).collect()
            }
            Destinations::People(people) => {
                let people = people.iter().map(|name| format!("@{}", name.as_str()));
                people.collect()
            }
        }
    }
}

/// Says that a direct message cannot go to somebody. It is the same for people who accept none, for people who are kept
/// apart from the author, and for names that nobody has.
pub(crate) fn nobody(name: &str) -> String {
    format!("You cannot write to {name}.")
}

/// Says that a post cannot go to a group. It is the same for groups that do not exist.
pub(crate) fn not_yours(name: &str) -> String {
    format!("You cannot post to “{name}”.")
}

impl PostPlace {
    /// Returns the kind of the place in the API.
    pub fn kind(&self) -> &'static str {
        match self {
            PostPlace::Own => "feed",
            PostPlace::Group(_) => "group",
            PostPlace::Person(_) => "user",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(values: &[&str]) -> Result<Destinations, String> {
        Destinations::parse(values.iter().copied())
    }

    #[test]
    fn a_post_goes_to_feeds_or_to_people() {
        assert_eq!(parse(&[]), Ok(Destinations::own()));
        assert_eq!(parse(&["", " "]), Ok(Destinations::own()));
        for (values, words) in [
            (&["feed"][..], &["feed"][..]),
            (&["garden", "Garden", "feed"], &["feed", "garden"]),
            (&["@ann, @bo\n@Ann"], &["@ann", "@bo"]),
        ] {
            let parsed = parse(values).expect("they can be parsed");
            assert_eq!(parsed.words(), words, "{values:?}");
        }
        let refused = "A direct message goes to people only.";
        for mixed in [["@ann", "feed"], ["garden", "@ann"]] {
            assert_eq!(parse(&mixed), Err(refused.to_owned()));
        }
    }

    #[test]
    fn there_are_limits() {
        let names = |sign: &str, count: usize| -> Vec<String> {
            (0..count).map(|n| format!("{sign}name{n}")).collect()
        };
        let parse_all = |names: &[String]| Destinations::parse(names.iter().map(String::as_str));
        assert!(parse_all(&names("", 5)).is_ok());
        assert_eq!(
            parse_all(&names("", 6)),
            Err("A post can go to at most 5 feeds.".to_owned())
        );
        assert!(parse_all(&names("@", 29)).is_ok());
        assert_eq!(
            parse_all(&names("@", 30)),
            Err("A conversation can have at most 30 people, you included.".to_owned())
        );
        assert_eq!(
            parse(&["@a/b"]),
            Err("You cannot write to @a/b.".to_owned())
        );
        assert_eq!(parse(&["a"]), Err("You cannot post to “a”.".to_owned()));
    }
}
