//! Feeds for other programs, and plain text: of what the caller may read, and of what the owner of a key may read.

use std::cmp::Reverse;

use super::{Anyone, Audience, Context, Reader, api::answers::unless_known, search::searching_as};
use crate::{
    error::{Error, Result},
    http::{Join, Method, Response, StreamFormat},
    model::{
        BasePath, FeedKeyId, FeedPurpose, GroupName, Holder, HomeOrder, ListSlug, RiverPage,
        SearchQuery, Slice, SyndicatedPage, SyndicationIds, Tag, Timestamp, Token, Topic, Topics,
        UserId, UserName, Viewer, search_path,
    },
    store::{Snapshot, events, feed_keys, groups, images, lists, rivers, search, users},
    views::{
        self,
        syndication::{self, Syndicated},
    },
};

/// The entries of a feed.
const ENTRIES: u32 = 20;

/// # Errors
/// `SignInRequired` for a guest, who has no home.
pub(crate) fn home(cx: &Context<'_, Reader>) -> Result<Response> {
    let user = cx.user.ok_or(Error::SignInRequired)?;
    feed(cx, |conn, slice| of_home(conn, user.id, slice))
}

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
    let key = used_key(cx, FeedPurpose::Everything)?;
    let owner = Viewer::Member(key.owner);
    own_feed(cx, &key, |conn, slice| of_everything(conn, owner, slice))
}

pub(crate) fn own_user(cx: &Context<'_, Anyone>) -> Result<Response> {
    let key = used_key(cx, FeedPurpose::Everything)?;
    let owner = Viewer::Member(key.owner);
    let name = cx.param("name")?;
    own_feed(cx, &key, |conn, slice| of_user(conn, owner, &name, slice))
}

pub(crate) fn own_group(cx: &Context<'_, Anyone>) -> Result<Response> {
    let key = used_key(cx, FeedPurpose::Everything)?;
    let owner = Viewer::Member(key.owner);
    let name = cx.param("name")?;
    own_feed(cx, &key, |conn, slice| of_group(conn, owner, &name, slice))
}

pub(crate) fn own_tag(cx: &Context<'_, Anyone>) -> Result<Response> {
    let key = used_key(cx, FeedPurpose::Everything)?;
    let owner = Viewer::Member(key.owner);
    let tag = cx.param("tag")?;
    own_feed(cx, &key, |conn, slice| of_tag(conn, owner, &tag, slice))
}

pub(crate) fn own_home(cx: &Context<'_, Anyone>) -> Result<Response> {
    let key = used_key(cx, FeedPurpose::Home)?;
    let owner = key.owner;
    own_feed(cx, &key, |conn, slice| of_home(conn, owner, slice))
}

pub(crate) fn own_list(cx: &Context<'_, Anyone>) -> Result<Response> {
    let key = used_key(cx, FeedPurpose::Lists)?;
    let owner = key.owner;
    let slug: ListSlug = cx.param("slug")?;
    own_feed(cx, &key, |conn, slice| {
        let list = lists::find(conn, owner, &slug)?;
        let page = rivers::of_list(conn, owner, list.id, slice)?;
        let topic = Topic::List(slug.clone());
        Ok(TitledPosts::new(&list.title, list.path(), topic, page))
    })
}

pub(crate) fn own_search(cx: &Context<'_, Anyone>) -> Result<Response> {
    let key = used_key(cx, FeedPurpose::Searches)?;
    let owner = key.owner;
    let query = SearchQuery::parse(cx.request.query.get("q"));
    own_feed(cx, &key, |conn, slice| {
        let mut page = searching_as(cx.app, owner, |searcher| {
            search::page(conn, &query, searcher, slice)
        })?;
        // Conversations have a key of their own.
        page.posts.items.retain(|post| !post.is_direct());
        let typed = query.as_typed();
        Ok(TitledPosts {
            title: format!("Search: {typed}"),
            path: search_path(typed),
            // The stream of a search has conversations, too.
            topic: None,
            page,
        })
    })
}

pub(crate) fn own_directs(cx: &Context<'_, Anyone>) -> Result<Response> {
    let key = used_key(cx, FeedPurpose::Directs)?;
    let owner = key.owner;
    own_feed(cx, &key, |conn, slice| {
        let page = rivers::directs(conn, owner, slice)?;
        let path = "/directs".into();
        Ok(TitledPosts::new(
            "Direct messages",
            path,
            Topic::Directs,
            page,
        ))
    })
}

/// The posts of a page.
struct TitledPosts {
    title: String,
    /// The path of the page; percent-encoded.
    path: String,
    /// The topic of new posts, if they can be followed.
    topic: Option<Topic>,
    page: RiverPage,
}

impl TitledPosts {
    fn new(title: &str, path: String, topic: Topic, page: RiverPage) -> TitledPosts {
        TitledPosts {
            title: title.to_owned(),
            path,
            topic: Some(topic),
            page,
        }
    }
}

fn of_home(conn: &Snapshot, viewer: UserId, slice: Slice) -> Result<TitledPosts> {
    let page = rivers::home(conn, viewer, HomeOrder::Date, slice)?;
    Ok(TitledPosts::new("Home", "/".into(), Topic::Home, page))
}

fn of_everything(conn: &Snapshot, viewer: Viewer, slice: Slice) -> Result<TitledPosts> {
    let page = rivers::everything(conn, viewer, slice)?;
    let path = "/everything".into();
    Ok(TitledPosts::new(
        "Everything",
        path,
        Topic::Everything,
        page,
    ))
}

fn of_user(conn: &Snapshot, viewer: Viewer, name: &UserName, slice: Slice) -> Result<TitledPosts> {
    let user = users::find(conn, viewer, name)?;
    let page = rivers::of_person(conn, viewer, &user, None, slice)?;
    let topic = Topic::Feed(user.feed);
    Ok(TitledPosts::new(
        user.shown_name(),
        user.path(),
        topic,
        page,
    ))
}

fn of_group(
    conn: &Snapshot,
    viewer: Viewer,
    name: &GroupName,
    slice: Slice,
) -> Result<TitledPosts> {
    let group = groups::profile(conn, viewer, name)?.group;
    let page = rivers::of_group(conn, viewer, group.feed, None, slice)?;
    let topic = Topic::Group(group.name.key());
    Ok(TitledPosts::new(
        group.shown_name(),
        group.path(),
        topic,
        page,
    ))
}

fn of_tag(conn: &Snapshot, viewer: Viewer, tag: &Tag, slice: Slice) -> Result<TitledPosts> {
    let page = rivers::tagged(conn, viewer, tag.key(), slice)?;
    let path = BasePath::default().url(&tag.path());
    let title = format!("#{}", tag.as_typed());
    let topic = Topic::Tag(tag.key().to_owned());
    Ok(TitledPosts::new(&title, path, topic, page))
}

/// A key that a request came with.
struct UsedKey {
    id: FeedKeyId,
    owner: UserId,
}

/// Returns the key in the path, and notes once a day that it is used.
///
/// # Errors
/// `NotFound` if there is no such key for this purpose.
fn used_key(cx: &Context<'_, Anyone>, purpose: FeedPurpose) -> Result<UsedKey> {
    let key: String = cx.param("key")?;
    let hash = Token::given(&key).hash();
    let (key, owner) = cx.read(|conn| feed_keys::find(conn, &hash, purpose))?;
    let limit = cx.now().minus(feed_keys::NOTED_EVERY);
    if key.last_used_at.is_none_or(|used| used < limit) {
        // A full disk must not keep anybody from reading.
        let _ = cx.write(move |tx| feed_keys::touch(tx, key.id));
    }
    Ok(UsedKey { id: key.id, owner })
}

/// Answers with the feed of somebody who is signed in, or of a guest.
fn feed(
    cx: &Context<'_, Reader>,
    read: impl FnOnce(&Snapshot, Slice) -> Result<TitledPosts>,
) -> Result<Response> {
    let follower = match cx.user {
        Some(user) => Some(follower(user.id, cx.holder()?)),
        None => None,
    };
    answer(cx, true, follower, read)
}

/// Answers with the feed of the owner of a key. A feed reader cannot load the pictures of this site, which need a session,
/// so they are not in it.
fn own_feed(
    cx: &Context<'_, Anyone>,
    key: &UsedKey,
    read: impl FnOnce(&Snapshot, Slice) -> Result<TitledPosts>,
) -> Result<Response> {
    let follower = follower(key.owner, (Holder::FeedKey(key.id), Timestamp(i64::MAX)));
    answer(cx, false, Some(follower), read)
}

/// Somebody who may hold a stream open.
struct Follower {
    user: UserId,
    holder: Holder,
    expires_at: Timestamp,
}

fn follower(user: UserId, (holder, expires_at): (Holder, Timestamp)) -> Follower {
    Follower {
        user,
        holder,
        expires_at,
    }
}

/// Answers with the newest posts of a page, in the format that the path ends with. Paths of feeds end as their routes do,
/// in lower case.
fn answer(
    cx: &Context<'_, impl Audience>,
    has_pictures: bool,
    follower: Option<Follower>,
    read: impl FnOnce(&Snapshot, Slice) -> Result<TitledPosts>,
) -> Result<Response> {
    let slice = Slice::first(ENTRIES, cx.now());
    let read = |conn: &Snapshot| {
        let mut titled = read(conn, slice)?;
        // Some pages are sorted by activity, and a feed by age.
        let posts = &mut titled.page.posts.items;
        posts.sort_by_key(|post| Reverse(post.posted));
        Ok(titled)
    };
    let ending = cx.request.path.rsplit('.').next();
    let response = match ending {
        Some("txt") if cx.request.query.has("follow") => return follow(cx, follower, read),
        Some("txt") => {
            let titled = cx.read(read)?;
            Response::bytes(text(cx, &titled).into_bytes())
                .header("Content-Type", "text/plain; charset=utf-8")
        }
        _ => syndicated(cx, has_pictures, ending == Some("json"), read)?,
    };
    let response = response
        // Somebody else may read more or less of it.
        .header("Vary", "Authorization, Cookie")
        .header("Cache-Control", "private, no-cache");
    Ok(unless_known(cx.request, response))
}

fn syndicated(
    cx: &Context<'_, impl Audience>,
    has_pictures: bool,
    is_json: bool,
    read: impl FnOnce(&Snapshot) -> Result<TitledPosts>,
) -> Result<Response> {
    let page = cx.read(|conn| {
        let titled = read(conn)?;
        let mut posts = titled.page.posts.items;
        if !has_pictures {
            for post in &mut posts {
                post.images.clear();
            }
        }
        Ok(SyndicatedPage {
            title: titled.title,
            page: titled.path,
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
        if is_json {
            Response::bytes(syndication::json(&feed).to_string().into_bytes())
                .header("Content-Type", "application/feed+json; charset=utf-8")
        } else {
            Response::bytes(syndication::atom(&feed).into_string().into_bytes())
                .header("Content-Type", "application/atom+xml; charset=utf-8")
        }
    });
    Ok(response.header("Last-Modified", views::times::http_date(page.updated_at())))
}

/// Answers with lines of plain text, and goes on with a line for each new post and comment.
///
/// # Errors
/// `SignInRequired` for a guest: streams are for members.
fn follow(
    cx: &Context<'_, impl Audience>,
    follower: Option<Follower>,
    read: impl FnOnce(&Snapshot) -> Result<TitledPosts>,
) -> Result<Response> {
    let follower = follower.ok_or(Error::SignInRequired)?;
    let (titled, newest) = cx.read(|conn| Ok((read(conn)?, events::newest(conn)?)))?;
    let opening = text(cx, &titled).into_bytes();
    let topic = titled.topic.ok_or_else(|| {
        Error::BadRequest("A search cannot be followed by its address. Use a token.".into())
    })?;
    if cx.request.method == Method::Head {
        return Ok(Response::empty(200).header("Content-Type", "text/plain; charset=utf-8"));
    }
    Ok(Response::stream(Join {
        language: cx.request.language(),
        user: follower.user,
        topics: Topics::only(topic),
        holder: follower.holder,
        expires_at: follower.expires_at.0,
        after: newest,
        reset: false,
        unread: None,
        format: StreamFormat::Lines { site: site(cx) },
        is_chunked: false,
        opening,
    }))
}

/// Returns the posts and comments of a page as lines, the oldest first.
fn text(cx: &Context<'_, impl Audience>, titled: &TitledPosts) -> String {
    syndication::lines(&titled.page.posts.items, &site(cx))
}

/// Returns what the addresses of the site begin with: its own address if its operator has set it, or else the path.
fn site(cx: &Context<'_, impl Audience>) -> String {
    let origin = cx.app.config.server.origin().unwrap_or_default();
    format!("{origin}{}", cx.app.base.as_str())
}
