//! The tokens of a person's programs.

use super::{Context, Fresh, Member, SignedIn};
use crate::{
    error::Result,
    http::{Flash, Response},
    model::{Bearer, NewToken, Problems, Token},
    store::{self, tokens::personal},
    views::{self, Filled},
};

pub(crate) fn index(cx: &Context<'_, Member>) -> Result<Response> {
    page(cx, &Problems::default(), None)
}

/// Makes a token, and shows it on the page that answers: it is stored nowhere, so no other page could.
pub(crate) fn create(cx: &Context<'_, Fresh>) -> Result<Response> {
    let new = NewToken::parse(|name| cx.typed(name))?;
    let (token, by) = (Bearer::random(), cx.user.id);
    let hash = token.hash();
    cx.write(move |tx| personal::create(tx, by, &new, &hash))?;
    page(cx, &Problems::default(), Some(&token))
}

/// Shows the page with the form as it was refused.
pub(crate) fn again(cx: &Context<'_, Fresh>, problems: &Problems) -> Result<Response> {
    page(cx, problems, None)
}

pub(crate) fn revoke(cx: &Context<'_, Fresh>) -> Result<Response> {
    cx.act("id", personal::revoke)?;
    Ok(revoked(cx))
}

/// Signs out a program that was signed in with the password.
pub(crate) fn end_program(cx: &Context<'_, Fresh>) -> Result<Response> {
    cx.act("id", store::tokens::end_own)?;
    Ok(revoked(cx))
}

fn revoked(cx: &Context<'_, Fresh>) -> Response {
    cx.flash(cx.see_other("/settings/tokens"), Flash::TokenRevoked)
}

fn page(
    cx: &Context<'_, impl SignedIn>,
    problems: &Problems,
    made: Option<&Token>,
) -> Result<Response> {
    // A token that was made is not made again by the next form.
    let typed = |name: &str| match made {
        None => cx.typed(name),
        Some(_) => "",
    };
    cx.page_of(
        |conn| {
            let programs = store::tokens::families(conn, cx.user.id)?;
            Ok((personal::list(conn, cx.user.id)?, programs))
        },
        |layout, (own, programs)| {
            let shown = views::tokens::TokensPage {
                own: &own,
                programs: &programs,
                made: made.map(Token::as_str),
                now: cx.now(),
            };
            views::tokens::page(layout, &shown, &Filled::new(&typed, problems))
        },
    )
}
