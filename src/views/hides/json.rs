//! Hides for programs, and in the archive of a person.

use maud::{Markup, html};
use serde_json::{Value, json};

use super::{fields_of, phrase_words, scope_words, tag_words};
use crate::{
    model::{BasePath, HideName, ListedHide},
    views::{
        exports::{self, Export},
        times::{self, rfc3339},
    },
};

/// Returns a hide as JSON.
pub(crate) fn json(listed: &ListedHide, base: &BasePath) -> Value {
    let fields = fields_of(listed);
    let url = match &listed.name {
        HideName::Post(address) => Some(base.url(&address.path())),
        HideName::User(user) => Some(base.url(&user.path())),
        HideName::Group(group) => Some(base.url(&group.path())),
        HideName::Tag(tag) => Some(base.url(&tag.path())),
        HideName::Words(_) => None,
    };
    json!({
        "kind": fields.kind.name(),
        "value": fields.value,
        "url": url,
        "where": listed.hide.scope.name(),
        "hidden_at": rfc3339(listed.hide.hidden_at),
        "ends_at": listed.hide.ends_at.map(rfc3339),
    })
}

/// Returns a hide in `data.json`.
pub(crate) fn exported(export: &Export<'_>, listed: &ListedHide) -> Value {
    json(listed, export.document.base)
}

/// Renders a hide in the archive.
pub(crate) fn in_archive(export: &Export<'_>, listed: &ListedHide) -> Markup {
    html! {
        @match &listed.name {
            HideName::Post(address) => {
                (exports::at_home(export, &address.path(), &html! { "a post" })) " by " (exports::person(export, &address.author))
            }
            HideName::User(user) => { "posts by " (exports::person(export, user)) }
            HideName::Group(group) => { "posts in " bdi { (group.shown_name()) } }
            HideName::Tag(tag) => (tag_words(tag)),
            HideName::Words(phrase) => (phrase_words(phrase)),
        }
        ", " (scope_words(listed.hide.scope))
        @match listed.hide.ends_at {
            Some(end) => { ", until " (times::to_come(end, export.document.zone)) }
            None => ", for ever",
        }
    }
}
