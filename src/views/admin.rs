//! What the pages for admins have in common.

use maud::{Markup, html};

use super::Frame;

/// A page for admins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tab {
    Members,
    Invitations,
    Settings,
    Journal,
}

impl Tab {
    const ALL: [Tab; 4] = [Tab::Members, Tab::Invitations, Tab::Settings, Tab::Journal];

    fn path(self) -> &'static str {
        match self {
            Tab::Members => "/admin",
            Tab::Invitations => "/admin/invitations",
            Tab::Settings => "/admin/settings",
            Tab::Journal => "/admin/journal",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Tab::Members => "Members",
            Tab::Invitations => "Invitations",
            Tab::Settings => "Settings",
            Tab::Journal => "Journal",
        }
    }
}

/// One of them, with the way to the others.
pub(super) fn page(frame: &Frame<'_>, tab: Tab, content: &Markup) -> Markup {
    frame.page(
        &format!("{} · Admin", tab.title()),
        &html! {
            h1 { "Admin" }
            nav.tabs aria-label="Admin" {
                @for one in Tab::ALL {
                    a href=(frame.drawing.base.url(one.path())) aria-current=[(one == tab).then_some("page")] { (one.title()) }
                }
            }
            (content)
        },
    )
}
