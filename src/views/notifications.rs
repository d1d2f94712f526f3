//! The notifications page, and the JSON of notifications.

use maud::{Markup, html};
use serde::Serialize;
use serde_json::{Value, json};

use super::{
    Layout, RenderContext, forms,
    names::{self, avatar, group_avatar},
    older::{Older, older},
    phrases::phrase,
    posts::beginning,
    users::{self, UserJson},
};
use crate::{
    model::{
        Account, BasePath, CommentId, EventId, GroupDeed, Notification, NotificationGroup,
        NotificationKind, NotificationPost, Page, PostId,
    },
    words::{count, later, say},
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
        say("Notifications"),
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
            (older(render, page.next, &Older { page: "/notifications", fragment: None }, say("Older notifications")))
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
                    @if !notification.is_read { span.visually-hidden { (say("New:")) " " } }
                    @if let Some(about) = &notification.group { (about_group(notification, about, render)) }
                    @else { (sentence(notification, render)) }
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
    let named = &notification.actors;
    let others = notification.count.saturating_sub(named.len() as u64);
    let mut all: Vec<Markup> = named.iter().map(|user| names::link(user, render)).collect();
    if others > 0 {
        all.push(html! { (count(others, "{n} other", "{n} others")) });
    }
    let last = all.pop().unwrap_or_default();
    if all.is_empty() {
        return last;
    }
    let others = html! { @for (n, one) in all.iter().enumerate() { @if n > 0 { ", " } (one) } };
    phrase("{list} and {last}", &[("list", &others), ("last", &last)])
}

/// Renders what happened in a group.
fn about_group(
    notification: &Notification,
    about: &NotificationGroup,
    render: &RenderContext<'_>,
) -> Markup {
    let by = who(notification, render);
    let group = names::group_link(&about.group, render);
    let sentences = group_deed(about.deed, notification.actors.is_empty());
    phrase(
        of_number(sentences, notification),
        &[("who", &by), ("people", &by), ("group", &group)],
    )
}

/// Renders what happened elsewhere.
fn sentence(notification: &Notification, render: &RenderContext<'_>) -> Markup {
    let by = who(notification, render);
    let author = notification.post.as_ref().map(|post| &post.author);
    let author = html! { @if let Some(author) = author { bdi { (author.shown_name()) } } };
    phrase(
        of_number(deed(notification), notification),
        &[("who", &by), ("people", &by), ("author", &author)],
    )
}

/// Chooses the sentence for one person, `{who}`, or for several, `{people}`. They differ in other languages.
fn of_number([one, many]: [&'static str; 2], notification: &Notification) -> &'static str {
    if notification.count == 1 { one } else { many }
}

/// Returns the sentences about a deed in a group. Who changed a role may be unknown or hidden: `by_nobody` is true then.
fn group_deed(deed: GroupDeed, by_nobody: bool) -> [&'static str; 2] {
    match deed {
        GroupDeed::MadeAdmin if by_nobody => [later("made you an admin of {group}"); 2],
        GroupDeed::Barred if by_nobody => [later("stopped you from posting in {group}"); 2],
        GroupDeed::MadeMember if by_nobody => {
            [later("changed your role: you are a member of {group}"); 2]
        }
        GroupDeed::AskedToJoin => [
            later("{who} asked to join {group}"),
            later("{people} asked to join {group}"),
        ],
        GroupDeed::LetIn => [later("You are now a member of {group}"); 2],
        GroupDeed::MadeAdmin => [
            later("{who} made you an admin of {group}"),
            later("{people} made you an admin of {group}"),
        ],
        GroupDeed::Barred => [
            later("{who} stopped you from posting in {group}"),
            later("{people} stopped you from posting in {group}"),
        ],
        GroupDeed::MadeMember => [
            later("{who} changed your role: you are a member of {group}"),
            later("{people} changed your role: you are a member of {group}"),
        ],
        GroupDeed::DeletedOwnComment => [later("A group admin deleted your comment in {group}"); 2],
        GroupDeed::DeletedOwnPost => [later("A group admin deleted your post in {group}"); 2],
        GroupDeed::DeletedComment => [
            later("{who} deleted a member’s comment in {group}"),
            later("{people} deleted a member’s comment in {group}"),
        ],
        GroupDeed::DeletedPost => [
            later("{who} deleted a member’s post in {group}"),
            later("{people} deleted a member’s post in {group}"),
        ],
    }
}

/// Returns the sentences about what happened elsewhere.
fn deed(notification: &Notification) -> [&'static str; 2] {
    let is_comment = |post: &NotificationPost| post.comment.is_some();
    match (notification.kind, notification.post.as_ref()) {
        (NotificationKind::Mention, Some(post)) if is_comment(post) => [
            later("{who} mentioned you in a comment"),
            later("{people} mentioned you in a comment"),
        ],
        (NotificationKind::Mention, _) => [
            later("{who} mentioned you"),
            later("{people} mentioned you"),
        ],
        (NotificationKind::Comment, Some(post)) if post.is_mine => [
            later("{who} commented on your post"),
            later("{people} commented on your post"),
        ],
        (NotificationKind::Comment, Some(_)) => [
            later("{who} also commented on {author}’s post"),
            later("{people} also commented on {author}’s post"),
        ],
        (NotificationKind::Comment, None) => {
            [later("{who} commented"), later("{people} commented")]
        }
        (NotificationKind::Like, _) => [
            later("{who} liked your post"),
            later("{people} liked your post"),
        ],
        (NotificationKind::CommentLike, _) => [
            later("{who} liked your comment"),
            later("{people} liked your comment"),
        ],
        (NotificationKind::Follow, _) => {
            [later("{who} followed you"), later("{people} followed you")]
        }
        (NotificationKind::FollowRequest, _) => [
            later("{who} asked to follow you"),
            later("{people} asked to follow you"),
        ],
        (NotificationKind::Bell, Some(post))
            if is_comment(post) && notification.is_by_author_alone() =>
        {
            [later("{who} commented on their own post"); 2]
        }
        (NotificationKind::Bell, Some(post)) if is_comment(post) && post.is_mine => [
            later("{who} commented on your post"),
            later("{people} commented on your post"),
        ],
        (NotificationKind::Bell, Some(post)) if is_comment(post) => [
            later("{who} commented on {author}’s post"),
            later("{people} commented on {author}’s post"),
        ],
        (NotificationKind::Bell, _) => {
            [later("{who} wrote a post"), later("{people} wrote a post")]
        }
        (NotificationKind::FollowGranted, _) => [
            later("{who} accepted your follow request"),
            later("{people} accepted your follow request"),
        ],
        (NotificationKind::Direct, Some(post)) if post.is_mine => [
            later("{who} added you to a conversation"),
            later("{people} added you to a conversation"),
        ],
        (NotificationKind::Direct, _) => [
            later("{who} sent you a direct message"),
            later("{people} sent you a direct message"),
        ],
        // These are about groups.
        (
            NotificationKind::GroupRequest
            | NotificationKind::GroupGranted
            | NotificationKind::GroupRole
            | NotificationKind::Moderated,
            _,
        ) => ["{who}", "{people}"],
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
        ("unmute", say("Notify me about this post again"))
    } else {
        ("mute", say("Stop notifications about this post"))
    };
    html! {
        form.mute id={ "mute-" (id) } method="post" action=(render.base.url(&format!("/post/{id}/{act}"))) data-fetch="replace" {
            (forms::token(render.form_token))
            button.quiet { (label) }
        }
    }
}
