//! Lists of posts: the home page, the other rivers, and the welcome page for guests.

use jiff::tz::TimeZone;
use maud::{Markup, html};

use super::{
    Layout, News, RenderContext, composer,
    first_hour::{self, FirstHour},
    hides, lists, marks, names,
    older::{Older, older},
    people,
    phrases::phrase,
    pictures::Compose,
    pins, posts, previews, searches, times,
};
use crate::{
    model::{
        Group, HomeOrder, KeptSearch, List, Post, PostId, RelatedUser, RiverPage, SearchQuery,
        Timestamp,
    },
    words::say,
};

/// A list of posts, which may be updated live: its addresses and its content.
pub(crate) struct River<'a> {
    pub(crate) page: &'a RiverPage,
    /// The post above which the line stands up to which the viewer has read.
    pub(crate) read_up_to: Option<PostId>,
    /// The search whose words are marked.
    pub(crate) marks: Option<&'a SearchQuery>,
    /// The time that the line of hidden posts is compared with.
    pub(crate) now: Timestamp,
    /// Topic of the events that update the list; `None` on older pages, where a new post would have no place.
    pub(crate) topic: Option<String>,
    /// True on the page with the newest posts.
    pub(crate) is_first: bool,
    /// Path and query of the page, without the cursor.
    pub(crate) path: String,
    /// Path and query of the same page as a fragment for the script.
    pub(crate) fragment: String,
    /// Text of an empty list.
    pub(crate) empty: &'a str,
}

impl River<'_> {
    /// Returns whether nothing would be on the page, hidden posts included.
    fn is_empty(&self) -> bool {
        self.page.posts.items.is_empty() && self.page.hidden.is_empty()
    }

    /// Returns the text of an empty list.
    fn words_if_empty(&self) -> &str {
        match (&self.page.posts.next, self.pinned()) {
            (Some(_), _) => say("Nothing so far. Older posts were not looked at yet."),
            (None, Some(_)) => say("No other posts yet."),
            (None, None) => self.empty,
        }
    }

    /// Returns whether other programs can read the page as a feed.
    fn is_syndicated(&self) -> bool {
        let is_of = |topic: &String| {
            let kind = topic.split(':').next().unwrap_or_default();
            ["everything", "feed", "group", "tag"].contains(&kind)
        };
        self.topic.as_ref().is_some_and(is_of)
    }

    /// Renders the line that says what was taken out of the page.
    fn hidden(&self, render: &RenderContext<'_>) -> Markup {
        hides::foot(render, &self.page.hidden, self.now, &self.path)
    }

    /// Returns the post that stands above the list, and not in it.
    fn pinned(&self) -> Option<&Post> {
        self.page.pinned.as_ref().filter(|_| self.is_first)
    }

    /// Renders the link to the next page.
    fn older(&self, render: &RenderContext<'_>) -> Markup {
        let place = Older {
            page: &self.path,
            fragment: Some(&self.fragment),
        };
        older(render, self.page.posts.next, &place, say("Older posts"))
    }
}

/// Returns the time until which a page looks the same if nothing is changed: a hide may end, or the day until which it
/// lasts may have another name.
pub(crate) fn shown_until(page: &RiverPage, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let said = (!page.hidden.is_empty()).then(|| hides::said_until(now, zone));
    page.first_end.into_iter().chain(said).min()
}

/// The content of the side column of the home page.
pub(crate) struct SideColumn {
    pub(crate) lists: Vec<List>,
    pub(crate) searches: Vec<KeptSearch>,
    /// The groups that the member is in.
    pub(crate) groups: Vec<Group>,
    pub(crate) newest_people: Vec<RelatedUser>,
    /// Some posts from the same day in earlier years.
    pub(crate) memories: Vec<Post>,
}

impl SideColumn {
    /// The most groups that are named.
    const GROUPS_MAX: usize = 30;
}

/// Renders the home page.
pub(crate) fn home(
    layout: &Layout<'_>,
    river: &River<'_>,
    order: HomeOrder,
    side: &SideColumn,
    compose: &Compose<'_>,
    first_hour: Option<&FirstHour>,
) -> Markup {
    let content = html! {
        h1.visually-hidden { (say("Home")) }
        (composer::new_post(&layout.render, compose))
        @if first_hour.is_none() { (orders(layout, order)) }
        (self::river(layout, river))
        @if let Some(hour) = first_hour { (first_hour::start(layout, hour, &side.newest_people)) }
    };
    let (newest_people, render) = (&side.newest_people, &layout.render);
    let side = html! {
        @if !side.searches.is_empty() { (searches::card(&side.searches, render)) }
        @if !side.lists.is_empty() { (lists::card(&side.lists, render)) }
        @if !side.groups.is_empty() {
            section.card {
                h2 { (say("Groups")) }
                ul.people {
                    @for group in side.groups.iter().take(SideColumn::GROUPS_MAX) { li { (group_link(group, render)) } }
                }
                p.all { a href=(render.base.url("/groups")) { (say("All groups")) } }
            }
        }
        @if !side.memories.is_empty() { (memories(render, &side.memories)) }
        @if !newest_people.is_empty() && first_hour.is_none() {
            section.card {
                h2 { (say("New here")) }
                (people::list(render, newest_people, Some(&layout.here)))
                p.all { a href=(layout.render.base.url("/people")) { (say("Find people")) } }
            }
        }
    };
    layout.page_with_side(say("Home"), &content, &side)
}

/// Renders the link to a group of the member, which the script marks if there is something new.
fn group_link(group: &Group, render: &RenderContext<'_>) -> Markup {
    html! {
        a href=(render.base.url(&group.path())) data-mark=(marks::of_group(group)) { bdi { (group.shown_name()) } }
    }
}

/// Renders the links that choose the order.
fn orders(layout: &Layout<'_>, now: HomeOrder) -> Markup {
    html! {
        nav.orders aria-label=(say("Order")) {
            @for order in HomeOrder::ALL {
                a href={ (layout.render.base.url("/")) "?order=" (order.name()) } aria-current=[(order == now).then_some("true")] {
                    (match order { HomeOrder::Activity => say("By activity"), HomeOrder::Date => say("By date") })
                }
                " "
            }
        }
    }
}

/// Renders links to some posts from the same day in earlier years.
fn memories(render: &RenderContext<'_>, posts: &[Post]) -> Markup {
    html! {
        section.card {
            h2 { (say("On this day")) }
            @for post in posts {
                p {
                    (times::year(post.created_at, render.zone)) ", " (names::link(&post.author, render)) ": "
                    a href=(render.base.url(&post.path())) dir="auto" { (posts::words(post)) }
                }
            }
            p.all { a href=(render.base.url("/on-this-day")) { (say("On this day in earlier years")) } }
        }
    }
}

/// Returns the words above the posts from the same day in earlier years.
pub(crate) fn this_day_intro(now: Timestamp, zone: &TimeZone) -> Markup {
    let day = times::day_of_year(now, zone);
    phrase(
        "Your posts and those of the people you follow from {day} in earlier years, newest first.",
        &[("day", &day)],
    )
}

/// Renders any other page that is a list of posts.
pub(crate) fn list(
    layout: &Layout<'_>,
    title: &str,
    intro: Option<&Markup>,
    button: Option<&Markup>,
    river: &River<'_>,
) -> Markup {
    layout.page(
        title,
        &html! {
            header.heading {
                h1 { (title) }
                @if let Some(intro) = intro { p.hint { (intro) } }
                @if let Some(button) = button { p { (button) } }
            }
            (self::river(layout, river))
        },
    )
}

/// Renders the list, with the attributes that the script needs to update it.
pub(crate) fn river(layout: &Layout<'_>, river: &River<'_>) -> Markup {
    let base = layout.render.base;
    let (has_none, is_empty) = (river.page.posts.items.is_empty(), river.is_empty());
    html! {
        @if let Some(pinned) = river.pinned() { (pins::section(&layout.render, pinned)) }
        // `role=feed` needs at least one article; the script sets it when the first one arrives.
        div #river.river role=(if has_none { "region" } else { "feed" }) aria-label=(say("Posts"))
            data-feed=(base.url_encoded(&river.fragment)) data-topic=[&river.topic] {
            (articles(river, &layout.render))
            @if is_empty { p.empty.card { (river.words_if_empty()) } }
        }
        (river.older(&layout.render))
        (river.hidden(&layout.render))
        @if river.is_syndicated() {
            p.hint.feeds {
                (say("Feed of this page:")) " "
                a href={ (base.url_encoded(&river.path)) ".atom" } type="application/atom+xml" { (say("Atom")) } " · "
                a href={ (base.url_encoded(&river.path)) ".json" } type="application/feed+json" { (say("JSON")) }
            }
        }
        @if !river.is_first {
            p.newest { a href=(base.url_encoded(&river.path)) { (say("Back to the newest posts")) } }
        }
    }
}

/// Renders the posts, with the line up to which the viewer has read.
fn articles(river: &River<'_>, render: &RenderContext<'_>) -> Markup {
    let render = RenderContext {
        marks: river.marks,
        ..*render
    };
    html! {
        @for post in &river.page.posts.items {
            @if river.read_up_to == Some(post.id) { div #read-up-to { span { (say("You read up to here")) } } }
            (posts::article(post, &render))
        }
    }
}

/// Renders the next page of a list as a fragment for the script.
pub(crate) fn fragment(
    render: &RenderContext<'_>,
    river: &River<'_>,
    news: Option<&News>,
) -> Markup {
    let unread = news.map(|news| news.unread);
    html! {
        div.river-page data-last-event-id=[news.map(|news| &news.last_event)]
            data-unread=[unread.map(|unread| unread.notifications)] data-directs=[unread.map(|unread| unread.directs)] {
            (articles(river, render))
            (river.older(render))
            (river.hidden(render))
        }
    }
}

/// Renders the home page for guests: what the site is, and the newest public posts.
/// `about` are the words of the operator, or empty.
pub(crate) fn welcome(
    layout: &Layout<'_>,
    about: &str,
    registration_is_open: bool,
    is_public: bool,
    posts: &[Post],
) -> Markup {
    let base = layout.render.base;
    let preview = is_public.then(|| previews::of_site(layout.site_name, about, base));
    layout.page_with_preview(
        say("Welcome"),
        preview.as_ref(),
        &html! {
            section.card.welcome {
                h1 { (layout.site_name) }
                @if about.is_empty() {
                    p {
                        (say("A shared stream of posts for people who know each other. Follow someone, post something, and it appears on your followers' screens while they read."))
                    }
                    p { (say("Everything is stored on this site's own server.")) }
                } @else { p.about dir="auto" { (about) } }
                p.actions {
                    @if registration_is_open { a.button.primary href=(base.url("/register")) { (say("Register")) } }
                    " " a.button href=(base.url("/login")) { (say("Sign in")) }
                }
            }
            @if !posts.is_empty() {
                section.river aria-label=(say("Newest posts")) {
                    h2 { (say("Newest posts")) }
                    @for post in posts { (posts::article(post, &layout.render)) }
                }
            }
        },
    )
}
