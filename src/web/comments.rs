use super::{changed, deleted, drawing, filled, idempotency_key, posts, tokens, viewer};
use crate::{
    app::App,
    error::{Error, Result},
    http::{Flash, Request, Response},
    model::{Comment, CommentId, CommentText, PostId, Problems, User, Viewer},
    store::{
        comments,
        posts::{is_visible, slug},
        rivers,
    },
    views::{
        self,
        comments::Editing,
        posts::{Writing, article},
    },
};

pub(crate) fn create(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (post, by): (PostId, _) = (request.param("id")?, user.id);
    let text = text(app, request)?;
    let key = idempotency_key(request, text.as_str());
    let id = app.db.write(request.now, move |tx| {
        comments::create(tx, by, post, &text, key)
    })?;
    if request.wants_fragment {
        return both(app, request, user, 201, id);
    }
    seen(app, request, user.id, id)
}

/// The page of the post with the form, or the form alone for the script.
pub(crate) fn again(
    app: &App,
    request: &Request,
    user: Option<&User>,
    problems: &Problems,
) -> Result<Response> {
    let user = user.ok_or(Error::SignInRequired)?;
    let id = request.param("id")?;
    let typed = |name: &str| request.form.get(name);
    let filled = filled(&typed, problems);
    if !request.wants_fragment {
        let writing = Writing {
            comment: Some(filled),
            ..Writing::default()
        };
        return posts::page(app, request, user, id, &writing);
    }
    if !app.db.read(|conn| is_visible(conn, user.id, id))? {
        return Err(Error::NotFound);
    }
    let tokens = tokens(app, request);
    let form = views::comments::form(id, &drawing(app, &tokens), &filled);
    Ok(Response::fragment(422, form))
}

/// A comment's own address leads to it under its post.
pub(crate) fn show(app: &App, request: &Request, user: Option<&User>) -> Result<Response> {
    seen(app, request, viewer(user), request.param("id")?)
}

/// The form that changes it: under its post, or alone for the script.
pub(crate) fn edit_form(app: &App, request: &Request, user: &User) -> Result<Response> {
    editing(app, request, user, &Problems::default())
}

pub(crate) fn edit(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (id, by): (CommentId, _) = (request.param("id")?, user.id);
    let text = text(app, request)?;
    app.db
        .write(request.now, move |tx| comments::edit(tx, by, id, &text))?;
    if request.wants_fragment {
        return both(app, request, user, 200, id);
    }
    seen(app, request, user.id, id)
}

pub(crate) fn edit_again(
    app: &App,
    request: &Request,
    user: Option<&User>,
    problems: &Problems,
) -> Result<Response> {
    editing(app, request, user.ok_or(Error::SignInRequired)?, problems)
}

pub(crate) fn delete(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (id, by): (CommentId, _) = (request.param("id")?, user.id);
    let post = app
        .db
        .write(request.now, move |tx| comments::delete(tx, by, id))?;
    let path = format!("/post/{post}");
    deleted(app, request, Flash::CommentDeleted(id), &path)
}

pub(crate) fn undelete(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (id, by): (CommentId, _) = (request.param("id")?, user.id);
    let post = app
        .db
        .write(request.now, move |tx| comments::undelete(tx, by, id))?;
    if request.wants_fragment {
        return both(app, request, user, 200, id);
    }
    changed(app, request, user, 200, post)
}

/// After a change: the comment under its post, for the script: where all comments are shown it is put among them.
pub(super) fn both(
    app: &App,
    request: &Request,
    user: &User,
    status: u16,
    id: CommentId,
) -> Result<Response> {
    let (comment, post) = app.db.read(|conn| {
        let comment = comments::find(conn, user.id, id)?;
        let post = rivers::as_at_home(conn, user.id, comment.post)?;
        Ok((comment, post))
    })?;
    let tokens = tokens(app, request);
    let drawing = drawing(app, &tokens);
    Ok(Response::fragment(
        status,
        maud::html! { (article(&post, &drawing)) (views::comments::comment(&comment, &drawing)) },
    ))
}

/// Where the comment is seen.
pub(super) fn seen(
    app: &App,
    request: &Request,
    viewer: impl Into<Viewer>,
    id: CommentId,
) -> Result<Response> {
    let (comment, post) = found(app, viewer.into(), id)?;
    let next = request.next(&app.base);
    let here = || format!("{}#comment-{}", app.base.url(&post), comment.id);
    Ok(Response::see_other(next.unwrap_or_else(here)))
}

fn editing(app: &App, request: &Request, user: &User, problems: &Problems) -> Result<Response> {
    let id: CommentId = request.param("id")?;
    let (comment, _) = found(app, user.id.into(), id)?;
    if !comment.is_mine {
        return Err(Error::Forbidden);
    }
    let typed = |name: &str| request.form.get(name);
    let filled = filled(&typed, problems);
    if request.wants_fragment {
        let tokens = tokens(app, request);
        let form = views::comments::edit_form(&comment, &drawing(app, &tokens), &filled);
        return Ok(Response::fragment(200, form));
    }
    let writing = Writing {
        edit_comment: Some(Editing {
            comment: id.0,
            filled,
        }),
        ..Writing::default()
    };
    posts::page(app, request, user, comment.post, &writing)
}

fn found(app: &App, viewer: Viewer, id: CommentId) -> Result<(Comment, String)> {
    app.db.read(|conn| {
        let comment = comments::find(conn, viewer, id)?;
        let slug = slug(conn, viewer, comment.post)?;
        let path = comment.post.path(&slug);
        Ok((comment, path))
    })
}

fn text(app: &App, request: &Request) -> Result<CommentText> {
    CommentText::parse(request.form.get("comment"), app.config.limits.comment_chars)
        .map_err(|problem| Error::invalid("comment", problem))
}
