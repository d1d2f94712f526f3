//! Hiding posts, people, groups, tags and words.

use super::{Context, Member};
use crate::{
    error::Result,
    http::Response,
    model::{HideKind, HideTarget, NewHide, Problems},
    store::{
        groups, hides,
        posts::{self, Shape},
        users,
    },
    views::{self, Filled},
};

/// Lists everything that is hidden.
pub(crate) fn index(cx: &Context<'_, Member>) -> Result<Response> {
    list_again(cx, &Problems::default())
}

/// Asks for how long and where the thing that the query names is to be hidden: `?post=ID`, `?user=NAME`, `?group=NAME`, `?tag=TAG`.
///
/// # Errors
/// `NotFound` if there is no such thing.
pub(crate) fn new(cx: &Context<'_, Member>) -> Result<Response> {
    let query = &cx.request.query;
    let mut kinds = HideKind::ALL.iter().map(|kind| kind.name());
    let kind = kinds.find(|kind| query.has(kind)).unwrap_or_default();
    let asked = |field: &str| match field {
        "kind" => kind,
        "value" => query.get(kind),
        _ => "",
    };
    let target = HideTarget::parse(asked)?;
    let nothing = Problems::default();
    cx.page_of(
        |conn| {
            match &target {
                HideTarget::Post(id) => {
                    return posts::find(conn, cx.user.id, *id, Shape::Folded).map(Some);
                }
                HideTarget::User(name) => {
                    users::find(conn, cx.user.id, name)?;
                }
                HideTarget::Group(name) => {
                    groups::find(conn, cx.user.id, name)?;
                }
                HideTarget::Tag(_) | HideTarget::Words(_) => {}
            }
            Ok(None)
        },
        |layout, post| views::hides::ask(layout, post.as_ref(), &Filled::new(&asked, &nothing)),
    )
}

pub(crate) fn create(cx: &Context<'_, Member>) -> Result<Response> {
    let new = NewHide::parse(|name| cx.typed(name))?;
    let by = cx.user.id;
    cx.write(move |tx| hides::hide(tx, by, &new))?;
    Ok(cx.next_or("/settings/hidden"))
}

/// Shows the form again. Words are typed on the settings page, everything else is chosen on a page of its own.
pub(crate) fn again(cx: &Context<'_, Member>, problems: &Problems) -> Result<Response> {
    match cx.typed("kind").parse() {
        Ok(HideKind::Words) | Err(()) => list_again(cx, problems),
        Ok(_) => cx.form_page(problems, |layout, filled| {
            views::hides::ask(layout, None, filled)
        }),
    }
}

pub(crate) fn delete(cx: &Context<'_, Member>) -> Result<Response> {
    let target = HideTarget::parse(|name| cx.typed(name))?;
    let by = cx.user.id;
    cx.write(move |tx| hides::unhide(tx, by, &target))?;
    Ok(cx.next_or("/settings/hidden"))
}

/// Shows the list, with the form as it was refused.
pub(crate) fn list_again(cx: &Context<'_, Member>, problems: &Problems) -> Result<Response> {
    let typed = |name: &str| cx.typed(name);
    cx.page_of(
        |conn| hides::list(conn, cx.user.id, cx.now()),
        |layout, listed| {
            views::hides::page(layout, &listed, cx.now(), &Filled::new(&typed, problems))
        },
    )
}
