//! The help: documents of the repository as pages of the site. `build.rs` renders them.

use maud::{Markup, PreEscaped, html};

use super::Layout;
use crate::words::say;

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
const PAGES: [HelpPage; 6] = [
    HelpPage {
        name: "using",
        title: "Using a site",
        about: "First steps, what is on Home, who sees what, keys, your data.",
        content: HelpContent::Html(include_str!(concat!(env!("OUT_DIR"), "/help/using.html"))),
    },
    HelpPage {
        name: "search",
        title: "Search",
        about: "Every operator, and what finds what.",
        content: HelpContent::Html(include_str!(concat!(env!("OUT_DIR"), "/help/search.html"))),
    },
    HelpPage {
        name: "operating",
        title: "Operating a site",
        about: "Proxies, backups, admins, limits, watching, logs.",
        content: HelpContent::Html(include_str!(concat!(
            env!("OUT_DIR"),
            "/help/operating.html"
        ))),
    },
    HelpPage {
        name: "troubleshooting",
        title: "When something does not work",
        about: "Messages, what they mean, and what to do.",
        content: HelpContent::Html(include_str!(concat!(
            env!("OUT_DIR"),
            "/help/troubleshooting.html"
        ))),
    },
    HelpPage {
        name: "settings",
        title: "Settings of the program",
        about: "The file quartfeed.toml with every key and its default.",
        content: HelpContent::Text(include_str!("../../quartfeed.toml")),
    },
    HelpPage {
        name: "api",
        title: "Programs",
        about: "Tokens, the API, event streams, plain text and feeds.",
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
        "Help",
        &html! {
            h1 { (say("Help")) }
            ul.rows.card {
                @for page in &PAGES {
                    li { div {
                        p { a href={ (layout.render.base.url("/help/")) (page.name) } { (page.title) } }
                        p.hint { (page.about) }
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
        page.title,
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
