//! Where a post goes, as a form says it.

use super::{Context, Member};
use crate::{
    error::{Error, Result},
    model::{Destinations, Group, Problems, Readership, UserId},
    store::{Snapshot, groups, readership::of_destinations},
    views::destinations::ToChoice,
};

/// The field of a form that names the destinations.
pub(super) const FIELD: &str = "to";

/// The button of a form that asks who would see the post, and does not write it.
pub(super) const CHECK: &str = "check";

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
        readership: readership(cx, conn)?,
    })
}

/// Returns who would see the post, if the form asks for that and its destinations are right.
fn readership(cx: &Context<'_, Member>, conn: &Snapshot) -> Result<Option<Readership>> {
    let chosen = Destinations::parse(cx.form().all(FIELD));
    let (true, Ok(to)) = (cx.form().has(CHECK), chosen) else {
        return Ok(None);
    };
    match of_destinations(conn, cx.user.id, &to) {
        Err(Error::Invalid(_)) => Ok(None),
        other => other.map(Some),
    }
}

/// Finds what is wrong with the destinations of a post that is not written yet.
pub(super) fn checked(cx: &Context<'_, Member>, problems: &mut Problems) -> Result<()> {
    let Some(to) = chosen(cx, problems) else {
        return Ok(());
    };
    match cx.read(|conn| of_destinations(conn, cx.user.id, &to)) {
        Err(Error::Invalid(found)) => problems.append(found),
        other => _ = other?,
    }
    Ok(())
}

/// Returns the destinations that the form of an old post offers.
pub(super) fn choice_of_edit(cx: &Context<'_, Member>, conn: &Snapshot) -> Result<ToChoice> {
    Ok(ToChoice {
        groups: offered(conn, cx.user.id)?,
        chosen: typed(cx, ""),
        offers_people: false,
        readership: None,
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
