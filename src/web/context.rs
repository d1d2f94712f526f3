//! One value for a request: what every handler needs to read, ask and answer.
//!
//! `Who` is the audience that the guard let through. A handler for members cannot be called without a user, and cannot be
//! put into the table of routes under another guard.

mod pages;
mod remembered;

use std::str::FromStr;

use percent_encoding::percent_decode_str;

use super::{Anyone, Audience, Caller, CurrentSession, Member, SignedIn};
use crate::{
    app::App,
    config::{Inviters, Registration},
    error::{Error, Result},
    http::{Form, Json, Request, parameter},
    model::{
        Actor, Cursor, Holder, IdempotencyKey, Slice, Timestamp, UnreadCounts, UserId, Viewer,
    },
    store::{self, Snapshot, Tx},
    views::News,
};

/// A request with everything that is known about it.
pub struct Context<'r, Who: Audience> {
    pub(crate) app: &'r App,
    pub(crate) request: &'r Request,
    pub(crate) caller: &'r Caller,
    /// The user: none for a guest, where guests are let in.
    pub(crate) user: Who::User<'r>,
    /// The pattern of the route, which names the parameters of the path.
    pattern: &'static str,
}

impl<'r> Context<'r, Anyone> {
    pub(crate) fn new(
        app: &'r App,
        request: &'r Request,
        caller: &'r Caller,
        pattern: &'static str,
    ) -> Context<'r, Anyone> {
        Context {
            app,
            request,
            caller,
            user: caller.user(),
            pattern,
        }
    }
}

impl<'r, Who: Audience> Context<'r, Who> {
    /// Hands the request to another audience. The guard does this, after its checks.
    pub(crate) fn admit<To: Audience>(&self, user: To::User<'r>) -> Context<'r, To> {
        Context {
            app: self.app,
            request: self.request,
            caller: self.caller,
            user,
            pattern: self.pattern,
        }
    }

    /// Returns the request as that of a member, for a page that is another one for guests.
    pub(crate) fn as_member(&self) -> Option<Context<'r, Member>> {
        self.caller.user().map(|user| self.admit(user))
    }
}

/// Reading the request.
impl<Who: Audience> Context<'_, Who> {
    pub(crate) fn now(&self) -> Timestamp {
        self.request.now
    }

    pub(crate) fn viewer(&self) -> Viewer {
        self.caller.viewer()
    }

    /// Returns the session of a browser.
    ///
    /// # Errors
    /// `SignInRequired` if a program calls, which has none.
    pub(crate) fn session(&self) -> Result<&CurrentSession> {
        self.caller.session().ok_or(Error::SignInRequired)
    }

    /// Returns what lets the request in, and until when.
    ///
    /// # Errors
    /// `SignInRequired` for a guest.
    pub(crate) fn holder(&self) -> Result<(Holder, Timestamp)> {
        self.caller.holder().ok_or(Error::SignInRequired)
    }

    /// Parses a parameter of the path.
    ///
    /// # Errors
    /// `NotFound` if it does not parse: such a path names nothing.
    pub(crate) fn param<T: FromStr>(&self, name: &str) -> Result<T> {
        let names = self.pattern.split('/');
        let mut segments = names.zip(self.request.path.split('/'));
        let value = segments.find_map(|(expected, segment)| match parameter(expected) {
            Some((found, ending)) if found == name => segment.strip_suffix(ending),
            _ => None,
        });
        let text = percent_decode_str(value.ok_or(Error::NotFound)?)
            .decode_utf8()
            .map_err(|_| Error::NotFound)?;
        text.parse().map_err(|_| Error::NotFound)
    }

    pub(crate) fn form(&self) -> &Form {
        &self.request.body.form
    }

    /// Returns what was typed into a field of the form; empty if the field is missing.
    pub(crate) fn typed(&self, field: &str) -> &str {
        self.form().get(field)
    }

    /// Parses what a program sent.
    ///
    /// # Errors
    /// Those of [`crate::http::Content::json`].
    pub(crate) fn json(&self) -> Result<Json> {
        self.request.body.content.json()
    }

    /// Returns which page of a list is wanted: the cursor where it begins, and how many things it has.
    ///
    /// # Errors
    /// `BadRequest` if the cursor is damaged.
    pub(crate) fn slice(&self) -> Result<(Option<Cursor>, u32)> {
        Ok((self.request.before()?, self.app.config.feed.page_size))
    }

    /// Returns which page of a list is wanted that hides take things out of.
    ///
    /// # Errors
    /// `BadRequest` if the cursor is damaged.
    pub(crate) fn filtered_slice(&self) -> Result<Slice> {
        let (before, size) = self.slice()?;
        Ok(Slice {
            before,
            size,
            now: self.now(),
        })
    }

    /// Returns the idempotency key of a form that says `text`; none if the form carries none.
    pub(crate) fn idempotency_key(&self, text: &str) -> Option<IdempotencyKey> {
        IdempotencyKey::of_form(self.typed("form_key"), &self.request.path, text)
    }

    pub(crate) fn wants_fragment(&self) -> bool {
        self.request.wants_fragment
    }

    /// Returns whether the caller may make invitations.
    pub(crate) fn may_invite(&self) -> bool {
        let accounts = &self.app.config.accounts;
        accounts.registration != Registration::Closed
            && match accounts.invitations_by {
                Inviters::Members => self.caller.session().is_some(),
                Inviters::Admins => self.caller.is_admin(),
            }
    }

    /// Names the browser for the tokens of its forms.
    pub(crate) fn browser(&self) -> String {
        match self.caller.session() {
            Some(session) => format!("session {}", session.id.0),
            None => format!("visitor {}", self.request.cookies.visitor.name),
        }
    }
}

/// Asking the database.
impl<Who: Audience> Context<'_, Who> {
    pub(crate) fn read<T>(&self, query: impl FnOnce(&Snapshot) -> Result<T>) -> Result<T> {
        self.app.db.read(query)
    }

    pub(crate) fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.app.db.write(self.request.now, change)
    }

    /// Reads what is new for the user, and up to which event; none for a guest.
    pub(crate) fn news(&self, conn: &Snapshot) -> Result<Option<News>> {
        let member = self.as_member();
        member.map(|member| member.own_news(conn)).transpose()
    }
}

impl<Who: SignedIn> Context<'_, Who> {
    /// Returns who acts, for the journal of admins.
    pub(crate) fn actor(&self) -> Actor {
        Actor::person(self.user, self.request.client)
    }

    /// Reads what is new for the user, and up to which event.
    pub(crate) fn own_news(&self, conn: &Snapshot) -> Result<News> {
        Ok(News {
            last_event: self.app.db.epoch().at(store::events::newest(conn)?),
            unread: self.unread_counts(conn)?,
        })
    }

    /// Counts what the user has not read.
    pub(crate) fn unread_counts(&self, conn: &Snapshot) -> Result<UnreadCounts> {
        let marks = &self.app.seen;
        marks.unread_counts(conn, self.user.id, self.now())
    }

    /// Has the user do something with the thing that a parameter of the path names.
    ///
    /// # Errors
    /// `NotFound` if it names nothing; those of `act`.
    pub(crate) fn act<Id, T>(
        &self,
        name: &str,
        act: impl FnOnce(&mut Tx<'_>, UserId, Id) -> Result<T> + Send + 'static,
    ) -> Result<T>
    where
        Id: FromStr + Send + 'static,
        T: Send + 'static,
    {
        let (id, by) = (self.param(name)?, self.user.id);
        self.write(move |tx| act(tx, by, id))
    }
}
