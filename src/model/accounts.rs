use super::{Password, PasswordRules, Problems};

/// A new password in place of an old one.
pub struct PasswordChange {
    pub current: Password,
    pub new: Password,
}

impl PasswordChange {
    /// # Errors
    /// Everything that is wrong, field by field.
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
