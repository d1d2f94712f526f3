//! The order of posts on the home page.

use std::str::FromStr;

/// The order of posts on the home page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum HomeOrder {
    /// By what happened last.
    #[default]
    Activity,
    /// By when posts were written.
    Date,
}

impl HomeOrder {
    pub const ALL: [HomeOrder; 2] = [HomeOrder::Activity, HomeOrder::Date];

    /// Returns the name in addresses and cookies.
    pub fn name(self) -> &'static str {
        match self {
            HomeOrder::Activity => "activity",
            HomeOrder::Date => "date",
        }
    }
}

impl FromStr for HomeOrder {
    type Err = ();

    fn from_str(text: &str) -> Result<HomeOrder, ()> {
        let mut all = HomeOrder::ALL.into_iter();
        all.find(|order| order.name() == text).ok_or(())
    }
}
