//! The pages on which feeds of other sites are imported: by a person, by an admin of a group, or for an imaginary friend.

use super::{Context, Member};
use crate::{
    error::{Error, Result},
    http::Response,
    model::{FeedId, GroupName, Problems, Source, SourceId, UserId, UserName},
    store::{Snapshot, Tx, groups, imaginary, sources},
    views::{self, sources::Importer},
};

pub(crate) fn index(cx: &Context<'_, Member>) -> Result<Response> {
    again(cx, &Problems::default())
}

/// Shows the page, also with the form as it was refused.
pub(crate) fn again(cx: &Context<'_, Member>, problems: &Problems) -> Result<Response> {
    let read = |conn: &Snapshot| {
        let importer = importer(cx, conn)?;
        let sources = sources::of_feed(conn, feed_of(cx, &importer))?;
        Ok((importer, sources))
    };
    cx.page_of(read, |layout, (importer, sources)| {
        let typed = |name: &str| match (&importer, cx.typed(name)) {
            (Importer::Friend(friend), "") if name == "name" => friend.name.as_str(),
            (_, typed) => typed,
        };
        let filled = views::Filled::new(&typed, problems);
        views::sources::page(layout, &importer, &sources, &filled)
    })
}

pub(crate) fn add(cx: &Context<'_, Member>) -> Result<Response> {
    let url = typed_url(cx)?;
    change(cx, move |tx, feed, by| sources::add(tx, feed, by, &url))
}

pub(crate) fn remove(cx: &Context<'_, Member>) -> Result<Response> {
    let id: SourceId = cx.param("id")?;
    let importer = cx.read(|conn| importer(cx, conn))?;
    let feed = feed_of(cx, &importer);
    cx.write(move |tx| sources::remove(tx, feed, id))?;
    Ok(cx.see_other(&importer.path()))
}

/// Reads a source at once, for somebody who does not want to wait.
pub(crate) fn read(cx: &Context<'_, Member>) -> Result<Response> {
    let id: SourceId = cx.param("id")?;
    change(cx, move |tx, feed, _| sources::read_soon(tx, feed, id))
}

/// Returns the address of a feed that was typed.
pub(super) fn typed_url(cx: &Context<'_, Member>) -> Result<String> {
    let url = Source::parse_url(cx.typed("url"));
    url.map_err(|problem| Error::invalid("url", problem))
}

/// Lets the thread look at sources that have changed.
///
/// # Errors
/// `BadRequest` if this site reads no feeds.
pub(super) fn wake_after<T>(
    cx: &Context<'_, Member>,
    change: impl FnOnce() -> Result<T>,
) -> Result<T> {
    let Some(reader) = &cx.app.source_reader else {
        return Err(Error::BadRequest(
            "This site does not import feeds: feeds_in.enabled is off.".into(),
        ));
    };
    let changed = change()?;
    reader.wake();
    Ok(changed)
}

/// Returns whose feeds the path is about.
///
/// # Errors
/// `Forbidden` for somebody who is no admin of the group.
fn importer(cx: &Context<'_, Member>, conn: &Snapshot) -> Result<Importer> {
    let me = cx.user.id;
    let path = &cx.request.path;
    if path.starts_with("/settings/imaginary/") {
        let name: UserName = cx.param("name")?;
        return Ok(Importer::Friend(imaginary::find(conn, me, &name)?));
    }
    if path.starts_with("/settings/") {
        return Ok(Importer::Oneself);
    }
    let name: GroupName = cx.param("name")?;
    Ok(Importer::Group(groups::admin_of(conn, me, &name)?))
}

/// Returns the feed into which somebody imports.
fn feed_of(cx: &Context<'_, Member>, importer: &Importer) -> FeedId {
    match importer {
        Importer::Oneself => cx.user.feed,
        Importer::Group(group) => group.feed,
        Importer::Friend(friend) => friend.feed,
    }
}

/// Changes the sources, and lets the thread look at them.
fn change(
    cx: &Context<'_, Member>,
    change: impl FnOnce(&mut Tx<'_>, FeedId, UserId) -> Result<()> + Send + 'static,
) -> Result<Response> {
    let path = wake_after(cx, || {
        let importer = cx.read(|conn| importer(cx, conn))?;
        let feed = feed_of(cx, &importer);
        let author = match &importer {
            Importer::Friend(friend) => friend.id,
            Importer::Oneself | Importer::Group(_) => cx.user.id,
        };
        cx.write(move |tx| change(tx, feed, author))?;
        Ok(importer.path())
    })?;
    Ok(cx.see_other(&path))
}
