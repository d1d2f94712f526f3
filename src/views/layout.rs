//! The layout of every page: head, navigation bar, one-time message and footer.

use maud::{DOCTYPE, Markup, html};

use super::{RenderContext, forms, warnings};
use crate::{
    assets,
    model::{EventRef, Theme, UNREAD_MAX, UnreadCounts, User, Warning},
};

/// The data that every page needs.
pub(crate) struct Layout<'a> {
    pub(crate) site_name: &'a str,
    pub(crate) user: Option<&'a User>,
    pub(crate) render: RenderContext<'a>,
    /// Path and query of the page, to come back to.
    pub(crate) here: String,
    pub(crate) flash: Option<FlashBanner>,
    pub(crate) theme: Theme,
    pub(crate) is_admin: bool,
    /// The user may make invitations.
    pub(crate) may_invite: bool,
    /// True if people may import feeds of other sites here.
    pub(crate) imports_feeds: bool,
    /// Set for signed-in users.
    pub(crate) news: Option<News>,
    /// A security warning that the user has not dismissed.
    pub(crate) warning: Option<Warning>,
}

/// A message that is shown once, about what was just done.
pub(crate) struct FlashBanner {
    pub(crate) text: &'static str,
    /// Path of the form that undoes it.
    pub(crate) undo_path: Option<String>,
    /// Path of the page that it is about, and what the link says.
    pub(crate) link: Option<(String, &'static str)>,
}

/// State that the page starts with and its event stream keeps up to date.
pub(crate) struct News {
    pub(crate) unread: UnreadCounts,
    /// The newest event that the page reflects.
    pub(crate) last_event: EventRef,
}

impl Layout<'_> {
    /// Renders a page.
    pub(crate) fn page(&self, title: &str, content: &Markup) -> Markup {
        self.page_with_side(title, content, &html! {})
    }

    /// Returns the path of this page if it is one of those that are also a feed.
    fn page_with_feed(&self) -> Option<&str> {
        let path = self.here.split('?').next()?;
        let mut segments = self
            .render
            .base
            .strip(path)
            .trim_start_matches('/')
            .split('/');
        let has_feed = matches!(
            (segments.next()?, segments.next(), segments.next()),
            ("everything", None, None) | ("user" | "group" | "tag", Some(_), None)
        );
        has_feed.then_some(path)
    }

    /// Renders a page with a side column, which wide screens show.
    pub(crate) fn page_with_side(&self, title: &str, content: &Markup, side: &Markup) -> Markup {
        let base = self.render.base;
        let username = self.user.map(|user| user.username.as_str());
        let news = self.news.as_ref();
        let unread = self.unread().notifications;
        html! {
            (DOCTYPE)
            html lang="en" data-theme=(self.theme.name()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
                    meta name="color-scheme" content="light dark";
                    meta name="csrf-token" content=(self.render.form_token.as_str());
                    title { @if unread > 0 { "(" (unread_count(unread)) ") " } (title) " · " (self.site_name) }
                    @if let Some(page) = self.page_with_feed() {
                        link rel="alternate" type="application/atom+xml" title=(title) href={ (page) ".atom" };
                        link rel="alternate" type="application/feed+json" title=(title) href={ (page) ".json" };
                    }
                    link rel="icon" type="image/svg+xml" href=(assets::url(base, "icon.svg"));
                    link rel="stylesheet" href=(assets::url(base, "style.css"));
                    script type="module" src=(assets::url(base, "app.js")) {}
                }
                body data-base=(base.as_str()) data-user=[username] data-stream=[news.map(|_| base.url("/sse"))]
                    data-last-event-id=[news.map(|news| &news.last_event)] {
                    a.skip href="#main" { "Skip to content" } " "
                    (self.bar())
                    div.page {
                        main #main tabindex="-1" {
                            @if let Some(warning) = &self.warning { (warnings::banner(warning, &self.here, &self.render)) }
                            @if let Some(flash) = &self.flash {
                                div.flash role="status" {
                                    (flash.text)
                                    @if let Some((path, words)) = &flash.link { " " a href=(base.url(path)) { (words) } }
                                    @if let Some(path) = &flash.undo_path {
                                        form method="post" action=(base.url(path)) {
                                            (forms::token(self.render.form_token))
                                            button.quiet { "Undo" }
                                        }
                                    }
                                }
                            }
                            @if news.is_some() { p #connection.connection role="status" hidden {} }
                            (content)
                        }
                        @if !side.0.is_empty() {
                            aside.side aria-label="More" { (side) }
                        }
                    }
                    (self.foot())
                    div #toasts {}
                    p #announcer.visually-hidden aria-live="polite" {}
                }
            }
        }
    }

    /// Renders the navigation bar.
    fn bar(&self) -> Markup {
        let UnreadCounts {
            notifications,
            directs,
        } = self.unread();
        html! {
            header.bar {
                nav.bar-inner aria-label="Main" {
                    a.brand href=(self.render.base.url("/")) {
                        img src=(assets::url(self.render.base, "icon.svg")) alt="" width="24" height="24";
                        span { (self.site_name) }
                    }
                    @if self.user.is_some() {
                        form.find role="search" aria-label="Site" action=(self.render.base.url("/search")) {
                            input type="search" name="q" aria-label="Search posts and comments" placeholder="Search" autocomplete="off";
                            " " button { "Search" }
                        }
                    }
                    ul.menu {
                        @if let Some(user) = self.user {
                            li { (self.link("/", &html! { "Home" })) }
                            li { (self.link("/everything", &html! { "Everything" })) }
                            li { (self.link("/discussions", &html! { "Discussions" })) }
                            li { (self.link("/directs", &html! { "Directs " (unread_badge("unread-directs", directs)) })) }
                            li {
                                (self.link("/notifications", &html! {
                                    "Notifications " (unread_badge("unread", notifications))
                                }))
                            }
                            li { (self.link(&user.path(), &html! { "Profile" })) }
                        } @else {
                            li { (self.link("/login", &html! { "Sign in" })) }
                            li { (self.link("/register", &html! { "Register" })) }
                        }
                    }
                }
            }
        }
    }

    fn unread(&self) -> UnreadCounts {
        let news = self.news.as_ref();
        news.map(|news| news.unread).unwrap_or_default()
    }

    /// Renders a link of the menu. The one to this page is marked as current.
    fn link(&self, path: &str, text: &Markup) -> Markup {
        let url = self.render.base.url(path);
        let current = (url == self.here).then_some("page");
        html! { a href=(url) aria-current=[current] { (text) } }
    }

    /// Renders the footer.
    fn foot(&self) -> Markup {
        html! {
            footer.foot {
                @if let Some(user) = self.user {
                    a href=(self.render.base.url("/search")) { "Search" }
                    " " a href=(self.render.base.url("/people")) { "People" }
                    " " a href=(self.render.base.url("/groups")) { "Groups" }
                    " " a href=(self.render.base.url("/lists")) { "Lists" }
                    " " a href=(self.render.base.url(&user.path())) { "Profile" }
                    " " a href=(self.render.base.url("/saved")) { "Saved" }
                    " " a href=(self.render.base.url("/best")) { "Best posts" }
                    " " a href=(self.render.base.url("/settings")) { "Settings" }
                    @if self.is_admin { " " a href=(self.render.base.url("/admin")) { "Admin" } }
                    form method="post" action=(self.render.base.url("/logout")) {
                        (forms::token(self.render.form_token))
                        button.quiet { "Sign out" }
                    }
                }
                form.theme method="post" action=(self.render.base.url("/theme")) {
                    (forms::token(self.render.form_token))
                    input type="hidden" name="next" value=(self.here);
                    @for theme in Theme::ALL {
                        @let pressed = if theme == self.theme { "true" } else { "false" };
                        " " button.quiet name="theme" value=(theme.name()) aria-pressed=(pressed) {
                            (match theme { Theme::System => "System", Theme::Light => "Light", Theme::Dark => "Dark" })
                        }
                    }
                }
            }
        }
    }
}

/// Renders an unread count for the menu, hidden and empty if it is zero.
fn unread_badge(id: &str, unread: u32) -> Markup {
    html! {
        span.badge id=(id) hidden[unread == 0] {
            @if unread > 0 { (unread_count(unread)) span.visually-hidden { " unread" } }
        }
    }
}

/// Formats an unread count: `99+` stands for everything above 99.
fn unread_count(unread: u32) -> String {
    if unread < UNREAD_MAX {
        unread.to_string()
    } else {
        format!("{}+", UNREAD_MAX - 1)
    }
}
