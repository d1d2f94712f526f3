//! One table of what belongs to a person: for each column that refers to a person, what is deleted with them, what they
//! can download, and what their rows weigh. A column without an entry fails a test.

use crate::model::ExportPart::{
    self, BlockedUsers, Comments, FeedKeys, FollowRequests, FollowRequestsReceived, Followers,
    Following, GroupBells, Groups, Hidden, Hooks, ImaginaryFriends, Invitations, Likes, Lists,
    MutedPosts, MutedUsers, Pictures, PostBells, Posts, SavedPosts, Searches, Sessions, Sources,
    Tokens, User, UserBells, Webhooks,
};

/// A column that refers to a person, and what holds for its rows.
pub struct Belonging {
    pub table: &'static str,
    pub column: &'static str,
    pub deletion: Deletion,
    pub export: Exported,
    /// An SQL expression over a row of `users`: the bytes that the rows take. None where they are few and short.
    pub weight: Option<&'static str>,
}

/// The fate of the rows when the person is deleted.
#[derive(Clone, Copy)]
pub enum Deletion {
    /// They may be many: they are deleted in pieces, before everything else.
    InPieces,
    /// They are deleted all at once, at the end.
    AtOnce,
    /// They go with rows of another table, by a foreign key or a trigger.
    With(&'static str),
    /// They stay, for this reason.
    Kept(&'static str),
}

/// The place of the rows in a member's download.
#[derive(Clone, Copy)]
pub enum Exported {
    /// The rows are in these parts of it.
    In(&'static [ExportPart]),
    /// The rows are in no part of it, for this reason.
    Omitted(&'static str),
}

use Deletion::{AtOnce, InPieces, Kept, With};
use Exported::{In, Omitted};

/// The bytes that a person's row takes itself.
const OWN_WEIGHT: &str = "octet_length(users.name) + octet_length(users.bio)";

const POSTS_WEIGHT: &str = "select sum(octet_length(message)) from posts
    where author_id = users.id and deleted_at is null";

const REVISIONS_WEIGHT: &str = "select sum(octet_length(revisions.message))
    from posts join revisions on revisions.post_id = posts.id
    where posts.author_id = users.id and posts.deleted_at is null";

/// A person's comments are found by their acts, because there is no index of comments by author.
const COMMENTS_WEIGHT: &str = "select sum(octet_length(comments.message))
    from acts join comments on comments.post_id = acts.post_id
    where acts.feed_id = users.feed_id and comments.author_id = users.id and comments.deleted_at is null";

const IMAGES_WEIGHT: &str = "select sum(images.bytes) from images where owner_id = users.id";

const OF_OTHERS: &str = "it is what others wrote or did";
const A_SECRET: &str = "it only recognises a secret";

/// The things that belong to a person, table by table.
#[rustfmt::skip]
pub const PERSONAL: &[Belonging] = &[
    belonging("posts",              "author_id", InPieces,                      In(&[Posts]),       Some(POSTS_WEIGHT)),
    belonging("revisions",          "post_id",   With("posts"),                 In(&[Posts]),       Some(REVISIONS_WEIGHT)),
    belonging("acts",               "actor_id",  InPieces,                      In(&[Likes]),       None),
    belonging("acts",               "owner_id",  With("posts"),                 Omitted(OF_OTHERS), None),
    belonging("comments",           "author_id", With("acts"),                  In(&[Comments]),    Some(COMMENTS_WEIGHT)),
    belonging("comment_likes",      "owner_id",  With("comments"),              Omitted(OF_OTHERS), None),
    belonging("comment_likes",      "user_id",   AtOnce,                        In(&[Likes]),       None),
    belonging("images",             "owner_id",  InPieces,                      In(&[Pictures]),    Some(IMAGES_WEIGHT)),
    belonging("follows",            "user_id",   AtOnce,                        In(&[Following]), None),
    belonging("follow_requests",    "user_id",   AtOnce,                        In(&[FollowRequests]), None),
    belonging("mentions",           "user_id",   AtOnce,                        Omitted(OF_OTHERS), None),
    belonging("mutes",              "user_id",   AtOnce,                        In(&[MutedPosts]),  None),
    belonging("saves",              "user_id",   AtOnce,                        In(&[SavedPosts]),  None),
    belonging("feed_bells",         "user_id",   AtOnce,                        In(&[UserBells, GroupBells]),   None),
    belonging("post_bells",         "user_id",   AtOnce,                        In(&[PostBells]),   None),
    belonging("seen",               "user_id",   AtOnce,                        Omitted("it only says what is new to its reader"), None),
    belonging("hides",              "user_id",   AtOnce,                        In(&[Hidden]),      None),
    belonging("hides",              "other_id",  AtOnce,                        Omitted(OF_OTHERS), None),
    belonging("unseen",             "user_id",   AtOnce,                        In(&[MutedUsers, BlockedUsers]), None),
    belonging("unseen",             "other_id",  AtOnce,                        Omitted(OF_OTHERS), None),
    belonging("links",              "user_id",   AtOnce,                        Omitted(A_SECRET),  None),
    belonging("invitations",        "maker_id",  AtOnce,                        In(&[Invitations]), None),
    belonging("invitation_follows", "user_id",   AtOnce,                        Omitted(OF_OTHERS), None),
    belonging("arrivals",           "user_id",   AtOnce,                        Omitted(OF_OTHERS), None),
    belonging("sessions",           "user_id",   AtOnce,                        In(&[Sessions]),    None),
    belonging("warnings",           "user_id",   AtOnce,                        Omitted("it is gone once it is read"), None),
    belonging("known_devices",      "user_id",   AtOnce,                        Omitted(A_SECRET),  None),
    belonging("token_families",     "user_id",   AtOnce,                        Omitted("it ends by itself"), None),
    belonging("personal_tokens",    "user_id",   AtOnce,                        In(&[Tokens]),      None),
    belonging("group_roles",        "user_id",   AtOnce,                        In(&[Groups]),      None),
    belonging("group_roles",        "by_id",     Kept("only the name of the account is left there"), Omitted(OF_OTHERS), None),
    belonging("lists",              "owner_id",  AtOnce,                        In(&[Lists]),       None),
    belonging("searches",           "owner_id",  AtOnce,                        In(&[Searches]),    None),
    belonging("feed_keys",          "owner_id",  AtOnce,                        In(&[FeedKeys]),    None),
    belonging("hooks",              "owner_id",  AtOnce,                        In(&[Hooks]),       None),
    belonging("webhooks",           "owner_id",  AtOnce,                        In(&[Webhooks]),    None),
    belonging("sources",            "added_by",  AtOnce,                        In(&[Sources]),     None),
    belonging("imported_posts",     "user_id",   AtOnce,                        Omitted("it only keeps a second import from adding a post again"), None),
    belonging("import_runs",        "user_id",   AtOnce,                        Omitted("it is the report of the last import, which Settings shows until the next"), None),
    belonging("moved_users",        "user_id",   Kept("a second import does not bring the person back"), Omitted("it only keeps a second import from adding the person again"), None),
    belonging("users",              "imagined_by", Kept("its own deletion is due then"), In(&[ImaginaryFriends]), None),
    belonging("moderations",        "author_id", AtOnce,                        Omitted("it is about what was deleted"), None),
    belonging("moderations",        "by_id",     AtOnce,                        Omitted("it is about what others wrote"), None),
    belonging("participations",     "actor_id",  AtOnce,                        Omitted("it is a line in a conversation"), None),
    belonging("participations",     "user_id",   AtOnce,                        Omitted("it is a line in a conversation"), None),
    belonging("former_usernames",   "user_id",   Kept("nobody else can take the name"), In(&[User]), None),
    belonging("feeds",              "owner_id",  Kept("the empty feed stays with the name"), In(&[Followers, FollowRequestsReceived]), None),
];

const fn belonging(
    table: &'static str,
    column: &'static str,
    deletion: Deletion,
    export: Exported,
    weight: Option<&'static str>,
) -> Belonging {
    Belonging {
        table,
        column,
        deletion,
        export,
        weight,
    }
}

/// Returns the parts of a member's download that some rows stand in, in the order of the file.
pub fn exported() -> impl Iterator<Item = ExportPart> {
    ExportPart::all().filter(|part| {
        let mut entries = PERSONAL.iter();
        entries.any(|entry| matches!(entry.export, In(parts) if parts.contains(part)))
    })
}

/// Returns an SQL expression over a row of `users`: the bytes of everything that belongs to the person.
pub(super) fn weight() -> String {
    let parts = PERSONAL.iter().filter_map(|belonging| belonging.weight);
    parts.fold(OWN_WEIGHT.to_owned(), |sum, part| {
        format!("{sum} + coalesce(({part}), 0)")
    })
}

#[cfg(test)]
mod tests;
