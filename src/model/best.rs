//! The best posts of some days: which days, and what makes a post one of the best.

use std::{fmt, time::Duration};

/// The time in which the best posts were written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BestOf {
    Day,
    Week,
    Month,
}

impl BestOf {
    pub const ALL: [BestOf; 3] = [BestOf::Day, BestOf::Week, BestOf::Month];

    /// Parses a number of days. An empty text is the week.
    ///
    /// # Errors
    /// A sentence that says what is allowed.
    pub fn parse(days: &str) -> Result<BestOf, String> {
        let mut all = BestOf::ALL.into_iter();
        match days {
            "" => Ok(BestOf::Week),
            days => all
                .find(|one| one.to_string() == days)
                .ok_or_else(|| "days is 1, 7 or 30.".to_owned()),
        }
    }

    fn days(self) -> u64 {
        match self {
            BestOf::Day => 1,
            BestOf::Week => 7,
            BestOf::Month => 30,
        }
    }

    /// Returns the time that the posts may be old.
    pub fn duration(self) -> Duration {
        Duration::from_hours(24 * self.days())
    }
}

/// Writes the number of days.
impl fmt::Display for BestOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.days().fmt(f)
    }
}

/// Weighs a post: ten for each person who likes it, three for each comment, and one for each like of a comment.
pub fn best_score(likes: u64, comments: u64, comment_likes: u64) -> u64 {
    10 * likes + 3 * comments + comment_likes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_numbers_of_days_are_known_and_a_week_is_meant_by_none() {
        let parsed = ["1", "7", "30", ""].map(BestOf::parse);
        let expected = [BestOf::Day, BestOf::Week, BestOf::Month, BestOf::Week];
        assert_eq!(parsed, expected.map(Ok));
        for wrong in ["0", "2", "07", "+7", "seven", "7 "] {
            assert!(BestOf::parse(wrong).is_err(), "{wrong}");
        }
    }
}
