//! Groups as JSON, and in the download of a member.

use maud::{Markup, html};
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    model::{
        BasePath, Group, GroupMember, GroupProfile, GroupStanding, ListedGroup, OwnGroup, Page,
    },
    views::{
        exports::{self, Export},
        images,
        times::rfc3339,
        users::{self, UserJson},
    },
};

/// A group, as JSON.
#[derive(Serialize)]
pub(crate) struct GroupJson<'a> {
    name: &'a str,
    title: &'a str,
    url: String,
    avatar_url: String,
    privacy: &'static str,
    announcements: bool,
}

/// What the page of a group shows, as JSON. Who may not read it gets no list of members.
#[derive(Serialize)]
pub(crate) struct GroupProfileJson<'a> {
    #[serde(flatten)]
    group: GroupJson<'a>,
    about: &'a str,
    created_at: String,
    members: u64,
    membership: &'static str,
    may_post: bool,
    readable: bool,
}

/// A page of the directory, as JSON.
#[derive(Serialize)]
pub(crate) struct GroupPageJson<'a> {
    groups: Vec<ListedGroupJson<'a>>,
    next: Option<String>,
}

#[derive(Serialize)]
struct ListedGroupJson<'a> {
    #[serde(flatten)]
    group: GroupJson<'a>,
    about: &'a str,
    members: u64,
    /// Null if the viewer may not read the group.
    recent_posts: Option<u64>,
    latest_activity: Option<String>,
}

/// A page of the members of a group, as JSON.
#[derive(Serialize)]
pub(crate) struct MemberPageJson<'a> {
    members: Vec<GroupMemberJson<'a>>,
    next: Option<String>,
}

#[derive(Serialize)]
struct GroupMemberJson<'a> {
    #[serde(flatten)]
    user: UserJson<'a>,
    role: &'static str,
}

/// Returns a group, as JSON.
pub(crate) fn json<'a>(group: &'a Group, base: &BasePath) -> GroupJson<'a> {
    GroupJson {
        name: group.name.as_str(),
        title: &group.title,
        url: base.url(&group.path()),
        avatar_url: images::group_avatar_url(group, base),
        privacy: privacy(group.is_private),
        announcements: group.is_announcements,
    }
}

/// Returns what the page of a group shows, as JSON.
pub(crate) fn profile_json<'a>(profile: &'a GroupProfile, base: &BasePath) -> GroupProfileJson<'a> {
    let standing = profile.standing;
    GroupProfileJson {
        group: json(&profile.group, base),
        about: &profile.about,
        created_at: rfc3339(profile.created_at),
        members: profile.members,
        membership: standing.membership.name(),
        may_post: standing.may_post,
        readable: profile.is_readable,
    }
}

/// Returns a page of the directory, as JSON.
pub(crate) fn page_json<'a>(page: &'a Page<ListedGroup>, base: &BasePath) -> GroupPageJson<'a> {
    let groups = page.items.iter().map(|listed| ListedGroupJson {
        group: json(&listed.group, base),
        about: &listed.about,
        members: listed.members,
        recent_posts: listed.activity.map(|activity| activity.posts),
        latest_activity: listed
            .activity
            .and_then(|activity| activity.latest)
            .map(rfc3339),
    });
    GroupPageJson {
        groups: groups.collect(),
        next: page.next_text(),
    }
}

/// Returns a page of the members of a group, as JSON.
pub(crate) fn members_json<'a>(page: &'a Page<GroupMember>, base: &BasePath) -> MemberPageJson<'a> {
    let members = page.items.iter().map(|member| GroupMemberJson {
        user: users::json(&member.person.user, base),
        role: if member.is_admin { "admin" } else { "member" },
    });
    MemberPageJson {
        members: members.collect(),
        next: page.next_text(),
    }
}

fn privacy(is_private: bool) -> &'static str {
    if is_private { "private" } else { "public" }
}

/// Returns a group in `data.json`, with what the member may do there.
pub(crate) fn exported(own: &OwnGroup) -> Value {
    json!({
        "name": own.group.name.as_str(),
        "title": own.group.title,
        "role": role(own.standing),
    })
}

/// Renders a group in a section of the archive.
pub(crate) fn in_section(export: &Export<'_>, own: &OwnGroup) -> Markup {
    let name = html! { bdi { (own.group.shown_name()) } };
    html! { (exports::at_home(export, &own.group.path(), &name)) " · " (role(own.standing)) }
}

/// Names what a person is in a group, and whether they are barred.
fn role(standing: GroupStanding) -> &'static str {
    if standing.is_barred {
        "barred from posting"
    } else {
        standing.membership.name()
    }
}
