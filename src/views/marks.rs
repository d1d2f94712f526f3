//! The names of the marks on what stands beside the home page, in links and for the script.

use crate::model::{Group, List, SearchId};

/// Returns the name of the mark on a list.
pub(crate) fn of_list(list: &List) -> String {
    format!("list:{}", list.slug.as_str())
}

/// Returns the name of the mark on a group.
pub(crate) fn of_group(group: &Group) -> String {
    format!("group:{}", group.name.key())
}

/// Returns the name of the mark on a saved search.
pub(crate) fn of_search(search: SearchId) -> String {
    format!("search:{search}")
}
