//! The frame around every page: the bar at the top, the places of the site, and the menu of oneself.

use maud::{Markup, html};

use super::{
    Layout, composer, forms,
    icons::Icon,
    languages,
    names::{self, avatar},
};
use crate::{
    assets,
    model::{Theme, UNREAD_MAX, User},
    words::{fill, later, say},
};

/// The id of the menu of oneself, which a button of the bar opens.
const OWN_MENU: &str = "own-menu";

/// A link to a part of the site.
struct Destination {
    path: &'static str,
    name: &'static str,
    icon: Icon,
}

const fn to(path: &'static str, name: &'static str, icon: Icon) -> Destination {
    Destination { path, name, icon }
}

/// The places that are one touch away on a phone.
const NEAR: [Destination; 5] = [
    to("/", later("Home"), Icon::Home),
    to("/everything", later("Everything"), Icon::Everything),
    to("/discussions", later("Discussions"), Icon::Discussions),
    to("/directs", later("Directs"), Icon::Directs),
    to(
        "/notifications",
        later("Notifications"),
        Icon::Notifications,
    ),
];

/// The places that wide screens show as well, and phones in the menu of oneself.
const FAR: [Destination; 5] = [
    to("/groups", later("Groups"), Icon::Groups),
    to("/lists", later("Lists"), Icon::Lists),
    to("/people", later("People"), Icon::People),
    to("/saved", later("Saved"), Icon::Save),
    to("/best", later("Best posts"), Icon::Best),
];

/// Renders the bar: the site, its search, and the button of the menu.
pub(super) fn bar(layout: &Layout<'_>) -> Markup {
    let base = layout.render.base;
    html! {
        header.bar {
            div.bar-inner.of-member[layout.user.is_some()] {
                a.brand href=(base.url("/")) {
                    img src=(assets::url(base, "icon.svg")) alt="" width="28" height="28";
                    span { (layout.site_name) }
                }
                @if let Some(user) = layout.user {
                    form.find role="search" aria-label=(say("Site")) action=(base.url("/search")) {
                        input type="search" name="q" aria-label=(say("Search posts and comments")) placeholder=(say("Search")) autocomplete="off";
                        " " button { (say("Search")) }
                    }
                    a.find-link href=(base.url("/search")) aria-label=(say("Search")) { (Icon::Search.drawn(base)) }
                    " "
                    button.me type="button" popovertarget=(OWN_MENU) aria-label=(fill("Menu of {name}", &[("name", user.shown_name())])) {
                        (avatar(user, "small", base))
                    }
                } @else {
                    nav.doors aria-label=(say("Account")) {
                        a href=(base.url("/login")) { (say("Sign in")) }
                        " " a.button.primary href=(base.url("/register")) { (say("Register")) }
                    }
                }
            }
        }
    }
}

/// Renders the places of the site, for members: a column on wide screens, a bar at the bottom of others.
pub(super) fn places(layout: &Layout<'_>) -> Markup {
    let base = layout.render.base;
    let unread = layout.unread();
    html! {
        nav.menu aria-label=(say("Main")) {
            ul {
                @for place in &NEAR {
                    li {
                        (link(layout, place, &match place.path {
                            "/directs" => unread_badge("unread-directs", unread.directs),
                            "/notifications" => unread_badge("unread", unread.notifications),
                            _ => html! {},
                        }))
                    }
                }
            }
            ul.far { @for place in &FAR { li { (link(layout, place, &html! {})) } } }
            a.button.primary.write-post href=(composer::url(base)) { (Icon::Write.drawn(base)) span { (say("New post")) } }
        }
    }
}

/// Renders a link to a place. The one to this page is marked as current.
fn link(layout: &Layout<'_>, place: &Destination, badge: &Markup) -> Markup {
    let url = layout.render.base.url(place.path);
    let current = (url == layout.here).then_some("page");
    html! {
        a href=(url) aria-current=[current] {
            (place.icon.drawn(layout.render.base)) " " span.name { (say(place.name)) } " " (badge)
        }
    }
}

/// Renders what ends the page: for members the menu of oneself, which browsers show when its button is pressed; for guests
/// the choice of the theme.
pub(super) fn foot(layout: &Layout<'_>) -> Markup {
    html! {
        @if let Some(user) = layout.user { (own_menu(layout, user)) }
        @else { footer.foot { a href=(layout.render.base.url("/help")) { (say("Help")) } (themes(layout)) (languages::choice(layout)) } }
    }
}

fn own_menu(layout: &Layout<'_>, user: &User) -> Markup {
    let base = layout.render.base;
    html! {
        footer.own id=(OWN_MENU) popover aria-label=(say("Your menu")) {
            p.whoami { (avatar(user, "", base)) span { (names::link(user, &layout.render)) span.handle { "@" (user.username.as_str()) } } }
            ul.far { @for place in &FAR { li { (link(layout, place, &html! {})) } } }
            ul {
                li { a href=(base.url(&user.path())) { (say("Profile")) } }
                li { a href=(base.url("/settings")) { (say("Settings")) } }
                @if layout.may_invite { li { a href=(base.url("/settings/invitations")) { (say("Invite people")) } } }
                li { a href=(base.url("/help")) { (say("Help")) } }
                @if layout.is_admin { li { a href=(base.url("/admin")) { (say("Admin")) } } }
            }
            (themes(layout))
            form method="post" action=(base.url("/logout")) {
                (forms::token(layout.render.form_token))
                button.quiet { (say("Sign out")) }
            }
        }
    }
}

/// Renders the choice of the theme.
fn themes(layout: &Layout<'_>) -> Markup {
    html! {
        form.theme method="post" action=(layout.render.base.url("/theme")) {
            (forms::token(layout.render.form_token))
            input type="hidden" name="next" value=(layout.here);
            @for theme in Theme::ALL {
                @let pressed = if theme == layout.theme { "true" } else { "false" };
                " " button.quiet name="theme" value=(theme.name()) aria-pressed=(pressed) {
                    (match theme { Theme::System => say("System"), Theme::Light => say("Light"), Theme::Dark => say("Dark") })
                }
            }
        }
    }
}

/// Renders an unread count for the menu, hidden and empty if it is zero.
fn unread_badge(id: &str, unread: u32) -> Markup {
    html! {
        span.badge id=(id) hidden[unread == 0] {
            @if unread > 0 { (unread_count(unread)) span.visually-hidden { " " (say("unread")) } }
        }
    }
}

/// Formats an unread count: `99+` stands for everything above 99.
pub(super) fn unread_count(unread: u32) -> String {
    if unread < UNREAD_MAX {
        unread.to_string()
    } else {
        format!("{}+", UNREAD_MAX - 1)
    }
}
