//! Things as programs read them (`contract` of the API: a post, a comment, a user).

use serde_json::{Value, json};

use super::times::rfc3339;
use crate::model::{BasePath, Comment, Likes, Post, User, Via};

pub(crate) fn post(post: &Post, base: &BasePath) -> Value {
    let comments: Vec<Value> = post.comments.shown.iter().map(comment).collect();
    json!({
        "id": post.id,
        "url": base.url(&post.path()),
        "author": user(&post.author),
        "message": post.message,
        "created_at": rfc3339(post.created_at),
        "edited_at": post.edited_at.map(rfc3339),
        "images": [],
        "likes": likes(&post.likes),
        "comments": { "count": post.comments.count, "items": comments },
        "via": via(post.via.as_ref()),
    })
}

pub(crate) fn comment(comment: &Comment) -> Value {
    json!({
        "id": comment.id,
        "author": user(&comment.author),
        "comment": comment.message,
        "created_at": rfc3339(comment.created_at),
        "edited_at": comment.edited_at.map(rfc3339),
    })
}

pub(crate) fn likes(likes: &Likes) -> Value {
    let names: Vec<&str> = likes
        .named
        .iter()
        .map(|user| user.username.as_str())
        .collect();
    json!({ "count": likes.count, "mine": likes.is_mine, "names": names })
}

pub(crate) fn via(via: Option<&Via>) -> Value {
    via.map_or(
        Value::Null,
        |via| json!({ "user": user(&via.newest.user), "act": via.newest.kind.name() }),
    )
}

pub(crate) fn user(user: &User) -> Value {
    json!({
        "id": user.id,
        "username": user.username.as_str(),
        "name": user.name,
        "avatar_url": null,
        "created_at": rfc3339(user.created_at),
    })
}
