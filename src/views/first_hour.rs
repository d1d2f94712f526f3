//! What a member sees at home who follows nobody yet: what to do first, people to follow, and the newest posts of all.

use maud::{Markup, html};

use super::{Layout, people, posts};
use crate::model::{Post, RelatedUser};

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
    /// The path of the page where it is done.
    path: String,
    words: &'static str,
    why: &'static str,
}

impl FirstHour {
    /// Returns what to do, in this order.
    fn steps(&self, layout: &Layout<'_>) -> Vec<Step> {
        let user = layout.user;
        let step = |is_done, path: &str, words, why| Step {
            is_done,
            path: layout.render.base.url(path),
            words,
            why,
        };
        let is_known = user.is_some_and(|user| user.avatar.is_some() && !user.name.is_empty());
        let mut steps = vec![step(
            is_known,
            "/profile/edit",
            "Add your name and a picture",
            "So that others recognise you.",
        )];
        if layout.may_invite {
            steps.push(step(
                false,
                "/settings/invitations",
                "Invite people",
                "A link or a code to scan lets them register.",
            ));
        }
        steps.push(step(
            self.has_posted,
            "/",
            "Write your first post",
            "In the box above. A line is enough.",
        ));
        if let Some(post) = steps.last_mut() {
            post.path += "#message";
        }
        steps.push(step(
            false,
            "/groups",
            "Look at the groups",
            "A group is a page for a subject or a circle.",
        ));
        steps
    }
}

/// Renders what to do first. `others` are people to follow.
pub(super) fn start(layout: &Layout<'_>, hour: &FirstHour, others: &[RelatedUser]) -> Markup {
    html! {
        section.start.card aria-label="First steps" {
            ol.steps {
                @for step in hour.steps(layout) {
                    li.done[step.is_done] {
                        a href=(step.path) { (step.words) }
                        @if step.is_done { span.visually-hidden { " (done)" } }
                        p.hint { (step.why) }
                    }
                }
            }
        }
        @if !others.is_empty() {
            section.card {
                h2 { "Follow people to fill this page" }
                (people::list(&layout.render, others, Some(&layout.here)))
                p.all { a href=(layout.render.base.url("/people")) { "Find people" } }
            }
        }
        @if !hour.newest.is_empty() {
            section.newest-posts {
                header.heading { h2 { "Newest posts here" } }
                div { @for post in &hour.newest { (posts::article(post, &layout.render)) } }
            }
        }
    }
}
