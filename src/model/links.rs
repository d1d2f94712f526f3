//! Links that work once: for setting up the site, for resetting a password and for signing in on a device.

use super::{Timestamp, UserId};

/// The purpose of a one-time link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind {
    /// Creates the first admin.
    Setup,
    /// Lets a member choose a new password.
    Reset,
    /// Signs a member in on another device.
    Device,
}

/// A one-time link that is still valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The user it was made for. `None` if anybody may use it.
    pub user: Option<UserId>,
    pub expires_at: Timestamp,
}

impl LinkKind {
    /// Returns the name in the database.
    pub fn name(self) -> &'static str {
        match self {
            LinkKind::Setup => "setup",
            LinkKind::Reset => "reset",
            LinkKind::Device => "device",
        }
    }
}
