//! The layout that all admin pages share.

use maud::{Markup, html};

use super::Frame;

/// An admin page, as a tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tab {
    Members,
    Invitations,
    Settings,
    Journal,
}

impl Tab {
    const ALL: [Tab; 4] = [Tab::Members, Tab::Invitations, Tab::Settings, Tab::Journal];

    /// Returns the path of the page.
    fn path(self) -> &'static str {
        match self {
            Tab::Members => "/admin",
            Tab::Invitations => "/admin/invitations",
            Tab::Settings => "/admin/settings",
            Tab::Journal => "/admin/journal",
        }
    }

    /// Returns the label of the tab.
    fn title(self) -> &'static str {
        match self {
            Tab::Members => "Members",
            Tab::Invitations => "Invitations",
            Tab::Settings => "Settings",
            Tab::Journal => "Journal",
        }
    }
}

/// Renders an admin page with the tabs of all admin pages above it.
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
