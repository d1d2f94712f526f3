//! The questions that decide who may be told of an event, and on which pages, by the rows of today.
//!
//! Most events are for everybody who reads their feeds: nobody is kept away from the people in them, and then no reader
//! needs to be checked.

use std::collections::HashSet;

use rusqlite::Connection;

use super::{comments, feeds, groups, hides, relationships::distance, rivers};
use crate::{
    error::Result,
    model::{Event, HideCandidate, HidePage, PostId, Reveals, Timestamp, Topic, User, UserId},
};

/// The readers who may be told of an event.
#[derive(Debug)]
pub enum ToldReaders {
    Everybody,
    /// The followers of private feeds. Nobody is kept away from the people in the event.
    Only(HashSet<UserId>),
    /// Each reader has to be checked by [`may_be_told`].
    Checked,
}

/// Returns who may be told of an event. Readers need not be checked one by one if nobody has blocked or muted the people
/// in it, and its like, if it is one, is that of a public person.
pub fn told(conn: &Connection, event: &Event) -> Result<ToldReaders> {
    let mut people: Vec<UserId> = event.author.into_iter().chain([event.actor]).collect();
    if let Some(comment) = event.comment {
        people.extend(comments::author(conn, comment)?);
    }
    people.dedup();
    let is_like = match event.kind.facts().reveals {
        Reveals::PostLike | Reveals::CommentLike => true,
        Reveals::Actor | Reveals::Nobody => false,
    };
    for person in people {
        if !distance::is_seen_by_all(conn, person, is_like)? {
            return Ok(ToldReaders::Checked);
        }
    }
    if event.post.is_none() {
        return Ok(ToldReaders::Everybody);
    }
    let mut feeds = feeds::of_event(conn, event)?;
    if !feeds.contains(&event.feed) {
        feeds.push(event.feed);
    }
    Ok(match feeds::readers(conn, &feeds)? {
        Some(readers) => ToldReaders::Only(readers),
        None => ToldReaders::Everybody,
    })
}

/// Checks whether a reader may be told of an event.
///
/// A reader who never could see a thing is not told that it was there, and a reader who does not see a person is told
/// nothing of what that person does.
pub fn may_be_told(conn: &Connection, reader: UserId, event: &Event) -> Result<bool> {
    if event.post.is_some() && !feeds::may_read_event(conn, reader, event)? {
        return Ok(false);
    }
    let author = event.author.filter(|_| event.post.is_some());
    let commenter = match event.comment {
        Some(comment) => comments::author(conn, comment)?,
        None => None,
    };
    if let Some(commenter) = commenter
        && distance::is_hidden(conn, reader, commenter)?
    {
        return Ok(false);
    }
    let is_kept_from_reader = match event.kind.facts().reveals {
        Reveals::Nobody => false,
        Reveals::PostLike if author != Some(reader) => {
            distance::hides_likes(conn, reader, event.actor)?
        }
        Reveals::CommentLike if commenter != Some(reader) => {
            distance::hides_likes(conn, reader, event.actor)?
        }
        // Muted authors' own posts are still there for readers who go and look for them.
        Reveals::Actor | Reveals::PostLike | Reveals::CommentLike => {
            Some(event.actor) != author && distance::is_hidden(conn, reader, event.actor)?
        }
    };
    Ok(!is_kept_from_reader)
}

/// Checks whether a reader sees the event's post only on its own page and its author's, because its author is hidden
/// from them.
pub fn is_unlisted(conn: &Connection, reader: UserId, event: &Event) -> Result<bool> {
    match event.author {
        Some(author) => distance::is_hidden(conn, reader, author),
        None => Ok(false),
    }
}

/// Returns those of some topics from whose pages a post is taken out for a reader, because the reader hides it at this
/// time. `author` and `text` are the post's.
pub fn hidden_topics<'t>(
    conn: &Connection,
    reader: UserId,
    now: Timestamp,
    (post, author, text): (PostId, &User, &str),
    topics: impl Iterator<Item = &'t Topic>,
) -> Result<Vec<Topic>> {
    let hides = hides::of(conn, reader, now)?;
    if hides.is_empty() {
        return Ok(Vec::new());
    }
    let candidate = HideCandidate {
        post,
        author: author.id,
        is_mine: author.id == reader,
        text,
        feeds: hides::feeds_of(conn, &hides, reader, post)?,
    };
    let is_hidden = |topic: &&Topic| {
        let reasons = hides.of_post(&candidate, &HidePage::of(topic, author));
        !reasons.is_empty()
    };
    Ok(topics.filter(is_hidden).cloned().collect())
}

/// Checks whether a reader may see on a page why the post is there: a person's acts, a comment with the tag, the
/// feed, or a member of the reader's list.
pub fn may_see_reason(
    conn: &Connection,
    reader: UserId,
    post: PostId,
    topic: &Topic,
) -> Result<bool> {
    match topic {
        Topic::Acts(feed) | Topic::Feed(feed) => feeds::may_read(conn, reader, *feed),
        Topic::Group(key) => groups::may_read(conn, reader, key),
        Topic::Tag(tag) => rivers::is_tagged(conn, reader, post, tag),
        Topic::List(slug) => rivers::is_in_list(conn, reader, post, slug),
        // What a search finds depends on more: see `search::is_found`.
        Topic::Search(_)
        | Topic::Home
        | Topic::Everything
        | Topic::Discussions
        | Topic::Directs
        | Topic::Post(_) => Ok(true),
    }
}
