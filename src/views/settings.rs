use maud::{Markup, html};

use super::Frame;

/// A page of the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    Profile,
    Invitations,
}

impl Section {
    const ALL: &[Section] = &[Section::Profile, Section::Invitations];

    pub(crate) fn path(self) -> &'static str {
        match self {
            Section::Profile => "/profile/edit",
            Section::Invitations => "/settings/invitations",
        }
    }

    pub(crate) fn title(self) -> &'static str {
        match self {
            Section::Profile => "Profile",
            Section::Invitations => "Invitations",
        }
    }

    fn about(self) -> &'static str {
        match self {
            Section::Profile => "Your username, your name and what you say about yourself.",
            Section::Invitations => "Links by which others can register here.",
        }
    }

    fn is_for(self, frame: &Frame<'_>) -> bool {
        match self {
            Section::Invitations => frame.may_invite,
            Section::Profile => true,
        }
    }
}

/// All of them.
pub(crate) fn index(frame: &Frame<'_>) -> Markup {
    frame.page(
        "Settings",
        &html! {
            h1 { "Settings" }
            section.card {
                dl.sections {
                    @for section in Section::ALL.iter().filter(|section| section.is_for(frame)) {
                        dt { a href=(frame.drawing.base.url(section.path())) { (section.title()) } }
                        dd { (section.about()) }
                    }
                }
            }
        },
    )
}

/// One of them, with the way back.
pub(crate) fn page(frame: &Frame<'_>, section: Section, content: &Markup) -> Markup {
    frame.page(
        section.title(),
        &html! {
            nav.back aria-label="Settings" { a href=(frame.drawing.base.url("/settings")) { "Settings" } }
            h1 { (section.title()) }
            (content)
        },
    )
}
