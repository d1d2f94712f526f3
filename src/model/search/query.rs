//! The language of searches. Whatever somebody types is a search: what is not understood is left out and said.

use super::words::words;
use crate::model::{CalendarDay, GroupName, Tag, UserName, composed};

/// What somebody looks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchQuery {
    /// The text as it was typed, without what is too long.
    typed: String,
    /// The conditions, all of which hold for a text that is found.
    pub(crate) clauses: Vec<Clause>,
    /// Sentences about what was not understood.
    pub remarks: Vec<String>,
}

/// Alternatives, of which one holds at least.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Clause(pub(crate) Vec<Condition>);

/// One condition, or its opposite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Condition {
    pub(crate) is_not: bool,
    pub(crate) term: Term,
}

/// What a text or its post can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Term {
    /// The text has these words, one after the other.
    Words(SearchPhrase),
    /// The text has a link.
    HasLink,
    /// The post is from a person.
    From(Somebody),
    /// The post is in a group.
    In(GroupName),
    /// The post is a direct message.
    ToMe,
    /// A person commented on the post.
    Commented(Somebody),
    /// A person liked the post.
    Liked(Somebody),
    /// The post or a comment on it has a tag.
    Tagged(Tag),
    HasPicture,
    /// The text was written before this day.
    Before(CalendarDay),
    /// The text was written on this day or later.
    After(CalendarDay),
    IsSaved,
    IsUnread,
}

/// A phrase of one or more words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchPhrase {
    pub(crate) words: Vec<String>,
    /// True if the last word is only the beginning of one.
    pub(crate) is_beginning: bool,
}

/// A person in a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Somebody {
    Me,
    Named(UserName),
}

impl SearchQuery {
    /// The most characters of a query.
    pub const CHARS_MAX: usize = 300;
    /// The most terms of a query.
    pub const TERMS_MAX: usize = 32;
    /// The fewest letters of a beginning: all words that begin with fewer would take too long to look up.
    const BEGINNING_CHARS_MIN: usize = 4;

    /// Parses what somebody typed.
    pub fn parse(text: &str) -> SearchQuery {
        let text = composed(text);
        let typed: String = text.chars().take(SearchQuery::CHARS_MAX).collect();
        let mut query = SearchQuery {
            clauses: Vec::new(),
            remarks: Vec::new(),
            typed: typed.trim().to_owned(),
        };
        if typed.len() < text.len() {
            query.remark(format!(
                "Only the first {} characters were used.",
                SearchQuery::CHARS_MAX
            ));
        }
        query.read(&items(&typed));
        query
    }

    /// Returns the text that was parsed.
    pub fn as_typed(&self) -> &str {
        &self.typed
    }

    /// Returns whether there is nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.clauses.is_empty()
    }

    /// Returns the phrases that are looked for, to mark them where they were found.
    pub fn phrases(&self) -> impl Iterator<Item = &SearchPhrase> {
        let conditions = self.clauses.iter().flat_map(|clause| &clause.0);
        conditions.filter_map(|condition| match &condition.term {
            Term::Words(phrase) if !condition.is_not => Some(phrase),
            _ => None,
        })
    }

    fn read(&mut self, items: &[Item<'_>]) {
        let (mut is_alternative, mut is_not, mut terms) = (false, false, 0);
        for (n, item) in items.iter().enumerate() {
            let is_between = n + 1 < items.len();
            match item.text {
                "OR" | "|" if !item.is_quoted && is_between && !self.clauses.is_empty() => {
                    is_alternative = true;
                    continue;
                }
                "AND" | "&" if !item.is_quoted && is_between => continue,
                "NOT" if !item.is_quoted && is_between => {
                    is_not = true;
                    continue;
                }
                _ => {}
            }
            let is_alternative = std::mem::take(&mut is_alternative);
            let is_not = std::mem::take(&mut is_not) || item.is_not;
            let Some(term) = self.term(item) else {
                continue;
            };
            if terms == SearchQuery::TERMS_MAX {
                self.remark(format!(
                    "Only the first {} words were used.",
                    SearchQuery::TERMS_MAX
                ));
                return;
            }
            terms += 1;
            let condition = Condition { is_not, term };
            match self.clauses.last_mut() {
                Some(clause) if is_alternative => clause.0.push(condition),
                _ => self.clauses.push(Clause(vec![condition])),
            }
        }
    }

    /// Reads one item. Returns nothing, with a remark, if it is not understood.
    fn term(&mut self, item: &Item<'_>) -> Option<Term> {
        if !item.is_quoted {
            if let Some((key, value)) = item.text.split_once([':', '：'])
                && let Some(term) = operator(&key.to_lowercase(), value)
            {
                return match term {
                    Ok(term) => Some(term),
                    Err(why) => {
                        self.remark(format!("“{}” was not understood: {why}.", item.text));
                        None
                    }
                };
            }
            if let Some(tag) = item.text.strip_prefix(['#', '＃'])
                && let Ok(tag) = tag.parse()
            {
                return Some(Term::Tagged(tag));
            }
        }
        let Some(phrase) = self.phrase(item) else {
            self.remark(format!("“{}” has no letter or digit.", item.text));
            return None;
        };
        Some(Term::Words(phrase))
    }

    fn phrase(&mut self, item: &Item<'_>) -> Option<SearchPhrase> {
        let words: Vec<String> = words(item.text).into_iter().map(|word| word.key).collect();
        let last = words.last()?;
        let wants_beginning = item.text.ends_with('*') || item.is_beginning;
        let is_long = last.chars().count() >= SearchQuery::BEGINNING_CHARS_MIN;
        if wants_beginning && !is_long {
            self.remark(format!(
                "A beginning has at least {} letters, so “{}” was taken as it stands.",
                SearchQuery::BEGINNING_CHARS_MIN,
                item.text
            ));
        }
        Some(SearchPhrase {
            words,
            is_beginning: wants_beginning && is_long,
        })
    }

    fn remark(&mut self, text: String) {
        if !self.remarks.contains(&text) {
            self.remarks.push(text);
        }
    }
}

/// Returns the path of the page of a search, percent-encoded.
pub(crate) fn search_path(typed: &str) -> String {
    let query: String = form_urlencoded::byte_serialize(typed.as_bytes()).collect();
    format!("/search?q={query}")
}

/// Reads an operator. Returns nothing if there is no such operator; what stands there is then text.
fn operator(key: &str, value: &str) -> Option<Result<Term, String>> {
    let somebody = |make: fn(Somebody) -> Term| {
        let name = value.strip_prefix(['@', '＠']).unwrap_or(value);
        if name.eq_ignore_ascii_case("me") {
            return Ok(make(Somebody::Me));
        }
        let name = name.parse().map(Somebody::Named).map(make);
        name.map_err(|()| "a username is expected".to_owned())
    };
    let date = |make: fn(CalendarDay) -> Term| {
        let date = CalendarDay::parse(value).map(make);
        date.ok_or_else(|| "a date looks like 2026-05-01".to_owned())
    };
    let one_of = |all: &[(&str, Term)]| {
        let found = all
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(value));
        found.map(|(_, term)| term.clone()).ok_or_else(|| {
            let names: Vec<String> = all
                .iter()
                .map(|(name, _)| format!("{key}:{name}"))
                .collect();
            format!("it can be {}", names.join(" or "))
        })
    };
    Some(match key {
        "from" => somebody(Term::From),
        "commented" => somebody(Term::Commented),
        "liked" => somebody(Term::Liked),
        "in" => value
            .parse()
            .map(Term::In)
            .map_err(|()| "the name of a group is expected".to_owned()),
        "tag" => value
            .trim_start_matches(['#', '＃'])
            .parse()
            .map(Term::Tagged)
            .map_err(|()| "a tag is expected".to_owned()),
        "to" => one_of(&[("me", Term::ToMe)]),
        "has" => one_of(&[("picture", Term::HasPicture), ("link", Term::HasLink)]),
        "is" => one_of(&[("saved", Term::IsSaved), ("unread", Term::IsUnread)]),
        "before" => date(Term::Before),
        "after" => date(Term::After),
        _ => return None,
    })
}

/// A word or a quoted phrase of the typed text.
struct Item<'t> {
    text: &'t str,
    is_not: bool,
    is_quoted: bool,
    /// True for a quoted phrase with a `*` behind it.
    is_beginning: bool,
}

const QUOTES: [char; 6] = ['"', '“', '”', '„', '«', '»'];

fn items(typed: &str) -> Vec<Item<'_>> {
    let mut found = Vec::new();
    let mut rest = typed.trim_start();
    while !rest.is_empty() {
        let after_sign = rest.strip_prefix(['-', '−']);
        let after_sign = after_sign.filter(|after| !after.starts_with(char::is_whitespace));
        let is_not = after_sign.is_some_and(|after| !after.is_empty());
        if is_not {
            rest = after_sign.unwrap_or(rest);
        }
        let item = if let Some(inside) = rest.strip_prefix(QUOTES) {
            let (text, behind) = inside.split_once(QUOTES).unwrap_or((inside, ""));
            let behind_star = behind.strip_prefix('*');
            rest = behind_star.unwrap_or(behind);
            Item {
                text,
                is_not,
                is_quoted: true,
                is_beginning: behind_star.is_some(),
            }
        } else {
            let is_end = |c: char| c.is_whitespace() || QUOTES.contains(&c);
            let (text, behind) = rest.split_at(rest.find(is_end).unwrap_or(rest.len()));
            rest = behind;
            Item {
                text,
                is_not,
                is_quoted: false,
                is_beginning: false,
            }
        };
        // Empty quotes say nothing.
        if !item.text.trim().is_empty() {
            found.push(item);
        }
        rest = rest.trim_start();
    }
    found
}

#[cfg(test)]
mod tests;
