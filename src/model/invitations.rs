//! Invitations, and the form that creates one.

use std::time::Duration;

use super::{InvitationId, Problems, Timestamp, User, UserName, text};

/// An invitation, as its maker and admins see it.
#[derive(Debug, Clone)]
pub struct Invitation {
    pub id: InvitationId,
    /// `None` if it was created on the command line.
    pub maker: Option<User>,
    pub note: String,
    /// The number of people it is for. `uses_left` of them can still join.
    pub uses: u32,
    pub uses_left: u32,
    pub expires_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
    pub created_at: Timestamp,
    /// The people that everybody who joins with it follows from the start.
    pub follows: Vec<User>,
    /// The people who joined with it, oldest first.
    pub came: Vec<User>,
}

/// The state of an invitation: open, or the reason why it is no longer valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitationState {
    Open,
    UsedUp,
    Expired,
    Revoked,
}

/// The form that creates an invitation.
#[derive(Debug, PartialEq, Eq)]
pub struct NewInvitation {
    pub uses: u32,
    pub lifetime: Duration,
    /// Usernames. Only the database knows whether they exist.
    pub follow: Vec<UserName>,
    pub note: String,
}

impl Invitation {
    /// Returns the state at this time.
    pub fn state(&self, now: Timestamp) -> InvitationState {
        if self.revoked_at.is_some() {
            InvitationState::Revoked
        } else if self.uses_left == 0 {
            InvitationState::UsedUp
        } else if self.expires_at <= now {
            InvitationState::Expired
        } else {
            InvitationState::Open
        }
    }

    /// Returns the position in a list, for paging.
    pub fn position(&self) -> i64 {
        self.id.0
    }
}

impl InvitationState {
    /// Returns the message for a visitor whose invitation is not valid, or `None` if it is open.
    pub fn refusal(self) -> Option<&'static str> {
        match self {
            InvitationState::Open => None,
            InvitationState::UsedUp => Some("This invitation has been used up."),
            InvitationState::Expired => Some("This invitation has expired."),
            InvitationState::Revoked => Some("This invitation has been revoked."),
        }
    }

    /// Returns the state as text.
    pub fn name(self) -> &'static str {
        match self {
            InvitationState::Open => "open",
            InvitationState::UsedUp => "used up",
            InvitationState::Expired => "expired",
            InvitationState::Revoked => "revoked",
        }
    }
}

impl NewInvitation {
    /// The most people that one invitation admits: a school class, not the whole internet.
    pub const USES_MAX: u32 = 100;
    /// The longest lifetime in days. An invitation that nobody has used for three months has been forgotten.
    pub const DAYS_MAX: u32 = 90;
    pub const USES_DEFAULT: u32 = 1;
    pub const DAYS_DEFAULT: u32 = 7;
    /// The most people that newcomers follow from the start: enough to fill a home page, few enough to choose by hand.
    pub const FOLLOW_MAX: usize = 10;
    pub const NOTE_CHARS_MAX: u32 = 100;

    /// Parses the form.
    ///
    /// # Errors
    /// All problems, field by field.
    pub fn parse<'f>(field: impl Fn(&str) -> &'f str) -> Result<NewInvitation, Problems> {
        let mut problems = Problems::default();
        let uses = problems.check(
            "uses",
            number(field("uses"), Self::USES_DEFAULT, Self::USES_MAX),
        );
        let days = problems.check(
            "days",
            number(field("days"), Self::DAYS_DEFAULT, Self::DAYS_MAX),
        );
        let follow = problems.check("follow", names(field("follow")));
        let note = text::clean_line(field("note"))
            .and_then(|note| text::at_most(note, Self::NOTE_CHARS_MAX));
        let note = problems.check("note", note);
        match (uses, days, follow, note) {
            (Some(uses), Some(days), Some(follow), Some(note)) => Ok(NewInvitation {
                uses,
                lifetime: Duration::from_hours(24 * u64::from(days)),
                follow,
                note,
            }),
            _ => Err(problems),
        }
    }
}

/// Parses a number from one to `most`. An empty field means the default.
fn number(text: &str, default: u32, most: u32) -> Result<u32, String> {
    match text.trim() {
        "" => Ok(default),
        text => {
            let number = text
                .parse()
                .ok()
                .filter(|number| (1..=most).contains(number));
            number.ok_or_else(|| format!("Enter a number from 1 to {most}."))
        }
    }
}

/// Parses usernames separated by spaces or commas. Each may start with `@`.
fn names(text: &str) -> Result<Vec<UserName>, String> {
    let mut names: Vec<UserName> = Vec::new();
    let words = text.split(|c: char| c == ',' || c.is_whitespace());
    for word in words.filter(|word| !word.is_empty()) {
        let name = word.strip_prefix('@').unwrap_or(word);
        let name = UserName::parse(name).map_err(|_| nobody(name))?;
        if !names.iter().any(|other| other.is(&name)) {
            names.push(name);
        }
    }
    if names.len() > NewInvitation::FOLLOW_MAX {
        let most = NewInvitation::FOLLOW_MAX;
        return Err(format!("Enter at most {most} usernames."));
    }
    Ok(names)
}

/// Returns the error message for a username that does not exist.
fn nobody(name: &str) -> String {
    let shown: String = name.chars().take(UserName::CHARS_MAX as usize).collect();
    format!("There is no user called {shown}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(fields: &[(&str, &'static str)]) -> Result<NewInvitation, Problems> {
        NewInvitation::parse(|name| {
            let found = fields.iter().find(|(key, _)| *key == name);
            found.map_or("", |(_, value)| value)
        })
    }

    #[test]
    fn an_empty_form_invites_one_person_for_a_week() {
        let new = parse(&[]).expect("everything has a default");
        assert_eq!((new.uses, new.lifetime.as_secs()), (1, 7 * 86_400));
        assert_eq!(new.follow, []);
    }

    #[test]
    fn numbers_out_of_range_are_refused() {
        assert_eq!(parse(&[("uses", "100")]).map(|new| new.uses), Ok(100));
        for wrong in ["0", "101", "-1", "one", "1.5", "99999999999"] {
            let problems = parse(&[("uses", wrong), ("days", wrong)]).expect_err(wrong);
            assert!(
                problems.about("uses").is_some() && problems.about("days").is_some(),
                "{wrong}"
            );
        }
    }

    #[test]
    fn usernames_to_follow_count_once_and_are_limited() {
        let names = |text| names(text).map(|names| names.len());
        assert_eq!(names(" alice, @Bob  ALICE,,carol "), Ok(3));
        assert_eq!(names("a b c d e f g h i j"), Ok(10));
        assert!(names("a b c d e f g h i j k").is_err());
        assert!(names("al-ice").is_err());
    }
}
