//! Comments, and how the comments of a post are folded.

use super::{Body, CommentId, PostAddress, PostId, Timestamp, User, text};

/// A comment, as one viewer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Comment {
    pub id: CommentId,
    pub post: PostId,
    pub author: User,
    pub message: String,
    pub body: Body,
    pub created_at: Timestamp,
    pub edited_at: Option<Timestamp>,
    pub likes: u64,
    pub is_liked_by_me: bool,
    pub is_mine: bool,
    /// True for the author of the comment, the author of the post, and the admins of its groups.
    pub can_be_deleted: bool,
}

/// The comments of a post: all of them, or the first and the last.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Comments {
    pub count: u64,
    /// Sorted, oldest first.
    pub shown: Vec<Comment>,
    /// True if all comments are displayed, however many there are.
    pub is_whole: bool,
}

/// The text of a new comment: not empty and not longer than the site allows.
#[derive(Debug)]
pub struct CommentText(String);

/// A comment of the member who downloads it.
#[derive(Debug, Clone)]
pub struct OwnComment {
    pub id: CommentId,
    pub message: String,
    pub created_at: Timestamp,
    pub edited_at: Option<Timestamp>,
    /// The post of the comment. `None` if the member may no longer see it.
    pub place: Option<PostAddress>,
}

impl Comments {
    /// The largest number of comments that are displayed without folding.
    pub const SHOWN_MAX: u64 = 3;

    /// Keeps the first and the last comment if there are more than [`Comments::SHOWN_MAX`]. `shown` is sorted oldest
    /// first, and contains at least the first and the last of `count` comments, or all of them if they are not folded.
    pub fn fold(count: u64, mut shown: Vec<Comment>) -> Comments {
        if count > Comments::SHOWN_MAX {
            let last = shown.len() - 1;
            shown.swap(1, last);
            shown.truncate(2);
        }
        Comments {
            count,
            shown,
            is_whole: false,
        }
    }

    /// Creates a list that displays all comments.
    pub fn whole(shown: Vec<Comment>) -> Comments {
        Comments {
            count: shown.len() as u64,
            shown,
            is_whole: true,
        }
    }

    /// Returns how many comments between the first and the last are not displayed.
    pub fn hidden(&self) -> u64 {
        self.count - self.shown.len() as u64
    }
}

impl CommentText {
    /// Parses the text of a comment.
    ///
    /// # Errors
    /// A sentence for the author.
    pub fn parse(text: &str, chars_max: u32) -> Result<CommentText, String> {
        text::at_most(text::not_empty(text::clean(text)?)?, chars_max).map(CommentText)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}
