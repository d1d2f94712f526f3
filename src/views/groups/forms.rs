//! The forms that create, change and delete a group.

use maud::{Markup, html};

use crate::{
    model::{Bio, DisplayName, Group, GroupName},
    views::{
        Filled, Layout,
        forms::{self, Field},
        phrases::phrase,
        pictures,
    },
    words::{fill, say},
};

/// Renders the form of a new group, or of one that exists.
pub(crate) fn form(layout: &Layout<'_>, filled: &Filled<'_>, group: Option<&Group>) -> Markup {
    let base = layout.render.base;
    let title = if group.is_some() {
        say("Edit group")
    } else {
        say("New group")
    };
    let action = group.map_or("/groups/new".to_owned(), |group| {
        format!("{}/edit", group.path())
    });
    let field = |name, label, required, hint: String| Field {
        name,
        label,
        kind: "text",
        autocomplete: "off",
        required,
        hint: Some(hint),
    };
    let wrong = filled.problems.about("about").is_some();
    let is_private = (filled.value)("privacy") == "private";
    layout.page(
        title,
        &html! {
            h1 { (title) }
            form.card.form method="post" enctype="multipart/form-data" action=(base.url(&action)) {
                (forms::token(layout.render.form_token))
                (forms::problem(filled.problems))
                @if group.is_none() {
                    (forms::field(&field("name", say("Name"), true, fill(
                        "{least} to {most} letters, digits, underscores, or hyphens inside. It is part of the group’s address and stays as it is.",
                        &[("least", &GroupName::CHARS_MIN.to_string()), ("most", &GroupName::CHARS_MAX.to_string())])), filled))
                }
                (pictures::of_group(group, filled, base))
                (forms::field(&field("title", say("Title (optional)"), false, fill(
                    "Shown to others, as in “Garden Club”. Up to {n} characters.", &[("n", &DisplayName::CHARS_MAX.to_string())])), filled))
                div.field {
                    label for="about" { (say("What it is about (optional)")) }
                    textarea #about name="about" rows="4" dir="auto" aria-invalid=[wrong.then_some("true")]
                        aria-describedby=(if wrong { "about-error" } else { "about-hint" }) {
                        "\n" ((filled.value)("about"))
                    }
                    p.hint #about-hint { (fill("Up to {n} characters.", &[("n", &Bio::CHARS_MAX.to_string())])) }
                    (forms::field_problem("about", filled.problems))
                }
                fieldset.field {
                    legend { (say("Who can read it")) }
                    label.check {
                        input type="radio" name="privacy" value="public" checked[!is_private];
                        " " (say("Everybody here, and everybody may join"))
                    }
                    label.check {
                        input type="radio" name="privacy" value="private" checked[is_private];
                        " " (say("Only members, whom an admin of the group lets in"))
                    }
                    (forms::field_problem("privacy", filled.problems))
                }
                label.check {
                    input type="checkbox" name="announcements" value="1" checked[!(filled.value)("announcements").is_empty()];
                    " " (say("Announcements only: only admins post, everybody who reads it may comment"))
                }
                div.actions {
                    button.primary { (if group.is_some() { say("Save") } else { say("Create group") }) }
                    " " a.button href=(base.url(&group.map_or("/groups".to_owned(), Group::path))) { (say("Cancel")) }
                }
            }
            @if let Some(group) = group {
                p { a href=(base.url(&format!("{}/delete", group.path()))) { (say("Delete this group")) } }
            }
        },
    )
}

/// Renders the form that deletes a group.
pub(crate) fn deletion(layout: &Layout<'_>, filled: &Filled<'_>, group: &Group) -> Markup {
    let base = layout.render.base;
    let password = Field {
        name: "password",
        label: say("Your password"),
        kind: "password",
        autocomplete: "current-password",
        required: true,
        hint: None,
    };
    layout.page(
        say("Delete group"),
        &html! {
            h1 { (phrase("Delete {what}", &[("what", &html! { bdi { (group.shown_name()) } })])) }
            form.card.form method="post" action=(base.url(&format!("{}/delete", group.path()))) {
                (forms::token(layout.render.form_token))
                (forms::problem(filled.problems))
                p { (say("Nobody sees the group any more. Its admins can take that back for 14 days. After that, its posts are deleted for good, with their comments and pictures. Posts that are in other feeds too stay there.")) }
                (forms::field(&password, filled))
                div.actions {
                    button.danger { (say("Delete group")) }
                    " " a.button href=(base.url(&group.path())) { (say("Cancel")) }
                }
            }
        },
    )
}
