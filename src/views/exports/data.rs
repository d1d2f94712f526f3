//! The records of `data.json` in the archive. Field names are those of the API (`contract` §5) where it has them.

use serde_json::{Value, json};

use super::Export;
use crate::{
    model::{
        Invitation, OwnComment, OwnImage, OwnLike, OwnPost, PersonalToken, PostAddress,
        SessionSeen, Tied,
    },
    views::{json, times::rfc3339},
};

/// Returns the header of the file: site, address and time of the export.
pub(crate) fn head(export: &Export<'_>) -> Value {
    json!({ "name": export.site_name, "url": export.url("/"), "exported_at": rfc3339(export.now) })
}

/// Returns the account: the API user, and what only its owner may see.
pub(crate) fn account(export: &Export<'_>) -> Value {
    let account = export.account;
    let mut user = json::user(&account.user, export.base);
    user["role"] = account.role.name().into();
    user["email"] = account.email.as_str().into();
    user["bio"] = account.bio.as_str().into();
    user["private"] = account.is_private.into();
    user["avatar_file"] = account.avatar.as_ref().map(OwnImage::file).into();
    user["former_usernames"] = account.former_usernames.as_slice().into();
    user
}

/// Returns the state of the notifications.
pub(crate) fn notifications(export: &Export<'_>) -> Value {
    json!({ "read_to_event": export.account.notifications_read.0, "unread": export.account.unread })
}

/// Returns a session.
pub(crate) fn session(session: &SessionSeen) -> Value {
    json!({
        "stay_signed_in": session.life.persistent,
        "browser": session.seen_in.browser.as_str(),
        "network": session.seen_in.network.as_str(),
        "created_at": rfc3339(session.life.created_at),
        "last_seen_at": rfc3339(session.life.last_seen_at),
    })
}

/// Returns a personal token, without its secret.
pub(crate) fn token(token: &PersonalToken) -> Value {
    json!({
        "name": token.name,
        "scope": token.scope.name(),
        "created_at": rfc3339(token.created_at),
        "last_used_at": token.last_used_at.map(rfc3339),
        "expires_at": token.expires_at.map(rfc3339),
    })
}

/// Returns an invitation, without its secret.
pub(crate) fn invitation(invitation: &Invitation) -> Value {
    json!({
        "note": invitation.note,
        "uses": invitation.uses,
        "uses_left": invitation.uses_left,
        "created_at": rfc3339(invitation.created_at),
        "expires_at": rfc3339(invitation.expires_at),
        "revoked_at": invitation.revoked_at.map(rfc3339),
    })
}

/// Returns a post with its earlier versions and images.
pub(crate) fn post(export: &Export<'_>, post: &OwnPost) -> Value {
    let revisions = post.revisions.iter();
    let revisions = revisions.map(|revision| {
        json!({ "message": revision.message, "created_at": rfc3339(revision.created_at) })
    });
    json!({
        "id": post.id,
        "url": export.url(&post.path()),
        "message": post.message,
        "created_at": rfc3339(post.created_at),
        "edited_at": post.edited_at.map(rfc3339),
        "revisions": revisions.collect::<Vec<Value>>(),
        "images": post.images.iter().map(picture).collect::<Vec<Value>>(),
        "likes": { "count": post.likes },
        "comments": { "count": post.comments },
    })
}

/// Returns an image of the member: of a post, the avatar, or one that is not used yet.
pub(crate) fn picture(own: &OwnImage) -> Value {
    json!({
        "id": own.image.id,
        "file": own.file(),
        "width": own.image.width,
        "height": own.image.height,
        "alt": own.image.alt,
        "moving": own.image.is_moving,
        "post_id": own.post,
    })
}

/// Returns a comment and the post it is on.
pub(crate) fn comment(export: &Export<'_>, comment: &OwnComment) -> Value {
    json!({
        "id": comment.id,
        "url": export.url(&format!("/comment/{}", comment.id)),
        "comment": comment.message,
        "created_at": rfc3339(comment.created_at),
        "edited_at": comment.edited_at.map(rfc3339),
        "post": comment.place.as_ref().map(|place| self::place(export, place)),
    })
}

/// Returns a like of a post or comment.
pub(crate) fn like(export: &Export<'_>, like: &OwnLike) -> Value {
    json!({
        "created_at": like.since.map(rfc3339),
        "post": place(export, &like.place),
        "comment_id": like.comment,
    })
}

/// Returns the id, address and author of somebody's post, without its text.
pub(crate) fn place(export: &Export<'_>, place: &PostAddress) -> Value {
    json!({ "id": place.post, "url": export.url(&place.path()), "author": json::user(&place.author, export.base) })
}

/// Returns a person in a list, and since when.
pub(crate) fn tied(export: &Export<'_>, tied: &Tied) -> Value {
    json!({ "user": json::user(&tied.user, export.base), "since": tied.since.map(rfc3339) })
}
