//! Things as programs read them (`contract` of the API: a post, a user).

use serde_json::{Value, json};

use super::times::rfc3339;
use crate::model::{BasePath, Post, User};

pub(crate) fn post(post: &Post, base: &BasePath) -> Value {
    json!({
        "id": post.id,
        "url": base.url(&post.path()),
        "author": user(&post.author),
        "message": post.message,
        "created_at": rfc3339(post.created_at),
        "edited_at": null,
        "images": [],
        "likes": { "count": 0, "mine": false, "names": [] },
        "comments": { "count": 0, "items": [] },
        "via": null,
    })
}

fn user(user: &User) -> Value {
    json!({
        "id": user.id,
        "username": user.username.as_str(),
        "name": user.name,
        "avatar_url": null,
        "created_at": rfc3339(user.created_at),
    })
}
