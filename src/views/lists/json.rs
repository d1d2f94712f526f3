//! Lists as JSON, and in the download of their owner.

use maud::{Markup, html};
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    model::{BasePath, OwnList},
    views::exports::{self, Export},
};

/// The lists of a person, as JSON.
#[derive(Serialize)]
pub(crate) struct ListPageJson<'a> {
    lists: Vec<ListJson<'a>>,
}

#[derive(Serialize)]
struct ListJson<'a> {
    slug: &'a str,
    title: &'a str,
    url: String,
    /// True if what is in its people and groups is not in the home river.
    only_here: bool,
    /// As in the form: `@ann`, `garden`, `#tea`.
    members: Vec<String>,
}

/// Returns a person's lists, as JSON.
pub(crate) fn page_json<'a>(lists: &'a [OwnList], base: &BasePath) -> ListPageJson<'a> {
    let lists = lists.iter().map(|own| ListJson {
        slug: own.list.slug.as_str(),
        title: &own.list.title,
        url: base.url_encoded(&own.list.path()),
        only_here: own.list.is_exclusive,
        members: own.members.words(),
    });
    ListPageJson {
        lists: lists.collect(),
    }
}

/// Returns a list in `data.json`.
pub(crate) fn exported(own: &OwnList) -> Value {
    json!({
        "slug": own.list.slug.as_str(),
        "title": own.list.title,
        "only_here": own.list.is_exclusive,
        "members": own.members.words(),
    })
}

/// Renders a list in a section of the archive.
pub(crate) fn in_section(export: &Export<'_>, own: &OwnList) -> Markup {
    let title = html! { bdi { (own.list.title) } };
    let members = own.members.words().join(" ");
    html! { (exports::at_home(export, &own.list.path(), &title)) " · " bdi { (members) } }
}
