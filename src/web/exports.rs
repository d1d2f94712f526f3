//! Taking home what is kept of oneself.

mod archive;
mod pictures;

use std::sync::TryLockError;

use super::{filled, frame, tokens};
use crate::{
    app::App,
    error::{Error, Result},
    http::{Request, Response},
    model::{Bytes, Problems, User},
    store::{exports, images},
    views::{
        self,
        exports::{Export, Storage},
        times,
    },
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
    let taken = user.map_or(Ok(0), |user| {
        app.db.read(|conn| images::used_by(conn, user.id))
    })?;
    let storage = Storage {
        used: Bytes(taken),
        max: Bytes(app.config.limits.storage_per_user),
    };
    let page = views::exports::settings(&frame, &storage, &filled(&|_| "", problems));
    Ok(Response::page(page))
}

/// All of it comes from one moment: what is written while it is packed is not in it, and nobody has to wait to write. The
/// pictures of that moment are read while they are sent; if one is deleted meanwhile, the download ends before its end.
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
    let file = tempfile::tempfile_in(&app.spool_directory)
        .map_err(|error| Error::StorageUnavailable(error.to_string()))?;
    let (text, pictures) = app.db.read(|conn| {
        let export = Export {
            site_name: &app.config.site.name,
            origin: base_url.map(|url| url.origin.as_str()),
            base: &app.base,
            zone: &app.zone,
            now: request.now,
            account: &exports::account(conn, user.id)?,
        };
        let mut pictures = Vec::new();
        exports::each_image(conn, user.id, &mut |(image, blob)| {
            pictures.push((image.file(), blob));
            Ok(())
        })?;
        let text = archive::pack(conn, &export, file, archive::BYTES_MAX)?;
        Ok((text, pictures))
    })?;
    let (reader, bytes) = pictures::append(app.db.clone(), text, pictures)?;
    let day = times::file_day(request.now, &app.zone);
    let name = format!("quartfeed-{}-{day}.zip", user.username.as_str());
    Ok(Response::reader(reader, bytes)
        .header("Content-Type", "application/zip")
        .header(
            "Content-Disposition",
            format!("attachment; filename=\"{name}\""),
        )
        .header("Cache-Control", "no-store"))
}
