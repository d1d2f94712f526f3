//! Registering, and the pages of a person.

use super::{
    Anyone, Context, Member, Reader, invitations,
    rivers::{self, Listing},
    sign_in, uploads,
};
use crate::{
    config::Registration,
    error::Result,
    http::{Flash, Response},
    model::{Attempt, NewUser, Problems, ProfileEdit, RiverPage, Topic, UserName, Viewer},
    pictures::Purpose,
    store::{self, bells, images, relationships, users},
    views::{
        self, Filled,
        users::{ProfileTab, ViewedProfile},
    },
    words::say,
};

pub(crate) fn new(cx: &Context<'_, Anyone>) -> Result<Response> {
    match cx.user {
        Some(_) => Ok(cx.see_other("/")),
        None => again(cx, &Problems::default()),
    }
}

pub(crate) fn create(cx: &Context<'_, Anyone>) -> Result<Response> {
    let invitation = invitations::given(cx)?;
    let new = NewUser::parse(|name| cx.typed(name), &cx.app.config.password_rules())?;
    // Names that are taken must not be found out by trying many.
    sign_in::counted(cx, Attempt::to_register(cx.request.client), || {
        let hash = cx.app.hasher.hash(&new.password)?;
        cx.write(move |tx| store::invitations::register(tx, invitation.as_ref(), &new, &hash))
    })?;
    Ok(cx.flash(cx.see_other("/login"), Flash::Registered))
}

/// Shows the form, also after it was refused.
pub(crate) fn again(cx: &Context<'_, Anyone>, problems: &Problems) -> Result<Response> {
    let accounts = &cx.app.config.accounts;
    if accounts.registration == Registration::Closed {
        let page = cx.page(views::users::registration_closed)?;
        return Ok(page.status(403));
    }
    let admission = invitations::admission(cx)?;
    cx.form_page(problems, |layout, filled| {
        views::users::register(layout, filled, accounts.min_password, &admission.shown())
    })
}

/// Shows the posts of a person.
pub(crate) fn show(cx: &Context<'_, Reader>) -> Result<Response> {
    posts(cx, ProfileTab::Posts)
}

/// Shows the posts that a person commented on or liked.
pub(crate) fn activity(cx: &Context<'_, Reader>) -> Result<Response> {
    posts(cx, ProfileTab::Activity)
}

fn posts(cx: &Context<'_, Reader>, tab: ProfileTab) -> Result<Response> {
    let person = match person(cx)? {
        PersonLookup::Here(person) => person,
        PersonLookup::Moved(answer) => return Ok(answer),
    };
    let profile = &person.profile;
    let feed = profile.user.feed;
    let (topic, empty) = match tab {
        ProfileTab::Activity => (Topic::Acts(feed), say("No comments or likes yet.")),
        _ => (Topic::Feed(feed), say("No posts yet.")),
    };
    let listing = Listing {
        topic: Some(topic),
        path: profile.user.path() + tab.path(),
        empty,
    };
    rivers::list(
        cx,
        listing,
        |conn, viewer, slice| {
            if tab == ProfileTab::Activity {
                return store::rivers::acted_on(conn, viewer, feed, slice);
            }
            let user = &profile.user;
            let pinned = store::rivers::pinned_by(conn, viewer, user, slice.now)?;
            let without = pinned.as_ref().map(|pinned| pinned.id);
            let page = store::rivers::of_person(conn, viewer, user, without, slice)?;
            Ok(RiverPage { pinned, ..page })
        },
        |layout, river| views::users::profile(layout, &person, tab, river),
    )
}

pub(crate) fn followers(cx: &Context<'_, Reader>) -> Result<Response> {
    related(cx, ProfileTab::Followers)
}

pub(crate) fn following(cx: &Context<'_, Reader>) -> Result<Response> {
    related(cx, ProfileTab::Following)
}

fn related(cx: &Context<'_, Reader>, tab: ProfileTab) -> Result<Response> {
    let person = match person(cx)? {
        PersonLookup::Here(person) => person,
        PersonLookup::Moved(answer) => return Ok(answer),
    };
    let (before, size) = cx.slice()?;
    let (viewer, profile) = (cx.viewer(), &person.profile);
    cx.page_of(
        |conn| match tab {
            ProfileTab::Followers => {
                relationships::followers(conn, viewer, profile.user.feed, before, size)
            }
            _ => relationships::following(conn, viewer, profile.user.id, before, size),
        },
        |layout, page| views::users::related(layout, &person, tab, &page),
    )
}

/// The person that a path names.
enum PersonLookup {
    Here(ViewedProfile),
    /// The path names them by an old name, or in another spelling; the answer leads to the right one.
    Moved(Response),
}

fn person(cx: &Context<'_, Reader>) -> Result<PersonLookup> {
    let name: UserName = cx.param("name")?;
    let viewer = cx.viewer();
    let person = cx.read(|conn| {
        let profile = users::profile(conn, viewer, &name)?;
        let id = profile.user.id;
        Ok(ViewedProfile {
            has_bell: match viewer {
                Viewer::Guest => false,
                Viewer::Member(viewer) => bells::is_on_feed(conn, viewer, profile.user.feed)?,
            },
            profile,
            relationship: relationships::between(conn, viewer, id)?,
            ties: relationships::ties(conn, viewer, id)?,
        })
    })?;
    let profile = &person.profile;
    if profile.user.username == name {
        return Ok(PersonLookup::Here(person));
    }
    // Everything after `/user/NAME`, however the name was written there.
    let rest = cx.request.target.trim_start_matches("/user/");
    let rest = rest.find(['/', '?']).map_or("", |end| &rest[end..]);
    let there = cx.app.base.url(&profile.user.path()) + rest;
    Ok(PersonLookup::Moved(Response::moved(there)))
}

pub(crate) fn edit_form(cx: &Context<'_, Member>) -> Result<Response> {
    cx.page_of(
        |conn| users::profile(conn, cx.user.id, &cx.user.username),
        |layout, profile| {
            let known = |name: &str| match name {
                "username" => profile.user.username.as_str(),
                "name" => profile.user.name.as_str(),
                "bio" => profile.bio.as_str(),
                _ => "",
            };
            views::users::edit(layout, &Filled::new(&known, &Problems::default()))
        },
    )
}

pub(crate) fn edit(cx: &Context<'_, Member>) -> Result<Response> {
    let new = ProfileEdit::parse(|name| cx.typed(name))?;
    let picture = uploads::files(cx.request).next();
    if picture.is_some() {
        uploads::check_room(cx, cx.user.avatar)?;
    }
    let picture = picture.map(|file| uploads::encoded(cx, file, Purpose::Avatar));
    let picture = picture.transpose()?;
    let (id, path) = (cx.user.id, new.username.path());
    let storage_max = cx.app.config.limits.storage_per_user;
    let deadline = cx.request.deadline;
    cx.write(move |tx| {
        deadline.check()?;
        users::edit(tx, id, &new)?;
        if let Some(picture) = picture {
            images::create_avatar(tx, id, &picture, storage_max)?;
        }
        Ok(())
    })?;
    Ok(cx.flash(cx.see_other(&path), Flash::ProfileUpdated))
}

pub(crate) fn delete_image(cx: &Context<'_, Member>) -> Result<Response> {
    let id = cx.user.id;
    cx.write(move |tx| images::delete_avatar(tx, id))?;
    let response = cx.next_or(&cx.user.path());
    Ok(cx.flash(response, Flash::ProfileImageRemoved))
}

pub(crate) fn edit_again(cx: &Context<'_, Member>, problems: &Problems) -> Result<Response> {
    let problems = uploads::choose_again(cx.request, problems);
    cx.form_page(&problems, views::users::edit)
}
