//! Lists of people: the directory, search results, and completions for an `@` mention.

use maud::{Markup, html};
use serde::Serialize;

use super::{
    Layout, RenderContext,
    names::avatar,
    older::{Older, older},
    relationships,
    users::{self, UserJson},
};
use crate::{
    model::{BasePath, Page, RelatedUser, User},
    words::say,
};

/// A page of users, as JSON.
#[derive(Serialize)]
pub(crate) struct UserPageJson<'a> {
    users: Vec<UserJson<'a>>,
    next: Option<String>,
}

/// Returns a page of users, as JSON.
pub(crate) fn page_json<'a>(page: &'a Page<RelatedUser>, base: &BasePath) -> UserPageJson<'a> {
    let people = page.items.iter();
    UserPageJson {
        users: people.map(|one| users::json(&one.user, base)).collect(),
        next: page.next_text(),
    }
}

/// Renders a list of people, each with a follow button. The buttons lead to `next`, or else to the profile.
pub(super) fn list(
    render: &RenderContext<'_>,
    people: &[RelatedUser],
    next: Option<&str>,
) -> Markup {
    html! {
        ul.people {
            @for person in people {
                li {
                    (avatar(&person.user, "small", render.base))
                    a href=(render.base.url(&person.user.path())) {
                        bdi { (person.user.shown_name()) }
                        @if !person.user.name.is_empty() { " " span.handle { "@" (person.user.username.as_str()) } }
                    }
                    (relationships::button(render, &person.user, person.relationship, next))
                }
            }
        }
    }
}

/// Renders the directory: search by name, friends of friends, newest members.
pub(crate) fn page(
    layout: &Layout<'_>,
    wanted: &str,
    found: &Page<RelatedUser>,
    friends_of_friends: &[RelatedUser],
) -> Markup {
    let render = &layout.render;
    let query: String = form_urlencoded::byte_serialize(wanted.as_bytes()).collect();
    let path = format!("/people?q={query}");
    layout.page(
        say("People"),
        &html! {
            h1 { (say("People")) }
            form.card.search role="search" method="get" action=(render.base.url("/people")) {
                label for="q" { (say("Name")) }
                div.line {
                    input #q type="search" name="q" value=(wanted) autocomplete="off" autocapitalize="none";
                    button { (say("Search")) }
                }
            }
            @if !friends_of_friends.is_empty() {
                section.card {
                    h2 { (say("Followed by people you follow")) }
                    (list(render, friends_of_friends, Some(&layout.here)))
                }
            }
            section.card {
                h2 { (if wanted.is_empty() { say("Newest members") } else { say("Search results") }) }
                @if found.items.is_empty() { p.empty { (say("Nobody found.")) } }
                (list(render, &found.items, Some(&layout.here)))
                (older(render, found.next, &Older { page: &path, fragment: None }, say("More people")))
            }
        },
    )
}

/// Renders the completions for an unfinished name, for the script.
pub(crate) fn completions(people: &[User], base: &BasePath) -> Markup {
    html! {
        ul #completions role="listbox" aria-label=(say("People")) {
            @for (n, user) in people.iter().enumerate() {
                li role="option" id={ "completion-" (n) } data-name=(user.username.as_str()) {
                    (avatar(user, "small", base))
                    bdi { (user.shown_name()) }
                    " " span.handle { "@" (user.username.as_str()) }
                }
            }
        }
    }
}
