//! The import of an archive that somebody uploaded: its states, and what is kept of it.

use super::Timestamp;

/// Declares the states with their names in the database, which never change.
macro_rules! states {
    ($($state:ident: $name:literal;)*) => {
        /// The state of the archive that a person uploaded last.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum RunState {
            $($state),*
        }

        impl RunState {
            /// Returns the name in the database.
            pub fn name(self) -> &'static str {
                match self {
                    $(RunState::$state => $name),*
                }
            }

            /// Returns the state with this name.
            pub fn named(name: &str) -> Option<RunState> {
                match name {
                    $($name => Some(RunState::$state),)*
                    _ => None,
                }
            }
        }
    };
}

states! {
    // It waits for others, and is looked at after them.
    WaitingForLook:   "waiting for look";
    Looking:          "looking";
    // It was looked at, and waits for its owner.
    Looked:           "looked";
    WaitingForImport: "waiting for import";
    Importing:        "importing";
    Done:             "done";
    Cancelled:        "cancelled";
    // Its owner did not say in time that it be imported.
    Expired:          "expired";
    // It cannot be read, or the site did not take it; the report says why.
    Failed:           "failed";
    // The program ended meanwhile.
    Cut:              "cut";
}

impl RunState {
    /// Returns whether there is still an archive.
    pub fn is_open(self) -> bool {
        matches!(
            self,
            RunState::WaitingForLook
                | RunState::Looking
                | RunState::Looked
                | RunState::WaitingForImport
                | RunState::Importing
        )
    }

    /// Returns whether the state changes without its owner.
    pub fn is_moving(self) -> bool {
        self.is_open() && self != RunState::Looked
    }
}

/// The archive that a person uploaded last, and how far its import is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRun {
    pub state: RunState,
    /// When the archive came. It also tells one run from another.
    pub started_at: Timestamp,
    /// The report as lines, of the look or of the import.
    pub report: String,
    /// The usernames of people here who are called like those whom the person followed there.
    pub follows: Vec<String>,
    /// True if there is a list of things on other sites.
    pub has_elsewhere: bool,
}

/// What a run reports: lines for its owner, and the lists that belong to them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunReport {
    pub lines: String,
    pub follows: Vec<String>,
    pub elsewhere: Vec<String>,
}

/// How far an import is at this moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RunProgress {
    pub looked_at: u64,
    /// The posts of the whole archive; 0 until it was looked at.
    pub total: u64,
    pub posts: u64,
    pub pictures: u64,
    /// The number of archives that come before it.
    pub before: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_known_by_its_name_again() {
        for state in [RunState::WaitingForLook, RunState::Looked, RunState::Cut] {
            assert_eq!(RunState::named(state.name()), Some(state));
        }
        assert_eq!(RunState::named("nothing"), None);
        assert!(RunState::Looked.is_open() && !RunState::Looked.is_moving());
    }
}
