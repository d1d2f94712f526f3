//! Conversations that go on when the history is over.

use super::{stage::Stage, teller::Talk};
use crate::model::{CommentId, PostId};

/// The conversations that are still answered, the newest ones.
pub(super) const TALKS_MAX: usize = 12;

/// A conversation that goes on.
pub(super) struct OpenTalk {
    pub(super) post: PostId,
    pub(super) talk: Talk,
    /// The number of answers that are written.
    pub(super) written: usize,
    /// The comments, each with the person who wrote it.
    pub(super) comments: Vec<(CommentId, usize)>,
}

/// Returns the conversations of the history that were still going on at its end.
pub(super) fn unfinished(stage: &Stage, talks: &[Talk]) -> Vec<OpenTalk> {
    let written = |nth: usize| {
        (0..talks[nth].answers.len()).filter_map(move |answer| {
            let comment = stage.comments.get(&(nth, answer))?;
            Some((*comment, talks[nth].answers[answer].0))
        })
    };
    let newest = stage.order.iter().rev().take(TALKS_MAX);
    let mut open: Vec<OpenTalk> = newest
        .map(|nth| {
            let comments: Vec<_> = written(*nth).collect();
            OpenTalk {
                post: stage.posts[nth],
                talk: talks[*nth].clone(),
                written: comments.len(),
                comments,
            }
        })
        .collect();
    open.retain(|talk| talk.written < talk.talk.answers.len());
    open
}
