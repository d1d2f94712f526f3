//! The pages on which a person or an admin of a group imports feeds of other sites.

use super::{Context, Member};
use crate::{
    error::{Error, Result},
    http::Response,
    model::{FeedId, Group, GroupName, Problems, Source, SourceId, UserId},
    store::{Snapshot, Tx, groups, sources},
    views,
};

/// What feeds are imported into.
struct Importer {
    feed: FeedId,
    group: Option<Group>,
}

impl Importer {
    /// Returns the path of the page.
    fn path(&self) -> String {
        match &self.group {
            Some(group) => format!("{}/sources", group.path()),
            None => "/settings/sources".to_owned(),
        }
    }
}

pub(crate) fn index(cx: &Context<'_, Member>) -> Result<Response> {
    again(cx, &Problems::default())
}

/// Shows the page, also with the form as it was refused.
pub(crate) fn again(cx: &Context<'_, Member>, problems: &Problems) -> Result<Response> {
    let is_on = cx.app.source_reader.is_some();
    let read = |conn: &Snapshot| {
        let importer = importer(cx, conn)?;
        let sources = sources::of_feed(conn, importer.feed)?;
        Ok((importer, sources))
    };
    let typed = |name: &str| cx.typed(name);
    cx.page_of(read, |layout, (importer, sources)| {
        let filled = views::Filled::new(&typed, problems);
        views::sources::page(
            layout,
            importer.group.as_ref(),
            &importer.path(),
            &sources,
            is_on,
            &filled,
        )
    })
}

pub(crate) fn add(cx: &Context<'_, Member>) -> Result<Response> {
    let url = Source::parse_url(cx.typed("url"));
    let url = url.map_err(|problem| Error::invalid("url", problem))?;
    change(cx, move |tx, feed, by| sources::add(tx, feed, by, &url))
}

pub(crate) fn remove(cx: &Context<'_, Member>) -> Result<Response> {
    let id: SourceId = cx.param("id")?;
    change(cx, move |tx, feed, _| sources::remove(tx, feed, id))
}

/// Reads a source at once, for somebody who does not want to wait.
pub(crate) fn read(cx: &Context<'_, Member>) -> Result<Response> {
    let id: SourceId = cx.param("id")?;
    change(cx, move |tx, feed, _| sources::read_soon(tx, feed, id))
}

/// Returns whose feeds the path is about.
///
/// # Errors
/// `Forbidden` for somebody who is no admin of the group.
fn importer(cx: &Context<'_, Member>, conn: &Snapshot) -> Result<Importer> {
    let group = match cx.param::<GroupName>("name") {
        Ok(name) => Some(groups::admin_of(conn, cx.user.id, &name)?),
        Err(_) if cx.request.path.starts_with("/settings/") => None,
        Err(error) => return Err(error),
    };
    Ok(Importer {
        feed: group.as_ref().map_or(cx.user.feed, |group| group.feed),
        group,
    })
}

/// Changes the sources, and lets the thread look at them.
fn change(
    cx: &Context<'_, Member>,
    change: impl FnOnce(&mut Tx<'_>, FeedId, UserId) -> Result<()> + Send + 'static,
) -> Result<Response> {
    let Some(reader) = &cx.app.source_reader else {
        return Err(Error::BadRequest(
            "This site does not import feeds: feeds_in.enabled is off.".into(),
        ));
    };
    let importer = cx.read(|conn| importer(cx, conn))?;
    let (feed, by) = (importer.feed, cx.user.id);
    cx.write(move |tx| change(tx, feed, by))?;
    reader.wake();
    Ok(cx.see_other(&importer.path()))
}
