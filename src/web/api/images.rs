use crate::web::uploads;
use crate::{
    app::App,
    error::{Error, Result},
    http::{Request, Response, Upload},
    model::{AltText, IdempotencyKey, User},
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
    let key = idempotency_key(request, file, &alt)?;
    let earlier = app.db.read(|conn| images::sent(conn, user.id, key))?;
    let id = if let Some(earlier) = earlier {
        earlier
    } else {
        uploads::check_room(app, user, None)?;
        uploads::kept(app, request, user, file, alt, key)?
    };
    let image = app.db.read(|conn| images::own(conn, user.id, id))?;
    let image = json::image(&image, &app.base);
    let path = image["url"].as_str().unwrap_or_default().to_owned();
    Ok(super::created(path, &image))
}

/// With a key: the words, and what the file holds.
fn idempotency_key(
    request: &Request,
    file: &Upload,
    alt: &AltText,
) -> Result<Option<IdempotencyKey>> {
    if request.idempotency_key.is_none() {
        return Ok(None);
    }
    let digest = file.digest().map_err(Error::internal)?;
    super::key(request, &format!("{}\0{digest}", alt.as_str()))
}
