use maud::Markup;

use super::{filled, frame, news, posts::composing, tokens, uploads, viewer};
use crate::{
    app::App,
    config::{Registration, Visibility},
    error::Result,
    http::{Request, Response},
    model::{BasePath, Cursor, Page, Post, Problems, Tag, Topic, User, Viewer},
    store::{Snapshot, people, rivers},
    views::{self, Frame, rivers::River},
};

/// Newest members shown beside the river.
const PEOPLE_SHOWN: u32 = 5;

pub(crate) fn home(app: &App, request: &Request, user: Option<&User>) -> Result<Response> {
    match user {
        Some(user) => river(app, request, user, &Problems::default()),
        None => welcome(app, request),
    }
}

/// A page of the river alone, for the script.
pub(crate) fn fragment(app: &App, request: &Request, user: &User) -> Result<Response> {
    let tokens = tokens(app, request);
    let before = request.before()?;
    let size = app.config.feed.page_size;
    let (posts, news) = app.db.read(|conn| {
        Ok((
            rivers::home(conn, user.id, before, size)?,
            news(app, conn, user)?,
        ))
    })?;
    let river = at_home(&posts, before);
    let drawing = super::drawing(app, &tokens);
    let fragment = views::rivers::fragment(&drawing, &river, Some(&news));
    Ok(Response::fragment(200, fragment))
}

/// The home page, with what was typed into its form.
pub(super) fn river(
    app: &App,
    request: &Request,
    user: &User,
    problems: &Problems,
) -> Result<Response> {
    let tokens = tokens(app, request);
    let frame = frame(app, request, Some(user), &tokens)?;
    let before = request.before()?;
    let size = app.config.feed.page_size;
    let (posts, people) = app.db.read(|conn| {
        Ok((
            rivers::home(conn, user.id, before, size)?,
            people::newest_to_follow(conn, user.id, PEOPLE_SHOWN)?,
        ))
    })?;
    let typed = |name: &str| request.form.get(name);
    let refused = uploads::of_refused(app, request, user, None)?;
    let compose = composing(app, filled(&typed, problems), &refused);
    let page = views::rivers::home(&frame, &at_home(&posts, before), &people, &compose);
    Ok(Response::page(page))
}

fn at_home(posts: &Page<Post>, before: Option<Cursor>) -> River<'_> {
    River {
        posts,
        topic: before.is_none().then(|| Topic::Home.to_string()),
        path: "/".into(),
        fragment: "/feed".into(),
        empty: "Nothing in your feed yet — follow some people or write your first post.",
    }
}

pub(crate) fn everything(app: &App, request: &Request, user: &User) -> Result<Response> {
    let place = Place {
        topic: Topic::Everything.to_string(),
        path: "/everything".into(),
        empty: "No posts yet.",
    };
    let intro = Some("What everybody here writes, the newest first.");
    list(
        app,
        request,
        Some(user),
        place,
        rivers::everything,
        |frame, river| views::rivers::list(frame, "Everything", intro, river),
    )
}

pub(crate) fn discussions(app: &App, request: &Request, user: &User) -> Result<Response> {
    let place = Place {
        topic: Topic::Discussions.to_string(),
        path: "/discussions".into(),
        empty: "Nothing yet. What you write, comment on or like is collected here.",
    };
    let intro = Some("What you wrote, commented on or liked, by what happened last.");
    list(
        app,
        request,
        Some(user),
        place,
        |conn, _, before, size| rivers::discussions(conn, user.id, before, size),
        |frame, river| views::rivers::list(frame, "My discussions", intro, river),
    )
}

pub(crate) fn tag(app: &App, request: &Request, user: &User) -> Result<Response> {
    let tag: Tag = request.param("tag")?;
    let key = tag.key();
    let place = Place {
        topic: Topic::Tag(key.clone()).to_string(),
        path: BasePath::default().url(&tag.path()),
        empty: "No posts yet.",
    };
    let title = format!("#{}", tag.as_typed());
    list(
        app,
        request,
        Some(user),
        place,
        |conn, _, before, size| rivers::tagged(conn, user.id, &key, before, size),
        |frame, river| views::rivers::list(frame, &title, None, river),
    )
}

/// Where a list of posts is, and what it is about.
pub(super) struct Place {
    pub(super) topic: String,
    /// Of the page; percent-encoded.
    pub(super) path: String,
    pub(super) empty: &'static str,
}

/// A page of a list of posts that is live on its first page; for the script the list alone.
pub(super) fn list(
    app: &App,
    request: &Request,
    user: Option<&User>,
    place: Place,
    read: impl FnOnce(&Snapshot, Viewer, Option<Cursor>, u32) -> Result<Page<Post>>,
    draw: impl FnOnce(&Frame<'_>, &River<'_>) -> Markup,
) -> Result<Response> {
    let tokens = tokens(app, request);
    let frame = frame(app, request, user, &tokens)?;
    let before = request.before()?;
    let (posts, news) = app.db.read(|conn| {
        let news = user.map(|user| news(app, conn, user)).transpose()?;
        let posts = read(conn, viewer(user), before, app.config.feed.page_size)?;
        Ok((posts, news))
    })?;
    let river = River {
        posts: &posts,
        topic: before.is_none().then_some(place.topic),
        path: place.path.clone(),
        fragment: place.path,
        empty: place.empty,
    };
    Ok(if request.wants_fragment {
        let fragment = views::rivers::fragment(&frame.drawing, &river, news.as_ref());
        Response::fragment(200, fragment)
    } else {
        Response::page(draw(&frame, &river))
    })
}

fn welcome(app: &App, request: &Request) -> Result<Response> {
    let tokens = tokens(app, request);
    let open = app.config.accounts.registration == Registration::Open;
    let frame = frame(app, request, None, &tokens)?;
    let posts = if app.config.site.visibility == Visibility::Public {
        let size = app.config.feed.page_size;
        app.db
            .read(|conn| rivers::everything(conn, Viewer::Guest, None, size))?
            .items
    } else {
        Vec::new()
    };
    Ok(Response::page(views::rivers::welcome(&frame, open, &posts)))
}
