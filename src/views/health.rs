//! The admin page with the check-up of the site.

use maud::{Markup, html};

use super::{
    Layout,
    admin::{self, AdminTab},
    phrases::phrase,
};
use crate::{
    model::{Checkup, CheckupState, Language},
    words::say,
};

/// Renders the results, the urgent ones first.
pub(crate) fn show(layout: &Layout<'_>, checkups: &[Checkup]) -> Markup {
    let mut sorted: Vec<&Checkup> = checkups.iter().collect();
    sorted.sort_by_key(|one| std::cmp::Reverse(one.state));
    admin::page(
        layout,
        AdminTab::Health,
        &html! {
            section.card aria-label=(say("Health")) {
                // The check-up is the one of the command, whose words are English.
                dl.facts lang=(Language::English.tag()) {
                    @for one in sorted {
                        dt { (one.what) }
                        dd {
                            @if one.state != CheckupState::Good { strong { (label(one.state)) ": " } }
                            (one.found)
                            @if !one.advice.is_empty() { p.hint { (one.advice) } }
                        }
                    }
                }
                p.hint { (phrase("{command} also reads the whole database and tries the address of the site.", &[("command", &html! { code { "quartfeed doctor" } })])) }
            }
        },
    )
}

fn label(state: CheckupState) -> &'static str {
    match state {
        CheckupState::Good => say("Good"),
        CheckupState::Look => say("Please look"),
        CheckupState::Bad => say("Needs you"),
    }
}
