//! What every form has in common: its token, its fields with their messages.

use maud::{Markup, html};

use crate::{auth::FormToken, model::Problems};

/// A form as it was filled in: what was typed, and what is wrong with it.
pub(crate) struct Filled<'a> {
    pub(crate) value: &'a dyn Fn(&str) -> &'a str,
    pub(crate) problems: &'a Problems,
}

/// One line of input.
pub(super) struct Field<'a> {
    pub(super) name: &'static str,
    pub(super) label: &'a str,
    pub(super) kind: &'static str,
    pub(super) autocomplete: &'static str,
    pub(super) required: bool,
    pub(super) hint: Option<String>,
}

pub(super) fn token(token: &FormToken) -> Markup {
    html! { input type="hidden" name="csrf_token" value=(token.as_str()); }
}

/// What is wrong with the form as a whole.
pub(super) fn problem(problems: &Problems) -> Markup {
    html! {
        @if let Some(message) = problems.about(Problems::FORM) {
            p.form-error role="alert" { (message) }
        }
    }
}

/// The message beside a field, and its name for `aria-describedby`.
pub(super) fn field_problem(name: &str, problems: &Problems) -> Markup {
    html! {
        @if let Some(message) = problems.about(name) {
            p.field-error id={ (name) "-error" } role="alert" { (message) }
        }
    }
}

/// A field keeps what was typed, except a password.
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
