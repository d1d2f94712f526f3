//! Everything that makes a phone treat the site as an app: the manifest, and the page without a network.

use maud::{DOCTYPE, Markup, html};
use serde_json::{Value, json};

use super::phrases::phrase;
use crate::{
    assets,
    model::{BasePath, Theme},
    words::{self, say},
};

/// The colours of the bar, light and dark: `--card` of the style sheet.
const BAR: [&str; 2] = ["#ffffff", "#1b1e24"];

/// The colour behind the icon while the site starts: `--ground` of the style sheet.
const GROUND: &str = "#f5f4f0";

/// The most characters of a name under an icon. Phones cut longer ones.
const SHORT_NAME_CHARS_MAX: usize = 12;

/// The page that the service worker shows where a page could not be loaded.
pub(crate) const OFFLINE: &str = "/offline";

/// Renders the part of a page's head that makes the site installable.
pub(super) fn head(base: &BasePath, theme: Theme) -> Markup {
    let [light, dark] = BAR;
    html! {
        link rel="manifest" href=(base.url("/manifest.webmanifest"));
        link rel="apple-touch-icon" href=(assets::url(base, "icon-180.png"));
        @match theme {
            Theme::Light => meta name="theme-color" content=(light);,
            Theme::Dark => meta name="theme-color" content=(dark);,
            Theme::System => {
                meta name="theme-color" content=(light) media="(prefers-color-scheme: light)";
                meta name="theme-color" content=(dark) media="(prefers-color-scheme: dark)";
            }
        }
    }
}

/// Returns the manifest (W3C Web Application Manifest; Web Share Target). `about` are the words of the operator, or empty.
pub(crate) fn manifest(name: &str, about: &str, base: &BasePath) -> Value {
    let icon = |file: &str, side: u32, purpose: &str| {
        json!({
            "src": assets::url(base, file),
            "sizes": format!("{side}x{side}"),
            "type": "image/png",
            "purpose": purpose,
        })
    };
    let small = icon("icon-192.png", 192, "any");
    let shortcut =
        |name: &str, path: &str| json!({ "name": name, "url": base.url(path), "icons": [small] });
    let mut manifest = json!({
        "name": name,
        "short_name": short(name),
        "id": base.url("/"),
        "start_url": base.url("/"),
        "scope": base.url("/"),
        "display": "standalone",
        "lang": words::spoken().tag(),
        "theme_color": BAR[0],
        "background_color": GROUND,
        "icons": [small, icon("icon-512.png", 512, "any"), icon("icon-mask-512.png", 512, "maskable")],
        "shortcuts": [shortcut(say("New post"), "/share"), shortcut(say("Notifications"), "/notifications")],
        "share_target": {
            "action": base.url("/share"),
            "method": "GET",
            "enctype": "application/x-www-form-urlencoded",
            "params": { "title": "title", "text": "text", "url": "url" },
        },
    });
    if !about.is_empty() {
        manifest["description"] = about.into();
    }
    manifest
}

/// Returns the words of a name that fit under an icon, but at least the first one.
fn short(name: &str) -> &str {
    let ends = name.char_indices().filter(|(_, char)| char.is_whitespace());
    let mut ends = ends.map(|(end, _)| end).chain([name.len()]);
    let fits = |end: &usize| name[..*end].chars().count() <= SHORT_NAME_CHARS_MAX;
    let first = name.split_whitespace().next().unwrap_or_default();
    ends.rfind(fits).map_or(first, |end| &name[..end])
}

/// Returns the addresses of the style sheet and of the script of the page without a network. No other page has this
/// address of the style sheet, so the service worker answers for these two files alone.
fn offline_files(base: &BasePath) -> [String; 2] {
    [
        assets::url(base, "style.css") + "?offline",
        assets::url(base, "offline.js"),
    ]
}

/// Renders the page without a network. It is kept by browsers, so it is the same for everybody and has no form.
pub(crate) fn offline(site_name: &str, base: &BasePath) -> Markup {
    let [style, script] = offline_files(base);
    html! {
        (DOCTYPE)
        html lang=(words::spoken().tag()) data-theme="system" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                title { (say("No connection")) " · " (site_name) }
                link rel="stylesheet" href=(style);
                script type="module" src=(script) {}
            }
            body data-home=(base.url("/")) data-offline=(base.url(OFFLINE)) {
                header.bar { div.bar-inner { span.brand { (site_name) } } }
                div.page {
                    main {
                        section.card.message {
                            h1 { (say("No connection")) }
                            p { (phrase("{site} cannot be reached at the moment.", &[("site", &html! { bdi { (site_name) } })])) }
                            p { (say("The page you wanted opens by itself when the site is back. What you have typed elsewhere is kept.")) }
                            // The address of the page that could not be loaded.
                            p { a.button href="" { (say("Try again")) } }
                        }
                    }
                }
            }
        }
    }
}

/// Returns the constant that the service worker begins with, as a line of JavaScript. A new `version` has browsers fetch
/// the page and its files again.
pub(crate) fn worker_settings(base: &BasePath, version: &str) -> String {
    let settings = json!({
        "caches": format!("quartfeed:{}:", base.as_str()),
        "version": version,
        "page": base.url(OFFLINE),
        "files": offline_files(base),
    });
    format!("const site = {settings};\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_that_fit_stand_under_the_icon() {
        for (name, expected) in [
            ("QuartFeed", "QuartFeed"),
            ("Our allotment", "Our"),
            ("Our garden 7", "Our garden 7"),
            ("Familie Müller", "Familie"),
            ("Freundschaftsbuch der 4b", "Freundschaftsbuch"),
        ] {
            assert_eq!(short(name), expected);
        }
    }
}
