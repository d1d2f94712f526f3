//! Whether a text is what somebody looks for, without the index.

use super::{Clause, Condition, SearchPhrase, SearchQuery, Term, TextWord, words};
use crate::model::{Body, CalendarDay, Piece, Timestamp};

/// A text with everything that a query can ask of it.
pub(crate) struct SearchedText<'t> {
    text: &'t str,
    words: Vec<TextWord>,
    written_at: Timestamp,
}

impl SearchedText<'_> {
    pub(crate) fn of(text: &str, written_at: Timestamp) -> SearchedText<'_> {
        SearchedText {
            text,
            words: words(text),
            written_at,
        }
    }
}

/// Returns whether a text has a link.
pub(crate) fn has_link(text: &str) -> bool {
    let is_link = |piece: &Piece| matches!(piece, Piece::Link(_));
    Body::parse(text).0.iter().any(is_link)
}

impl SearchQuery {
    /// Checks whether a text matches. `start_of` returns when a day begins, and `holds_for_post` whether a condition on
    /// the post of the text holds, negated if it is: it gets the numbers of the clause and of the condition in it.
    pub(crate) fn is_matched_by(
        &self,
        text: &SearchedText<'_>,
        start_of: &dyn Fn(CalendarDay) -> Timestamp,
        holds_for_post: impl Fn(usize, usize) -> bool,
    ) -> bool {
        self.clauses.iter().enumerate().all(|(n, clause)| {
            let mut conditions = clause.0.iter().enumerate();
            conditions.any(
                |(m, Condition { is_not, term })| match term.holds_in(text, start_of) {
                    Some(holds) => holds != *is_not,
                    None => holds_for_post(n, m),
                },
            )
        })
    }
}

impl SearchQuery {
    /// Returns whether only a new or changed text can make it find more: not a like, a mark or a list of participants.
    pub(crate) fn depends_on_texts_alone(&self) -> bool {
        let mut conditions = self.clauses.iter().flat_map(|clause| &clause.0);
        conditions.all(|condition| {
            !matches!(
                condition.term,
                Term::ToMe | Term::Commented(_) | Term::Liked(_) | Term::IsSaved | Term::IsUnread
            )
        })
    }
}

impl Term {
    /// Checks whether it holds in a text; `None` if it is about the post.
    fn holds_in(
        &self,
        text: &SearchedText<'_>,
        start_of: &dyn Fn(CalendarDay) -> Timestamp,
    ) -> Option<bool> {
        Some(match self {
            Term::Words(phrase) => {
                (0..text.words.len()).any(|from| phrase.begins(&text.words[from..]))
            }
            Term::HasLink => has_link(text.text),
            Term::Before(day) => text.written_at < start_of(*day),
            Term::After(day) => text.written_at >= start_of(*day),
            Term::From(_)
            | Term::In(_)
            | Term::ToMe
            | Term::Commented(_)
            | Term::Liked(_)
            | Term::Tagged(_)
            | Term::HasPicture
            | Term::IsSaved
            | Term::IsUnread => return None,
        })
    }

    /// Returns whether it is about the post of a text, and so the same for all texts of a thread.
    pub(crate) fn is_about_post(&self) -> bool {
        !matches!(
            self,
            Term::Words(_) | Term::HasLink | Term::Before(_) | Term::After(_)
        )
    }
}

impl Clause {
    /// Returns whether all its conditions are about the post.
    pub(crate) fn is_about_post(&self) -> bool {
        self.0
            .iter()
            .all(|condition| condition.term.is_about_post())
    }
}

impl SearchPhrase {
    /// Checks whether words of a text begin with the phrase.
    pub(super) fn begins(&self, text: &[TextWord]) -> bool {
        let is_same = |(n, wanted): (usize, &String)| {
            let is_last = n + 1 == self.words.len();
            let key = &text[n].key;
            key == wanted || is_last && self.is_beginning && key.starts_with(wanted.as_str())
        };
        text.len() >= self.words.len() && self.words.iter().enumerate().all(is_same)
    }
}
