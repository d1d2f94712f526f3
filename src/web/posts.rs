use super::{drawing, feeds::river, filled, form_token, frame};
use crate::{
    app::App,
    error::{Error, Result},
    http::{Flash, Request, Response},
    model::{Message, PostId, Problems, User},
    store::posts,
    views,
};

pub(crate) fn create(app: &App, request: &Request, user: &User) -> Result<Response> {
    let message = Message::parse(request.form.get("message"), app.config.limits.post_chars)
        .map_err(|problem| Error::invalid("message", problem))?;
    let author = user.id;
    let id = app
        .db
        .write(request.now, move |tx| posts::create(tx, author, &message))?;
    if !request.wants_fragment {
        return Ok(Response::see_other(
            request.next(&app.base).unwrap_or_else(|| app.base.url("/")),
        ));
    }
    let post = app.db.read(|conn| posts::find(conn, author, id))?;
    let token = form_token(app, request);
    Ok(Response::fragment(
        201,
        views::posts::article(&post, &drawing(app, Some(user), &token)),
    ))
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
    let token = form_token(app, request);
    let typed = |name: &str| request.form.get(name);
    let filled = filled(&typed, problems);
    let form = views::posts::composer(&drawing(app, Some(user), &token), &filled);
    Ok(Response::fragment(422, form))
}

pub(crate) fn show(app: &App, request: &Request, user: &User) -> Result<Response> {
    let id: PostId = request.param("id")?;
    let post = app.db.read(|conn| posts::find(conn, user.id, id))?;
    if request.param::<String>("slug").ok() != Some(post.slug()) {
        return Ok(Response::moved(app.base.url(&post.path())));
    }
    let token = form_token(app, request);
    Ok(Response::page(views::posts::page(
        &frame(app, request, Some(user), &token),
        &post,
    )))
}

pub(crate) fn delete(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (id, by): (PostId, _) = (request.param("id")?, user.id);
    app.db
        .write(request.now, move |tx| posts::delete(tx, by, id))?;
    if request.wants_fragment {
        return Ok(Response::empty(204));
    }
    let next = request.next(&app.base).unwrap_or_else(|| app.base.url("/"));
    Ok(Response::see_other(next).flash(&app.cookies, Flash::PostDeleted))
}
