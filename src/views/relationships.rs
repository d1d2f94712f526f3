//! Buttons to follow, mute and block, and the page of follow requests.

use maud::{Markup, html};
use serde_json::{Value, json};

use super::{
    Layout, RenderContext,
    exports::{self, Export},
    forms, hides, lists,
    names::{self, avatar},
    older::{Older, older},
    times::{self, rfc3339},
    users,
};
use crate::{
    model::{ListMember, Page, Profile, RelatedUser, Relationship, Tied, Ties, User},
    words::{fill, later, say},
};

/// Renders the follow, unfollow or requested button; nothing on one's own profile and for imaginary friends. The form leads to `next`, or else to
/// the profile.
pub(crate) fn button(
    render: &RenderContext<'_>,
    user: &User,
    relationship: Relationship,
    next: Option<&str>,
) -> Markup {
    let (path, label, words, class) = match relationship {
        Relationship::Oneself => return html! {},
        _ if render.is_guest || user.username.is_imagined() => return html! {},
        Relationship::Following => (
            "/unfollow/",
            say("Unfollow"),
            later("Unfollow {name}"),
            "quiet",
        ),
        Relationship::Requested => (
            "/unfollow/",
            say("Requested"),
            later("Requested. Cancel the request to follow {name}"),
            "quiet",
        ),
        Relationship::NotFollowing => {
            ("/follow/", say("Follow"), later("Follow {name}"), "primary")
        }
    };
    let name = user.username.as_str();
    html! {
        form id={ "follow-" (name) } method="post" action=(render.base.url(&format!("{path}{name}"))) data-fetch="follow" {
            (forms::token(render.form_token))
            @if let Some(next) = next { input type="hidden" name="next" value=(next); }
            button class=(class) aria-label=(fill(words, &[("name", user.shown_name())])) { (label) }
        }
    }
}

/// Renders the page of follow requests, each with two answers.
pub(crate) fn requests(layout: &Layout<'_>, page: &Page<RelatedUser>) -> Markup {
    let render = &layout.render;
    let place = Older {
        page: "/requests",
        fragment: None,
    };
    layout.page(
        say("Follow requests"),
        &html! {
            h1 { (say("Follow requests")) }
            section.card aria-label=(say("Requests")) {
                @if page.items.is_empty() { p.empty { (say("No requests at the moment.")) } }
                ul.people {
                    @for person in &page.items {
                        @let name = person.user.username.as_str();
                        li {
                            (avatar(&person.user, "small", render.base))
                            (names::link(&person.user, render))
                            (act(render, &format!("/requests/{name}/accept"), "primary", say("Accept"), &person.user))
                            (act(render, &format!("/requests/{name}/refuse"), "quiet", say("Decline"), &person.user))
                        }
                    }
                }
                (older(render, page.next, &place, say("More people")))
            }
        },
    )
}

/// Renders the menu to mute, block or remove a person.
pub(super) fn distance(render: &RenderContext<'_>, profile: &Profile, ties: Ties) -> Markup {
    let user = &profile.user;
    let path = |act: &str| format!("/{act}/{}", user.username.as_str());
    html! {
        details.distance {
            summary { (say("More")) }
            (lists::placing_link(&ListMember::Person(user.username.clone()), render))
            p { (hides::person_link(render, &user.username, later("Hide posts by {who}"))) }
            @if !user.username.is_imagined() {
                @if ties.is_muted { (act(render, &path("unmute"), "quiet", say("Unmute"), user)) }
                @else { (act(render, &path("mute"), "quiet", say("Mute"), user)) }
                @if ties.follows_viewer { (act(render, &path("remove-follower"), "quiet", say("Remove follower"), user)) }
                (act(render, &path("block"), "quiet", say("Block"), user))
            }
        }
    }
}

/// Renders a button that acts on a person.
fn act(render: &RenderContext<'_>, path: &str, class: &str, label: &str, user: &User) -> Markup {
    html! {
        form method="post" action=(render.base.url(path)) {
            (forms::token(render.form_token))
            button class=(class) aria-label={ (label) ": " (user.shown_name()) } { (label) }
        }
    }
}

/// Returns a person in a list of `data.json`, and since when.
pub(crate) fn exported(export: &Export<'_>, tied: &Tied) -> Value {
    json!({ "user": users::json(&tied.user, export.document.base), "since": tied.since.map(rfc3339) })
}

/// Renders a person in the archive whom the member follows or is followed by.
pub(crate) fn in_archive(export: &Export<'_>, tied: &Tied) -> Markup {
    html! {
        article {
            p { (exports::person(export, &tied.user)) }
            @if let Some(since) = tied.since { p.meta { "since " (times::time(since, export.document.zone)) } }
        }
    }
}

/// Renders a person in a section of the archive.
pub(crate) fn in_section(export: &Export<'_>, tied: &Tied) -> Markup {
    exports::person(export, &tied.user)
}
