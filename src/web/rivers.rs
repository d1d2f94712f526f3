//! Lists of posts: the home river, everything, discussions and tags.

use maud::{Markup, html};

use super::{
    Anyone, Audience, Context, Member, composer::composing, destinations,
    preferences::PREFERENCE_AGE, this_day, uploads::RefusedPictures,
};
use crate::{
    cache::{AnswerKey, Basis},
    config::{Registration, Visibility},
    error::Result,
    http::{CookieKind, Response},
    model::{
        BasePath, Destinations, HomeOrder, Problems, RiverPage, SearchQuery, Slice, Tag, Topic,
        Unread, Viewer,
    },
    store::{self, Snapshot, feeds, groups, lists, people, relationships},
    views::{
        self, Filled, Layout,
        first_hour::FirstHour,
        rivers::{River, SideColumn},
    },
    words::{later, say},
};

/// Newest members shown beside the river.
const PEOPLE_SHOWN: u32 = 5;

/// Posts by everybody shown to somebody who follows nobody.
const NEWEST_SHOWN: u32 = 10;

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
                language: request.language(),
                order: order(cx),
                today: this_day::today(cx.now(), &cx.app.zone),
            };
            cx.remembered(key, draw)
        }
        _ => draw().map(|(page, _)| in_chosen_order(cx, page)),
    }
}

/// Returns the order of the home page: the one that the address names, or else the one that was chosen last. The
/// addresses of older pages name it, unless it is that by activity.
fn order(cx: &Context<'_, Member>) -> HomeOrder {
    match chosen_order(cx) {
        Some(order) => order,
        None if cx.request.query.has("before") => HomeOrder::Activity,
        None => cx.request.cookies.home_order,
    }
}

/// Returns the order that the address names.
fn chosen_order(cx: &Context<'_, Member>) -> Option<HomeOrder> {
    cx.request.query.get("order").parse().ok()
}

/// Has the browser remember the order that was chosen.
fn in_chosen_order(cx: &Context<'_, Member>, page: Response) -> Response {
    let chosen = chosen_order(cx).filter(|order| *order != cx.request.cookies.home_order);
    match chosen {
        None => page,
        Some(order) => {
            let cookies = &cx.app.cookies;
            let cookie = cookies.set(CookieKind::HomeOrder, order.name(), Some(PREFERENCE_AGE));
            page.header("Set-Cookie", cookie)
        }
    }
}

/// Shows a page of the river alone, for the script.
pub(crate) fn fragment(cx: &Context<'_, Member>) -> Result<Response> {
    let slice = cx.filtered_slice()?;
    let order = chosen_order(cx).unwrap_or_default();
    let (page, news) = cx.read(|conn| {
        let page = store::rivers::home(conn, cx.user.id, order, slice)?;
        Ok((cx.river_with_unread(conn, page)?, cx.own_news(conn)?))
    })?;
    Ok(cx.fragment(200, |render| {
        views::rivers::fragment(render, &at_home(&page, order, slice), Some(&news))
    }))
}

/// Shows the home page, with what was typed into its form. Returns also what it was drawn from.
pub(super) fn river(
    cx: &Context<'_, Member>,
    problems: &Problems,
    pictures: &RefusedPictures,
) -> Result<(Response, Basis)> {
    let (order, slice) = (order(cx), cx.filtered_slice()?);
    let mut basis = Basis::of(cx.user.id);
    let page = cx.page_of(
        |conn| {
            let posts = store::rivers::home(conn, cx.user.id, order, slice)?;
            let posts = cx.river_with_unread(conn, posts)?;
            basis.posts = posts.ids();
            basis.until = views::rivers::shown_until(&posts, slice.now, &cx.app.zone);
            basis.feeds = feeds::at_home(conn, cx.user.id)?;
            let days = this_day::in_earlier_years(slice.now, &cx.app.zone);
            let some = Slice::first(MEMORIES_SHOWN, slice.now);
            let beside = SideColumn {
                lists: lists::all(conn, cx.user.id)?,
                searches: store::search::kept(conn, cx.user.id)?,
                groups: groups::of_member(conn, cx.user.id)?,
                newest_people: people::newest_to_follow(conn, cx.user.id, PEOPLE_SHOWN)?,
                memories: store::rivers::this_day_at_home(conn, cx.user.id, &days, some)?,
            };
            let to = destinations::choice(cx, conn, Destinations::OWN)?;
            let hour = first_hour(cx, conn, &posts, slice)?;
            if hour.is_some() {
                // Others change what it shows, and it is short.
                basis.until = Some(slice.now);
            }
            Ok((posts, beside, to, hour))
        },
        |layout, (posts, beside, to, hour)| {
            let typed = |name: &str| cx.typed(name);
            let compose = composing(cx.app, Filled::new(&typed, problems), pictures, &to);
            let river = at_home(&posts, order, slice);
            views::rivers::home(layout, &river, order, &beside, &compose, hour.as_ref())
        },
    )?;
    Ok((page, basis))
}

/// Returns what the home page shows to somebody who follows nobody yet.
fn first_hour(
    cx: &Context<'_, Member>,
    conn: &Snapshot,
    page: &RiverPage,
    slice: Slice,
) -> Result<Option<FirstHour>> {
    let me = cx.user.id;
    if slice.before.is_some() || relationships::follows_somebody(conn, me)? {
        return Ok(None);
    }
    let some = Slice::first(NEWEST_SHOWN, slice.now);
    let mut newest = store::rivers::everything(conn, me, some)?.posts.items;
    // No post is on the page twice, and one's own belong to the river.
    newest.retain(|post| {
        post.author.id != me && page.posts.items.iter().all(|shown| shown.id != post.id)
    });
    Ok(Some(FirstHour {
        newest,
        has_posted: page.posts.items.iter().any(|post| post.author.id == me),
    }))
}

fn at_home(page: &RiverPage, order: HomeOrder, slice: Slice) -> River<'_> {
    let is_newest = slice.before.is_none();
    let query = match order {
        HomeOrder::Activity => "",
        HomeOrder::Date => "?order=date",
    };
    River {
        page,
        read_up_to: is_newest
            .then(|| Unread::line_above(&page.posts.items))
            .flatten(),
        marks: None,
        now: slice.now,
        topic: is_newest.then(|| Topic::Home.to_string()),
        is_first: is_newest,
        path: format!("/{query}"),
        fragment: format!("/feed{query}"),
        empty: say("Nothing in your feed yet — follow some people or write your first post."),
    }
}

pub(crate) fn everything(cx: &Context<'_, Member>) -> Result<Response> {
    let listing = Listing {
        topic: Some(Topic::Everything),
        path: "/everything".into(),
        empty: say("No posts yet."),
    };
    let intro = html! { (say("Posts by everybody here, newest first.")) };
    list(cx, listing, store::rivers::everything, |layout, river| {
        views::rivers::list(layout, say("Everything"), Some(&intro), None, river)
    })
}

pub(crate) fn discussions(cx: &Context<'_, Member>) -> Result<Response> {
    let listing = Listing {
        topic: Some(Topic::Discussions),
        path: "/discussions".into(),
        empty: say("Nothing yet. Posts that you write, comment on or like appear here."),
    };
    let intro = html! {
        (say("Posts that you wrote, commented on or liked, most recent activity first."))
    };
    list(
        cx,
        listing,
        |conn, _, slice| store::rivers::discussions(conn, cx.user.id, slice),
        |layout, river| {
            views::rivers::list(layout, say("My discussions"), Some(&intro), None, river)
        },
    )
}

pub(crate) fn tag(cx: &Context<'_, Member>) -> Result<Response> {
    let tag: Tag = cx.param("tag")?;
    let key = tag.key();
    let listing = Listing {
        topic: Some(Topic::Tag(key.to_owned())),
        path: BasePath::default().url(&tag.path()),
        empty: say("No posts yet."),
    };
    let title = format!("#{}", tag.as_typed());
    list(
        cx,
        listing,
        |conn, _, slice| store::rivers::tagged(conn, cx.user.id, key, slice),
        |layout, river| {
            let intro = views::hides::tag_link(&layout.render, &tag, later("Hide {tag}"));
            let button = views::lists::placing_tag(&tag, &layout.render);
            views::rivers::list(layout, &title, Some(&intro), Some(&button), river)
        },
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

/// Shows a page of a list of posts, whose first page is live if it has a topic; for the script the list alone.
pub(super) fn list(
    cx: &Context<'_, impl Audience>,
    listing: Listing,
    read: impl FnOnce(&Snapshot, Viewer, Slice) -> Result<RiverPage>,
    draw: impl FnOnce(&Layout<'_>, &River<'_>) -> Markup,
) -> Result<Response> {
    list_with_marks(cx, listing, None, read, draw)
}

/// Does as [`list`], and marks what a search looks for.
pub(super) fn list_with_marks(
    cx: &Context<'_, impl Audience>,
    listing: Listing,
    marks: Option<&SearchQuery>,
    read: impl FnOnce(&Snapshot, Viewer, Slice) -> Result<RiverPage>,
    draw: impl FnOnce(&Layout<'_>, &River<'_>) -> Markup,
) -> Result<Response> {
    let slice = cx.filtered_slice()?;
    let read = |conn: &Snapshot| {
        let page = read(conn, cx.viewer(), slice)?;
        cx.river_with_unread(conn, page)
    };
    if !cx.wants_fragment() {
        return cx.page_of(read, |layout, posts| {
            draw(layout, &listing.river(&posts, slice, marks))
        });
    }
    let (posts, news) = cx.read(|conn| Ok((read(conn)?, cx.news(conn)?)))?;
    Ok(cx.fragment(200, |render| {
        views::rivers::fragment(render, &listing.river(&posts, slice, marks), news.as_ref())
    }))
}

impl Listing {
    fn river<'p>(
        self,
        page: &'p RiverPage,
        slice: Slice,
        marks: Option<&'p SearchQuery>,
    ) -> River<'p> {
        let topic = self.topic.filter(|_| slice.before.is_none());
        River {
            page,
            read_up_to: None,
            marks,
            now: slice.now,
            topic: topic.map(|topic| topic.to_string()),
            is_first: slice.before.is_none(),
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
    let is_public = config.site.visibility == Visibility::Public;
    let posts = if is_public {
        let slice = Slice::first(config.feed.page_size, cx.now());
        cx.read(|conn| store::rivers::everything(conn, Viewer::Guest, slice))?
            .posts
            .items
    } else {
        Vec::new()
    };
    cx.page(|layout| views::rivers::welcome(layout, &config.site.about, is_open, is_public, &posts))
}
