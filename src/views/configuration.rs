//! The admin page that lists the settings in force and where each comes from.

use maud::{Markup, html};

use super::{
    Layout,
    admin::{self, AdminTab},
};

/// One setting, as the page shows it.
pub(crate) struct ShownSetting {
    /// Section and key, for example `server.listen`.
    pub(crate) key: &'static str,
    /// The value as TOML; `None` hides a secret that is set.
    pub(crate) value: Option<String>,
    pub(crate) origin: String,
}

/// Renders the settings in force.
pub(crate) fn show(layout: &Layout<'_>, settings: &[ShownSetting]) -> Markup {
    admin::page(
        layout,
        AdminTab::Settings,
        &html! {
            section.card aria-label="Settings" {
                p {
                    "The settings that this server started with. Change them in quartfeed.toml, in the environment or "
                    "with flags, then restart it."
                }
                dl.facts {
                    @for setting in settings {
                        dt { (setting.key) }
                        dd {
                            @if let Some(value) = &setting.value { code { (value) } } @else { "set (not shown)" }
                            " " span.hint { (setting.origin) }
                        }
                    }
                }
            }
        },
    )
}
