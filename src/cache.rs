//! Answers that are remembered until somebody changes what they show: the first page of a person's home river, drawn and
//! compressed.
//!
//! The writer notes each commit's [`Reach`] here before anybody learns of the commit. An answer remembers the point up to
//! which it was valid, and is compared with the commits since then when it is asked for. Noting costs the same however
//! many answers there are, and an answer that nobody asks for costs nothing.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use quick_cache::{Weighter, sync::Cache};

use crate::{
    metrics::CacheMeters,
    model::{DaySpan, FeedId, HomeOrder, Language, PostId, SessionId, Theme, Timestamp, UserId},
    store::{Reach, SignalMark, Touch},
    sync::lock,
};

/// The most events that are remembered. An answer that was last asked for before them is drawn again.
const TOUCHES_MAX: usize = 512;

/// The size of an answer beside its body and its dependencies, in bytes: generous, so that the limit holds.
const OVERHEAD_BYTES: u64 = 512;

/// A typical size of an answer, in bytes, from which the number of answers is estimated.
const TYPICAL_BYTES: u64 = 8 * 1024;

/// The question that an answer is to, and the person for whom it was drawn.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum AnswerKey {
    /// The home page in a browser. It contains the tokens of this session's forms, and posts from the same day in earlier
    /// years.
    HomePage {
        session: SessionId,
        theme: Theme,
        language: Language,
        order: HomeOrder,
        today: Option<DaySpan>,
    },
    /// The home river for a program.
    HomeJson { user: UserId, size: u32 },
}

/// The things from which an answer was drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basis {
    pub reader: UserId,
    /// The feeds of the reader's river, in any order.
    pub feeds: Vec<FeedId>,
    pub posts: Vec<PostId>,
    /// The time at which the answer is no longer right, whatever is committed until then.
    pub until: Option<Timestamp>,
}

/// A remembered answer.
pub struct Answer {
    pub headers: Vec<(&'static str, String)>,
    /// The body, compressed.
    pub body: Arc<[u8]>,
    basis: Basis,
    /// The newest signal of a command when it was drawn.
    signals: SignalMark,
    /// The number of the last commit that is known not to touch it.
    valid_at: AtomicU64,
}

/// The remembered answers, and the latest commits.
pub struct AnswerCache {
    answers: Cache<AnswerKey, Arc<Answer>, ByBytes>,
    commits: Arc<RecentCommits>,
    meters: CacheMeters,
}

/// The latest commits, as far as pages are concerned by them.
pub struct RecentCommits {
    touches_max: usize,
    touches: Mutex<Touches>,
}

#[derive(Default)]
struct Touches {
    /// The number of commits that touched something.
    count: u64,
    /// The number of the last commit that touched everything, or that is no longer remembered.
    all_touched_at: u64,
    /// The latest touches, each with the number of its commit.
    latest: VecDeque<(u64, Touch)>,
}

/// Weighs answers by the memory that they take.
#[derive(Clone)]
struct ByBytes;

impl AnswerCache {
    /// Creates an empty cache for answers of so many bytes together. With 0 it remembers nothing. `event_retention` is
    /// the number of events in the log: an answer from before them would name an event from which no stream goes on.
    pub fn new(bytes_max: u64, event_retention: u32) -> AnswerCache {
        let items = usize::try_from(bytes_max / TYPICAL_BYTES).unwrap_or(usize::MAX);
        AnswerCache {
            answers: Cache::with_weighter(items, bytes_max, ByBytes),
            meters: CacheMeters::default(),
            commits: Arc::new(RecentCommits {
                touches_max: TOUCHES_MAX.min(event_retention as usize / 2),
                touches: Mutex::default(),
            }),
        }
    }

    /// Returns the place where the writer notes its commits.
    pub fn commits(&self) -> Arc<RecentCommits> {
        self.commits.clone()
    }

    /// Returns the number of the latest commit. An answer is only as new as the commit before it is drawn.
    pub fn now(&self) -> u64 {
        lock(&self.commits.touches).count
    }

    /// Returns a remembered answer that is still right.
    pub fn get(&self, key: &AnswerKey, signals: SignalMark, now: Timestamp) -> Option<Arc<Answer>> {
        let found = self.find(key, signals, now);
        let meter = match found {
            Some(_) => &self.meters.hits,
            None => &self.meters.misses,
        };
        meter.inc();
        found
    }

    fn find(&self, key: &AnswerKey, signals: SignalMark, now: Timestamp) -> Option<Arc<Answer>> {
        let answer = self.answers.get(key)?;
        let is_in_time = answer.basis.until.is_none_or(|until| now < until);
        if answer.signals == signals && is_in_time && self.is_valid(&answer) {
            return Some(answer);
        }
        self.answers.remove(key);
        None
    }

    /// Returns the instruments of the cache.
    pub fn meters(&self) -> &CacheMeters {
        &self.meters
    }

    /// Returns whether no commit has touched an answer.
    pub fn is_valid(&self, answer: &Answer) -> bool {
        lock(&self.commits.touches).leave(answer)
    }

    /// Remembers an answer that was drawn after the commit `drawn_at`.
    pub fn put(
        &self,
        key: AnswerKey,
        (headers, body): (Vec<(&'static str, String)>, Arc<[u8]>),
        mut basis: Basis,
        signals: SignalMark,
        drawn_at: u64,
    ) {
        basis.feeds.sort_unstable();
        let answer = Answer {
            headers,
            body,
            basis,
            signals,
            valid_at: drawn_at.into(),
        };
        self.answers.insert(key, Arc::new(answer));
    }
}

impl RecentCommits {
    /// Notes whom a commit reaches.
    pub fn note(&self, reach: &Reach) {
        let mut touches = lock(&self.touches);
        match reach {
            Reach::Nobody => {}
            Reach::Everybody => {
                touches.count += 1;
                touches.all_touched_at = touches.count;
                touches.latest.clear();
            }
            Reach::Some(new) => {
                touches.count += 1;
                let count = touches.count;
                let new = new.iter().map(|touch| (count, touch.clone()));
                touches.latest.extend(new);
                while touches.latest.len() > self.touches_max {
                    let forgotten = touches.latest.pop_front();
                    touches.all_touched_at = forgotten.map_or(count, |(at, _)| at);
                }
            }
        }
    }
}

impl Touches {
    /// Returns whether all commits leave an answer as it is, and notes that on the answer.
    fn leave(&self, answer: &Answer) -> bool {
        let valid_at = answer.valid_at.load(Ordering::Relaxed);
        if valid_at == self.count {
            return true;
        }
        if valid_at < self.all_touched_at {
            return false;
        }
        let newer = self.latest.iter().rev();
        let mut newer = newer.take_while(|(at, _)| *at > valid_at);
        let is_left = newer.all(|(_, touch)| !answer.basis.is_touched(touch));
        if is_left {
            answer.valid_at.store(self.count, Ordering::Relaxed);
        }
        is_left
    }
}

impl Basis {
    /// Returns the basis of an answer to this reader, without feeds and posts.
    pub fn of(reader: UserId) -> Basis {
        Basis {
            reader,
            feeds: Vec::new(),
            posts: Vec::new(),
            until: None,
        }
    }

    fn is_touched(&self, touch: &Touch) -> bool {
        touch.readers.contains(&self.reader)
            || touch.post.is_some_and(|post| self.posts.contains(&post))
            || touch
                .feeds
                .iter()
                .any(|feed| self.feeds.binary_search(feed).is_ok())
    }
}

impl Weighter<AnswerKey, Arc<Answer>> for ByBytes {
    fn weight(&self, _: &AnswerKey, answer: &Arc<Answer>) -> u64 {
        let basis = &answer.basis;
        let ids = size_of_val(&*basis.feeds) + size_of_val(&*basis.posts);
        (answer.body.len() + ids) as u64 + OVERHEAD_BYTES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: AnswerKey = AnswerKey::HomeJson {
        user: UserId(1),
        size: 20,
    };
    const SIGNALS: SignalMark = SignalMark(0);
    const NOW: Timestamp = Timestamp(1_000);

    fn cache_with(bytes: usize) -> AnswerCache {
        let cache = AnswerCache::new(64 * 1024, 10_000);
        let basis = Basis {
            reader: UserId(1),
            feeds: vec![FeedId(3), FeedId(1)],
            posts: vec![PostId(7)],
            until: None,
        };
        let answer = (Vec::new(), vec![0; bytes].into());
        cache.put(KEY, answer, basis, SIGNALS, cache.now());
        cache
    }

    fn some(post: i64, feed: i64, reader: i64) -> Reach {
        Reach::Some(vec![Touch {
            post: Some(PostId(post)),
            feeds: vec![FeedId(feed)],
            readers: vec![UserId(reader)],
        }])
    }

    #[test]
    fn an_answer_is_forgotten_when_it_is_touched() {
        for (reach, stays) in [
            (Reach::Nobody, true),
            (some(8, 2, 2), true),
            (some(7, 2, 2), false),
            (some(8, 3, 2), false),
            (some(8, 2, 1), false),
            (Reach::Everybody, false),
        ] {
            let cache = cache_with(10);
            let commits = cache.commits();
            commits.note(&some(9, 9, 9));
            commits.note(&reach);
            assert_eq!(cache.get(&KEY, SIGNALS, NOW).is_some(), stays, "{reach:?}");
            assert_eq!(cache.get(&KEY, SIGNALS, NOW).is_some(), stays, "{reach:?}");
        }
    }

    #[test]
    fn a_commit_while_it_is_drawn_counts() {
        let cache = cache_with(10);
        let drawn_at = cache.now();
        cache.commits().note(&some(7, 2, 2));
        let basis = Basis {
            reader: UserId(1),
            feeds: Vec::new(),
            posts: vec![PostId(7)],
            until: None,
        };
        cache.put(KEY, (Vec::new(), Arc::from([])), basis, SIGNALS, drawn_at);
        assert!(cache.get(&KEY, SIGNALS, NOW).is_none());
    }

    #[test]
    fn what_is_older_than_the_remembered_commits_is_forgotten() {
        let cache = cache_with(10);
        for _ in 0..TOUCHES_MAX {
            cache.commits().note(&some(8, 2, 2));
        }
        assert!(cache.get(&KEY, SIGNALS, NOW).is_some());
        for _ in 0..=TOUCHES_MAX {
            cache.commits().note(&some(8, 2, 2));
        }
        assert!(cache.get(&KEY, SIGNALS, NOW).is_none());
    }

    #[test]
    fn an_answer_with_an_end_is_forgotten_then() {
        let cache = AnswerCache::new(64 * 1024, 10_000);
        let basis = Basis {
            until: Some(Timestamp(2_000)),
            ..Basis::of(UserId(1))
        };
        cache.put(KEY, (Vec::new(), Arc::from([])), basis, SIGNALS, 0);
        assert!(cache.get(&KEY, SIGNALS, Timestamp(1_999)).is_some());
        assert!(cache.get(&KEY, SIGNALS, Timestamp(2_000)).is_none());
    }

    #[test]
    fn what_a_command_did_counts() {
        let cache = cache_with(10);
        assert!(cache.get(&KEY, SignalMark(1), NOW).is_none());
    }

    #[test]
    fn an_answer_that_is_larger_than_the_cache_is_not_kept() {
        assert!(cache_with(100 * 1024).get(&KEY, SIGNALS, NOW).is_none());
        let none = AnswerCache::new(0, 10_000);
        let basis = Basis {
            reader: UserId(1),
            feeds: Vec::new(),
            posts: Vec::new(),
            until: None,
        };
        none.put(KEY, (Vec::new(), Arc::from([])), basis, SIGNALS, 0);
        assert!(none.get(&KEY, SIGNALS, NOW).is_none());
    }
}
