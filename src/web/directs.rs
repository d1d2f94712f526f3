//! Direct messages: the list of conversations, and who takes part in one.

use maud::html;

use super::{
    Context, Member, posts,
    rivers::{self, Listing},
};
use crate::{
    error::{Error, Result},
    http::Response,
    model::{PostId, Problems, Topic, UserName, nobody},
    store::{self, directs},
    views::{self, Filled, posts::Writing},
    words::say,
};

pub(crate) fn index(cx: &Context<'_, Member>) -> Result<Response> {
    let listing = Listing {
        topic: Some(Topic::Directs),
        path: "/directs".into(),
        empty: say("No conversations yet. Write a post and choose people under To."),
    };
    let intro = html! { (say("Conversations of the people in them, latest activity first.")) };
    rivers::list(
        cx,
        listing,
        |conn, _, slice| store::rivers::directs(conn, cx.user.id, slice),
        |layout, river| {
            views::rivers::list(layout, say("Direct messages"), Some(&intro), None, river)
        },
    )
}

/// Adds somebody to a conversation.
pub(crate) fn add(cx: &Context<'_, Member>) -> Result<Response> {
    let (id, by): (PostId, _) = (cx.param("id")?, cx.user.id);
    let typed = cx.typed("user").trim().trim_start_matches('@').to_owned();
    let name: Result<UserName, ()> = typed.parse();
    let name = name.map_err(|()| Error::invalid("user", nobody(&format!("@{typed}"))))?;
    cx.write(move |tx| directs::add(tx, by, id, &name))?;
    posts::changed(cx, 200, id)
}

/// Shows the conversation again, with what was typed.
pub(crate) fn add_again(cx: &Context<'_, Member>, problems: &Problems) -> Result<Response> {
    let typed = |name: &str| cx.typed(name);
    let writing = Writing {
        participant: Some(Filled::new(&typed, problems)),
        ..Writing::default()
    };
    posts::page(cx, cx.param("id")?, &writing)
}

pub(crate) fn leave(cx: &Context<'_, Member>) -> Result<Response> {
    cx.act("id", directs::leave)?;
    Ok(cx.see_other("/directs"))
}
