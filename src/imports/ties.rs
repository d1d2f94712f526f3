//! What tied the owner of an archive to others: people whom they followed, and posts that they kept.
//!
//! Nothing is fetched from other sites. Of the people, those come in question who are here by the same name; of the posts,
//! the owner's own.

use super::{ImportError, foreign::ForeignName, importer::RunningImport};
use crate::{
    error::Error,
    model::{ImportKey, LeftOut, Relationship, UserName},
    store::{
        imports::{self, ImportSite},
        relationships, saves, users,
    },
};

/// The most people who are followed by one import. Each of them is told.
const FOLLOWS_MAX: usize = 500;

impl<S: ImportSite> RunningImport<'_, '_, S> {
    /// Follows the person here who has the name of one there, if that is wanted. A dry run only names them.
    pub(super) fn follow(&mut self, name: &ForeignName) -> Result<(), ImportError> {
        let Some(here) = self.person_here(name)? else {
            self.report.leave_elsewhere(LeftOut::Follow, &name.address);
            return Ok(());
        };
        let rules = &self.importer.rules;
        let is_known = self.report.follows.contains(&here);
        if is_known || self.report.follows.len() >= FOLLOWS_MAX || !rules.is_dry && !rules.follows {
            return Ok(());
        }
        if !rules.is_dry {
            let (user, Ok(username)) = (self.user, UserName::parse(&here)) else {
                return Ok(());
            };
            let checks_presence = rules.checks_presence;
            let followed = self.importer.site.write(self.importer.now, move |tx| {
                if checks_presence {
                    imports::check_here(tx, user)?;
                }
                relationships::follow(tx, user, &username)
            });
            match followed {
                Ok(_) => {}
                // They have left meanwhile, or have blocked the person.
                Err(Error::NotFound | Error::Forbidden) => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
        self.report.follows.push(here);
        Ok(())
    }

    /// Returns the name of the person here who has the name of one there, if they are not followed yet. Returns none if
    /// there is nobody, or it is oneself.
    fn person_here(&self, name: &ForeignName) -> Result<Option<String>, ImportError> {
        let Ok(username) = UserName::parse(&name.username) else {
            return Ok(None);
        };
        let user = self.user;
        let found = self.importer.site.read(|conn| {
            let person = match users::find(conn, user, &username) {
                Err(Error::NotFound) => return Ok(None),
                person => person?,
            };
            let here = person.username.as_str();
            // A former name is no clear match.
            let is_named = here.eq_ignore_ascii_case(username.as_str());
            let is_free = person.id != user
                && relationships::between(conn, user, person.id)? == Relationship::NotFollowing;
            Ok((is_named && is_free).then(|| here.to_owned()))
        })?;
        Ok(found)
    }

    /// Saves a post of the archive itself, which is here since it was imported. All others are elsewhere.
    pub(super) fn save(&mut self, id: &str) -> Result<(), ImportError> {
        let user = self.user;
        if !self.is_own(id) {
            self.report.leave_elsewhere(LeftOut::Bookmark, id);
            return Ok(());
        }
        if !self.importer.rules.is_dry {
            // The post may be one of those that wait.
            self.flush()?;
            let key = ImportKey::of(self.format.key(), id);
            let post = self
                .importer
                .site
                .read(|conn| imports::imported_as(conn, user, key))?;
            let Some(post) = post else {
                return Ok(());
            };
            self.importer
                .site
                .write(self.importer.now, move |tx| saves::save(tx, user, post))?;
        }
        self.report.saved += 1;
        Ok(())
    }

    /// Leaves a like out: nobody likes their own posts here, and those of others are elsewhere.
    pub(super) fn like(&mut self, id: &str) -> Result<(), ImportError> {
        if self.is_own(id) {
            self.report.leave_out(LeftOut::OwnLike, 1);
        } else {
            self.report.leave_elsewhere(LeftOut::Like, id);
        }
        Ok(())
    }

    /// Returns whether this is a post of the archive that was looked at.
    fn is_own(&self, id: &str) -> bool {
        self.seen.contains(&ImportKey::of(self.format.key(), id))
    }
}
