//! The admin page that lists the settings in force and where each comes from.

use std::path::PathBuf;

use maud::{Markup, html};

use super::{
    Layout,
    admin::{self, AdminTab},
    phrases::phrase,
    times,
};
use crate::{
    model::{Bytes, Timestamp},
    words::{fill, say},
};

/// One setting, as the page shows it.
pub(crate) struct ShownSetting {
    /// Section and key, for example `server.listen`.
    pub(crate) key: &'static str,
    /// The value as TOML; `None` hides a secret that is set.
    pub(crate) value: Option<String>,
    pub(crate) origin: String,
}

/// The state of the backups, as the page shows it.
pub(crate) struct BackupState {
    /// The newest backup; the reason if the directory cannot be read.
    pub(crate) newest: Result<Option<NewestBackup>, String>,
    pub(crate) directory: PathBuf,
    /// The time between two backups; empty if none are made.
    pub(crate) every: String,
}

/// The newest backup in the directory.
pub(crate) struct NewestBackup {
    pub(crate) made_at: Timestamp,
    pub(crate) bytes: Bytes,
}

/// Renders the settings in force, and the state of the backups.
pub(crate) fn show(
    layout: &Layout<'_>,
    settings: &[ShownSetting],
    backups: &BackupState,
) -> Markup {
    admin::page(
        layout,
        AdminTab::Settings,
        &html! {
            section.card {
                h2 { (say("Backups")) }
                p {
                    @match &backups.newest {
                        Ok(Some(newest)) => {
                            (phrase("The newest was made {time} and takes {size}.", &[("time", &times::time(newest.made_at, layout.render.zone)), ("size", &newest.bytes.to_string())]))
                        },
                        Ok(None) => (say("There is none yet.")),
                        Err(why) => span.field-error { (fill("They cannot be read: {why}", &[("why", why)])) },
                    }
                    @if backups.every.is_empty() { " " (say("This site makes none by itself.")) }
                    @else { " " (fill("One is made every {time}.", &[("time", &backups.every)])) }
                }
                p.hint { code { (backups.directory.display()) } }
            }
            section.card aria-label=(say("Settings")) {
                p {
                    (say("The settings that this server started with. Change them in quartfeed.toml, in the environment or with flags, then restart it."))
                }
                dl.facts {
                    @for setting in settings {
                        dt { (setting.key) }
                        dd {
                            @if let Some(value) = &setting.value { code { (value) } } @else { (say("set (not shown)")) }
                            " " span.hint { (setting.origin) }
                        }
                    }
                }
            }
        },
    )
}
