use super::{Timestamp, UserId};

/// What a link is for that serves once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind {
    /// Makes the first admin.
    Setup,
    /// Gives a member a new password.
    Reset,
    /// Signs a member in on another device.
    Device,
}

/// A link that still serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Whom it is for; none if it is for whoever comes.
    pub user: Option<UserId>,
    pub expires_at: Timestamp,
}

impl LinkKind {
    pub fn name(self) -> &'static str {
        match self {
            LinkKind::Setup => "setup",
            LinkKind::Reset => "reset",
            LinkKind::Device => "device",
        }
    }
}
