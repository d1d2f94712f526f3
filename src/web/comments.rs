//! Comments: written, changed and deleted under their post.

use super::{
    Audience, Context, Member, Reader,
    posts::{self, changed, deleted},
};
use crate::{
    error::{Error, Result},
    http::{Flash, Response},
    model::{Comment, CommentId, CommentText, PostId, Problems},
    store::{self, comments},
    views::{
        self, Filled,
        comments::Editing,
        posts::{Writing, article},
    },
};

pub(crate) fn create(cx: &Context<'_, Member>) -> Result<Response> {
    let (post, by): (PostId, _) = (cx.param("id")?, cx.user.id);
    let text = text(cx)?;
    let key = cx.idempotency_key(text.as_str());
    let id = cx.write(move |tx| comments::create(tx, by, post, &text, key))?;
    shown(cx, 201, id)
}

/// Shows the page of the post with the form, or the form alone for the script.
pub(crate) fn again(cx: &Context<'_, Member>, problems: &Problems) -> Result<Response> {
    let id = cx.param("id")?;
    let typed = |name: &str| cx.typed(name);
    let filled = Filled::new(&typed, problems);
    if !cx.wants_fragment() {
        let writing = Writing {
            comment: Some(filled),
            ..Writing::default()
        };
        return posts::page(cx, id, &writing);
    }
    if !cx.read(|conn| store::posts::is_visible(conn, cx.user.id, id))? {
        return Err(Error::NotFound);
    }
    Ok(cx.fragment(422, |render| views::comments::form(id, render, &filled)))
}

/// Leads from a comment's own address to the comment under its post.
pub(crate) fn show(cx: &Context<'_, Reader>) -> Result<Response> {
    let (comment, post) = found(cx, cx.param("id")?)?;
    Ok(seen(cx, &comment, &post))
}

/// Shows the form that changes a comment: under its post, or alone for the script.
pub(crate) fn edit_form(cx: &Context<'_, Member>) -> Result<Response> {
    edit_again(cx, &Problems::default())
}

pub(crate) fn edit(cx: &Context<'_, Member>) -> Result<Response> {
    let (id, by): (CommentId, _) = (cx.param("id")?, cx.user.id);
    let text = text(cx)?;
    cx.write(move |tx| comments::edit(tx, by, id, &text))?;
    shown(cx, 200, id)
}

pub(crate) fn edit_again(cx: &Context<'_, Member>, problems: &Problems) -> Result<Response> {
    let id: CommentId = cx.param("id")?;
    let (comment, _) = found(cx, id)?;
    if !comment.is_mine {
        return Err(Error::Forbidden);
    }
    let typed = |name: &str| cx.typed(name);
    let filled = Filled::new(&typed, problems);
    if cx.wants_fragment() {
        return Ok(cx.fragment(200, |render| {
            views::comments::edit_form(&comment, render, &filled)
        }));
    }
    let writing = Writing {
        edit_comment: Some(Editing {
            comment: id.0,
            filled,
        }),
        ..Writing::default()
    };
    posts::page(cx, comment.post, &writing)
}

pub(crate) fn delete(cx: &Context<'_, Member>) -> Result<Response> {
    let post = cx.act("id", comments::delete)?;
    let flash = Flash::CommentDeleted(cx.param("id")?);
    deleted(cx, flash, &format!("/post/{post}"))
}

pub(crate) fn undelete(cx: &Context<'_, Member>) -> Result<Response> {
    let post = cx.act("id", comments::undelete)?;
    if cx.wants_fragment() {
        shown(cx, 200, cx.param("id")?)
    } else {
        changed(cx, 200, post)
    }
}

/// Answers a change to a comment: for the script with the comment and its post as a river shows it, because a page with
/// all comments puts it among them; otherwise it leads to where the comment is seen.
pub(super) fn shown(cx: &Context<'_, Member>, status: u16, id: CommentId) -> Result<Response> {
    if !cx.wants_fragment() {
        let (comment, post) = found(cx, id)?;
        return Ok(seen(cx, &comment, &post));
    }
    let (comment, post) = cx.read(|conn| {
        let comment = comments::find(conn, cx.user.id, id)?;
        let post = store::rivers::as_at_home(conn, cx.user.id, comment.post)?;
        Ok((comment, cx.with_unread(conn, post)?))
    })?;
    Ok(cx.fragment(status, |render| {
        maud::html! { (article(&post, render)) (views::comments::comment(&comment, render)) }
    }))
}

/// Leads to a comment under its post.
fn seen(cx: &Context<'_, impl Audience>, comment: &Comment, post: &str) -> Response {
    let here = || format!("{}#comment-{}", cx.app.base.url(post), comment.id);
    Response::see_other(cx.next().unwrap_or_else(here))
}

/// Finds a comment and the path of its post.
fn found(cx: &Context<'_, impl Audience>, id: CommentId) -> Result<(Comment, String)> {
    cx.read(|conn| {
        let comment = comments::find(conn, cx.viewer(), id)?;
        let slug = store::posts::slug(conn, cx.viewer(), comment.post)?;
        let path = comment.post.path(&slug);
        Ok((comment, path))
    })
}

fn text(cx: &Context<'_, Member>) -> Result<CommentText> {
    CommentText::parse(cx.typed("comment"), cx.app.config.limits.comment_chars)
        .map_err(|problem| Error::invalid("comment", problem))
}
