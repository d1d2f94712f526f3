//! The notifications page, and the JSON of notifications.

use maud::{Markup, html};
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    Layout, RenderContext, forms,
    names::{self, avatar, group_avatar},
    older::{Older, older},
    posts::beginning,
    users::{self, UserJson},
};
use crate::{
    model::{
        Account, BasePath, CommentId, EventId, GroupDeed, Notification, NotificationGroup,
        NotificationKind, NotificationPost, Page, PostId,
    },
    words::say,
};

/// A page of notifications, with the unread count, as JSON.
#[derive(Serialize)]
pub(crate) struct NotificationPageJson<'a> {
    notifications: Vec<NotificationJson<'a>>,
    unread: u32,
    next: Option<String>,
}

/// A notification, as JSON.
#[derive(Serialize)]
struct NotificationJson<'a> {
    id: EventId,
    kind: &'static str,
    is_read: bool,
    count: u64,
    actors: Vec<UserJson<'a>>,
    post: Option<NotificationPostJson<'a>>,
    group: Option<&'a str>,
}

/// The post that a notification is about, as JSON.
#[derive(Serialize)]
struct NotificationPostJson<'a> {
    id: PostId,
    url: String,
    author: UserJson<'a>,
    message: &'a str,
    comment_id: Option<CommentId>,
}

/// Returns a page of notifications, with the unread count, as JSON.
pub(crate) fn page_json<'a>(
    page: &'a Page<Notification>,
    unread: u32,
    base: &BasePath,
) -> NotificationPageJson<'a> {
    let items = page.items.iter().map(|one| item_json(one, base));
    NotificationPageJson {
        notifications: items.collect(),
        unread,
        next: page.next_text(),
    }
}

/// Returns a notification, as JSON.
fn item_json<'a>(notification: &'a Notification, base: &BasePath) -> NotificationJson<'a> {
    let post = notification.post.as_ref().map(|post| NotificationPostJson {
        id: post.id,
        url: base.url(&post.id.path(&post.slug)),
        author: users::json(&post.author, base),
        message: &post.message,
        comment_id: post.comment,
    });
    let actors = notification.actors.iter();
    NotificationJson {
        id: notification.newest,
        kind: notification.kind.name(),
        is_read: notification.is_read,
        count: notification.count,
        actors: actors.map(|actor| users::json(actor, base)).collect(),
        post,
        group: notification
            .group
            .as_ref()
            .map(|about| about.group.name.as_str()),
    }
}

/// Renders the notifications page. `is_first` is true on the newest page.
pub(crate) fn page(layout: &Layout<'_>, page: &Page<Notification>, is_first: bool) -> Markup {
    let render = &layout.render;
    let newest = page.items.first().map(|newest| newest.newest.0);
    let has_unread = page.items.iter().any(|notification| !notification.is_read);
    layout.page(
        "Notifications",
        &html! {
            h1 { (say("Notifications")) }
            @if page.items.is_empty() {
                p.empty.card {
                    (say("Nothing yet. You will see it here when someone mentions or follows you, or comments on or likes something you wrote."))
                }
            } @else {
                ul.notifications.card {
                    @for notification in &page.items { (self::notification(notification, render)) }
                }
            }
            // The script sends it at once, and then it goes. Below the list it moves nothing.
            @if let (true, Some(newest)) = (has_unread && is_first, newest) {
                form #read method="post" action=(render.base.url("/notifications/read")) data-fetch="read" {
                    (forms::token(render.form_token))
                    input type="hidden" name="up_to" value=(newest);
                    button { (say("Mark all as read")) }
                }
            }
            (older(render, page.next, &Older { page: "/notifications", fragment: None }, "Older notifications"))
        },
    )
}

/// Renders a notification.
fn notification(notification: &Notification, render: &RenderContext<'_>) -> Markup {
    html! {
        li.notification.unread[!notification.is_read] {
            @if let Some(user) = notification.actors.first() { (avatar(user, "small", render.base)) }
            @else if let Some(about) = &notification.group { (group_avatar(&about.group, "small", render.base)) }
            div {
                p {
                    @if !notification.is_read { span.visually-hidden { "New: " } }
                    @if let Some(about) = &notification.group { (about_group(notification, about, render)) }
                    @else { (who(notification, render)) " " (what(notification)) }
                }
                @if let Some(post) = &notification.post {
                    p.excerpt dir="auto" { a href=(url(notification, post, render)) {
                        // A post without text has images.
                        @if post.message.is_empty() { (say("A post with pictures")) } @else { (beginning(&post.message)) }
                    } }
                }
                @if let (NotificationKind::GroupRequest, Some(about)) = (notification.kind, &notification.group) {
                    p.excerpt { a href=(render.base.url(&format!("{}/requests", about.group.path()))) { (say("Answer the request")) } }
                }
                @if notification.kind == NotificationKind::FollowRequest {
                    p.excerpt { a href=(render.base.url("/requests")) { (say("Answer the request")) } }
                }
            }
        }
    }
}

/// Renders who did it: `Ann, Bo and 3 others`.
fn who(notification: &Notification, render: &RenderContext<'_>) -> Markup {
    let (named, count) = (&notification.actors, notification.count);
    let others = count.saturating_sub(named.len() as u64);
    html! {
        @for (n, user) in named.iter().enumerate() {
            @if n > 0 { (if others == 0 { " and " } else { ", " }) }
            (names::link(user, render))
        }
        @if others > 0 { " and " (others) (if others == 1 { " other" } else { " others" }) }
    }
}

/// Renders what happened in a group.
fn about_group(
    notification: &Notification,
    about: &NotificationGroup,
    render: &RenderContext<'_>,
) -> Markup {
    let deed = match about.deed {
        GroupDeed::AskedToJoin => "asked to join",
        GroupDeed::LetIn => "You are now a member of",
        GroupDeed::MadeAdmin => "made you an admin of",
        GroupDeed::Barred => "stopped you from posting in",
        GroupDeed::MadeMember => "changed your role: you are a member of",
        GroupDeed::DeletedOwnComment => "A group admin deleted your comment in",
        GroupDeed::DeletedOwnPost => "A group admin deleted your post in",
        GroupDeed::DeletedComment => "deleted a member’s comment in",
        GroupDeed::DeletedPost => "deleted a member’s post in",
    };
    html! {
        @if !notification.actors.is_empty() { (who(notification, render)) " " }
        (deed) " " (names::group_link(&about.group, render))
    }
}

/// Renders what happened.
fn what(notification: &Notification) -> Markup {
    let post = notification.post.as_ref();
    let whose = |post: &NotificationPost| {
        html! {
            @if post.is_mine { (say("your post")) }
            @else { bdi { (post.author.shown_name()) } (say("’s post")) }
        }
    };
    html! {
        @match (notification.kind, post) {
            (NotificationKind::Mention, Some(post)) if post.comment.is_some() => { (say("mentioned you in a comment")) }
            (NotificationKind::Mention, _) => { (say("mentioned you")) }
            (NotificationKind::Comment, Some(post)) if post.is_mine => { (say("commented on your post")) }
            (NotificationKind::Comment, Some(post)) => { "also commented on " (whose(post)) }
            (NotificationKind::Comment, None) => { (say("commented")) }
            (NotificationKind::Like, _) => { (say("liked your post")) }
            (NotificationKind::CommentLike, _) => { (say("liked your comment")) }
            (NotificationKind::Follow, _) => { (say("followed you")) }
            (NotificationKind::FollowRequest, _) => { (say("asked to follow you")) }
            (NotificationKind::Bell, Some(post)) if post.comment.is_some() => {
                "commented on "
                @if notification.is_by_author_alone() { (say("their own post")) } @else { (whose(post)) }
            }
            (NotificationKind::Bell, _) => { (say("wrote a post")) }
            (NotificationKind::FollowGranted, _) => { (say("accepted your follow request")) }
            (NotificationKind::Direct, Some(post)) if post.is_mine => { (say("added you to a conversation")) }
            (NotificationKind::Direct, _) => { (say("sent you a direct message")) }
            // These are about groups.
            (NotificationKind::GroupRequest | NotificationKind::GroupGranted | NotificationKind::GroupRole
                | NotificationKind::Moderated, _) => {}
        }
    }
}

/// Returns the address that a notification leads to.
fn url(notification: &Notification, post: &NotificationPost, render: &RenderContext<'_>) -> String {
    let url = render.base.url(&post.id.path(&post.slug));
    match (notification.kind, post.comment) {
        (_, Some(comment)) => format!("{url}#comment-{comment}"),
        // A new comment's id is the id of its event.
        (NotificationKind::Comment, None) => format!("{url}#comment-{}", notification.newest.0),
        _ => url,
    }
}

/// Returns the state of the notifications in `data.json`.
pub(crate) fn exported(account: &Account) -> Value {
    json!({ "read_to_event": account.notifications_read.0, "unread": account.unread })
}

/// Renders the button that turns notifications about a post off or on.
pub(crate) fn mute_form(render: &RenderContext<'_>, id: PostId, is_muted: bool) -> Markup {
    let (act, label) = if is_muted {
        ("unmute", "Notify me about this post again")
    } else {
        ("mute", "Stop notifications about this post")
    };
    html! {
        form.mute id={ "mute-" (id) } method="post" action=(render.base.url(&format!("/post/{id}/{act}"))) data-fetch="replace" {
            (forms::token(render.form_token))
            button.quiet { (label) }
        }
    }
}
