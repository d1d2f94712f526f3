//! Commits, as open streams need to know of them.

use super::Reach;
use crate::model::Holder;

/// A callback after each commit. It must not block.
pub type OnCommit = Box<dyn Fn(Commit) + Send>;

/// The effects of a commit that open streams need to know of.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Commit {
    /// True if events were written to the log.
    pub has_events: bool,
    /// The sessions and tokens that ended, which held streams open.
    pub ended: Vec<Holder>,
    /// The readers whose home pages it may have changed.
    pub reach: Reach,
}

impl Commit {
    /// Returns whether open streams need not know of the commit, such as one that only notes when a session was used.
    pub fn is_silent(&self) -> bool {
        !self.has_events && self.ended.is_empty()
    }

    /// Adds the effects of another change in the same commit.
    pub(super) fn add(&mut self, other: Commit) {
        self.has_events |= other.has_events;
        self.ended.extend(other.ended);
        self.reach.add(other.reach);
    }
}
