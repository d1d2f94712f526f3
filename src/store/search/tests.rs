use proptest::{collection::vec, prelude::*};
use rusqlite::Connection;

use super::{Searcher, page};
use crate::{
    config::{self, Synchronous},
    model::{
        Attached, CommentText, Cursor, Message, NewUser, PasswordRules, PostId, SearchQuery, Slice,
        Timestamp, UserId, words,
    },
    store::{Db, comments, posts, users},
};

/// A site with one person.
struct Site {
    db: Db,
    person: UserId,
    _directory: tempfile::TempDir,
}

impl Site {
    fn new() -> Site {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let config = config::Database {
            path: directory.path().join("db"),
            synchronous: Synchronous::Normal,
            upgrade_backups: None,
        };
        let db = Db::open(&config, 1_000, Timestamp(0), Box::new(|_| ())).expect("a new database");
        let new = NewUser::parse(
            |field| match field {
                "username" => "alice",
                "password" => "correct horse",
                _ => "",
            },
            &PasswordRules::LEAST,
        );
        let Ok(new) = new else {
            unreachable!("the name is a name")
        };
        let person = db.write(Timestamp(0), move |tx| users::register(tx, &new, ""));
        Site {
            person: person.expect("a new name"),
            db,
            _directory: directory,
        }
    }

    fn post(&self, text: &str) -> PostId {
        let (by, message) = (self.person, Message::parse(text, 1_000).expect("a message"));
        self.db
            .write(Timestamp(1), move |tx| {
                posts::create(tx, by, &message, &Attached::default(), None)
            })
            .expect("written")
    }

    fn comment(&self, post: PostId, text: &str) {
        let (by, text) = (
            self.person,
            CommentText::parse(text, 1_000).expect("a text"),
        );
        self.db
            .write(Timestamp(1), move |tx| {
                comments::create(tx, by, post, &text, None)
            })
            .expect("written");
    }

    /// Reads all pages.
    fn found(&self, query: &SearchQuery) -> Vec<PostId> {
        let (mut found, mut before) = (Vec::new(), None);
        loop {
            let page = self.db.read(|conn| self.page(conn, query, before));
            let (posts, next) = page.expect("a search is no error");
            found.extend(posts);
            before = next;
            if before.is_none() {
                return found;
            }
        }
    }

    fn page(
        &self,
        conn: &Connection,
        query: &SearchQuery,
        before: Option<Cursor>,
    ) -> crate::error::Result<(Vec<PostId>, Option<Cursor>)> {
        let searcher = Searcher {
            viewer: self.person,
            start_of: &|_| Timestamp(0),
            pending: &[],
        };
        let slice = Slice {
            before,
            size: 3,
            now: Timestamp(1),
        };
        let page = page(conn, query, &searcher, slice)?.posts;
        let posts = page.items.iter().map(|post| post.id).collect();
        Ok((posts, page.next))
    }
}

#[test]
fn every_pair_of_ascii_characters_is_a_search() {
    let site = Site::new();
    site.post("a1 b2");
    for first in 0..128_u8 {
        for second in 0..128_u8 {
            let text = format!("{}{}", char::from(first), char::from(second));
            site.found(&SearchQuery::parse(&text));
        }
    }
}

const WORDS: [&str; 5] = ["wind", "Wínd", "window", "rain", "sun"];

fn text() -> impl Strategy<Value = String> {
    vec(prop::sample::select(WORDS.to_vec()), 1..5).prop_map(|words| words.join(" "))
}

fn query() -> impl Strategy<Value = String> {
    let word = prop::sample::select(WORDS.to_vec());
    let item = prop_oneof![
        4 => word.clone().prop_map(str::to_owned),
        2 => text().prop_map(|words| format!("\"{words}\"")),
        2 => word.clone().prop_map(|word| format!("{}*", &word[..word.len() - 1])),
        2 => word.prop_map(|word| format!("-{word}")),
        1 => Just("OR".to_owned()),
        1 => Just("from:me".to_owned()),
        1 => Just("has:link".to_owned()),
        1 => Just("-has:picture".to_owned()),
    ];
    vec(item, 1..5).prop_map(|items| items.join(" "))
}

/// Checks whether a text matches, without the index.
fn matches(query: &SearchQuery, text: &str) -> bool {
    use crate::model::Term;
    let words: Vec<String> = words(text).into_iter().map(|word| word.key).collect();
    query.clauses.iter().all(|clause| {
        clause.0.iter().any(|condition| {
            let holds = match &condition.term {
                Term::Words(phrase) => words.windows(phrase.words.len()).any(|part| {
                    let (last, before) = part.split_last().expect("a phrase has words");
                    let (wanted, wanted_before) = phrase.words.split_last().expect("a word");
                    before == wanted_before
                        && (last == wanted || phrase.is_beginning && last.starts_with(wanted))
                }),
                Term::From(_) => true,
                Term::HasLink | Term::HasPicture => false,
                other => unreachable!("{other:?}"),
            };
            holds != condition.is_not
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_index_finds_what_a_look_at_every_text_finds(
        threads in vec((text(), vec(text(), 0..4)), 1..12),
        queries in vec(query(), 1..12),
    ) {
        let site = Site::new();
        let mut texts = Vec::new();
        for (text, _) in &threads {
            texts.push((site.post(text), text));
        }
        for (n, (_, comments)) in threads.iter().enumerate() {
            for text in comments {
                let post = texts[n].0;
                site.comment(post, text);
                texts.push((post, text));
            }
        }
        for query in queries {
            let query = SearchQuery::parse(&query);
            if query.is_empty() {
                continue;
            }
            let is_about_texts = query.clauses.iter().flat_map(|clause| &clause.0).any(|one| {
                matches!(one.term, crate::model::Term::Words(_) | crate::model::Term::HasLink)
            });
            let mut expected: Vec<PostId> = Vec::new();
            for (n, (post, text)) in texts.iter().enumerate().rev() {
                let is_looked_at = is_about_texts || n < threads.len();
                if is_looked_at && matches(&query, text) && !expected.contains(post) {
                    expected.push(*post);
                }
            }
            prop_assert_eq!(site.found(&query), expected, "{}", query.as_typed());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_typed_is_a_search(queries in vec("\\PC{0,40}", 1_000)) {
        let site = Site::new();
        site.post("a text");
        for query in queries {
            site.found(&SearchQuery::parse(&query));
        }
    }
}
