//! Access to the database for commands, whether or not a server runs on it.

use crate::{
    config::Config,
    error::Error,
    model::{MemberSummary, Timestamp, UserName},
    store::{Tx, Visit, members},
};

/// Result of a command. The error is the message to print.
pub(super) type CommandResult<T> = Result<T, String>;

/// The database, open for one command.
pub(super) struct SiteFile<'c> {
    pub(super) config: &'c Config,
    pub(super) now: Timestamp,
    visit: Visit,
}

impl<'c> SiteFile<'c> {
    /// Opens the database. A missing file is not created.
    pub(super) fn open(config: &'c Config, now: Timestamp) -> CommandResult<SiteFile<'c>> {
        SiteFile::open_or_create(config, now, false)
    }

    /// Opens the database, and creates it if allowed.
    pub(super) fn open_or_create(
        config: &'c Config,
        now: Timestamp,
        may_create: bool,
    ) -> CommandResult<SiteFile<'c>> {
        let retention = config.feed.event_retention;
        let visit = Visit::open(&config.database, retention, now, may_create);
        let visit = visit.map_err(|error| error.to_string())?;
        if let Some(path) = visit.upgrade_backup() {
            let path = path.display();
            eprintln!("quartfeed: the file was of an earlier version; a backup of it is {path}");
        }
        Ok(SiteFile { config, now, visit })
    }

    /// Returns the connection itself, for a command that makes many changes.
    pub(super) fn visit(&mut self) -> &mut Visit {
        &mut self.visit
    }

    /// Reads from the database.
    pub(super) fn read<T>(
        &self,
        query: impl FnOnce(&crate::store::Snapshot) -> crate::error::Result<T>,
    ) -> CommandResult<T> {
        self.visit.read(query).map_err(|error| message(&error))
    }

    /// Finds a member by the name that was typed.
    pub(super) fn member(&self, typed: &str) -> CommandResult<MemberSummary> {
        let name = name(typed)?;
        self.read(|conn| members::find(conn, &name))
            .map_err(|why| unknown_name(&name, why))
    }

    /// Changes the database in one transaction.
    pub(super) fn write<T>(
        &mut self,
        change: impl FnOnce(&mut Tx<'_>) -> crate::error::Result<T>,
    ) -> CommandResult<T> {
        let changed = self.visit.write(self.now, change);
        changed.map_err(|error| message(&error))
    }

    /// Returns the full URL of a path. Without `base_url` it is the address that the site listens on, which may not
    /// be reachable.
    fn url(&self, path: &str) -> String {
        let server = &self.config.server;
        match &server.base_url {
            Some(base_url) => base_url.url(path),
            None => format!("http://{}{path}", server.listen),
        }
    }

    /// Returns a link that works once, alone on its line so that it can be passed on. A hint for others who cannot
    /// follow it goes to standard error.
    pub(super) fn link(&self, path: &str) -> String {
        eprint!("{}", self.hint());
        format!("{}\n", self.url(path))
    }

    /// Returns advice if the address in a link may not work for others.
    fn hint(&self) -> &'static str {
        let server = &self.config.server;
        let listen = server.listen;
        if server.base_url.is_some() {
            ""
        } else if listen.port() == 0 || listen.ip().is_unspecified() {
            "(Replace that address with the one by which you reach the site, or set base_url under [server].)\n"
        } else if listen.ip().is_loopback() {
            "(This address works on this machine only. For others, set base_url under [server].)\n"
        } else {
            ""
        }
    }
}

/// Parses a username.
pub(super) fn name(text: &str) -> CommandResult<UserName> {
    UserName::parse(text).map_err(|why| format!("{text}: {why}"))
}

/// Returns the message if no member has this name, and otherwise the message that was given.
pub(super) fn unknown_name(name: &UserName, why: String) -> String {
    if why == Error::NotFound.to_string() {
        format!("there is no member called {}", name.as_str())
    } else {
        why
    }
}

/// Returns the message of an error for a person at the keyboard.
fn message(error: &Error) -> String {
    match error {
        Error::Internal(cause) => format!("something went wrong: {cause}"),
        error => error.to_string(),
    }
}
