//! Downloads of everything that is kept of a person.

use std::sync::TryLockError;

use super::{Context, Fresh, Member, SignedIn};
use crate::{
    archives::{self, ArchivedSite},
    error::{Error, Result},
    http::Response,
    model::{Bytes, Language, Problems},
    store::images,
    views::{self, Filled, exports::Storage, times},
    words,
};

/// Seconds after which the download that is being packed is likely to be done.
const PACKING_SECONDS: u32 = 10;

pub(crate) fn show(cx: &Context<'_, Member>) -> Result<Response> {
    again(cx, &Problems::default())
}

/// Shows the page, also after a download was refused.
pub(crate) fn again(cx: &Context<'_, impl SignedIn>, problems: &Problems) -> Result<Response> {
    cx.page_of(
        |conn| images::used_by(conn, cx.user.id),
        |layout, used| {
            let storage = Storage {
                used: Bytes(used),
                max: Bytes(cx.app.config.limits.storage_per_user),
            };
            views::exports::settings(layout, &storage, &Filled::new(&|_| "", problems))
        },
    )
}

/// Packs everything from one moment: what is written meanwhile is not in it, and nobody has to wait to write. The
/// pictures of that moment are read while they are sent; if one is deleted meanwhile, the download breaks off.
pub(crate) fn download(cx: &Context<'_, Fresh>) -> Result<Response> {
    let app = cx.app;
    let _turn = match app.packing.try_lock() {
        Ok(turn) => turn,
        Err(TryLockError::Poisoned(turn)) => turn.into_inner(),
        Err(TryLockError::WouldBlock) => {
            return Err(Error::Busy {
                retry_after: PACKING_SECONDS,
            });
        }
    };
    let file = tempfile::tempfile_in(&app.spool_directory)
        .map_err(|error| Error::StorageUnavailable(error.to_string()))?;
    // Archives are the same whoever reads them later.
    let _english = words::speak(Language::English);
    let site = ArchivedSite::of(&app.config, &app.base, &app.zone, cx.now());
    let (text, pictures) = cx.read(|conn| site.person(conn, cx.user.id, file))?;
    let (reader, bytes) = archives::append(app.db.clone(), text, pictures)?;
    let day = times::file_day(cx.now(), &app.zone);
    let name = format!("quartfeed-{}-{day}.zip", cx.user.username.as_str());
    Ok(Response::reader(reader, bytes)
        .header("Content-Type", "application/zip")
        .header(
            "Content-Disposition",
            format!("attachment; filename=\"{name}\""),
        )
        .header("Cache-Control", "no-store"))
}
