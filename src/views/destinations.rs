//! Where a post is and where it may go: the line under its author, the part of the form that chooses, and the JSON.

use maud::{Markup, html};
use serde::Serialize;

use super::{Filled, RenderContext, forms, names, phrases::phrase, times};
use crate::{
    model::{Destinations, Group, Participation, Post, PostKind, PostPlace, Readership, User},
    words::{message, say},
};

/// The places that a form offers, and those that are chosen in it.
#[derive(Default)]
pub(crate) struct ToChoice {
    /// The groups that the author may post to.
    pub(crate) groups: Vec<Group>,
    /// The words that are chosen, as [`Destinations::words`] has them.
    pub(crate) chosen: Vec<String>,
    /// True for the form of a new post, which may go to people instead.
    pub(crate) offers_people: bool,
    /// Who would see the post, if that was asked.
    pub(crate) readership: Option<Readership>,
}

/// A place that a post is in, as JSON.
#[derive(Serialize)]
pub(crate) struct PlaceJson<'a> {
    kind: &'static str,
    name: &'a str,
}

/// Returns the places that the viewer knows of, as JSON.
pub(crate) fn json(post: &Post) -> Vec<PlaceJson<'_>> {
    let own = PlaceJson {
        kind: PostPlace::Own.kind(),
        name: post.author.username.as_str(),
    };
    if post.kind == PostKind::Personal {
        return vec![own];
    }
    let places = post.to.iter().map(|place| PlaceJson {
        kind: place.kind(),
        name: match place {
            PostPlace::Own => post.author.username.as_str(),
            PostPlace::Group(group) => group.name.as_str(),
            PostPlace::Person(user) => user.username.as_str(),
        },
    });
    places.collect()
}

/// Renders `in Garden Club and Kitchen`, or `to Ann, Bo and you` for a direct message; nothing for a post that is in its
/// author's own feed alone.
pub(super) fn line(post: &Post, render: &RenderContext<'_>) -> Markup {
    let shown = post.to.iter().filter(|place| **place != PostPlace::Own);
    let shown: Vec<&PostPlace> = shown.collect();
    if shown.is_empty() && !post.is_direct() {
        return html! {};
    }
    let link = |place: &PostPlace| match place {
        PostPlace::Group(group) => names::group_link(group, render),
        PostPlace::Person(user) => names::link(user, render),
        PostPlace::Own => html! {},
    };
    let places = match shown.split_last() {
        None => html! { (say("nobody any more")) },
        Some((last, [])) => link(last),
        Some((last, others)) => {
            let others = html! { @for (n, place) in others.iter().enumerate() { @if n > 0 { ", " } (link(place)) } };
            phrase(
                "{list} and {last}",
                &[("list", &others), ("last", &link(last))],
            )
        }
    };
    html! {
        p.place {
            @if post.is_direct() { (phrase("to {people}", &[("people", &places)])) }
            @else { (phrase("in {groups}", &[("groups", &places)])) }
        }
    }
}

/// Renders who came to a conversation and who left it.
pub(super) fn participations(changes: &[Participation], render: &RenderContext<'_>) -> Markup {
    html! {
        @for change in changes {
            p.hint.participation {
                @if let Some(by) = &change.added_by { (phrase("{who} added {whom}", &[("who", &html! { bdi { (by) } }), ("whom", &names::link(&change.user, render))])) }
                @else { (phrase("{who} left the conversation", &[("who", &names::link(&change.user, render))])) }
                " · " (times::time(change.created_at, render.zone))
            }
        }
    }
}

/// Renders the part of a form that chooses where the post goes. It is folded unless something is wrong.
pub(super) fn field(id: &str, choice: &ToChoice, filled: &Filled<'_>) -> Markup {
    let problem = filled.problems.about("to");
    let error = format!("{id}-to-error");
    let is_chosen = |word: &str| {
        let mut chosen = choice.chosen.iter();
        chosen.any(|other| other.eq_ignore_ascii_case(word))
    };
    let people: Vec<&str> = choice
        .chosen
        .iter()
        .map(String::as_str)
        .filter(|word| word.starts_with('@'))
        .collect();
    html! {
        details.to open[problem.is_some() || !people.is_empty()] {
            summary { (say("To:")) " " span.to-words { (words(choice)) } }
            input type="hidden" name="to_listed" value="1";
            fieldset aria-describedby=[problem.map(|_| &error)] {
                legend.visually-hidden { (say("Where the post goes")) }
                label.check {
                    input type="checkbox" name="to" value=(Destinations::OWN) data-words=(say("my feed")) checked[is_chosen(Destinations::OWN)];
                    " " (say("My feed"))
                }
                @for group in &choice.groups {
                    label.check {
                        input type="checkbox" name="to" value=(group.name.as_str()) data-words=(group.shown_name())
                            checked[is_chosen(group.name.as_str())];
                        " " bdi { (group.shown_name()) } @if group.is_private { span.hint { " · " (say("private")) } }
                    }
                }
                // With the script, the answer is there without asking.
                @if choice.offers_people { noscript { button name="check" value="1" { (say("Who will see this?")) } } }
                @if choice.offers_people {
                    label {
                        (say("Or people, for a direct message"))
                        input name="to" data-people value=(people.join(" ")) placeholder="@ann @bo" autocomplete="off"
                            autocapitalize="none" spellcheck="false";
                    }
                }
            }
            @if let Some(problem) = problem { p.field-error id=(error) role="alert" { (message(problem)) } }
        }
    }
}

/// Says in words what is chosen.
fn words(choice: &ToChoice) -> String {
    let name = |word: &String| {
        let mut groups = choice.groups.iter();
        let group = groups.find(|group| group.name.as_str().eq_ignore_ascii_case(word));
        match group {
            Some(group) => group.shown_name().to_owned(),
            None if word == Destinations::OWN => say("my feed").to_owned(),
            None => word.clone(),
        }
    };
    let names: Vec<String> = choice.chosen.iter().map(name).collect();
    if names.is_empty() {
        say("my feed").to_owned()
    } else {
        names.join(", ")
    }
}

/// Renders the forms under a conversation: to add somebody, and to leave.
pub(super) fn conversation(
    post: &Post,
    render: &RenderContext<'_>,
    filled: Option<&Filled<'_>>,
) -> Markup {
    let id = post.id;
    let problem = filled.and_then(|filled| filled.problems.about("user"));
    html! {
        section.card.conversation aria-label=(say("Conversation")) {
            form method="post" action=(render.base.url(&format!("/post/{id}/participants"))) {
                (forms::token(render.form_token))
                label for="user" { (say("Add somebody")) }
                p.hint #user-hint { (say("They will see everything in this conversation, also what is older.")) }
                div.line {
                    input #user name="user" placeholder="@ann" autocomplete="off" autocapitalize="none" required
                        value=[filled.map(|filled| (filled.value)("user"))] aria-describedby="user-hint"
                        aria-invalid=[problem.map(|_| "true")];
                    button { (say("Add")) }
                }
                @if let Some(problem) = problem { p.field-error role="alert" { (message(problem)) } }
            }
            form method="post" action=(render.base.url(&format!("/post/{id}/leave"))) {
                (forms::token(render.form_token))
                button.quiet { (say("Leave the conversation")) }
            }
        }
    }
}

/// Returns the words of the places that a post is in now, for the form that changes it.
pub(super) fn chosen_words(post: &Post) -> Vec<String> {
    if post.kind == PostKind::Personal {
        return vec![Destinations::OWN.to_owned()];
    }
    let words = post.to.iter().filter_map(|place| match place {
        PostPlace::Own => Some(Destinations::OWN.to_owned()),
        PostPlace::Group(group) => Some(group.name.as_str().to_owned()),
        PostPlace::Person(User { .. }) => None,
    });
    words.collect()
}
