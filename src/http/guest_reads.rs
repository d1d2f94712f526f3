use std::fmt;

use crate::model::PostId;

/// More than a site can let a guest read.
const POSTS_MAX: usize = 100;

/// Which posts a guest has read in this session of the browser. It is the browser that keeps the list: whoever throws it
/// away reads from the start, as with any other name that a guest could be known by.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct GuestReads(Vec<PostId>);

impl GuestReads {
    pub(super) fn of(cookie: Option<&str>) -> GuestReads {
        let ids = cookie.unwrap_or_default().split('.');
        GuestReads(
            ids.filter_map(|id| id.parse().ok())
                .take(POSTS_MAX)
                .collect(),
        )
    }

    /// With one more, or one of them again; none if that would be more than `limit`. 0 is no limit, and then nothing is
    /// kept.
    pub fn and(&self, post: PostId, limit: u32) -> Option<GuestReads> {
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
    fn so_many_different_posts_and_no_more() {
        let none = GuestReads::default();
        let two = none.and(PostId(1), 2).and_then(|one| one.and(PostId(2), 2));
        let two = two.expect("two of two");
        assert_eq!(two.and(PostId(1), 2), Some(two.clone()), "again is no more");
        assert_eq!(two.and(PostId(3), 2), None);
        assert_eq!(GuestReads::of(Some(&two.to_string())), two);
        assert_eq!(none.and(PostId(3), 0), Some(none.clone()), "no limit");
        assert_eq!(GuestReads::of(Some("..x.\u{1}")), none);
    }
}
