//! The choice of the language of pages.

use maud::{Markup, html};

use super::{Layout, forms};
use crate::{model::Language, words::say};

/// Renders a button for each language, and one that leaves it to the browser.
pub(super) fn choice(layout: &Layout<'_>) -> Markup {
    let chosen = layout.language;
    let all = [None].into_iter().chain(Language::ALL.map(Some));
    html! {
        form.theme method="post" action=(layout.render.base.url("/language")) aria-label=(say("Language")) {
            (forms::token(layout.render.form_token))
            input type="hidden" name="next" value=(layout.here);
            @for language in all {
                @let pressed = if language == chosen { "true" } else { "false" };
                @let name = language.map_or(Language::AUTO, Language::tag);
                " " button.quiet name="language" value=(name) aria-pressed=(pressed) lang=[language.map(Language::tag)] {
                    (language.map_or(say("As the browser"), Language::own_name))
                }
            }
        }
    }
}
