//! What the commands have in common that change the site's file, whether a server runs on it or not.

use crate::{
    config::Config,
    error::Error,
    model::{Timestamp, UserName},
    store::{Tx, Visit},
};

/// What a command says when it cannot be done.
pub(super) type Said<T> = Result<T, String>;

/// The site's file, for the moment of a command.
pub(super) struct Site<'c> {
    pub(super) config: &'c Config,
    pub(super) now: Timestamp,
    visit: Visit,
}

impl<'c> Site<'c> {
    /// A file that is not there is not made.
    pub(super) fn open(config: &'c Config, now: Timestamp) -> Said<Site<'c>> {
        Site::open_or_create(config, now, false)
    }

    pub(super) fn open_or_create(
        config: &'c Config,
        now: Timestamp,
        may_create: bool,
    ) -> Said<Site<'c>> {
        let retention = config.feed.event_retention;
        let visit = Visit::open(&config.database, retention, now, may_create);
        Ok(Site {
            config,
            now,
            visit: visit.map_err(|error| error.to_string())?,
        })
    }

    pub(super) fn read<T>(
        &self,
        query: impl FnOnce(&crate::store::Snapshot) -> crate::error::Result<T>,
    ) -> Said<T> {
        self.visit.read(query).map_err(|error| words(&error))
    }

    pub(super) fn write<T>(
        &mut self,
        change: impl FnOnce(&mut Tx<'_>) -> crate::error::Result<T>,
    ) -> Said<T> {
        let changed = self.visit.write(self.now, change);
        changed.map_err(|error| words(&error))
    }

    /// The whole address of a path. Without `base_url` it is that on which the site listens, as far as one can know it.
    fn url(&self, path: &str) -> String {
        let server = &self.config.server;
        match &server.base_url {
            Some(base_url) => base_url.url(path),
            None => format!("http://{}{path}", server.listen),
        }
    }

    /// A link that serves once, alone on its line, so that it can be passed on. That others may not be able to follow it
    /// as it is stands elsewhere: on standard error.
    pub(super) fn link(&self, path: &str) -> String {
        eprint!("{}", self.hint());
        format!("{}\n", self.url(path))
    }

    fn hint(&self) -> &'static str {
        let server = &self.config.server;
        let listen = server.listen;
        if server.base_url.is_some() {
            ""
        } else if listen.port() == 0 || listen.ip().is_unspecified() {
            "(Put the address by which you reach the site in place of that one, or set base_url under [server].)\n"
        } else if listen.ip().is_loopback() {
            "(This address works on this machine. For others, set base_url under [server].)\n"
        } else {
            ""
        }
    }
}

pub(super) fn name(text: &str) -> Said<UserName> {
    UserName::parse(text).map_err(|why| format!("{text}: {why}"))
}

/// As a change of one person may fail.
pub(super) fn nobody(name: &UserName, why: String) -> String {
    if why == Error::NotFound.to_string() {
        format!("nobody is called {}", name.as_str())
    } else {
        why
    }
}

/// What went wrong, for the one at the keyboard.
fn words(error: &Error) -> String {
    match error {
        Error::Internal(cause) => format!("something went wrong: {cause}"),
        error => error.to_string(),
    }
}
