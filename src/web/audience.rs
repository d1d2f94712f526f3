//! The audiences of handlers: who is let through by which guard, and what is known of the user there.

use crate::model::User;

/// The people that a guard lets through, and what their handlers know of the user.
pub trait Audience {
    type User<'r>: Copy;
}

/// An audience in which everybody is signed in.
pub trait SignedIn: for<'r> Audience<User<'r> = &'r User> {}

/// Everybody, signed in or not.
pub enum Anyone {}

/// Everybody who may read here: members, and on a public site guests.
pub enum Reader {}

/// Members of the site.
pub enum Member {}

/// Members who entered their password in the last minutes: a browser that was left open must not do what they may do.
pub enum Fresh {}

/// Admins of the site.
pub enum Admin {}

impl Audience for Anyone {
    type User<'r> = Option<&'r User>;
}

impl Audience for Reader {
    type User<'r> = Option<&'r User>;
}

impl Audience for Member {
    type User<'r> = &'r User;
}

impl Audience for Fresh {
    type User<'r> = &'r User;
}

impl Audience for Admin {
    type User<'r> = &'r User;
}

impl SignedIn for Member {}
impl SignedIn for Fresh {}
impl SignedIn for Admin {}
