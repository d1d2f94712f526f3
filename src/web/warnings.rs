use crate::{
    app::App,
    error::Result,
    http::{Request, Response},
    model::{User, WarningId},
    store::warnings,
};

/// # Errors
/// `NotFound` if it is somebody else's.
pub(crate) fn dismiss(app: &App, request: &Request, user: &User) -> Result<Response> {
    let (warning, user): (WarningId, _) = (request.param("id")?, user.id);
    app.db
        .write(request.now, move |tx| warnings::dismiss(tx, user, warning))?;
    let next = request.next(&app.base).unwrap_or_else(|| app.base.url("/"));
    Ok(Response::see_other(next))
}
