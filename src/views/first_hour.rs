//! The home page of a member who follows nobody yet: what to do first, people to follow, and the newest posts of all.

use maud::{Markup, html};

use super::{Layout, composer, people, posts};
use crate::{
    model::{Post, RelatedUser},
    words::say,
};

/// The content of the home page for somebody who follows nobody.
pub(crate) struct FirstHour {
    /// The newest posts that they may read.
    pub(crate) newest: Vec<Post>,
    /// True if they have written something.
    pub(crate) has_posted: bool,
}

/// A thing to do first.
struct Step {
    is_done: bool,
    /// The address of the page where it is done.
    url: String,
    words: &'static str,
    why: &'static str,
}

impl FirstHour {
    /// Returns what to do, in this order.
    fn steps(&self, layout: &Layout<'_>) -> Vec<Step> {
        let (user, base) = (layout.user, layout.render.base);
        let is_known = user.is_some_and(|user| user.avatar.is_some() && !user.name.is_empty());
        let invite = layout.may_invite.then(|| Step {
            is_done: false,
            url: base.url("/settings/invitations"),
            words: say("Invite people"),
            why: say("A link or a code to scan lets them register."),
        });
        let others = [
            Step {
                is_done: self.has_posted,
                url: composer::url(base),
                words: say("Write your first post"),
                why: say("In the box above. A line is enough."),
            },
            Step {
                is_done: false,
                url: base.url("/groups"),
                words: say("Look at the groups"),
                why: say("A group is a page for a subject or a circle."),
            },
        ];
        let first = Step {
            is_done: is_known,
            url: base.url("/profile/edit"),
            words: say("Add your name and a picture"),
            why: say("So that others recognise you."),
        };
        std::iter::once(first).chain(invite).chain(others).collect()
    }
}

/// Renders what to do first. `others` are people to follow.
pub(super) fn start(layout: &Layout<'_>, hour: &FirstHour, others: &[RelatedUser]) -> Markup {
    html! {
        section.start.card aria-label=(say("First steps")) {
            ol.steps {
                @for step in hour.steps(layout) {
                    li.done[step.is_done] {
                        a href=(step.url) { (step.words) }
                        @if step.is_done { span.visually-hidden { " " (say("(done)")) } }
                        p.hint { (step.why) }
                    }
                }
            }
        }
        @if !others.is_empty() {
            section.card {
                h2 { (say("Follow people to fill this page")) }
                (people::list(&layout.render, others, Some(&layout.here)))
                p.all { a href=(layout.render.base.url("/people")) { (say("Find people")) } }
            }
        }
        @if !hour.newest.is_empty() {
            section.newest-posts {
                header.heading { h2 { (say("Newest posts here")) } }
                div { @for post in &hour.newest { (posts::article(post, &layout.render)) } }
            }
        }
    }
}
