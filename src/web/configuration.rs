//! The settings of the site, for its admins.

use super::{Admin, Context};
use crate::{
    config::SETTINGS,
    error::Result,
    http::Response,
    views::{self, configuration::ShownSetting},
};

/// Shows the value of every setting, and where it comes from.
pub(crate) fn show(cx: &Context<'_, Admin>) -> Result<Response> {
    let settings = SETTINGS.iter().map(|setting| ShownSetting {
        key: setting.key,
        value: setting.shown(&cx.app.config),
        origin: cx.app.origins.of(setting.key).to_string(),
    });
    let settings: Vec<ShownSetting> = settings.collect();
    cx.page(|layout| views::configuration::show(layout, &settings))
}
