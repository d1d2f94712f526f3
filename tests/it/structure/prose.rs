//! Comments that a newcomer can read. The shares are counts, and no judgment of style.

use super::{Source, product, sources};

const WH_WORDS: &[&str] = &[
    "what", "who", "whom", "whose", "whether", "where", "when", "which", "how", "why",
];

const PREPOSITIONS: &[&str] = &[
    "above", "after", "among", "as", "at", "before", "behind", "below", "beside", "between", "by",
    "for", "from", "in", "inside", "of", "on", "outside", "over", "since", "to", "under", "until",
    "with", "without",
];

/// Words with a final "s" that are no verbs where a comment begins with them.
#[rustfmt::skip]
const NO_VERBS: &[&str] = &[
    "Acts", "Addresses", "Admins", "Always", "Amounts", "As", "Blocks", "Browsers", "Bytes", "Characters", "Chunks",
    "Colours", "Comments", "Cookies", "Curves", "Days", "Descriptions", "Descriptors", "Digits", "Does", "Errors",
    "Events", "Extensions", "Failures", "Feeds", "Fields", "Files", "Frames", "Has", "Headers", "Heads", "Heartbeats",
    "Histories", "Hours", "Ids", "Images", "Initials", "Invitations", "Is", "Its", "Keys", "Lengths", "Likes",
    "Limits", "Lines", "Links", "Matrices", "Members", "Messages", "Milliseconds", "Minutes", "Names",
    "Notifications", "Numbers", "Origins", "Ours", "Pages", "Parts", "Paths", "Permits", "Pictures", "Pixels",
    "Posts", "Profiles", "Programs", "Properties", "Proxies", "Readers", "Refusals", "Requests", "Rows", "Rules",
    "Scans", "Scripts", "Seconds", "Segments", "Sessions", "Settings", "Sides", "Signals", "Sockets", "Statements",
    "Steps", "Streams", "Tags", "Things", "This", "Threads", "Tokens", "Units", "Uploads", "Usernames", "Users",
    "Values", "Variables", "Was", "Words",
];

/// Percent of the comments that may begin with a wh-word or a preposition.
const CLAUSES_MAX: usize = 3;
/// Percent of the comments that must begin with a verb in the third person.
const VERBS_MIN: usize = 35;

/// The beginnings of doc comments, counted.
#[derive(Debug, Default, PartialEq, Eq)]
struct Beginnings {
    all: usize,
    wh_words: usize,
    prepositions: usize,
    verbs: usize,
}

impl Beginnings {
    fn count(&mut self, text: &str) {
        let mut is_inside = false;
        for line in text.lines() {
            let comment = line.trim_start().strip_prefix("///");
            let was_inside = std::mem::replace(&mut is_inside, comment.is_some());
            if let (Some(comment), false) = (comment, was_inside) {
                self.add(comment.trim_start());
            }
        }
    }

    fn add(&mut self, comment: &str) {
        if comment.starts_with('#') {
            return;
        }
        let is_end = |c: char| c.is_whitespace() || ",.:;".contains(c);
        let word = comment.split(is_end).next().unwrap_or_default();
        let bare = word.trim_matches(['`', '*', '[', ']']).to_lowercase();
        self.all += 1;
        self.wh_words += usize::from(WH_WORDS.contains(&bare.as_str()));
        self.prepositions += usize::from(PREPOSITIONS.contains(&bare.as_str()));
        self.verbs += usize::from(is_verb(word));
    }
}

/// Checks whether a first word is a verb in the third person: it has a capital, ends in one "s", and is not known better.
fn is_verb(word: &str) -> bool {
    let mut letters = word.chars();
    let has_capital = letters.next().is_some_and(|c| c.is_ascii_uppercase());
    let is_plain = letters.all(|c| c.is_ascii_lowercase());
    let ends_well = word.ends_with('s') && !word.ends_with("ss");
    has_capital && is_plain && ends_well && !NO_VERBS.contains(&word)
}

/// Checks whether a file says in its first lines what it is for.
fn is_introduced(source: &Source) -> bool {
    source
        .text
        .lines()
        .take(3)
        .any(|line| line.starts_with("//!"))
}

#[test]
fn comments_begin_with_verbs_and_nouns() {
    let mut found = Beginnings::default();
    for source in sources("src") {
        found.count(&source.text);
    }
    let clauses = found.wh_words + found.prepositions;
    assert!(100 * clauses <= CLAUSES_MAX * found.all, "{found:?}");
    assert!(100 * found.verbs >= VERBS_MIN * found.all, "{found:?}");
}

#[test]
fn beginnings_are_told_apart() {
    let mut found = Beginnings::default();
    found.count(
        "/// Returns a post.\n/// Who may see it.\nfn f() {}\n/// What it is.\n    /// Of two the first.\n\n\
         /// Of two the first.\n\n/// Names of people.\n\n/// # Errors\n\n/// Passes.\n\n/// Address.",
    );
    let expected = Beginnings {
        all: 6,
        wh_words: 1,
        prepositions: 1,
        verbs: 2,
    };
    assert_eq!(found, expected);
}

#[test]
fn every_file_says_what_it_is_for() {
    for source in product().into_iter().chain(sources("tests/it")) {
        assert!(is_introduced(&source), "{}", source.path.display());
    }
}

#[test]
fn a_file_without_an_introduction_is_found() {
    let source = |text: &str| Source {
        path: "x.rs".into(),
        text: text.to_owned(),
    };
    assert!(is_introduced(&source("//! Posts.\n\nuse a::B;")));
    assert!(!is_introduced(&source(
        "/// A post.\nstruct Post;\n\nuse a::B;\n//! Late."
    )));
}
