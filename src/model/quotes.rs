//! Posts of the site that other posts link to.

use super::{Image, PostId, Timestamp, User, slug};

/// A post that the text of another one links to, as one viewer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Quote {
    pub post: PostId,
    pub author: User,
    /// The first words of its text, with an ellipsis if there are more.
    pub beginning: String,
    slug: String,
    /// The number of its pictures.
    pub image_count: u32,
    /// The first picture.
    pub image: Option<Image>,
    pub created_at: Timestamp,
}

/// The longest beginning of a text that stands in a quote, in characters.
const BEGINNING_CHARS_MAX: usize = 200;

impl Quote {
    /// The most posts that are shown below the post that links to them.
    pub const PER_POST: usize = 2;

    pub(crate) fn new(
        post: PostId,
        author: User,
        message: &str,
        image_count: u32,
        image: Option<Image>,
        created_at: Timestamp,
    ) -> Quote {
        Quote {
            post,
            author,
            beginning: beginning(message),
            slug: slug(message),
            image_count,
            image,
            created_at,
        }
    }

    /// Returns the permalink of the quoted post, without the site's base and not percent-encoded.
    pub fn path(&self) -> String {
        self.post.path(&self.slug)
    }
}

/// Returns the beginning of a text in one line, at the end of a word if there is one.
fn beginning(message: &str) -> String {
    let line = message.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((end, _)) = line.char_indices().nth(BEGINNING_CHARS_MAX) else {
        return line;
    };
    let whole_words = line[..end].rfind(' ').unwrap_or(end);
    format!("{}…", &line[..whole_words])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_is_one_line_of_whole_words() {
        assert_eq!(beginning("one\n\ntwo  three "), "one two three");
        assert_eq!(beginning(""), "");
        let exact = "é".repeat(BEGINNING_CHARS_MAX);
        assert_eq!(beginning(&exact), exact);
        assert_eq!(beginning(&format!("{exact}é")), format!("{exact}…"));
        let long = format!("word {}", "x".repeat(BEGINNING_CHARS_MAX));
        assert_eq!(beginning(&long), "word…");
    }
}
