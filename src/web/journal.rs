//! The journal of what admins did.

use super::{Admin, Context};
use crate::{error::Result, http::Response, store::journal, views};

pub(crate) fn index(cx: &Context<'_, Admin>) -> Result<Response> {
    let (before, size) = cx.slice()?;
    cx.page_of(
        |conn| journal::page(conn, before, size),
        |layout, page| views::journal::index(layout, &page),
    )
}
