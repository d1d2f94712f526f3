//! Where a post goes, as a form says it.

use super::{Context, Member};
use crate::{
    error::Result,
    model::{Destinations, Group, Problems, UserId},
    store::{Snapshot, groups},
    views::destinations::ToChoice,
};

/// The field of a form that names the destinations.
pub(super) const FIELD: &str = "to";

/// The field that says that a form lists all destinations, so that none chosen means none.
const LISTED: &str = "to_listed";

/// Parses the destinations of a new post.
pub(super) fn chosen(cx: &Context<'_, Member>, problems: &mut Problems) -> Option<Destinations> {
    problems.check(FIELD, Destinations::parse(cx.form().all(FIELD)))
}

/// Parses the new destinations of a post; none if the form leaves them as they are.
pub(super) fn changed(cx: &Context<'_, Member>, problems: &mut Problems) -> Option<Destinations> {
    let is_there = cx.form().has(FIELD) || cx.form().has(LISTED);
    is_there.then(|| chosen(cx, problems)).flatten()
}

/// Returns the destinations that the form of a new post offers, with those that were chosen in it. `otherwise` is chosen
/// in a form that nobody has filled in.
pub(super) fn choice(
    cx: &Context<'_, Member>,
    conn: &Snapshot,
    otherwise: &str,
) -> Result<ToChoice> {
    Ok(ToChoice {
        groups: offered(conn, cx.user.id)?,
        chosen: typed(cx, otherwise),
        offers_people: true,
    })
}

/// Returns the destinations that the form of an old post offers.
pub(super) fn choice_of_edit(cx: &Context<'_, Member>, conn: &Snapshot) -> Result<ToChoice> {
    Ok(ToChoice {
        groups: offered(conn, cx.user.id)?,
        chosen: typed(cx, ""),
        offers_people: false,
    })
}

fn offered(conn: &Snapshot, user: UserId) -> Result<Vec<Group>> {
    groups::to_post_to(conn, user)
}

/// Returns the words that were chosen in the form. A damaged choice comes back as it was typed.
fn typed(cx: &Context<'_, Member>, otherwise: &str) -> Vec<String> {
    let form = cx.form();
    let values = form.all(FIELD).flat_map(str::split_whitespace);
    let values: Vec<String> = values.map(str::to_owned).collect();
    if values.is_empty() && !form.has(LISTED) && !otherwise.is_empty() {
        vec![otherwise.to_owned()]
    } else {
        values
    }
}
