//! The view of an event for one reader: its frames, and the pages they are for.

use std::sync::Arc;

use super::{
    affected_pages::{AffectedPages, Exclusions, Placement},
    registry::OpenPages,
    sse::StreamFrame,
};
use crate::model::{Language, Topics, UserId};

/// The view of an event for one reader. Each of the reader's streams takes what its pages need.
pub(super) struct ReaderView {
    pub(super) pages: Arc<AffectedPages>,
    /// The news for those pages that the event affects.
    pub(super) update: Option<PageUpdate>,
    /// The unread counts, which every page shows.
    pub(super) notification: Option<StreamFrame>,
}

/// A frame for those of a reader's pages that show a post, or may just have lost it.
pub(super) struct PageUpdate {
    pub(super) frame: StreamFrame,
    /// The place of the post, now or before the event.
    pub(super) placement: Placement,
    pub(super) exclusions: Exclusions,
}

/// A reader of the event, with the pages that it may affect.
pub(super) struct AffectedReader<'p> {
    pub(super) id: UserId,
    pub(super) language: Language,
    pub(super) pages: &'p OpenPages,
    pub(super) placement: Placement,
    pub(super) exclusions: Exclusions,
}

impl AffectedReader<'_> {
    /// Returns the frame as an update for the reader's pages.
    pub(super) fn gets(self, frame: StreamFrame, placement: Placement) -> PageUpdate {
        PageUpdate {
            frame,
            placement,
            exclusions: self.exclusions,
        }
    }
}

impl ReaderView {
    /// Returns the frames for a stream with these topics, in order.
    pub(super) fn frames<'v>(
        &'v self,
        topics: &Topics,
    ) -> impl Iterator<Item = &'v StreamFrame> + use<'v> {
        let update = self.update.as_ref().filter(|update| {
            let (placement, exclusions) = (update.placement, &update.exclusions);
            self.pages.include_any(topics, placement, exclusions)
        });
        let frames = [
            update.map(|update| &update.frame),
            self.notification.as_ref(),
        ];
        frames.into_iter().flatten()
    }
}
