//! Bells: what a member wants to be told of.

use super::{GroupName, PostId, Problems, UserName};

/// A thing that can have a bell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BellTarget {
    /// The own feed of a person: every new post in it.
    User(UserName),
    /// A group: every new post in it.
    Group(GroupName),
    /// A post: every comment on it.
    Post(PostId),
}

impl BellTarget {
    /// The message about a person who is not there.
    pub const NO_USER: &str = "value is the username of somebody else here.";
    /// The message about a group that is not there.
    pub const NO_GROUP: &str = "value is the name of a group here.";
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
            "group" => value
                .parse()
                .map(BellTarget::Group)
                .map_err(|()| Problems::of("value", BellTarget::NO_GROUP)),
            "post" => value
                .parse()
                .map(BellTarget::Post)
                .map_err(|()| Problems::of("value", BellTarget::NO_POST)),
            _ => Err(Problems::of("kind", "kind is user, group or post.")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bell_names_a_person_a_group_or_a_post() {
        let post = PostId(7);
        let parsed = BellTarget::parse("post", &post.to_string());
        assert_eq!(parsed, Ok(BellTarget::Post(post)));
        assert!(BellTarget::parse("user", "alice").is_ok());
        assert!(BellTarget::parse("group", "garden-club").is_ok());
        for (kind, value, field) in [
            ("", "alice", "kind"),
            ("tag", "alice", "kind"),
            ("user", "", "value"),
            ("user", "a b", "value"),
            ("group", "a b", "value"),
            ("post", "alice", "value"),
        ] {
            let problems = BellTarget::parse(kind, value).expect_err("it is wrong");
            assert!(problems.about(field).is_some(), "{kind} {value}");
        }
    }
}
