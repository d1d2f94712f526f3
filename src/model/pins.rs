//! The feeds that a person can pin a post to.

use super::Group;

/// A feed that contains a post, and that a person can pin the post to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinPlace {
    /// The group that owns the feed. `None` for the person's own feed.
    pub group: Option<Group>,
    /// True if the post is pinned there.
    pub is_pinned: bool,
}

impl PinPlace {
    /// The name of the person's own feed in forms.
    pub const OWN: &str = "feed";

    /// Returns the name in forms.
    pub fn name(&self) -> &str {
        match &self.group {
            Some(group) => group.name.as_str(),
            None => PinPlace::OWN,
        }
    }
}
