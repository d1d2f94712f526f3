//! The texts that the people of a demo write: posts with the comments on them, from the files in `data/demo`.
//!
//! A story is a block of lines. A first line with a colon says when and where it is told, and which picture it has. The
//! lines after it are the post; one with only a dot is empty. A line with `>` is a comment by somebody else, and one
//! with `<` is an answer by the author of the post. `{red|green}` is one of the words, and another one at the next
//! time. `{1:red|green}` and `{1:apple|pear}` in one story belong together. `@friend` is the name of somebody whom the
//! author follows.

use super::scenes::SceneKind;

/// The files, each with the topic in its first line.
const FILES: [&str; 14] = [
    include_str!("../../data/demo/bakery.txt"),
    include_str!("../../data/demo/band.txt"),
    include_str!("../../data/demo/bicycle.txt"),
    include_str!("../../data/demo/birds.txt"),
    include_str!("../../data/demo/boat.txt"),
    include_str!("../../data/demo/books.txt"),
    include_str!("../../data/demo/choir.txt"),
    include_str!("../../data/demo/common.txt"),
    include_str!("../../data/demo/garden.txt"),
    include_str!("../../data/demo/kitchen.txt"),
    include_str!("../../data/demo/messages.txt"),
    include_str!("../../data/demo/pottery.txt"),
    include_str!("../../data/demo/school.txt"),
    include_str!("../../data/demo/tinkering.txt"),
];

/// The topic of stories that everybody tells.
pub(super) const COMMON: &str = "common";

/// Comments that fit nearly every post.
const REPLIES: &str = include_str!("../../data/demo/replies.txt");

/// A post, with the comments on it.
#[derive(Debug, Default)]
pub(super) struct Story {
    /// The topic of the people who tell it.
    pub(super) topic: &'static str,
    season: Option<&'static str>,
    /// The time of the day: `am`, `pm` or `night`.
    daytime: Option<&'static str>,
    /// The picture, and its description.
    pub(super) picture: Option<(SceneKind, &'static str)>,
    pub(super) place: StoryPlace,
    pub(super) text: String,
    pub(super) replies: Vec<Reply>,
}

/// The place that a story is told in.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum StoryPlace {
    #[default]
    Feed,
    Group(&'static str),
    Direct,
}

/// A comment of a story.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reply {
    pub(super) is_by_author: bool,
    pub(super) text: &'static str,
}

/// Reads all stories.
pub(super) fn all() -> Vec<Story> {
    FILES.into_iter().flat_map(read).collect()
}

/// Returns the comments that fit nearly every post.
pub(super) fn replies() -> Vec<&'static str> {
    REPLIES.lines().collect()
}

/// Reads the stories of a file.
fn read(file: &'static str) -> Vec<Story> {
    let (head, rest) = file.split_once('\n').unwrap_or((file, ""));
    let topic = head.trim_start_matches("# ");
    let blocks = rest.split("\n\n").map(str::trim);
    let blocks = blocks.filter(|block| !block.is_empty());
    blocks.map(|block| Story::read(topic, block)).collect()
}

impl Story {
    fn read(topic: &'static str, block: &'static str) -> Story {
        let mut story = Story {
            topic,
            ..Story::default()
        };
        let mut text = Vec::new();
        for line in block.lines() {
            if let Some(flags) = line.strip_prefix(": ") {
                flags.split(" | ").for_each(|flag| story.set(flag));
            } else if let Some(reply) = line.strip_prefix("> ") {
                story.add(false, reply);
            } else if let Some(answer) = line.strip_prefix("< ") {
                story.add(true, answer);
            } else {
                text.push(if line == "." { "" } else { line });
            }
        }
        story.text = text.join("\n");
        story
    }

    fn set(&mut self, flag: &'static str) {
        match flag.split_once(' ') {
            Some(("in", group)) => self.place = StoryPlace::Group(group),
            Some(("pic", picture)) => {
                let (kind, alt) = picture.split_once(": ").unwrap_or((picture, ""));
                self.picture = SceneKind::named(kind).map(|kind| (kind, alt));
            }
            _ if flag == "direct" => self.place = StoryPlace::Direct,
            _ if ["am", "pm", "night"].contains(&flag) => self.daytime = Some(flag),
            _ => self.season = Some(flag),
        }
    }

    fn add(&mut self, is_by_author: bool, text: &'static str) {
        self.replies.push(Reply { is_by_author, text });
    }

    /// Checks whether the story fits a month, from 1, and an hour of the day.
    pub(super) fn fits(&self, month: i8, hour: i8) -> bool {
        let fits_season = match self.season {
            None => true,
            Some("spring") => (3..=5).contains(&month),
            Some("summer") => (6..=8).contains(&month),
            Some("autumn") => (9..=11).contains(&month),
            Some("december") => month == 12,
            Some(_) => [12, 1, 2].contains(&month),
        };
        let fits_daytime = match self.daytime {
            None => true,
            Some("am") => (3..11).contains(&hour),
            Some("pm") => (17..23).contains(&hour),
            Some(_) => !(3..22).contains(&hour),
        };
        fits_season && fits_daytime
    }
}

/// Writes a text out. `turn` decides the words: the next turn has the next ones. `friend` is the name for `@friend`.
pub(super) fn written(text: &str, turn: usize, friend: &str) -> String {
    let mut out = String::new();
    let (mut rest, mut nth) = (text, 0);
    while let Some((before, after)) = rest.split_once('{') {
        out += before;
        let Some((choice, after)) = after.split_once('}') else {
            break;
        };
        let (place, words) = match choice.split_once(':') {
            // The choices of one number go together, so they do not depend on their place in the text.
            Some((number, words)) if number.len() == 1 => (0, words),
            _ => {
                nth += 1;
                (nth, choice)
            }
        };
        let words: Vec<&str> = words.split('|').collect();
        out += words[(turn + place) % words.len()];
        rest = after;
    }
    out += rest;
    out.replace("@friend", &format!("@{friend}"))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_story_can_be_told() {
        let all = all();
        assert!(all.len() > 180, "{}", all.len());
        for story in &all {
            assert!(!story.text.is_empty(), "{story:?}");
            let fits = (1..=12).any(|month| (0..24).any(|hour| story.fits(month, hour)));
            assert!(fits, "{story:?}");
            let is_open = story
                .replies
                .first()
                .is_none_or(|first| !first.is_by_author);
            assert!(is_open, "an answer without a comment: {story:?}");
            let texts = story.replies.iter().map(|reply| reply.text);
            for text in texts.chain([story.text.as_str()]) {
                let (opened, closed) = (text.matches('{').count(), text.matches('}').count());
                assert_eq!(opened, closed, "{text}");
                assert!(text.chars().count() < 1_000, "{text}");
            }
        }
        let different: HashSet<&str> = all.iter().map(|story| story.text.as_str()).collect();
        assert_eq!(different.len(), all.len());
    }

    #[test]
    fn every_flag_of_a_story_is_known() {
        let known = [
            "am", "pm", "night", "direct", "spring", "summer", "autumn", "winter", "december",
        ];
        let lines = FILES.iter().flat_map(|file| file.lines());
        for flag in lines
            .filter_map(|line| line.strip_prefix(": "))
            .flat_map(|flags| flags.split(" | "))
        {
            let is_known = match flag.split_once(' ') {
                Some(("pic", picture)) => {
                    let (kind, alt) = picture.split_once(": ").unwrap_or_default();
                    SceneKind::named(kind).is_some() && !alt.is_empty()
                }
                Some(("in", group)) => ["allotment", "choir", "family", "notices"].contains(&group),
                _ => known.contains(&flag),
            };
            assert!(is_known, "{flag}");
        }
    }

    #[test]
    fn the_next_turn_has_other_words() {
        let text = "{1:A|An} {1:pear|apple} for @friend, {today|tomorrow|on Sunday}.";
        assert_eq!(written(text, 0, "ben"), "A pear for @ben, tomorrow.");
        assert_eq!(written(text, 1, "ben"), "An apple for @ben, on Sunday.");
        assert_eq!(written("no choice", 9, ""), "no choice");
    }
}
