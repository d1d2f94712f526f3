//! Buttons to follow, mute and block, and the page of follow requests.

use maud::{Markup, html};

use super::{
    Drawing, Frame, forms,
    names::{self, avatar},
    older::{Older, older},
};
use crate::model::{Page, Profile, RelatedUser, Relationship, Ties, User};

/// Renders the follow, unfollow or requested button; nothing on one's own profile. The form leads to `next`, or else to
/// the profile.
pub(crate) fn button(
    drawing: &Drawing<'_>,
    user: &User,
    relationship: Relationship,
    next: Option<&str>,
) -> Markup {
    let (path, label, class) = match relationship {
        Relationship::Oneself => return html! {},
        _ if drawing.is_guest => return html! {},
        Relationship::Following => ("/unfollow/", "Unfollow", "quiet"),
        Relationship::Requested => ("/unfollow/", "Requested", "quiet"),
        Relationship::NotFollowing => ("/follow/", "Follow", "primary"),
    };
    let name = user.username.as_str();
    let words = match relationship {
        Relationship::Requested => "Requested. Cancel the request to follow",
        _ => label,
    };
    html! {
        form id={ "follow-" (name) } method="post" action=(drawing.base.url(&format!("{path}{name}"))) data-fetch="follow" {
            (forms::token(drawing.form_token))
            @if let Some(next) = next { input type="hidden" name="next" value=(next); }
            button class=(class) aria-label={ (words) " " (user.shown_name()) } { (label) }
        }
    }
}

/// Renders the page of follow requests, each with two answers.
pub(crate) fn requests(frame: &Frame<'_>, page: &Page<RelatedUser>) -> Markup {
    let drawing = &frame.drawing;
    let place = Older {
        page: "/requests",
        fragment: None,
    };
    frame.page(
        "Follow requests",
        &html! {
            h1 { "Follow requests" }
            section.card aria-label="Requests" {
                @if page.items.is_empty() { p.empty { "No requests at the moment." } }
                ul.people {
                    @for person in &page.items {
                        @let name = person.user.username.as_str();
                        li {
                            (avatar(&person.user, "small", drawing.base))
                            (names::link(&person.user, drawing))
                            (act(drawing, &format!("/requests/{name}/accept"), "primary", "Accept", &person.user))
                            (act(drawing, &format!("/requests/{name}/refuse"), "quiet", "Decline", &person.user))
                        }
                    }
                }
                (older(drawing, page.next, &place, "More people"))
            }
        },
    )
}

/// Renders the menu to mute, block or remove a person.
pub(super) fn distance(drawing: &Drawing<'_>, profile: &Profile, ties: Ties) -> Markup {
    let user = &profile.user;
    let path = |act: &str| format!("/{act}/{}", user.username.as_str());
    html! {
        details.distance {
            summary { "More" }
            @if ties.is_muted { (act(drawing, &path("unmute"), "quiet", "Unmute", user)) }
            @else { (act(drawing, &path("mute"), "quiet", "Mute", user)) }
            @if ties.follows_viewer { (act(drawing, &path("remove-follower"), "quiet", "Remove follower", user)) }
            (act(drawing, &path("block"), "quiet", "Block", user))
        }
    }
}

/// Renders a button that acts on a person.
fn act(drawing: &Drawing<'_>, path: &str, class: &str, label: &str, user: &User) -> Markup {
    html! {
        form method="post" action=(drawing.base.url(path)) {
            (forms::token(drawing.form_token))
            button class=(class) aria-label={ (label) ": " (user.shown_name()) } { (label) }
        }
    }
}
