//! What a person has read: the mark on a post, and the comments that are newer.

use std::str::FromStr;

use super::{CommentId, Post, PostId};

/// A person's mark on a post: the newest comment of it that they have seen. The comment is [`SeenMark::NO_COMMENT`] if
/// they saw the post before it had comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeenMark {
    pub post: PostId,
    pub comment: CommentId,
}

/// What somebody has seen of a post, and which comments are new to them. A post that they have never seen has no news.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Unread {
    /// The newest comment that they have seen; none if they have never seen the post.
    pub mark: Option<CommentId>,
    /// The number of new comments, at most [`Unread::COUNT_MAX`].
    pub count: u64,
    pub first: Option<CommentId>,
}

impl SeenMark {
    /// The most marks that are sent at once.
    pub const SENT_MAX: usize = 100;

    /// Stands for the comment of a post without comments, or with imported ones alone: these have smaller ids and are new to
    /// nobody.
    pub const NO_COMMENT: CommentId = CommentId(0);

    /// Parses a mark as a page or a program sends it: the id of the post, and that of the comment or 0.
    ///
    /// # Errors
    /// A sentence for the author of the program.
    pub fn parse(post: &str, comment: &str) -> Result<SeenMark, String> {
        let comment = match comment {
            "0" => Some(SeenMark::NO_COMMENT),
            id => CommentId::from_str(id)
                .ok()
                .map(|id| id.max(SeenMark::NO_COMMENT)),
        };
        Ok(SeenMark {
            post: post
                .parse()
                .map_err(|()| "Each name must be the id of a post.")?,
            comment: comment.ok_or("Each value must be the id of a comment, or 0.")?,
        })
    }
}

impl Unread {
    /// The largest number that is counted. Counting looks at each new comment, and a page shows twenty posts.
    pub const COUNT_MAX: u64 = 1_000;

    /// Returns the post of a river above which the line "You read up to here" stands: the first post that the viewer
    /// has read, if there is something new above it. Something new is a post that they have never seen, or one with new
    /// comments. Their own posts count for neither, as they know them anyway.
    pub fn line_above(posts: &[Post]) -> Option<PostId> {
        let mut has_news = false;
        for post in posts {
            let unread = post.unread.unwrap_or_default();
            let is_read = unread.mark.is_some() && unread.count == 0;
            let is_own = post.is_mine && unread.count == 0;
            if is_read && !is_own {
                return has_news.then_some(post.id);
            }
            has_news |= !is_own;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_names_a_post_and_a_comment_or_none() {
        let post = PostId(7);
        let parsed = |comment| SeenMark::parse(&post.to_string(), comment);
        let mark = |comment| Ok(SeenMark { post, comment });
        assert_eq!(parsed("12"), mark(CommentId(12)));
        assert_eq!(parsed("0"), mark(SeenMark::NO_COMMENT));
        assert_eq!(parsed("-9"), mark(SeenMark::NO_COMMENT), "an imported one");
        for wrong in [
            "",
            "-0",
            "-9223372036854775808",
            "00",
            "1.5",
            "x",
            "9223372036854775808",
        ] {
            assert!(parsed(wrong).is_err(), "{wrong}");
        }
        assert!(SeenMark::parse("7", "0").is_err());
    }
}
