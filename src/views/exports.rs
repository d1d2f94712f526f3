//! The data export: the page where a member asks for it, and the HTML pages inside the archive, which need no server.
//!
//! Pages in the archive have no script and load nothing from other hosts; a content security policy enforces it.

pub(crate) mod data;

use jiff::tz::TimeZone;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{
    Filled, Layout, forms,
    settings::{self, Section},
    times,
};
use crate::model::{
    Account, BasePath, Body, Bytes, OwnComment, OwnImage, OwnLike, OwnPost, Piece, PostAddress,
    PostId, Tie, Tied, Timestamp, User, shown_link,
};

/// The data that every page of an archive needs.
pub(crate) struct Export<'a> {
    pub(crate) site_name: &'a str,
    /// Public origin of the site, if it is known.
    pub(crate) origin: Option<&'a str>,
    pub(crate) base: &'a BasePath,
    pub(crate) zone: &'a TimeZone,
    pub(crate) now: Timestamp,
    pub(crate) account: &'a Account,
}

/// A list in the archive. A long one spans several files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sheet {
    Posts,
    Comments,
    Likes,
    Following,
    Followers,
    Account,
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
                p { "Everything that this site keeps about you, in one ZIP file:" }
                ul.bullets {
                    li { "your account, profile, former usernames, sessions, tokens and invitations;" }
                    li { "your posts with their pictures and earlier versions, and your comments with links to the posts they are on;" }
                    li { "your likes, the people you follow and who follow you, and the people and posts you muted or blocked." }
                }
                p {
                    "Open " code { "index.html" } " to read it without this site. "
                    code { "data.json" } " has the same content for programs. Your password and your sign-in keys are not included."
                }
                p { "Your pictures use " (storage.used) " of " (storage.max) "." }
                form method="post" action=(layout.render.base.url("/settings/data/download")) {
                    (forms::token(layout.render.form_token))
                    (forms::problem(filled.problems))
                    div.actions { button.primary { "Download my data" } }
                }
            }
        },
    )
}

impl Export<'_> {
    /// Returns the address of a path of this site: absolute if the origin is known.
    fn url(&self, path: &str) -> String {
        self.origin.unwrap_or_default().to_owned() + &self.base.url(path)
    }
}

impl Sheet {
    const ALL: [Sheet; 6] = [
        Sheet::Posts,
        Sheet::Comments,
        Sheet::Likes,
        Sheet::Following,
        Sheet::Followers,
        Sheet::Account,
    ];

    /// Returns the heading of the list.
    fn title(self) -> &'static str {
        match self {
            Sheet::Posts => "Posts",
            Sheet::Comments => "Comments",
            Sheet::Likes => "Likes",
            Sheet::Following => "Following",
            Sheet::Followers => "Followers",
            Sheet::Account => "Account",
        }
    }

    /// Returns the file name of page `number`, counted from 1.
    pub(crate) fn file(self, number: u32) -> String {
        match (self, number) {
            (Sheet::Posts, 1) => "index.html".to_owned(),
            (sheet, 1) => format!("{}.html", sheet.title().to_lowercase()),
            (sheet, number) => format!("{}-{number}.html", sheet.title().to_lowercase()),
        }
    }
}

/// Renders one file of the archive. `goes_on` links to the next one.
pub(crate) fn page(
    export: &Export<'_>,
    sheet: Sheet,
    number: u32,
    goes_on: bool,
    items: &[Markup],
) -> Markup {
    let user = &export.account.user;
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (sheet.title()) " · " (user.shown_name()) " · " (export.site_name) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { bdi { (user.shown_name()) } }
                    p.meta { "@" (user.username.as_str()) " on " (export.site_name) }
                    nav aria-label="Contents" {
                        @for other in Sheet::ALL {
                            a href=(other.file(1)) aria-current=[(other == sheet).then_some("page")] { (other.title()) }
                        }
                    }
                }
                main {
                    h2 { (sheet.title()) @if number > 1 { ", page " (number) } }
                    @if items.is_empty() { p { "Nothing here." } }
                    @for item in items { (item) }
                    nav aria-label="Pages" {
                        @if number > 1 { a rel="prev" href=(sheet.file(number - 1)) { "Newer" } }
                        @if goes_on { a rel="next" href=(sheet.file(number + 1)) { "Older" } }
                    }
                }
                footer {
                    "Downloaded on " (times::time(export.now, export.zone))
                    @if export.origin.is_some() {
                        " from " a href=(export.url("/")) { (export.url("/")) }
                    }
                    "."
                }
            }
        }
    }
}

/// Renders one of the member's posts, with its earlier versions.
pub(crate) fn post(export: &Export<'_>, post: &OwnPost) -> Markup {
    html! {
        article id={ "post-" (post.id) } {
            div.text dir="auto" { (text(&post.message)) }
            @for image in &post.images { p { (picture(image)) } }
            p.meta {
                (at_home(export, &post.path(), &times::time(post.created_at, export.zone)))
                @if let Some(edited_at) = post.edited_at { " · edited " (times::time(edited_at, export.zone)) }
                @if post.likes > 0 { " · " (counted(post.likes, "like")) }
                @if post.comments > 0 { " · " (counted(post.comments, "comment")) }
            }
            @if !post.revisions.is_empty() {
                details {
                    summary { "Earlier versions" }
                    @for revision in &post.revisions {
                        div.text dir="auto" { (text(&revision.message)) }
                        p.meta { (times::time(revision.created_at, export.zone)) }
                    }
                }
            }
        }
    }
}

/// Renders one of the member's comments, with a link to its post.
pub(crate) fn comment(export: &Export<'_>, comment: &OwnComment, own: &Numbers) -> Markup {
    html! {
        article id={ "comment-" (comment.id) } {
            div.text dir="auto" { (text(&comment.message)) }
            p.meta {
                (at_home(export, &format!("/comment/{}", comment.id), &times::time(comment.created_at, export.zone)))
                @if let Some(edited_at) = comment.edited_at { " · edited " (times::time(edited_at, export.zone)) }
                @match &comment.place {
                    Some(place) => { " · on " (self::place(export, place, own)) },
                    None => " · on a post that you can no longer see",
                }
            }
        }
    }
}

/// Renders one of the member's likes.
pub(crate) fn like(export: &Export<'_>, like: &OwnLike, own: &Numbers) -> Markup {
    html! {
        article {
            p {
                "You liked "
                @if let Some(id) = like.comment {
                    (at_home(export, &format!("/comment/{id}"), &html! { "a comment" })) " on "
                }
                (place(export, &like.place, own))
            }
            @if let Some(since) = like.since { p.meta { (times::time(since, export.zone)) } }
        }
    }
}

/// Renders a person that the member follows or is followed by.
pub(crate) fn tied(export: &Export<'_>, tied: &Tied) -> Markup {
    html! {
        article {
            p { (person(export, &tied.user)) }
            @if let Some(since) = tied.since { p.meta { "since " (times::time(since, export.zone)) } }
        }
    }
}

/// Renders the account sheet: profile, sessions, tokens, invitations, and the short lists of people and posts.
pub(crate) fn account(
    export: &Export<'_>,
    ties: &[(Tie, Vec<Tied>)],
    muted_posts: &[PostAddress],
    own: &Numbers,
) -> Markup {
    let account = export.account;
    html! {
        @if let Some(avatar) = &account.avatar { p.avatar { (picture(avatar)) } }
        dl {
            dt { "Username" } dd { (account.user.username.as_str()) }
            @if !account.former_usernames.is_empty() { dt { "Former usernames" } dd { (account.former_usernames.join(", ")) } }
            @if !account.user.name.is_empty() { dt { "Name" } dd { bdi { (account.user.name) } } }
            @if !account.email.is_empty() { dt { "E-mail" } dd { (account.email) } }
            @if !account.bio.is_empty() { dt { "About" } dd.text dir="auto" { (text(&account.bio)) } }
            dt { "Member since" } dd { (times::time(account.user.created_at, export.zone)) }
            @if account.is_private { dt { "Private" } dd { "Only approved followers see the posts." } }
            dt { "Unread notifications" } dd { (account.unread) }
        }
        h2 { "Sessions" }
        ul {
            @for session in &account.sessions {
                li {
                    @if session.seen_in.browser.is_known() { (session.seen_in.browser.as_str()) ", since " } @else { "Since " }
                    (times::time(session.life.created_at, export.zone)) ", last seen "
                    (times::time(session.life.last_seen_at, export.zone))
                    @if !session.seen_in.network.as_str().is_empty() { " from " (session.seen_in.network.as_str()) }
                }
            }
        }
        @if !account.tokens.is_empty() {
            h2 { "Tokens for scripts" }
            ul { @for token in &account.tokens { li { bdi { (token.name) } ", created " (times::time(token.created_at, export.zone)) } } }
        }
        @if !account.invitations.is_empty() {
            h2 { "Invitations" }
            ul {
                @for one in &account.invitations {
                    li { "Created " (times::time(one.created_at, export.zone)) @if !one.note.is_empty() { ": " bdi { (one.note) } } }
                }
            }
        }
        @for (tie, people) in ties {
            @if !people.is_empty() {
                h2 { (title(*tie)) }
                ul { @for tied in people { li { (person(export, &tied.user)) } } }
            }
        }
        @if !muted_posts.is_empty() {
            h2 { "Muted posts" }
            ul { @for muted in muted_posts { li { (place(export, muted, own)) } } }
        }
    }
}

/// Renders an image of the archive, linked to its file.
fn picture(own: &OwnImage) -> Markup {
    let (image, file) = (&own.image, own.file());
    html! {
        a href=(file) { img src=(file) width=(image.width) height=(image.height) alt=(image.alt) loading="lazy"; }
    }
}

/// Returns the heading of a list of people.
fn title(tie: Tie) -> &'static str {
    match tie {
        Tie::Following => "Following",
        Tie::Followers => "Followers",
        Tie::Asked => "Follow requests sent",
        Tie::AskedBy => "Follow requests received",
        Tie::Muted => "Muted people",
        Tie::Blocked => "Blocked people",
    }
}

/// Renders a text with its links. Mentions and tags stay plain: the site they would lead to may be gone.
fn text(text: &str) -> Markup {
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

/// Links to a post: to the archive if it is the member's own, else to the site.
fn place(export: &Export<'_>, place: &PostAddress, own: &Numbers) -> Markup {
    let author = &place.author;
    html! {
        @if let Some(&number) = own.get(&place.post) {
            a href={ (Sheet::Posts.file(number)) "#post-" (place.post) } { "your own post" }
        } @else {
            (at_home(export, &place.path(), &html! { "a post" })) " by " (person(export, author))
        }
    }
}

/// Renders a person's name, linked to the site.
fn person(export: &Export<'_>, user: &User) -> Markup {
    html! {
        (at_home(export, &user.path(), &html! { bdi { (user.shown_name()) } }))
        @if !user.name.is_empty() { " (@" (user.username.as_str()) ")" }
    }
}

/// Links `what` to the site if its origin is known. In a file on disk, a path alone would lead to another file.
fn at_home(export: &Export<'_>, path: &str, what: &Markup) -> Markup {
    html! {
        @if export.origin.is_some() { a href=(export.url(path)) { (what) } } @else { (what) }
    }
}

/// Formats a count with its noun: `1 like`, `2 likes`.
fn counted(count: u64, what: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {what}{ending}")
}
