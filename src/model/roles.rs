use std::str::FromStr;

use super::UserId;

/// What a person may do here, beside what everybody may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Member,
    Admin,
}

/// Who looks. Guests see what is public, where the site lets them in at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Viewer {
    Guest,
    Member(UserId),
}

impl Role {
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
    pub fn is(self, user: UserId) -> bool {
        self == Viewer::Member(user)
    }
}

impl From<UserId> for Viewer {
    fn from(user: UserId) -> Viewer {
        Viewer::Member(user)
    }
}
