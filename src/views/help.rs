//! The help: documents of the repository as pages of the site. `build.rs` renders them.

use maud::{Markup, PreEscaped, html};

use super::Layout;
use crate::words::{later, say};

/// A page of the help.
pub(crate) struct HelpPage {
    /// The last part of its address.
    pub(crate) name: &'static str,
    title: &'static str,
    about: &'static str,
    content: HelpContent,
}

/// The form of a page's content.
enum HelpContent {
    Html(&'static str),
    /// A file that is shown as it is.
    Text(&'static str),
}

/// The beginning of links between pages, as `build.rs` writes it.
const LINK: &str = "help:/";

/// All pages, in the order of the index.
const PAGES: [HelpPage; 7] = [
    HelpPage {
        name: "using",
        title: later("Using a site"),
        about: later("First steps, what is on Home, who sees what, keys, your data."),
        content: HelpContent::Html(include_str!(concat!(env!("OUT_DIR"), "/help/using.html"))),
    },
    HelpPage {
        name: "search",
        title: later("Search"),
        about: later("Every operator, and what finds what."),
        content: HelpContent::Html(include_str!(concat!(env!("OUT_DIR"), "/help/search.html"))),
    },
    HelpPage {
        name: "operating",
        title: later("Operating a site"),
        about: later("Backups, admins, limits, watching, logs."),
        content: HelpContent::Html(include_str!(concat!(
            env!("OUT_DIR"),
            "/help/operating.html"
        ))),
    },
    HelpPage {
        name: "proxies",
        title: later("Behind a proxy"),
        about: later("https by nginx, Caddy, Apache and six more, each with a sample."),
        content: HelpContent::Html(include_str!(concat!(env!("OUT_DIR"), "/help/proxies.html"))),
    },
    HelpPage {
        name: "troubleshooting",
        title: later("When something does not work"),
        about: later("Messages, what they mean, and what to do."),
        content: HelpContent::Html(include_str!(concat!(
            env!("OUT_DIR"),
            "/help/troubleshooting.html"
        ))),
    },
    HelpPage {
        name: "settings",
        title: later("Settings of the program"),
        about: later("The file quartfeed.toml with every key and its default."),
        content: HelpContent::Text(include_str!("../../quartfeed.toml")),
    },
    HelpPage {
        name: "api",
        title: later("Programs"),
        about: later("Tokens, the API, event streams, plain text and feeds."),
        content: HelpContent::Html(include_str!(concat!(env!("OUT_DIR"), "/help/api.html"))),
    },
];

/// Returns the page of a name.
pub(crate) fn find(name: &str) -> Option<&'static HelpPage> {
    PAGES.iter().find(|page| page.name == name)
}

/// Renders the index.
pub(crate) fn index(layout: &Layout<'_>) -> Markup {
    layout.page(
        say("Help"),
        &html! {
            h1 { (say("Help")) }
            ul.rows.card {
                @for page in &PAGES {
                    li { div {
                        p { a href={ (layout.render.base.url("/help/")) (page.name) } { (say(page.title)) } }
                        p.hint { (say(page.about)) }
                    } }
                }
            }
        },
    )
}

/// Renders a page.
pub(crate) fn show(layout: &Layout<'_>, page: &HelpPage) -> Markup {
    let base = layout.render.base;
    layout.page(
        say(page.title),
        &html! {
            p { a href=(base.url("/help")) { (say("Help")) } }
            article.card.docs {
                @match page.content {
                    HelpContent::Html(content) => (PreEscaped(content.replace(LINK, &base.url("/help/")))),
                    HelpContent::Text(text) => { h1 { (page.title) } pre tabindex="0" { (text) } }
                }
            }
        },
    )
}
