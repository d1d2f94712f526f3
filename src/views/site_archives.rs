//! The pages in the archive of a whole site: what every member may read, newest first, and who is there.

use std::collections::HashMap;

use maud::{Markup, html};
use serde_json::{Value, json};

use super::{
    exports::{Document, text, turns},
    times::{self, rfc3339},
};
use crate::model::{MovedComment, MovedGroup, MovedPerson, MovedPost, counted};

/// The names that people are shown with, by their usernames.
pub(crate) type ShownNames = HashMap<String, String>;

/// Returns the head of the archive: what it is, and of which site.
pub(crate) fn head(document: &Document<'_>, version: u64, site: &str) -> Value {
    json!({
        "format": "quartfeed site",
        "version": version,
        "site": site,
        "name": document.site_name,
        "url": document.origin.is_some().then(|| document.url("/")),
        "exported_at": rfc3339(document.now),
    })
}

/// Returns the name of page `number` of the posts, counted from 1.
pub(crate) fn posts_file(number: u32) -> String {
    match number {
        1 => "index.html".to_owned(),
        number => format!("posts-{number}.html"),
    }
}

/// The file with the page about people and groups.
pub(crate) const PEOPLE_FILE: &str = "people.html";

/// Renders a page of posts. `goes_on` links to the next one.
pub(crate) fn posts(
    document: &Document<'_>,
    number: u32,
    goes_on: bool,
    items: &[Markup],
) -> Markup {
    let main = html! {
        h2 { "Posts" @if number > 1 { ", page " (number) } }
        @if number == 1 {
            p.meta { "What every member may read. Private posts and conversations are in the files for programs alone." }
        }
        @if items.is_empty() { p { "Nothing here." } }
        @for item in items { (item) }
        (turns(number, goes_on, posts_file))
    };
    document.page("Posts", &contents(document, &posts_file(1)), &main)
}

fn contents(document: &Document<'_>, here: &str) -> Markup {
    html! {
        h1 { (document.site_name) }
        nav aria-label="Contents" {
            @for (file, title) in [(posts_file(1).as_str(), "Posts"), (PEOPLE_FILE, "People and groups")] {
                a href=(file) aria-current=[(file == here).then_some("page")] { (title) }
            }
        }
    }
}

/// Renders a post with its comments.
pub(crate) fn post(
    document: &Document<'_>,
    names: &ShownNames,
    post: &MovedPost,
    comments: &[MovedComment],
) -> Markup {
    let groups: Vec<_> = post.to.iter().filter(|to| to.kind == "group").collect();
    html! {
        article id={ "post-" (post.id) } {
            p.meta {
                (person(names, &post.author)) " · " (times::time(post.created_at, document.zone))
                @if post.edited_at.is_some() { " · edited" }
                @for group in groups { " · in " (group.name) }
            }
            @if !post.message.is_empty() { p.text dir="auto" { (text(&post.message)) } }
            @for image in &post.images { p { img src=(image.file) alt=(image.alt) loading="lazy"; } }
            @if !post.likes.is_empty() { p.meta { (liked(names, &post.likes)) } }
            @if !comments.is_empty() {
                ul {
                    @for comment in comments {
                        li {
                            span.text dir="auto" { (text(&comment.comment)) }
                            span.meta {
                                " — " (person(names, &comment.author)) " · " (times::time(comment.created_at, document.zone))
                                @if !comment.likes.is_empty() { " · " (counted(comment.likes.len() as u64, "like")) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn person(names: &ShownNames, username: &str) -> Markup {
    html! { bdi { (names.get(username).map_or(username, String::as_str)) } }
}

/// The most people whose likes are shown by name.
const LIKERS_NAMED: usize = 10;

fn liked(names: &ShownNames, likes: &[String]) -> Markup {
    let more = likes.len().saturating_sub(LIKERS_NAMED);
    html! {
        "Liked by "
        @for (n, name) in likes.iter().take(LIKERS_NAMED).enumerate() {
            @if n > 0 { ", " } (person(names, name))
        }
        @if more > 0 { " and " (more) " more" }
    }
}

/// Renders the page about people and public groups, each with the number of its members.
pub(crate) fn people(
    document: &Document<'_>,
    people: &[MovedPerson],
    groups: &[(MovedGroup, u64)],
) -> Markup {
    let main = html! {
        h2 { "People" }
        ul {
            @for one in people {
                li {
                    bdi { (if one.name.is_empty() { &one.username } else { &one.name }) } " (@" (one.username) ")"
                    @if !one.bio.is_empty() { ": " span.text dir="auto" { (text(&one.bio)) } }
                }
            }
        }
        @if !groups.is_empty() {
            h2 { "Groups" }
            ul {
                @for (group, members) in groups {
                    li {
                        bdi { (if group.title.is_empty() { &group.name } else { &group.title }) }
                        ", " (counted(*members, "member"))
                        @if !group.about.is_empty() { ": " span.text dir="auto" { (text(&group.about)) } }
                    }
                }
            }
        }
    };
    document.page("People and groups", &contents(document, PEOPLE_FILE), &main)
}
