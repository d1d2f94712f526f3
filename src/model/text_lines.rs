//! Posts and comments as lines of plain text, for terminals and scripts.

use serde::Deserialize;

use super::{CommentId, characters::reorders_text};

/// A post or a comment in one line: when it was written, `post` or `comment`, the username of its author, its text, and
/// its address, with tabs between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextLine {
    /// The time, to a second, as the line begins with it. Such times sort as texts do.
    written_at: String,
    line: String,
}

/// What a line needs of a post, as the JSON of posts has it.
#[derive(Debug, Deserialize)]
pub struct WrittenPost {
    id: String,
    author: LineAuthor,
    message: String,
    created_at: String,
    images: Vec<WrittenPicture>,
    comments: WrittenComments,
}

/// What a line needs of a comment, as the JSON of comments has it.
#[derive(Debug, Deserialize)]
pub struct WrittenComment {
    id: CommentId,
    post_id: String,
    author: LineAuthor,
    comment: String,
    created_at: String,
}

#[derive(Debug, Deserialize)]
struct LineAuthor {
    username: String,
}

#[derive(Debug, Deserialize)]
struct WrittenPicture {
    alt: String,
}

#[derive(Debug, Deserialize)]
struct WrittenComments {
    items: Vec<WrittenComment>,
}

/// The data of a live event.
#[derive(Debug, Deserialize)]
struct EventData {
    post: Option<WrittenPost>,
    comment: Option<WrittenComment>,
}

impl TextLine {
    /// Returns the lines of posts and of those comments that are shown with them, the oldest first, each with a line end.
    /// The posts come the newest first. `site` is what the addresses begin with.
    pub fn of_page(posts: &[WrittenPost], site: &str) -> String {
        let mut lines = Vec::new();
        for post in posts.iter().rev() {
            lines.push(post.line(site));
            let comments = post.comments.items.iter();
            lines.extend(comments.map(|comment| comment.line(site)));
        }
        // What was written in one second keeps its order.
        lines.sort_by(|a, b| a.written_at.cmp(&b.written_at));
        lines.into_iter().map(|line| line.line).collect()
    }

    /// Returns the line of a live event, with a line end. None if nothing new was written, or the data has no form of ours.
    pub fn of_event(name: &str, data: &str, site: &str) -> Option<String> {
        if !matches!(name, "post" | "comment") {
            return None;
        }
        let data: EventData = serde_json::from_str(data).ok()?;
        let line = match (data.comment, data.post) {
            (Some(comment), _) => comment.line(site),
            (None, Some(post)) => post.line(site),
            (None, None) => return None,
        };
        Some(line.line)
    }

    fn new(
        written_at: &str,
        kind: &str,
        author: &LineAuthor,
        text: &str,
        address: &str,
    ) -> TextLine {
        let (name, text) = (in_one_line(&author.username), in_one_line(text));
        TextLine {
            line: format!("{written_at}\t{kind}\t{name}\t{text}\t{address}\n"),
            written_at: written_at.to_owned(),
        }
    }
}

impl WrittenPost {
    fn line(&self, site: &str) -> TextLine {
        let pictures = self.images.iter().map(|picture| match picture.alt.trim() {
            "" => "[picture]".to_owned(),
            alt => format!("[picture: {alt}]"),
        });
        let texts = [self.message.clone()].into_iter().chain(pictures);
        let texts: Vec<String> = texts.filter(|text| !text.is_empty()).collect();
        let address = format!("{site}/post/{}", self.id);
        TextLine::new(
            &self.created_at,
            "post",
            &self.author,
            &texts.join(" "),
            &address,
        )
    }
}

impl WrittenComment {
    fn line(&self, site: &str) -> TextLine {
        let address = format!("{site}/post/{}#comment-{}", self.post_id, self.id);
        TextLine::new(
            &self.created_at,
            "comment",
            &self.author,
            &self.comment,
            &address,
        )
    }
}

/// Returns a text without line ends, which become ` / `, and without characters that a terminal acts on or that change
/// the order of what follows in the line.
fn in_one_line(text: &str) -> String {
    let lines = text.split(['\n', '\r', '\u{2028}', '\u{2029}']);
    let lines = lines.map(|line| {
        let spaced = line.replace('\t', " ");
        let clean: String = spaced
            .chars()
            .filter(|c| !c.is_control() && !reorders_text(*c))
            .collect();
        clean.trim().to_owned()
    });
    let lines: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
    lines.join(" / ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMENT: &str = r#"{"post_id":7,"comment_id":9,"comment":{"id":9,"post_id":"7",
        "author":{"username":"bob"},"comment":"late","created_at":"2026-05-01T12:00:01Z"}}"#;

    fn post(message: &str) -> WrittenPost {
        serde_json::from_value(serde_json::json!({
            "id": "7",
            "author": { "username": "ann" },
            "message": message,
            "created_at": "2026-05-01T12:00:00Z",
            "images": [{ "alt": "" }, { "alt": "a\ttulip" }],
            "comments": { "count": 1, "items": [{
                "id": 8, "post_id": "7", "author": { "username": "bob" },
                "comment": "one\n\ntwo", "created_at": "2026-05-01T12:00:00Z",
            }] },
        }))
        .expect("a post")
    }

    #[test]
    fn lines_are_written_to_the_letter() {
        assert_eq!(
            TextLine::of_page(&[post("Hello\nworld")], "http://pi"),
            "2026-05-01T12:00:00Z\tpost\tann\tHello / world [picture] [picture: a tulip]\thttp://pi/post/7\n\
             2026-05-01T12:00:00Z\tcomment\tbob\tone / two\thttp://pi/post/7#comment-8\n"
        );
        assert_eq!(
            TextLine::of_event("comment", COMMENT, "").as_deref(),
            Some("2026-05-01T12:00:01Z\tcomment\tbob\tlate\t/post/7#comment-9\n")
        );
        for (name, data) in [
            ("comment_edited", COMMENT),
            ("comment", "{\"comment\":null}"),
            ("post", "{}"),
            ("post", "no JSON"),
        ] {
            assert_eq!(TextLine::of_event(name, data, ""), None, "{name} {data}");
        }
    }

    #[test]
    fn a_text_cannot_act_on_a_terminal() {
        for (text, expected) in [
            ("\u{1b}[2Jgone", "[2Jgone"),
            ("\u{9b}31mred", "31mred"),
            ("a\u{202e}b\u{2066}c", "abc"),
            ("a\tb\r\nc\u{2028}d", "a b / c / d"),
            ("\u{8}\u{7f}\0", ""),
            ("مرحبا", "مرحبا"),
        ] {
            assert_eq!(in_one_line(text), expected, "{text:?}");
        }
    }
}
