//! The answers of a handler: pages with what is new for their user, parts of pages, and redirections.

use maud::Markup;

use super::Context;
use crate::{
    auth::FormToken,
    error::{Error, Result},
    http::{self, Response},
    model::{Problems, Token, Warning},
    store::{self, Snapshot},
    views::{self, Filled, Layout, News, Offers, RenderContext},
    web::{Audience, Caller},
};

/// The length of a form's idempotency key, in characters of base64url: 96 random bits, so no two pages have the same.
const FORM_KEY_CHARS: usize = 16;

/// The secrets in the forms of one page.
struct FormTokens {
    token: FormToken,
    /// New for each page: see [`crate::model::IdempotencyKey`].
    key: String,
}

/// The parts of a page that are about its user, and not its content.
#[derive(Default)]
struct Notices {
    news: Option<News>,
    warning: Option<Warning>,
    trouble: Option<String>,
}

impl<Who: Audience> Context<'_, Who> {
    /// Answers with a page that needs nothing from the database but what is new for its user.
    pub(crate) fn page(&self, draw: impl FnOnce(&Layout<'_>) -> Markup) -> Result<Response> {
        let notices = match self.caller.user() {
            Some(_) => self.read(|conn| self.notices(conn))?,
            None => Notices {
                trouble: self.trouble(),
                ..Notices::default()
            },
        };
        Ok(self.draw_page(notices, draw))
    }

    /// Answers with a page of what `read` finds. What is new for its user comes from the same snapshot: an event is
    /// either in the content or sent by the stream, and never both.
    pub(crate) fn page_of<T>(
        &self,
        read: impl FnOnce(&Snapshot) -> Result<T>,
        draw: impl FnOnce(&Layout<'_>, T) -> Markup,
    ) -> Result<Response> {
        let (notices, found) = self.read(|conn| Ok((self.notices(conn)?, read(conn)?)))?;
        Ok(self.draw_page(notices, |layout| draw(layout, found)))
    }

    /// Answers with the page of a form, filled in as it was sent, with what is wrong with it.
    pub(crate) fn form_page(
        &self,
        problems: &Problems,
        draw: impl FnOnce(&Layout<'_>, &Filled<'_>) -> Markup,
    ) -> Result<Response> {
        let typed = |field: &str| self.typed(field);
        self.page(|layout| draw(layout, &Filled::new(&typed, problems)))
    }

    /// Answers with a page without asking the database.
    pub(crate) fn bare_page(&self, draw: impl FnOnce(&Layout<'_>) -> Markup) -> Response {
        self.draw_page(Notices::default(), draw)
    }

    /// Answers a script with a part of a page.
    pub(crate) fn fragment(
        &self,
        status: u16,
        draw: impl FnOnce(&RenderContext<'_>) -> Markup,
    ) -> Response {
        self.drawn(|render| Response::fragment(status, draw(render)))
    }

    /// Draws something that is no page.
    pub(crate) fn drawn<T>(&self, draw: impl FnOnce(&RenderContext<'_>) -> T) -> T {
        let tokens = self.form_tokens();
        draw(&self.render(&tokens))
    }

    /// Returns the path that the form leads to, as a browser sees it.
    pub(crate) fn next(&self) -> Option<String> {
        self.request.next(&self.app.base)
    }

    /// Leads to where the form says, or else to this path of the site.
    pub(crate) fn next_or(&self, path: &str) -> Response {
        Response::see_other(self.next().unwrap_or_else(|| self.app.base.url(path)))
    }

    /// Leads to a path of the site.
    pub(crate) fn see_other(&self, path: &str) -> Response {
        Response::see_other(self.app.base.url(path))
    }

    /// Has the next page say this once.
    pub(crate) fn flash(&self, response: Response, flash: http::Flash) -> Response {
        response.flash(&self.app.cookies, flash)
    }

    fn draw_page(&self, notices: Notices, draw: impl FnOnce(&Layout<'_>) -> Markup) -> Response {
        let tokens = self.form_tokens();
        let flash = self.request.cookies.flash;
        Response::page(draw(&Layout {
            site_name: &self.app.config.site.name,
            base_url: self.app.config.server.base_url.as_ref(),
            user: self.caller.user(),
            render: self.render(&tokens),
            here: self.app.base.url_encoded(self.request.here()),
            flash: flash.map(|flash| views::FlashBanner {
                text: flash.text(),
                undo_path: flash.undo_path(),
                link: flash.link(),
            }),
            theme: self.request.cookies.theme,
            language: self.request.cookies.language,
            is_admin: self.caller.is_admin(),
            may_invite: self.may_invite(),
            offers: Offers {
                imports_feeds: self.app.source_reader.is_some(),
                sends_webhooks: self.app.webhook_sender.is_some(),
                takes_archives: self.app.import_desk.is_some(),
            },
            news: notices.news,
            warning: notices.warning,
            trouble: notices.trouble,
        }))
    }

    /// Returns what everybody must know while the file of the database is not in its place.
    fn trouble(&self) -> Option<String> {
        let is_in_place = self.app.db.is_in_place();
        (!is_in_place).then(|| Error::StorageUnavailable(store::NOT_IN_PLACE.into()).to_string())
    }

    fn form_tokens(&self) -> FormTokens {
        FormTokens {
            token: self.app.form_key.token(&self.browser()),
            key: Token::random().as_str()[..FORM_KEY_CHARS].to_owned(),
        }
    }

    fn render<'a>(&'a self, tokens: &'a FormTokens) -> RenderContext<'a> {
        RenderContext {
            base: &self.app.base,
            zone: &self.app.zone,
            form_token: &tokens.token,
            idempotency_key: &tokens.key,
            is_guest: self.caller.session().is_none(),
            marks: None,
        }
    }

    fn notices(&self, conn: &Snapshot) -> Result<Notices> {
        Ok(Notices {
            news: self.news(conn)?,
            warning: self.warning(conn)?,
            trouble: self.trouble(),
        })
    }

    /// Reads the warning of a user whose session says that there is one.
    fn warning(&self, conn: &Snapshot) -> Result<Option<Warning>> {
        match self.caller {
            Caller::Browser { user, session, .. } if session.has_warning => {
                store::warnings::first(conn, user.id)
            }
            _ => Ok(None),
        }
    }
}
