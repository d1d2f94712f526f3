//! Invitations: making them, listing them, and the part of the registration form that shows one.

use maud::{Markup, html};
use serde_json::{Value, json};

use super::{
    Filled, Layout,
    admin::{self, AdminTab},
    exports::Export,
    forms::{self, Field},
    links::{self, Once},
    names,
    older::{Older, older},
    phones,
    phrases::phrase,
    settings::{self, Section},
    times::{self, rfc3339},
};
use crate::{
    model::{Invitation, InvitationState, NewInvitation, Page, Timestamp, User},
    words::{fill, message, say},
};

/// The invitation that registering takes.
pub(crate) enum RegistrationInvite<'a> {
    Nothing,
    Wanted,
    /// A valid invitation, and its token.
    Invited(&'a Invitation, &'a str),
}

/// Renders the part of the registration form that is about the invitation.
pub(super) fn entry(
    layout: &Layout<'_>,
    filled: &Filled<'_>,
    entry: &RegistrationInvite<'_>,
) -> Markup {
    match entry {
        RegistrationInvite::Nothing => html! {},
        RegistrationInvite::Wanted => forms::field(
            &Field {
                name: "invite",
                label: say("Invitation"),
                kind: "text",
                autocomplete: "off",
                required: false,
                hint: Some(say("The invitation link that you were sent.").into()),
            },
            filled,
        ),
        RegistrationInvite::Invited(invitation, token) => html! {
            input type="hidden" name="invite" value=(token);
            p {
                @if let Some(maker) = &invitation.maker {
                    (phrase("{who} invites you to {site}.", &[("who", &named(maker)), ("site", &layout.site_name)]))
                }
                @else { (phrase("You are invited to {site}.", &[("site", &layout.site_name)])) }
                @if !invitation.follows.is_empty() {
                    " " (phrase("You will follow {people}; you can change that later.", &[("people", &joined(&invitation.follows, &named))]))
                }
            }
        },
    }
}

/// Renders the page for an invitation that can no longer be used.
pub(crate) fn dead(layout: &Layout<'_>, why: &str) -> Markup {
    layout.page(
        say("Invitation"),
        &html! {
            section.card.message {
                h1 { (say("This invitation no longer works")) }
                p role="alert" { (message(why)) }
                p { (say("Ask the person who sent it for a new one.")) }
                p { a.button href=(layout.render.base.url("/")) { (say("Go home")) } }
            }
        },
    )
}

/// Renders a member's own invitations. `made` is the link of one that was just made.
pub(crate) fn own(
    layout: &Layout<'_>,
    page: &Page<Invitation>,
    now: Timestamp,
    filled: &Filled<'_>,
    made: Option<&Once>,
) -> Markup {
    let path = Section::Invitations.path();
    settings::page(
        layout,
        Section::Invitations,
        &html! {
            @if let Some(link) = made {
                (links::once(link, say("Your invitation link")))
                @if let Some(whole) = link.whole.as_ref().filter(|_| link.is_for_others) {
                    section.card aria-label=(say("For somebody beside you")) {
                        p { (say("Somebody beside you can scan it with a phone’s camera:")) }
                        (phones::picture(whole))
                    }
                }
            }
            (form(layout, filled))
            section.card aria-label=(say("Your invitations")) {
                @if page.items.is_empty() { p.empty { (say("You have not invited anyone yet.")) } }
                (list(layout, &page.items, now, path))
                (older(&layout.render, page.next, &Older { page: path, fragment: None }, say("Older invitations")))
            }
        },
    )
}

/// Renders everybody's invitations, for admins.
pub(crate) fn all(layout: &Layout<'_>, page: &Page<Invitation>, now: Timestamp) -> Markup {
    let path = "/admin/invitations";
    admin::page(
        layout,
        AdminTab::Invitations,
        &html! {
            section.card aria-label=(say("Invitations")) {
                @if page.items.is_empty() { p.empty { (say("No invitations yet.")) } }
                (list(layout, &page.items, now, path))
                (older(&layout.render, page.next, &Older { page: path, fragment: None }, say("Older invitations")))
            }
        },
    )
}

/// Renders the form to make an invitation.
fn form(layout: &Layout<'_>, filled: &Filled<'_>) -> Markup {
    let field = |name, label, hint| Field {
        name,
        label,
        kind: "text",
        autocomplete: "off",
        required: false,
        hint: Some(hint),
    };
    let fields = [
        field(
            "uses",
            say("Number of people"),
            fill("1 to {n}.", &[("n", &NewInvitation::USES_MAX.to_string())]),
        ),
        field(
            "days",
            say("Valid for how many days"),
            fill("1 to {n}.", &[("n", &NewInvitation::DAYS_MAX.to_string())]),
        ),
        field(
            "follow",
            say("People they will follow (optional)"),
            fill(
                "Up to {n} usernames, separated by spaces.",
                &[("n", &NewInvitation::FOLLOW_MAX.to_string())],
            ),
        ),
        field(
            "note",
            say("Note (optional)"),
            fill(
                "Only you can see it. Up to {n} characters.",
                &[("n", &NewInvitation::NOTE_CHARS_MAX.to_string())],
            ),
        ),
    ];
    html! {
        form.card.form method="post" action=(layout.render.base.url(Section::Invitations.path())) {
            (forms::token(layout.render.form_token))
            (forms::problem(filled.problems))
            @for field in &fields { (forms::field(field, filled)) }
            div.actions { button.primary { (say("Create invitation")) } }
        }
    }
}

/// Renders a list of invitations. `path` is the path of its page. A note is shown to its maker only.
fn list(layout: &Layout<'_>, invitations: &[Invitation], now: Timestamp, path: &str) -> Markup {
    let zone = layout.render.zone;
    html! {
        ul.rows {
            @for one in invitations {
                @let state = one.state(now);
                @let number = one.id.to_string();
                @let is_own = one.maker.as_ref().map(|maker| maker.id) == layout.user.map(|user| user.id);
                li {
                    div {
                        p {
                            strong { (phrase("Invitation {number}", &[("number", &number)])) } " · " (say(state.name()))
                            @if is_own && !one.note.is_empty() { " · " bdi { (one.note) } }
                        }
                        p.hint {
                            @if !is_own {
                                (made_by(layout, one)) " · "
                            }
                            (phrase("Created {time}", &[("time", &times::time(one.created_at, zone))]))
                            " · " (phrase("valid until {time}", &[("time", &times::to_come(one.expires_at, zone))]))
                            " · " (phrase("{n} of {all} used", &[("n", &(one.uses - one.uses_left)), ("all", &one.uses)]))
                        }
                        @if !one.follows.is_empty() {
                            p.hint { (phrase("Will follow {people}", &[("people", &people(layout, &one.follows))])) }
                        }
                        @if !one.came.is_empty() {
                            p.hint { (phrase("Joined: {people}", &[("people", &people(layout, &one.came))])) }
                        }
                    }
                    @if state == InvitationState::Open {
                        form method="post" action=(layout.render.base.url(&format!("{path}/{}/revoke", one.id))) {
                            (forms::token(layout.render.form_token))
                            button.quiet aria-label=(fill("Revoke invitation {number}", &[("number", &number)])) { (say("Revoke")) }
                        }
                    }
                }
            }
        }
    }
}

/// Renders who made an invitation.
fn made_by(layout: &Layout<'_>, invitation: &Invitation) -> Markup {
    let who = html! {
        @if let Some(maker) = &invitation.maker { (names::link(maker, &layout.render)) } @else { (say("the command line")) }
    };
    phrase("By {who}", &[("who", &who)])
}

/// Renders names with links, separated by commas.
fn people(layout: &Layout<'_>, people: &[User]) -> Markup {
    joined(people, &|user| names::link(user, &layout.render))
}

/// Renders a name without a link, for visitors who may not see profiles yet.
fn named(user: &User) -> Markup {
    html! { strong { bdi { (user.shown_name()) } } " (@" (user.username.as_str()) ")" }
}

/// Renders people separated by commas.
fn joined(people: &[User], draw: &dyn Fn(&User) -> Markup) -> Markup {
    html! { @for (n, user) in people.iter().enumerate() { @if n > 0 { ", " } (draw(user)) } }
}

/// Returns an invitation in `data.json`, without its secret.
pub(crate) fn exported(invitation: &Invitation) -> Value {
    json!({
        "note": invitation.note,
        "uses": invitation.uses,
        "uses_left": invitation.uses_left,
        "created_at": rfc3339(invitation.created_at),
        "expires_at": rfc3339(invitation.expires_at),
        "revoked_at": invitation.revoked_at.map(rfc3339),
    })
}

/// Renders an invitation in the archive, without its secret.
pub(crate) fn in_archive(export: &Export<'_>, invitation: &Invitation) -> Markup {
    html! {
        "Created " (times::time(invitation.created_at, export.document.zone))
        @if !invitation.note.is_empty() { ": " bdi { (invitation.note) } }
    }
}
