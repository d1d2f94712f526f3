use super::{
    changed, deleted, drawing, filled, frame, news,
    rivers::river,
    tokens,
    uploads::{self, Refused},
    viewer,
};
use crate::{
    app::App,
    error::{Error, Result},
    http::{CookieKind, Flash, Request, Response},
    model::{Attached, IdempotencyKey, Message, PostId, Problems, Revision, User, Viewer},
    routes,
    store::{
        images as pictures, notifications,
        posts::{self, Shape},
    },
    views::{
        self, Filled,
        pictures::{Compose, ImageLimits},
        posts::Writing,
    },
};

pub(crate) fn create(app: &App, request: &Request, user: &User) -> Result<Response> {
    let key = uploads::idempotency_key(request, request.form.get("message"))?;
    let earlier = app.db.read(|conn| posts::earlier(conn, user.id, key))?;
    let id = match earlier {
        Some(earlier) => earlier,
        None => written(app, request, user, key)?,
    };
    if request.wants_fragment {
        return changed(app, request, user, 201, id);
    }
    let next = request.next(&app.base).unwrap_or_else(|| app.base.url("/"));
    Ok(Response::see_other(next))
}

fn written(
    app: &App,
    request: &Request,
    user: &User,
    key: Option<IdempotencyKey>,
) -> Result<PostId> {
    let mut problems = Problems::default();
    let message = message(app, request, &mut problems);
    let images = uploads::of_post(app, request, user, &mut problems)?;
    let (Some(message), Some(images), true) = (message, images, problems.is_empty()) else {
        return Err(problems.into());
    };
    let author = user.id;
    let kept: Vec<_> = request.kept.borrow().iter().map(|(_, id)| *id).collect();
    let deadline = request.deadline;
    app.db.write(request.now, move |tx| {
        deadline.check()?;
        let id = posts::create(tx, author, &message, &images, key)?;
        // Of a form that is sent twice at once the pictures are drawn twice, and used once.
        pictures::discard(tx, author, &kept)?;
        Ok(id)
    })
}

/// The page a post was written on, or the form alone for the script.
pub(crate) fn again(
    app: &App,
    request: &Request,
    user: Option<&User>,
    problems: &Problems,
) -> Result<Response> {
    let user = user.ok_or(Error::SignInRequired)?;
    if !request.wants_fragment {
        return river(app, request, user, problems);
    }
    let tokens = tokens(app, request);
    let typed = |name: &str| request.form.get(name);
    let refused = uploads::of_refused(app, request, user, None)?;
    let compose = composing(app, filled(&typed, problems), &refused);
    let form = views::posts::composer(&drawing(app, &tokens), &compose);
    Ok(Response::fragment(422, form))
}

/// The form that a post is written or changed in, as far as it is filled in.
pub(super) fn composing<'a>(app: &App, filled: Filled<'a>, refused: &'a Refused) -> Compose<'a> {
    let limits = &app.config.limits;
    let limits = ImageLimits {
        per_post: limits.images_per_post,
        bytes: limits.image_bytes.into(),
        too_many: Attached::too_many(limits.images_per_post),
        too_large: routes::largest_picture(limits),
        no_picture: "Images only!".to_owned(),
    };
    Compose {
        filled,
        images: &refused.images,
        removed: &refused.removed,
        words: &refused.words,
        limits,
    }
}

pub(crate) fn show(app: &App, request: &Request, user: Option<&User>) -> Result<Response> {
    let id = request.param("id")?;
    let nothing = Problems::default();
    let typed = |_: &str| "";
    let edits = request.query.has("edit") && user.is_some();
    let untouched = Refused::default();
    let edit = edits.then(|| composing(app, filled(&typed, &nothing), &untouched));
    let writing = Writing {
        edit,
        ..Writing::default()
    };
    let slug = app.db.read(|conn| posts::slug(conn, viewer(user), id))?;
    if request.param::<String>("slug").ok().as_ref() != Some(&slug) {
        return Ok(moved(app, request, &id.path(&slug)));
    }
    match user {
        Some(user) => page(app, request, user, id, &writing),
        None => for_guest(app, request, id),
    }
}

/// What a guest sees of it, as long as the site lets guests read on.
fn for_guest(app: &App, request: &Request, id: PostId) -> Result<Response> {
    let everybody = request.query.get("likes") == "all";
    let read = request
        .guest_reads
        .with_post(id, app.config.site.guest_reads);
    let read = read.ok_or(Error::GuestLimit(app.config.site.guest_reads))?;
    let tokens = tokens(app, request);
    let frame = frame(app, request, None, &tokens)?;
    let post = app
        .db
        .read(|conn| posts::find(conn, Viewer::Guest, id, Shape::Whole { everybody }))?;
    let page = views::posts::page(&frame, &post, None, &Writing::default(), None);
    let response = Response::page(page);
    if read.is_empty() {
        return Ok(response);
    }
    let cookie = app
        .cookies
        .set(CookieKind::GuestReads, &read.to_string(), None);
    Ok(response.header("Set-Cookie", cookie))
}

/// The page of a post, with what is being written on it; for the script the post alone, or the form to change it.
pub(super) fn page(
    app: &App,
    request: &Request,
    user: &User,
    id: PostId,
    writing: &Writing<'_>,
) -> Result<Response> {
    let everybody = request.query.get("likes") == "all";
    let wants_history = request.query.has("history");
    let tokens = tokens(app, request);
    let frame = frame(app, request, Some(user), &tokens)?;
    let (post, is_muted, history, news) = app.db.read(|conn| {
        let history: Option<Vec<Revision>> = wants_history
            .then(|| posts::history(conn, user.id, id))
            .transpose()?;
        Ok((
            posts::find(conn, user.id, id, Shape::Whole { everybody })?,
            notifications::is_muted(conn, user.id, id)?,
            history,
            news(app, conn, user)?,
        ))
    })?;
    if writing.edit.is_some() && !post.is_mine {
        return Err(Error::Forbidden);
    }
    if request.wants_fragment {
        let fragment = match &writing.edit {
            Some(compose) => views::posts::edit_form(&post, &frame.drawing, compose),
            None => views::posts::fragment(&frame.drawing, &post, &news),
        };
        return Ok(Response::fragment(200, fragment));
    }
    let page = views::posts::page(&frame, &post, Some(is_muted), writing, history.as_deref());
    Ok(Response::page(page))
}

/// To the one address that a post has; what was asked about it stays asked.
fn moved(app: &App, request: &Request, path: &str) -> Response {
    let query = request.target.split_once('?');
    let query = query.map_or(String::new(), |(_, query)| format!("?{query}"));
    Response::moved(app.base.url(path) + &query)
}

pub(crate) fn edit(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (id, by): (PostId, _) = (request.param("id")?, user.id);
    let mut problems = Problems::default();
    let message = message(app, request, &mut problems);
    let images = uploads::of_changed(app, request, user, id, &mut problems)?;
    if !problems.is_empty() {
        return Err(problems.into());
    }
    let deadline = request.deadline;
    app.db.write(request.now, move |tx| {
        deadline.check()?;
        posts::edit(tx, by, id, message.as_ref(), images.as_ref())
    })?;
    changed(app, request, user, 200, id)
}

/// The page of the post with the form that changes it, or the form alone for the script.
pub(crate) fn edit_again(
    app: &App,
    request: &Request,
    user: Option<&User>,
    problems: &Problems,
) -> Result<Response> {
    let typed = |name: &str| request.form.get(name);
    let (user, id) = (user.ok_or(Error::SignInRequired)?, request.param("id")?);
    let refused = uploads::of_refused(app, request, user, Some(id))?;
    let writing = Writing {
        edit: Some(composing(app, filled(&typed, problems), &refused)),
        ..Writing::default()
    };
    page(app, request, user, id, &writing)
}

pub(crate) fn delete(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (id, by): (PostId, _) = (request.param("id")?, user.id);
    app.db
        .write(request.now, move |tx| posts::delete(tx, by, id))?;
    deleted(app, request, Flash::PostDeleted(id), "/")
}

pub(crate) fn undelete(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (id, by): (PostId, _) = (request.param("id")?, user.id);
    app.db
        .write(request.now, move |tx| posts::undelete(tx, by, id))?;
    changed(app, request, user, 200, id)
}

fn message(app: &App, request: &Request, problems: &mut Problems) -> Option<Message> {
    let text = request.form.get("message");
    let message = Message::parse_or_none(text, app.config.limits.post_chars);
    problems.check("message", message)
}
