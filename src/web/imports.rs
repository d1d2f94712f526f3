//! Archives of other sites that people bring in Settings.

use super::{Audience, Context, Member};
use crate::{
    error::{Error, Result},
    http::Response,
    imports::{ConfirmedImport, ImportDesk},
    model::{Bytes, ImportRun, Problems, RunProgress, RunState, Timestamp},
    store::import_runs,
    views::{self, imports::ImportPage},
};

/// The field of the form that holds the archive.
const FIELD: &str = "archive";

const PAGE: &str = "/settings/import";

pub(crate) fn show(cx: &Context<'_, Member>) -> Result<Response> {
    again(cx, &Problems::default())
}

/// Shows the page, also after an archive was refused.
pub(crate) fn again(cx: &Context<'_, Member>, problems: &Problems) -> Result<Response> {
    let (run, progress) = last_run(cx, desk(cx)?)?;
    let page = ImportPage {
        run,
        progress,
        is_fresh: cx.caller.is_fresh(cx.now()),
        bytes_max: Bytes(cx.app.config.imports.max_archive),
        problems,
    };
    if cx.wants_fragment() {
        return Ok(cx.fragment(200, |render| views::imports::section(render, &page)));
    }
    cx.page(|layout| views::imports::page(layout, &page))
}

/// Takes an archive. Its owner entered the password a short while ago: before a large one was sent, which may take longer,
/// and now for a small one.
pub(crate) fn bring(cx: &Context<'_, Member>) -> Result<Response> {
    let desk = desk(cx)?;
    let files = &cx.request.body.files;
    let upload = files.iter().find(|file| file.field == FIELD);
    let upload = upload.ok_or_else(|| Error::invalid(FIELD, "This field is required."))?;
    let limits = &cx.app.config;
    let is_announced = upload.bytes > limits.limits.form_bytes.into();
    if !is_announced && !cx.caller.is_fresh(cx.now()) {
        return Err(Error::ConfirmationRequired);
    }
    let Some(file) = &upload.file else {
        let most = Bytes(limits.imports.max_archive);
        let why = format!("An archive may have {most} at most.");
        return Err(Error::invalid(FIELD, why));
    };
    let file = file.try_clone().map_err(Error::internal)?;
    desk.bring(&cx.app.db, cx.user.id, file, cx.now())?;
    Ok(cx.see_other(PAGE))
}

/// Checks whether an archive that is announced would be taken.
///
/// # Errors
/// `ConfirmationRequired` if the password was entered too long ago, and those of [`ImportDesk::check_room`].
pub(crate) fn check_announced(cx: &Context<'_, impl Audience>, bytes: u64) -> Result<()> {
    let desk = desk(cx)?;
    let user = cx.caller.user().ok_or(Error::SignInRequired)?;
    if !cx.caller.is_fresh(cx.now()) {
        return Err(Error::ConfirmationRequired);
    }
    desk.check_room(user.id, bytes)
}

pub(crate) fn confirm(cx: &Context<'_, Member>) -> Result<Response> {
    let desk = desk(cx)?;
    let confirmed = ConfirmedImport {
        started_at: named_archive(cx),
        follows: !cx.typed("follow").is_empty(),
    };
    desk.confirm(&cx.app.db, cx.user.id, confirmed, cx.now())?;
    Ok(cx.see_other(PAGE))
}

pub(crate) fn cancel(cx: &Context<'_, Member>) -> Result<Response> {
    desk(cx)?.cancel(&cx.app.db, cx.user.id, named_archive(cx), cx.now())?;
    Ok(cx.see_other(PAGE))
}

/// Returns when the archive came that a form is about.
fn named_archive(cx: &Context<'_, Member>) -> Timestamp {
    Timestamp(cx.typed("archive").parse().unwrap_or_default())
}

/// Answers with the addresses of what was left out because it is on other sites.
pub(crate) fn elsewhere(cx: &Context<'_, Member>) -> Result<Response> {
    desk(cx)?;
    let lines = cx.read(|conn| import_runs::elsewhere(conn, cx.user.id))?;
    if lines.is_empty() {
        return Err(Error::NotFound);
    }
    let name = "attachment; filename=\"elsewhere.txt\"";
    Ok(Response::text(200, &lines).header("Content-Disposition", name))
}

/// Returns the desk, without the archives whose time is over.
fn desk<'a>(cx: &Context<'a, impl Audience>) -> Result<&'a ImportDesk> {
    let desk = cx.app.import_desk.as_ref().ok_or(Error::NotFound)?;
    desk.expire(&cx.app.db, cx.now())?;
    Ok(desk)
}

/// Returns the last run, and how far it is. A run that has no end, and that the desk does not know, was cut off.
fn last_run(
    cx: &Context<'_, Member>,
    desk: &ImportDesk,
) -> Result<(Option<ImportRun>, RunProgress)> {
    let read = || {
        let progress = desk.progress(cx.user.id);
        let run = cx.read(|conn| import_runs::own(conn, cx.user.id))?;
        Ok::<_, Error>((run, progress))
    };
    let is_lost = |run: &Option<ImportRun>, progress: Option<RunProgress>| {
        progress.is_none() && run.as_ref().is_some_and(|run| run.state.is_open())
    };
    let (mut run, mut progress) = read()?;
    // It may have come or gone between the two.
    if is_lost(&run, progress) {
        (run, progress) = read()?;
    }
    if is_lost(&run, progress)
        && let Some(run) = &mut run
    {
        run.state = RunState::Cut;
    }
    Ok((run, progress.unwrap_or_default()))
}
