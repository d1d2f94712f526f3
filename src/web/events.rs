use crate::{
    app::App,
    error::{Error, Result},
    http::{Method, Request, Response},
    live::Join,
    model::{EventRef, User},
    store::events,
};

/// What changes the home river, from now on or from where the reader was.
pub(crate) fn home(app: &App, request: &Request, user: &User) -> Result<Response> {
    let session = request.session.as_ref().ok_or(Error::SignInRequired)?;
    let newest = app.db.read(events::newest)?;
    let (after, reset) = match asked(request) {
        None => (newest, false),
        Some(Ok(asked)) if asked.epoch == *app.db.epoch() && asked.id <= newest => {
            (asked.id, false)
        }
        // Another life of the log, the future, or nothing that we ever sent.
        Some(_) => (newest, true),
    };
    if request.method == Method::Head {
        return Ok(Response::empty(200).header("Content-Type", "text/event-stream; charset=utf-8"));
    }
    Ok(Response::stream(Join {
        user: user.id,
        session: session.id,
        expires_at: session.expires_at.0,
        after,
        reset,
    }))
}

/// The header wins: a browser that comes back by itself repeats the address it began with.
fn asked(request: &Request) -> Option<Result<EventRef, ()>> {
    let text = request.last_event_id.as_deref().filter(|id| !id.is_empty());
    let text = text.unwrap_or_else(|| request.query.get("after"));
    (!text.is_empty()).then(|| text.parse())
}
