use maud::{Markup, html};

use super::{
    Drawing, Filled, Frame,
    older::{Older, older},
    posts, relationships,
    users::avatar,
};
use crate::model::{EventRef, Page, Post, Relationship, User};

/// A page of a river, and the event up to which it is drawn.
pub(crate) struct River {
    pub(crate) posts: Page<Post>,
    pub(crate) last_event: EventRef,
}

const HOME: Older<'_> = Older {
    page: "/",
    fragment: Some("/feed"),
};

/// The home page.
pub(crate) fn home(
    frame: &Frame<'_>,
    river: &River,
    is_first_page: bool,
    newest_people: &[User],
    filled: &Filled<'_>,
) -> Markup {
    let content = html! {
        h1.visually-hidden { "Home" }
        (posts::composer(&frame.drawing, filled))
        p #connection.connection role="status" hidden {}
        button #new-posts.pill type="button" hidden {}
        (live_river(frame, river, is_first_page))
    };
    frame.page_with_side("Home", &content, &people(frame, newest_people))
}

/// The next page of the home river, for the script.
pub(crate) fn fragment(drawing: &Drawing<'_>, river: &River) -> Markup {
    html! {
        div.river-page data-last-event-id=(river.last_event) {
            @for post in &river.posts.items { (posts::article(post, drawing)) }
            (older(drawing, &river.posts, &HOME))
        }
    }
}

/// What strangers see.
pub(crate) fn welcome(frame: &Frame<'_>, registration_is_open: bool) -> Markup {
    let base = frame.drawing.base;
    frame.page(
        "Welcome",
        &html! {
            section.card.welcome {
                h1 { (frame.site_name) }
                p {
                    "A shared river of posts for the people who know each other here. Follow someone, write "
                    "something, and it appears on their screens while they read."
                }
                p { "Everything stays on this site's own machine." }
                p.actions {
                    @if registration_is_open { a.button.primary href=(base.url("/register")) { "Register" } }
                    a.button href=(base.url("/login")) { "Sign in" }
                }
            }
        },
    )
}

/// Only the first page is live: on a later one new posts would have no place.
fn live_river(frame: &Frame<'_>, river: &River, is_live: bool) -> Markup {
    let (base, is_empty) = (frame.drawing.base, river.posts.items.is_empty());
    html! {
        // A feed without articles is none; the script makes it one when the first arrives.
        div #river.river role=(if is_empty { "region" } else { "feed" }) aria-label="Posts" data-feed=(base.url("/feed"))
            data-stream=[is_live.then(|| base.url("/sse"))] data-last-event-id=(river.last_event) {
            @for post in &river.posts.items { (posts::article(post, &frame.drawing)) }
            @if is_empty {
                p.empty.card { "Nothing in your feed yet — follow some people or write your first post." }
            }
        }
        @if is_empty && is_live { (first_steps()) }
        (older(&frame.drawing, &river.posts, &HOME))
        @if !is_live {
            p.newest { a href=(base.url("/")) { "Back to the newest posts" } }
        }
    }
}

fn first_steps() -> Markup {
    html! {
        section.start.card aria-label="First steps" {
            ol.steps {
                li { "Write what you are up to in the field above." }
                li { "Follow the people you know: open their profile and press Follow." }
                li { "Keep this page open: what they write appears here by itself." }
            }
        }
    }
}

fn people(frame: &Frame<'_>, newest: &[User]) -> Markup {
    html! {
        @if !newest.is_empty() {
            section.card {
                h2 { "New here" }
                ul.people {
                    @for user in newest {
                        li {
                            (avatar(user, "small"))
                            a href=(frame.drawing.base.url(&user.path())) { bdi { (user.shown_name()) } }
                            (relationships::button(&frame.drawing, user, Relationship::NotFollowing, Some(&frame.here)))
                        }
                    }
                }
            }
        }
    }
}
