use crate::{
    app::App,
    error::Result,
    http::{Request, Response},
    model::{Topic, Topics, User},
    web::events::stream,
};

/// What changes the home river. It ends with what lets the program in: its token, or the session.
pub(crate) fn index(app: &App, request: &Request, user: &User) -> Result<Response> {
    stream(app, request, user, Topics::only(Topic::Home))
}
