//! Hiding: what a member wants to see less of, where, and until when.

use std::{str::FromStr, time::Duration};

use super::{
    Body, FeedId, Group, GroupName, Page, Post, PostAddress, PostId, Problems, Tag, Timestamp,
    Topic, User, UserId, UserName, text,
};

mod phrases;

pub use phrases::Phrase;

/// Declares an enum whose values have names in forms and JSON.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$value_doc:meta])* $value:ident: $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {
            $($(#[$value_doc])* $value),+
        }

        impl $name {
            pub const ALL: &[$name] = &[$($name::$value),+];

            /// Returns the name in forms and JSON.
            pub const fn name(self) -> &'static str {
                match self {
                    $($name::$value => $text),+
                }
            }
        }

        impl FromStr for $name {
            type Err = ();

            fn from_str(text: &str) -> Result<$name, ()> {
                let mut all = $name::ALL.iter().copied();
                all.find(|value| value.name() == text).ok_or(())
            }
        }
    };
}

named! {
    /// The kinds of things that a member can hide.
    HideKind {
        Post: "post",
        /// The posts of a person.
        User: "user",
        /// The posts in a group.
        Group: "group",
        Tag: "tag",
        Words: "words",
    }
}

named! {
    /// The time for which something is hidden.
    HideSpan {
        TwoHours: "2h",
        Day: "1d",
        Week: "7d",
        Ever: "ever",
    }
}

named! {
    /// The pages on which something is hidden.
    HideScope {
        /// The home page alone.
        Home: "home",
        /// Every list of posts.
        Everywhere: "everywhere",
    }
}

/// A thing to hide, as a form names it.
#[derive(Debug, Clone)]
pub enum HideTarget {
    Post(PostId),
    User(UserName),
    Group(GroupName),
    Tag(Tag),
    Words(Phrase),
}

/// A form that hides something.
#[derive(Debug, Clone)]
pub struct NewHide {
    pub target: HideTarget,
    pub span: HideSpan,
    pub scope: HideScope,
}

/// A thing that is hidden now.
#[derive(Debug, Clone)]
pub struct Hide {
    pub subject: HideSubject,
    pub scope: HideScope,
    pub hidden_at: Timestamp,
    /// `None` if it is hidden for ever.
    pub ends_at: Option<Timestamp>,
}

/// The thing that a hide is about.
#[derive(Debug, Clone)]
pub enum HideSubject {
    Post(PostId),
    User(UserId),
    /// A group, by its feed.
    Group(FeedId),
    Tag(Tag),
    Words(Phrase),
}

/// A hide with what a list of hides says of it.
#[derive(Debug, Clone)]
pub struct ListedHide {
    pub hide: Hide,
    pub name: HideName,
}

/// The words for the thing that is hidden.
#[derive(Debug, Clone)]
pub enum HideName {
    Post(PostAddress),
    User(User),
    Group(Group),
    Tag(Tag),
    Words(Phrase),
}

/// Everything that a member hides at one moment.
#[derive(Debug, Clone, Default)]
pub struct Hides(Vec<Hide>);

/// The parts of a post that hides are compared with.
#[derive(Debug)]
pub struct HideCandidate<'a> {
    pub post: PostId,
    pub author: UserId,
    /// Only a hide of the post itself hides one's own posts.
    pub is_mine: bool,
    pub text: &'a str,
    /// The feeds in which the viewer sees it, unless it is personal or the viewer hides no group.
    pub feeds: Vec<FeedId>,
}

/// A post that was taken out of a list.
#[derive(Debug, Clone)]
pub struct HiddenPost {
    pub address: PostAddress,
    pub created_at: Timestamp,
    /// What hides it, at least one.
    pub reasons: Vec<Hide>,
}

/// A page of a list of posts, from which hidden posts were taken out.
#[derive(Debug, Clone, Default)]
pub struct RiverPage {
    pub posts: Page<Post>,
    /// The posts that would be on this page.
    pub hidden: Vec<HiddenPost>,
    /// The time at which the first of the viewer's hides ends, which may change the page.
    pub first_end: Option<Timestamp>,
    /// The post that stands above the first page of its feed, and not in it.
    pub pinned: Option<Post>,
}

impl RiverPage {
    /// Returns the posts on whose rows the page depends.
    pub fn ids(&self) -> Vec<PostId> {
        let hidden = self.hidden.iter().map(|hidden| hidden.address.post);
        let shown = self.posts.items.iter().map(|post| post.id);
        shown.chain(hidden).collect()
    }
}

impl HideSpan {
    /// Returns the end of something that is hidden from now on; none if it has no end.
    pub fn end(self, now: Timestamp) -> Option<Timestamp> {
        let hours = match self {
            HideSpan::TwoHours => 2,
            HideSpan::Day => 24,
            HideSpan::Week => 7 * 24,
            HideSpan::Ever => return None,
        };
        Some(now.plus(Duration::from_hours(hours)))
    }
}

impl HideTarget {
    /// Parses the fields `kind` and `value`.
    ///
    /// # Errors
    /// Sentences for the user, each with its field.
    pub fn parse<'a>(field: impl Fn(&str) -> &'a str) -> Result<HideTarget, Problems> {
        let Ok(kind) = field("kind").parse() else {
            return Err(Problems::of(
                "kind",
                "Choose post, user, group, tag or words.",
            ));
        };
        HideTarget::of(kind, field("value")).map_err(|problem| Problems::of("value", problem))
    }

    fn of(kind: HideKind, value: &str) -> Result<HideTarget, String> {
        let value = value.trim();
        if kind == HideKind::Words {
            return Phrase::parse(value).map(HideTarget::Words);
        }
        let value = text::not_empty(value.to_owned())?;
        match kind {
            HideKind::Post => {
                let post = value.parse().map(HideTarget::Post);
                post.map_err(|()| "This is not the id of a post.".into())
            }
            HideKind::User => {
                let name = value.trim_start_matches('@');
                let known = name.parse().or_else(|()| UserName::parse(name));
                known.map(HideTarget::User)
            }
            HideKind::Group => GroupName::parse(&value).map(HideTarget::Group),
            HideKind::Tag => {
                let tag = value.trim_start_matches(['#', '＃']).parse();
                tag.map(HideTarget::Tag)
                    .map_err(|()| "A tag is one word of letters, digits and underscores.".into())
            }
            HideKind::Words => Phrase::parse(&value).map(HideTarget::Words),
        }
    }

    pub fn kind(&self) -> HideKind {
        match self {
            HideTarget::Post(_) => HideKind::Post,
            HideTarget::User(_) => HideKind::User,
            HideTarget::Group(_) => HideKind::Group,
            HideTarget::Tag(_) => HideKind::Tag,
            HideTarget::Words(_) => HideKind::Words,
        }
    }
}

impl NewHide {
    /// Parses the fields of the form.
    ///
    /// # Errors
    /// Sentences for the user, each with its field.
    pub fn parse<'a>(field: impl Fn(&str) -> &'a str) -> Result<NewHide, Problems> {
        let mut problems = Problems::default();
        let target = HideTarget::parse(&field).map_err(|wrong| problems.append(wrong));
        let span = field("for").parse();
        let span = span.map_err(|()| "Choose 2h, 1d, 7d or ever.".into());
        let span = problems.check("for", span);
        let scope = field("where").parse();
        let scope = scope.map_err(|()| "Choose home or everywhere.".into());
        let scope = problems.check("where", scope);
        match (target, span, scope) {
            (Ok(target), Some(span), Some(scope)) => Ok(NewHide {
                target,
                span,
                scope,
            }),
            _ => Err(problems),
        }
    }
}

impl HideSubject {
    pub fn kind(&self) -> HideKind {
        match self {
            HideSubject::Post(_) => HideKind::Post,
            HideSubject::User(_) => HideKind::User,
            HideSubject::Group(_) => HideKind::Group,
            HideSubject::Tag(_) => HideKind::Tag,
            HideSubject::Words(_) => HideKind::Words,
        }
    }
}

impl Hides {
    pub fn new(hides: Vec<Hide>) -> Hides {
        Hides(hides)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Checks whether one of them is for more than the home page.
    pub fn are_everywhere(&self) -> bool {
        let mut hides = self.0.iter();
        hides.any(|hide| hide.scope == HideScope::Everywhere)
    }

    /// Returns the time at which the first of them ends.
    pub fn first_end(&self) -> Option<Timestamp> {
        self.0.iter().filter_map(|hide| hide.ends_at).min()
    }

    /// Returns what hides a post on a page. On the page of a person or a tag, hides of this person or tag have no
    /// effect: people go there on purpose. `author` owns the feed of a profile.
    pub fn of_post(&self, post: &HideCandidate<'_>, page: &HidePage<'_>) -> Vec<Hide> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let text = Phrase::key_of(post.text);
        let tags = self.has_tags().then(|| Body::parse(post.text));
        let tags = tags.as_ref().map(Body::tags).unwrap_or_default();
        let hides = |hide: &&Hide| {
            page.obeys(hide)
                && match &hide.subject {
                    HideSubject::Post(hidden) => *hidden == post.post,
                    _ if post.is_mine => false,
                    HideSubject::User(hidden) => *hidden == post.author,
                    // A post that is also in a feed that is not hidden stays.
                    HideSubject::Group(hidden) => {
                        post.feeds.contains(hidden)
                            && post.feeds.iter().all(|feed| self.has_group(*feed))
                    }
                    HideSubject::Tag(hidden) => tags.contains(&hidden),
                    HideSubject::Words(hidden) => hidden.is_in(&text),
                }
        };
        self.0.iter().filter(hides).cloned().collect()
    }

    /// Checks whether one of them is a group.
    pub fn has_groups(&self) -> bool {
        let mut hides = self.0.iter();
        hides.any(|hide| matches!(hide.subject, HideSubject::Group(_)))
    }

    fn has_group(&self, feed: FeedId) -> bool {
        let mut hides = self.0.iter();
        hides.any(|hide| matches!(hide.subject, HideSubject::Group(hidden) if hidden == feed))
    }

    fn has_tags(&self) -> bool {
        let mut hides = self.0.iter();
        hides.any(|hide| matches!(hide.subject, HideSubject::Tag(_)))
    }
}

/// A page, as hides are concerned by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HidePage<'a> {
    Home,
    /// A list of posts that is about nobody and nothing in particular.
    List,
    /// The posts of a person.
    Profile(UserId),
    /// The posts in a group.
    Group,
    /// The posts with a tag, given by its key.
    Tag(&'a str),
    /// A page that shows everything: that of a post, and the list of conversations.
    OnPurpose,
}

impl<'a> HidePage<'a> {
    /// Returns the page that shows a topic, for a post of this author.
    pub fn of(topic: &'a Topic, author: &User) -> HidePage<'a> {
        match topic {
            Topic::Home => HidePage::Home,
            Topic::Feed(feed) if *feed == author.feed => HidePage::Profile(author.id),
            Topic::Everything
            | Topic::Discussions
            | Topic::Feed(_)
            | Topic::List(_)
            | Topic::Search(_)
            | Topic::Acts(_) => HidePage::List,
            Topic::Group(_) => HidePage::Group,
            Topic::Tag(key) => HidePage::Tag(key),
            Topic::Post(_) | Topic::Directs => HidePage::OnPurpose,
        }
    }

    /// Checks whether a hide can take posts out of this page.
    fn obeys(self, hide: &Hide) -> bool {
        let is_everywhere = hide.scope == HideScope::Everywhere;
        match (self, &hide.subject) {
            (HidePage::Home, _) => true,
            (HidePage::OnPurpose, _) | (HidePage::Group, HideSubject::Group(_)) => false,
            (HidePage::Profile(person), HideSubject::User(hidden)) => {
                is_everywhere && person != *hidden
            }
            (HidePage::Tag(key), HideSubject::Tag(hidden)) => is_everywhere && hidden.key() != key,
            (HidePage::List | HidePage::Group | HidePage::Profile(_) | HidePage::Tag(_), _) => {
                is_everywhere
            }
        }
    }
}

#[cfg(test)]
mod tests;
