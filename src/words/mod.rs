//! The texts that people read, in their language.
//!
//! The source has the English texts. [`say`] and its kin look a text up in the translations of the language that the
//! thread speaks at the moment: one request, or one event that is drawn, is one language from beginning to end. Log lines,
//! commands and the API speak English.
//!
//! The translations are `src/words/NAME.po`, in the format of GNU gettext, which the editors of translators open. The build
//! turns each into a sorted table.

use std::{borrow::Cow, cell::Cell, collections::BTreeMap, sync::OnceLock};

use serde_json::json;

use crate::model::Language;

/// A text of the source, with its translations: one, or one for each form of the plural.
type CatalogueRow = (&'static str, &'static [&'static str]);

/// The translations of one language, each table sorted by the text of the source.
struct Catalogue {
    /// Texts that are translated where they stand in the source.
    texts: &'static [CatalogueRow],
    /// Messages of other rooms, which are made in English and translated where they are shown. In the file they have the
    /// context `message`.
    messages: &'static [CatalogueRow],
}

static GERMAN: Catalogue = include!(concat!(env!("OUT_DIR"), "/words/de.rs"));

/// The texts of the scripts, sorted.
static SCRIPTS: &[&str] = include!(concat!(env!("OUT_DIR"), "/words/scripts.rs"));

/// The places of a message that hold a message themselves. Others hold numbers, and what people typed.
const MESSAGE_PLACES: [&str; 4] = ["advice", "kind", "what", "why"];

/// The most messages inside of one another.
const NESTED_MAX: usize = 2;

thread_local! {
    static SPOKEN: Cell<Language> = const { Cell::new(Language::English) };
}

/// The time in which this thread speaks a language. It ends when this value is dropped.
#[must_use = "the language ends with this value"]
pub struct Speaking(Language);

/// Has this thread speak a language from now on.
pub fn speak(language: Language) -> Speaking {
    Speaking(SPOKEN.replace(language))
}

impl Drop for Speaking {
    fn drop(&mut self) {
        SPOKEN.set(self.0);
    }
}

/// Returns the language that this thread speaks.
pub fn spoken() -> Language {
    SPOKEN.get()
}

/// Translates a text of the source.
pub fn say(text: &'static str) -> &'static str {
    find(text).map_or(text, |forms| forms[0])
}

/// Marks a text that is translated where it is shown, as in a table of constants.
pub const fn later(text: &'static str) -> &'static str {
    text
}

/// Translates a text that depends on a number, which takes the place of `{n}`.
pub fn count(n: u64, one: &'static str, many: &'static str) -> String {
    let text = match (find(one), spoken()) {
        (Some(forms), Language::German) => forms[usize::from(n != 1).min(forms.len() - 1)],
        _ if n == 1 => one,
        _ => many,
    };
    text.replace("{n}", &n.to_string())
}

/// Translates a text with places, such as `{name}`, and fills them.
pub fn fill(template: &'static str, values: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for piece in pieces(say(template)) {
        match piece {
            TemplatePart::Text(piece) => text.push_str(piece),
            TemplatePart::Place(name) => text.push_str(value_of(name, values)),
        }
    }
    text
}

/// Translates a message that another room has made, in English, such as what is wrong with a form. What stands in the places of
/// its template stays as it is, except in those that hold a message themselves.
pub fn message(text: &str) -> Cow<'_, str> {
    message_within(text, NESTED_MAX)
}

fn message_within(text: &str, nested_max: usize) -> Cow<'_, str> {
    let Some(catalogue) = catalogue() else {
        return Cow::Borrowed(text);
    };
    let found = row(catalogue.messages, text).or_else(|| row(catalogue.texts, text));
    if let Some(forms) = found {
        return Cow::Borrowed(forms[0]);
    }
    let messages = catalogue.messages.iter();
    for (template, forms) in messages.filter(|(source, _)| source.contains('{')) {
        if let Some(values) = matched(text, template) {
            return Cow::Owned(put_in(forms[0], &values, nested_max));
        }
    }
    Cow::Borrowed(text)
}

/// A part of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TemplatePart<'t> {
    /// A part that stays as it is.
    Text(&'t str),
    /// The name of a place.
    Place(&'t str),
}

/// Splits a template into its parts.
pub(crate) fn pieces(template: &str) -> impl Iterator<Item = TemplatePart<'_>> {
    let mut rest = template;
    std::iter::from_fn(move || {
        if let Some(after) = rest.strip_prefix('{')
            && let Some((name, left)) = after.split_once('}')
        {
            rest = left;
            return Some(TemplatePart::Place(name));
        }
        let end = rest.char_indices().skip(1).find(|(_, c)| *c == '{');
        let (text, left) = rest.split_at(end.map_or(rest.len(), |(at, _)| at));
        rest = left;
        (!text.is_empty()).then_some(TemplatePart::Text(text))
    })
}

fn value_of<'v>(name: &str, values: &[(&str, &'v str)]) -> &'v str {
    let found = values.iter().find(|(place, _)| *place == name);
    found.map_or("", |(_, value)| value)
}

/// Returns the places of a template with what stands in them, if the text was made from it.
fn matched<'m>(text: &'m str, template: &'static str) -> Option<Vec<(&'static str, &'m str)>> {
    let parts: Vec<TemplatePart<'static>> = pieces(template).collect();
    let (mut rest, mut values) = (text, Vec::new());
    let mut open = None;
    for (n, part) in parts.iter().enumerate() {
        let fixed = match part {
            // Two places side by side cannot be told apart.
            TemplatePart::Place(_) if open.is_some() => return None,
            TemplatePart::Place(name) => {
                open = Some(*name);
                continue;
            }
            TemplatePart::Text(fixed) => *fixed,
        };
        let Some(name) = open.take() else {
            rest = rest.strip_prefix(fixed)?;
            continue;
        };
        // What somebody typed may contain the end of the sentence, such as a full stop.
        let is_last = n + 1 == parts.len();
        let at = if is_last {
            rest.strip_suffix(fixed)?.len()
        } else {
            rest.find(fixed)?
        };
        values.push((name, &rest[..at]));
        rest = &rest[at + fixed.len()..];
    }
    if let Some(name) = open {
        values.push((name, rest));
        rest = "";
    }
    rest.is_empty().then_some(values)
}

/// Puts values into the places of a translation. Places without a name have the order of the text.
fn put_in(template: &str, values: &[(&str, &str)], nested_max: usize) -> String {
    let mut unnamed = values.iter().filter(|(name, _)| name.is_empty());
    let mut text = String::new();
    for piece in pieces(template) {
        match piece {
            TemplatePart::Text(piece) => text.push_str(piece),
            TemplatePart::Place("") => text.push_str(unnamed.next().map_or("", |(_, value)| value)),
            TemplatePart::Place(name) if MESSAGE_PLACES.contains(&name) && nested_max > 0 => {
                let value = value_of(name, values);
                text.push_str(&message_within(value, nested_max - 1));
            }
            TemplatePart::Place(name) => text.push_str(value_of(name, values)),
        }
    }
    text
}

fn find(text: &str) -> Option<&'static [&'static str]> {
    row(catalogue()?.texts, text)
}

fn row(table: &'static [CatalogueRow], text: &str) -> Option<&'static [&'static str]> {
    let at = table.binary_search_by_key(&text, |(source, _)| source);
    at.ok().map(|at| table[at].1)
}

/// Returns the translations of the language that this thread speaks; none for the language of the source.
fn catalogue() -> Option<&'static Catalogue> {
    match spoken() {
        Language::English => None,
        Language::German => Some(&GERMAN),
    }
}

/// Returns the texts of the scripts with their translations, as JSON that may stand in a page; none for the language of the
/// source.
pub fn of_scripts() -> Option<&'static str> {
    static IN_GERMAN: OnceLock<String> = OnceLock::new();
    let known = match spoken() {
        Language::English => return None,
        Language::German => &IN_GERMAN,
    };
    Some(known.get_or_init(|| {
        let words: BTreeMap<&str, &str> = SCRIPTS.iter().map(|text| (*text, say(text))).collect();
        // Nothing in it ends the element of the page around it.
        json!(words).to_string().replace('<', "\\u003c")
    }))
}

#[cfg(test)]
mod tests;
