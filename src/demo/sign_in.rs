//! The links by which a visitor signs in as somebody. They are the links for another device, which work once; while a
//! demo runs they are made anew with the same token, so the visitor can use them again.

use std::time::Duration;

use super::stage::Tools;
use crate::{
    error::Result,
    model::{LinkKind, Token, UserId},
    store::links,
};

/// The lifetime of a link. It is renewed when it is over.
const LIFETIME: Duration = Duration::from_hours(24);

/// A link for each person.
pub(super) struct SignInLinks(Vec<(UserId, Token)>);

impl SignInLinks {
    pub(super) fn new(users: &[UserId]) -> SignInLinks {
        SignInLinks(users.iter().map(|user| (*user, Token::random())).collect())
    }

    /// Returns the path of each link.
    pub(super) fn paths(&self) -> impl Iterator<Item = String> {
        self.0
            .iter()
            .map(|(_, token)| format!("/device/{}", token.as_str()))
    }

    /// Makes the links that were used or have expired. A link that the visitor made for another device is left alone:
    /// a person has one at a time.
    ///
    /// # Errors
    /// If the database does not answer.
    pub(super) fn renew(&self, tools: &Tools) -> Result<()> {
        let now = (tools.clock)();
        let gone: Vec<_> = tools.db.read(|conn| {
            let mut gone = Vec::new();
            for (user, token) in &self.0 {
                if !links::is_valid_for(conn, LinkKind::Device, *user, now)? {
                    gone.push((*user, token.hash()));
                }
            }
            Ok(gone)
        })?;
        if gone.is_empty() {
            return Ok(());
        }
        tools.db.write(now, move |tx| {
            tx.is_on_no_page();
            for (user, hash) in &gone {
                links::make(tx, LinkKind::Device, Some(*user), hash, LIFETIME)?;
            }
            Ok(())
        })
    }
}
