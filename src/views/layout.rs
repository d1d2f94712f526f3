//! The layout of every page: head, one-time messages and content, in the frame of `frame`.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{
    RenderContext, forms, frame, installs,
    previews::{self, Preview},
    warnings,
};
use crate::{
    assets,
    model::{BaseUrl, EventRef, Language, Theme, UnreadCounts, User, Warning},
    words::{self, say},
};

/// The data that every page needs.
pub(crate) struct Layout<'a> {
    pub(crate) site_name: &'a str,
    /// The address of the site from outside, if its operator has set it.
    pub(crate) base_url: Option<&'a BaseUrl>,
    pub(crate) user: Option<&'a User>,
    pub(crate) render: RenderContext<'a>,
    /// Path and query of the page, to come back to.
    pub(crate) here: String,
    pub(crate) flash: Option<FlashBanner>,
    pub(crate) theme: Theme,
    /// The language that was chosen in this browser; none if it has its own way.
    pub(crate) language: Option<Language>,
    pub(crate) is_admin: bool,
    /// The user may make invitations.
    pub(crate) may_invite: bool,
    pub(crate) offers: Offers,
    /// Set for signed-in users.
    pub(crate) news: Option<News>,
    /// A security warning that the user has not dismissed.
    pub(crate) warning: Option<Warning>,
    /// The reason why nothing can be saved, if everybody must know it.
    pub(crate) trouble: Option<String>,
}

/// The things that an operator can turn on and off, as far as they are on.
pub(crate) struct Offers {
    /// True if people may import feeds of other sites here.
    pub(crate) imports_feeds: bool,
    /// True if new posts can be sent to other addresses.
    pub(crate) sends_webhooks: bool,
    /// True if people may bring archives of other sites.
    pub(crate) takes_archives: bool,
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

    /// Renders a page with more in its head.
    pub(super) fn page_with_head(&self, title: &str, head: &Markup, content: &Markup) -> Markup {
        self.draw(title, head, content, &html! {})
    }

    /// Renders a page that guests may read, with what other sites show of a link to it.
    pub(super) fn page_with_preview(
        &self,
        title: &str,
        preview: Option<&Preview>,
        content: &Markup,
    ) -> Markup {
        let head = html! { @if let Some(preview) = preview { (previews::head(self, preview)) } };
        self.draw(title, &head, content, &html! {})
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
        self.draw(title, &html! {}, content, side)
    }

    fn draw(&self, title: &str, head: &Markup, content: &Markup, side: &Markup) -> Markup {
        let base = self.render.base;
        let username = self.user.map(|user| user.username.as_str());
        let news = self.news.as_ref();
        let unread = self.unread().notifications;
        html! {
            (DOCTYPE)
            html lang=(words::spoken().tag()) data-theme=(self.theme.name()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
                    meta name="color-scheme" content="light dark";
                    meta name="csrf-token" content=(self.render.form_token.as_str());
                    title { @if unread > 0 { "(" (frame::unread_count(unread)) ") " } (title) " · " (self.site_name) }
                    (head)
                    @if let Some(page) = self.page_with_feed() {
                        link rel="alternate" type="application/atom+xml" title=(title) href={ (page) ".atom" };
                        link rel="alternate" type="application/feed+json" title=(title) href={ (page) ".json" };
                    }
                    link rel="icon" type="image/svg+xml" href=(assets::url(base, if unread + self.unread().directs > 0 { "icon-new.svg" } else { "icon.svg" }));
                    (installs::head(base, self.theme))
                    link rel="stylesheet" href=(assets::url(base, "style.css"));
                    @if let Some(words) = words::of_scripts() {
                        script #words type="application/json" { (PreEscaped(words)) }
                    }
                    script type="module" src=(assets::url(base, "app.js")) {}
                }
                body data-base=(base.as_str()) data-user=[username] data-stream=[news.map(|_| base.url("/sse"))]
                    data-last-event-id=[news.map(|news| &news.last_event)] {
                    a.skip href="#main" { (say("Skip to content")) } " "
                    (frame::bar(self))
                    div.page {
                        @if self.user.is_some() { (frame::places(self)) }
                        main #main tabindex="-1" {
                            @if let Some(trouble) = &self.trouble { div.flash.error role="alert" { p { (words::message(trouble)) } } }
                            @if let Some(warning) = &self.warning { (warnings::banner(warning, &self.here, &self.render)) }
                            @if let Some(flash) = &self.flash {
                                div.flash role="status" {
                                    (say(flash.text))
                                    @if let Some((path, link_words)) = &flash.link { " " a href=(base.url(path)) { (say(link_words)) } }
                                    @if let Some(path) = &flash.undo_path {
                                        form method="post" action=(base.url(path)) {
                                            (forms::token(self.render.form_token))
                                            button.quiet { (say("Undo")) }
                                        }
                                    }
                                }
                            }
                            @if news.is_some() { p #connection.connection role="status" hidden {} }
                            (content)
                        }
                        @if !side.0.is_empty() {
                            aside.side aria-label=(say("More")) { (side) }
                        }
                    }
                    (frame::foot(self))
                    div #toasts {}
                    p #announcer.visually-hidden aria-live="polite" {}
                }
            }
        }
    }

    /// Returns what the marks of the menu count.
    pub(super) fn unread(&self) -> UnreadCounts {
        let news = self.news.as_ref();
        news.map(|news| news.unread).unwrap_or_default()
    }
}
