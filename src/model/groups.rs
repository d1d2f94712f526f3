//! Groups: feeds that several people post to.

use super::{
    Bio, DisplayName, FeedId, HUES, Hue, ImageId, Initials, Problems, RelatedUser, Timestamp, text,
    usernames::is_reserved,
};

/// The name of a group: 3 to 30 letters, digits and underscores, and hyphens inside. Groups and users share one
/// namespace, without regard to case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct GroupName(String);

/// A group, as it appears beside its posts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Group {
    /// The feed that the members follow.
    pub feed: FeedId,
    pub name: GroupName,
    /// The display name. Empty if none was given.
    pub title: String,
    pub avatar: Option<ImageId>,
    /// True if only its members read what is posted.
    pub is_private: bool,
    /// True if only its admins post.
    pub is_announcements: bool,
}

/// The viewer's part in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupStanding {
    pub membership: Membership,
    /// True if an admin has stopped the viewer from posting.
    pub is_barred: bool,
    pub may_post: bool,
}

/// What a person is in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Membership {
    None,
    /// The person has asked to be let in, and waits.
    Requested,
    Member,
    Admin,
}

/// A group's page, as the viewer sees it.
#[derive(Debug, Clone)]
pub struct GroupProfile {
    pub group: Group,
    pub about: String,
    pub created_at: Timestamp,
    pub members: u64,
    pub standing: GroupStanding,
    /// True if the viewer may read the posts and the list of members.
    pub is_readable: bool,
    /// True if the viewer has a bell on the group.
    pub has_bell: bool,
    /// False if no admin is left. Then nobody posts, until an admin of the site names one.
    pub has_admin: bool,
    /// The number of people who wait to be let in. Zero for everybody but the admins.
    pub requests: u64,
    /// When everything in it is deleted. `None`: it stays.
    pub deletes_at: Option<Timestamp>,
}

/// A group in the directory.
#[derive(Debug, Clone)]
pub struct ListedGroup {
    pub group: Group,
    pub about: String,
    pub members: u64,
    pub standing: GroupStanding,
    /// `None` if the viewer may not read the group.
    pub activity: Option<GroupActivity>,
    /// The position in the list, for paging.
    pub position: i64,
}

/// A member of a group, in the list of its members.
#[derive(Debug, Clone)]
pub struct GroupMember {
    pub person: RelatedUser,
    pub is_admin: bool,
    pub is_barred: bool,
}

/// A group in the download of a person who has to do with it.
#[derive(Debug, Clone)]
pub struct OwnGroup {
    pub group: Group,
    pub standing: GroupStanding,
}

/// What happened in a group lately.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupActivity {
    /// The number of posts in the last 30 days, up to [`GroupActivity::POSTS_MAX`].
    pub posts: u64,
    /// The time of the newest post or comment. `None` if there is none.
    pub latest: Option<Timestamp>,
}

/// The form of a new group.
#[derive(Debug)]
pub struct NewGroup {
    pub name: GroupName,
    pub edit: GroupEdit,
}

/// The form that changes a group.
#[derive(Debug)]
pub struct GroupEdit {
    pub title: DisplayName,
    pub about: Bio,
    pub is_private: bool,
    pub is_announcements: bool,
}

/// Something that an admin of a group does to a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupAct {
    Accept,
    Refuse,
    Remove,
    Promote,
    Demote,
    Bar,
    Unbar,
}

impl GroupName {
    pub const CHARS_MIN: u32 = 3;
    pub const CHARS_MAX: u32 = 30;

    /// Parses a name for a new group.
    ///
    /// # Errors
    /// A sentence for the user if it is empty, too short, too long or reserved, or contains a forbidden character.
    pub fn parse(text: &str) -> Result<GroupName, String> {
        let name = GroupName::spelled(text.trim())?;
        if is_reserved(&name.0) {
            return Err("This name is reserved. Please choose another one.".into());
        }
        Ok(name)
    }

    fn spelled(text: &str) -> Result<GroupName, String> {
        let text = text::at_most(text::not_empty(text.to_owned())?, Self::CHARS_MAX)?;
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        if !text.bytes().all(is_part) || text.starts_with('-') || text.ends_with('-') {
            return Err(
                "Use only the letters A to Z, digits, underscores, and hyphens inside the name."
                    .into(),
            );
        }
        if text.len() < Self::CHARS_MIN as usize {
            return Err(format!(
                "Field must have at least {} characters.",
                Self::CHARS_MIN
            ));
        }
        Ok(GroupName(text))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the path of the group's page, without the site's base.
    pub fn path(&self) -> String {
        format!("/group/{}", self.0)
    }

    /// Returns the name in lower case, which is the same for all spellings.
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }

    /// Wraps a name from the database, which was parsed before it was stored.
    pub(crate) fn stored(text: String) -> GroupName {
        GroupName(text)
    }
}

/// Parses a name in a path. Fails for names that no group can have.
impl std::str::FromStr for GroupName {
    type Err = ();

    fn from_str(text: &str) -> Result<GroupName, ()> {
        GroupName::spelled(text).map_err(|_| ())
    }
}

impl Group {
    /// Returns the display name, or else the name.
    pub fn shown_name(&self) -> &str {
        if self.title.is_empty() {
            self.name.as_str()
        } else {
            &self.title
        }
    }

    /// Returns the initials that are displayed without a picture.
    pub fn initials(&self) -> Initials {
        Initials::of(self.shown_name(), self.name.as_str())
    }

    /// Returns the background colour of the initials, one of [`HUES`].
    pub fn hue(&self) -> Hue {
        Hue(u8::try_from(self.feed.0.rem_euclid(HUES.into())).unwrap_or_default())
    }

    /// Returns the path of the group's page, without the site's base.
    pub fn path(&self) -> String {
        self.name.path()
    }
}

impl GroupStanding {
    pub fn is_member(self) -> bool {
        self.is_admin() || self.membership == Membership::Member
    }

    pub fn is_admin(self) -> bool {
        self.membership == Membership::Admin
    }
}

impl Membership {
    /// Returns the name in the API and in downloads.
    pub fn name(self) -> &'static str {
        match self {
            Membership::None => "none",
            Membership::Requested => "requested",
            Membership::Member => "member",
            Membership::Admin => "admin",
        }
    }
}

impl GroupActivity {
    /// The number of posts at which counting stops.
    pub const POSTS_MAX: u32 = 500;
}

impl NewGroup {
    /// Parses the form.
    ///
    /// # Errors
    /// All problems, field by field.
    pub fn parse<'f>(field: impl Fn(&str) -> &'f str) -> Result<NewGroup, Problems> {
        let mut problems = Problems::default();
        let name = problems.check("name", GroupName::parse(field("name")));
        match (name, GroupEdit::parse(field)) {
            (Some(name), Ok(edit)) => Ok(NewGroup { name, edit }),
            (_, Err(others)) => {
                problems.append(others);
                Err(problems)
            }
            (None, Ok(_)) => Err(problems),
        }
    }
}

impl GroupEdit {
    /// Parses the form. A missing `privacy` is `public`.
    ///
    /// # Errors
    /// All problems, field by field.
    pub fn parse<'f>(field: impl Fn(&str) -> &'f str) -> Result<GroupEdit, Problems> {
        let mut problems = Problems::default();
        let title = problems.check("title", DisplayName::parse(field("title")));
        let about = problems.check("about", Bio::parse(field("about")));
        let privacy = match field("privacy") {
            "" | "public" => Ok(false),
            "private" => Ok(true),
            _ => Err("Choose public or private.".to_owned()),
        };
        let privacy = problems.check("privacy", privacy);
        match (title, about, privacy) {
            (Some(title), Some(about), Some(is_private)) => Ok(GroupEdit {
                title,
                about,
                is_private,
                is_announcements: !field("announcements").is_empty(),
            }),
            _ => Err(problems),
        }
    }
}

impl GroupAct {
    /// All acts.
    pub const ALL: [GroupAct; 7] = [
        GroupAct::Accept,
        GroupAct::Refuse,
        GroupAct::Remove,
        GroupAct::Promote,
        GroupAct::Demote,
        GroupAct::Bar,
        GroupAct::Unbar,
    ];

    /// Returns the name, which is the last part of the path.
    pub fn name(self) -> &'static str {
        match self {
            GroupAct::Accept => "accept",
            GroupAct::Refuse => "refuse",
            GroupAct::Remove => "remove",
            GroupAct::Promote => "promote",
            GroupAct::Demote => "demote",
            GroupAct::Bar => "bar",
            GroupAct::Unbar => "unbar",
        }
    }
}

/// Parses the last part of a path.
impl std::str::FromStr for GroupAct {
    type Err = ();

    fn from_str(text: &str) -> Result<GroupAct, ()> {
        let mut all = GroupAct::ALL.into_iter();
        all.find(|act| act.name() == text).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn group_names_have_hyphens_inside_only() {
        for good in ["abc", "Garden-Club", "a_b", " year-2026 "] {
            assert!(GroupName::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "", "ab", "-abc", "abc-", "a b c", "gärten", "a/b", "groups", "API",
        ] {
            assert!(GroupName::parse(bad).is_err(), "{bad:?}");
        }
        assert!(GroupName::parse(&"a".repeat(30)).is_ok());
        let refused = GroupName::parse(&"a".repeat(31)).expect_err("one too many");
        assert_eq!(refused, "Field cannot be longer than 30 characters.");
    }

    #[test]
    fn an_unknown_privacy_is_refused() {
        let field = |name: &str| if name == "privacy" { "secret" } else { "abc" };
        let problems = NewGroup::parse(field).expect_err("no such privacy");
        assert_eq!(problems.about("privacy"), Some("Choose public or private."));
    }
}
