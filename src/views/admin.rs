//! The layout that all admin pages share.

use maud::{Markup, html};

use super::Layout;
use crate::words::{fill, say};

/// An admin page, as a tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AdminTab {
    Members,
    Invitations,
    Settings,
    Health,
    Journal,
}

impl AdminTab {
    const ALL: [AdminTab; 5] = [
        AdminTab::Members,
        AdminTab::Invitations,
        AdminTab::Settings,
        AdminTab::Health,
        AdminTab::Journal,
    ];

    /// Returns the path of the page.
    fn path(self) -> &'static str {
        match self {
            AdminTab::Members => "/admin",
            AdminTab::Invitations => "/admin/invitations",
            AdminTab::Settings => "/admin/settings",
            AdminTab::Health => "/admin/health",
            AdminTab::Journal => "/admin/journal",
        }
    }

    /// Returns the label of the tab.
    fn title(self) -> &'static str {
        match self {
            AdminTab::Members => say("Members"),
            AdminTab::Invitations => say("Invitations"),
            AdminTab::Settings => say("Settings"),
            AdminTab::Health => say("Health"),
            AdminTab::Journal => say("Journal"),
        }
    }
}

/// Renders an admin page with the tabs of all admin pages above it.
pub(super) fn page(layout: &Layout<'_>, tab: AdminTab, content: &Markup) -> Markup {
    layout.page(
        &fill("{page} · Admin", &[("page", tab.title())]),
        &html! {
            h1 { (say("Admin")) }
            nav.tabs aria-label=(say("Admin")) {
                @for one in AdminTab::ALL {
                    a href=(layout.render.base.url(one.path())) aria-current=[(one == tab).then_some("page")] { (one.title()) }
                }
            }
            (content)
        },
    )
}
