//! The inbox of the publisher: what commits leave for it. Leaving something never blocks the writer.

use std::sync::Mutex;

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::{model::Holder, store::Commit, sync::lock};

/// The effects of commits that the publisher has not seen yet.
pub(super) struct CommitInbox {
    /// Wakes the publisher. One waiting message is enough. None once the publisher is to end.
    wake: Mutex<Option<Sender<()>>>,
    ended: Mutex<Vec<Holder>>,
}

impl CommitInbox {
    /// Makes an inbox, and the receiver that is woken by it.
    pub(super) fn new() -> (CommitInbox, Receiver<()>) {
        let (wake, woken) = bounded(1);
        let inbox = CommitInbox {
            wake: Mutex::new(Some(wake)),
            ended: Mutex::default(),
        };
        (inbox, woken)
    }

    /// Takes in a commit, and wakes the publisher if streams need to know of it.
    pub(super) fn leave(&self, commit: Commit) {
        if commit.is_silent() {
            return;
        }
        lock(&self.ended).extend(commit.ended);
        if let Some(wake) = lock(&self.wake).as_ref() {
            // Full means that the publisher has yet to look, and it looks at everything.
            let _ = wake.try_send(());
        }
    }

    /// Returns the sessions and tokens that have ended since the last call.
    pub(super) fn take_ended(&self) -> Vec<Holder> {
        std::mem::take(&mut *lock(&self.ended))
    }

    /// Ends the publisher.
    pub(super) fn close(&self) {
        lock(&self.wake).take();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SessionId;

    #[test]
    fn only_commits_that_streams_need_to_know_of_wake_the_publisher() {
        let (inbox, woken) = CommitInbox::new();
        inbox.leave(Commit::default());
        assert!(woken.try_recv().is_err(), "a touched session is no news");

        inbox.leave(Commit {
            has_events: true,
            ..Commit::default()
        });
        assert_eq!(woken.try_recv(), Ok(()));

        let holder = Holder::Session(SessionId(1));
        inbox.leave(Commit {
            ended: vec![holder],
            ..Commit::default()
        });
        assert_eq!(woken.try_recv(), Ok(()));
        assert_eq!(inbox.take_ended(), [holder]);
        assert!(inbox.take_ended().is_empty());
    }
}
