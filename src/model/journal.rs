use std::{fmt, net::IpAddr, str::FromStr};

use super::{Timestamp, User};

/// Who does something that only admins may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Somebody who may run commands on the machine itself.
    CommandLine,
    Person {
        username: String,
        address: IpAddr,
    },
}

/// What the journal remembers of one act.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its place in the journal.
    pub position: i64,
    /// None: the command line.
    pub actor: Option<String>,
    pub act: JournalAct,
    /// Whom or what it was about.
    pub subject: Option<String>,
    /// None: the command line.
    pub address: Option<String>,
    pub created_at: Timestamp,
}

/// What admins do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JournalAct {
    Added,
    AddedAdmin,
    SetUp,
    Promoted,
    Demoted,
    Suspended,
    Reinstated,
    EndedSessions,
    MadeResetLink,
    /// Not an admin's act, but the end of one: somebody came with a reset link.
    UsedResetLink,
    Deleted,
    DeletedNow,
    Kept,
    Invited,
    RevokedInvitation,
    RotatedSecret,
}

impl Actor {
    pub fn person(user: &User, address: IpAddr) -> Actor {
        Actor::Person {
            username: user.username.as_str().to_owned(),
            address,
        }
    }

    pub fn username(&self) -> Option<&str> {
        match self {
            Actor::CommandLine => None,
            Actor::Person { username, .. } => Some(username),
        }
    }

    pub fn address(&self) -> Option<String> {
        match self {
            Actor::CommandLine => None,
            Actor::Person { address, .. } => Some(address.to_canonical().to_string()),
        }
    }
}

impl JournalAct {
    pub const ALL: [JournalAct; 16] = [
        JournalAct::Added,
        JournalAct::AddedAdmin,
        JournalAct::SetUp,
        JournalAct::Promoted,
        JournalAct::Demoted,
        JournalAct::Suspended,
        JournalAct::Reinstated,
        JournalAct::EndedSessions,
        JournalAct::MadeResetLink,
        JournalAct::UsedResetLink,
        JournalAct::Deleted,
        JournalAct::DeletedNow,
        JournalAct::Kept,
        JournalAct::Invited,
        JournalAct::RevokedInvitation,
        JournalAct::RotatedSecret,
    ];

    /// As it is stored.
    pub fn name(self) -> &'static str {
        match self {
            JournalAct::Added => "added",
            JournalAct::AddedAdmin => "added_admin",
            JournalAct::SetUp => "set_up",
            JournalAct::Promoted => "promoted",
            JournalAct::Demoted => "demoted",
            JournalAct::Suspended => "suspended",
            JournalAct::Reinstated => "reinstated",
            JournalAct::EndedSessions => "ended_sessions",
            JournalAct::MadeResetLink => "made_reset_link",
            JournalAct::UsedResetLink => "used_reset_link",
            JournalAct::Deleted => "deleted",
            JournalAct::DeletedNow => "deleted_now",
            JournalAct::Kept => "kept",
            JournalAct::Invited => "invited",
            JournalAct::RevokedInvitation => "revoked_invitation",
            JournalAct::RotatedSecret => "rotated_secret",
        }
    }
}

/// As it is read, before whom it was about.
impl fmt::Display for JournalAct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            JournalAct::Added => "made the account of",
            JournalAct::AddedAdmin => "made an admin's account for",
            JournalAct::SetUp => "used the set-up link and is an admin now:",
            JournalAct::Promoted => "made an admin of",
            JournalAct::Demoted => "took the admin's rights from",
            JournalAct::Suspended => "suspended",
            JournalAct::Reinstated => "reinstated",
            JournalAct::EndedSessions => "ended all sessions of",
            JournalAct::MadeResetLink => "made a link for a new password of",
            JournalAct::UsedResetLink => "came with such a link and has a new password:",
            JournalAct::Deleted => "asked for the deletion of the account of",
            JournalAct::DeletedNow => "deleted at once the account of",
            JournalAct::Kept => "took back the deletion of the account of",
            JournalAct::Invited => "made an invitation:",
            JournalAct::RevokedInvitation => "revoked an invitation:",
            JournalAct::RotatedSecret => "made a new key for the tokens of programs",
        })
    }
}

impl FromStr for JournalAct {
    type Err = ();

    fn from_str(text: &str) -> Result<JournalAct, ()> {
        let mut all = JournalAct::ALL.into_iter();
        all.find(|act| act.name() == text).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_act_reads_back_from_its_name() {
        for act in JournalAct::ALL {
            assert_eq!(act.name().parse(), Ok(act));
        }
        assert_eq!("x".parse::<JournalAct>(), Err(()));
    }
}
