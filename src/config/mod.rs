//! The configuration, read once at the start and passed down.
//!
//! Later sources win: defaults, `quartfeed.toml`, environment, flags. [`settings::SETTINGS`] lists every key. The
//! file at the root of the project documents them all, and a test keeps both in agreement.

mod address_range;
mod interval;
mod listen;
mod settings;
mod source;
mod value;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

pub use address_range::AddressRange;
pub use interval::Interval;
pub use listen::reachable;
pub use settings::{SETTINGS, Setting};
pub use source::{Loaded, Mistake, Origin, Origins, Sources};

use crate::{
    log,
    model::{BaseUrl, Lifetimes, PasswordRules},
};

/// All settings, by section.
#[derive(Debug, Clone)]
pub struct Config {
    pub site: SiteSettings,
    pub server: ServerSettings,
    pub database: Database,
    pub accounts: AccountSettings,
    pub limits: Limits,
    pub feed: FeedSettings,
    pub feeds_in: FeedsInSettings,
    pub webhooks: WebhookSettings,
    pub imports: ImportSettings,
    pub backup: BackupSettings,
    pub api: ApiSettings,
    pub metrics: MetricsSettings,
    pub log: LogSettings,
}

/// Section `[site]`.
#[derive(Debug, Clone)]
pub struct SiteSettings {
    pub name: String,
    /// The words of the page for guests about the site; empty for the program's own.
    pub about: String,
    pub visibility: Visibility,
    /// Number of different posts that a guest may read; 0 for no limit.
    pub guest_reads: u32,
}

/// Group of people who may read the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    Members,
    Public,
}

/// Section `[server]`.
#[derive(Debug, Clone)]
pub struct ServerSettings {
    /// Address to listen on. Port 0 lets the system choose one.
    pub listen: SocketAddr,
    /// Address of the site from outside, if it differs from the one above.
    pub base_url: Option<BaseUrl>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<AddressRange>,
    /// The port in the names of cookies. It follows from the settings above, see [`ServerSettings::unusual_port`].
    pub cookie_port: Option<u16>,
}

/// Section `[database]`.
#[derive(Debug, Clone)]
pub struct Database {
    pub path: PathBuf,
    pub synchronous: Synchronous,
    /// The directory for a backup before the file is brought up to date; none if that is done without. It follows from
    /// `[backup]`.
    pub upgrade_backups: Option<PathBuf>,
}

/// Moment when SQLite waits for the disk (<https://sqlite.org/pragma.html#pragma_synchronous>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Synchronous {
    /// An acknowledged write survives a power cut.
    Full,
    /// A write survives a crash of the program; a power cut may lose the last seconds.
    Normal,
}

/// Section `[accounts]`.
#[derive(Debug, Clone)]
pub struct AccountSettings {
    pub registration: Registration,
    pub invitations_by: Inviters,
    /// Length in characters.
    pub min_password: u32,
    pub session_hours: u32,
    pub session_max_hours: u32,
    pub remember_days: u32,
    pub remember_max_days: u32,
    pub session_protection: SessionProtection,
}

/// Group of people who may register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registration {
    Open,
    /// Only by invitation.
    Invite,
    Closed,
}

/// Group of people who may create invitations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inviters {
    Members,
    Admins,
}

/// Treatment of a session whose browser looks like another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionProtection {
    /// The user must enter the password before anything dangerous.
    Basic,
    /// The session ends.
    Strong,
    Off,
}

/// Section `[feeds_in]`.
#[derive(Debug, Clone)]
pub struct FeedsInSettings {
    /// True if people may import feeds of other sites, which this site then asks.
    pub enabled: bool,
    /// The time between two readings of a feed, in minutes.
    pub interval_minutes: u32,
    /// The private addresses from which feeds may be read.
    pub allowed_addresses: Vec<AddressRange>,
    /// The public addresses from which no feeds may be read.
    pub refused_addresses: Vec<AddressRange>,
}

/// Section `[webhooks]`.
#[derive(Debug, Clone)]
pub struct WebhookSettings {
    /// True if people and groups may have new posts and comments sent to other addresses.
    pub enabled: bool,
    /// The private addresses to which may be sent.
    pub allowed_addresses: Vec<AddressRange>,
    /// The public addresses to which nothing is sent.
    pub refused_addresses: Vec<AddressRange>,
}

/// Section `[imports]`.
#[derive(Debug, Clone)]
pub struct ImportSettings {
    /// True if people may import archives of other sites in Settings.
    pub enabled: bool,
    /// Size of one uploaded archive, in bytes.
    pub max_archive: u64,
}

/// Section `[backup]`.
#[derive(Debug, Clone)]
pub struct BackupSettings {
    /// The time between two backups of a running site.
    pub every: Interval,
    /// The number of backups that are kept.
    pub keep: u32,
    /// The directory of the backups. A relative path begins at the directory of the database.
    pub directory: PathBuf,
    /// True if a database is not brought up to date without a backup.
    pub before_upgrade: bool,
}

/// Section `[api]`.
#[derive(Debug, Clone)]
pub struct ApiSettings {
    /// Lifetime of an access token, in seconds.
    pub access_ttl: u32,
    pub refresh_ttl_days: u32,
    /// Secret of access tokens. If empty, one is made at the first start and kept in the database.
    pub jwt_secret: String,
}

/// Section `[limits]`.
#[derive(Debug, Clone)]
pub struct Limits {
    pub post_chars: u32,
    pub comment_chars: u32,
    pub form_bytes: u32,
    /// Size of one uploaded picture.
    pub image_bytes: u32,
    /// Width times height of one uploaded picture.
    pub image_pixels: u32,
    pub images_per_post: u32,
    /// Time for the response to an upload that has arrived, in seconds.
    pub upload_seconds: u32,
    /// Size of one person's pictures, all renditions included.
    pub storage_per_user: u64,
    pub connections: u32,
    pub connections_per_address: u32,
    pub streams: u32,
    pub streams_per_user: u32,
    pub stream_buffer_bytes: u32,
    /// Memory for answers that are shown again, in bytes.
    pub answer_cache_bytes: u32,
}

/// Section `[feed]`.
#[derive(Debug, Clone)]
pub struct FeedSettings {
    /// Number of posts on a page.
    pub page_size: u32,
    /// Number of events that are kept for streams that resume.
    pub event_retention: u32,
}

/// Section `[metrics]`.
#[derive(Debug, Clone)]
pub struct MetricsSettings {
    /// Address of the listener of `/metrics`; none if there is none.
    pub listen: Option<SocketAddr>,
}

/// Section `[log]`.
#[derive(Debug, Clone)]
pub struct LogSettings {
    pub level: log::Level,
    pub format: log::LogFormat,
}

/// The port that the program listens on unless it is told otherwise.
const PORT: u16 = 5000;

impl ServerSettings {
    /// Returns the origin of the site, if its operator has set it.
    pub fn origin(&self) -> Option<&str> {
        self.base_url.as_ref().map(|url| url.origin.as_str())
    }

    /// Returns the port by which browsers reach the site, unless it is a default or chosen by the system.
    pub fn unusual_port(&self) -> Option<u16> {
        let port = match &self.base_url {
            Some(base_url) => base_url.port(),
            None => Some(self.listen.port()),
        };
        port.filter(|port| ![0, 80, PORT].contains(port))
    }
}

impl Default for Config {
    fn default() -> Config {
        Config {
            site: SiteSettings {
                name: "QuartFeed".into(),
                about: String::new(),
                visibility: Visibility::Members,
                guest_reads: 0,
            },
            server: ServerSettings {
                listen: SocketAddr::from(([127, 0, 0, 1], PORT)),
                base_url: None,
                trusted_proxies: Vec::new(),
                cookie_port: None,
            },
            database: Database {
                path: "quartfeed.db".into(),
                synchronous: Synchronous::Full,
                upgrade_backups: None,
            },
            accounts: AccountSettings {
                registration: Registration::Open,
                invitations_by: Inviters::Members,
                min_password: 8,
                session_hours: 12,
                session_max_hours: 24,
                remember_days: 14,
                remember_max_days: 90,
                session_protection: SessionProtection::Basic,
            },
            limits: Limits {
                post_chars: 3_000,
                comment_chars: 3_000,
                form_bytes: 256 * 1024,
                image_bytes: 10 * 1024 * 1024,
                image_pixels: 40_000_000,
                images_per_post: 8,
                // Proxies give up after a minute, and work that has begun has ten seconds to end.
                upload_seconds: 45,
                storage_per_user: 1024 * 1024 * 1024,
                connections: 1_024,
                connections_per_address: 512,
                streams: 10_000,
                streams_per_user: 16,
                stream_buffer_bytes: 64 * 1024,
                answer_cache_bytes: 8 * 1024 * 1024,
            },
            feed: FeedSettings {
                page_size: 20,
                event_retention: 100_000,
            },
            feeds_in: FeedsInSettings {
                enabled: false,
                interval_minutes: 30,
                allowed_addresses: Vec::new(),
                refused_addresses: Vec::new(),
            },
            webhooks: WebhookSettings {
                enabled: false,
                allowed_addresses: Vec::new(),
                refused_addresses: Vec::new(),
            },
            imports: ImportSettings {
                enabled: true,
                max_archive: 512 * 1024 * 1024,
            },
            backup: BackupSettings {
                every: Interval(Some(Duration::from_hours(24))),
                keep: 7,
                directory: "backups".into(),
                before_upgrade: true,
            },
            api: ApiSettings {
                access_ttl: 900,
                refresh_ttl_days: 30,
                jwt_secret: String::new(),
            },
            metrics: MetricsSettings { listen: None },
            log: LogSettings {
                level: log::Level::Info,
                format: log::LogFormat::Text,
            },
        }
    }
}

impl Config {
    /// Returns the directory of the backups.
    pub fn backup_directory(&self) -> PathBuf {
        self.database.directory().join(&self.backup.directory)
    }

    /// Returns the rules for new passwords.
    pub fn password_rules(&self) -> PasswordRules<'_> {
        PasswordRules {
            chars_min: self.accounts.min_password,
            site_name: &self.site.name,
        }
    }
}

impl Database {
    /// Returns the directory of the database, which is also the place of unnamed files.
    pub fn directory(&self) -> PathBuf {
        directory_of(&self.path)
    }
}

/// Returns the directory of a file, also if its path is only a name.
pub fn directory_of(file: &Path) -> PathBuf {
    let directory = file.parent();
    let directory = directory.filter(|path| !path.as_os_str().is_empty());
    directory.map_or_else(|| PathBuf::from("."), PathBuf::from)
}

impl AccountSettings {
    /// Returns the lifetimes of sessions.
    pub fn lifetimes(&self) -> Lifetimes {
        let hours = |n: u32| Duration::from_secs(u64::from(n) * 3_600);
        Lifetimes {
            idle: hours(self.session_hours),
            most: hours(self.session_max_hours),
            persistent_idle: hours(self.remember_days * 24),
            persistent_most: hours(self.remember_max_days * 24),
        }
    }
}

#[cfg(test)]
mod tests;
