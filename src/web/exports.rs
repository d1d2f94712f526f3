//! Taking home what is kept of oneself.

mod archive;

use std::sync::TryLockError;

use super::{filled, frame, tokens};
use crate::{
    app::App,
    error::{Error, Result},
    http::{Request, Response},
    model::{Problems, User},
    store::exports,
    views::{self, exports::Export, times},
};

/// Seconds after which the one who packs at the moment is likely to be done.
const PACKING_SECONDS: u32 = 10;

pub(crate) fn show(app: &App, request: &Request, user: &User) -> Result<Response> {
    again(app, request, Some(user), &Problems::default())
}

/// The page; also the one that a download is refused with.
pub(crate) fn again(
    app: &App,
    request: &Request,
    user: Option<&User>,
    problems: &Problems,
) -> Result<Response> {
    let tokens = tokens(app, request);
    let frame = frame(app, request, user, &tokens)?;
    let page = views::exports::settings(&frame, &filled(&|_| "", problems));
    Ok(Response::page(page))
}

/// All of it comes from one moment: what is written while it is packed is not in it, and nobody has to wait to write.
pub(crate) fn download(app: &App, request: &Request, user: &User) -> Result<Response> {
    let _turn = match app.packing.try_lock() {
        Ok(turn) => turn,
        Err(TryLockError::Poisoned(turn)) => turn.into_inner(),
        Err(TryLockError::WouldBlock) => {
            return Err(Error::Busy {
                retry_after: PACKING_SECONDS,
            });
        }
    };
    let base_url = app.config.server.base_url.as_ref();
    let archive = app.db.read(|conn| {
        let export = Export {
            site_name: &app.config.site.name,
            origin: base_url.map(|url| url.origin.as_str()),
            base: &app.base,
            zone: &app.zone,
            now: request.now,
            account: &exports::account(conn, user.id)?,
        };
        archive::pack(conn, &export, archive::BYTES_MAX)
    })?;
    let day = times::file_day(request.now, &app.zone);
    let name = format!("quartfeed-{}-{day}.zip", user.username.as_str());
    Ok(Response::bytes(archive)
        .header("Content-Type", "application/zip")
        .header(
            "Content-Disposition",
            format!("attachment; filename=\"{name}\""),
        )
        .header("Cache-Control", "no-store"))
}
