//! The admin pages about members. They show nothing that a member wrote.

use maud::{Markup, html};

use super::{
    Layout,
    admin::{self, AdminTab},
    forms,
    links::{self, Once},
    names::avatar,
    older::{Older, older},
    phrases::phrase,
    times,
};
use crate::{
    model::{Bytes, MemberSummary, Page, Problems, Role, User},
    words::{count, fill, say},
};

/// Returns the path of a member's admin page.
pub(crate) fn path(user: &User) -> String {
    format!("/admin/user/{}", user.username.as_str())
}

/// Renders the list of members, with a search by name.
pub(crate) fn index(layout: &Layout<'_>, wanted: &str, page: &Page<MemberSummary>) -> Markup {
    let base = layout.render.base;
    let query: String = form_urlencoded::byte_serialize(wanted.as_bytes()).collect();
    let here = format!("/admin?q={query}");
    admin::page(
        layout,
        AdminTab::Members,
        &html! {
            form.card.search role="search" method="get" action=(base.url("/admin")) {
                label for="q" { (say("Name")) }
                div.line {
                    input #q type="search" name="q" value=(wanted) autocomplete="off" autocapitalize="none";
                    button { (say("Search")) }
                }
            }
            section.card aria-label=(say("Members")) {
                @if page.items.is_empty() { p.empty { (say("No members found.")) } }
                ul.rows {
                    @for member in &page.items {
                        li {
                            (avatar(&member.user, "small", layout.render.base))
                            div {
                                p {
                                    a href=(base.url(&path(&member.user))) { bdi { (member.user.shown_name()) } }
                                    " " span.handle { "@" (member.user.username.as_str()) }
                                }
                                p.hint { (role(member.role)) " · " (state(layout, member)) " · " (phrase("joined {time}", &[("time", &times::time(member.user.created_at, layout.render.zone))])) " · " (seen(layout, member)) " · " (posts(member.posts)) " · " (Bytes(member.bytes)) }
                            }
                        }
                    }
                }
                (older(&layout.render, page.next, &Older { page: &here, fragment: None }, say("More members")))
            }
        },
    )
}

/// Renders a member's admin page with the actions that an admin can take. `link` is a password link that was just made.
pub(crate) fn show(
    layout: &Layout<'_>,
    member: &MemberSummary,
    sessions: usize,
    problems: &Problems,
    link: Option<&Once>,
) -> Markup {
    let user = &member.user;
    let zone = layout.render.zone;
    admin::page(
        layout,
        AdminTab::Members,
        &html! {
            @if let Some(link) = link {
                (links::once(link, &fill("Password reset link for {name}, valid for one hour", &[("name", user.username.as_str())])))
            }
            section.card aria-label=(say("Member")) {
                (forms::problem(problems))
                h2 {
                    a href=(layout.render.base.url(&user.path())) { bdi { (user.shown_name()) } }
                    " " span.handle { "@" (user.username.as_str()) }
                }
                dl.facts {
                    dt { (say("Role")) } dd { (role(member.role)) }
                    dt { (say("Status")) } dd { (state(layout, member)) }
                    dt { (say("Joined")) } dd { (times::time(user.created_at, zone)) }
                    dt { (say("Activity")) } dd { (seen(layout, member)) }
                    dt { (say("Signed in")) } dd { (count(sessions as u64, "{n} browser", "{n} browsers")) }
                    dt { (say("Content")) } dd { (posts(member.posts)) }
                    dt { (say("Storage")) } dd { (phrase("{size} of text and pictures", &[("size", &Bytes(member.bytes).to_string())])) }
                }
                (actions(layout, member))
            }
        },
    )
}

/// Renders the actions that would change something, each with its effect.
fn actions(layout: &Layout<'_>, member: &MemberSummary) -> Markup {
    let role = match member.role {
        Role::Member => (
            "promote",
            say("Make an admin"),
            say("Admins can do everything on these pages."),
        ),
        Role::Admin => (
            "demote",
            say("Remove admin rights"),
            say("They become an ordinary member again."),
        ),
    };
    let presence = if member.is_suspended {
        (
            "reinstate",
            say("Reinstate"),
            say("They can sign in again, and what they wrote is visible again."),
        )
    } else {
        (
            "suspend",
            say("Suspend"),
            say(
                "They are signed out and cannot sign in. Their profile and everything they wrote are hidden.",
            ),
        )
    };
    let account = if member.leaves_at.is_some() {
        (
            "keep",
            say("Keep the account"),
            say("The account is not deleted, and everything is visible again."),
        )
    } else {
        (
            "delete",
            say("Delete the account"),
            say(
                "They are signed out, and their profile and everything they wrote are hidden. After 14 days it is all deleted for good. Until then you can undo this, and so can they by signing in. Suspend them to prevent that.",
            ),
        )
    };
    let all = [
        (
            "reset",
            say("Create a password reset link"),
            say(
                "For a member who forgot their password. The link is shown once and works once, within an hour.",
            ),
        ),
        (
            "end-sessions",
            say("Sign out everywhere"),
            say("Every browser must sign in again."),
        ),
        role,
        presence,
        account,
    ];
    html! {
        ul.rows {
            @for (act, words, about) in all {
                li {
                    p { (about) }
                    form method="post" action=(layout.render.base.url(&format!("{}/{act}", path(&member.user)))) {
                        (forms::token(layout.render.form_token))
                        button { (words) }
                    }
                }
            }
        }
    }
}

/// Returns the name of a role.
fn role(role: Role) -> &'static str {
    match role {
        Role::Member => say("member"),
        Role::Admin => say("admin"),
    }
}

/// Renders the state of an account: active, suspended, about to be deleted.
fn state(layout: &Layout<'_>, member: &MemberSummary) -> Markup {
    html! {
        @if member.is_suspended { (say("suspended")) } @else if member.leaves_at.is_none() { (say("active")) }
        @if let Some(at) = member.leaves_at {
            @if member.is_suspended { ", " }
            (phrase("will be deleted on {time}", &[("time", &times::to_come(at, layout.render.zone))]))
        }
    }
}

/// Renders when a member was last seen.
fn seen(layout: &Layout<'_>, member: &MemberSummary) -> Markup {
    html! {
        @match member.seen_at {
            Some(at) => { (phrase("last seen {time}", &[("time", &times::time(at, layout.render.zone))])) }
            None => (say("never seen")),
        }
    }
}

/// Formats the number of posts.
fn posts(number: u64) -> String {
    count(number, "{n} post", "{n} posts")
}
