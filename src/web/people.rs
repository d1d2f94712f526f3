use super::{frame, tokens};
use crate::{
    app::App,
    error::Result,
    http::{Request, Response},
    model::User,
    store::people,
    views,
};

/// People whom friends follow, shown above everybody.
const FRIENDS_OF_FRIENDS_SHOWN: u32 = 10;

/// Characters of a name that is looked for; more than any name has.
const WANTED_CHARS_MAX: usize = 70;

/// Everybody, or those with a name; for the script, those whom an unfinished name may mean.
pub(crate) fn index(app: &App, request: &Request, user: &User) -> Result<Response> {
    if request.query.has("complete") {
        let beginning = wanted(request, "complete");
        let found = app
            .db
            .read(|conn| people::completions(conn, user.id, &beginning))?;
        return Ok(Response::fragment(
            200,
            views::people::completions(&found, &app.base),
        ));
    }
    let wanted = wanted(request, "q");
    let before = request.before()?;
    let tokens = tokens(app, request);
    let frame = frame(app, request, Some(user), &tokens)?;
    let shows_friends = wanted.is_empty() && before.is_none();
    let (found, friends) = app.db.read(|conn| {
        let size = app.config.feed.page_size;
        let mut found = people::search(conn, user.id, &wanted, before, size)?;
        let limit = if shows_friends {
            FRIENDS_OF_FRIENDS_SHOWN
        } else {
            0
        };
        let friends = people::friends_of_friends(conn, user.id, limit)?;
        // Nobody stands on the page twice.
        found
            .items
            .retain(|person| !friends.iter().any(|other| other.user.id == person.user.id));
        Ok((found, friends))
    })?;
    let page = views::people::page(&frame, &wanted, &found, &friends);
    Ok(Response::page(page))
}

fn wanted(request: &Request, field: &str) -> String {
    let typed = request.query.get(field).trim().trim_start_matches('@');
    typed.chars().take(WANTED_CHARS_MAX).collect()
}
