//! The person or program behind a request, and what let them in.

use crate::{
    model::{Holder, Role, Scope, SessionId, Timestamp, TokenFault, User, Viewer},
    store::SignalMark,
};

/// The caller of a request, as the guard found them.
pub(crate) enum Caller {
    /// Nobody is signed in.
    Guest,
    /// A program with a token that is not valid.
    Refused(TokenFault),
    /// A browser with a session. `signals` is what commands had done to the file when it was found.
    Browser {
        user: User,
        session: CurrentSession,
        signals: SignalMark,
    },
    /// A program with a valid token.
    Program {
        user: User,
        token: CurrentToken,
        signals: SignalMark,
    },
}

/// The session that a request belongs to.
pub(crate) struct CurrentSession {
    pub(crate) id: SessionId,
    pub(crate) role: Role,
    pub(crate) expires_at: Timestamp,
    /// The time until which sensitive steps need no password again.
    pub(crate) fresh_until: Timestamp,
    pub(crate) persistent: bool,
    /// The browser has used its token for long enough and gets the next one.
    pub(crate) wants_token: bool,
    /// There is a warning that the person must read.
    pub(crate) has_warning: bool,
}

/// The token of a program that lets a request in.
pub(crate) struct CurrentToken {
    pub(crate) holder: Holder,
    pub(crate) role: Role,
    pub(crate) scope: Scope,
    pub(crate) expires_at: Timestamp,
}

impl Caller {
    pub(crate) fn user(&self) -> Option<&User> {
        match self {
            Caller::Guest | Caller::Refused(_) => None,
            Caller::Browser { user, .. } | Caller::Program { user, .. } => Some(user),
        }
    }

    pub(crate) fn viewer(&self) -> Viewer {
        self.user().map_or(Viewer::Guest, |user| user.id.into())
    }

    pub(crate) fn session(&self) -> Option<&CurrentSession> {
        match self {
            Caller::Browser { session, .. } => Some(session),
            _ => None,
        }
    }

    /// Returns what commands had done to the file when the caller was found.
    pub(crate) fn signals(&self) -> Option<SignalMark> {
        match self {
            Caller::Guest | Caller::Refused(_) => None,
            Caller::Browser { signals, .. } | Caller::Program { signals, .. } => Some(*signals),
        }
    }

    /// Returns what lets the request in, and until when.
    pub(crate) fn holder(&self) -> Option<(Holder, Timestamp)> {
        match self {
            Caller::Browser { session, .. } => {
                Some((Holder::Session(session.id), session.expires_at))
            }
            Caller::Program { token, .. } => Some((token.holder, token.expires_at)),
            Caller::Guest | Caller::Refused(_) => None,
        }
    }

    pub(crate) fn role(&self) -> Role {
        match self {
            Caller::Browser { session, .. } => session.role,
            Caller::Program { token, .. } => token.role,
            Caller::Guest | Caller::Refused(_) => Role::Member,
        }
    }

    /// Returns whether an admin sits in front of a browser. No token gives a program the rights of an admin.
    pub(crate) fn is_admin(&self) -> bool {
        self.session()
            .is_some_and(|session| session.role == Role::Admin)
    }

    /// Returns whether the password was entered a short while ago.
    pub(crate) fn is_fresh(&self, now: Timestamp) -> bool {
        self.session()
            .is_some_and(|session| now < session.fresh_until)
    }

    /// Returns whether the caller is a program whose token may only read.
    pub(crate) fn is_read_only(&self) -> bool {
        matches!(self, Caller::Program { token, .. } if token.scope == Scope::Read)
    }

    /// Returns whether the caller is a program that showed a token where tokens count.
    pub(crate) fn is_program(&self) -> bool {
        matches!(self, Caller::Refused(_) | Caller::Program { .. })
    }
}
