//! Lists: the rivers that a person puts together, and the forms that create and change them.

use super::{
    Context, Member,
    rivers::{self, Listing},
};
use crate::{
    error::{Error, Result},
    http::Response,
    model::{BasePath, List, ListEdit, ListMember, ListSlug, ListStep, Problems, Topic},
    store::{self, lists},
    views::{
        self, Filled,
        lists::{ListChoice, Placing},
    },
    words::say,
};

/// Shows the caller's lists, and the form of a new one. With `?member=` it offers to put that member into each of them.
pub(crate) fn index(cx: &Context<'_, Member>) -> Result<Response> {
    overview(cx, cx.request.query.get("member"), &Problems::default())
}

/// Shows the form of a new list again, after it was refused.
pub(crate) fn again(cx: &Context<'_, Member>, problems: &Problems) -> Result<Response> {
    overview(cx, "", problems)
}

/// Shows the lists again, after one of them refused a member.
pub(crate) fn add_again(cx: &Context<'_, Member>, problems: &Problems) -> Result<Response> {
    overview(cx, cx.typed("member"), problems)
}

fn overview(cx: &Context<'_, Member>, member: &str, problems: &Problems) -> Result<Response> {
    let member: Option<ListMember> = member.parse().ok();
    let (all, placing, choice) = cx.read(|conn| {
        let placing = match member {
            Some(member) => match lists::having(conn, cx.user.id, &member) {
                Err(Error::NotFound) => None,
                having => Some(Placing {
                    having: having?,
                    word: member.word(),
                }),
            },
            None => None,
        };
        Ok((lists::all(conn, cx.user.id)?, placing, choice(cx, conn)?))
    })?;
    let typed = |name: &str| match (name, &placing) {
        ("members", Some(placing)) if problems.is_empty() => placing.word.as_str(),
        _ => cx.typed(name),
    };
    let filled = Filled::new(&typed, problems);
    cx.page(|layout| views::lists::index(layout, &all, placing.as_ref(), &filled, &choice))
}

/// Returns the people and groups that the form of a list offers, and which of them were chosen in it.
fn choice(cx: &Context<'_, Member>, conn: &store::Snapshot) -> Result<ListChoice> {
    let (people, groups) = lists::offered(conn, cx.user.id)?;
    let [_, chosen] = ListEdit::MEMBERS;
    Ok(ListChoice {
        people,
        groups,
        chosen: cx.form().all(chosen).map(str::to_owned).collect(),
    })
}

pub(crate) fn create(cx: &Context<'_, Member>) -> Result<Response> {
    let (owner, new) = (cx.user.id, parsed(cx)?);
    let list = cx.write(move |tx| lists::create(tx, owner, &new))?;
    Ok(shown(cx, &list))
}

fn parsed(cx: &Context<'_, Member>) -> Result<ListEdit> {
    let [typed, chosen] = ListEdit::MEMBERS;
    let members = cx.form().all(typed).chain(cx.form().all(chosen));
    Ok(ListEdit::parse(|name| cx.typed(name), members)?)
}

/// Leads to a list.
fn shown(cx: &Context<'_, Member>, list: &List) -> Response {
    cx.next_or(&BasePath::default().url_encoded(&list.path()))
}

/// Shows the posts of a list.
pub(crate) fn show(cx: &Context<'_, Member>) -> Result<Response> {
    let slug: ListSlug = cx.param("slug")?;
    let (list, members) = cx.read(|conn| {
        let list = lists::find(conn, cx.user.id, &slug)?;
        let members = lists::members(conn, cx.user.id, list.id)?;
        Ok((list, members))
    })?;
    let listing = Listing {
        topic: Some(Topic::List(slug)),
        path: list.path(),
        empty: say("No posts yet."),
    };
    rivers::list(
        cx,
        listing,
        |conn, _, slice| store::rivers::of_list(conn, cx.user.id, list.id, slice),
        |layout, river| views::lists::page(layout, &list, &members, river),
    )
}

pub(crate) fn edit_form(cx: &Context<'_, Member>) -> Result<Response> {
    let slug: ListSlug = cx.param("slug")?;
    let (list, words, mut choice) = cx.read(|conn| {
        let list = lists::find(conn, cx.user.id, &slug)?;
        let members = lists::members(conn, cx.user.id, list.id)?;
        Ok((list, members.words(), choice(cx, conn)?))
    })?;
    choice.leave_out(&words);
    let words = words.join(" ");
    let known = |name: &str| match name {
        "title" => list.title.as_str(),
        "members" => words.as_str(),
        "only" if list.is_exclusive => "1",
        _ => "",
    };
    let nothing = Problems::default();
    let filled = Filled::new(&known, &nothing);
    cx.page(|layout| views::lists::edit(layout, &list, &filled, &choice))
}

pub(crate) fn edit(cx: &Context<'_, Member>) -> Result<Response> {
    let slug: ListSlug = cx.param("slug")?;
    cx.read(|conn| lists::find(conn, cx.user.id, &slug))?;
    let (owner, edit) = (cx.user.id, parsed(cx)?);
    let list = cx.write(move |tx| lists::edit(tx, owner, &slug, &edit))?;
    Ok(shown(cx, &list))
}

/// Shows the form of a list again, after it was refused.
pub(crate) fn edit_again(cx: &Context<'_, Member>, problems: &Problems) -> Result<Response> {
    let slug: ListSlug = cx.param("slug")?;
    let (list, choice) = cx.read(|conn| {
        let list = lists::find(conn, cx.user.id, &slug)?;
        Ok((list, choice(cx, conn)?))
    })?;
    cx.form_page(problems, |layout, filled| {
        views::lists::edit(layout, &list, filled, &choice)
    })
}

pub(crate) fn delete(cx: &Context<'_, Member>) -> Result<Response> {
    cx.act("slug", |tx, owner, slug: ListSlug| {
        lists::delete(tx, owner, &slug)
    })?;
    Ok(cx.next_or("/lists"))
}

/// Moves a list up or down among the caller's lists.
pub(crate) fn order(cx: &Context<'_, Member>) -> Result<Response> {
    let (slug, owner): (ListSlug, _) = (cx.param("slug")?, cx.user.id);
    let step: ListStep = cx
        .typed("move")
        .parse()
        .map_err(|()| Error::BadRequest("The field “move” must be “up” or “down”.".to_owned()))?;
    cx.write(move |tx| lists::shift(tx, owner, &slug, step))?;
    Ok(cx.next_or("/lists"))
}

pub(crate) fn add(cx: &Context<'_, Member>) -> Result<Response> {
    set_member(cx, true)
}

pub(crate) fn remove(cx: &Context<'_, Member>) -> Result<Response> {
    set_member(cx, false)
}

fn set_member(cx: &Context<'_, Member>, is_in: bool) -> Result<Response> {
    let (slug, owner): (ListSlug, _) = (cx.param("slug")?, cx.user.id);
    let member: ListMember = cx.typed("member").parse().map_err(|()| Error::NotFound)?;
    let list = cx.write(move |tx| lists::set_member(tx, owner, &slug, &member, is_in))?;
    Ok(shown(cx, &list))
}
