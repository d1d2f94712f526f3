//! The translations, held to the texts of the source.

use std::{collections::BTreeSet, fs, path::Path};

use polib::catalog::Catalog;

use super::{Source, product};

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
                assert!(
                    is_words_for_one || places(&form) == places(id),
                    "{file}: “{id}” has other places than “{form}”"
                );
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

#[test]
fn every_message_that_is_translated_is_said_somewhere() {
    let code: String = product().iter().map(Source::code).collect();
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
