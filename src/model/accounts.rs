//! The forms for accounts: registration, sign-in, and the change of a password.

use super::{DisplayName, Email, Password, PasswordRules, Problems, UserName, text};

/// The registration form.
pub struct NewUser {
    pub username: UserName,
    pub password: Password,
    pub name: DisplayName,
    pub email: Email,
}

/// The sign-in form. Any password is accepted here, because it is only compared.
pub struct Credentials {
    pub username: String,
    pub password: Password,
}

/// A form that replaces a password.
pub struct PasswordChange {
    pub current: Password,
    pub new: Password,
}

impl NewUser {
    /// Parses the form.
    ///
    /// # Errors
    /// All problems, field by field.
    pub fn parse<'f>(
        field: impl Fn(&str) -> &'f str,
        rules: &PasswordRules<'_>,
    ) -> Result<NewUser, Problems> {
        let mut problems = Problems::default();
        let username = problems.check("username", UserName::parse(field("username")));
        let password = problems.check(
            "password",
            Password::parse(field("password"), field("username"), rules),
        );
        let name = problems.check("name", DisplayName::parse(field("name")));
        let email = problems.check("email", Email::parse(field("email")));
        match (username, password, name, email) {
            (Some(username), Some(password), Some(name), Some(email)) => Ok(NewUser {
                username,
                password,
                name,
                email,
            }),
            _ => Err(problems),
        }
    }
}

impl Credentials {
    /// Parses the form.
    ///
    /// # Errors
    /// An empty field, or a password longer than any valid one.
    pub fn parse<'f>(field: impl Fn(&str) -> &'f str) -> Result<Credentials, Problems> {
        let mut problems = Problems::default();
        let username = problems.check(
            "username",
            text::not_empty(field("username").trim().to_owned()),
        );
        let password = problems.check("password", Password::given(field("password")));
        match (username, password) {
            (Some(username), Some(password)) => Ok(Credentials { username, password }),
            _ => Err(problems),
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_invalid_field_has_a_problem() {
        let filled = |name: &str| if name == "email" { "nobody" } else { "" };
        let Err(problems) = NewUser::parse(filled, &PasswordRules::LEAST) else {
            panic!("nothing was filled in");
        };
        let fields: Vec<_> = problems.iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["username", "password", "email"]);
    }
}
