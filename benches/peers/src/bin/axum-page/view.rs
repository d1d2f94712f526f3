//! Markup of the home page: the same elements as on QuartFeed's, so that the pages have the same size.

use jiff::Timestamp;
use maud::{DOCTYPE, Markup, html};

use crate::store::{Comment, Home, Post};

/// The number of colours of avatars.
const HUES: i64 = 8;
const SLUG_WORDS: usize = 6;
/// The directory of the style and the scripts, as long as QuartFeed's.
const ASSETS: &str = "/assets/9759e866a83d";
const MENU: [(&str, &str); 3] = [
    ("/", "Home"),
    ("/everything", "Everything"),
    ("/discussions", "Discussions"),
];

pub(crate) fn home(page: &Home) -> Markup {
    let last = page.posts.last().map_or(0, |post| post.id);
    html! {
        (DOCTYPE)
        html lang="en" data-theme="system" {
            (head(page))
            body data-base="" data-user=(page.username) data-stream="/sse" data-last-event-id="c3896d3c-125" {
                a.skip href="#main" { "Skip to content" } " "
                (bar(page))
                div.page {
                    main #main tabindex="-1" {
                        p.connection #connection role="status" hidden {}
                        h1.visually-hidden { "Home" }
                        (composer(page))
                        div.river #river role="feed" aria-label="Posts" data-feed="/feed" data-topic="home" {
                            @for post in &page.posts { (article(post, page)) }
                        }
                        p.older {
                            a rel="next" href={ "/?before=" (last) } data-fragment={ "/feed?before=" (last) } { "Older posts" }
                        }
                    }
                }
                (foot(page))
                div #toasts {}
                p.visually-hidden #announcer aria-live="polite" {}
            }
        }
    }
}

fn head(page: &Home) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
            meta name="color-scheme" content="light dark";
            meta name="csrf-token" content=(page.form_token);
            title { "Home · QuartFeed" }
            link rel="icon" type="image/svg+xml" href={ (ASSETS) "/icon.svg" };
            link rel="stylesheet" href={ (ASSETS) "/style.css" };
            script type="module" src={ (ASSETS) "/app.js" } {}
        }
    }
}

fn bar(page: &Home) -> Markup {
    html! {
        header.bar {
            nav.bar-inner aria-label="Main" {
                a.brand href="/" {
                    img src={ (ASSETS) "/icon.svg" } alt="" width="24" height="24";
                    span { "QuartFeed" }
                }
                ul.menu {
                    @for (path, name) in MENU {
                        li { a href=(path) aria-current=[(path == "/").then_some("page")] { (name) } }
                    }
                    li { a href="/notifications" { "Notifications " span.badge #unread hidden {} } }
                    li { a href={ "/user/" (page.username) } { "Profile" } }
                }
            }
        }
    }
}

fn composer(page: &Home) -> Markup {
    html! {
        form.compose.card #compose method="post" action="/post" enctype="multipart/form-data" data-fetch="post"
            data-images-max="8" data-image-bytes="10485760" data-too-many="A post may have at most 8 pictures."
            data-too-large="A picture may have 10 MB at most." data-no-picture="Images only!" {
            (token(page))
            (form_key(page))
            label for="message" { "Share something" }
            textarea #message name="message" rows="3" dir="auto" data-draft="post" { "\n" }
            ol.shots {}
            div.actions {
                button.primary { "Post" }
                div.attach {
                    label for="image" { "Add pictures" }
                    input #image type="file" name="image" multiple accept="image/jpeg,image/png,image/gif,image/webp";
                }
            }
            noscript {
                details {
                    summary { "Describe the pictures" }
                    p.hint { "For people who cannot see them, in the order in which you chose the files." }
                    @for n in 1..=8 { label { "Picture " (n) " " input name="alt" autocomplete="off"; } " " }
                }
            }
        }
    }
}

fn article(post: &Post, page: &Home) -> Markup {
    let id = post.id;
    let path = format!("/post/{id}/{}", slug(&post.message));
    let initial = post.author.chars().take(1).flat_map(char::to_uppercase);
    html! {
        article.post.card id={ "post-" (id) } data-post-id=(id) data-place=(id) tabindex="0"
            aria-labelledby={ "post-" (id) "-by post-" (id) "-text" } {
            span class={ "avatar hue-" (post.author_id % HUES) " " } aria-hidden="true" { (initial.collect::<String>()) } " "
            div.post-body {
                p.by id={ "post-" (id) "-by" } { a.author href={ "/user/" (post.author) } { bdi { (post.author) } } }
                div.text id={ "post-" (id) "-text" } dir="auto" { (post.message) }
                div.meta {
                    a href=(path) { (time(post.created_at)) } " "
                    a.write href={ (path) "#comment-on-" (id) } { "Comment" }
                    (like_button(page, &format!("/post/{id}"), "Like this post"))
                }
                (likes(&post.likers))
                ol.comments { @for comment in &post.comments { (self::comment(comment, post, page)) } }
                form.comment-form id={ "write-" (id) } method="post" action={ "/post/" (id) "/comment" } data-fetch="comment" {
                    (token(page))
                    (form_key(page))
                    label.visually-hidden for={ "comment-on-" (id) } { "Write a comment" }
                    textarea id={ "comment-on-" (id) } name="comment" rows="1" dir="auto" placeholder="Write a comment"
                        data-draft={ "comment-" (id) } { "\n" }
                    div.actions { button { "Comment" } }
                }
            }
        }
    }
}

fn comment(comment: &Comment, post: &Post, page: &Home) -> Markup {
    let id = comment.id;
    html! {
        li.comment id={ "comment-" (id) } data-comment-id=(id) data-of=(post.id) {
            div.comment-text dir="auto" {
                (comment.message)
                span.comment-by { " — " (person(&comment.author)) }
            }
            div.meta {
                (time(comment.created_at))
                (like_button(page, &format!("/comment/{id}"), "Like this comment"))
            }
        }
    }
}

fn likes(likers: &[String]) -> Markup {
    let Some((last, others)) = likers.split_last() else {
        return html! {};
    };
    html! {
        p.likes {
            @for (n, liker) in others.iter().enumerate() {
                @if n > 0 { ", " }
                (person(liker))
            }
            @if !others.is_empty() { " and " }
            (person(last)) " liked this"
        }
    }
}

fn person(name: &str) -> Markup {
    html! { a href={ "/user/" (name) } { bdi { (name) } } }
}

fn like_button(page: &Home, path: &str, label: &str) -> Markup {
    html! {
        form method="post" action={ (path) "/like" } data-fetch="like" {
            (token(page))
            button.quiet.like aria-pressed="false" aria-label=(label) { "Like" }
        }
    }
}

fn token(page: &Home) -> Markup {
    html! { input type="hidden" name="csrf_token" value=(page.form_token); }
}

fn form_key(page: &Home) -> Markup {
    html! { input type="hidden" name="form_key" value=(&page.form_token[..16]); }
}

fn time(millis: i64) -> Markup {
    let time = Timestamp::from_millisecond(millis).unwrap_or_default();
    let shown = time.strftime("%-d %B %Y at %H:%M").to_string();
    html! { time datetime=(time.strftime("%Y-%m-%dT%H:%M:%SZ")) title=(shown) { (shown) } }
}

fn slug(message: &str) -> String {
    let words = message
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    let words: Vec<String> = words.take(SLUG_WORDS).map(str::to_lowercase).collect();
    words.join("-")
}

fn foot(page: &Home) -> Markup {
    html! {
        footer.foot {
            a href="/people" { "People" } " "
            a href="/settings" { "Settings" }
            form method="post" action="/logout" { (token(page)) button.quiet { "Sign out" } }
            form.theme method="post" action="/theme" {
                (token(page))
                input type="hidden" name="next" value="/";
                @for (n, theme) in ["System", "Light", "Dark"].into_iter().enumerate() {
                    " " button.quiet name="theme" value=(theme.to_lowercase()) aria-pressed=(n == 0) { (theme) }
                }
            }
        }
    }
}
