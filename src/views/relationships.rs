use maud::{Markup, html};

use super::{Drawing, forms};
use crate::model::{Relationship, User};

/// The button that fits: none for oneself. `next` is where the form leads, if not to the profile.
pub(crate) fn button(
    drawing: &Drawing<'_>,
    user: &User,
    relationship: Relationship,
    next: Option<&str>,
) -> Markup {
    let (path, label, class) = match relationship {
        Relationship::Oneself => return html! {},
        Relationship::Following => ("/unfollow/", "Unfollow", "quiet"),
        Relationship::NotFollowing => ("/follow/", "Follow", "primary"),
    };
    let name = user.username.as_str();
    html! {
        form id={ "follow-" (name) } method="post" action=(drawing.base.url(&format!("{path}{name}"))) data-fetch="follow" {
            (forms::token(drawing.form_token))
            @if let Some(next) = next { input type="hidden" name="next" value=(next); }
            button class=(class) aria-label={ (label) " " (user.shown_name()) } { (label) }
        }
    }
}
