//! What reading leaves behind, until it is written: marks of what people have read, and when their sessions were last used.
//! Nothing is written while people only look around.
//!
//! Pages send their marks every few seconds. They stay here, where pages are drawn with them, and are written together,
//! for all people in one transaction, a quarter of an hour after the first of them at the latest, and when the program stops. A
//! program that is killed loses the marks of these minutes: a comment that was read is then unread again, and a session
//! ends a little earlier.

use std::{collections::HashMap, sync::Mutex, time::Duration};

use crate::{
    error::Result,
    model::{CommentId, PostId, SeenMark, SessionId, Timestamp, UnreadCounts, UserId, Whereabouts},
    store::{Db, Snapshot, directs, notifications, seen, sessions},
    sync::lock,
};

/// The longest time that a mark waits. What a batch writes is mostly whole pages of the file, so half as many batches
/// write half as many bytes (`cargo bench --bench reading`).
pub const WRITE_AFTER: Duration = Duration::from_mins(15);

/// The most marks that wait; with more they are written at once. Each takes about 50 bytes of memory.
const WAITING_MAX: usize = 20_000;

/// The most sessions whose use waits.
const VISITS_MAX: usize = 10_000;

/// The marks that are not written yet, and the uses of sessions.
#[derive(Default)]
pub struct PendingMarks(Mutex<Pending>);

#[derive(Default)]
struct Pending {
    waiting: Marks,
    /// The marks of the last batch. A page that began to read the file before the batch does not find them there.
    written: Marks,
    /// The time of the oldest mark that waits.
    since: Option<Timestamp>,
    /// The last use of each session since the last batch. It alone is no reason to write.
    visits: HashMap<SessionId, (Timestamp, Whereabouts)>,
}

type Marks = HashMap<(UserId, PostId), CommentId>;

impl PendingMarks {
    /// Returns a person's mark on a post, if the file may not have it yet.
    pub fn of(&self, user: UserId, post: PostId) -> Option<CommentId> {
        let pending = lock(&self.0);
        let key = (user, post);
        let marks = [&pending.waiting, &pending.written];
        marks
            .into_iter()
            .filter_map(|marks| marks.get(&key))
            .max()
            .copied()
    }

    /// Counts what a person has not read, marks that wait included.
    ///
    /// # Errors
    /// `StorageUnavailable` if the file cannot be read.
    pub fn unread_counts(
        &self,
        conn: &Snapshot,
        user: UserId,
        now: Timestamp,
    ) -> Result<UnreadCounts> {
        Ok(UnreadCounts {
            notifications: notifications::unread(conn, user, now)?,
            directs: directs::unread(conn, user, |post| self.of(user, post))?,
        })
    }

    /// Returns all marks of a person that the file may not have yet.
    pub fn all_of(&self, user: UserId) -> Vec<(PostId, CommentId)> {
        let pending = lock(&self.0);
        let marks = pending.waiting.iter().chain(&pending.written);
        let own = marks.filter(|((owner, _), _)| *owner == user);
        own.map(|((_, post), comment)| (*post, *comment)).collect()
    }

    /// Adds marks of a person. They do not go back. Returns false if there is no room, before all others are written.
    #[must_use]
    pub fn add(&self, user: UserId, marks: &[SeenMark], now: Timestamp) -> bool {
        let mut pending = lock(&self.0);
        if pending.waiting.len() + marks.len() > WAITING_MAX {
            return false;
        }
        for mark in marks {
            let known = pending
                .waiting
                .entry((user, mark.post))
                .or_insert(mark.comment);
            *known = mark.comment.max(*known);
        }
        if !marks.is_empty() {
            pending.since.get_or_insert(now);
        }
        true
    }

    /// Notes the use of a session. Returns false if there is no room, before the others are written.
    #[must_use]
    pub fn visit(&self, session: SessionId, at: Timestamp, whereabouts: &Whereabouts) -> bool {
        let visits = &mut lock(&self.0).visits;
        let has_room = visits.len() < VISITS_MAX;
        match visits.get_mut(&session) {
            Some(last) if last.1 == *whereabouts => last.0 = at.max(last.0),
            Some(last) => *last = (at, whereabouts.clone()),
            None if has_room => {
                visits.insert(session, (at, whereabouts.clone()));
            }
            None => {}
        }
        has_room
    }

    /// Returns whether a mark has waited long enough.
    pub fn are_due(&self, now: Timestamp) -> bool {
        let since = lock(&self.0).since;
        since.is_some_and(|since| since <= now.minus(WRITE_AFTER))
    }

    /// Writes everything that waits, if there is anything.
    ///
    /// # Errors
    /// `StorageUnavailable` if the disk does not take it. The marks wait on then.
    pub fn write(&self, db: &Db, now: Timestamp) -> Result<()> {
        let (batch, visits) = {
            let mut pending = lock(&self.0);
            pending.since = None;
            let visits = std::mem::take(&mut pending.visits);
            (pending.waiting.clone(), visits)
        };
        if batch.is_empty() && visits.is_empty() {
            return Ok(());
        }
        let mut marks: Vec<_> = batch
            .iter()
            .map(|(&(user, post), &comment)| (user, SeenMark { post, comment }))
            .collect();
        // In the order of the table.
        marks.sort_unstable_by_key(|(user, mark)| (mark.post, *user));
        let written = db.write(now, move |tx| {
            for (session, (at, whereabouts)) in &visits {
                sessions::touch(tx, *session, *at, whereabouts)?;
            }
            seen::write(tx, &marks)
        });
        let mut pending = lock(&self.0);
        if written.is_err() {
            pending.since.get_or_insert(now);
            return written;
        }
        // A mark that moved on meanwhile waits for the next batch.
        pending
            .waiting
            .retain(|key, comment| batch.get(key) != Some(comment));
        pending.written = batch;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
