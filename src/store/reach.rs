//! The readers whose home pages a commit may have changed, so that a page that was drawn before is not shown again.
//!
//! A change reaches everybody, unless it announces events of which the table of events says less, or says itself whose
//! pages show it, or that no page does.

use super::{Tx, feeds, notifications};
use crate::{
    error::Result,
    model::{Changes, Event, FeedId, PostId, UserId},
};

/// The most people and feeds that are listed. Beyond that, everybody is reached.
const LISTED_MAX: usize = 512;

/// The readers whose home pages a commit may have changed.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub enum Reach {
    #[default]
    Nobody,
    /// Everybody to whom one of these applies.
    Some(Vec<Touch>),
    Everybody,
}

/// One event, as home pages are concerned by it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Touch {
    /// Pages that show this post look different.
    pub post: Option<PostId>,
    /// Pages of the people who own or follow one of these feeds look different.
    pub feeds: Vec<FeedId>,
    /// So do the pages of these people.
    pub readers: Vec<UserId>,
}

impl Reach {
    /// Adds the reach of another change in the same commit.
    pub(super) fn add(&mut self, other: Reach) {
        match (self, other) {
            (Reach::Everybody, _) | (_, Reach::Nobody) => {}
            (Reach::Some(touches), Reach::Some(others)) => touches.extend(others),
            (reach, other) => *reach = other,
        }
    }
}

/// The reach of a change, as far as it has said while it runs.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// The events that it announced.
    pub(super) events: Vec<Event>,
    /// Readers beside those of the events. A change without events that names some reaches nobody else.
    pub(super) readers: Vec<UserId>,
    /// No page shows the rest of what it does.
    pub(super) is_unseen: bool,
}

/// Returns whom a change reaches. It has just run, and is not committed yet.
pub(super) fn of(tx: &Tx<'_>) -> Result<Reach> {
    if tx.told.events.is_empty() && tx.told.readers.is_empty() {
        return Ok(if tx.told.is_unseen {
            Reach::Nobody
        } else {
            Reach::Everybody
        });
    }
    let mut touches = vec![Touch {
        readers: tx.told.readers.clone(),
        ..Touch::default()
    }];
    touches.retain(|touch| !touch.readers.is_empty());
    for event in &tx.told.events {
        match touch(tx, event)? {
            Some(touch) => touches.push(touch),
            None => return Ok(Reach::Everybody),
        }
    }
    Ok(Reach::Some(touches))
}

/// Returns whom an event concerns, or `None` if that may be everybody.
fn touch(tx: &Tx<'_>, event: &Event) -> Result<Option<Touch>> {
    let own = || feeds::own(tx, event.actor).map(|feed| feed.id);
    let (post, feeds) = match event.kind.facts().changes {
        Changes::Any => return Ok(None),
        Changes::Place if !notifications::is_new(tx, event)? => return Ok(None),
        Changes::Place => {
            let mut feeds = feeds::of_event(tx, event)?;
            feeds.push(own()?);
            (event.post, feeds)
        }
        Changes::Article => (event.post, vec![own()?]),
        Changes::Actor => (None, Vec::new()),
    };
    let mut readers = notifications::affected_users(tx, event)?;
    readers.push(event.actor);
    readers.extend(event.author);
    let is_listed = feeds.len() + readers.len() <= LISTED_MAX;
    Ok(is_listed.then_some(Touch {
        post,
        feeds,
        readers,
    }))
}

impl Tx<'_> {
    /// Says that this change is shown to a reader whom its events do not name.
    pub(super) fn is_on_page_of(&mut self, reader: UserId) {
        self.told.readers.push(reader);
    }

    /// Says that no home page shows what this change does, beside the events that it announces.
    pub fn is_on_no_page(&mut self) {
        self.told.is_unseen = true;
    }
}
