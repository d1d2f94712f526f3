//! The list of every key, on one screen.

use std::fmt;

use super::{
    Config,
    value::{Raw, SettingValue as _},
};

/// One key of the configuration: the values it accepts, and how it is set and shown.
pub struct Setting {
    /// Section and key: `server.listen`.
    pub key: &'static str,
    /// Accepted values, in words.
    pub expects: &'static str,
    /// Sets the value, or returns none if it is not accepted.
    pub(super) set: fn(&mut Config, &Raw<'_>) -> Option<()>,
    /// Returns the value as TOML.
    pub(super) show: fn(&Config) -> String,
}

/// Makes a setting from `section.key`, its accepted values in words, and a condition on the value.
macro_rules! setting {
    ($section:ident.$key:ident, $expects:literal) => {
        setting!($section.$key, $expects, |_| true)
    };
    ($section:ident.$key:ident, $expects:literal, $allowed:expr) => {
        Setting {
            key: concat!(stringify!($section), ".", stringify!($key)),
            expects: $expects,
            set: |config, raw| {
                let value = super::value::SettingValue::read(raw)?;
                let allowed: fn(&_) -> bool = $allowed;
                allowed(&value).then(|| config.$section.$key = value)
            },
            show: |config| config.$section.$key.show(),
        }
    };
}

/// All settings, by section.
#[rustfmt::skip]
pub const SETTINGS: &[Setting] = &[
    setting!(site.name, "a text of 1 to 50 characters", |name: &String| (1..=50).contains(&name.chars().count())),

    setting!(site.about, "a text of up to 500 characters", |about: &String| about.chars().count() <= 500),
    setting!(site.visibility, "\"members\" or \"public\""),
    setting!(site.guest_reads, "a number of posts from 0 to 100, 0 for no limit", |n| (0..=100).contains(n)),

    setting!(server.listen, "an address and a port, such as \"127.0.0.1:5000\" or \"[::]:5000\""),
    setting!(server.base_url, "an address like \"https://pi.example/feed/\", or \"\" for none"),
    setting!(server.trusted_proxies, "a list of addresses or ranges, such as [\"127.0.0.1\", \"10.0.0.0/8\"]"),

    setting!(database.path, "the path of a file", |path: &std::path::PathBuf| !path.as_os_str().is_empty()),
    setting!(database.synchronous, "\"full\" or \"normal\""),

    setting!(accounts.registration, "\"open\", \"invite\" or \"closed\""),
    setting!(accounts.invitations_by, "\"members\" or \"admins\""),
    setting!(accounts.min_password, "a number of characters from 8 to 64", |n| (8..=64).contains(n)),
    setting!(accounts.session_hours, "a number of hours from 1 to 720", |n| (1..=720).contains(n)),
    setting!(accounts.session_max_hours, "a number of hours from 1 to 720", |n| (1..=720).contains(n)),
    setting!(accounts.remember_days, "a number of days from 1 to 365", |n| (1..=365).contains(n)),
    setting!(accounts.remember_max_days, "a number of days from 1 to 365", |n| (1..=365).contains(n)),
    setting!(accounts.session_protection, "\"basic\", \"strong\" or \"off\""),

    setting!(limits.post_chars, "a number of characters from 1 to 50000", |n| (1..=50_000).contains(n)),
    setting!(limits.comment_chars, "a number of characters from 1 to 50000", |n| (1..=50_000).contains(n)),
    setting!(limits.form_bytes, "a number of bytes from 4096 to 16777216", |n| (4_096..=16_777_216).contains(n)),
    setting!(limits.image_bytes, "a number of bytes from 65536 to 104857600", |n| (65_536..=104_857_600).contains(n)),
    setting!(limits.image_pixels, "a number of pixels from 10000 to 67108864", |n| (10_000..=67_108_864).contains(n)),
    setting!(limits.images_per_post, "a number from 1 to 8", |n| (1..=8).contains(n)),
    setting!(limits.upload_seconds, "a number of seconds from 10 to 600", |n| (10..=600).contains(n)),
    setting!(limits.storage_per_user, "a number of bytes from 1048576 to 1099511627776", |n| (1_048_576..=1_099_511_627_776).contains(n)),
    setting!(limits.connections, "a number from 4 to 100000", |n| (4..=100_000).contains(n)),
    setting!(limits.connections_per_address, "a number from 1 to 100000", |n| (1..=100_000).contains(n)),
    setting!(limits.streams, "a number from 0 to 1000000", |n| (0..=1_000_000).contains(n)),
    setting!(limits.streams_per_user, "a number from 1 to 10000", |n| (1..=10_000).contains(n)),
    setting!(limits.answer_cache_bytes, "a number of bytes from 0 to 1073741824", |n| *n <= 1 << 30),
    setting!(limits.stream_buffer_bytes, "a number of bytes from 4096 to 16777216", |n| (4_096..=16_777_216).contains(n)),

    setting!(feed.page_size, "a number of posts from 1 to 100", |n| (1..=100).contains(n)),
    setting!(feed.event_retention, "a number of events from 100 to 100000000", |n| (100..=100_000_000).contains(n)),

    setting!(feeds_in.enabled, "true or false"),
    setting!(feeds_in.interval_minutes, "a number of minutes from 15 to 60", |n| (15..=60).contains(n)),
    setting!(feeds_in.refused_addresses, "a list of addresses or ranges, such as [\"2001:db8:7::/48\"]"),
    setting!(feeds_in.allowed_addresses, "a list of addresses or ranges, such as [\"192.168.1.0/24\"]"),

    setting!(webhooks.enabled, "true or false"),
    setting!(webhooks.allowed_addresses, "a list of addresses or ranges, such as [\"192.168.1.0/24\"]"),
    setting!(webhooks.refused_addresses, "a list of addresses or ranges, such as [\"2001:db8:7::/48\"]"),

    setting!(imports.enabled, "true or false"),
    setting!(imports.max_archive, "a number of bytes from 1048576 to 17179869184", |n| (1_048_576..=17_179_869_184).contains(n)),

    setting!(backup.every, "a time such as \"24h\", \"7d\" or \"90m\", from 15 minutes to a year, or \"\" for never"),
    setting!(backup.keep, "a number of backups from 1 to 1000", |n| (1..=1_000).contains(n)),
    setting!(backup.directory, "the path of a directory", |path: &std::path::PathBuf| !path.as_os_str().is_empty()),
    setting!(backup.before_upgrade, "true or false"),

    setting!(api.access_ttl, "a number of seconds from 60 to 86400", |n| (60..=86_400).contains(n)),
    setting!(api.refresh_ttl_days, "a number of days from 1 to 90", |n| (1..=90).contains(n)),
    setting!(api.jwt_secret, "a text of 32 bytes or more, or \"\" for one that is made at the first start", |secret: &String| secret.is_empty() || secret.len() >= 32),

    setting!(metrics.listen, "an address and a port, such as \"127.0.0.1:9464\", or \"\" for none"),

    setting!(log.level, "\"error\", \"warn\", \"info\" or \"debug\""),
    setting!(log.format, "\"text\" or \"json\""),
];

/// Keys whose values are never shown.
const SECRET_KEYS: [&str; 1] = ["api.jwt_secret"];

impl Setting {
    /// Returns the value as TOML, or none if it is a secret that is set.
    pub fn shown(&self, config: &Config) -> Option<String> {
        let value = (self.show)(config);
        (!self.is_secret() || value == "\"\"").then_some(value)
    }

    /// Returns whether the value must not be shown.
    pub(super) fn is_secret(&self) -> bool {
        SECRET_KEYS.contains(&self.key)
    }

    /// Returns the setting of a key.
    pub(super) fn find(key: &str) -> Option<&'static Setting> {
        SETTINGS.iter().find(|setting| setting.key == key)
    }

    /// Returns the key that was most likely meant.
    pub(super) fn nearest(key: &str) -> &'static str {
        let by_likeness =
            |a: &&Setting, b: &&Setting| likeness(a.key, key).total_cmp(&likeness(b.key, key));
        SETTINGS
            .iter()
            .max_by(by_likeness)
            .map_or("", |setting| setting.key)
    }

    /// Returns the environment variable of the key: section and key in capitals.
    pub fn variable(&self) -> String {
        format!("QUARTFEED_{}", self.key.replace('.', "_").to_uppercase())
    }
}

/// Returns how alike two keys are: either as a whole, or only the part after the dot. Of keys whose last parts are equally
/// alike, the one that is more alike as a whole counts more.
fn likeness(known: &str, given: &str) -> f64 {
    let tail = |key: &str| key.rsplit('.').next().unwrap_or_default().to_owned();
    let whole = strsim::jaro_winkler(known, given);
    whole.max(0.99 * strsim::jaro_winkler(&tail(known), &tail(given))) + whole / 1_000.0
}

impl fmt::Debug for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key)
    }
}
