use maud::{DOCTYPE, Markup, html};

use super::{Drawing, forms};
use crate::{
    assets,
    model::{Theme, User},
};

/// What every page needs.
pub(crate) struct Frame<'a> {
    pub(crate) site_name: &'a str,
    pub(crate) user: Option<&'a User>,
    pub(crate) drawing: Drawing<'a>,
    /// Where the page is, as a browser would be sent there again.
    pub(crate) here: String,
    pub(crate) flash: Option<&'static str>,
    pub(crate) theme: Theme,
}

impl Frame<'_> {
    pub(crate) fn page(&self, title: &str, content: &Markup) -> Markup {
        self.page_with_side(title, content, &html! {})
    }

    /// A page with a second column, where there is room for one.
    pub(crate) fn page_with_side(&self, title: &str, content: &Markup, side: &Markup) -> Markup {
        let base = self.drawing.base;
        let username = self.user.map(|user| user.username.as_str());
        html! {
            (DOCTYPE)
            html lang="en" data-theme=(self.theme.name()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
                    meta name="color-scheme" content="light dark";
                    meta name="csrf-token" content=(self.drawing.form_token.as_str());
                    title { (title) " · " (self.site_name) }
                    link rel="icon" type="image/svg+xml" href=(assets::url(base, "icon.svg"));
                    link rel="stylesheet" href=(assets::url(base, "style.css"));
                    script type="module" src=(assets::url(base, "app.js")) {}
                }
                body data-base=(base.as_str()) data-user=[username] {
                    a.skip href="#main" { "Skip to content" }
                    (self.bar())
                    div.page {
                        main #main tabindex="-1" {
                            @if let Some(flash) = self.flash {
                                div.flash role="status" { (flash) }
                            }
                            (content)
                        }
                        @if !side.0.is_empty() {
                            aside.side aria-label="People" { (side) }
                        }
                    }
                    (self.foot())
                    div #toasts {}
                    p #announcer.visually-hidden aria-live="polite" {}
                }
            }
        }
    }

    fn bar(&self) -> Markup {
        html! {
            header.bar {
                nav.bar-inner aria-label="Main" {
                    a.brand href=(self.drawing.base.url("/")) {
                        img src=(assets::url(self.drawing.base, "icon.svg")) alt="" width="24" height="24";
                        span { (self.site_name) }
                    }
                    ul.menu {
                        @if let Some(user) = self.user {
                            li { (self.link("/", "Home")) }
                            li { (self.link(&user.path(), "Profile")) }
                            li {
                                form method="post" action=(self.drawing.base.url("/logout")) {
                                    (forms::token(self.drawing.form_token))
                                    button.quiet { "Sign out" }
                                }
                            }
                        } @else {
                            li { (self.link("/login", "Sign in")) }
                            li { (self.link("/register", "Register")) }
                        }
                    }
                }
            }
        }
    }

    fn link(&self, path: &str, text: &str) -> Markup {
        let url = self.drawing.base.url(path);
        let current = (url == self.here).then_some("page");
        html! { a href=(url) aria-current=[current] { (text) } }
    }

    fn foot(&self) -> Markup {
        html! {
            footer.foot {
                form.theme method="post" action=(self.drawing.base.url("/theme")) {
                    (forms::token(self.drawing.form_token))
                    input type="hidden" name="next" value=(self.here);
                    @for theme in Theme::ALL {
                        @let pressed = if theme == self.theme { "true" } else { "false" };
                        button.quiet name="theme" value=(theme.name()) aria-pressed=(pressed) {
                            (match theme { Theme::System => "System", Theme::Light => "Light", Theme::Dark => "Dark" })
                        }
                    }
                }
            }
        }
    }
}
