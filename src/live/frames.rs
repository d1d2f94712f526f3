//! What an event looks like on a stream: drawn by the same partials as the page, and once for all to whom it looks the
//! same.

use std::sync::Arc;

use jiff::tz::TimeZone;
use rusqlite::Connection;
use serde_json::{Value, json};

use super::{
    online::Pages,
    subject::{Portion, Subject, takes_away},
};
use crate::{
    auth::FormToken,
    error::{Error, Result},
    model::{BasePath, Comment, Epoch, Event, EventId, EventKind, Post, PostId, Topic, UserId},
    store::{
        comments, feeds, notifications,
        posts::{self, Shape},
        relationships::distance,
        rivers, users,
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

/// Two readers to whom an event looks the same get the same frame.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct Looks {
    post: Post,
    /// In the reader's home river.
    position: Option<EventId>,
    /// Those of the reader's pages on which the post belongs now.
    topics: Vec<Topic>,
    comment: Option<Comment>,
}

impl Renderer {
    /// What `user` gets of an event; none if none of the pages with these topics has to do with it.
    pub(super) fn portion(
        &self,
        conn: &Connection,
        subject: &mut Subject,
        user: UserId,
        pages: &Pages,
    ) -> Result<Option<Portion>> {
        let mut portion = Portion {
            frame: None,
            at_home: subject.audience.contains(&user) || subject.reach.is_forgotten,
            // Looked at more closely below.
            is_discussed: true,
            notice: None,
            is_unlisted: false,
            barred: self::barred(conn, subject, user, pages)?,
            reach: subject.reach.clone(),
        };
        if pages.iter().any(|(_, topics)| portion.is_for(topics)) {
            self.draw(conn, subject, user, pages, &mut portion)?;
        }
        // What somebody does whom the reader does not see is no news, not even that there is none.
        if subject.concerned.contains(&user)
            && (subject.is_open || may_be_told(conn, subject, user)?)
        {
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
        pages: &Pages,
        portion: &mut Portion,
    ) -> Result<()> {
        let event = &subject.event;
        let Some(id) = event.post else {
            // Whom one follows changes the whole river, and so does whom one does not see.
            let changes_river = matches!(
                event.kind,
                EventKind::Follow
                    | EventKind::FollowGranted
                    | EventKind::RiverChanged
                    | EventKind::Unfollow
            );
            portion.frame = (changes_river && event.actor == user).then(|| self.reset(event.id));
            return Ok(());
        };
        if !subject.is_open {
            if !may_be_told(conn, subject, user)? {
                return Ok(());
            }
            portion.is_unlisted = match event.author {
                Some(author) => distance::is_hidden(conn, user, author)?,
                None => false,
            };
        }
        if event.kind == EventKind::PostDeleted {
            portion.is_discussed =
                subject.reach.is_forgotten || rivers::is_discussed_by(conn, user, id)?;
            if !posts::is_visible(conn, user, id)? {
                portion.frame =
                    Some(self.frame(event.id, "post_deleted", &json!({ "post_id": id })));
            }
            return Ok(());
        }
        if subject.is_fresh && !portion.is_unlisted {
            return self.draw_fresh(conn, subject, user, pages, portion);
        }
        let Some((post, at_home)) = there(rivers::find_at_home(conn, user, id))? else {
            return Ok(());
        };
        portion.at_home &= at_home || takes_away(event.kind);
        let is_discussed = rivers::is_discussed_by(conn, user, id)?;
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
            position: at_home.then_some(post.position),
            topics: belongs(subject, pages, portion, at_home, is_discussed),
            post,
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
        pages: &Pages,
        portion: &mut Portion,
    ) -> Result<()> {
        let is_mine = subject.event.actor == user;
        portion.is_discussed = is_mine;
        // Most readers have one page open, and the same one.
        let alike = (is_mine, portion.at_home);
        let page = match pages.as_slice() {
            [(_, topics)] => Some(topics),
            _ => None,
        };
        if let (Some(page), Some((drawn_for, drawn_page, frame))) = (page, &subject.drawn_last)
            && *drawn_for == alike
            && Arc::ptr_eq(drawn_page, page)
        {
            portion.frame = Some(frame.clone());
            return Ok(());
        }
        let topics = belongs(subject, pages, portion, portion.at_home, is_mine);
        let sight = (is_mine, topics);
        if let Some(frame) = subject.drawn_fresh.get(&sight) {
            portion.frame = Some(frame.clone());
            subject.drawn_last = page.map(|page| (alike, page.clone(), frame.clone()));
            return Ok(());
        }
        let id = subject.event.post.ok_or(Error::NotFound)?;
        let Some(post) = there(posts::find(conn, user, id, Shape::Folded))? else {
            return Ok(());
        };
        let looks = Looks {
            position: portion.at_home.then_some(post.bump),
            post,
            topics: sight.1.clone(),
            comment: None,
        };
        let frame = self.drawn(conn, subject, &looks)?;
        portion.frame = Some(frame.clone());
        subject.drawn_fresh.insert(sight, frame);
        Ok(())
    }

    fn drawn(&self, conn: &Connection, subject: &Subject, looks: &Looks) -> Result<Frame> {
        let (event, post) = (&subject.event, &looks.post);
        let form_token = FormToken::empty();
        let drawing = Drawing {
            base: &self.base,
            zone: &self.zone,
            form_token: &form_token,
            form_key: "",
            is_guest: false,
        };
        let mut data = json!({
            "post_id": post.id,
            "topics": looks.topics.iter().map(Topic::to_string).collect::<Vec<_>>(),
            "position": looks.position,
            "bump": post.bump,
            "posted": post.posted,
            "via": views::json::via(post.via.as_ref(), &self.base),
            "html": views::posts::article(post, &drawing).into_string(),
        });
        match event.kind {
            EventKind::Post | EventKind::PostEdited => {
                data["post"] = views::json::post(post, &self.base);
            }
            EventKind::Like | EventKind::Unlike => {
                data["user"] = views::json::user(&users::by_id(conn, event.actor)?, &self.base);
                data["likes"] = views::json::likes(&post.likes);
            }
            EventKind::CommentLike | EventKind::CommentUnlike => {
                data["user"] = views::json::user(&users::by_id(conn, event.actor)?, &self.base);
            }
            _ => {}
        }
        if let Some(id) = event.comment {
            data["comment_id"] = Value::from(id.0);
        }
        if let Some(comment) = &looks.comment {
            data["comment"] = views::json::comment(comment, &self.base);
            data["comment_html"] = views::comments::comment(comment, &drawing)
                .into_string()
                .into();
        }
        Ok(self.frame(event.id, event.kind.name(), &data))
    }

    fn notice(&self, conn: &Connection, event: &Event, user: UserId) -> Result<Frame> {
        let unread = notifications::unread(conn, user)?;
        Ok(self.unread(event.id, event.post, unread))
    }

    /// How many notifications are unread now.
    pub(super) fn unread(&self, at: EventId, post: Option<PostId>, unread: u32) -> Frame {
        let data = json!({ "post_id": post, "unread": unread });
        self.frame(at, "notification", &data)
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

/// Those of a reader's pages on which the post belongs now.
fn belongs(
    subject: &Subject,
    pages: &Pages,
    portion: &Portion,
    at_home: bool,
    is_discussed: bool,
) -> Vec<Topic> {
    let topics = pages.iter().flat_map(|(_, topics)| topics.iter());
    let mut found: Vec<Topic> = Vec::new();
    for topic in topics {
        let is_there =
            subject.reach.has(topic, at_home, is_discussed) && !portion.keeps_from(topic);
        if is_there && !found.contains(topic) {
            found.push(topic.clone());
        }
    }
    found
}

fn there<T>(found: Result<T>) -> Result<Option<T>> {
    match found {
        Err(Error::NotFound) => Ok(None),
        other => other.map(Some),
    }
}

/// Whether the reader may hear of an event that not everybody may: who never could see the thing is not told that it
/// was there, and who does not see a person is told nothing of what that one does.
fn may_be_told(conn: &Connection, subject: &Subject, user: UserId) -> Result<bool> {
    let event = &subject.event;
    if event.post.is_some() && !feeds::may_read(conn, user, event.feed)? {
        return Ok(false);
    }
    let author = event.author.filter(|_| event.post.is_some());
    let commenter = match event.comment {
        Some(comment) => comments::author(conn, comment)?,
        None => None,
    };
    // A comment that the reader does not see comes and goes unheard.
    if let Some(commenter) = commenter
        && distance::is_hidden(conn, user, commenter)?
    {
        return Ok(false);
    }
    let is_seen = match event.kind {
        EventKind::Like | EventKind::Unlike if author != Some(user) => {
            !distance::hides_likes(conn, user, event.actor)?
        }
        EventKind::CommentLike | EventKind::CommentUnlike if commenter != Some(user) => {
            !distance::hides_likes(conn, user, event.actor)?
        }
        // One's own posts are there where one looks for them, and what is taken away is gone for everybody.
        _ if Some(event.actor) == author || event.kind == EventKind::CommentDeleted => true,
        _ => !distance::is_hidden(conn, user, event.actor)?,
    };
    Ok(is_seen)
}

/// Of a reader's pages, those that would have the post but do not show this reader why.
fn barred(conn: &Connection, subject: &Subject, user: UserId, pages: &Pages) -> Result<Vec<Topic>> {
    let Some(post) = subject.event.post else {
        return Ok(Vec::new());
    };
    let topics = pages.iter().flat_map(|(_, topics)| topics.iter());
    let mut barred = Vec::new();
    for topic in topics {
        let is_open = match topic {
            Topic::Acts(feed) => feeds::may_read(conn, user, *feed)?,
            Topic::Tag(tag) if subject.reach.has(topic, false, false) => {
                rivers::is_tagged(conn, user, post, tag)?
            }
            _ => true,
        };
        if !is_open {
            barred.push(topic.clone());
        }
    }
    Ok(barred)
}
