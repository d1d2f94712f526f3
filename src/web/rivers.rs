//! Lists of posts: the home river, everything, discussions and tags.

use maud::Markup;

use super::{
    Anyone, Audience, Context, Member, composer::composing, destinations, this_day,
    uploads::RefusedPictures,
};
use crate::{
    cache::{AnswerKey, Basis},
    config::{Registration, Visibility},
    error::Result,
    http::Response,
    model::{BasePath, Cursor, Destinations, Page, Post, Problems, Tag, Topic, Unread, Viewer},
    store::{self, Snapshot, feeds, people},
    views::{
        self, Filled, Layout,
        rivers::{Beside, River},
    },
};

/// Newest members shown beside the river.
const PEOPLE_SHOWN: u32 = 5;

/// Posts from this day in earlier years shown beside the river.
const MEMORIES_SHOWN: u32 = 3;

pub(crate) fn home(cx: &Context<'_, Anyone>) -> Result<Response> {
    match cx.as_member() {
        Some(cx) => remembered_river(&cx),
        None => welcome(cx),
    }
}

/// Shows the home page, as it was drawn for this browser before if nothing on it has changed.
fn remembered_river(cx: &Context<'_, Member>) -> Result<Response> {
    let draw = || river(cx, &Problems::default(), &RefusedPictures::default());
    let request = cx.request;
    let is_plain = request.is_safe() && request.target == "/" && request.cookies.flash.is_none();
    match cx.caller.session() {
        Some(session) if is_plain && !session.has_warning => {
            let key = AnswerKey::HomePage {
                session: session.id,
                theme: request.cookies.theme,
                today: this_day::today(cx.now(), &cx.app.zone),
            };
            cx.remembered(key, draw)
        }
        _ => draw().map(|(page, _)| page),
    }
}

/// Shows a page of the river alone, for the script.
pub(crate) fn fragment(cx: &Context<'_, Member>) -> Result<Response> {
    let (before, size) = cx.slice()?;
    let (posts, news) = cx.read(|conn| {
        let posts = store::rivers::home(conn, cx.user.id, before, size)?;
        Ok((cx.page_with_unread(conn, posts)?, cx.own_news(conn)?))
    })?;
    Ok(cx.fragment(200, |render| {
        views::rivers::fragment(render, &at_home(&posts, before), Some(&news))
    }))
}

/// Shows the home page, with what was typed into its form. Returns also what it was drawn from.
pub(super) fn river(
    cx: &Context<'_, Member>,
    problems: &Problems,
    pictures: &RefusedPictures,
) -> Result<(Response, Basis)> {
    let (before, size) = cx.slice()?;
    let mut basis = Basis::of(cx.user.id);
    let page = cx.page_of(
        |conn| {
            let posts = store::rivers::home(conn, cx.user.id, before, size)?;
            let posts = cx.page_with_unread(conn, posts)?;
            basis.posts = posts.items.iter().map(|post| post.id).collect();
            basis.feeds = feeds::at_home(conn, cx.user.id)?;
            let people = people::newest_to_follow(conn, cx.user.id, PEOPLE_SHOWN)?;
            let days = this_day::in_earlier_years(cx.now(), &cx.app.zone);
            let memories =
                store::rivers::this_day_at_home(conn, cx.user.id, &days, MEMORIES_SHOWN)?;
            let to = destinations::choice(cx, conn, Destinations::OWN)?;
            Ok((posts, Beside { people, memories }, to))
        },
        |layout, (posts, beside, to)| {
            let typed = |name: &str| cx.typed(name);
            let compose = composing(cx.app, Filled::new(&typed, problems), pictures, &to);
            views::rivers::home(layout, &at_home(&posts, before), &beside, &compose)
        },
    )?;
    Ok((page, basis))
}

fn at_home(posts: &Page<Post>, before: Option<Cursor>) -> River<'_> {
    let is_newest = before.is_none();
    River {
        posts,
        pinned: None,
        read_up_to: is_newest
            .then(|| Unread::line_above(&posts.items))
            .flatten(),
        topic: before.is_none().then(|| Topic::Home.to_string()),
        is_first: before.is_none(),
        path: "/".into(),
        fragment: "/feed".into(),
        empty: "Nothing in your feed yet — follow some people or write your first post.",
    }
}

pub(crate) fn everything(cx: &Context<'_, Member>) -> Result<Response> {
    let listing = Listing {
        topic: Some(Topic::Everything),
        path: "/everything".into(),
        empty: "No posts yet.",
    };
    let intro = Some("Posts by everybody here, newest first.");
    list(cx, listing, store::rivers::everything, |layout, river| {
        views::rivers::list(layout, "Everything", intro, river)
    })
}

pub(crate) fn discussions(cx: &Context<'_, Member>) -> Result<Response> {
    let listing = Listing {
        topic: Some(Topic::Discussions),
        path: "/discussions".into(),
        empty: "Nothing yet. Posts that you write, comment on or like appear here.",
    };
    let intro = Some("Posts that you wrote, commented on or liked, most recent activity first.");
    list(
        cx,
        listing,
        |conn, _, before, size| store::rivers::discussions(conn, cx.user.id, before, size),
        |layout, river| views::rivers::list(layout, "My discussions", intro, river),
    )
}

pub(crate) fn tag(cx: &Context<'_, Member>) -> Result<Response> {
    let tag: Tag = cx.param("tag")?;
    let key = tag.key();
    let listing = Listing {
        topic: Some(Topic::Tag(key.to_owned())),
        path: BasePath::default().url(&tag.path()),
        empty: "No posts yet.",
    };
    let title = format!("#{}", tag.as_typed());
    list(
        cx,
        listing,
        |conn, _, before, size| store::rivers::tagged(conn, cx.user.id, key, before, size),
        |layout, river| views::rivers::list(layout, &title, None, river),
    )
}

/// The address of a list of posts, and its topic.
pub(super) struct Listing {
    /// `None` for a list that takes no new posts while it is open.
    pub(super) topic: Option<Topic>,
    /// The path of the page; percent-encoded.
    pub(super) path: String,
    pub(super) empty: &'static str,
}

/// A page of posts, and the post that is pinned above the first page.
pub(super) struct Listed {
    pub(super) posts: Page<Post>,
    pub(super) pinned: Option<Post>,
}

impl From<Page<Post>> for Listed {
    fn from(posts: Page<Post>) -> Listed {
        Listed {
            posts,
            pinned: None,
        }
    }
}

/// Shows a page of a list of posts, whose first page is live if it has a topic; for the script the list alone.
pub(super) fn list<L: Into<Listed>>(
    cx: &Context<'_, impl Audience>,
    listing: Listing,
    read: impl FnOnce(&Snapshot, Viewer, Option<Cursor>, u32) -> Result<L>,
    draw: impl FnOnce(&Layout<'_>, &River<'_>) -> Markup,
) -> Result<Response> {
    let (before, size) = cx.slice()?;
    let read = |conn: &Snapshot| {
        let listed: Listed = read(conn, cx.viewer(), before, size)?.into();
        let pinned = listed.pinned.map(|pinned| cx.with_unread(conn, pinned));
        Ok(Listed {
            posts: cx.page_with_unread(conn, listed.posts)?,
            pinned: pinned.transpose()?,
        })
    };
    if !cx.wants_fragment() {
        return cx.page_of(read, |layout, listed| {
            draw(layout, &listing.river(&listed, before))
        });
    }
    let (listed, news) = cx.read(|conn| Ok((read(conn)?, cx.news(conn)?)))?;
    Ok(cx.fragment(200, |render| {
        views::rivers::fragment(render, &listing.river(&listed, before), news.as_ref())
    }))
}

impl Listing {
    fn river(self, listed: &Listed, before: Option<Cursor>) -> River<'_> {
        let topic = self.topic.filter(|_| before.is_none());
        River {
            posts: &listed.posts,
            pinned: listed.pinned.as_ref().filter(|_| before.is_none()),
            read_up_to: None,
            topic: topic.map(|topic| topic.to_string()),
            is_first: before.is_none(),
            path: self.path.clone(),
            fragment: self.path,
            empty: self.empty,
        }
    }
}

/// Shows the page for a guest. On a public site it has the newest posts.
fn welcome(cx: &Context<'_, Anyone>) -> Result<Response> {
    let config = &cx.app.config;
    let is_open = config.accounts.registration == Registration::Open;
    let posts = if config.site.visibility == Visibility::Public {
        let size = config.feed.page_size;
        cx.read(|conn| store::rivers::everything(conn, Viewer::Guest, None, size))?
            .items
    } else {
        Vec::new()
    };
    cx.page(|layout| views::rivers::welcome(layout, is_open, &posts))
}
