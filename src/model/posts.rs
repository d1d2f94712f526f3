//! Posts, their texts and the slugs in their addresses.

use super::{
    Body, Comments, EventId, Image, Likes, OwnImage, Participation, PostId, PostPlace, Quote,
    Timestamp, Unread, User, Via,
    characters::{self, is_mark},
    text,
};

/// A post, as one viewer sees it. Two viewers to whom it looks alike have equal values.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Post {
    pub id: PostId,
    pub author: User,
    pub message: String,
    pub body: Body,
    /// The number of its pictures.
    pub image_count: u32,
    /// The pictures, in the order that the author chose.
    pub images: Vec<Image>,
    /// The posts to which its text links, as far as the viewer finds them.
    pub quotes: Vec<Quote>,
    pub created_at: Timestamp,
    pub edited_at: Option<Timestamp>,
    pub is_mine: bool,
    pub kind: PostKind,
    /// The places that the viewer knows of, unless the post is personal.
    pub to: Vec<PostPlace>,
    /// True if the viewer is an admin of one of its groups.
    pub is_moderated_by_me: bool,
    /// The people who came to the conversation or left it. Only on the page of the post.
    pub participations: Vec<Participation>,
    /// True if the viewer saved it.
    pub is_saved: bool,
    /// The event that announced the post.
    pub posted: EventId,
    /// The newest event that moved the post up in the rivers of its author's followers.
    pub bump: EventId,
    /// The position in the list that the post was read for.
    pub position: EventId,
    /// The reason why it is in the viewer's river. `None` if the viewer follows the author.
    pub via: Option<Via>,
    pub likes: Likes,
    pub comments: Comments,
    /// What the viewer has seen of it. `None` for guests, and in live events, which are drawn once for many readers.
    pub unread: Option<Unread>,
}

/// The kinds of posts, by where they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PostKind {
    /// In its author's own feed and in no other.
    Personal,
    /// In several feeds, or in those of groups.
    Shared,
    /// In a conversation.
    Direct,
}

/// A text of a post before it was edited.
#[derive(Debug, Clone)]
pub struct Revision {
    pub message: String,
    /// The time at which this text was written.
    pub created_at: Timestamp,
}

/// The text of a new post: not longer than the site allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    text: String,
    /// True if it comes from another site, so that the names in it are not those of people here.
    is_imported: bool,
}

/// A post of the member who downloads it, with its history.
#[derive(Debug, Clone)]
pub struct OwnPost {
    pub id: PostId,
    pub message: String,
    pub images: Vec<OwnImage>,
    pub created_at: Timestamp,
    pub edited_at: Option<Timestamp>,
    /// The kind and the name of each place that it is in.
    pub to: Vec<(String, String)>,
    /// The number that the author sees.
    pub likes: u64,
    pub comments: u64,
    /// True if it is pinned to the author's profile or to another feed.
    pub is_pinned: bool,
    /// Earlier texts, newest first.
    pub revisions: Vec<Revision>,
}

/// The address of somebody's post. It does not contain the post's text, which belongs to its author.
#[derive(Debug, Clone)]
pub struct PostAddress {
    pub post: PostId,
    pub author: User,
    slug: String,
}

impl Post {
    /// Returns whether it is a direct message.
    pub fn is_direct(&self) -> bool {
        self.kind == PostKind::Direct
    }

    /// Returns the permalink, without the site's base and not percent-encoded.
    pub fn path(&self) -> String {
        self.id.path(&self.slug())
    }

    /// Returns the first words of the text in their original script, for the permalink.
    pub fn slug(&self) -> String {
        slug(&self.message)
    }
}

impl Message {
    /// Parses a text, which must not be empty.
    ///
    /// # Errors
    /// A sentence for the author.
    pub fn parse(text: &str, chars_max: u32) -> Result<Message, String> {
        let text = text::at_most(text::not_empty(text::clean(text)?)?, chars_max)?;
        Ok(Message::typed(text))
    }

    /// Parses a text from another site. What is refused in texts of people is removed from it.
    ///
    /// # Errors
    /// A sentence, if nothing is left of it or too much.
    pub fn imported(text: &str, chars_max: u32) -> Result<Message, String> {
        let allowed: String = text.chars().filter(|c| Message::is_allowed(*c)).collect();
        Ok(Message {
            is_imported: true,
            ..Message::parse(&allowed, chars_max)?
        })
    }

    /// Like [`Message::imported`], but the text may be empty: a post with pictures needs no words.
    ///
    /// # Errors
    /// A sentence, if there is too much of it.
    pub fn imported_or_none(text: &str, chars_max: u32) -> Result<Message, String> {
        let allowed: String = text.chars().filter(|c| Message::is_allowed(*c)).collect();
        Ok(Message {
            is_imported: true,
            ..Message::parse_or_none(&allowed, chars_max)?
        })
    }

    fn is_allowed(c: char) -> bool {
        !c.is_control() || matches!(c, '\n' | '\t')
    }

    fn typed(text: String) -> Message {
        Message {
            text,
            is_imported: false,
        }
    }

    /// Returns the parts of the text. Nobody is mentioned in an imported one.
    pub fn body(&self) -> Body {
        let mut body = Body::parse(&self.text);
        if self.is_imported {
            body.keep_mentions(|_| false);
        }
        body
    }

    /// Like `parse`, but the text may be empty: a post with pictures needs no words.
    ///
    /// # Errors
    /// A sentence for the author.
    pub fn parse_or_none(text: &str, chars_max: u32) -> Result<Message, String> {
        let text = text::at_most(text::clean(text)?, chars_max)?;
        let seen = characters::can_be_seen(&text);
        Ok(Message::typed(if seen { text } else { String::new() }))
    }

    /// Checks for a post that consists of pictures only.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Checks that the post has a text or at least one picture.
    ///
    /// # Errors
    /// A sentence for the author.
    pub fn check_beside(text: &str, images: u32) -> Result<(), String> {
        if text.is_empty() && images == 0 {
            Err("This field is required.".into())
        } else {
            Ok(())
        }
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl OwnPost {
    /// Returns the permalink, without the site's base.
    pub fn path(&self) -> String {
        self.id.path(&slug(&self.message))
    }
}

impl PostAddress {
    pub(crate) fn new(post: PostId, author: User, message: &str) -> PostAddress {
        PostAddress {
            post,
            author,
            slug: slug(message),
        }
    }

    /// Returns the permalink, without the site's base.
    pub fn path(&self) -> String {
        self.post.path(&self.slug)
    }
}

const SLUG_WORDS_MAX: usize = 6;
const SLUG_CHARS_MAX: usize = 60;

/// The pages of a post that stand where its slug would.
const NO_SLUGS: [&str; 2] = ["audience", "why"];

/// Returns the first words of a text in lower case, joined by hyphens. Returns `post` if there are none, or if they name
/// another page of the post.
pub(crate) fn slug(message: &str) -> String {
    let words = first_words(message);
    if words.is_empty() || NO_SLUGS.contains(&words.as_str()) {
        "post".to_owned()
    } else {
        words
    }
}

/// Returns the first words of a text in lower case, joined by hyphens. It may be empty.
pub(super) fn first_words(text: &str) -> String {
    // Combining marks belong to their letters. Many scripts are unreadable without them.
    let part_of_word = |c: char| c.is_alphanumeric() || is_mark(c);
    let words = text
        .split(|c: char| !part_of_word(c) && c != '\'' && c != '’')
        .map(|word| {
            word.chars()
                .filter(|&c| part_of_word(c))
                .flat_map(char::to_lowercase)
                .collect::<String>()
        })
        .filter(|word| word.chars().any(char::is_alphanumeric));
    let slug: String = words.take(SLUG_WORDS_MAX).collect::<Vec<_>>().join("-");
    let slug: String = slug.chars().take(SLUG_CHARS_MAX).collect();
    slug.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_keeps_the_letters_of_every_script() {
        assert_eq!(slug("Hello, World!"), "hello-world");
        assert_eq!(slug("Привет, как дела?"), "привет-как-дела");
        assert_eq!(slug("नमस्ते दुनिया"), "नमस्ते-दुनिया");
        assert_eq!(slug("don't stop"), "dont-stop");
        assert_eq!(
            slug("one two three four five six seven"),
            "one-two-three-four-five-six"
        );
        assert_eq!(slug("a/../b?c#d"), "a-b-c-d");
    }

    #[test]
    fn a_slug_is_short_and_never_empty() {
        assert_eq!(slug(&"x".repeat(500)).chars().count(), 60);
        assert_eq!(slug("👋 🎉 !!!"), "post");
        assert_eq!(slug(""), "post");
        assert_eq!(slug("Why?"), "post");
        assert_eq!(slug("Why not?"), "why-not");
    }

    #[test]
    fn a_message_is_counted_in_characters() {
        assert!(Message::parse(&"é".repeat(3000), 3000).is_ok());
        let refused = Message::parse(&"é".repeat(3001), 3000).expect_err("one too many");
        assert_eq!(refused, "Field cannot be longer than 3000 characters.");
        assert_eq!(
            Message::parse(" \r\n ", 3000).expect_err("empty"),
            "This field is required."
        );
        assert!(
            Message::parse("a\0b", 3000)
                .expect_err("a zero byte")
                .contains("U+0000")
        );
        assert_eq!(
            Message::parse("a\r\nb\rc", 3000).expect("fine").as_str(),
            "a\nb\nc"
        );
    }
}
