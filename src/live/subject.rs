//! What an event is about, and whose pages it concerns.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use rusqlite::Connection;

use super::frames::{Frame, Looks};
use crate::{
    error::Result,
    model::{Event, EventKind, FeedId, PostId, Topic, Topics, UserId},
    store::{comments, feeds, notifications, posts, relationships::distance, rivers},
};

/// An event, and what is the same of it for all readers.
pub(super) struct Subject {
    pub(super) event: Event,
    pub(super) reach: Arc<Reach>,
    /// In whose home river the post may stand, or may have stood before the event.
    pub(super) audience: HashSet<UserId>,
    /// Whose notifications it may change.
    pub(super) concerned: HashSet<UserId>,
    /// Nobody has done anything about the post yet, so it looks alike to all but its author.
    pub(super) is_fresh: bool,
    /// Everybody may know of it: nobody keeps away from those whom it is about.
    pub(super) is_open: bool,
    pub(super) drawn: HashMap<Looks, Frame>,
    /// The same for a fresh post: by whether it is the reader's own, and on which of the reader's pages it belongs.
    pub(super) drawn_fresh: HashMap<(bool, Vec<Topic>), Frame>,
    /// The last of these: for whether it was the reader's own and at home, and for which page.
    pub(super) drawn_last: Option<((bool, bool), Arc<Topics>, Frame)>,
}

/// Which pages a post is on, or may just have left.
pub(super) struct Reach {
    post: Option<PostId>,
    feed: FeedId,
    /// Those that the post is found under now.
    tags: Vec<String>,
    /// The feeds of those who have acted on it now.
    actors: Vec<FeedId>,
    /// Whose act is gone.
    gone_actor: Option<FeedId>,
    /// Words have changed or gone, and with them perhaps a tag.
    may_lose_tags: bool,
    /// It was deleted so long ago that nobody knows any more where it stood.
    pub(super) is_forgotten: bool,
}

/// What one reader gets of an event.
#[derive(Clone)]
pub(super) struct Portion {
    /// None if nothing of it concerns the reader's pages.
    pub(super) frame: Option<Frame>,
    /// It changes the reader's home river.
    pub(super) at_home: bool,
    /// It is, or was, among the reader's discussions.
    pub(super) is_discussed: bool,
    /// The reader sees such posts only where they go and look at them.
    pub(super) is_unlisted: bool,
    /// Pages that would have the post, but not for this reader.
    pub(super) barred: Vec<Topic>,
    /// For each page of the reader, whatever it shows.
    pub(super) notice: Option<Frame>,
    pub(super) reach: Arc<Reach>,
}

impl Subject {
    pub(super) fn of(conn: &Connection, event: Event) -> Result<Subject> {
        let concerned = notifications::affected_users(conn, &event)?;
        let mut audience = HashSet::new();
        let mut reach = Reach {
            post: event.post,
            feed: event.feed,
            tags: Vec::new(),
            actors: Vec::new(),
            gone_actor: None,
            may_lose_tags: matches!(
                event.kind,
                EventKind::PostEdited | EventKind::CommentEdited | EventKind::CommentDeleted
            ),
            is_forgotten: false,
        };
        let mut is_fresh = false;
        let mut people: Vec<UserId> = event.author.into_iter().chain([event.actor]).collect();
        if let Some(comment) = event.comment {
            people.extend(comments::author(conn, comment)?);
        }
        people.dedup();
        let mut is_open = true;
        for person in people {
            is_open = is_open && distance::is_seen_by_all(conn, person)?;
        }
        if let Some(post) = event.post {
            reach.tags = rivers::tags(conn, post)?;
            reach.actors = rivers::actors(conn, post)?;
            audience.extend(rivers::audience(conn, event.feed, post)?);
            if takes_away(event.kind) {
                // The act that brought it into their rivers may be the one that is gone.
                let gone = match event.comment {
                    Some(comment) => comments::author(conn, comment)?.unwrap_or(event.actor),
                    None => event.actor,
                };
                audience.extend(rivers::followers_and_self(conn, gone)?);
                reach.gone_actor = Some(feeds::own(conn, gone)?.id);
            }
            match event.kind {
                EventKind::Post => is_fresh = posts::looks_alike(conn, post)?,
                EventKind::PostDeleted => reach.is_forgotten = !posts::is_kept(conn, post)?,
                _ => {}
            }
        }
        Ok(Subject {
            event,
            reach: Arc::new(reach),
            audience,
            concerned: concerned.into_iter().collect(),
            is_fresh,
            is_open,
            drawn: HashMap::new(),
            drawn_fresh: HashMap::new(),
            drawn_last: None,
        })
    }
}

impl Reach {
    /// Whether the post is on such a page now. What a person does under their own posts is not among their acts.
    pub(super) fn has(&self, topic: &Topic, at_home: bool, is_discussed: bool) -> bool {
        match topic {
            Topic::Home => at_home,
            Topic::Everything => true,
            Topic::Discussions => is_discussed,
            Topic::Post(post) => self.post == Some(*post),
            Topic::Feed(feed) => self.feed == *feed,
            Topic::Acts(feed) => *feed != self.feed && self.actors.contains(feed),
            Topic::Tag(tag) => self.tags.contains(tag),
        }
    }

    /// Whether it may just have left such a page.
    fn may_have_left(&self, topic: &Topic) -> bool {
        match topic {
            Topic::Acts(feed) => self.is_forgotten || self.gone_actor == Some(*feed),
            Topic::Tag(_) => self.is_forgotten || self.may_lose_tags,
            _ => false,
        }
    }
}

impl Portion {
    /// What a stream with these topics gets.
    pub(super) fn frames<'p>(&'p self, topics: &Topics) -> [Option<&'p Frame>; 2] {
        let wanted = self.frame.as_ref().filter(|_| self.is_for(topics));
        [wanted, self.notice.as_ref()]
    }

    pub(super) fn is_for(&self, topics: &Topics) -> bool {
        let reach = &self.reach;
        let is_there =
            |topic| reach.has(topic, self.at_home, self.is_discussed) || reach.may_have_left(topic);
        reach.post.is_none()
            || topics
                .iter()
                .any(|topic| is_there(topic) && !self.keeps_from(topic))
    }

    /// Whether the reader does not want to see the post on such a page.
    pub(super) fn keeps_from(&self, topic: &Topic) -> bool {
        self.is_unlisted && !matches!(topic, Topic::Feed(_) | Topic::Post(_))
            || self.barred.contains(topic)
    }
}

/// After such an event a post may be gone from rivers that it stood in.
pub(super) fn takes_away(kind: EventKind) -> bool {
    matches!(kind, EventKind::Unlike | EventKind::CommentDeleted)
}
