use std::time::Duration;

use super::{InvitationId, Problems, Timestamp, User, UserName, text};

/// An invitation, as its maker and admins see it.
#[derive(Debug, Clone)]
pub struct Invitation {
    pub id: InvitationId,
    /// None: it was made on the command line.
    pub maker: Option<User>,
    pub note: String,
    /// People it was made for, and how many of them may still come.
    pub uses: u32,
    pub uses_left: u32,
    pub expires_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
    pub created_at: Timestamp,
    /// Whom those who come by it follow at once.
    pub follows: Vec<User>,
    /// Who came by it, oldest first.
    pub came: Vec<User>,
}

/// Whether an invitation still lets somebody in, and if not, why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitationState {
    Open,
    UsedUp,
    Expired,
    Revoked,
}

/// What its maker wants of an invitation.
#[derive(Debug, PartialEq, Eq)]
pub struct NewInvitation {
    pub uses: u32,
    pub lifetime: Duration,
    /// By name; that there are such people is for the database to say.
    pub follow: Vec<UserName>,
    pub note: String,
}

impl Invitation {
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

    /// Its place in a list.
    pub fn position(&self) -> i64 {
        self.id.0
    }
}

impl InvitationState {
    /// What somebody is told who comes with one that is not open; nothing if it is.
    pub fn refusal(self) -> Option<&'static str> {
        match self {
            InvitationState::Open => None,
            InvitationState::UsedUp => Some("This invitation has been used up."),
            InvitationState::Expired => Some("This invitation has expired."),
            InvitationState::Revoked => Some("This invitation has been taken back."),
        }
    }

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
    /// People whom one invitation lets in: a class, not the whole internet.
    pub const USES_MAX: u32 = 100;
    /// An invitation that nobody has used after three months is forgotten somewhere.
    pub const DAYS_MAX: u32 = 90;
    pub const USES_DEFAULT: u32 = 1;
    pub const DAYS_DEFAULT: u32 = 7;
    /// People whom a newcomer follows at once: a home that is not empty, and still theirs to choose.
    pub const FOLLOW_MAX: usize = 10;
    pub const NOTE_CHARS_MAX: u32 = 100;

    /// # Errors
    /// Everything that is wrong, field by field.
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

/// A number from one to `most`; an empty field takes the default.
fn number(text: &str, default: u32, most: u32) -> Result<u32, String> {
    match text.trim() {
        "" => Ok(default),
        text => {
            let number = text
                .parse()
                .ok()
                .filter(|number| (1..=most).contains(number));
            number.ok_or_else(|| format!("This must be a number from 1 to {most}."))
        }
    }
}

/// Usernames with spaces or commas between them; an `@` before one is no matter.
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
        return Err(format!("Name {most} people at most."));
    }
    Ok(names)
}

fn nobody(name: &str) -> String {
    let shown: String = name.chars().take(UserName::CHARS_MAX as usize).collect();
    format!("Nobody is called {shown}.")
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
    fn numbers_have_their_bounds() {
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
    fn people_to_follow_are_names_each_once() {
        let names = |text| names(text).map(|names| names.len());
        assert_eq!(names(" alice, @Bob  ALICE,,carol "), Ok(3));
        assert_eq!(names("a b c d e f g h i j"), Ok(10));
        assert!(names("a b c d e f g h i j k").is_err());
        assert!(names("al-ice").is_err());
    }
}
