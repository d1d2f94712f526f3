//! The account settings: password, e-mail address, and deleting the account.

use maud::{Markup, html};

use super::{
    Filled, Layout, confirmations,
    forms::{self, Field},
    languages,
    settings::{self, Section},
};
use crate::{
    model::User,
    words::{fill, say},
};

/// Renders the account page.
pub(crate) fn page(
    layout: &Layout<'_>,
    user: &User,
    filled: &Filled<'_>,
    password_chars_min: u32,
) -> Markup {
    let (base, token) = (layout.render.base, layout.render.form_token);
    let field = |name, label, kind, autocomplete, hint| Field {
        name,
        label,
        kind,
        autocomplete,
        required: kind == "password",
        hint,
    };
    let current = field(
        "current_password",
        say("Current password"),
        "password",
        "current-password",
        None,
    );
    let new = field(
        "new_password",
        say("New password"),
        "password",
        "new-password",
        Some(fill(
            "At least {n} characters of any kind.",
            &[("n", &password_chars_min.to_string())],
        )),
    );
    let email = field(
        "email",
        say("E-mail"),
        "email",
        "email",
        Some(say("Optional. Never shown to others.").into()),
    );
    settings::page(
        layout,
        Section::Account,
        &html! {
            (forms::problem(filled.problems))
            form.card.form method="post" action=(base.url("/settings/account")) {
                h2 { (say("Password")) }
                (forms::token(token))
                // Tells password managers which account the form is for.
                input type="text" name="username" value=(user.username.as_str()) autocomplete="username" hidden readonly;
                (forms::field(&current, filled))
                (forms::field(&new, filled))
                p.hint { (say("This signs you out everywhere else.")) }
                div.actions { button.primary { (say("Change password")) } }
            }
            form.card.form method="post" action=(base.url("/settings/account/email")) {
                h2 { (say("E-mail")) }
                (forms::token(token))
                (forms::field(&email, filled))
                div.actions { button { (say("Save")) } }
            }
            section.card {
                h2 { (say("Language")) }
                (languages::choice(layout))
                p.hint { (say("For this browser. Help, commands and programs speak English.")) }
            }
            section.card.danger {
                h2 { (say("Delete your account")) }
                p { (say("Everything you wrote is deleted with it. You have 14 days to change your mind.")) }
                div.actions { a.button href=(base.url("/settings/account/delete")) { (say("Delete account…")) } }
            }
        },
    )
}

/// Renders the page that confirms the deletion of the account.
pub(crate) fn farewell(layout: &Layout<'_>, filled: &Filled<'_>) -> Markup {
    let base = layout.render.base;
    layout.page(
        say("Delete your account"),
        &html! {
            nav.back aria-label=(say("Settings")) { a href=(base.url("/settings/account")) { (say("Account")) } }
            h1 { (say("Delete your account")) }
            form.card.form method="post" action=(base.url("/settings/account/delete")) {
                (forms::token(layout.render.form_token))
                (forms::problem(filled.problems))
                p { (say("Your profile and everything you wrote are hidden at once. After 14 days your posts, comments, likes and pictures are deleted for good. Nobody else can take your username.")) }
                p { (say("If you sign in before then, your account is kept.")) }
                (confirmations::password(filled))
                div.actions {
                    button.danger { (say("Delete my account")) }
                    " " a.button href=(base.url("/settings/account")) { (say("Keep my account")) }
                }
            }
        },
    )
}
