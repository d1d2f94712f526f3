use super::{filled, frame, invitations, rivers::Place, sessions, tokens, uploads, viewer};
use crate::{
    app::App,
    config::Registration,
    error::Result,
    http::{Flash, Request, Response},
    model::{Attempt, NewUser, Problems, ProfileEdit, Topic, User, UserName},
    pictures::Purpose,
    store::{self, images, relationships, rivers, users},
    views::{
        self,
        users::{Person, Tab},
    },
};

pub(crate) fn new(app: &App, request: &Request, user: Option<&User>) -> Result<Response> {
    match user {
        Some(_) => Ok(Response::see_other(app.base.url("/"))),
        None => again(app, request, None, &Problems::default()),
    }
}

pub(crate) fn create(app: &App, request: &Request, _: Option<&User>) -> Result<Response> {
    let invitation = invitations::given(app, request)?;
    let new = NewUser::parse(|name| request.form.get(name), &app.config.password_rules())?;
    // Names that are taken must not be found out by trying many.
    sessions::counted(app, request, Attempt::from(request.client), || {
        let hash = app.hasher.hash(&new.password)?;
        app.db.write(request.now, move |tx| {
            store::invitations::register(tx, invitation.as_ref(), &new, &hash)
        })
    })?;
    Ok(Response::see_other(app.base.url("/login")).flash(&app.cookies, Flash::Registered))
}

/// The form; also the page it is refused with.
pub(crate) fn again(
    app: &App,
    request: &Request,
    user: Option<&User>,
    problems: &Problems,
) -> Result<Response> {
    let tokens = tokens(app, request);
    let frame = frame(app, request, user, &tokens)?;
    if app.config.accounts.registration == Registration::Closed {
        return Ok(Response::page(views::users::registration_closed(&frame)).status(403));
    }
    let typed = |name: &str| request.form.get(name);
    let page = views::users::register(
        &frame,
        &filled(&typed, problems),
        app.config.accounts.min_password,
        &invitations::entry(app, request)?.shown(),
    );
    Ok(Response::page(page))
}

/// What a person writes.
pub(crate) fn show(app: &App, request: &Request, user: Option<&User>) -> Result<Response> {
    posts(app, request, user, Tab::Posts)
}

/// What a person comments on and likes.
pub(crate) fn activity(app: &App, request: &Request, user: Option<&User>) -> Result<Response> {
    posts(app, request, user, Tab::Activity)
}

fn posts(app: &App, request: &Request, user: Option<&User>, tab: Tab) -> Result<Response> {
    let person = match profile(app, request, user)? {
        Found::Here(person) => person,
        Found::Elsewhere(moved) => return Ok(moved),
    };
    let profile = &person.profile;
    let feed = profile.user.feed;
    let (topic, empty) = match tab {
        Tab::Activity => (Topic::Acts(feed), "No comments or likes yet."),
        _ => (Topic::Feed(feed), "No posts yet."),
    };
    let place = Place {
        topic: topic.to_string(),
        path: profile.user.path() + tab.path(),
        empty,
    };
    super::rivers::list(
        app,
        request,
        user,
        place,
        |conn, viewer, before, size| match tab {
            Tab::Activity => rivers::acted_on(conn, viewer, feed, before, size),
            _ => rivers::of_person(conn, viewer, &profile.user, before, size),
        },
        |frame, river| views::users::profile(frame, &person, tab, river),
    )
}

pub(crate) fn followers(app: &App, request: &Request, user: Option<&User>) -> Result<Response> {
    related(app, request, user, Tab::Followers)
}

pub(crate) fn following(app: &App, request: &Request, user: Option<&User>) -> Result<Response> {
    related(app, request, user, Tab::Following)
}

fn related(app: &App, request: &Request, user: Option<&User>, tab: Tab) -> Result<Response> {
    let person = match profile(app, request, user)? {
        Found::Here(person) => person,
        Found::Elsewhere(moved) => return Ok(moved),
    };
    let profile = &person.profile;
    let tokens = tokens(app, request);
    let frame = frame(app, request, user, &tokens)?;
    let (before, size) = (request.before()?, app.config.feed.page_size);
    let (viewer, whose, feed) = (viewer(user), profile.user.id, profile.user.feed);
    let page = app.db.read(|conn| match tab {
        Tab::Followers => relationships::followers(conn, viewer, feed, before, size),
        _ => relationships::following(conn, viewer, whose, before, size),
    })?;
    let page = views::users::related(&frame, &person, tab, &page);
    Ok(Response::page(page))
}

/// The person of a path, or where they are found.
enum Found {
    Here(Person),
    /// Under the name they have now, as it is written, with what was asked for there.
    Elsewhere(Response),
}

fn profile(app: &App, request: &Request, user: Option<&User>) -> Result<Found> {
    let name: UserName = request.param("name")?;
    let viewer = viewer(user);
    let person = app.db.read(|conn| {
        let profile = users::profile(conn, viewer, &name)?;
        let id = profile.user.id;
        Ok(Person {
            profile,
            relationship: relationships::between(conn, viewer, id)?,
            ties: relationships::ties(conn, viewer, id)?,
        })
    })?;
    let profile = &person.profile;
    if profile.user.username == name {
        return Ok(Found::Here(person));
    }
    // Behind `/user/NAME`, however the name was written there.
    let rest = request.target.trim_start_matches("/user/");
    let rest = rest.find(['/', '?']).map_or("", |end| &rest[end..]);
    let there = app.base.url(&profile.user.path()) + rest;
    Ok(Found::Elsewhere(Response::moved(there)))
}

pub(crate) fn edit_form(app: &App, request: &Request, user: &User) -> Result<Response> {
    let profile = app
        .db
        .read(|conn| users::profile(conn, user.id, &user.username))?;
    let known = |name: &str| match name {
        "username" => profile.user.username.as_str(),
        "name" => profile.user.name.as_str(),
        "bio" => profile.bio.as_str(),
        _ => "",
    };
    let tokens = tokens(app, request);
    let frame = frame(app, request, Some(user), &tokens)?;
    let page = views::users::edit(&frame, &filled(&known, &Problems::default()));
    Ok(Response::page(page))
}

pub(crate) fn edit(app: &App, request: &Request, user: &User) -> Result<Response> {
    let new = ProfileEdit::parse(|name| request.form.get(name))?;
    let picture = uploads::files(request).next();
    if picture.is_some() {
        uploads::check_room(app, user, user.avatar)?;
    }
    let picture = picture.map(|file| uploads::drawn(app, request, file, Purpose::Avatar));
    let picture = picture.transpose()?;
    let (id, path) = (user.id, new.username.path());
    let storage_max = app.config.limits.storage_per_user;
    let deadline = request.deadline;
    app.db.write(request.now, move |tx| {
        deadline.check()?;
        users::edit(tx, id, &new)?;
        if let Some(picture) = picture {
            images::create_avatar(tx, id, &picture, storage_max)?;
        }
        Ok(())
    })?;
    Ok(Response::see_other(app.base.url(&path)).flash(&app.cookies, Flash::ProfileUpdated))
}

pub(crate) fn delete_image(app: &App, request: &Request, user: &User) -> Result<Response> {
    let id = user.id;
    app.db
        .write(request.now, move |tx| images::delete_avatar(tx, id))?;
    let next = request.next(&app.base);
    let next = next.unwrap_or_else(|| app.base.url(&user.path()));
    Ok(Response::see_other(next).flash(&app.cookies, Flash::ProfileImageRemoved))
}

pub(crate) fn edit_again(
    app: &App,
    request: &Request,
    user: Option<&User>,
    problems: &Problems,
) -> Result<Response> {
    let tokens = tokens(app, request);
    let frame = frame(app, request, user, &tokens)?;
    let typed = |name: &str| request.form.get(name);
    let mut problems = problems.clone();
    if uploads::files(request).next().is_some() && problems.about(uploads::FIELD).is_none() {
        // A browser does not choose a file by itself.
        problems.add(uploads::FIELD, "Please choose the picture once more.");
    }
    let page = views::users::edit(&frame, &filled(&typed, &problems));
    Ok(Response::page(page))
}
