//! Posts: written, read, changed and deleted.

use super::{
    Context, Member, Reader,
    composer::composing,
    destinations, linked, refused, rivers, seen,
    uploads::{self, FormPictures, RefusedPictures},
};
use crate::{
    error::{Error, Result},
    http::{CookieKind, Flash, Request, Response},
    model::{Destinations, IdempotencyKey, Message, Post, PostId, Problems, Viewer},
    store::{
        self, Snapshot, images,
        posts::{self, Shape},
    },
    views::{self, Filled, post_menu::PostMenu, posts::Writing},
    words::say,
};

pub(crate) fn create(cx: &Context<'_, Member>) -> Result<Response> {
    if cx.form().has(destinations::CHECK) {
        return check(cx);
    }
    let key = uploads::idempotency_key(cx, cx.typed("message"))?;
    let earlier = cx.read(|conn| posts::earlier(conn, cx.user.id, key))?;
    let mut pictures = FormPictures::of(cx.request);
    let written = match earlier {
        Some(earlier) => Ok(earlier),
        None => write(cx, &mut pictures, key),
    };
    match written {
        Ok(id) if cx.wants_fragment() => changed(cx, 201, id),
        Ok(_) => Ok(with_earlier_link(cx, cx.next_or("/"))),
        Err(error) => refused::show(cx, error, |problems| compose(cx, problems, &pictures)),
    }
}

/// Says so if somebody posted the same address lately. With the script, the form has said it before.
fn with_earlier_link(cx: &Context<'_, Member>, response: Response) -> Response {
    // The post is written, whatever else can be read.
    match linked::posted_lately(cx, cx.typed("message")) {
        Ok(Some(post)) => cx.flash(response, Flash::LinkedBefore(post)),
        Ok(None) | Err(_) => response,
    }
}

/// Shows the form again, with who would see the post. Nothing is written.
fn check(cx: &Context<'_, Member>) -> Result<Response> {
    let mut problems = Problems::default();
    let mut pictures = FormPictures::of(cx.request);
    destinations::checked(cx, &mut problems)?;
    pictures.keep(cx, &mut problems)?;
    let page = compose(cx, &problems, &pictures)?;
    Ok(if problems.is_empty() {
        page
    } else {
        page.status(422)
    })
}

fn write(
    cx: &Context<'_, Member>,
    pictures: &mut FormPictures<'_>,
    key: Option<IdempotencyKey>,
) -> Result<PostId> {
    let mut problems = Problems::default();
    let message = message(cx, &mut problems);
    let to = destinations::chosen(cx, &mut problems);
    let attached = pictures.keep(cx, &mut problems)?;
    let (Some(message), Some(to), Some(attached), true) =
        (message, to, attached, problems.is_empty())
    else {
        return Err(problems.into());
    };
    let (author, kept, deadline) = (cx.user.id, pictures.kept(), cx.request.deadline);
    cx.write(move |tx| {
        deadline.check()?;
        let id = posts::create_in(tx, author, &to, &message, &attached, key)?;
        images::discard(tx, author, &kept)?;
        Ok(id)
    })
}

/// Shows the page a post was written on, or the form alone for the script.
pub(crate) fn again(cx: &Context<'_, Member>, problems: &Problems) -> Result<Response> {
    compose(cx, problems, &FormPictures::of(cx.request))
}

fn compose(
    cx: &Context<'_, Member>,
    problems: &Problems,
    pictures: &FormPictures<'_>,
) -> Result<Response> {
    let refused = pictures.refused(cx, None)?;
    if !cx.wants_fragment() {
        return rivers::river(cx, problems, &refused).map(|(page, _)| page);
    }
    let typed = |name: &str| cx.typed(name);
    let to = cx.read(|conn| destinations::choice(cx, conn, Destinations::OWN))?;
    let compose = composing(cx.app, Filled::new(&typed, problems), &refused, &to);
    Ok(cx.fragment(422, |render| views::composer::new_post(render, &compose)))
}

pub(crate) fn show(cx: &Context<'_, Reader>) -> Result<Response> {
    let id: PostId = cx.param("id")?;
    let slug = cx.read(|conn| posts::slug(conn, cx.viewer(), id))?;
    if cx.param::<String>("slug").ok().as_ref() != Some(&slug) {
        return Ok(moved(cx, &id.path(&slug)));
    }
    let Some(cx) = cx.as_member() else {
        return for_guest(cx, id);
    };
    let (nothing, untouched) = (Problems::default(), RefusedPictures::default());
    let typed = |_: &str| "";
    let edits = cx.request.query.has("edit");
    let to = cx.read(|conn| destinations::choice_of_edit(&cx, conn))?;
    let edit = edits.then(|| composing(cx.app, Filled::new(&typed, &nothing), &untouched, &to));
    let writing = Writing {
        edit,
        ..Writing::default()
    };
    page(&cx, id, &writing)
}

/// Shows a post to a guest, as long as the site lets guests read on.
fn for_guest(cx: &Context<'_, Reader>, id: PostId) -> Result<Response> {
    let most = cx.app.config.site.guest_reads;
    let read = cx.request.cookies.guest_reads.with_post(id, most);
    let read = read.ok_or(Error::GuestLimit(most))?;
    let response = cx.page_of(
        |conn| posts::find(conn, Viewer::Guest, id, shape(cx.request)),
        |layout, post| views::posts::page(layout, &post, None, &Writing::default(), None),
    )?;
    if read.is_empty() {
        return Ok(response);
    }
    let cookies = &cx.app.cookies;
    let cookie = cookies.set(CookieKind::GuestReads, &read.to_string(), None);
    Ok(response.header("Set-Cookie", cookie))
}

/// Shows the page of a post, with what is being written on it; for the script the post alone, or the form to change it.
pub(super) fn page(
    cx: &Context<'_, Member>,
    id: PostId,
    writing: &Writing<'_>,
) -> Result<Response> {
    let wants_history = cx.request.query.has("history");
    let read = |conn: &Snapshot| {
        let history = wants_history.then(|| posts::history(conn, cx.user.id, id));
        let history = history.transpose()?;
        let post = posts::find(conn, cx.user.id, id, shape(cx.request))?;
        let post = cx.with_unread(conn, post)?;
        if writing.edit.is_some() && !post.is_mine {
            return Err(Error::Forbidden);
        }
        Ok((post, history))
    };
    if !cx.wants_fragment() {
        let mut shown = None;
        let page = cx.page_of(
            |conn| {
                let (post, history) = read(conn)?;
                let menu = menu(cx, conn, &post)?;
                Ok((post, history, menu))
            },
            |layout, (post, history, menu)| {
                let page =
                    views::posts::page(layout, &post, Some(&menu), writing, history.as_deref());
                shown = Some(post);
                page
            },
        )?;
        if let Some(post) = shown {
            seen::shown(cx, &post);
        }
        return Ok(page);
    }
    let ((post, _), news) = cx.read(|conn| Ok((read(conn)?, cx.own_news(conn)?)))?;
    Ok(cx.fragment(200, |render| match &writing.edit {
        Some(compose) => views::composer::edit_form(&post, render, compose),
        None => views::posts::fragment(render, &post, &news),
    }))
}

/// Reads the state of the buttons under a post.
fn menu(cx: &Context<'_, Member>, conn: &Snapshot, post: &Post) -> Result<PostMenu> {
    let user = cx.user;
    let bell = || store::bells::is_on_post(conn, user.id, post.id);
    Ok(PostMenu {
        is_muted: store::notifications::is_muted(conn, user.id, post.id)?,
        has_bell: (!post.is_mine).then(bell).transpose()?,
        pins: store::pins::places(conn, user.id, post.id)?,
        links: linked::links_to(cx, conn, post.id)?,
    })
}

/// Returns how much of a post the page shows.
fn shape(request: &Request) -> Shape {
    let everybody = request.query.get("likes") == "all";
    Shape::Whole { everybody }
}

/// Leads to the one address that a post has, with the query of the request.
fn moved(cx: &Context<'_, Reader>, path: &str) -> Response {
    let query = cx.request.target.split_once('?');
    let query = query.map_or(String::new(), |(_, query)| format!("?{query}"));
    Response::moved(cx.app.base.url(path) + &query)
}

pub(crate) fn edit(cx: &Context<'_, Member>) -> Result<Response> {
    let id = cx.param("id")?;
    let mut pictures = FormPictures::of(cx.request);
    match change(cx, id, &mut pictures) {
        Ok(()) => changed(cx, 200, id),
        Err(error) => refused::show(cx, error, |problems| compose_edit(cx, problems, &pictures)),
    }
}

fn change(cx: &Context<'_, Member>, id: PostId, pictures: &mut FormPictures<'_>) -> Result<()> {
    let mut problems = Problems::default();
    let message = message(cx, &mut problems);
    let to = destinations::changed(cx, &mut problems);
    let attached = pictures.keep_changed(cx, id, &mut problems)?;
    if !problems.is_empty() {
        return Err(problems.into());
    }
    let (by, deadline) = (cx.user.id, cx.request.deadline);
    cx.write(move |tx| {
        deadline.check()?;
        posts::edit(tx, by, id, message.as_ref(), attached.as_ref(), to.as_ref())
    })
}

/// Shows the page of the post with the form that changes it, or the form alone for the script.
pub(crate) fn edit_again(cx: &Context<'_, Member>, problems: &Problems) -> Result<Response> {
    compose_edit(cx, problems, &FormPictures::of(cx.request))
}

fn compose_edit(
    cx: &Context<'_, Member>,
    problems: &Problems,
    pictures: &FormPictures<'_>,
) -> Result<Response> {
    let id = cx.param("id")?;
    let typed = |name: &str| cx.typed(name);
    let refused = pictures.refused(cx, Some(id))?;
    let to = cx.read(|conn| destinations::choice_of_edit(cx, conn))?;
    let writing = Writing {
        edit: Some(composing(
            cx.app,
            Filled::new(&typed, problems),
            &refused,
            &to,
        )),
        ..Writing::default()
    };
    page(cx, id, &writing)
}

pub(crate) fn delete(cx: &Context<'_, Member>) -> Result<Response> {
    let is_deleted = cx.act("id", posts::delete)?;
    if !is_deleted {
        // An admin took it out of the group, and it is still somewhere else.
        return Ok(cx.flash(cx.next_or("/"), Flash::TakenOut));
    }
    deleted(cx, Flash::PostDeleted(cx.param("id")?), "/")
}

pub(crate) fn undelete(cx: &Context<'_, Member>) -> Result<Response> {
    cx.act("id", posts::undelete)?;
    changed(cx, 200, cx.param("id")?)
}

/// Answers a change to a post: with the post as a river shows it now, for the script; or it leads to where the post is
/// seen.
pub(super) fn changed(cx: &Context<'_, Member>, status: u16, id: PostId) -> Result<Response> {
    let post = cx.read(|conn| {
        let post = store::rivers::as_at_home(conn, cx.user.id, id)?;
        cx.with_unread(conn, post)
    })?;
    if !cx.wants_fragment() {
        return Ok(cx.next_or(&post.path()));
    }
    Ok(cx.fragment(status, |render| views::posts::article(&post, render)))
}

/// Answers a deletion: with the form that undoes it, for the script; or it leads to the page it was asked for on.
pub(super) fn deleted(cx: &Context<'_, Member>, flash: Flash, otherwise: &str) -> Result<Response> {
    if !cx.wants_fragment() {
        return Ok(cx.flash(cx.next_or(otherwise), flash));
    }
    let path = flash
        .undo_path()
        .ok_or_else(|| Error::internal("a deletion that stays"))?;
    Ok(cx.fragment(200, |render| {
        views::posts::undo(render, say(flash.text()), &path)
    }))
}

fn message(cx: &Context<'_, Member>, problems: &mut Problems) -> Option<Message> {
    let text = cx.typed("message");
    let message = Message::parse_or_none(text, cx.app.config.limits.post_chars);
    problems.check("message", message)
}
