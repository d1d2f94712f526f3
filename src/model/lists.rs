//! Lists: rivers that a person puts together from people, groups and tags.

use std::{collections::HashSet, str::FromStr};

use super::{Group, GroupName, ListId, Problems, Tag, User, UserName, posts::first_words, text};

/// A list, as its owner sees it. Nobody else does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    pub id: ListId,
    pub slug: ListSlug,
    pub title: String,
    /// True if what is in its people and groups is not in its owner's home river.
    pub is_exclusive: bool,
}

/// The members of a list that its owner may know of.
#[derive(Debug, Clone, Default)]
pub struct ListMembers {
    pub people: Vec<User>,
    pub groups: Vec<Group>,
    pub tags: Vec<Tag>,
}

/// A list with its members, in the API and in the download of its owner.
#[derive(Debug, Clone)]
pub struct OwnList {
    pub list: List,
    pub members: ListMembers,
}

/// The last part of a list's address: words of its first title in lower case. It is unique among the lists of one person.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ListSlug(String);

/// The title of a list: one line of up to 50 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListTitle(String);

/// A member of a list, as its owner writes it: `@ann`, `garden` or `#tea`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListMember {
    Person(UserName),
    Group(GroupName),
    Tag(Tag),
}

/// The form of a list.
#[derive(Debug)]
pub struct ListEdit {
    pub title: ListTitle,
    pub members: Vec<ListMember>,
    pub is_exclusive: bool,
}

/// A step of a list in the order of its owner's lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListStep {
    Up,
    Down,
}

impl List {
    /// The most lists of one person. All of them stand in the side column.
    pub const COUNT_MAX: usize = 50;
    /// The most people and groups in a list. Each page of the list looks at all of them.
    pub const FEEDS_MAX: usize = 500;
    /// The most tags in a list. A tag costs more than a feed: see [`List::TAG_USES_MAX`].
    pub const TAGS_MAX: usize = 20;
    /// The number of uses of a tag, the newest ones, that a list looks at. The uses are not sorted by the latest
    /// activity, so each page of the list sorts all of them.
    pub const TAG_USES_MAX: u32 = 1_000;

    /// Returns the path of the list, without the site's base and not percent-encoded.
    pub fn path(&self) -> String {
        format!("/list/{}", self.slug.0)
    }
}

impl ListMembers {
    /// Returns the words that stand for the members in a form.
    pub fn words(&self) -> Vec<String> {
        let people = self.people.iter();
        let people = people.map(|user| format!("@{}", user.username.as_str()));
        let groups = self.groups.iter().map(|group| group.name.as_str().into());
        let tags = self.tags.iter().map(|tag| format!("#{}", tag.as_typed()));
        people.chain(groups).chain(tags).collect()
    }
}

impl ListSlug {
    /// The most characters: those of the words, and a number that tells two lists of one title apart.
    const CHARS_MAX: usize = 64;

    /// Returns the slug of a title. `taken` says which slugs the owner's other lists have.
    pub fn of(title: &ListTitle, taken: impl Fn(&str) -> bool) -> ListSlug {
        let words = first_words(&title.0);
        let words = if words.is_empty() { "list" } else { &words };
        let numbered = (2..).map(|number| format!("{words}-{number}"));
        let mut slugs = std::iter::once(words.to_owned()).chain(numbered);
        ListSlug(slugs.find(|slug| !taken(slug)).unwrap_or_default())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Wraps a slug from the database.
    pub(crate) fn stored(text: String) -> ListSlug {
        ListSlug(text)
    }
}

/// Parses a slug in a path. Fails for texts that no list can have.
impl FromStr for ListSlug {
    type Err = ();

    fn from_str(text: &str) -> Result<ListSlug, ()> {
        let is_slug = !text.is_empty()
            && text.chars().count() <= ListSlug::CHARS_MAX
            && !text.contains(|c: char| c.is_control() || c.is_whitespace() || c == '/');
        is_slug.then(|| ListSlug(text.to_owned())).ok_or(())
    }
}

impl ListTitle {
    pub const CHARS_MAX: u32 = 50;

    /// Parses a title.
    ///
    /// # Errors
    /// A sentence for the owner if it is empty, too long or more than one line.
    pub fn parse(text: &str) -> Result<ListTitle, String> {
        text::at_most(text::not_empty(text::clean_line(text)?)?, Self::CHARS_MAX).map(ListTitle)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl ListMember {
    /// Returns the word that stands for the member in a form.
    pub fn word(&self) -> String {
        match self {
            ListMember::Person(name) => format!("@{}", name.as_str()),
            ListMember::Group(name) => name.as_str().to_owned(),
            ListMember::Tag(tag) => format!("#{}", tag.as_typed()),
        }
    }

    /// Returns a text that is the same for all spellings of the member.
    fn key(&self) -> String {
        match self {
            ListMember::Person(name) => format!("@{}", name.as_str().to_ascii_lowercase()),
            ListMember::Group(name) => name.key(),
            ListMember::Tag(tag) => format!("#{}", tag.key()),
        }
    }

    /// Says that nothing here is called like that. It is the same for people who are kept apart from the owner.
    pub(crate) fn unknown(word: &str) -> String {
        format!(
            "Nothing here is called “{word}”. Write @name for a person, a group’s name, or #tag."
        )
    }

    /// Parses the members of a list. A value may have several of them, with spaces or commas between them.
    fn parse_all<'t>(values: impl Iterator<Item = &'t str>) -> Result<Vec<ListMember>, String> {
        let words = values.flat_map(|value| value.split([' ', ',', '\n', '\r', '\t']));
        let (mut members, mut known, mut unknown) = (Vec::new(), HashSet::new(), None);
        for word in words.filter(|word| !word.is_empty()) {
            match word.parse::<ListMember>() {
                Ok(member) if known.insert(member.key()) => members.push(member),
                Ok(_) => {}
                Err(()) => unknown = unknown.or(Some(word)),
            }
        }
        let is_tag = |member: &&ListMember| matches!(member, ListMember::Tag(_));
        let tags = members.iter().filter(is_tag).count();
        let feeds = members.len() - tags;
        if feeds > List::FEEDS_MAX {
            let most = List::FEEDS_MAX;
            return Err(format!(
                "A list can have at most {most} people and groups. These are {feeds}."
            ));
        }
        if tags > List::TAGS_MAX {
            let most = List::TAGS_MAX;
            return Err(format!(
                "A list can have at most {most} tags. These are {tags}."
            ));
        }
        unknown.map_or(Ok(members), |word| {
            let shown: String = word.chars().take(ListTitle::CHARS_MAX as usize).collect();
            Err(ListMember::unknown(&shown))
        })
    }
}

/// Parses one member.
impl FromStr for ListMember {
    type Err = ();

    fn from_str(word: &str) -> Result<ListMember, ()> {
        if let Some(name) = word.strip_prefix('@') {
            name.parse().map(ListMember::Person)
        } else if let Some(tag) = word.strip_prefix('#') {
            tag.parse().map(ListMember::Tag)
        } else {
            word.parse().map(ListMember::Group)
        }
    }
}

impl ListEdit {
    /// The field for members that are typed, and the one for those that are chosen.
    pub const MEMBERS: [&str; 2] = ["members", "member"];

    /// Parses the form. `chosen` are the values of the fields [`ListEdit::MEMBERS`].
    ///
    /// # Errors
    /// All problems, field by field.
    pub fn parse<'f>(
        field: impl Fn(&str) -> &'f str,
        chosen: impl Iterator<Item = &'f str>,
    ) -> Result<ListEdit, Problems> {
        let mut problems = Problems::default();
        let title = problems.check("title", ListTitle::parse(field("title")));
        let [members, _] = ListEdit::MEMBERS;
        let members = problems.check(members, ListMember::parse_all(chosen));
        match (title, members) {
            (Some(title), Some(members)) => Ok(ListEdit {
                title,
                members,
                is_exclusive: !field("only").is_empty(),
            }),
            _ => Err(problems),
        }
    }
}

/// Parses a step as forms name it.
impl FromStr for ListStep {
    type Err = ();

    fn from_str(text: &str) -> Result<ListStep, ()> {
        match text {
            "up" => Ok(ListStep::Up),
            "down" => Ok(ListStep::Down),
            _ => Err(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(members: &[&str]) -> Result<Vec<String>, String> {
        let members = ListMember::parse_all(members.iter().copied())?;
        Ok(members.iter().map(ListMember::word).collect())
    }

    #[test]
    fn members_are_people_groups_and_tags() {
        assert_eq!(parse(&["", " ,\n"]), Ok(vec![]));
        let expected = ["@ann", "garden", "#Tea"].map(str::to_owned).to_vec();
        assert_eq!(parse(&["@ann, garden\r\n#Tea", "@ANN #tea"]), Ok(expected));
        for wrong in ["@", "#", "@a/b", "x", "#a-b"] {
            assert_eq!(parse(&["garden", wrong]), Err(ListMember::unknown(wrong)));
        }
    }

    #[test]
    fn there_are_limits() {
        let names = |sign: &str, count: usize| -> String {
            let names = (0..count).map(|n| format!("{sign}name{n} "));
            names.collect()
        };
        assert!(parse(&[&names("@", 250), &names("", 250), &names("#", 20)]).is_ok());
        let refused = parse(&[&names("@", 10_000)]).expect_err("too many");
        assert_eq!(
            refused,
            "A list can have at most 500 people and groups. These are 10000."
        );
        let refused = parse(&[&names("#", 21)]).expect_err("too many");
        assert_eq!(refused, "A list can have at most 20 tags. These are 21.");
    }

    #[test]
    fn lists_of_one_title_have_addresses_of_their_own() {
        let title = ListTitle::parse("  Tea & Cake ").expect("a title");
        assert_eq!(ListSlug::of(&title, |_| false).as_str(), "tea-cake");
        let taken = |slug: &str| ["tea-cake", "tea-cake-2"].contains(&slug);
        assert_eq!(ListSlug::of(&title, taken).as_str(), "tea-cake-3");
        let title = ListTitle::parse("★").expect("a title");
        assert_eq!(ListSlug::of(&title, |_| false).as_str(), "list");
        let title = ListTitle::parse("Große Чай").expect("a title");
        let slug = ListSlug::of(&title, |_| false);
        assert_eq!(slug.as_str().parse(), Ok(slug));
        for wrong in ["", "a b", "a/b", &"a".repeat(65)] {
            assert_eq!(wrong.parse::<ListSlug>(), Err(()), "{wrong}");
        }
    }
}
