//! Groups: the directory, the pages of a group, and what its members and admins do.

use super::{
    Context, Member, Reader,
    composer::composing,
    confirmations::given,
    destinations,
    rivers::{self, Listing},
    sign_in::prove_again,
    uploads::{self, RefusedPictures},
};
use crate::{
    error::{Error, Result},
    http::{Flash, Response},
    model::{
        Group, GroupAct, GroupEdit, GroupName, GroupProfile, NewGroup, NewImage, Problems,
        RiverPage, Topic, UserName,
    },
    pictures::Purpose,
    store::{self, groups, groups::members, images},
    views::{self, Filled},
    words::say,
};

pub(crate) fn index(cx: &Context<'_, Reader>) -> Result<Response> {
    let ((before, size), now) = (cx.slice()?, cx.now());
    cx.page_of(
        |conn| groups::directory(conn, cx.viewer(), now, before, size),
        |layout, page| views::groups::directory(layout, &page),
    )
}

pub(crate) fn new(cx: &Context<'_, Member>) -> Result<Response> {
    new_again(cx, &Problems::default())
}

/// Shows the form of a new group, also after it was refused.
pub(crate) fn new_again(cx: &Context<'_, Member>, problems: &Problems) -> Result<Response> {
    let problems = uploads::choose_again(cx.request, problems);
    cx.form_page(&problems, |layout, filled| {
        views::groups::form(layout, filled, None)
    })
}

pub(crate) fn create(cx: &Context<'_, Member>) -> Result<Response> {
    let new = NewGroup::parse(|name| cx.typed(name))?;
    let picture = picture(cx)?;
    let (by, storage_max) = (cx.user.id, cx.app.config.limits.storage_per_user);
    let deadline = cx.request.deadline;
    let group = cx.write(move |tx| {
        deadline.check()?;
        let group = groups::create(tx, by, &new)?;
        if let Some(picture) = picture {
            images::create_group_avatar(tx, by, group.feed, &picture, storage_max)?;
        }
        Ok(group)
    })?;
    Ok(cx.see_other(&group.path()))
}

/// Encodes the picture that came with the form, if there is one.
fn picture(cx: &Context<'_, Member>) -> Result<Option<NewImage>> {
    let file = uploads::files(cx.request).next();
    if file.is_some() {
        uploads::check_room(cx, None)?;
    }
    file.map(|file| uploads::encoded(cx, file, Purpose::Avatar))
        .transpose()
}

/// Shows the posts of a group.
pub(crate) fn show(cx: &Context<'_, Reader>) -> Result<Response> {
    let profile = match found(cx)? {
        GroupLookup::Here(profile) => profile,
        GroupLookup::Moved(answer) => return Ok(answer),
    };
    let group = &profile.group;
    let listing = Listing {
        topic: Some(Topic::Group(group.name.key())),
        path: group.path(),
        empty: say("No posts yet."),
    };
    let to = match cx.as_member() {
        Some(member) if profile.standing.may_post => {
            let to =
                member.read(|conn| destinations::choice(&member, conn, group.name.as_str()))?;
            Some(to)
        }
        _ => None,
    };
    let (nothing, untouched) = (Problems::default(), RefusedPictures::default());
    rivers::list(
        cx,
        listing,
        |conn, viewer, slice| {
            let pinned = store::rivers::pinned_to_group(conn, viewer, group.feed, slice.now)?;
            let without = pinned.as_ref().map(|pinned| pinned.id);
            let page = store::rivers::of_group(conn, viewer, group.feed, without, slice)?;
            Ok(RiverPage { pinned, ..page })
        },
        |layout, river| {
            let typed = |_: &str| "";
            let compose = to
                .as_ref()
                .filter(|_| river.topic.is_some())
                .map(|to| composing(cx.app, Filled::new(&typed, &nothing), &untouched, to));
            views::groups::page(layout, &profile, river, compose.as_ref())
        },
    )
}

pub(crate) fn members(cx: &Context<'_, Reader>) -> Result<Response> {
    let profile = match found(cx)? {
        GroupLookup::Here(profile) => profile,
        GroupLookup::Moved(answer) => return Ok(answer),
    };
    if !profile.is_readable {
        return Err(Error::NotFound);
    }
    let (before, size) = cx.slice()?;
    cx.page_of(
        |conn| members::list(conn, cx.viewer(), profile.group.feed, before, size),
        |layout, page| views::groups::members(layout, &profile, &page),
    )
}

/// Shows the people who wait to be let in, to the admins of the group.
pub(crate) fn requests(cx: &Context<'_, Member>) -> Result<Response> {
    let name: GroupName = cx.param("name")?;
    let (before, size) = cx.slice()?;
    cx.page_of(
        |conn| {
            let group = groups::admin_of(conn, cx.user.id, &name)?;
            let profile = groups::profile(conn, cx.user.id, &name)?;
            let page = members::waiting(conn, cx.user.id, group.feed, before, size)?;
            Ok((profile, page))
        },
        |layout, (profile, page)| views::groups::requests(layout, &profile, &page),
    )
}

pub(crate) fn edit_form(cx: &Context<'_, Member>) -> Result<Response> {
    let (group, about) = own(cx)?;
    let known = |name: &str| match name {
        "title" => group.title.as_str(),
        "about" => about.as_str(),
        "privacy" if group.is_private => "private",
        "announcements" if group.is_announcements => "1",
        _ => "",
    };
    let nothing = Problems::default();
    cx.page(|layout| views::groups::form(layout, &Filled::new(&known, &nothing), Some(&group)))
}

pub(crate) fn edit(cx: &Context<'_, Member>) -> Result<Response> {
    let name: GroupName = cx.param("name")?;
    // Nobody else has the program draw pictures for them.
    own(cx)?;
    let edit = GroupEdit::parse(|field| cx.typed(field))?;
    let picture = picture(cx)?;
    let (by, storage_max) = (cx.user.id, cx.app.config.limits.storage_per_user);
    let deadline = cx.request.deadline;
    let group = cx.write(move |tx| {
        deadline.check()?;
        let group = groups::edit(tx, by, &name, &edit)?;
        if let Some(picture) = picture {
            images::create_group_avatar(tx, by, group.feed, &picture, storage_max)?;
        }
        Ok(group)
    })?;
    Ok(cx.flash(cx.see_other(&group.path()), Flash::GroupSaved))
}

pub(crate) fn edit_again(cx: &Context<'_, Member>, problems: &Problems) -> Result<Response> {
    let (group, _) = own(cx)?;
    let problems = uploads::choose_again(cx.request, problems);
    cx.form_page(&problems, |layout, filled| {
        views::groups::form(layout, filled, Some(&group))
    })
}

/// Finds the group of the path and its description, for one of its admins.
fn own(cx: &Context<'_, Member>) -> Result<(Group, String)> {
    let name: GroupName = cx.param("name")?;
    cx.read(|conn| {
        let group = groups::admin_of(conn, cx.user.id, &name)?;
        Ok((group, groups::profile(conn, cx.user.id, &name)?.about))
    })
}

pub(crate) fn deletion(cx: &Context<'_, Member>) -> Result<Response> {
    delete_again(cx, &Problems::default())
}

pub(crate) fn delete(cx: &Context<'_, Member>) -> Result<Response> {
    own(cx)?;
    prove_again(cx, &given(cx)?, "password")?;
    cx.act("name", |tx, by, name: GroupName| {
        groups::delete(tx, by, &name)
    })?;
    Ok(cx.flash(cx.see_other("/groups"), Flash::GroupDeleted))
}

/// Shows the form that deletes a group, also after it was refused.
pub(crate) fn delete_again(cx: &Context<'_, Member>, problems: &Problems) -> Result<Response> {
    let (group, _) = own(cx)?;
    cx.form_page(problems, |layout, filled| {
        views::groups::deletion(layout, filled, &group)
    })
}

pub(crate) fn undelete(cx: &Context<'_, Member>) -> Result<Response> {
    let group = cx.act("name", |tx, by, name: GroupName| {
        groups::undelete(tx, by, &name)
    })?;
    Ok(cx.next_or(&group.path()))
}

pub(crate) fn join(cx: &Context<'_, Member>) -> Result<Response> {
    let group = cx.act("name", |tx, by, name: GroupName| {
        members::join(tx, by, &name)
    })?;
    Ok(cx.next_or(&group.path()))
}

pub(crate) fn leave(cx: &Context<'_, Member>) -> Result<Response> {
    let group = cx.act("name", |tx, by, name: GroupName| {
        members::leave(tx, by, &name)
    })?;
    Ok(cx.next_or(&group.path()))
}

/// Has an admin of the group do something to a member.
pub(crate) fn act(cx: &Context<'_, Member>) -> Result<Response> {
    let (name, user): (GroupName, UserName) = (cx.param("name")?, cx.param("user")?);
    let (act, by): (GroupAct, _) = (cx.param("act")?, cx.user.id);
    let group = cx.write(move |tx| members::act(tx, by, &name, &user, act))?;
    Ok(cx.next_or(&format!("{}/members", group.path())))
}

/// The group that a path names.
enum GroupLookup {
    Here(Box<GroupProfile>),
    /// Its name is written in another way there.
    Moved(Response),
}

fn found(cx: &Context<'_, Reader>) -> Result<GroupLookup> {
    let name: GroupName = cx.param("name")?;
    let profile = cx.read(|conn| groups::profile(conn, cx.viewer(), &name))?;
    if profile.group.name == name {
        return Ok(GroupLookup::Here(Box::new(profile)));
    }
    // Everything after `/group/NAME`, however the name was written there.
    let rest = cx.request.target.trim_start_matches("/group/");
    let rest = rest.find(['/', '?']).map_or("", |end| &rest[end..]);
    let there = cx.app.base.url(&profile.group.path()) + rest;
    Ok(GroupLookup::Moved(Response::moved(there)))
}
