//! The journal of administrative actions.

use std::{fmt, net::IpAddr, str::FromStr};

use super::{Timestamp, User};

/// The person or place that an administrative action came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Somebody with a shell on the server.
    CommandLine,
    Person {
        username: String,
        address: IpAddr,
    },
}

/// One row of the journal.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The position in the journal, for paging.
    pub position: i64,
    /// The admin's username. `None` for the command line.
    pub actor: Option<String>,
    pub act: JournalAct,
    /// The user or thing that the action was about.
    pub subject: Option<String>,
    /// The admin's IP address. `None` for the command line.
    pub address: Option<String>,
    pub created_at: Timestamp,
}

/// The kinds of administrative actions.
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
    /// Not done by an admin, but the result of an admin's act: a member used a reset link.
    UsedResetLink,
    Deleted,
    DeletedNow,
    Kept,
    Invited,
    RevokedInvitation,
    RotatedSecret,
}

impl Actor {
    /// Records a user and the address they act from.
    pub fn person(user: &User, address: IpAddr) -> Actor {
        Actor::Person {
            username: user.username.as_str().to_owned(),
            address,
        }
    }

    /// Returns the admin's username, or `None` for the command line.
    pub fn username(&self) -> Option<&str> {
        match self {
            Actor::CommandLine => None,
            Actor::Person { username, .. } => Some(username),
        }
    }

    /// Returns the admin's IP address, or `None` for the command line.
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

    /// Returns the name in the database.
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

/// Formats the action as the middle of a sentence: between the actor and the subject.
impl fmt::Display for JournalAct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            JournalAct::Added => "created the account of",
            JournalAct::AddedAdmin => "created an admin account for",
            JournalAct::SetUp => "used the set-up link and is now an admin:",
            JournalAct::Promoted => "gave admin rights to",
            JournalAct::Demoted => "removed admin rights from",
            JournalAct::Suspended => "suspended",
            JournalAct::Reinstated => "reinstated",
            JournalAct::EndedSessions => "ended all sessions of",
            JournalAct::MadeResetLink => "created a password reset link for",
            JournalAct::UsedResetLink => "used a password reset link:",
            JournalAct::Deleted => "requested the deletion of the account of",
            JournalAct::DeletedNow => "immediately deleted the account of",
            JournalAct::Kept => "cancelled the deletion of the account of",
            JournalAct::Invited => "created an invitation:",
            JournalAct::RevokedInvitation => "revoked an invitation:",
            JournalAct::RotatedSecret => "replaced the signing key of access tokens",
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
    fn an_act_round_trips_through_its_name() {
        for act in JournalAct::ALL {
            assert_eq!(act.name().parse(), Ok(act));
        }
        assert_eq!("x".parse::<JournalAct>(), Err(()));
    }
}
