//! The pages that an event affects: those that show its post, and those that the post may just have left.

use super::registry::OpenPages;
use crate::{
    error::Result,
    model::{Event, FeedId, PostId, Removes, Topic, Topics, UserId},
    store::{Snapshot, directs, feeds, groups, posts, rivers},
};

/// The pages that an event affects, as far as they are the same for all readers.
pub(super) struct AffectedPages {
    /// The post. An event without one affects every page.
    post: Option<PostId>,
    /// The feeds that the post is in or, if it is gone, was in.
    feeds: Vec<FeedId>,
    /// The keys of the groups among them.
    groups: Vec<String>,
    /// True for a direct message, which is in no river.
    is_direct: bool,
    /// The feed that the post's author owns.
    author_feed: Option<FeedId>,
    /// The tags that lead to the post now.
    tags: Vec<String>,
    /// The feeds of the people who have acted on the post.
    actors: Vec<FeedId>,
    /// The feed of the person whose act was removed.
    gone_actor: Option<FeedId>,
    removes: Removes,
    /// True if the post was deleted so long ago that its former pages are unknown.
    pub(super) is_forgotten: bool,
}

/// The place of a post on the pages that differ from reader to reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Placement {
    /// True if it is in the reader's home river.
    pub(super) at_home: bool,
    /// True if it is among the reader's discussions.
    pub(super) is_discussed: bool,
}

/// The pages that would show a post, but not to this reader.
pub(super) struct Exclusions {
    /// True if the reader sees the post only on its own page and its author's.
    pub(super) is_unlisted: bool,
    pub(super) topics: Vec<Topic>,
    /// The topics of pages from which the reader has hidden the post.
    pub(super) hidden: Vec<Topic>,
}

impl Placement {
    pub(super) const NOWHERE: Placement = Placement {
        at_home: false,
        is_discussed: false,
    };
}

impl Exclusions {
    /// Returns whether this reader must not see the post on a page.
    fn contain(&self, topic: &Topic) -> bool {
        self.is_unlisted && !matches!(topic, Topic::Feed(_) | Topic::Post(_))
            || self.topics.contains(topic)
            || self.hidden.contains(topic)
    }

    /// Returns whether the reader's page must not hear of the post. A page that shows it hears that a changed text hides
    /// it now. A list or a search that does not have it may have had it before something was removed.
    fn silence(&self, topic: &Topic, removes: Removes) -> bool {
        let is_only_hidden = !self.is_unlisted && !self.topics.contains(topic);
        let hears_of_text = removes == Removes::Text && is_only_hidden;
        let may_have_left = removes.includes_text() || removes == Removes::Post;
        let is_chosen = matches!(topic, Topic::List(_) | Topic::Search(_));
        let hears_of_loss = may_have_left && is_chosen && !self.is_unlisted;
        self.contain(topic) && !hears_of_text && !hears_of_loss
    }
}

impl AffectedPages {
    /// Reads the pages of an event. `gone_actor` is the person whose act was removed.
    pub(super) fn of(
        conn: &Snapshot,
        event: &Event,
        gone_actor: Option<UserId>,
    ) -> Result<AffectedPages> {
        let removes = event.kind.facts().removes;
        let (mut tags, mut actors, mut is_forgotten) = (Vec::new(), Vec::new(), false);
        let mut is_direct = false;
        if let Some(post) = event.post {
            is_direct = directs::is_direct(conn, post)?;
            tags = rivers::tags(conn, post)?;
            actors = rivers::actors(conn, post)?;
            is_forgotten = removes == Removes::Post && !posts::is_kept(conn, post)?;
        }
        let own_feed = |user| feeds::own(conn, user).map(|feed| feed.id);
        let author_feed = event.author.map(own_feed).transpose()?;
        let mut feeds = feeds::of_event(conn, event)?;
        if removes == Removes::Post && !feeds.contains(&event.feed) {
            // The post has left this feed, and may still be in others.
            feeds.push(event.feed);
        }
        let is_shared = feeds.iter().any(|feed| Some(*feed) != author_feed);
        Ok(AffectedPages {
            post: event.post,
            groups: if is_shared {
                groups::keys_of(conn, &feeds)?
            } else {
                Vec::new()
            },
            feeds,
            is_direct,
            author_feed,
            tags,
            actors,
            gone_actor: gone_actor.map(own_feed).transpose()?,
            removes,
            is_forgotten,
        })
    }

    /// Returns whether the post is on a page now. Acts on a person's own posts are not listed among their acts.
    pub(super) fn has(&self, topic: &Topic, placement: Placement) -> bool {
        match topic {
            Topic::Home => placement.at_home,
            // Each reader has lists of their own. Those that do not have the post are exclusions.
            Topic::Everything | Topic::List(_) => !self.is_direct,
            // The same holds for searches, which find conversations, too.
            Topic::Search(_) => true,
            Topic::Discussions => placement.is_discussed && !self.is_direct,
            Topic::Directs => self.is_direct,
            Topic::Post(post) => self.post == Some(*post),
            Topic::Group(key) => self.groups.contains(key),
            Topic::Feed(feed) => self.feeds.contains(feed),
            Topic::Acts(feed) => {
                !self.is_direct && Some(*feed) != self.author_feed && self.actors.contains(feed)
            }
            Topic::Tag(tag) => !self.is_direct && self.tags.contains(tag),
        }
    }

    /// Returns whether the event affects one of the pages that share a stream.
    pub(super) fn include_any(
        &self,
        topics: &Topics,
        placement: Placement,
        exclusions: &Exclusions,
    ) -> bool {
        let is_affected =
            |topic: &Topic| self.has(topic, placement) || self.may_have_lost_post(topic);
        self.post.is_none()
            || topics
                .iter()
                .any(|topic| is_affected(topic) && !exclusions.silence(topic, self.removes))
    }

    /// Returns whether the reader of a page may not know that it has the post: what is in one feed may be in another that
    /// the reader does not read.
    pub(super) fn need_reason(&self, topic: &Topic) -> bool {
        match topic {
            Topic::Acts(_) | Topic::List(_) | Topic::Search(_) => true,
            // A page that the post has left must hear of it.
            Topic::Tag(_) | Topic::Group(_) => self.has(topic, Placement::NOWHERE),
            Topic::Feed(feed) => {
                Some(*feed) != self.author_feed && self.has(topic, Placement::NOWHERE)
            }
            Topic::Home
            | Topic::Everything
            | Topic::Discussions
            | Topic::Directs
            | Topic::Post(_) => false,
        }
    }

    /// Returns the topics of a reader's pages that show the post now.
    pub(super) fn showing(
        &self,
        pages: &OpenPages,
        placement: Placement,
        exclusions: &Exclusions,
    ) -> Vec<Topic> {
        let topics = pages.iter().flat_map(|(_, topics)| topics.iter());
        let mut showing: Vec<Topic> = Vec::new();
        for topic in topics {
            let shows_post = self.has(topic, placement) && !exclusions.contain(topic);
            if shows_post && !showing.contains(topic) {
                showing.push(topic.clone());
            }
        }
        showing
    }

    /// Returns whether the post may just have left a page.
    fn may_have_lost_post(&self, topic: &Topic) -> bool {
        match topic {
            Topic::Acts(feed) => self.is_forgotten || self.gone_actor == Some(*feed),
            // Its author may take a post out of a feed.
            Topic::Tag(_) | Topic::Group(_) | Topic::Feed(_) => {
                self.is_forgotten || self.removes.includes_text()
            }
            // For the first two, the placement already includes the one before the event. A list
            // and a search always seem to have the post. It does not leave the others but by its deletion.
            Topic::Home
            | Topic::Discussions
            | Topic::Everything
            | Topic::List(_)
            | Topic::Search(_)
            | Topic::Directs
            | Topic::Post(_) => false,
        }
    }
}
