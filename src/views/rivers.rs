use maud::{Markup, html};

use super::{
    Drawing, Frame, News,
    older::{Older, older},
    people,
    pictures::Compose,
    posts,
};
use crate::model::{Page, Post, RelatedUser};

/// A list of posts that lives: where it is, and what is in it.
pub(crate) struct River<'a> {
    pub(crate) posts: &'a Page<Post>,
    /// What events are about that belong here; none on an older page, where new posts would have no place.
    pub(crate) topic: Option<String>,
    /// The path of the page and its query but for the cursor, and where the script gets it without its frame.
    pub(crate) path: String,
    pub(crate) fragment: String,
    /// What is said if there is nothing.
    pub(crate) empty: &'a str,
}

impl River<'_> {
    fn older(&self, drawing: &Drawing<'_>) -> Markup {
        let place = Older {
            page: &self.path,
            fragment: Some(&self.fragment),
        };
        older(drawing, self.posts.next, &place, "Older posts")
    }
}

/// The home page.
pub(crate) fn home(
    frame: &Frame<'_>,
    river: &River<'_>,
    newest_people: &[RelatedUser],
    compose: &Compose<'_>,
) -> Markup {
    let content = html! {
        h1.visually-hidden { "Home" }
        (posts::composer(&frame.drawing, compose))
        (self::river(frame, river))
        @if river.posts.items.is_empty() && river.topic.is_some() { (first_steps(frame)) }
    };
    let side = html! {
        @if !newest_people.is_empty() {
            section.card {
                h2 { "New here" }
                (people::list(&frame.drawing, newest_people, Some(&frame.here)))
                p.all { a href=(frame.drawing.base.url("/people")) { "Find people" } }
            }
        }
    };
    frame.page_with_side("Home", &content, &side)
}

/// Any other list of posts.
pub(crate) fn list(
    frame: &Frame<'_>,
    title: &str,
    intro: Option<&str>,
    river: &River<'_>,
) -> Markup {
    frame.page(
        title,
        &html! {
            header.heading {
                h1 { (title) }
                @if let Some(intro) = intro { p.hint { (intro) } }
            }
            (self::river(frame, river))
        },
    )
}

/// The list itself, with what the script needs to keep it alive.
pub(crate) fn river(frame: &Frame<'_>, river: &River<'_>) -> Markup {
    let (base, is_empty) = (frame.drawing.base, river.posts.items.is_empty());
    html! {
        button #new-posts.pill type="button" hidden {}
        // A feed without articles is none; the script makes it one when the first arrives.
        div #river.river role=(if is_empty { "region" } else { "feed" }) aria-label="Posts"
            data-feed=(base.url_encoded(&river.fragment)) data-topic=[&river.topic] {
            @for post in &river.posts.items { (posts::article(post, &frame.drawing)) }
            @if is_empty { p.empty.card { (river.empty) } }
        }
        (river.older(&frame.drawing))
        @if river.topic.is_none() {
            p.newest { a href=(base.url_encoded(&river.path)) { "Back to the newest posts" } }
        }
    }
}

/// The next page of a list, for the script.
pub(crate) fn fragment(drawing: &Drawing<'_>, river: &River<'_>, news: Option<&News>) -> Markup {
    html! {
        div.river-page data-last-event-id=[news.map(|news| &news.last_event)] data-unread=[news.map(|news| news.unread)] {
            @for post in &river.posts.items { (posts::article(post, drawing)) }
            (river.older(drawing))
        }
    }
}

/// What strangers see.
pub(crate) fn welcome(frame: &Frame<'_>, registration_is_open: bool, posts: &[Post]) -> Markup {
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
            @if !posts.is_empty() {
                section.river aria-label="Newest posts" {
                    h2 { "Newest posts" }
                    @for post in posts { (posts::article(post, &frame.drawing)) }
                }
            }
        },
    )
}

fn first_steps(frame: &Frame<'_>) -> Markup {
    let url = |path| frame.drawing.base.url(path);
    html! {
        section.start.card aria-label="First steps" {
            ol.steps {
                li { "Write what you are up to in the field above." }
                li { a href=(url("/people")) { "Find the people you know" } " and press Follow, or look at " a href=(url("/everything")) { "everything" } " that is written here." }
                li { a href=(url("/profile/edit")) { "Say who you are" } " and add a picture, so that others know you." }
            }
        }
    }
}
