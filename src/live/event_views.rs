//! The views of one event, worked out reader by reader. Each look of the event is rendered once for all readers to whom
//! it looks the same.

use std::collections::HashMap;

use super::{
    affected_pages::{Exclusions, Placement},
    alike_frames::{AlikeFrames, AlikeKey},
    distribution::Distribution,
    reader_view::{AffectedReader, PageUpdate, ReaderView},
    registry::{Listener, OpenPages},
    renderer::{RenderKey, Renderer},
    sse::{self, StreamFrame},
};
use crate::{
    error::{Error, Result},
    model::{Carries, Comment, Event, EventField, Post, PostId, Timestamp, Topic, Topics, UserId},
    store::{
        Snapshot,
        audience::{self, ToldReaders},
        comments, feeds, groups,
        posts::{self, Shape},
        rivers, search,
    },
};

/// One event, seen from one snapshot of the database.
pub(super) struct EventViews<'v> {
    conn: &'v Snapshot,
    renderer: &'v Renderer,
    /// The time that the ends of hides are compared with.
    now: Timestamp,
    distribution: Distribution,
    frames: HashMap<RenderKey, StreamFrame>,
    alike: AlikeFrames,
}

impl<'v> EventViews<'v> {
    /// Prepares the views of an event at this time.
    pub(super) fn of(
        conn: &'v Snapshot,
        renderer: &'v Renderer,
        event: Event,
        now: Timestamp,
    ) -> Result<EventViews<'v>> {
        Ok(EventViews {
            conn,
            renderer,
            now,
            distribution: Distribution::of(conn, event)?,
            frames: HashMap::new(),
            alike: AlikeFrames::default(),
        })
    }

    /// Returns the view of the event for a listener with these pages. None if it concerns none of them.
    pub(super) fn view_for(
        &mut self,
        listener: Listener,
        pages: &OpenPages,
    ) -> Result<Option<ReaderView>> {
        let reader = listener.user;
        let update = match self.affected_reader(listener, pages)? {
            Some(reader) => self.update(reader)?,
            None => None,
        };
        let notification = self.notification(reader)?;
        let is_empty = update.is_none() && notification.is_none();
        Ok((!is_empty).then(|| ReaderView {
            pages: self.distribution.pages.clone(),
            update,
            notification,
        }))
    }

    /// Returns the reader if the event may affect one of the pages.
    fn affected_reader<'p>(
        &self,
        listener: Listener,
        pages: &'p OpenPages,
    ) -> Result<Option<AffectedReader<'p>>> {
        let id = listener.user;
        let distribution = &self.distribution;
        let placement = Placement {
            at_home: distribution.home_audience.contains(&id) || distribution.pages.is_forgotten,
            // Discussions are looked up only for readers with an affected page.
            is_discussed: true,
        };
        let mut exclusions = Exclusions {
            is_unlisted: false,
            topics: self.excluded_topics(id, pages)?,
            hidden: Vec::new(),
        };
        let is_affected = |exclusions: &Exclusions| {
            let affected = &distribution.pages;
            let mut pages = pages.iter();
            pages.any(|(_, topics)| affected.include_any(topics, placement, exclusions))
        };
        if is_affected(&exclusions) {
            exclusions.hidden = self.hidden_topics(id, pages)?;
        }
        Ok(is_affected(&exclusions).then_some(AffectedReader {
            id,
            language: listener.language,
            pages,
            placement,
            exclusions,
        }))
    }

    /// Returns the topics of those pages that have the post for a reason that this reader may not see.
    fn excluded_topics(&self, reader: UserId, pages: &OpenPages) -> Result<Vec<Topic>> {
        let Some(post) = self.distribution.event.post else {
            return Ok(Vec::new());
        };
        let (mut excluded, mut searches) = (Vec::new(), HashMap::new());
        let topics = pages.iter().flat_map(|(_, topics)| topics.iter());
        for topic in topics.filter(|topic| self.distribution.pages.need_reason(topic)) {
            let is_search = matches!(topic, Topic::Search(_));
            let has_room = !is_search || searches.len() < Topics::LIVE_SEARCHES_MAX;
            let has_reason = match searches.get(topic) {
                Some(known) => *known,
                None => has_room && self.has_reason(reader, post, topic)?,
            };
            searches.extend(is_search.then_some((topic, has_reason)));
            excluded.extend((!has_reason).then(|| topic.clone()));
        }
        Ok(excluded)
    }

    /// Checks whether a reader may see why a page has the post.
    fn has_reason(&self, reader: UserId, post: PostId, topic: &Topic) -> Result<bool> {
        let Topic::Search(typed) = topic else {
            return audience::may_see_reason(self.conn, reader, post, topic);
        };
        self.renderer.search_as(reader, |searcher| {
            search::is_found(self.conn, typed, searcher, post)
        })
    }

    /// Returns the topics of those pages from which this reader has hidden the post.
    fn hidden_topics(&self, reader: UserId, pages: &OpenPages) -> Result<Vec<Topic>> {
        let distribution = &self.distribution;
        let (Some(post), Some((author, text))) = (distribution.event.post, &distribution.hideable)
        else {
            return Ok(Vec::new());
        };
        let topics = pages.iter().flat_map(|(_, topics)| topics.iter());
        let post = (post, author, text.as_str());
        audience::hidden_topics(self.conn, reader, self.now, post, topics)
    }

    /// Returns the news for the reader's pages, depending on what this kind of event carries.
    fn update(&mut self, reader: AffectedReader<'_>) -> Result<Option<PageUpdate>> {
        let event = &self.distribution.event;
        match (event.kind.facts().carries, event.post) {
            (Carries::Reset, _) if event.actor != reader.id => Ok(None),
            (Carries::Reset | Carries::ResetForAll, _) => Ok(Some(self.reset(reader))),
            (Carries::PostId, Some(post)) => self.removal(post, reader),
            (Carries::Article(fields), Some(post)) => self.article(post, fields, reader),
            (Carries::Group, _) => self.group(reader),
            (Carries::Nothing, _) | (Carries::PostId | Carries::Article(_), None) => Ok(None),
        }
    }

    /// Makes the reader's pages load their rivers again.
    fn reset(&self, reader: AffectedReader<'_>) -> PageUpdate {
        let frame = sse::reset(&self.renderer.at(self.distribution.event.id));
        let placement = reader.placement;
        reader.gets(frame, placement)
    }

    /// Tells a member of a group, or a reader of its page, that something about it has changed.
    fn group(&self, reader: AffectedReader<'_>) -> Result<Option<PageUpdate>> {
        let event = &self.distribution.event;
        if !feeds::may_read(self.conn, reader.id, event.feed)? {
            return Ok(None);
        }
        let group = groups::of_feed(self.conn, event.feed)?;
        let page = Topic::Group(group.name.key());
        let is_on_page = reader
            .pages
            .iter()
            .any(|(_, topics)| topics.iter().any(|topic| *topic == page));
        if !is_on_page && !groups::members::is_member(self.conn, reader.id, event.feed)? {
            return Ok(None);
        }
        let frame = self.renderer.group(event, &group);
        let placement = reader.placement;
        Ok(Some(reader.gets(frame, placement)))
    }

    /// Tells a reader that a post is gone, unless it is visible again meanwhile.
    fn removal(&self, post: PostId, reader: AffectedReader<'_>) -> Result<Option<PageUpdate>> {
        let Some(reader) = self.admit(reader)? else {
            return Ok(None);
        };
        let placement = Placement {
            is_discussed: self.distribution.pages.is_forgotten
                || rivers::is_discussed_by(self.conn, reader.id, post)?,
            ..reader.placement
        };
        if posts::is_visible(self.conn, reader.id, post)? {
            return Ok(None);
        }
        let frame = self.renderer.post_id(&self.distribution.event, post);
        Ok(Some(reader.gets(frame, placement)))
    }

    /// Returns the post as the reader sees it now, if they do.
    fn article(
        &mut self,
        post: PostId,
        fields: &[EventField],
        reader: AffectedReader<'_>,
    ) -> Result<Option<PageUpdate>> {
        let Some(reader) = self.admit(reader)? else {
            return Ok(None);
        };
        let is_keeper = self.distribution.keepers.contains(&reader.id);
        let exclusions = &reader.exclusions;
        let is_shown_alike = !exclusions.is_unlisted && exclusions.hidden.is_empty() && !is_keeper;
        if self.distribution.looks_alike && is_shown_alike {
            return self.alike_article(post, fields, reader);
        }
        let Some((post, now, comment)) = if_found(self.look_up(post, fields, reader.id))? else {
            return Ok(None);
        };
        let affected = &self.distribution.pages;
        let key = RenderKey {
            position: now.at_home.then_some(post.position),
            topics: affected.showing(reader.pages, now, &reader.exclusions),
            post,
            comment,
            language: reader.language,
        };
        let frame = self.frame(fields, key)?;
        let placement = self.now_or_before(&reader, now);
        Ok(Some(reader.gets(frame, placement)))
    }

    /// Reads the post, its placement, and the comment if the event carries one.
    ///
    /// # Errors
    /// `NotFound` if the reader does not see one of them.
    fn look_up(
        &self,
        post: PostId,
        fields: &[EventField],
        reader: UserId,
    ) -> Result<(Post, Placement, Option<Comment>)> {
        let (found, at_home) = rivers::find_at_home(self.conn, reader, post)?;
        let now = Placement {
            at_home,
            is_discussed: rivers::is_discussed_by(self.conn, reader, post)?,
        };
        let carried = fields.contains(&EventField::Comment);
        let comment = self.distribution.event.comment.filter(|_| carried);
        let comment = comment.map(|comment| comments::find(self.conn, reader, comment));
        Ok((found, now, comment.transpose()?))
    }

    /// Returns the placement that decides which pages hear of the event: where the post is now, or was before.
    fn now_or_before(&self, reader: &AffectedReader<'_>, now: Placement) -> Placement {
        let event = &self.distribution.event;
        let removes = event.kind.facts().removes;
        let may_have_left = removes.includes_act();
        Placement {
            at_home: reader.placement.at_home
                && (now.at_home || may_have_left || removes.includes_text()),
            is_discussed: now.is_discussed || event.actor == reader.id || may_have_left,
        }
    }

    /// Returns the frame of a key, rendered if nobody has needed it before.
    fn frame(&mut self, fields: &[EventField], key: RenderKey) -> Result<StreamFrame> {
        if let Some(frame) = self.frames.get(&key) {
            return Ok(frame.clone());
        }
        let event = &self.distribution.event;
        let frame = self.renderer.article(self.conn, event, fields, &key)?;
        self.frames.insert(key, frame.clone());
        Ok(frame)
    }

    /// Returns a post that looks the same to everybody but its author, without reading it for each reader.
    fn alike_article(
        &mut self,
        post: PostId,
        fields: &[EventField],
        reader: AffectedReader<'_>,
    ) -> Result<Option<PageUpdate>> {
        let placement = Placement {
            is_discussed: self.distribution.event.actor == reader.id,
            ..reader.placement
        };
        let frame = self.alike_frame(post, fields, &reader, placement)?;
        Ok(frame.map(|frame| reader.gets(frame, placement)))
    }

    /// Returns the frame that the post has for a reader. None if the reader does not see it.
    fn alike_frame(
        &mut self,
        post: PostId,
        fields: &[EventField],
        reader: &AffectedReader<'_>,
        placement: Placement,
    ) -> Result<Option<StreamFrame>> {
        if let Some(frame) = self
            .alike
            .of_last_page(reader.pages, placement, reader.language)
        {
            return Ok(Some(frame));
        }
        let affected = &self.distribution.pages;
        let alike_key = AlikeKey {
            is_own: placement.is_discussed,
            language: reader.language,
            topics: affected.showing(reader.pages, placement, &reader.exclusions),
        };
        if let Some(frame) = self.alike.of_key(&alike_key) {
            self.alike
                .remember_last(reader.pages, placement, reader.language, &frame);
            return Ok(Some(frame));
        }
        let found = posts::find(self.conn, reader.id, post, Shape::Folded);
        let Some(post) = if_found(found)? else {
            return Ok(None);
        };
        let key = RenderKey {
            position: placement.at_home.then_some(post.bump),
            post,
            topics: alike_key.topics.clone(),
            comment: None,
            language: reader.language,
        };
        let event = &self.distribution.event;
        let frame = self.renderer.article(self.conn, event, fields, &key)?;
        self.alike.remember(alike_key, &frame);
        Ok(Some(frame))
    }

    /// Returns the reader if they may be told of the event.
    fn admit<'p>(&self, mut reader: AffectedReader<'p>) -> Result<Option<AffectedReader<'p>>> {
        if !self.may_be_told(reader.id)? {
            return Ok(None);
        }
        if matches!(self.distribution.told, ToldReaders::Checked) {
            let event = &self.distribution.event;
            reader.exclusions.is_unlisted = audience::is_unlisted(self.conn, reader.id, event)?;
        }
        Ok(Some(reader))
    }

    /// Returns whether a reader may be told of the event.
    fn may_be_told(&self, reader: UserId) -> Result<bool> {
        match &self.distribution.told {
            ToldReaders::Everybody => Ok(true),
            ToldReaders::Only(readers) => Ok(readers.contains(&reader)),
            ToldReaders::Checked => {
                audience::may_be_told(self.conn, reader, &self.distribution.event)
            }
        }
    }

    /// Returns what the reader has not read, if the event may change it. Acts of people whom the reader does not
    /// see change nothing, and are not told at all.
    fn notification(&self, reader: UserId) -> Result<Option<StreamFrame>> {
        let Distribution {
            event,
            affected_users,
            ..
        } = &self.distribution;
        if !affected_users.contains(&reader) || !self.may_be_told(reader)? {
            return Ok(None);
        }
        let marks = &self.renderer.marks;
        let unread = marks.unread_counts(self.conn, reader, self.now)?;
        let at = self.renderer.at(event.id);
        Ok(Some(sse::notification(&at, event.post, unread)))
    }
}

/// Turns `NotFound` into none: an event about a thing that the reader does not see is no error.
fn if_found<T>(found: Result<T>) -> Result<Option<T>> {
    match found {
        Err(Error::NotFound) => Ok(None),
        other => other.map(Some),
    }
}
