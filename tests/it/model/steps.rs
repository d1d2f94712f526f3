//! The steps of a history: who does what. A step names a post or a comment by its label, which is the number of the step that
//! wrote it, so that a step means the same thing after other steps were taken out.

use super::keeping::Chosen;

/// A person, by their place in [`NAMES`].
pub(super) type Who = usize;
/// A post or a comment, by the number of the step that wrote it.
pub(super) type Label = usize;
/// A group, by the number of the step that made it.
pub(super) type Club = usize;

/// The people of the site. The first four are there from the beginning.
pub(super) const NAMES: [&str; 6] = ["ann", "bob", "cy", "dan", "eve", "fay"];
pub(super) const FIRST_PEOPLE: usize = 4;

/// One step. `by` is the person who does or sees something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) number: usize,
    pub(super) by: Who,
    pub(super) deed: Deed,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Deed {
    Register,
    SignIn,
    SignOut,
    Follow(Who),
    Unfollow(Who),
    RemoveFollower(Who),
    SetPrivate(bool),
    Accept(Who),
    Refuse(Who),
    Block(Who),
    Unblock(Who),
    Mute(Who),
    Unmute(Who),
    Write(Vec<To>, String),
    /// Writes a post with a picture to one's own feed.
    Picture(String),
    Edit(Label, String),
    Delete(Label),
    Undelete(Label),
    Like(Label),
    Unlike(Label),
    Comment(Label, String),
    EditComment(Label, String),
    DeleteComment(Label),
    UndeleteComment(Label),
    LikeComment(Label),
    UnlikeComment(Label),
    /// Makes a group: private or public, and for announcements or for all members.
    MakeGroup(bool, bool),
    /// Changes who may read a group, and who may write in it.
    SetGroup(Club, bool, bool),
    Join(Club),
    LeaveGroup(Club),
    Manage(Club, Right, Who),
    /// Adds somebody to a conversation.
    Invite(Label, Who),
    LeaveTalk(Label),
    /// Hides something for so many minutes, or for ever; at home or everywhere.
    Hide(Subject, Option<u32>, bool),
    Unhide(Subject),
    Save(Label),
    Unsave(Label),
    /// Says that a post was seen down to a comment, or to its end.
    See(Label, Option<Label>),
    MakeList(Chosen),
    /// Marks all notifications as read.
    ReadNews,
    /// Opens four pages with one stream.
    Listen,
    /// Cuts the stream.
    Cut,
    /// Opens the stream again where it was cut.
    Resume,
    /// So many minutes pass.
    Pass(u32),
    /// The program stops as an operator stops it, and starts again.
    Restart,
    /// The program is killed, and starts again on the files as they are.
    Kill,
    Backup,
    /// The file is put back from the last backup.
    Restore,
    /// The page is compared with the model.
    Look(View),
}

/// A destination of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum To {
    Own,
    Group(Club),
    Person(Who),
}

/// An act of a group's admin on a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Right {
    Accept,
    Refuse,
    Remove,
    Promote,
    Demote,
    Bar,
    Unbar,
}

/// A page, or a list of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    Home,
    HomeByDate,
    Everything,
    Discussions,
    Profile(Who),
    Activity(Who),
    Group(Club),
    Directs,
    Tag(usize),
    Thread(Label),
    Saved,
    List(Label),
    Search(&'static str),
    /// The notifications.
    News,
    Followers(Who),
    Following(Who),
}

/// A thing to hide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    Post(Label),
    Person(Who),
    Club(Club),
    Tag(usize),
    Word(&'static str),
}

/// The words and the tags that texts have.
pub(super) const WORDS: [&str; 2] = ["apple", "quince"];
pub(super) const TAGS: [&str; 2] = ["pear", "plum"];

impl Right {
    pub(super) const ALL: [Right; 7] = [
        Right::Accept,
        Right::Refuse,
        Right::Remove,
        Right::Promote,
        Right::Demote,
        Right::Bar,
        Right::Unbar,
    ];

    /// Returns the last part of its path.
    pub(super) fn path(self) -> &'static str {
        match self {
            Right::Accept => "accept",
            Right::Refuse => "refuse",
            Right::Remove => "remove",
            Right::Promote => "promote",
            Right::Demote => "demote",
            Right::Bar => "bar",
            Right::Unbar => "unbar",
        }
    }
}

/// Returns the name of a group.
pub(super) fn club_name(club: Club) -> String {
    format!("club-{club}")
}
