//! The admin page that lists what admins did.

use maud::{Markup, html};

use super::{
    Layout,
    admin::{self, AdminTab},
    older::{Older, older},
    phrases::phrase,
    times,
};
use crate::{
    model::{Entry, Page},
    words::{message, say},
};

/// Renders the journal, newest entry first.
pub(crate) fn index(layout: &Layout<'_>, page: &Page<Entry>) -> Markup {
    let place = Older {
        page: "/admin/journal",
        fragment: None,
    };
    admin::page(
        layout,
        AdminTab::Journal,
        &html! {
            section.card aria-label=(say("Journal")) {
                @if page.items.is_empty() { p.empty { (say("No entries yet.")) } }
                ul.rows {
                    @for entry in &page.items {
                        li {
                            div {
                                p {
                                    strong { (entry.actor.as_deref().unwrap_or(say("command line"))) }
                                    " " (message(&entry.act.to_string())) " "
                                    @if let Some(subject) = &entry.subject { strong { (subject) } }
                                }
                                p.hint {
                                    (times::time(entry.created_at, layout.render.zone))
                                    @if let Some(address) = &entry.address { " · " (phrase("from {address}", &[("address", address)])) }
                                }
                            }
                        }
                    }
                }
                (older(&layout.render, page.next, &place, say("Older entries")))
            }
        },
    )
}
