//! The frames of a post that looks the same to everybody but its author. Ten thousand readers of a new post get two
//! frames, and finding the right one is cheap.

use std::{collections::HashMap, sync::Arc};

use super::{affected_pages::Placement, registry::OpenPages, sse::StreamFrame};
use crate::model::{Language, Topic, Topics};

/// The frames rendered so far of a post that looks the same to everybody but its author.
#[derive(Default)]
pub(super) struct AlikeFrames {
    by_key: HashMap<AlikeKey, StreamFrame>,
    /// The last frame in each language.
    last: [Option<LastFrame>; Language::ALL.len()],
}

/// Everything in which these frames can differ.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct AlikeKey {
    /// True if the post is the reader's own.
    pub(super) is_own: bool,
    pub(super) language: Language,
    /// The topics of the reader's pages that show the post.
    pub(super) topics: Vec<Topic>,
}

/// The frame of the last reader with one open page. Most readers have one, and the same one.
struct LastFrame {
    placement: Placement,
    page: Arc<Topics>,
    frame: StreamFrame,
}

impl AlikeFrames {
    /// Returns the frame of a key, if it was rendered before.
    pub(super) fn of_key(&self, key: &AlikeKey) -> Option<StreamFrame> {
        self.by_key.get(key).cloned()
    }

    /// Returns the last frame if it was for a reader with the same page and placement.
    pub(super) fn of_last_page(
        &self,
        pages: &OpenPages,
        placement: Placement,
        language: Language,
    ) -> Option<StreamFrame> {
        let (page, last) = (only_page(pages)?, self.last[language as usize].as_ref()?);
        let is_same = last.placement == placement && Arc::ptr_eq(&last.page, page);
        is_same.then(|| last.frame.clone())
    }

    /// Keeps the frame of a key.
    pub(super) fn remember(&mut self, key: AlikeKey, frame: &StreamFrame) {
        self.by_key.insert(key, frame.clone());
    }

    /// Keeps the frame of the last reader, if that reader has one open page.
    pub(super) fn remember_last(
        &mut self,
        pages: &OpenPages,
        placement: Placement,
        language: Language,
        frame: &StreamFrame,
    ) {
        self.last[language as usize] = only_page(pages).map(|page| LastFrame {
            placement,
            page: page.clone(),
            frame: frame.clone(),
        });
    }
}

/// Returns the topics of the reader's stream, if there is only one and it shows the same to everybody. Two readers have
/// different lists under the same name.
fn only_page(pages: &OpenPages) -> Option<&Arc<Topics>> {
    match pages.as_slice() {
        [(_, topics)] => {
            let mut topics_of_page = topics.iter();
            let has_list =
                topics_of_page.any(|topic| matches!(topic, Topic::List(_) | Topic::Search(_)));
            (!has_list).then_some(topics)
        }
        _ => None,
    }
}
