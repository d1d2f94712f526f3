//! A query as SQL. What somebody typed is never part of a statement: words go to FTS5 in an expression of quoted words that
//! is written here, and everything else is a parameter.
//!
//! The statements speak of `text`, with the id of a text, of `comments`, which is null for the text of a post, and of
//! `posts`. `?1` is the viewer.

use rusqlite::{Connection, types::Value};

use super::index::{LINK, author_word};
use crate::{
    error::Result,
    model::{
        CalendarDay, Clause, CommentId, Condition, PostId, SearchPhrase, SearchQuery, Somebody,
        Term, Timestamp, UserId,
    },
    store::visibility::{feed_readable, hidden_people, like_visible, tag_visible},
};

/// What a search knows beside its query.
pub struct Searcher<'s> {
    pub viewer: UserId,
    /// The time at which a day begins on this site.
    pub start_of: &'s dyn Fn(CalendarDay) -> Timestamp,
    /// The viewer's marks that are not written yet.
    pub pending: &'s [(PostId, CommentId)],
}

/// A query in the language of SQLite.
pub(super) struct SearchPlan {
    /// The words that every text has, as an expression of FTS5; `None` if there are none.
    pub(super) words: Option<String>,
    /// The other conditions on a text and its post, joined by `and`.
    pub(super) conditions: String,
    /// The values of the parameters of `conditions`, from [`SearchPlan::FIRST_VALUE`] on.
    pub(super) values: Vec<Value>,
    /// True if comments are looked through too. If no condition is about a text, the posts are enough.
    pub(super) has_comments: bool,
}

impl SearchPlan {
    /// The number of the first parameter of the conditions.
    pub(super) const FIRST_VALUE: usize = 6;

    /// Translates a query.
    pub(super) fn of(
        conn: &Connection,
        query: &SearchQuery,
        searcher: &Searcher<'_>,
    ) -> Result<SearchPlan> {
        let mut writer = ConditionWriter {
            searcher,
            conn,
            values: Vec::new(),
        };
        let (mut wanted, mut unwanted, mut conditions) = (Vec::new(), Vec::new(), Vec::new());
        for clause in &query.clauses {
            let words = writer.words_of_clause(clause)?;
            match (words, clause.0.as_slice()) {
                (Some(words), [Condition { is_not: true, .. }]) => unwanted.push((words, clause)),
                (Some(words), _) => wanted.push(words),
                (None, _) => conditions.push(writer.clause(clause)?),
            }
        }
        // FTS5 looks for what is not there only beside what is.
        let words = if wanted.is_empty() {
            for (_, clause) in unwanted {
                conditions.push(writer.clause(clause)?);
            }
            None
        } else {
            let mut words = wanted.join(" AND ");
            for (unwanted, _) in unwanted {
                words = format!("({words}) NOT {unwanted}");
            }
            Some(words)
        };
        let mut terms = query.clauses.iter().flat_map(|clause| &clause.0);
        let is_about_text =
            |condition: &Condition| matches!(condition.term, Term::Words(_) | Term::HasLink);
        Ok(SearchPlan {
            words,
            conditions: if conditions.is_empty() {
                "1".into()
            } else {
                conditions.join(" and ")
            },
            values: writer.values,
            has_comments: terms.any(is_about_text),
        })
    }
}

/// Writes conditions, and collects the values of their parameters.
struct ConditionWriter<'w> {
    conn: &'w Connection,
    searcher: &'w Searcher<'w>,
    values: Vec<Value>,
}

impl ConditionWriter<'_> {
    /// Returns the expression of FTS5 for a clause; `None` if it has alternatives that the index does not know. A single
    /// condition is returned as if it were not negated.
    fn words_of_clause(&self, clause: &Clause) -> Result<Option<String>> {
        let is_single = clause.0.len() == 1;
        let mut found = Vec::new();
        for Condition { is_not, term } in &clause.0 {
            match self.words_of_term(term)? {
                Some(words) if is_single || !is_not => found.push(words),
                _ => return Ok(None),
            }
        }
        Ok(Some(match found.as_slice() {
            [one] => one.clone(),
            several => format!("({})", several.join(" OR ")),
        }))
    }

    fn words_of_term(&self, term: &Term) -> Result<Option<String>> {
        Ok(match term {
            Term::Words(phrase) => Some(expression(phrase)),
            Term::HasLink => Some(quoted(LINK)),
            Term::From(somebody) => {
                let people = self.people(somebody)?;
                let words = people.iter().map(|person| quoted(&author_word(*person)));
                let words: Vec<String> = words.collect();
                match words.as_slice() {
                    [] => None,
                    [one] => Some(one.clone()),
                    several => Some(format!("({})", several.join(" OR "))),
                }
            }
            _ => None,
        })
    }

    fn clause(&mut self, clause: &Clause) -> Result<String> {
        let mut conditions = Vec::new();
        for Condition { is_not, term } in &clause.0 {
            let condition = self.term(term)?;
            let not = if *is_not { "not " } else { "" };
            conditions.push(format!("{not}({condition})"));
        }
        Ok(format!("({})", conditions.join(" or ")))
    }

    /// Returns a condition that is true or false, and never null.
    fn term(&mut self, term: &Term) -> Result<String> {
        if let Some(words) = self.words_of_term(term)? {
            let words = self.value(words);
            return Ok(format!(
                "exists (select 1 from search where search match {words} and rowid = text.id)"
            ));
        }
        Ok(match term {
            // There is no such person.
            Term::Words(_) | Term::HasLink | Term::From(_) => "0".into(),
            Term::In(group) => {
                let name = self.value(group.as_str().to_owned());
                let readable = feed_readable!("feeds");
                format!(
                    "exists (
                         select 1 from post_feeds indexed by post_feeds_shared
                         cross join groups on groups.feed_id = post_feeds.feed_id and groups.name = {name}
                         cross join feeds on feeds.id = groups.feed_id
                         where post_feeds.post_id = posts.id and post_feeds.is_personal = 0 and {readable})"
                )
            }
            Term::ToMe => "posts.is_direct = 1".into(),
            Term::Commented(somebody) => {
                self.acted(somebody, "acts.comment_event is not null", hidden_actor())?
            }
            Term::Liked(somebody) => self.acted(
                somebody,
                "acts.like_event is not null",
                like_visible!("acts"),
            )?,
            Term::Tagged(tag) => {
                let (key, seen) = (self.value(tag.key().to_owned()), tag_visible!());
                format!(
                    "exists (
                         select 1 from tags indexed by tags_by_text
                         where tags.post_id = posts.id and tags.tag = {key} and {seen})"
                )
            }
            Term::HasPicture => "posts.images > 0".into(),
            Term::Before(day) => {
                let start = (self.searcher.start_of)(*day).0;
                format!("{WRITTEN_AT} < {}", self.value(start))
            }
            Term::After(day) => {
                let start = (self.searcher.start_of)(*day).0;
                format!("{WRITTEN_AT} >= {}", self.value(start))
            }
            Term::IsSaved => {
                "exists (select 1 from saves where user_id = ?1 and post_id = posts.id)".into()
            }
            Term::IsUnread => self.unread(),
        })
    }

    /// Returns the condition that one of the people did something about the post.
    fn acted(&mut self, somebody: &Somebody, did: &str, seen: &str) -> Result<String> {
        let people = self.people(somebody)?;
        let people: Vec<i64> = people.iter().map(|person| person.0).collect();
        let people = self.value(serde_json::json!(people).to_string());
        Ok(format!(
            "exists (
                 select 1 from json_each({people}) as people
                 cross join users as actors on actors.id = people.value
                 cross join acts on acts.post_id = posts.id and acts.feed_id = actors.feed_id
                 where {did} and {seen})"
        ))
    }

    /// Returns the condition that there are comments after the viewer's mark.
    fn unread(&mut self) -> String {
        let pending = self.searcher.pending.iter();
        let pending: Vec<_> = pending.map(|(post, comment)| (post.0, comment)).collect();
        let pending = self.value(serde_json::json!(pending).to_string());
        let hidden = hidden_people!();
        format!(
            "exists (
                 select 1 from (
                     select max(comment_id) as comment_id from (
                         select comment_id from seen where post_id = posts.id and user_id = ?1
                         union all
                         select value ->> 1 from json_each({pending}) where value ->> 0 = posts.id)) as mark
                 cross join comments as news indexed by comments_by_post
                     on news.post_id = posts.id and news.id > mark.comment_id
                 where news.deleted_at is null and news.author_id is not ?1 and news.author_id not in {hidden}
                     and not exists (select 1 from mutes where user_id = ?1 and post_id = posts.id))"
        )
    }

    /// Returns the ids of the people whom a part of the query means: of a name, whoever has or had it.
    fn people(&self, somebody: &Somebody) -> Result<Vec<UserId>> {
        let name = match somebody {
            Somebody::Me => return Ok(vec![self.searcher.viewer]),
            Somebody::Named(name) => name.as_str(),
        };
        let mut query = self.conn.prepare_cached(
            "select id from users where username = ?1
             union select user_id from former_usernames where username = ?1",
        )?;
        let people = query.query_map([name], |row| row.get(0))?;
        Ok(people.collect::<rusqlite::Result<_>>()?)
    }

    /// Adds a value, and returns the parameter that stands for it.
    fn value(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("?{}", SearchPlan::FIRST_VALUE + self.values.len() - 1)
    }
}

/// The time at which a text was written.
const WRITTEN_AT: &str = "coalesce(comments.created_at, posts.created_at)";

/// The condition that the viewer sees the person of a row of `acts`.
fn hidden_actor() -> &'static str {
    concat!("acts.actor_id not in ", hidden_people!())
}

/// Returns the expression of FTS5 for a phrase. Its words are letters and digits.
fn expression(phrase: &SearchPhrase) -> String {
    let star = if phrase.is_beginning { " *" } else { "" };
    format!("{}{star}", quoted(&phrase.words.join(" ")))
}

fn quoted(words: &str) -> String {
    format!("\"{words}\"")
}
