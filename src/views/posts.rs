//! A post: the article that every page and event uses, its JSON, and its permalink page.

use maud::{Markup, html};
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    Filled, Layout, News, RenderContext, bodies,
    comments::{self, CommentJson},
    composer,
    destinations::{self, PlaceJson},
    exports::{self, Export, Numbers},
    forms, hides,
    icons::Icon,
    images::{self, ImageJson},
    likes::{self, LikesJson},
    names::avatar,
    phrases::phrase,
    pictures::{self, Compose},
    post_menu::{self, PostMenu},
    previews, quotes,
    reasons::{self, ReasonJson},
    saves,
    seen::{self, UnreadJson},
    times::{self, rfc3339},
    users::{self, UserJson},
};
use crate::{
    model::{
        BasePath, ExportPart, OwnPost, Page, Post, PostAddress, PostId, Problems, Revision, counted,
    },
    words::say,
};

/// The form that is open on the page of a post, for browsers without the script.
#[derive(Default)]
pub(crate) struct Writing<'a> {
    /// The edit form of the post.
    pub(crate) edit: Option<Compose<'a>>,
    pub(crate) comment: Option<Filled<'a>>,
    /// The form that adds somebody to a conversation.
    pub(crate) participant: Option<Filled<'a>>,
    pub(crate) edit_comment: Option<comments::Editing<'a>>,
}

/// A post with its likes and comments, as JSON.
#[derive(Serialize)]
pub(crate) struct PostJson<'a> {
    id: PostId,
    url: String,
    author: UserJson<'a>,
    message: &'a str,
    created_at: String,
    edited_at: Option<String>,
    images: Vec<ImageJson<'a>>,
    likes: LikesJson<'a>,
    comments: CommentsJson<'a>,
    via: Option<ReasonJson<'a>>,
    to: Vec<PlaceJson<'a>>,
    /// Missing in live events, which are the same for many readers.
    #[serde(skip_serializing_if = "Option::is_none")]
    unread: Option<UnreadJson>,
}

/// The comments of a post that are shown, and the number of all, as JSON.
#[derive(Serialize)]
struct CommentsJson<'a> {
    count: u64,
    items: Vec<CommentJson<'a>>,
}

/// A page of posts, as JSON.
#[derive(Serialize)]
pub(crate) struct PostPageJson<'a> {
    posts: Vec<PostJson<'a>>,
    next: Option<String>,
    /// The event where the stream of the home river begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_event_id: Option<String>,
    /// What was not understood of a search.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) remarks: Option<&'a [String]>,
}

/// Returns a post with its likes and comments, as JSON.
pub(crate) fn json<'a>(post: &'a Post, base: &BasePath) -> PostJson<'a> {
    let images = post.images.iter().map(|one| images::json(one, base));
    PostJson {
        id: post.id,
        url: base.url(&post.path()),
        author: users::json(&post.author, base),
        message: &post.message,
        created_at: rfc3339(post.created_at),
        edited_at: post.edited_at.map(rfc3339),
        images: images.collect(),
        likes: likes::json(&post.likes),
        comments: CommentsJson {
            count: post.comments.count,
            items: comments::items_json(&post.comments, base),
        },
        via: post.via.as_ref().map(|via| reasons::json(via, base)),
        to: destinations::json(post),
        unread: post.unread.map(seen::json),
    }
}

/// Returns a page of posts, as JSON.
pub(crate) fn page_json<'a>(page: &'a Page<Post>, base: &BasePath) -> PostPageJson<'a> {
    PostPageJson {
        posts: page.items.iter().map(|one| json(one, base)).collect(),
        next: page.next_text(),
        last_event_id: None,
        remarks: None,
    }
}

/// Renders a post, for pages, fragments and events alike.
pub(crate) fn article(post: &Post, render: &RenderContext<'_>) -> Markup {
    article_with(post, render, &Writing::default())
}

/// Renders a post with the form that is open in it.
fn article_with(post: &Post, render: &RenderContext<'_>, writing: &Writing<'_>) -> Markup {
    let id = post.id;
    let path = post.path();
    let unread = post.unread.unwrap_or_default();
    let has_news = unread.count > 0;
    let nothing = Problems::default();
    let empty = Filled {
        value: &|_| "",
        problems: &nothing,
    };
    html! {
        article.post.card id={ "post-" (id) } data-post-id=(id) data-place=(post.position.0) tabindex="0"
            data-seen=[unread.mark] data-unread=[has_news.then_some(unread.count)] data-first=[unread.first]
            aria-labelledby={ "post-" (id) "-by post-" (id) "-" (if post.message.is_empty() { "pictures" } else { "text" }) } {
            (avatar(&post.author, "", render.base))
            div.post-body {
                div.head {
                    p.by id={ "post-" (id) "-by" } {
                        a.author href=(render.base.url(&post.author.path())) { bdi { (post.author.shown_name()) } }
                    }
                    " "
                    p.when {
                        a href=(render.base.url(&path)) { (times::time(post.created_at, render.zone)) }
                        @if post.edited_at.is_some() && render.is_guest { " " span.edited { (say("edited")) } }
                        @else if post.edited_at.is_some() {
                            " " a.edited href={ (render.base.url(&path)) "?history" } { (say("edited")) }
                        }
                    }
                }
                (destinations::line(post, render))
                @if let Some(via) = &post.via { (reasons::line(via, render)) }
                @if let Some(compose) = &writing.edit { (composer::edit_form(post, render, compose)) }
                @else {
                    div class={ "text" (size(post)) } id={ "post-" (id) "-text" } dir="auto" { (bodies::body(&post.body, render)) }
                    // What a search has found is not folded.
                    @if render.marks.is_none() && is_long(&post.message) { details.fold { summary { span { (say("Show more")) } span { (say("Show less")) } } } }
                }
                @if writing.edit.is_none() { (pictures::row(post, render)) (quotes::cards(post, render)) }
                @if !render.is_guest { (actions(post, &path, render)) }
                (likes::line(post, render))
                (destinations::participations(&post.participations, render))
                (comments::list(post, render, writing.edit_comment.as_ref()))
                @match &writing.comment {
                    _ if render.is_guest => {}
                    Some(filled) => (comments::form(id, render, filled)),
                    None => (comments::form(id, render, &empty)),
                }
            }
        }
    }
}

/// The longest text that is set larger, in characters.
const SHORT_CHARS_MAX: usize = 70;

/// The most characters of a text that is all signs and set very large.
const SIGNS_MAX: usize = 8;

/// Returns the class of a text that is set larger, because there is little of it: a line, or a few signs without letters.
fn size(post: &Post) -> &'static str {
    let text = post.message.as_str();
    let is_line = !text.contains('\n') && text.chars().nth(SHORT_CHARS_MAX).is_none();
    if is_line && has_signs_alone(text) {
        " signs"
    } else if is_line {
        " short"
    } else {
        ""
    }
}

/// Returns whether a text is a few signs without letters.
fn has_signs_alone(text: &str) -> bool {
    let mut signs = text.chars().filter(|char| !char.is_whitespace());
    let is_short = signs.clone().count() <= SIGNS_MAX;
    !text.is_empty() && is_short && signs.all(|char| !char.is_ascii() && !char.is_alphanumeric())
}

/// The most characters and lines of a text that is shown whole in a list.
const WHOLE_CHARS_MAX: usize = 1_000;
const WHOLE_LINES_MAX: usize = 15;

/// Returns whether a text is folded in lists of posts.
fn is_long(text: &str) -> bool {
    text.chars().nth(WHOLE_CHARS_MAX).is_some() || text.lines().nth(WHOLE_LINES_MAX).is_some()
}

/// Renders what one can do with a post, in one line.
fn actions(post: &Post, path: &str, render: &RenderContext<'_>) -> Markup {
    let (id, base) = (post.id, render.base);
    html! {
        div.meta {
            a.write href={ (base.url(path)) "#comment-on-" (id) } { (Icon::Comment.drawn(base)) " " (say("Comment")) }
            (likes::button(post, render))
            div.tools {
                (saves::button(post, render)) (hides::post_link(render, post))
                @if post.is_mine {
                    " " a.tool data-unfold="edit" href={ (base.url(path)) "?edit" } title=(say("Edit")) { (Icon::Edit.named(say("Edit"), base)) }
                    (forms::delete_tool(&format!("/post/{id}"), say("this post"), render))
                } @else if post.is_moderated_by_me {
                    (forms::delete_tool(&format!("/post/{id}"), say("this post from the group"), render))
                }
            }
        }
    }
}

/// Renders the permalink page: a post with all its comments. `menu` is `None` for guests.
pub(crate) fn page(
    layout: &Layout<'_>,
    post: &Post,
    menu: Option<&PostMenu>,
    writing: &Writing<'_>,
    history: Option<&[Revision]>,
) -> Markup {
    let title = format!("{}: {}", post.author.shown_name(), words(post));
    let topic = format!("post:{}", post.id);
    let preview = previews::of_post(post, layout.render.base);
    layout.page_with_preview(
        &title,
        Some(&preview),
        &html! {
            h1.visually-hidden { (phrase("Post by {who}", &[("who", &html! { bdi { (post.author.shown_name()) } })])) }
            div #river.river role="feed" aria-label=(say("A post")) data-topic=(topic)
                data-feed=(layout.render.base.url(&post.path())) {
                (article_with(post, &layout.render, writing))
            }
            @if post.is_direct() { (destinations::conversation(post, &layout.render, writing.participant.as_ref())) }
            @if let Some(history) = history { (self::history(layout, history)) }
            @if let Some(menu) = menu { (post_menu::menu(&layout.render, post, menu)) }
        },
    )
}

/// Renders one post as a fragment for the script, wrapped like a page of a river so that the script reads both alike.
pub(crate) fn fragment(render: &RenderContext<'_>, post: &Post, news: &News) -> Markup {
    html! {
        div.river-page data-last-event-id=(news.last_event) data-unread=(news.unread.notifications)
            data-directs=(news.unread.directs) { (article(post, render)) }
    }
}

/// Renders the earlier versions of a post.
fn history(layout: &Layout<'_>, revisions: &[Revision]) -> Markup {
    html! {
        section.card.history aria-label=(say("History")) {
            h2 { (say("Earlier versions")) }
            @if revisions.is_empty() { p { (say("This post has not been edited.")) } }
            @for revision in revisions {
                p.hint { (times::time(revision.created_at, layout.render.zone)) }
                @if revision.message.is_empty() { p.hint { (say("No text.")) } }
                div.text dir="auto" { (revision.message) }
            }
        }
    }
}

/// Renders the note that takes the place of something deleted, with the button to undo it.
pub(crate) fn undo(render: &RenderContext<'_>, what: &str, path: &str) -> Markup {
    html! {
        form.undo method="post" action=(render.base.url(path)) data-fetch="undo" {
            (forms::token(render.form_token))
            span { (what) } " "
            button.quiet { (say("Undo")) }
        }
    }
}

/// Returns the beginning of a post's text, or what it has instead of text.
pub(super) fn words(post: &Post) -> String {
    if post.message.is_empty() {
        pictures::in_words(post.image_count)
    } else {
        beginning(&post.message)
    }
}

/// Longest beginning of a text that serves as a title, in characters.
const TITLE_CHARS_MAX: usize = 60;

/// Returns the beginning of a text, with an ellipsis if it goes on.
pub(super) fn beginning(message: &str) -> String {
    let mut title: String = message.chars().take(TITLE_CHARS_MAX).collect();
    if title.len() < message.len() {
        title.push('…');
    }
    title
}

/// Returns a post in `data.json`, with its earlier versions and images.
pub(crate) fn exported(export: &Export<'_>, post: &OwnPost) -> Value {
    let revisions = post.revisions.iter();
    let revisions = revisions.map(|revision| {
        json!({ "message": revision.message, "created_at": rfc3339(revision.created_at) })
    });
    json!({
        "id": post.id,
        "url": export.document.url(&post.path()),
        "message": post.message,
        "to": post.to.iter().map(|(kind, name)| json!({ "kind": kind, "name": name })).collect::<Vec<Value>>(),
        "created_at": rfc3339(post.created_at),
        "edited_at": post.edited_at.map(rfc3339),
        "revisions": revisions.collect::<Vec<Value>>(),
        "images": post.images.iter().map(pictures::exported).collect::<Vec<Value>>(),
        "likes": { "count": post.likes },
        "comments": { "count": post.comments },
        "is_pinned": post.is_pinned,
    })
}

/// Renders a post in the archive, with its earlier versions.
pub(crate) fn in_archive(export: &Export<'_>, post: &OwnPost) -> Markup {
    html! {
        article id={ "post-" (post.id) } {
            div.text dir="auto" { (exports::text(&post.message)) }
            @for image in &post.images { p { (pictures::in_archive(image)) } }
            p.meta {
                (exports::at_home(export, &post.path(), &times::time(post.created_at, export.document.zone)))
                @if let Some(edited_at) = post.edited_at { " · edited " (times::time(edited_at, export.document.zone)) }
                @if post.likes > 0 { " · " (counted(post.likes, "like")) }
                @if post.comments > 0 { " · " (counted(post.comments, "comment")) }
            }
            @if !post.revisions.is_empty() {
                details {
                    summary { "Earlier versions" }
                    @for revision in &post.revisions {
                        div.text dir="auto" { (exports::text(&revision.message)) }
                        p.meta { (times::time(revision.created_at, export.document.zone)) }
                    }
                }
            }
        }
    }
}

/// Returns the id, address and author of somebody's post in `data.json`, without its text.
pub(crate) fn exported_address(export: &Export<'_>, place: &PostAddress) -> Value {
    json!({ "id": place.post, "url": export.document.url(&place.path()), "author": users::json(&place.author, export.document.base) })
}

/// Links to a post in the archive: to its page there if it is the member's own, else to the site.
pub(crate) fn address_in_archive(
    export: &Export<'_>,
    place: &PostAddress,
    own: &Numbers,
) -> Markup {
    html! {
        @if let Some(&number) = own.get(&place.post) {
            a href={ (exports::file(ExportPart::Posts, number)) "#post-" (place.post) } { "your own post" }
        } @else {
            (exports::at_home(export, &place.path(), &html! { "a post" })) " by " (exports::person(export, &place.author))
        }
    }
}
