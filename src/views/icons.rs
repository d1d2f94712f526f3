//! The icons: symbols of one SVG file, drawn in the colour of the text beside them.

use maud::{Markup, html};

use crate::{assets, model::BasePath};

/// An icon. Words stand beside it, or its button or link has a label.
#[derive(Debug, Clone, Copy)]
pub(super) enum Icon {
    Best,
    Comment,
    Delete,
    Directs,
    Discussions,
    Edit,
    Everything,
    Groups,
    Hide,
    Home,
    Like,
    Lists,
    Notifications,
    People,
    Pictures,
    Save,
    Search,
    Write,
}

impl Icon {
    /// Returns the id of the symbol in `icons.svg`.
    fn id(self) -> &'static str {
        match self {
            Icon::Best => "best",
            Icon::Comment => "comment",
            Icon::Delete => "delete",
            Icon::Directs => "directs",
            Icon::Discussions => "discussions",
            Icon::Edit => "edit",
            Icon::Everything => "everything",
            Icon::Groups => "groups",
            Icon::Hide => "hide",
            Icon::Home => "home",
            Icon::Like => "like",
            Icon::Lists => "lists",
            Icon::Notifications => "notifications",
            Icon::People => "people",
            Icon::Pictures => "pictures",
            Icon::Save => "save",
            Icon::Search => "search",
            Icon::Write => "write",
        }
    }

    /// Renders the icon with a name that only those see or hear who do not see icons.
    pub(super) fn named(self, name: &str, base: &BasePath) -> Markup {
        html! { (self.drawn(base)) " " span { (name) } }
    }

    /// Renders the icon. Those who listen to the page hear the words alone.
    pub(super) fn drawn(self, base: &BasePath) -> Markup {
        html! {
            svg.i aria-hidden="true" { use href={ (assets::url(base, "icons.svg")) "#" (self.id()) } {} }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_file_has_each_icon_and_no_other() {
        let all = [
            Icon::Best,
            Icon::Comment,
            Icon::Delete,
            Icon::Directs,
            Icon::Discussions,
            Icon::Edit,
            Icon::Everything,
            Icon::Groups,
            Icon::Hide,
            Icon::Home,
            Icon::Like,
            Icon::Lists,
            Icon::Notifications,
            Icon::People,
            Icon::Pictures,
            Icon::Save,
            Icon::Search,
            Icon::Write,
        ];
        let file = include_str!("../../assets/icons.svg");
        let symbols = file.split("<symbol id=\"").skip(1);
        let drawn: BTreeSet<&str> = symbols
            .filter_map(|symbol| symbol.split_once('"'))
            .map(|(id, _)| id)
            .collect();
        let named: BTreeSet<&str> = all.iter().map(|icon| icon.id()).collect();
        assert_eq!(named, drawn);
        assert_eq!(named.len(), all.len());
    }
}
