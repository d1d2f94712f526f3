use super::{Body, CommentId, PostId, Timestamp, User, text};

/// A comment, as a viewer who may see its post sees it.
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
    /// By its author, and by the author of the post.
    pub can_be_deleted: bool,
}

/// The comments of a post, or the first and the last of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Comments {
    pub count: u64,
    /// Oldest first.
    pub shown: Vec<Comment>,
    /// All of them are to be shown, however many there are.
    pub is_whole: bool,
}

/// The text of a comment: something, and not more than the site allows.
#[derive(Debug)]
pub struct CommentText(String);

impl Comments {
    /// Up to so many are all shown.
    pub const SHOWN_MAX: u64 = 3;

    /// `shown` holds at least the first and the last, oldest first; of up to three it holds all.
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

    pub fn whole(shown: Vec<Comment>) -> Comments {
        Comments {
            count: shown.len() as u64,
            shown,
            is_whole: true,
        }
    }

    /// How many lie between the first and the last that are shown.
    pub fn hidden(&self) -> u64 {
        self.count - self.shown.len() as u64
    }
}

impl CommentText {
    /// # Errors
    /// A sentence for the person who wrote it.
    pub fn parse(text: &str, chars_max: u32) -> Result<CommentText, String> {
        text::at_most(text::not_empty(text::clean(text)?)?, chars_max).map(CommentText)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}
