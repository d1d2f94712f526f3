//! Bells: what a member wants to be told of.

use super::{PostId, Problems, UserName};

/// A thing that can have a bell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BellTarget {
    /// The own feed of a person: every new post in it.
    User(UserName),
    /// A post: every comment on it.
    Post(PostId),
}

impl BellTarget {
    /// The message about a person who is not there.
    pub const NO_USER: &str = "value is the username of somebody else here.";
    /// The message about a post that is not there.
    pub const NO_POST: &str = "value is the id of a post that you can see.";

    /// Parses the kind of a thing and its name.
    ///
    /// # Errors
    /// The field that is wrong, with what is allowed.
    pub fn parse(kind: &str, value: &str) -> Result<BellTarget, Problems> {
        match kind {
            "user" => value
                .parse()
                .map(BellTarget::User)
                .map_err(|()| Problems::of("value", BellTarget::NO_USER)),
            "post" => value
                .parse()
                .map(BellTarget::Post)
                .map_err(|()| Problems::of("value", BellTarget::NO_POST)),
            _ => Err(Problems::of("kind", "kind is user or post.")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bell_names_a_person_or_a_post() {
        let post = PostId(7);
        let parsed = BellTarget::parse("post", &post.to_string());
        assert_eq!(parsed, Ok(BellTarget::Post(post)));
        assert!(BellTarget::parse("user", "alice").is_ok());
        for (kind, value, field) in [
            ("", "alice", "kind"),
            ("tag", "alice", "kind"),
            ("user", "", "value"),
            ("user", "a b", "value"),
            ("post", "alice", "value"),
        ] {
            let problems = BellTarget::parse(kind, value).expect_err("it is wrong");
            assert!(problems.about(field).is_some(), "{kind} {value}");
        }
    }
}
