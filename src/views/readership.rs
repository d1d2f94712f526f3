//! Who can see a post, named before it is written and after, and why somebody sees it.

use maud::{Markup, html};
use serde::Serialize;

use super::{
    Layout, RenderContext,
    names::{self, avatar},
    phrases::phrase,
    reasons, times,
    users::{self, UserJson},
};
use crate::{
    model::{BasePath, Cause, FeedAccess, Post, PostPlace, ReaderScope, Readership, User},
    words::{count, fill, say},
};

/// Who can see a post, as JSON.
#[derive(Serialize)]
pub(crate) struct ReadershipJson<'a> {
    scope: &'static str,
    /// In words, for people.
    text: String,
    count: u64,
    people: Vec<UserJson<'a>>,
}

/// Returns who can see a post, as JSON.
pub(crate) fn json<'a>(readership: &'a Readership, base: &BasePath) -> ReadershipJson<'a> {
    let people = readership.people.iter();
    ReadershipJson {
        scope: match readership.scope {
            ReaderScope::Everybody => "everybody",
            ReaderScope::Inside => "inside",
            ReaderScope::Conversation => "conversation",
        },
        text: sentence(readership),
        count: readership.count,
        people: people.map(|user| users::json(user, base)).collect(),
    }
}

/// Says who can see it: `Ann, Bo and 5 others will see this.`
fn sentence(readership: &Readership) -> String {
    let names = named(readership);
    match (readership.scope, readership.count) {
        (ReaderScope::Everybody, 0) => {
            say("Everybody here can see this. Nobody follows it yet.").to_owned()
        }
        (ReaderScope::Everybody, _) => fill(
            "Everybody here can see this. {names} will see it at home.",
            &[("names", &names)],
        ),
        (_, 0) => say("Nobody else will see this.").to_owned(),
        (_, _) => fill("{names} will see this.", &[("names", &names)]),
    }
}

/// Names the first people and counts the others.
fn named(readership: &Readership) -> String {
    let shown = readership.people.iter().take(Readership::NAMED_MAX);
    let names: Vec<&str> = shown.map(User::shown_name).collect();
    let others = readership.count.saturating_sub(names.len() as u64);
    match (names.as_slice(), others) {
        ([only], 0) => (*only).to_owned(),
        ([first, second], 0) => fill("{list} and {last}", &[("list", first), ("last", second)]),
        (_, _) => {
            let others = count(others, "{n} other", "{n} others");
            fill(
                "{list} and {last}",
                &[("list", &names.join(", ")), ("last", &others)],
            )
        }
    }
}

/// Says what more may happen.
fn prospect(scope: ReaderScope) -> &'static str {
    match scope {
        ReaderScope::Everybody => {
            say("Friends of those who comment on it or like it find it at home, too.")
        }
        ReaderScope::Inside => say("It stays inside: comments and likes bring it to nobody else."),
        ReaderScope::Conversation => say(
            "It stays in this conversation. Each of you may add somebody, who then sees all of it.",
        ),
    }
}

/// Renders the line under the composer, which opens into the whole list.
pub(crate) fn line(readership: &Readership, render: &RenderContext<'_>) -> Markup {
    html! {
        details #audience.audience {
            summary { (sentence(readership)) }
            (list(readership, render))
        }
    }
}

/// Renders everybody who is named, and what more may happen.
fn list(readership: &Readership, render: &RenderContext<'_>) -> Markup {
    let more = readership
        .count
        .saturating_sub(readership.people.len() as u64);
    html! {
        p.hint { (prospect(readership.scope)) }
        ul.people {
            @for user in &readership.people { li { (avatar(user, "small", render.base)) (names::link(user, render)) } }
        }
        @if more > 0 { p.hint { (phrase("and {n} more", &[("n", &more)])) } }
    }
}

/// Renders the page that says who can see a post.
pub(crate) fn page(layout: &Layout<'_>, post: &Post, readership: &Readership) -> Markup {
    layout.page(
        say("Who can see this?"),
        &html! {
            h1 { (say("Who can see this?")) }
            div.card.readership {
                p { (about(layout, post)) }
                p { (sentence(readership)) }
                (list(readership, &layout.render))
            }
        },
    )
}

/// Renders the page that says why the viewer sees a post.
pub(crate) fn why(layout: &Layout<'_>, post: &Post, cause: &Cause) -> Markup {
    let render = &layout.render;
    layout.page(
        say("Why do I see this?"),
        &html! {
            h1 { (say("Why do I see this?")) }
            div.card.readership {
                p { (about(layout, post)) }
                ul.reasons {
                    @if cause.is_mine { li { (say("You wrote it.")) } }
                    @for feed in &cause.feeds { li { (access(feed, post, render)) } }
                    @if let Some(via) = &cause.via {
                        li { (say("It is in your river because of what people you follow did:")) (reasons::line(via, render)) }
                    } @else if !cause.is_at_home && !post.is_direct() {
                        li { (say("It is not in your river: you follow none of these feeds.")) }
                    }
                }
            }
        },
    )
}

/// Renders what lets the viewer read a feed.
fn access(feed: &FeedAccess, post: &Post, render: &RenderContext<'_>) -> Markup {
    let author = &post.author;
    html! {
        @match (&feed.place, feed.followed_since) {
            _ if feed.is_direct => { (say("You take part in this conversation.")) }
            (PostPlace::Group(group), Some(since)) => {
                (phrase("You are a member of {group} since {time}.", &[
                    ("group", &names::group_link(group, render)),
                    ("time", &times::time(since, render.zone)),
                ]))
            }
            (PostPlace::Group(group), None) => {
                (phrase("{group} is a public group: everybody here reads it.", &[("group", &names::group_link(group, render))]))
            }
            _ if post.is_mine => { (say("It is in your own feed.")) }
            _ if author.username.is_imagined() => {
                (phrase("{who} is an imaginary friend of yours.", &[("who", &names::link(author, render))]))
            }
            (_, Some(since)) => {
                (phrase("You follow {who} since {time}.", &[
                    ("who", &names::link(author, render)),
                    ("time", &times::time(since, render.zone)),
                ]))
                @if feed.is_private { " " (say("The posts are private, and your request was accepted.")) }
            }
            (_, None) => {
                (phrase("The posts of {who} are public: everybody here reads them.", &[("who", &names::link(author, render))]))
            }
        }
    }
}

/// Renders a link to the post in its own words.
fn about(layout: &Layout<'_>, post: &Post) -> Markup {
    html! {
        a href=(layout.render.base.url(&post.path())) { bdi { (post.author.shown_name()) } ": " (super::posts::words(post)) }
    }
}
