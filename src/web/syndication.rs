//! Feeds for other programs: of what the caller may read, and of what the owner of a key may read.

use super::{Anyone, Audience, Context, Reader, api::answers::unless_known, search::searching_as};
use crate::{
    error::Result,
    http::Response,
    model::{
        BasePath, FeedPurpose, GroupName, HomeOrder, ListSlug, RiverPage, SearchQuery, Slice,
        SyndicatedPage, SyndicationIds, Tag, Token, UserId, UserName, Viewer, search_path,
    },
    store::{Snapshot, feed_keys, groups, images, lists, rivers, search, users},
    views::{
        self,
        syndication::{self, Syndicated},
    },
};

/// The entries of a feed.
const ENTRIES: u32 = 20;

pub(crate) fn everything(cx: &Context<'_, Reader>) -> Result<Response> {
    feed(cx, |conn, slice| of_everything(conn, cx.viewer(), slice))
}

pub(crate) fn user(cx: &Context<'_, Reader>) -> Result<Response> {
    let name = cx.param("name")?;
    feed(cx, |conn, slice| of_user(conn, cx.viewer(), &name, slice))
}

pub(crate) fn group(cx: &Context<'_, Reader>) -> Result<Response> {
    let name = cx.param("name")?;
    feed(cx, |conn, slice| of_group(conn, cx.viewer(), &name, slice))
}

pub(crate) fn tag(cx: &Context<'_, Reader>) -> Result<Response> {
    let tag = cx.param("tag")?;
    feed(cx, |conn, slice| of_tag(conn, cx.viewer(), &tag, slice))
}

pub(crate) fn own_everything(cx: &Context<'_, Anyone>) -> Result<Response> {
    let owner = Viewer::Member(owner(cx, FeedPurpose::Everything)?);
    own_feed(cx, |conn, slice| of_everything(conn, owner, slice))
}

pub(crate) fn own_user(cx: &Context<'_, Anyone>) -> Result<Response> {
    let owner = Viewer::Member(owner(cx, FeedPurpose::Everything)?);
    let name = cx.param("name")?;
    own_feed(cx, |conn, slice| of_user(conn, owner, &name, slice))
}

pub(crate) fn own_group(cx: &Context<'_, Anyone>) -> Result<Response> {
    let owner = Viewer::Member(owner(cx, FeedPurpose::Everything)?);
    let name = cx.param("name")?;
    own_feed(cx, |conn, slice| of_group(conn, owner, &name, slice))
}

pub(crate) fn own_tag(cx: &Context<'_, Anyone>) -> Result<Response> {
    let owner = Viewer::Member(owner(cx, FeedPurpose::Everything)?);
    let tag = cx.param("tag")?;
    own_feed(cx, |conn, slice| of_tag(conn, owner, &tag, slice))
}

pub(crate) fn own_home(cx: &Context<'_, Anyone>) -> Result<Response> {
    let owner = owner(cx, FeedPurpose::Home)?;
    own_feed(cx, |conn, slice| {
        let page = rivers::home(conn, owner, HomeOrder::Date, slice)?;
        Ok(("Home".into(), "/".into(), page))
    })
}

pub(crate) fn own_list(cx: &Context<'_, Anyone>) -> Result<Response> {
    let owner = owner(cx, FeedPurpose::Lists)?;
    let slug: ListSlug = cx.param("slug")?;
    own_feed(cx, |conn, slice| {
        let list = lists::find(conn, owner, &slug)?;
        let page = rivers::of_list(conn, owner, list.id, slice)?;
        Ok((list.title.clone(), list.path(), page))
    })
}

pub(crate) fn own_search(cx: &Context<'_, Anyone>) -> Result<Response> {
    let owner = owner(cx, FeedPurpose::Searches)?;
    let query = SearchQuery::parse(cx.request.query.get("q"));
    own_feed(cx, |conn, slice| {
        let mut page = searching_as(cx.app, owner, |searcher| {
            search::page(conn, &query, searcher, slice)
        })?;
        // Conversations have a key of their own.
        page.posts.items.retain(|post| !post.is_direct());
        let title = format!("Search: {}", query.as_typed());
        Ok((title, search_path(query.as_typed()), page))
    })
}

pub(crate) fn own_directs(cx: &Context<'_, Anyone>) -> Result<Response> {
    let owner = owner(cx, FeedPurpose::Directs)?;
    own_feed(cx, |conn, slice| {
        let page = rivers::directs(conn, owner, slice)?;
        Ok(("Direct messages".into(), "/directs".into(), page))
    })
}

/// The title of a page, its encoded path, and its posts.
type Titled = (String, String, RiverPage);

fn of_everything(conn: &Snapshot, viewer: Viewer, slice: Slice) -> Result<Titled> {
    let page = rivers::everything(conn, viewer, slice)?;
    Ok(("Everything".into(), "/everything".into(), page))
}

fn of_user(conn: &Snapshot, viewer: Viewer, name: &UserName, slice: Slice) -> Result<Titled> {
    let user = users::find(conn, viewer, name)?;
    let page = rivers::of_person(conn, viewer, &user, None, slice)?;
    Ok((user.shown_name().to_owned(), user.path(), page))
}

fn of_group(conn: &Snapshot, viewer: Viewer, name: &GroupName, slice: Slice) -> Result<Titled> {
    let group = groups::profile(conn, viewer, name)?.group;
    let page = rivers::of_group(conn, viewer, group.feed, None, slice)?;
    Ok((group.shown_name().to_owned(), group.path(), page))
}

fn of_tag(conn: &Snapshot, viewer: Viewer, tag: &Tag, slice: Slice) -> Result<Titled> {
    let page = rivers::tagged(conn, viewer, tag.key(), slice)?;
    let path = BasePath::default().url(&tag.path());
    Ok((format!("#{}", tag.as_typed()), path, page))
}

/// Returns the owner of the key in the path, and notes once a day that it is used.
///
/// # Errors
/// `NotFound` if there is no such key for this purpose.
fn owner(cx: &Context<'_, Anyone>, purpose: FeedPurpose) -> Result<UserId> {
    let key: String = cx.param("key")?;
    let hash = Token::given(&key).hash();
    let (key, owner) = cx.read(|conn| feed_keys::find(conn, &hash, purpose))?;
    let limit = cx.now().minus(feed_keys::NOTED_EVERY);
    if key.last_used_at.is_none_or(|used| used < limit) {
        // A full disk must not keep anybody from reading.
        let _ = cx.write(move |tx| feed_keys::touch(tx, key.id));
    }
    Ok(owner)
}

/// Answers with the feed of somebody who is signed in, or of a guest.
fn feed(
    cx: &Context<'_, Reader>,
    read: impl FnOnce(&Snapshot, Slice) -> Result<Titled>,
) -> Result<Response> {
    answer(cx, true, read)
}

/// Answers with the feed of the owner of a key. A feed reader cannot load the pictures of this site, which need a session,
/// so they are not in it.
fn own_feed(
    cx: &Context<'_, Anyone>,
    read: impl FnOnce(&Snapshot, Slice) -> Result<Titled>,
) -> Result<Response> {
    answer(cx, false, read)
}

/// Answers with the newest posts of a page as a feed, in the format that the path ends with.
fn answer(
    cx: &Context<'_, impl Audience>,
    has_pictures: bool,
    read: impl FnOnce(&Snapshot, Slice) -> Result<Titled>,
) -> Result<Response> {
    let slice = Slice::first(ENTRIES, cx.now());
    let page = cx.read(|conn| {
        let (title, path, river) = read(conn, slice)?;
        let mut posts = river.posts.items;
        if !has_pictures {
            for post in &mut posts {
                post.images.clear();
            }
        }
        // Some pages are sorted by activity, and a feed by age.
        posts.sort_by_key(|post| std::cmp::Reverse(post.posted));
        Ok(SyndicatedPage {
            title,
            page: path,
            path: cx.request.here().to_owned(),
            files: images::files_of(conn, &posts)?,
            posts,
        })
    })?;
    let app = cx.app;
    let response = cx.drawn(|render| {
        let feed = Syndicated {
            page: &page,
            site_name: &app.config.site.name,
            ids: SyndicationIds::new(app.db.secret()),
            base_url: app.config.server.base_url.as_ref(),
            render: *render,
        };
        if is_json(&cx.request.path) {
            Response::bytes(syndication::json(&feed).to_string().into_bytes())
                .header("Content-Type", "application/feed+json; charset=utf-8")
        } else {
            Response::bytes(syndication::atom(&feed).into_string().into_bytes())
                .header("Content-Type", "application/atom+xml; charset=utf-8")
        }
    });
    let response = response
        .header("Last-Modified", views::times::http_date(page.updated_at()))
        // Somebody else may read more or less of it.
        .header("Vary", "Authorization, Cookie")
        .header("Cache-Control", "private, no-cache");
    Ok(unless_known(cx.request, response))
}

/// Returns whether a path asks for JSON Feed. Paths of feeds end as their routes do, in lower case.
fn is_json(path: &str) -> bool {
    path.rsplit('.').next() == Some("json")
}
