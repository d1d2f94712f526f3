//! The personal data that members can download: a table of its parts, and the account.

use super::{EventId, OwnImage, Role, User};

/// The properties of a part of the download.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartFacts {
    /// The key in `data.json`.
    pub name: &'static str,
    pub place: PartPlace,
    /// The name of the part for people. It is also the heading of the list in the pages.
    pub title: &'static str,
    /// The words that follow the title where the content of the file is described. They may be empty.
    pub details: &'static str,
}

/// The place of a part among the pages of the download.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartPlace {
    /// Pages of its own.
    Pages,
    /// A section of the page about the account.
    Account,
    /// No pages: it stands beside the things that it belongs to.
    Within,
}

/// Declares the parts and their table together, so that no part can lack a row.
macro_rules! parts {
    ($($part:ident: $name:literal, $place:ident, $title:literal, $details:literal;)*) => {
        /// A part of the download: a member of the object in its `data.json`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum ExportPart {
            $($part),*
        }

        impl ExportPart {
            /// Returns all parts, in the order of the file.
            pub fn all() -> impl Iterator<Item = ExportPart> {
                [$(ExportPart::$part),*].into_iter()
            }

            /// Returns the part's row of the table.
            pub const fn facts(self) -> PartFacts {
                match self {
                    $(ExportPart::$part => PartFacts {
                        name: $name,
                        place: PartPlace::$place,
                        title: $title,
                        details: $details,
                    }),*
                }
            }
        }
    };
}

parts! {
    // Part: key in the data, place in the pages, title, details.
    User:                   "user",                     Account, "Account",                  "with profile and former usernames";
    Sessions:               "sessions",                 Account, "Sessions",                 "";
    Tokens:                 "tokens",                   Account, "Tokens for scripts",       "without their secrets";
    Invitations:            "invitations",              Account, "Invitations",              "";
    Posts:                  "posts",                    Pages,   "Posts",                    "with their earlier versions";
    Pictures:               "pictures",                 Within,  "Pictures",                 "";
    Comments:               "comments",                 Pages,   "Comments",                 "with links to the posts they are on";
    Likes:                  "likes",                    Pages,   "Likes",                    "";
    SavedPosts:             "saved_posts",              Pages,   "Saved posts",              "";
    MutedPosts:             "muted_posts",              Account, "Muted posts",              "";
    UserBells:              "user_bells",               Account, "Bells on people",          "";
    GroupBells:             "group_bells",              Account, "Bells on groups",          "";
    PostBells:              "post_bells",               Account, "Bells on posts",           "";
    Following:              "following",                Pages,   "Following",                "";
    Followers:              "followers",                Pages,   "Followers",                "";
    FollowRequests:         "follow_requests",          Account, "Follow requests sent",     "";
    FollowRequestsReceived: "follow_requests_received", Account, "Follow requests received", "";
    Groups:                 "groups",                   Account, "Groups",                   "with what you may do there";
    Lists:                  "lists",                    Account, "Lists",                    "with their members";
    Searches:               "searches",                 Account, "Searches",                 "";
    FeedKeys:               "feed_keys",                Account, "Addresses for feed readers", "without the keys";
    Hooks:                  "hooks",                    Account, "Addresses for scripts",    "without the keys";
    Webhooks:               "webhooks",                 Account, "Webhooks",                 "without their secrets";
    Sources:                "sources",                  Account, "Imported feeds",           "";
    ImaginaryFriends:       "imaginary_friends",        Account, "Imaginary friends",        "with their feeds";
    MutedUsers:             "muted_users",              Account, "Muted people",             "";
    Hidden:                 "hidden",                   Account, "Hidden",                   "posts, people, tags and words";
    BlockedUsers:           "blocked_users",            Account, "Blocked people",           "";
}

impl ExportPart {
    /// Returns the key of the part.
    pub fn name(self) -> &'static str {
        self.facts().name
    }
}

/// The account of a member. Everything of which there may be many is read separately.
#[derive(Debug, Clone)]
pub struct Account {
    pub user: User,
    pub role: Role,
    /// Empty if none was given.
    pub email: String,
    pub bio: String,
    pub is_private: bool,
    pub former_usernames: Vec<String>,
    /// The newest event whose notifications have been read.
    pub notifications_read: EventId,
    pub unread: u32,
    /// The member's own profile picture.
    pub avatar: Option<OwnImage>,
}
