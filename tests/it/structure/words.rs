//! The translations, held to the texts of the source.

use std::{collections::BTreeSet, fs, path::Path};

use polib::catalog::Catalog;

use super::product;

/// The context of messages that are translated where they are shown.
const MESSAGE: &str = "message";

/// A text of the source, and its plural if it has one.
type Text = (String, Option<String>);

fn catalogues() -> Vec<(String, Catalog)> {
    let entries = fs::read_dir("src/words").expect("the directory exists");
    let paths = entries.map(|entry| entry.expect("readable").path());
    let files = paths.filter(|path| path.extension().is_some_and(|extension| extension == "po"));
    files
        .map(|path| {
            let catalogue = polib::po_file::parse(Path::new(&path)).expect("a file of gettext");
            (path.display().to_string(), catalogue)
        })
        .collect()
}

/// Returns the string literals at the beginning of a text of Rust or JavaScript, separated by commas: at most `most`.
fn literals(code: &str, quote: char, most: usize) -> Vec<String> {
    let (mut found, mut rest) = (Vec::new(), code);
    while found.len() < most {
        rest = rest.trim_start().trim_start_matches(',').trim_start();
        let Some(inside) = rest.strip_prefix(quote) else {
            break;
        };
        let (mut text, mut characters) = (String::new(), inside.char_indices());
        while let Some((at, c)) = characters.next() {
            if c == quote {
                rest = &inside[at + 1..];
                break;
            }
            match (c, c == '\\') {
                (_, true) => text.extend(characters.next().map(|(_, escaped)| escaped)),
                (c, false) => text.push(c),
            }
        }
        found.push(text);
    }
    found
}

/// Returns the texts after each call of a function, if they are literals.
fn called(code: &str, name: &str) -> Vec<String> {
    let calls = code.match_indices(name).filter(|(at, _)| {
        let before = code[..*at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
    });
    calls
        .flat_map(|(at, _)| literals(&code[at + name.len()..], '"', 1))
        .collect()
}

/// Returns the texts of calls of `count(n, "one", "many")`, whose number may be any expression without a text in it.
fn counted(code: &str, name: &str, quote: char) -> Vec<Text> {
    let calls = code.match_indices(name).filter_map(|(at, _)| {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_') || code[..at].ends_with("fn ") {
            return None;
        }
        let rest = &code[at + name.len()..];
        let first = rest.find(quote)?;
        let number = &rest[..first];
        let is_call = number.trim_end().ends_with(',') && !number.contains(['{', ';']);
        let texts = literals(&rest[first..], quote, 2);
        (is_call && texts.len() == 2).then(|| (texts[0].clone(), Some(texts[1].clone())))
    });
    calls.collect()
}

/// Returns every text that the program has translated.
fn texts() -> BTreeSet<Text> {
    let mut texts = BTreeSet::new();
    for source in product() {
        if source.path.starts_with("src/words") {
            continue;
        }
        let code = source.code();
        for name in ["say(", "fill(", "phrase(", "later("] {
            texts.extend(called(&code, name).into_iter().map(|text| (text, None)));
        }
        texts.extend(counted(&code, "count(", '"'));
    }
    for entry in fs::read_dir("assets").expect("the directory exists") {
        let path = entry.expect("readable").path();
        if path.extension().is_some_and(|extension| extension == "js") {
            let script = fs::read_to_string(&path).expect("UTF-8");
            for (at, call) in script.match_indices("say('") {
                let found = literals(&script[at + call.len() - 1..], '\'', 1);
                texts.extend(found.into_iter().map(|text| (text, None)));
            }
            texts.extend(script.lines().flat_map(|line| counted(line, "many(", '\'')));
        }
    }
    for part in quartfeed::model::ExportPart::all() {
        let facts = part.facts();
        texts.extend([facts.title, facts.details].map(|text| (text.to_owned(), None)));
    }
    texts.remove(&(String::new(), None));
    texts
}

/// Returns the places of a template, sorted.
fn places(text: &str) -> Vec<&str> {
    let parts = text.split('{').skip(1);
    let mut places: Vec<&str> = parts
        .filter_map(|part| Some(part.split_once('}')?.0))
        .collect();
    places.sort_unstable();
    places
}

#[test]
fn every_text_of_the_source_is_translated_and_nothing_else() {
    let wanted = texts();
    assert!(wanted.len() > 700, "{} texts are found", wanted.len());
    for (file, catalogue) in catalogues() {
        let translated: BTreeSet<Text> = catalogue
            .messages()
            .filter(|message| message.msgctxt().unwrap_or_default().is_empty())
            .map(|message| {
                let plural = message.msgid_plural().ok().map(str::to_owned);
                (message.msgid().to_owned(), plural)
            })
            .collect();
        let missing: Vec<&Text> = wanted.difference(&translated).collect();
        assert!(missing.is_empty(), "{file} lacks {missing:#?}");
        let unused: Vec<&Text> = translated.difference(&wanted).collect();
        assert!(
            unused.is_empty(),
            "{file} has what nobody says: {unused:#?}"
        );
    }
}

#[test]
fn a_translation_has_the_places_of_its_text() {
    for (file, catalogue) in catalogues() {
        for message in catalogue.messages() {
            let id = message.msgid();
            let forms = match message.msgstr() {
                Ok(one) => vec![one.to_owned()],
                Err(_) => message.msgstr_plural().expect("it is a plural").clone(),
            };
            for form in forms {
                let is_words_for_one = message.is_plural() && places(id).is_empty();
                // A message may leave out what makes no sense in another language.
                let is_message = message.msgctxt() == Some(MESSAGE);
                let (known, used) = (places(id), places(&form));
                let is_right = if is_message {
                    used.iter().all(|place| known.contains(place))
                } else {
                    is_words_for_one || used == known
                };
                assert!(is_right, "{file}: “{id}” has other places than “{form}”");
                assert_eq!(form.trim(), form, "{file}: “{id}”");
            }
        }
    }
}

/// Returns a format string as the translations write it, or code that has it: without what is inside of its places.
fn without_places(text: &str) -> String {
    let mut parts = text.split('{');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let rest = part.split_once('}').map_or(part, |(_, rest)| rest);
        text + "{}" + rest
    })
}

/// Returns code whose texts stand in one line each.
fn joined(code: &str) -> String {
    let mut lines = code.split("\\\n");
    let first = lines.next().unwrap_or_default().to_owned();
    lines.fold(first, |joined, line| joined + line.trim_start())
}

#[test]
fn every_message_that_is_translated_is_said_somewhere() {
    let code: String = product()
        .iter()
        .map(|source| joined(&source.code()))
        .collect();
    for (file, catalogue) in catalogues() {
        let messages = catalogue
            .messages()
            .filter(|message| message.msgctxt() == Some(MESSAGE));
        for message in messages {
            // What is around another message has no text of its own in the source.
            let text = without_places(message.msgid());
            let longest = text
                .split("{}")
                .map(|part| part.trim_matches([' ', '.']))
                .max_by_key(|part| part.len())
                .unwrap_or_default();
            assert!(
                code.contains(longest),
                "{file}: nobody says “{}”",
                message.msgid()
            );
        }
    }
}

/// The parts of the program whose sentences people never see on pages: they are in the log, on a terminal, for programs, or in
/// the check-up, which speaks English everywhere.
const OFF_PAGES: &[&str] = &[
    "src/archives",
    "src/arrivals",
    "src/backups",
    "src/cli",
    "src/config",
    "src/demo",
    "src/door",
    "src/http/json.rs",
    "src/imports",
    "src/live",
    "src/log",
    "src/main",
    "src/metrics",
    "src/model/checkups",
    "src/model/hooks.rs",
    "src/model/imports",
    "src/model/moves",
    "src/model/seen.rs",
    "src/pictures/sandbox",
    "src/server",
    "src/store/checkups",
    "src/store/events.rs",
    "src/store/moves",
    "src/store/open",
    "src/views",
    "src/web/api",
    "src/web/events.rs",
    "src/web/health.rs",
    "src/web/lists.rs",
    "src/web/syndication.rs",
    "src/words",
];

/// Returns the literals of Rust code that are a whole sentence.
fn sentences(code: &str) -> Vec<String> {
    let starts = code.match_indices('"').map(|(at, _)| at);
    let texts = starts.flat_map(|at| literals(&code[at..], '"', 1));
    texts
        .filter(|text| {
            let begins = text.starts_with(|c: char| c.is_uppercase() || c == '“');
            begins && text.ends_with('.') && text.contains(' ') && !text.contains('\n')
        })
        .collect()
}

#[test]
fn every_message_that_a_page_may_show_is_translated() {
    let (mut found, mut missing) = (0, BTreeSet::new());
    let catalogues = catalogues();
    for source in product() {
        if OFF_PAGES
            .iter()
            .any(|place| source.path.to_string_lossy().starts_with(place))
        {
            continue;
        }
        for sentence in sentences(&joined(&source.code())) {
            found += 1;
            let sentence = without_places(&sentence);
            for (file, catalogue) in &catalogues {
                let mut messages = catalogue.messages();
                if !messages.any(|message| without_places(message.msgid()) == sentence) {
                    missing.insert(format!(
                        "{file}: {} says “{sentence}”",
                        source.path.display()
                    ));
                }
            }
        }
    }
    assert!(found > 100, "{found} messages are found");
    assert!(missing.is_empty(), "{missing:#?}");
}
