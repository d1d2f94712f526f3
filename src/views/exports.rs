//! The data export: the page where a member asks for it, and the frame of the archive. Each noun draws its own part: its
//! record of `data.json`, with the field names of the API (`contract` §5), and its item in the HTML pages.
//!
//! Pages in the archive have no script and load nothing from other hosts; a content security policy enforces it.

use jiff::tz::TimeZone;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::{Value, json};

use super::{
    Filled, Layout, forms,
    phrases::phrase,
    pictures,
    settings::{self, Section},
    times::{self, rfc3339},
    users,
};
use crate::{
    model::{
        Account, BasePath, Body, Bytes, ExportPart, OwnImage, PartPlace, Piece, PostId, Timestamp,
        User, shown_link,
    },
    words::say,
};

/// The archive of one person.
pub(crate) struct Export<'a> {
    pub(crate) document: Document<'a>,
    pub(crate) account: &'a Account,
}

/// File numbers of the member's own posts, for links within the archive.
pub(crate) type Numbers = std::collections::HashMap<PostId, u32>;

const STYLE: &str = include_str!("../../data/export.css");
/// Content security policy of the archive's pages. Some browsers treat neighbouring files as `file:`, others as `'self'`.
const POLICY: &str = "default-src 'none'; img-src 'self' file:; style-src 'unsafe-inline'";

/// Storage that a member's images use, and their quota.
pub(crate) struct Storage {
    pub(crate) used: Bytes,
    pub(crate) max: Bytes,
}

/// Renders the settings page that offers the download.
pub(crate) fn settings(layout: &Layout<'_>, storage: &Storage, filled: &Filled<'_>) -> Markup {
    settings::page(
        layout,
        Section::Data,
        &html! {
            div.card {
                p { (say("Everything that this site keeps about you, in one ZIP file:")) }
                ul.bullets {
                    @for part in ExportPart::all() {
                        @let facts = part.facts();
                        li { (say(facts.title)) @if !facts.details.is_empty() { ", " (say(facts.details)) } }
                    }
                }
                p {
                    (phrase("Open {page} to read it without this site. {data} has the same content for programs. Your password and your sign-in keys are not included.", &[
                        ("page", &html! { code { "index.html" } }), ("data", &html! { code { "data.json" } }),
                    ]))
                }
                p { (phrase("Your pictures use {used} of {most}.", &[("used", &storage.used.to_string()), ("most", &storage.max.to_string())])) }
                form method="post" action=(layout.render.base.url("/settings/data/download")) {
                    (forms::token(layout.render.form_token))
                    (forms::problem(filled.problems))
                    div.actions { button.primary { (say("Download my data")) } }
                }
            }
        },
    )
}

/// Returns the parts with pages of their own, in the order of the links on every page. The account comes last.
fn contents() -> impl Iterator<Item = ExportPart> {
    let parts = ExportPart::all().filter(|part| part.facts().place == PartPlace::Pages);
    parts.chain([ExportPart::User])
}

/// Returns the name of page `number` of a part, counted from 1. A long list has several pages, each in its own file.
pub(crate) fn file(part: ExportPart, number: u32) -> String {
    let name = part.facts().title.to_lowercase().replace(' ', "-");
    match (part, number) {
        (ExportPart::Posts, 1) => "index.html".to_owned(),
        (_, 1) => format!("{name}.html"),
        (_, number) => format!("{name}-{number}.html"),
    }
}

/// Renders one file of the archive. `goes_on` links to the next one.
pub(crate) fn page(
    export: &Export<'_>,
    part: ExportPart,
    number: u32,
    goes_on: bool,
    items: &[Markup],
) -> Markup {
    let user = &export.account.user;
    let title = part.facts().title;
    export.document.page(
        &format!("{title} · {}", user.shown_name()),
        &html! {
            h1 { bdi { (user.shown_name()) } }
            p.meta { "@" (user.username.as_str()) " on " (export.document.site_name) }
            nav aria-label="Contents" {
                @for other in contents() {
                    a href=(file(other, 1)) aria-current=[(other == part).then_some("page")] { (other.facts().title) }
                }
            }
        },
        &html! {
            h2 { (title) @if number > 1 { ", page " (number) } }
            @if items.is_empty() { p { "Nothing here." } }
            @for item in items { (item) }
            (turns(number, goes_on, |number| file(part, number)))
        },
    )
}

/// Renders the links to the pages before and after page `number`. `file` names their files.
pub(super) fn turns(number: u32, goes_on: bool, file: impl Fn(u32) -> String) -> Markup {
    html! {
        nav aria-label="Pages" {
            @if number > 1 { a rel="prev" href=(file(number - 1)) { "Newer" } }
            @if goes_on { a rel="next" href=(file(number + 1)) { "Older" } }
        }
    }
}

/// The properties of a site that every page of its archives shows.
#[derive(Clone, Copy)]
pub(crate) struct Document<'a> {
    pub(crate) site_name: &'a str,
    /// Public origin of the site, if it is known.
    pub(crate) origin: Option<&'a str>,
    pub(crate) base: &'a BasePath,
    pub(crate) zone: &'a TimeZone,
    pub(crate) now: Timestamp,
}

impl Document<'_> {
    /// Renders a page of an archive.
    pub(super) fn page(&self, title: &str, header: &Markup, main: &Markup) -> Markup {
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(POLICY);
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (title) " · " (self.site_name) }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    header { (header) }
                    main { (main) }
                    footer {
                        "Downloaded on " (times::time(self.now, self.zone))
                        @if self.origin.is_some() { " from " a href=(self.url("/")) { (self.url("/")) } }
                        "."
                    }
                }
            }
        }
    }

    /// Returns the address of a path of the site: absolute if the origin is known.
    pub(super) fn url(&self, path: &str) -> String {
        self.origin.unwrap_or_default().to_owned() + &self.base.url(path)
    }
}

/// Returns the header of `data.json`: site, address and time of the export.
pub(crate) fn head(export: &Export<'_>) -> Value {
    json!({ "name": export.document.site_name, "url": export.document.url("/"), "exported_at": rfc3339(export.document.now) })
}

/// Returns the record of the account: the API user, and what only its owner may see.
pub(crate) fn account_record(export: &Export<'_>) -> Value {
    let account = export.account;
    let mut user = json!(users::json(&account.user, export.document.base));
    user["role"] = account.role.name().into();
    user["email"] = account.email.as_str().into();
    user["bio"] = account.bio.as_str().into();
    user["private"] = account.is_private.into();
    user["avatar_file"] = account.avatar.as_ref().map(OwnImage::file).into();
    user["former_usernames"] = account.former_usernames.as_slice().into();
    user
}

/// Renders the beginning of the account's page: avatar and profile.
pub(crate) fn account(export: &Export<'_>) -> Markup {
    let account = export.account;
    html! {
        @if let Some(avatar) = &account.avatar { p.avatar { (pictures::in_archive(avatar)) } }
        dl {
            dt { "Username" } dd { (account.user.username.as_str()) }
            @if !account.former_usernames.is_empty() { dt { "Former usernames" } dd { (account.former_usernames.join(", ")) } }
            @if !account.user.name.is_empty() { dt { "Name" } dd { bdi { (account.user.name) } } }
            @if !account.email.is_empty() { dt { "E-mail" } dd { (account.email) } }
            @if !account.bio.is_empty() { dt { "About" } dd.text dir="auto" { (text(&account.bio)) } }
            dt { "Member since" } dd { (times::time(account.user.created_at, export.document.zone)) }
            @if account.is_private { dt { "Private" } dd { "Only approved followers see the posts." } }
            dt { "Unread notifications" } dd { (account.unread) }
        }
    }
}

/// Renders a short list as a section of the account's page, or nothing if the list is empty.
pub(crate) fn section(part: ExportPart, items: &[Markup]) -> Markup {
    html! {
        @if !items.is_empty() {
            h2 { (part.facts().title) }
            ul { @for item in items { li { (item) } } }
        }
    }
}

/// Renders a text with its links. Mentions and tags stay plain: the site they would lead to may be gone.
pub(super) fn text(text: &str) -> Markup {
    html! {
        @for piece in &Body::parse(text).0 {
            @match piece {
                Piece::Words(words) => (words),
                Piece::Link(url) => a href=(url) rel="nofollow ugc noopener noreferrer" { (shown_link(url)) },
                Piece::Mention(name) => { "@" (name.as_str()) },
                Piece::Tag(tag) => { "#" (tag.as_typed()) },
            }
        }
    }
}

/// Renders a person's name, linked to the site.
pub(super) fn person(export: &Export<'_>, user: &User) -> Markup {
    html! {
        (at_home(export, &user.path(), &html! { bdi { (user.shown_name()) } }))
        @if !user.name.is_empty() { " (@" (user.username.as_str()) ")" }
    }
}

/// Links `what` to the site if its origin is known. In a file on disk, a path alone would lead to another file.
pub(super) fn at_home(export: &Export<'_>, path: &str, what: &Markup) -> Markup {
    html! {
        @if export.document.origin.is_some() { a href=(export.document.url(path)) { (what) } } @else { (what) }
    }
}
