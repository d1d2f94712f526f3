//! The state of the program, for those who watch it: load balancers, containers, alarms.

use super::{Admin, Anyone, Context};
use crate::{
    arrivals, auth,
    error::Result,
    http::Response,
    model::Checkup,
    store::{NOT_IN_PLACE, backups, checkups, housekeeping},
    views,
};

/// The body of an answer when all is well.
const OK: &str = "ok";

/// The seconds after which a site that is not ready is worth another look.
const RETRY_AFTER: &str = "10";

/// Age of the newest backup, in seconds. It is a header because a late backup is no reason to send nobody here.
const BACKUP_AGE: &str = "X-Backup-Age";

/// Says that requests are answered. `quartfeed doctor`, which has read the key in the database, also learns how requests
/// arrive.
pub(crate) fn live(cx: &Context<'_, Anyone>) -> Result<Response> {
    let token = cx.request.query.get("arrivals");
    let name = auth::doctors_name(cx.now());
    if cx.app.form_key.accepts(token, &name) {
        return Ok(Response::json(200, &cx.app.arrivals.all()));
    }
    Ok(Response::text(200, OK))
}

/// Says whether people can be served, and otherwise why not.
pub(crate) fn ready(cx: &Context<'_, Anyone>) -> Result<Response> {
    if let Some(reason) = reason_against(cx) {
        return Ok(Response::text(503, reason).header("Retry-After", RETRY_AFTER));
    }
    let response = Response::text(200, OK);
    // A directory that cannot be read is found by the check-up, and is no reason to send nobody here either.
    let newest = backups::newest(&cx.app.config).ok().flatten();
    Ok(match newest {
        Some(newest) => response.header(BACKUP_AGE, newest.age(cx.now()).as_secs().to_string()),
        None => response,
    })
}

/// Shows the check-up of the site, without what takes long.
pub(crate) fn show(cx: &Context<'_, Admin>) -> Result<Response> {
    let config = &cx.app.config;
    let newest = cx.read(checkups::newest_event_at)?;
    let mut all = checkups::quick(config, cx.now());
    if !cx.app.db.is_in_place() {
        all.insert(
            0,
            Checkup::bad(
                "Database",
                NOT_IN_PLACE,
                "Put the file back, with its log beside it, or restart the site to use the one that is there now.",
            ),
        );
    }
    all.push(checkups::clock(newest, cx.now()));
    let base_url = config.server.base_url.as_ref();
    all.extend(arrivals::advice(&cx.app.arrivals.all(), base_url));
    cx.page(|layout| views::health::show(layout, &all))
}

/// Returns why people cannot be served. After a write that failed another one is tried, as nobody else may write.
fn reason_against(cx: &Context<'_, Anyone>) -> Option<&'static str> {
    let db = &cx.app.db;
    if !db.is_in_place() {
        return Some(NOT_IN_PLACE);
    }
    if db
        .read(|conn| housekeeping::has_leftovers(conn, cx.now()))
        .is_err()
    {
        return Some("the database cannot be read");
    }
    if db.is_failing() && db.write(cx.now(), housekeeping::try_disk).is_err() {
        return Some("the disk does not take changes; reading works");
    }
    None
}
