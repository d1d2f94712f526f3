//! The JSON form of posts, comments, users and lists, as the API and the event streams send it (`contract` §5).

use serde_json::{Value, json};

use super::{images, times::rfc3339};
use crate::model::{
    BasePath, Comment, Comments, Image, Likes, Notification, Page, Post, Profile, RelatedUser,
    Relationship, Rendition, Role, User, Via,
};

/// Returns a post with its likes and comments.
pub(crate) fn post(post: &Post, base: &BasePath) -> Value {
    let comments = comments_of(&post.comments, base);
    let images: Vec<Value> = post.images.iter().map(|one| image(one, base)).collect();
    json!({
        "id": post.id,
        "url": base.url(&post.path()),
        "author": user(&post.author, base),
        "message": post.message,
        "created_at": rfc3339(post.created_at),
        "edited_at": post.edited_at.map(rfc3339),
        "images": images,
        "likes": likes(&post.likes),
        "comments": { "count": post.comments.count, "items": comments },
        "via": via(post.via.as_ref(), base),
    })
}

/// Returns an image. For an animation, `url` is the animated rendition and `row` a still one.
pub(crate) fn image(image: &Image, base: &BasePath) -> Value {
    let largest = if image.is_moving {
        Rendition::Moving
    } else {
        Rendition::Full
    };
    let (width, height) = image.row_size();
    json!({
        "id": image.id,
        "url": image.url(largest, base),
        "width": image.width,
        "height": image.height,
        "alt": image.alt,
        "moving": image.is_moving,
        "row": { "url": image.url(Rendition::Row, base), "width": width, "height": height },
    })
}

/// Returns a comment.
pub(crate) fn comment(comment: &Comment, base: &BasePath) -> Value {
    json!({
        "id": comment.id,
        "author": user(&comment.author, base),
        "comment": comment.message,
        "created_at": rfc3339(comment.created_at),
        "edited_at": comment.edited_at.map(rfc3339),
        "post_id": comment.post,
        "likes": { "count": comment.likes, "mine": comment.is_liked_by_me },
    })
}

/// Returns the likes of a post.
pub(crate) fn likes(likes: &Likes) -> Value {
    let names: Vec<&str> = likes
        .named
        .iter()
        .map(|user| user.username.as_str())
        .collect();
    json!({ "count": likes.count, "mine": likes.is_mine, "names": names })
}

/// Returns the newest reason why a post is in the reader's river, or null.
pub(crate) fn via(via: Option<&Via>, base: &BasePath) -> Value {
    via.map_or(
        Value::Null,
        |via| json!({ "user": user(&via.newest.user, base), "act": via.newest.kind.name() }),
    )
}

/// Returns a user.
pub(crate) fn user(user: &User, base: &BasePath) -> Value {
    json!({
        "id": user.id,
        "username": user.username.as_str(),
        "name": user.name,
        "avatar_url": images::avatar_url(user, base),
        "created_at": rfc3339(user.created_at),
    })
}

/// Returns the signed-in user, with their role.
pub(crate) fn me(me: &User, role: Role, base: &BasePath) -> Value {
    let mut value = user(me, base);
    value["role"] = role.name().into();
    value
}

/// Returns a profile, with the viewer's relationship to it.
pub(crate) fn profile(profile: &Profile, relationship: Relationship, base: &BasePath) -> Value {
    let mut value = user(&profile.user, base);
    value["bio"] = profile.bio.as_str().into();
    value["followers"] = profile.followers.into();
    value["following"] = profile.following.into();
    value["is_private"] = profile.is_private.into();
    value["relationship"] = match relationship {
        Relationship::Oneself => "self",
        Relationship::Following => "following",
        Relationship::Requested => "requested",
        Relationship::NotFollowing => "none",
    }
    .into();
    value
}

/// Returns a page of posts.
pub(crate) fn posts(page: &Page<Post>, base: &BasePath) -> Value {
    let posts: Vec<Value> = page.items.iter().map(|one| post(one, base)).collect();
    json!({ "posts": posts, "next": next(page) })
}

/// Returns a page of users.
pub(crate) fn people(page: &Page<RelatedUser>, base: &BasePath) -> Value {
    let users: Vec<Value> = page.items.iter().map(|one| user(&one.user, base)).collect();
    json!({ "users": users, "next": next(page) })
}

/// Returns the comments of a post.
pub(crate) fn comments(comments: &Comments, base: &BasePath) -> Value {
    json!({ "comments": comments_of(comments, base) })
}

/// Returns comments as an array.
fn comments_of(comments: &Comments, base: &BasePath) -> Vec<Value> {
    let comments = comments.shown.iter();
    comments.map(|one| comment(one, base)).collect()
}

/// Returns a page of notifications, with the unread count.
pub(crate) fn notifications(page: &Page<Notification>, unread: u32, base: &BasePath) -> Value {
    let items = page.items.iter().map(|one| notification(one, base));
    let items: Vec<Value> = items.collect();
    json!({ "notifications": items, "unread": unread, "next": next(page) })
}

/// Returns a notification.
fn notification(notification: &Notification, base: &BasePath) -> Value {
    let post = notification.post.as_ref().map(|post| {
        json!({
            "id": post.id,
            "url": base.url(&post.id.path(&post.slug)),
            "author": user(&post.author, base),
            "message": post.message,
            "comment_id": post.comment,
        })
    });
    let actors: Vec<Value> = notification
        .actors
        .iter()
        .map(|actor| user(actor, base))
        .collect();
    json!({
        "id": notification.newest,
        "kind": notification.kind.name(),
        "is_read": notification.is_read,
        "count": notification.count,
        "actors": actors,
        "post": post,
    })
}

/// Returns the cursor of the next page.
fn next<T>(page: &Page<T>) -> Option<String> {
    page.next.map(|cursor| cursor.to_string())
}
