//! Groups: the directory, and the pages of a group with its posts, members and requests.

use maud::{Markup, html};

use super::{
    Layout, RenderContext, bells, bodies, composer,
    forms::token,
    hides, lists,
    names::{self, group_avatar},
    older::{Older, older},
    phrases::phrase,
    pictures::Compose,
    posts, previews, relationships,
    rivers::{self, River},
    times,
};
use crate::{
    model::{
        Body, Group, GroupAct, GroupActivity, GroupMember, GroupProfile, GroupStanding, ListMember,
        ListedGroup, Membership, Page, RelatedUser,
    },
    words::{count, fill, say},
};

mod forms;
mod json;

pub(crate) use forms::{deletion, form};
pub(crate) use json::{exported, in_section, members_json, page_json, profile_json};

/// A page about a group, as a tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GroupTab {
    Posts,
    Members,
    Requests,
}

/// Renders the directory.
pub(crate) fn directory(layout: &Layout<'_>, page: &Page<ListedGroup>) -> Markup {
    let render = &layout.render;
    let place = Older {
        page: "/groups",
        fragment: None,
    };
    layout.page(
        say("Groups"),
        &html! {
            header.heading {
                h1 { (say("Groups")) }
                @if !render.is_guest {
                    p { a.button href=(render.base.url("/groups/new")) { (say("New group")) } }
                }
            }
            section.card aria-label=(say("Groups")) {
                @if page.items.is_empty() {
                    p.empty { (say("No groups yet. A group is a shared feed: for a club, a class, a house.")) }
                }
                ul.people.groups {
                    @for listed in &page.items { (listed_group(layout, listed)) }
                }
                (older(render, page.next, &place, say("More groups")))
            }
        },
    )
}

fn listed_group(layout: &Layout<'_>, listed: &ListedGroup) -> Markup {
    let (render, group) = (&layout.render, &listed.group);
    html! {
        li {
            (group_avatar(group, "small", render.base))
            div {
                (names::group_link(group, render))
                p.hint {
                    (kind(group)) " · " (members_counted(listed.members))
                    @if let Some(activity) = listed.activity {
                        " · " (lately(activity))
                        @if let Some(latest) = activity.latest { " · " (phrase("last {time}", &[("time", &times::time(latest, render.zone))])) }
                    }
                }
                @if !listed.about.is_empty() { p.hint dir="auto" { (posts::beginning(&listed.about)) } }
            }
            (membership_button(render, group, listed.standing, Some(&layout.here)))
        }
    }
}

/// Formats the number of posts of the last 30 days.
fn lately(activity: GroupActivity) -> String {
    let most = u64::from(GroupActivity::POSTS_MAX);
    match activity.posts {
        0 => say("no posts in 30 days").to_owned(),
        posts if posts < most => count(posts, "{n} post in 30 days", "{n} posts in 30 days"),
        _ => fill("{n} or more posts in 30 days", &[("n", &most.to_string())]),
    }
}

/// Says how many members a group has.
fn members_counted(members: u64) -> String {
    count(members, "{n} member", "{n} members")
}

/// Returns what kind of group it is, in words.
fn kind(group: &Group) -> &'static str {
    match (group.is_private, group.is_announcements) {
        (false, false) => say("Public group"),
        (false, true) => say("Public group, announcements only"),
        (true, false) => say("Private group"),
        (true, true) => say("Private group, announcements only"),
    }
}

/// Renders the page of a group with its posts. Members who may post get the composer.
pub(crate) fn page(
    layout: &Layout<'_>,
    profile: &GroupProfile,
    river: &River<'_>,
    compose: Option<&Compose<'_>>,
) -> Markup {
    let is_previewed = profile.is_readable && river.is_first;
    let preview = is_previewed.then(|| previews::of_group(profile, layout.render.base));
    layout.page_with_preview(
        profile.group.shown_name(),
        preview.as_ref(),
        &html! {
            (head(layout, profile))
            @if profile.is_readable {
                (tabs(layout, profile, GroupTab::Posts))
                @if let Some(compose) = compose { (composer::new_post(&layout.render, compose)) }
                (rivers::river(layout, river))
            } @else { (closed(profile)) }
        },
    )
}

/// Renders the note that takes the place of the posts in a private group.
fn closed(profile: &GroupProfile) -> Markup {
    html! {
        section.card.message {
            @if profile.deletes_at.is_some() {
                h2 { (say("This group has been deleted")) }
                p { (say("Its posts are hidden. Press Keep the group to take that back.")) }
            } @else {
                h2 { (say("This group is private")) }
                p {
                    @if profile.standing.membership == Membership::Requested { (say("You have asked to join. Posts appear here once an admin of the group lets you in.")) }
                    @else { (say("Only its members read what is posted here. Press Join to ask.")) }
                }
            }
        }
    }
}

/// Renders the head of the group's pages: picture, names, description, counts and buttons.
fn head(layout: &Layout<'_>, profile: &GroupProfile) -> Markup {
    let (group, render, standing) = (&profile.group, &layout.render, profile.standing);
    let mut about = Body::parse(&profile.about);
    about.keep_mentions(|_| false);
    html! {
        header.profile.card {
            (group_avatar(group, "large", render.base))
            div {
                h1 { bdi { (group.shown_name()) } }
                p.handle { (group.name.as_str()) " · " (kind(group)) }
                @if !profile.about.is_empty() { div.bio dir="auto" { (bodies::body(&about, render)) } }
                p.counts { (members_counted(profile.members)) }
                @if let Some(deletes_at) = profile.deletes_at {
                    p.hint { (phrase("Everything in this group will be deleted on {time}.", &[("time", &times::to_come(deletes_at, render.zone))])) }
                } @else if !profile.has_admin {
                    p.hint { (say("This group has no admin. Nobody can post until an admin of this site makes a member its admin.")) }
                } @else if standing.is_barred {
                    p.hint { (say("An admin of the group has stopped you from posting here. You can read and comment.")) }
                }
            }
            @if standing.is_admin() && profile.deletes_at.is_some() {
                (undelete(render, group))
            } @else if standing.is_admin() {
                a.button href=(render.base.url(&format!("{}/edit", group.path()))) { (say("Edit group")) }
            }
            @if profile.deletes_at.is_none() {
                (membership_button(render, group, standing, None))
                @if !render.is_guest {
                    details.distance {
                        summary { (say("More")) }
                        @if profile.is_readable { (bells::on_group(render, group, profile.has_bell)) }
                        @if standing.is_admin() && layout.offers.imports_feeds {
                            p { a href=(render.base.url(&format!("{}/sources", group.path()))) { (say("Imported feeds")) } }
                        }
                        @if standing.is_admin() && layout.offers.sends_webhooks {
                            p { a href=(render.base.url(&format!("{}/webhooks", group.path()))) { (say("Webhooks")) } }
                        }
                        (lists::placing_link(&ListMember::Group(group.name.clone()), render))
                        @if standing.is_member() { p { (hides::group_link(render, group)) } }
                    }
                }
            }
        }
    }
}

/// Renders the button to join or leave; nothing for guests. The form leads to `next`, or else to the group.
fn membership_button(
    render: &RenderContext<'_>,
    group: &Group,
    standing: GroupStanding,
    next: Option<&str>,
) -> Markup {
    let (path, label, class) = match standing {
        _ if render.is_guest => return html! {},
        _ if standing.is_member() => ("leave", say("Leave"), "quiet"),
        _ if standing.membership == Membership::Requested => ("leave", say("Requested"), "quiet"),
        _ => ("join", say("Join"), "primary"),
    };
    let words = if standing.membership == Membership::Requested {
        say("Requested. Cancel the request to join")
    } else {
        label
    };
    html! {
        form method="post" action=(render.base.url(&format!("{}/{path}", group.path()))) {
            (token(render.form_token))
            @if let Some(next) = next { input type="hidden" name="next" value=(next); }
            button class=(class) aria-label={ (words) " " (group.shown_name()) } { (label) }
        }
    }
}

/// Renders the tabs of a group.
fn tabs(layout: &Layout<'_>, profile: &GroupProfile, here: GroupTab) -> Markup {
    let path = profile.group.path();
    let requests = fill("Requests ({n})", &[("n", &profile.requests.to_string())]);
    let mut all = vec![
        (GroupTab::Posts, "", say("Posts")),
        (GroupTab::Members, "/members", say("Members")),
    ];
    if profile.standing.is_admin() && (profile.group.is_private || profile.requests > 0) {
        all.push((GroupTab::Requests, "/requests", &requests));
    }
    html! {
        nav.tabs aria-label=(say("Group")) {
            @for (tab, rest, title) in all {
                " " a href=(layout.render.base.url(&format!("{path}{rest}"))) aria-current=[(tab == here).then_some("page")] { (title) }
            }
        }
    }
}

/// Renders the members of a group. Its admins get buttons beside each.
pub(crate) fn members(
    layout: &Layout<'_>,
    profile: &GroupProfile,
    page: &Page<GroupMember>,
) -> Markup {
    let group = &profile.group;
    let title = fill("Members · {group}", &[("group", group.shown_name())]);
    let path = format!("{}/members", group.path());
    let place = Older {
        page: &path,
        fragment: None,
    };
    let names_admin = layout.is_admin && !profile.has_admin;
    layout.page(
        &title,
        &html! {
            (head(layout, profile))
            (tabs(layout, profile, GroupTab::Members))
            section.card aria-label=(say("Members")) {
                ul.people {
                    @for member in &page.items {
                        li {
                            (names::avatar(&member.person.user, "small", layout.render.base))
                            div {
                                (names::link(&member.person.user, &layout.render))
                                @if member.is_admin { " " span.handle { (say("admin")) } }
                                @if member.is_barred { " " span.handle { (say("may not post")) } }
                            }
                            @if profile.standing.is_admin() { (admin_buttons(layout, group, member)) }
                            @else if names_admin { (member_act(layout, group, &member.person, GroupAct::Promote, say("Make admin"))) }
                            @else { (relationships::button(&layout.render, &member.person.user, member.person.relationship, Some(&layout.here))) }
                        }
                    }
                }
                (older(&layout.render, page.next, &place, say("More people")))
            }
        },
    )
}

/// Renders the buttons of an admin beside a member.
fn admin_buttons(layout: &Layout<'_>, group: &Group, member: &GroupMember) -> Markup {
    let button = |act, label| member_act(layout, group, &member.person, act, label);
    html! {
        details.distance {
            summary { (say("More")) }
            @if member.is_admin { (button(GroupAct::Demote, say("No longer admin"))) }
            @else {
                (button(GroupAct::Promote, say("Make admin")))
                @if member.is_barred { (button(GroupAct::Unbar, say("Let post again"))) }
                @else { (button(GroupAct::Bar, say("Stop from posting"))) }
            }
            (button(GroupAct::Remove, say("Remove from group")))
        }
    }
}

fn member_act(
    layout: &Layout<'_>,
    group: &Group,
    person: &RelatedUser,
    what: GroupAct,
    label: &str,
) -> Markup {
    let username = person.user.username.as_str();
    let path = format!("{}/members/{username}/{}", group.path(), what.name());
    let class = if what == GroupAct::Accept {
        "primary"
    } else {
        "quiet"
    };
    let render = &layout.render;
    html! {
        form method="post" action=(render.base.url(&path)) {
            (token(render.form_token))
            input type="hidden" name="next" value=(layout.here);
            button class=(class) aria-label={ (label) ": " (person.user.shown_name()) } { (label) }
        }
    }
}

/// Renders the people who wait to be let in.
pub(crate) fn requests(
    layout: &Layout<'_>,
    profile: &GroupProfile,
    page: &Page<RelatedUser>,
) -> Markup {
    let group = &profile.group;
    let path = format!("{}/requests", group.path());
    let place = Older {
        page: &path,
        fragment: None,
    };
    layout.page(
        &fill("Requests · {group}", &[("group", group.shown_name())]),
        &html! {
            (head(layout, profile))
            (tabs(layout, profile, GroupTab::Requests))
            section.card aria-label=(say("Requests")) {
                @if page.items.is_empty() { p.empty { (say("No requests at the moment.")) } }
                ul.people {
                    @for person in &page.items {
                        li {
                            (names::avatar(&person.user, "small", layout.render.base))
                            (names::link(&person.user, &layout.render))
                            (member_act(layout, group, person, GroupAct::Accept, say("Accept")))
                            (member_act(layout, group, person, GroupAct::Refuse, say("Decline")))
                        }
                    }
                }
                (older(&layout.render, page.next, &place, say("More people")))
            }
        },
    )
}

/// Renders the button that takes the deletion of a group back.
fn undelete(render: &RenderContext<'_>, group: &Group) -> Markup {
    html! {
        form method="post" action=(render.base.url(&format!("{}/undelete", group.path()))) {
            (token(render.form_token))
            button.primary { (say("Keep the group")) }
        }
    }
}
