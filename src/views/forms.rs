//! The parts that all forms share: token, idempotency key, fields with their messages, edit forms and buttons.

use maud::{Markup, html};

use super::{RenderContext, icons::Icon};
use crate::{
    auth::FormToken,
    model::Problems,
    words::{self, fill, say},
};

/// A form as it was filled in: the values and the problems with them.
pub(crate) struct Filled<'a> {
    pub(crate) value: &'a dyn Fn(&str) -> &'a str,
    pub(crate) problems: &'a Problems,
}

impl<'a> Filled<'a> {
    pub(crate) fn new(value: &'a dyn Fn(&str) -> &'a str, problems: &'a Problems) -> Filled<'a> {
        Filled { value, problems }
    }
}

/// A one-line input.
pub(super) struct Field<'a> {
    pub(super) name: &'static str,
    pub(super) label: &'a str,
    pub(super) kind: &'static str,
    pub(super) autocomplete: &'static str,
    pub(super) required: bool,
    pub(super) hint: Option<String>,
}

/// Renders the hidden form token.
pub(super) fn token(token: &FormToken) -> Markup {
    html! { input type="hidden" name="csrf_token" value=(token.as_str()); }
}

/// Renders the idempotency key, which tells a form that is sent twice from two forms. It is empty in fragments
/// rendered for many readers; the script fills it in.
pub(super) fn idempotency_key(key: &str) -> Markup {
    html! { input type="hidden" name="form_key" value=(key); }
}

/// Renders the form of a one-click button. `kind` tells the script how to handle it. Each button has a form of its own,
/// because text browsers know neither `form` nor `formaction`.
pub(super) fn act(path: &str, kind: &str, button: &Markup, render: &RenderContext<'_>) -> Markup {
    html! {
        form method="post" action=(render.base.url(path)) data-fetch=(kind) {
            (token(render.form_token))
            (button)
        }
    }
}

/// Renders the form of the button that deletes `what`.
pub(super) fn delete(path: &str, what: &str, render: &RenderContext<'_>) -> Markup {
    let button = html! { button.quiet aria-label=(fill("Delete {what}", &[("what", what)])) { (say("Delete")) } };
    act(&format!("{path}/delete"), "delete", &button, render)
}

/// Renders the same as an icon.
pub(super) fn delete_tool(path: &str, what: &str, render: &RenderContext<'_>) -> Markup {
    let button = html! {
        button.quiet.tool aria-label=(fill("Delete {what}", &[("what", what)])) title=(say("Delete")) { (Icon::Delete.named(say("Delete"), render.base)) }
    };
    act(&format!("{path}/delete"), "delete", &button, render)
}

/// An edit form that takes the place of the text it edits.
pub(super) struct Edit<'a> {
    pub(super) id: String,
    pub(super) path: String,
    pub(super) field: &'static str,
    pub(super) label: &'static str,
    pub(super) text: &'a str,
    /// Further fields of the form: the images of a post.
    pub(super) more: Option<Markup>,
    /// Path of the page with the unchanged text.
    pub(super) cancel: String,
    pub(super) problems: &'a Problems,
}

/// Renders an edit form.
pub(super) fn edit(edit: &Edit<'_>, render: &RenderContext<'_>) -> Markup {
    let field = format!("{}-field", edit.id);
    let problem = edit.problems.about(edit.field);
    html! {
        form.edit id=(edit.id) method="post" action=(render.base.url(&edit.path)) data-fetch="edit"
            enctype=[edit.more.is_some().then_some("multipart/form-data")] {
            (token(render.form_token))
            (self::problem(edit.problems))
            label.visually-hidden for=(field) { (edit.label) }
            textarea id=(field) name=(edit.field) rows="3" dir="auto" data-draft=(edit.id)
                aria-invalid=[problem.map(|_| "true")] aria-describedby=[problem.map(|_| format!("{field}-error"))] {
                "\n" (edit.text)
            }
            @if let Some(problem) = problem { p.field-error id={ (field) "-error" } role="alert" { (words::message(problem)) } }
            @if let Some(more) = &edit.more { (more) }
            div.actions {
                button.primary { (say("Save")) }
                " " a.button.cancel href=(render.base.url(&edit.cancel)) { (say("Cancel")) }
            }
        }
    }
}

/// Renders the problem with the form as a whole, if there is one.
pub(super) fn problem(problems: &Problems) -> Markup {
    html! {
        @if let Some(message) = problems.about(Problems::FORM) {
            p.form-error role="alert" { (words::message(message)) }
        }
    }
}

/// Renders the messages of a field. Their id, for `aria-describedby`, is `{name}-error`.
pub(super) fn field_problem(name: &str, problems: &Problems) -> Markup {
    field_problems(name, &format!("{name}-error"), problems)
}

/// Renders the messages of a field under the given id.
pub(super) fn field_problems(name: &str, id: &str, problems: &Problems) -> Markup {
    let mut messages = problems.all_about(name);
    html! {
        @if let Some(first) = messages.next() {
            p.field-error id=(id) role="alert" {
                (words::message(first))
                @for message in messages { br; (words::message(message)) }
            }
        }
    }
}

/// Renders a field with its label, hint and messages. It keeps what was typed, except a password.
pub(super) fn field(field: &Field<'_>, filled: &Filled<'_>) -> Markup {
    let name = field.name;
    let wrong = filled.problems.about(name).is_some();
    let described = match (wrong, &field.hint) {
        (true, _) => Some(format!("{name}-error")),
        (false, Some(_)) => Some(format!("{name}-hint")),
        (false, None) => None,
    };
    let value = (field.kind != "password").then(|| (filled.value)(name));
    html! {
        div.field {
            label for=(name) { (field.label) }
            input id=(name) name=(name) type=(field.kind) value=[value] autocomplete=(field.autocomplete)
                autocapitalize="none" spellcheck="false" required[field.required]
                aria-invalid=[wrong.then_some("true")] aria-describedby=[described];
            @if let Some(hint) = &field.hint {
                p.hint id={ (name) "-hint" } { (hint) }
            }
            (field_problem(name, filled.problems))
        }
    }
}
