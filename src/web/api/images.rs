use super::super::uploads;
use crate::{
    app::App,
    error::{Error, Result},
    http::{Request, Response},
    model::{AltText, User},
    store::images,
    views::json,
};

/// A picture for a post that is still to be written.
pub(crate) fn create(app: &App, request: &Request, user: &User) -> Result<Response> {
    let alt = AltText::parse(request.form.get("alt"));
    let alt = alt.map_err(|problem| Error::invalid("alt", problem))?;
    let mut files = uploads::files(request);
    let file = match (files.next(), files.next()) {
        (Some(file), None) => file,
        (None, _) => return Err(Error::invalid(uploads::FIELD, "This field is required.")),
        _ => return Err(Error::invalid(uploads::FIELD, "One picture at a time.")),
    };
    let id = uploads::kept(app, request, user, file, alt)?;
    let kept = app
        .db
        .read(|conn| images::choosable(conn, user.id, None, &[id]))?;
    let image = kept.first().ok_or(Error::NotFound)?;
    let image = json::image(image, &app.base);
    let path = image["url"].as_str().unwrap_or_default().to_owned();
    Ok(super::created(path, &image))
}
