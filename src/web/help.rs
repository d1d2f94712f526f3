//! The help, for everybody.

use super::{Anyone, Context};
use crate::{
    error::{Error, Result},
    http::Response,
    views,
};

/// Shows the index.
pub(crate) fn index(cx: &Context<'_, Anyone>) -> Result<Response> {
    cx.page(views::help::index)
}

/// Shows a page.
pub(crate) fn show(cx: &Context<'_, Anyone>) -> Result<Response> {
    let name: String = cx.param("page")?;
    let page = views::help::find(&name).ok_or(Error::NotFound)?;
    cx.page(|layout| views::help::show(layout, page))
}
