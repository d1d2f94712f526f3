//! What an event looks like on a stream: drawn by the same partials as the page, and once for all to whom it looks the
//! same.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use jiff::tz::TimeZone;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::{
    auth::FormToken,
    error::{Error, Result},
    model::{
        BasePath, Comment, Epoch, Event, EventId, EventKind, FeedId, Post, PostId, Topic, Topics,
        UserId,
    },
    store::{
        comments, feeds, notifications,
        posts::{self, Shape},
        users,
    },
    views::{self, Drawing},
};

pub(super) type Frame = Arc<[u8]>;

/// All that drawing needs and no reader changes.
pub struct Renderer {
    pub epoch: Epoch,
    pub base: BasePath,
    pub zone: TimeZone,
}

/// What an event is about, for all readers alike.
pub(super) struct Subject {
    pub(super) event: Event,
    /// The tags that the post is found under.
    tags: Arc<[String]>,
    acts_of: Arc<[FeedId]>,
    /// In whose home river it may stand, or may have stood before the event.
    audience: HashSet<UserId>,
    /// Whose notifications it may change.
    concerned: HashSet<UserId>,
    /// Nobody has done anything about the post yet, so it looks alike to all but its author.
    is_fresh: bool,
    /// It was deleted so long ago that nobody knows any more in whose rivers it stood.
    is_forgotten: bool,
    drawn: HashMap<Looks, Frame>,
    /// The same for a fresh post: by whether it is the reader's own, and stands in the reader's river.
    drawn_fresh: HashMap<(bool, bool), Frame>,
}

/// What one reader gets of an event.
#[derive(Clone)]
pub(super) struct Portion {
    /// None if nothing of it concerns the reader's pages.
    frame: Option<Frame>,
    /// It changes the reader's home river.
    at_home: bool,
    /// It is, or was, among the reader's discussions.
    is_discussed: bool,
    post: Option<PostId>,
    feed: FeedId,
    tags: Arc<[String]>,
    /// The feeds of those who acted on it, or just did not any more.
    acts_of: Arc<[FeedId]>,
    /// For each page of the reader, whatever it shows.
    notice: Option<Frame>,
}

/// Two readers to whom an event looks the same get the same frame.
#[derive(PartialEq, Eq, Hash)]
struct Looks {
    post: Post,
    /// In the reader's home river.
    position: Option<EventId>,
    is_discussed: bool,
    comment: Option<Comment>,
}

impl Subject {
    /// What is the same for all readers of an event.
    pub(super) fn of(conn: &Connection, event: Event) -> Result<Subject> {
        let mut subject = Subject {
            tags: Arc::default(),
            acts_of: Arc::default(),
            audience: HashSet::new(),
            concerned: notifications::concerned(conn, &event)?
                .into_iter()
                .collect(),
            is_fresh: false,
            is_forgotten: false,
            drawn: HashMap::new(),
            drawn_fresh: HashMap::new(),
            event,
        };
        let event = &subject.event;
        if let Some(post) = event.post {
            subject.tags = feeds::tags(conn, post)?.into();
            subject
                .audience
                .extend(feeds::audience(conn, event.feed, post)?);
            let mut acts_of = feeds::actors(conn, post)?;
            if takes_away(event.kind) {
                // The act that brought it into their rivers may be the one that is gone.
                let gone = match event.comment {
                    Some(comment) => comments::author(conn, comment)?.unwrap_or(event.actor),
                    None => event.actor,
                };
                subject.audience.extend(feeds::circle(conn, gone)?);
                acts_of.push(users::own_feed(conn, gone)?);
            }
            subject.acts_of = acts_of.into();
            match event.kind {
                EventKind::Post => subject.is_fresh = posts::is_untouched(conn, post)?,
                EventKind::PostDeleted => subject.is_forgotten = !posts::is_kept(conn, post)?,
                _ => {}
            }
        }
        Ok(subject)
    }
}

impl Portion {
    /// What a stream with these topics gets.
    pub(super) fn frames(&self, topics: &Topics) -> impl Iterator<Item = &Frame> {
        let wanted = self.frame.as_ref().filter(|_| self.is_for(topics));
        wanted.into_iter().chain(&self.notice)
    }

    fn is_for(&self, topics: &Topics) -> bool {
        self.post.is_none() || topics.iter().any(|topic| self.is_about(topic))
    }

    fn is_about(&self, topic: &Topic) -> bool {
        match topic {
            Topic::Home => self.at_home,
            Topic::Everything => true,
            Topic::Discussions => self.is_discussed,
            Topic::Post(post) => self.post == Some(*post),
            Topic::Feed(feed) => self.feed == *feed,
            Topic::Acts(feed) => self.acts_of.contains(feed),
            Topic::Tag(tag) => self.tags.contains(tag),
        }
    }
}

impl Renderer {
    /// What `user` gets of an event; none if none of the pages with these topics has to do with it.
    pub(super) fn portion<'t>(
        &self,
        conn: &Connection,
        subject: &mut Subject,
        user: UserId,
        mut pages: impl Iterator<Item = &'t Topics>,
    ) -> Result<Option<Portion>> {
        let event = &subject.event;
        let mut portion = Portion {
            frame: None,
            at_home: subject.audience.contains(&user) || subject.is_forgotten,
            // Looked at more closely below.
            is_discussed: true,
            post: event.post,
            feed: event.feed,
            tags: subject.tags.clone(),
            acts_of: subject.acts_of.clone(),
            notice: None,
        };
        if pages.any(|topics| portion.is_for(topics)) {
            self.draw(conn, subject, user, &mut portion)?;
        }
        let is_own = event_is_own_news(&subject.event, user);
        if subject.concerned.contains(&user) && !is_own {
            portion.notice = Some(self.notice(conn, &subject.event, user)?);
        }
        let is_empty = portion.frame.is_none() && portion.notice.is_none();
        Ok((!is_empty).then_some(portion))
    }

    fn draw(
        &self,
        conn: &Connection,
        subject: &mut Subject,
        user: UserId,
        portion: &mut Portion,
    ) -> Result<()> {
        let event = &subject.event;
        let Some(id) = event.post else {
            // Whom one follows changes the whole river.
            let changes_river = matches!(event.kind, EventKind::Follow | EventKind::Unfollow);
            portion.frame = (changes_river && event.actor == user).then(|| self.reset(event.id));
            return Ok(());
        };
        if event.kind == EventKind::PostDeleted {
            portion.is_discussed = subject.is_forgotten || feeds::is_discussed_by(conn, user, id)?;
            if !posts::is_visible(conn, user, id)? {
                portion.frame =
                    Some(self.frame(event.id, "post_deleted", &json!({ "post_id": id })));
            }
            return Ok(());
        }
        if subject.is_fresh {
            return self.draw_fresh(conn, subject, user, id, portion);
        }
        let Some(mut post) = there(posts::find(conn, user, id, Shape::Folded))? else {
            return Ok(());
        };
        let home = feeds::place_at_home(conn, user, id)?;
        if let Some(home) = home {
            post.position = home.position;
            if !home.is_direct {
                feeds::explain_one(conn, user, &mut post)?;
            }
        }
        portion.at_home &= home.is_some() || takes_away(event.kind);
        let is_discussed = feeds::is_discussed_by(conn, user, id)?;
        portion.is_discussed = is_discussed || event.actor == user || takes_away(event.kind);
        let comment = match event
            .comment
            .filter(|_| event.kind != EventKind::CommentDeleted)
        {
            None => None,
            Some(comment) => match there(comments::find(conn, user, comment))? {
                None => return Ok(()),
                found => found,
            },
        };
        let looks = Looks {
            post,
            position: home.map(|home| home.position),
            is_discussed,
            comment,
        };
        let known = subject.drawn.get(&looks).cloned();
        let frame = match known {
            Some(frame) => frame,
            None => self.drawn(conn, subject, &looks)?,
        };
        portion.frame = Some(frame.clone());
        subject.drawn.insert(looks, frame);
        Ok(())
    }

    /// Ten thousand readers of a new post see two things: their own post, or somebody else's.
    fn draw_fresh(
        &self,
        conn: &Connection,
        subject: &mut Subject,
        user: UserId,
        id: PostId,
        portion: &mut Portion,
    ) -> Result<()> {
        let is_mine = subject.event.actor == user;
        portion.is_discussed = is_mine;
        let sight = (is_mine, portion.at_home);
        if let Some(frame) = subject.drawn_fresh.get(&sight) {
            portion.frame = Some(frame.clone());
            return Ok(());
        }
        let Some(post) = there(posts::find(conn, user, id, Shape::Folded))? else {
            return Ok(());
        };
        let looks = Looks {
            position: portion.at_home.then_some(post.bump),
            post,
            is_discussed: is_mine,
            comment: None,
        };
        let frame = self.drawn(conn, subject, &looks)?;
        portion.frame = Some(frame.clone());
        subject.drawn_fresh.insert(sight, frame);
        Ok(())
    }

    fn drawn(&self, conn: &Connection, subject: &Subject, looks: &Looks) -> Result<Frame> {
        let (event, post) = (&subject.event, &looks.post);
        let form_token = FormToken::to_be_filled_in();
        let drawing = Drawing {
            base: &self.base,
            zone: &self.zone,
            form_token: &form_token,
            form_key: "",
        };
        let mut data = json!({
            "post_id": post.id,
            "topics": topics(conn, subject, looks)?,
            "position": looks.position,
            "bump": post.bump,
            "posted": post.posted,
            "via": views::json::via(post.via.as_ref()),
            "html": views::posts::article(post, &drawing).into_string(),
        });
        match event.kind {
            EventKind::Post | EventKind::PostEdited => {
                data["post"] = views::json::post(post, &self.base);
            }
            EventKind::Like | EventKind::Unlike => {
                data["user"] = views::json::user(&users::by_id(conn, event.actor)?);
                data["likes"] = views::json::likes(&post.likes);
            }
            EventKind::CommentLike | EventKind::CommentUnlike => {
                data["user"] = views::json::user(&users::by_id(conn, event.actor)?);
            }
            _ => {}
        }
        if let Some(id) = event.comment {
            data["comment_id"] = Value::from(id.0);
        }
        if let Some(comment) = &looks.comment {
            data["comment"] = views::json::comment(comment);
            data["comment_html"] = views::comments::comment(comment, &drawing)
                .into_string()
                .into();
        }
        Ok(self.frame(event.id, event.kind.name(), &data))
    }

    fn notice(&self, conn: &Connection, event: &Event, user: UserId) -> Result<Frame> {
        let unread = notifications::unread(conn, user)?;
        let data = json!({ "post_id": event.post, "unread": unread });
        Ok(self.frame(event.id, "notification", &data))
    }

    /// The page is to load its river again and go on from `id`.
    pub(super) fn reset(&self, id: EventId) -> Frame {
        self.frame(id, "reset", &json!({ "post_id": null }))
    }

    /// The stream ends, and why.
    pub(super) fn bye(&self, id: EventId, reason: &str) -> Frame {
        self.frame(id, "bye", &json!({ "post_id": null, "reason": reason }))
    }

    /// What a stream begins with: when to come back, and from where on if nothing else has come until then.
    pub(super) fn hello(&self, after: EventId) -> String {
        format!("retry: 3000\nid: {}\n\n", self.epoch.at(after))
    }

    /// JSON has no line ends in it, so one `data:` line holds it whole.
    fn frame(&self, id: EventId, name: &str, data: &Value) -> Frame {
        format!("id: {}\nevent: {name}\ndata: {data}\n\n", self.epoch.at(id))
            .into_bytes()
            .into()
    }
}

/// The pages that the post belongs on now, by their topics.
fn topics(conn: &Connection, subject: &Subject, looks: &Looks) -> Result<Vec<String>> {
    let mut topics = vec![
        Topic::Everything,
        Topic::Post(looks.post.id),
        Topic::Feed(subject.event.feed),
    ];
    topics.extend(looks.position.map(|_| Topic::Home));
    topics.extend(looks.is_discussed.then_some(Topic::Discussions));
    let acts = feeds::actors(conn, looks.post.id)?;
    // What one does under one's own posts is not among one's acts.
    let acts = acts.into_iter().filter(|feed| *feed != subject.event.feed);
    topics.extend(acts.map(Topic::Acts));
    topics.extend(subject.tags.iter().cloned().map(Topic::Tag));
    Ok(topics.iter().map(Topic::to_string).collect())
}

/// After such an event a post may be gone from rivers that it stood in.
fn takes_away(kind: EventKind) -> bool {
    matches!(kind, EventKind::Unlike | EventKind::CommentDeleted)
}

/// What one does oneself is no news, but that one has read it.
fn event_is_own_news(event: &Event, user: UserId) -> bool {
    event.actor == user && event.kind != EventKind::NotificationsChanged
}

fn there<T>(found: Result<T>) -> Result<Option<T>> {
    match found {
        Err(Error::NotFound) => Ok(None),
        other => other.map(Some),
    }
}
