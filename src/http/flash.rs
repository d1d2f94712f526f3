//! Messages that the next page shows once, after a form was sent.

use crate::{
    model::{CommentId, PostId},
    words::later,
};

/// Message that the next page shows once. A cookie carries its code, never its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flash {
    Registered,
    LoggedOut,
    ProfileUpdated,
    ProfileImageRemoved,
    NewPassword,
    TokenRevoked,
    PasswordChanged,
    EmailSaved,
    SessionEnded,
    OtherSessionsEnded,
    /// The account will be deleted.
    Leaving,
    /// The account will be kept after all.
    Back,
    PrivacyChanged,
    /// A post was taken out of a group, and is still in other feeds.
    TakenOut,
    GroupSaved,
    GroupDeleted,
    PostDeleted(PostId),
    /// Somebody else had posted the same address.
    LinkedBefore(PostId),
    CommentDeleted(CommentId),
}

impl Flash {
    /// Returns the text of the message.
    pub fn text(self) -> &'static str {
        match self {
            Flash::Registered => later("User registered successfully, please login"),
            Flash::LoggedOut => later("You have been logged out"),
            Flash::ProfileUpdated => later("Profile updated"),
            Flash::ProfileImageRemoved => later("Profile image removed"),
            Flash::NewPassword => later("Your new password is set, please login"),
            Flash::TokenRevoked => later("Token revoked"),
            Flash::PasswordChanged => later("Password changed"),
            Flash::EmailSaved => later("E-mail address saved"),
            Flash::SessionEnded => later("Session ended"),
            Flash::OtherSessionsEnded => later("All other sessions ended"),
            Flash::Leaving => later(
                "Your account and everything in it will be deleted in 14 days. Sign in before then to keep it.",
            ),
            Flash::Back => later("Welcome back. Your account stays."),
            Flash::PrivacyChanged => later("Your choice is saved"),
            Flash::TakenOut => later("Post taken out of the group"),
            Flash::GroupSaved => later("Group saved"),
            Flash::GroupDeleted => later(
                "The group and everything in it will be deleted in 14 days. Its admins can keep it until then.",
            ),
            Flash::PostDeleted(_) => later("Post deleted"),
            Flash::LinkedBefore(_) => later("Somebody posted this address lately."),
            Flash::CommentDeleted(_) => later("Comment deleted"),
        }
    }

    /// Returns the target of a form that undoes the action, if it can be undone.
    pub fn undo_path(self) -> Option<String> {
        match self {
            Flash::PostDeleted(id) => Some(format!("/post/{id}/undelete")),
            Flash::CommentDeleted(id) => Some(format!("/comment/{id}/undelete")),
            _ => None,
        }
    }

    /// Returns the path of the page that the message is about, and what the link to it says.
    pub fn link(self) -> Option<(String, &'static str)> {
        match self {
            Flash::LinkedBefore(id) => Some((format!("/post/{id}"), later("Show that post"))),
            _ => None,
        }
    }

    /// Returns the code for the cookie.
    pub(super) fn code(self) -> String {
        match self {
            Flash::Registered => "registered".into(),
            Flash::LoggedOut => "logged-out".into(),
            Flash::ProfileUpdated => "profile-updated".into(),
            Flash::ProfileImageRemoved => "profile-image-removed".into(),
            Flash::NewPassword => "new-password".into(),
            Flash::TokenRevoked => "token-revoked".into(),
            Flash::PasswordChanged => "password-changed".into(),
            Flash::EmailSaved => "email-saved".into(),
            Flash::SessionEnded => "session-ended".into(),
            Flash::OtherSessionsEnded => "other-sessions-ended".into(),
            Flash::Leaving => "leaving".into(),
            Flash::Back => "back".into(),
            Flash::PrivacyChanged => "privacy-changed".into(),
            Flash::TakenOut => "taken-out".into(),
            Flash::GroupSaved => "group-saved".into(),
            Flash::GroupDeleted => "group-deleted".into(),
            Flash::PostDeleted(id) => format!("post-deleted.{id}"),
            Flash::LinkedBefore(id) => format!("linked-before.{id}"),
            Flash::CommentDeleted(id) => format!("comment-deleted.{id}"),
        }
    }

    /// Parses a code. The browser may send anything.
    pub(super) fn from_code(code: &str) -> Option<Flash> {
        match code.split_once('.').unwrap_or((code, "")) {
            ("registered", "") => Some(Flash::Registered),
            ("logged-out", "") => Some(Flash::LoggedOut),
            ("profile-updated", "") => Some(Flash::ProfileUpdated),
            ("profile-image-removed", "") => Some(Flash::ProfileImageRemoved),
            ("new-password", "") => Some(Flash::NewPassword),
            ("token-revoked", "") => Some(Flash::TokenRevoked),
            ("password-changed", "") => Some(Flash::PasswordChanged),
            ("email-saved", "") => Some(Flash::EmailSaved),
            ("session-ended", "") => Some(Flash::SessionEnded),
            ("other-sessions-ended", "") => Some(Flash::OtherSessionsEnded),
            ("leaving", "") => Some(Flash::Leaving),
            ("back", "") => Some(Flash::Back),
            ("privacy-changed", "") => Some(Flash::PrivacyChanged),
            ("taken-out", "") => Some(Flash::TakenOut),
            ("group-saved", "") => Some(Flash::GroupSaved),
            ("group-deleted", "") => Some(Flash::GroupDeleted),
            ("post-deleted", id) => id.parse().map(Flash::PostDeleted).ok(),
            ("linked-before", id) => id.parse().map(Flash::LinkedBefore).ok(),
            ("comment-deleted", id) => id.parse().map(Flash::CommentDeleted).ok(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_reads_back_from_its_code() {
        for flash in [
            Flash::LinkedBefore(PostId(7)),
            Flash::Registered,
            Flash::LoggedOut,
            Flash::ProfileUpdated,
            Flash::ProfileImageRemoved,
            Flash::NewPassword,
            Flash::TokenRevoked,
            Flash::PasswordChanged,
            Flash::EmailSaved,
            Flash::SessionEnded,
            Flash::OtherSessionsEnded,
            Flash::Leaving,
            Flash::Back,
            Flash::PrivacyChanged,
            Flash::TakenOut,
            Flash::GroupSaved,
            Flash::GroupDeleted,
            Flash::PostDeleted(PostId(7)),
            Flash::CommentDeleted(CommentId(7)),
        ] {
            assert_eq!(Flash::from_code(&flash.code()), Some(flash));
        }
        for wrong in [
            "",
            "x",
            "post-deleted",
            "post-deleted.x",
            "comment-deleted.0",
        ] {
            assert_eq!(Flash::from_code(wrong), None, "{wrong}");
        }
    }
}
