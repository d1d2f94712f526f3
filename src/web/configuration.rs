//! The settings of the site, for its admins.

use super::{Admin, Context};
use crate::{
    config::SETTINGS,
    error::Result,
    http::Response,
    model::Bytes,
    store::backups,
    views::{
        self,
        configuration::{BackupState, NewestBackup, ShownSetting},
    },
};

/// Shows the value of every setting, and where it comes from.
pub(crate) fn show(cx: &Context<'_, Admin>) -> Result<Response> {
    let settings = SETTINGS.iter().map(|setting| ShownSetting {
        key: setting.key,
        value: setting.shown(&cx.app.config),
        origin: cx.app.origins.of(setting.key).to_string(),
    });
    let settings: Vec<ShownSetting> = settings.collect();
    let config = &cx.app.config;
    let directory = config.backup_directory();
    let newest = backups::newest(config);
    let backups = BackupState {
        newest: newest
            .map(|newest| {
                newest.map(|newest| NewestBackup {
                    made_at: newest.made_at,
                    bytes: Bytes(newest.bytes),
                })
            })
            .map_err(|error| error.to_string()),
        directory,
        every: config.backup.every.to_string(),
    };
    cx.page(|layout| views::configuration::show(layout, &settings, &backups))
}
