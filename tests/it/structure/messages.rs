//! Messages that the help explains, held to the code that says them.

use std::fs;

use super::product;
use crate::harness::all_between;

/// The page of the help that explains messages.
const PAGE: &str = "docs/troubleshooting.md";

/// The fewest messages on the page.
const MESSAGES_MIN: usize = 30;
/// The fewest characters of a message. A shorter one would be found anywhere.
const MESSAGE_CHARS_MIN: usize = 10;

/// Returns code with its messages as the page writes them: each text in one line, and `…` for each value in it.
fn as_on_the_page(code: &str) -> String {
    let mut lines = code.split("\\\n");
    let mut joined = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        joined.push_str(line.trim_start());
    }
    let mut pieces = joined.split('{');
    let mut read = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match piece.split_once('}') {
            Some((value, rest)) if is_value(value) => {
                read.push('…');
                read.push_str(rest);
            }
            _ => {
                read.push('{');
                read.push_str(piece);
            }
        }
    }
    read
}

/// Checks whether the text between two braces is a value of a format string, and not a block of code.
fn is_value(text: &str) -> bool {
    text.chars()
        .all(|c| c.is_ascii_alphanumeric() || "_:.?#<>".contains(c))
}

/// Returns the modules of the page.
fn scripts() -> Vec<String> {
    let paths = fs::read_dir("assets")
        .expect("the directory exists")
        .map(|entry| entry.expect("readable").path());
    paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "js"))
        .map(|path| fs::read_to_string(path).expect("UTF-8"))
        .collect()
}

#[test]
fn the_program_says_each_message_that_the_help_explains() {
    let page = fs::read_to_string(PAGE).expect("it is in docs/");
    for entry in page.lines().filter(|line| line.starts_with("- ")) {
        assert!(entry.starts_with("- **`"), "it has no message: {entry}");
    }
    let messages = all_between(&page, "**`", "`**");
    assert!(messages.len() >= MESSAGES_MIN, "{}", messages.len());

    let product = product();
    let mut texts: Vec<String> = product
        .iter()
        .map(|source| as_on_the_page(&source.code()))
        .collect();
    texts.extend(scripts());
    for message in messages {
        let is_long = message.chars().count() >= MESSAGE_CHARS_MIN;
        let is_said = texts.iter().any(|text| text.contains(message));
        assert!(is_long && is_said, "nothing says: {message}");
    }
}

#[test]
fn a_message_is_read_across_lines_and_values() {
    let code = "if a { f(\"Too {} for {size:>4}: \\\n        at most {MAX}.\") }";
    let read = "if a { f(\"Too … for …: at most ….\") }";
    assert_eq!(as_on_the_page(code), read);
}
