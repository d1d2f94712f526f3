//! The form with which members change their password.

use super::{Password, PasswordRules, Problems};

/// A form that replaces a password.
pub struct PasswordChange {
    pub current: Password,
    pub new: Password,
}

impl PasswordChange {
    /// Parses the form. The username and the rules of the site are needed to judge the new password.
    ///
    /// # Errors
    /// All problems, field by field.
    pub fn parse<'f>(
        field: impl Fn(&str) -> &'f str,
        username: &str,
        rules: &PasswordRules<'_>,
    ) -> Result<PasswordChange, Problems> {
        let mut problems = Problems::default();
        let current = problems.check(
            "current_password",
            Password::given(field("current_password")),
        );
        let new = problems.check(
            "new_password",
            Password::parse(field("new_password"), username, rules),
        );
        match (current, new) {
            (Some(current), Some(new)) => Ok(PasswordChange { current, new }),
            _ => Err(problems),
        }
    }
}
