//! A row of the table of routes: what it answers, and who may call it.

use super::BodyKind;
use crate::{
    error::Result,
    http::{Method, Response},
    model::Problems,
    web::{self, Context},
};
use Handler::{Anyone, AnyoneForm, Probe};

/// A row of the table.
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub answers: Answers,
    pub handler: Handler,
    pub body: BodyKind,
}

/// The kind of a path's answers, which also decides how an error is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answers {
    /// A page for people, errors included.
    Page,
    /// A part of a page for a script, which shows an error as text.
    Fragment,
    /// JSON for programs, errors included.
    Json,
    /// An event stream.
    Stream,
    /// An asset or a picture.
    File,
}

/// The function that answers; its type says who may call it. A [`Member`] handler cannot run without a user, and an
/// [`Anyone`] handler must say what it does without one. The audiences are described in `web::context`.
#[derive(Clone, Copy)]
pub enum Handler {
    /// A question about the state of the program. It is answered under any host name, as a load balancer and a container
    /// ask by whatever name they have.
    Probe(Run<web::Anyone>),
    Anyone(Run<web::Anyone>),
    AnyoneForm(Run<web::Anyone>, Again<web::Anyone>),
    Reader(Run<web::Reader>),
    Member(Run<web::Member>),
    MemberForm(Run<web::Member>, Again<web::Member>),
    Fresh(Run<web::Fresh>),
    FreshForm(Run<web::Fresh>, Again<web::Fresh>),
    Admin(Run<web::Admin>),
    AdminForm(Run<web::Admin>, Again<web::Admin>),
}

/// A handler.
pub type Run<Who> = fn(&Context<'_, Who>) -> Result<Response>;

/// A function that shows a refused form again, with what was typed and what is wrong with it.
pub type Again<Who> = fn(&Context<'_, Who>, &Problems) -> Result<Response>;

pub(super) const fn get(path: &'static str, answers: Answers, handler: Handler) -> Route {
    route(Method::Get, path, answers, handler)
}

pub(super) const fn post(path: &'static str, answers: Answers, handler: Handler) -> Route {
    route(Method::Post, path, answers, handler)
}

pub(super) const fn put(path: &'static str, answers: Answers, handler: Handler) -> Route {
    route(Method::Put, path, answers, handler)
}

pub(super) const fn patch(path: &'static str, answers: Answers, handler: Handler) -> Route {
    route(Method::Patch, path, answers, handler)
}

pub(super) const fn delete(path: &'static str, answers: Answers, handler: Handler) -> Route {
    route(Method::Delete, path, answers, handler)
}

const fn route(method: Method, path: &'static str, answers: Answers, handler: Handler) -> Route {
    Route {
        method,
        path,
        answers,
        handler,
        body: BodyKind::Text,
    }
}

/// Makes a route whose body is neither a form nor JSON, or has files.
pub(super) const fn upload(
    path: &'static str,
    answers: Answers,
    body: BodyKind,
    handler: Handler,
) -> Route {
    Route {
        method: Method::Post,
        path,
        answers,
        handler,
        body,
    }
}

impl Handler {
    /// Returns whether nobody has to sign in to call it.
    pub(super) fn is_open(self) -> bool {
        matches!(self, Probe(_) | Anyone(_) | AnyoneForm(..))
    }
}
