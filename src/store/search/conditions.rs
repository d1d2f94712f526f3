//! A query as SQL. What somebody typed is never part of a statement: words go to FTS5 in an expression of quoted words that
//! is written here, and everything else is a parameter.
//!
//! The conditions speak of `text`, with the id of a text, of `comments`, which is null for the text of a post, and of
//! `posts`. `?1` is the viewer.

use rusqlite::{Connection, types::Value};

use super::index::{LINK, author_word};
use crate::{
    error::Result,
    model::{
        CalendarDay, Clause, CommentId, Condition, PostId, SearchPhrase, SearchQuery, Somebody,
        Term, Timestamp, UserId,
    },
    store::visibility::{feed_readable, feed_visible, hidden_people, like_visible, tag_visible},
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
    /// The other conditions on the post of a text, joined by `and`.
    pub(super) conditions: String,
    /// True if the query asks for somebody who does not exist.
    pub(super) is_impossible: bool,
    /// False if a text that fulfils all this may still not match, and has to be looked at.
    pub(super) is_decided: bool,
    /// The conditions on the post of a text, each with the numbers of its clause and of itself in the clause.
    pub(super) on_posts: Vec<(usize, usize, String)>,
    /// The values of the parameters of the conditions, from [`SearchPlan::FIRST_VALUE`] on.
    pub(super) values: Vec<Value>,
    /// True if comments are looked through too. If all conditions are about posts, the posts are enough.
    pub(super) has_comments: bool,
}

impl SearchPlan {
    /// The number of the first parameter of the conditions.
    pub(super) const FIRST_VALUE: usize = 3;

    /// Translates a query.
    pub(super) fn of(
        conn: &Connection,
        query: &SearchQuery,
        searcher: &Searcher<'_>,
    ) -> Result<SearchPlan> {
        let mut writer = ConditionWriter {
            conn,
            searcher,
            values: Vec::new(),
        };
        let (mut wanted, mut unwanted, mut conditions) = (Vec::new(), Vec::new(), Vec::new());
        let (mut is_decided, mut is_impossible) = (true, false);
        for clause in &query.clauses {
            is_impossible |= writer.asks_for_nobody(clause)?;
            match (writer.words_of_clause(clause)?, clause.0.as_slice()) {
                (Some(words), [Condition { is_not: true, .. }]) => unwanted.push((words, clause)),
                (Some(words), _) => wanted.push(words),
                (None, _) if clause.is_about_post() => conditions.push(writer.clause(clause)?),
                (None, _) => is_decided = false,
            }
        }
        // FTS5 looks for what is not there only beside what is.
        let words = if wanted.is_empty() {
            for (_, clause) in unwanted {
                if clause.is_about_post() {
                    conditions.push(writer.clause(clause)?);
                } else {
                    is_decided = false;
                }
            }
            None
        } else {
            let wanted = wanted.join(" AND ");
            let without = |words, (unwanted, _)| format!("({words}) NOT {unwanted}");
            Some(unwanted.into_iter().fold(wanted, without))
        };
        let mut on_posts = Vec::new();
        for (n, clause) in query.clauses.iter().enumerate() {
            for (m, condition) in clause.0.iter().enumerate() {
                if condition.term.is_about_post() {
                    on_posts.push((n, m, writer.condition(condition)?));
                }
            }
        }
        conditions.push("1".into());
        Ok(SearchPlan {
            words,
            conditions: conditions.join(" and "),
            is_impossible,
            is_decided,
            on_posts,
            values: writer.values,
            has_comments: !query.clauses.iter().all(Clause::is_about_post),
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
        Ok(Some(either(&found)))
    }

    /// Checks whether a clause asks for nothing but a person, and nobody has or had the name.
    fn asks_for_nobody(&self, clause: &Clause) -> Result<bool> {
        let [
            Condition {
                is_not: false,
                term,
            },
        ] = clause.0.as_slice()
        else {
            return Ok(false);
        };
        match term {
            Term::From(somebody) | Term::Commented(somebody) | Term::Liked(somebody) => {
                Ok(self.people(somebody)?.is_empty())
            }
            _ => Ok(false),
        }
    }

    fn words_of_term(&self, term: &Term) -> Result<Option<String>> {
        Ok(match term {
            Term::Words(phrase) => Some(expression(phrase)),
            Term::HasLink => Some(quoted(LINK)),
            Term::From(somebody) => {
                let people = self.people(somebody)?;
                let words = people.iter().map(|person| quoted(&author_word(*person)));
                let words: Vec<String> = words.collect();
                (!words.is_empty()).then(|| either(&words))
            }
            _ => None,
        })
    }

    fn clause(&mut self, clause: &Clause) -> Result<String> {
        let conditions = clause.0.iter().map(|condition| self.condition(condition));
        let conditions = conditions.collect::<Result<Vec<String>>>()?;
        Ok(format!("({})", conditions.join(" or ")))
    }

    /// Returns a condition that is true or false, and never null.
    fn condition(&mut self, condition: &Condition) -> Result<String> {
        let not = if condition.is_not { "not " } else { "" };
        Ok(format!("{not}({})", self.term(&condition.term)?))
    }

    fn term(&mut self, term: &Term) -> Result<String> {
        Ok(match term {
            // These are about the text.
            Term::Words(_) | Term::HasLink | Term::Before(_) | Term::After(_) => "1".into(),
            Term::From(somebody) => {
                let people = self.people_in_json(somebody)?;
                format!("posts.author_id in (select value from json_each({people}))")
            }
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
                // As on the page of what a person did.
                let seen = concat!(
                    "acts.actor_id not in ",
                    hidden_people!(),
                    " and ",
                    feed_visible!("acts.feed_id")
                );
                self.acted(somebody, "acts.comment_event is not null", seen)?
            }
            Term::Liked(somebody) => {
                let seen = like_visible!("acts");
                self.acted(somebody, "acts.like_event is not null", seen)?
            }
            Term::Tagged(tag) => {
                let (key, seen) = (self.value(tag.key().to_owned()), tag_visible!());
                format!(
                    "exists (
                         select 1 from tags indexed by tags_by_text
                         where tags.post_id = posts.id and tags.tag = {key} and {seen})"
                )
            }
            Term::HasPicture => "posts.images > 0".into(),
            Term::IsSaved => {
                "exists (select 1 from saves where user_id = ?1 and post_id = posts.id)".into()
            }
            Term::IsUnread => self.unread(),
        })
    }

    /// Returns the condition that one of the people did something about the post.
    fn acted(&mut self, somebody: &Somebody, did: &str, seen: &str) -> Result<String> {
        let people = self.people_in_json(somebody)?;
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
        let pending = self.searcher.pending.iter().take(PENDING_MAX);
        let pending = pending.map(|(post, comment)| (format!("p{}", post.0), comment.0.into()));
        let pending: serde_json::Map<String, serde_json::Value> = pending.collect();
        let pending = self.value(serde_json::Value::from(pending).to_string());
        let hidden = hidden_people!();
        format!(
            "exists (
                 select 1 from (
                     select max(comment_id) as comment_id from (
                         select comment_id from seen where post_id = posts.id and user_id = ?1
                         union all
                         select {pending} ->> ('p' || posts.id))) as mark
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

    /// Returns the parameter for a JSON array of these ids.
    fn people_in_json(&mut self, somebody: &Somebody) -> Result<String> {
        let people = self.people(somebody)?;
        let people: Vec<i64> = people.iter().map(|person| person.0).collect();
        Ok(self.value(serde_json::json!(people).to_string()))
    }

    /// Adds a value, and returns the parameter that stands for it.
    fn value(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("?{}", SearchPlan::FIRST_VALUE + self.values.len() - 1)
    }
}

/// The most marks that are not written yet and that a search compares.
const PENDING_MAX: usize = 500;

/// Returns the expression of FTS5 for one of several.
fn either(words: &[String]) -> String {
    match words {
        [one] => one.clone(),
        several => format!("({})", several.join(" OR ")),
    }
}

/// Returns the expression of FTS5 for a phrase. Its words are letters and digits.
fn expression(phrase: &SearchPhrase) -> String {
    let star = if phrase.is_beginning { " *" } else { "" };
    format!("{}{star}", quoted(&phrase.words.join(" ")))
}

fn quoted(words: &str) -> String {
    format!("\"{words}\"")
}
