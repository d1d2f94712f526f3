//! The number of posts that a guest may read on a public site.

use std::fmt;

use crate::model::PostId;

/// Number of posts in the list. No site can let a guest read more.
const POSTS_MAX: usize = 100;

/// List of posts that a guest has read in this session of the browser. The browser keeps the list: a guest who
/// deletes it starts again, as with any other name by which a guest could be known.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct GuestReads(Vec<PostId>);

impl GuestReads {
    /// Parses the value of the cookie, skipping everything that is not an id.
    pub(super) fn of(cookie: Option<&str>) -> GuestReads {
        let ids = cookie.unwrap_or_default().split('.');
        GuestReads(
            ids.filter_map(|id| id.parse().ok())
                .take(POSTS_MAX)
                .collect(),
        )
    }

    /// Adds a post, unless it is in the list already. Returns none if the list would exceed `limit`. A limit of 0
    /// is no limit, and then nothing is kept.
    pub fn with_post(&self, post: PostId, limit: u32) -> Option<GuestReads> {
        if limit == 0 {
            return Some(GuestReads::default());
        }
        if self.0.contains(&post) {
            return Some(self.clone());
        }
        if self.0.len() >= limit as usize {
            return None;
        }
        Some(GuestReads(self.0.iter().copied().chain([post]).collect()))
    }

    /// Returns whether nothing has been read.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for GuestReads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<String> = self.0.iter().map(PostId::to_string).collect();
        f.write_str(&ids.join("."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_counts_different_posts() {
        let none = GuestReads::default();
        let two = none
            .with_post(PostId(1), 2)
            .and_then(|one| one.with_post(PostId(2), 2));
        let two = two.expect("two of two");
        assert_eq!(
            two.with_post(PostId(1), 2),
            Some(two.clone()),
            "again is no more"
        );
        assert_eq!(two.with_post(PostId(3), 2), None);
        assert_eq!(GuestReads::of(Some(&two.to_string())), two);
        assert_eq!(none.with_post(PostId(3), 0), Some(none.clone()), "no limit");
        assert_eq!(GuestReads::of(Some("..x.\u{1}")), none);
    }
}
