//! The buttons that set and remove bells.

use maud::{Markup, html};
use serde_json::{Value, json};

use super::{
    RenderContext,
    exports::{self, Export},
    forms,
};
use crate::{
    model::{Group, PostId, User},
    words::say,
};

/// Renders the button on a profile: of every new post of the person.
pub(crate) fn on_user(render: &RenderContext<'_>, user: &User, is_set: bool) -> Markup {
    let name = user.username.as_str();
    let label = if is_set {
        say("No longer notify me of new posts")
    } else {
        say("Notify me of new posts")
    };
    button(render, ("user", name), is_set, label)
}

/// Renders the button on the page of a group: of every new post.
pub(crate) fn on_group(render: &RenderContext<'_>, group: &Group, is_set: bool) -> Markup {
    let label = if is_set {
        say("No longer notify me of new posts")
    } else {
        say("Notify me of new posts")
    };
    button(render, ("group", group.name.as_str()), is_set, label)
}

/// Renders the button on the page of a post: of every comment.
pub(crate) fn on_post(render: &RenderContext<'_>, id: PostId, is_set: bool) -> Markup {
    let label = if is_set {
        say("No longer notify me of every comment")
    } else {
        say("Notify me of every comment")
    };
    button(render, ("post", &id.to_string()), is_set, label)
}

fn button(
    render: &RenderContext<'_>,
    (kind, value): (&str, &str),
    is_set: bool,
    label: &str,
) -> Markup {
    let path = if is_set { "/unbell" } else { "/bell" };
    html! {
        form.mute id={ "bell-" (kind) "-" (value) } method="post" action=(render.base.url(path)) data-fetch="replace" {
            (forms::token(render.form_token))
            input type="hidden" name="kind" value=(kind);
            input type="hidden" name="value" value=(value);
            button.quiet { (label) }
        }
    }
}

/// Returns a group with a bell in `data.json`.
pub(crate) fn exported_group(group: &Group) -> Value {
    json!({ "name": group.name.as_str(), "title": group.title })
}

/// Renders a group with a bell in a section of the archive.
pub(crate) fn group_in_section(export: &Export<'_>, group: &Group) -> Markup {
    exports::at_home(
        export,
        &group.path(),
        &html! { bdi { (group.shown_name()) } },
    )
}
