//! Roles of members, and the viewer of a page.

use std::str::FromStr;

use super::UserId;

/// The permissions of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Member,
    Admin,
}

/// The person who views a page. Guests see public content, unless the site is closed to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Viewer {
    Guest,
    Member(UserId),
}

impl Role {
    /// Returns the name in the database, in access tokens and in the API.
    pub fn name(self) -> &'static str {
        match self {
            Role::Member => "member",
            Role::Admin => "admin",
        }
    }
}

impl FromStr for Role {
    type Err = ();

    fn from_str(text: &str) -> Result<Role, ()> {
        [Role::Member, Role::Admin]
            .into_iter()
            .find(|role| role.name() == text)
            .ok_or(())
    }
}

impl Viewer {
    /// Checks whether the viewer is this user.
    pub fn is(self, user: UserId) -> bool {
        self == Viewer::Member(user)
    }
}

impl From<UserId> for Viewer {
    fn from(user: UserId) -> Viewer {
        Viewer::Member(user)
    }
}
