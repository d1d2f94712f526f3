//! Lists: the page of all of them, the river of one, and their forms.

use maud::{Markup, html};

use super::{
    Filled, Layout, RenderContext,
    forms::{self, Field, token},
    marks, names,
    phrases::phrase,
    rivers::{self, River},
};
use crate::{
    model::{BasePath, Group, List, ListId, ListMember, ListMembers, ListTitle, Tag, User},
    words::{fill, say},
};

mod json;

pub(crate) use json::{exported, in_section, page_json};

/// The people and groups that the form of a list offers, with the words that were chosen.
pub(crate) struct ListChoice {
    pub(crate) people: Vec<User>,
    pub(crate) groups: Vec<Group>,
    pub(crate) chosen: Vec<String>,
}

/// A member that the page of all lists offers to put into each of them.
pub(crate) struct Placing {
    /// The lists that have the member already.
    pub(crate) having: Vec<ListId>,
    /// The word that stands for the member.
    pub(crate) word: String,
}

impl ListChoice {
    /// Leaves out those that are in the list already, by their words.
    pub(crate) fn leave_out(&mut self, words: &[String]) {
        self.people
            .retain(|user| !words.contains(&format!("@{}", user.username.as_str())));
        self.groups
            .retain(|group| !words.iter().any(|word| word == group.name.as_str()));
    }
}

/// The most members whose names stand at the top of a list.
const NAMED_MAX: usize = 12;

/// Returns the path of the page that puts a member into lists, percent-encoded.
fn placing_path(member: &ListMember, base: &BasePath) -> String {
    let word = member.word().replace('#', "%23");
    base.url_encoded(&format!("/lists?member={word}"))
}

/// Renders the link to the page that puts a member into lists; nothing for guests.
pub(super) fn placing_link(member: &ListMember, render: &RenderContext<'_>) -> Markup {
    html! {
        @if !render.is_guest {
            a.button href=(placing_path(member, render.base)) { (say("Add to list")) }
        }
    }
}

/// Renders the link that puts a tag into lists.
pub(crate) fn placing_tag(tag: &Tag, render: &RenderContext<'_>) -> Markup {
    placing_link(&ListMember::Tag(tag.clone()), render)
}

/// Renders the names of a person's lists, for the side column.
pub(super) fn card(lists: &[List], render: &RenderContext<'_>) -> Markup {
    html! {
        section.card {
            h2 { (say("Lists")) }
            ul.people { @for list in lists { li { (link(list, render)) } } }
            p.all { a href=(render.base.url("/lists")) { (say("All lists")) } }
        }
    }
}

fn link(list: &List, render: &RenderContext<'_>) -> Markup {
    html! {
        a href=(render.base.url_encoded(&list.path())) data-mark=(marks::of_list(list)) { bdi { (list.title) } }
    }
}

/// Renders a person's lists, and the form of a new one.
pub(crate) fn index(
    layout: &Layout<'_>,
    lists: &[List],
    placing: Option<&Placing>,
    filled: &Filled<'_>,
    choice: &ListChoice,
) -> Markup {
    let render = &layout.render;
    layout.page(
        say("Lists"),
        &html! {
            header.heading {
                h1 { (say("Lists")) }
                p.hint { (say("A list shows the posts of the people, groups and tags that you choose. Only you see your lists.")) }
            }
            section.card aria-label=(say("My lists")) {
                @if let Some(placing) = placing { h2 { (phrase("Add {what} to a list", &[("what", &html! { bdi { (placing.word) } })])) } }
                @if lists.is_empty() { p.empty { (say("No lists yet. Make your first one below.")) } }
                ul.people {
                    @for (place, list) in lists.iter().enumerate() {
                        li {
                            div {
                                (link(list, render))
                                @if list.is_exclusive { p.hint { (say("not on Home")) } }
                            }
                            @if let Some(placing) = placing {
                                (place_button(layout, list, placing))
                            } @else {
                                @if place > 0 { (step(render, list, "up", say("Up"))) }
                                @if place + 1 < lists.len() { (step(render, list, "down", say("Down"))) }
                            }
                        }
                    }
                }
            }
            h2 { (say("New list")) }
            (form(layout, None, filled, choice))
        },
    )
}

/// Renders the button that puts a member into a list, or takes it out.
fn place_button(layout: &Layout<'_>, list: &List, placing: &Placing) -> Markup {
    let (path, label, class) = if placing.having.contains(&list.id) {
        ("remove", say("Remove"), "quiet")
    } else {
        ("add", say("Add"), "primary")
    };
    let fields = html! {
        input type="hidden" name="member" value=(placing.word);
        input type="hidden" name="next" value=(layout.here);
    };
    button(&layout.render, list, path, &fields, class, label)
}

/// Renders the button that moves a list.
fn step(render: &RenderContext<'_>, list: &List, step: &str, label: &str) -> Markup {
    let fields = html! { input type="hidden" name="move" value=(step); };
    button(render, list, "order", &fields, "quiet", label)
}

fn button(
    render: &RenderContext<'_>,
    list: &List,
    path: &str,
    fields: &Markup,
    class: &str,
    label: &str,
) -> Markup {
    html! {
        form method="post" action=(render.base.url_encoded(&format!("{}/{path}", list.path()))) {
            (token(render.form_token))
            (fields)
            button class=(class) aria-label={ (label) ": " (list.title) } { (label) }
        }
    }
}

/// Renders the posts of a list.
pub(crate) fn page(
    layout: &Layout<'_>,
    list: &List,
    members: &ListMembers,
    river: &River<'_>,
) -> Markup {
    let render = &layout.render;
    layout.page(
        &list.title,
        &html! {
            header.heading {
                h1 { bdi { (list.title) } }
                p { a.button href=(render.base.url_encoded(&format!("{}/edit", list.path()))) { (say("Edit list")) } }
            }
            p.hint { (named(members, render)) }
            @if list.is_exclusive { p.hint { (say("Posts of these people and groups are here, and not on Home.")) } }
            (rivers::river(layout, river))
        },
    )
}

/// Renders the names of the first members, and counts the others.
fn named(members: &ListMembers, render: &RenderContext<'_>) -> Markup {
    let people = members.people.iter();
    let people = people.map(|user| names::link(user, render));
    let groups = members.groups.iter();
    let groups = groups.map(|group| names::group_link(group, render));
    let tags = members.tags.iter().map(
        |tag| html! { a href=(render.base.url_encoded(&tag.path())) { "#" (tag.as_typed()) } },
    );
    let all: Vec<Markup> = people.chain(groups).chain(tags).collect();
    let others = all.len().saturating_sub(NAMED_MAX);
    html! {
        @if all.is_empty() { (say("Nobody is in this list yet. Edit it to add people, groups and tags.")) }
        @for (place, name) in all.iter().take(NAMED_MAX).enumerate() {
            @if place > 0 { " · " }
            (name)
        }
        @if others > 0 { " · " (phrase("and {n} more", &[("n", &others)])) }
    }
}

/// Renders the form that changes a list, and the one that deletes it.
pub(crate) fn edit(
    layout: &Layout<'_>,
    list: &List,
    filled: &Filled<'_>,
    choice: &ListChoice,
) -> Markup {
    let render = &layout.render;
    layout.page(
        say("Edit list"),
        &html! {
            h1 { (say("Edit list")) }
            (form(layout, Some(list), filled, choice))
            details.card {
                summary { (say("Delete this list")) }
                p { (say("The list is gone then. Posts, follows and groups stay as they are.")) }
                form method="post" action=(render.base.url_encoded(&format!("{}/delete", list.path()))) {
                    (token(render.form_token))
                    div.actions { button.danger { (say("Delete list")) } }
                }
            }
        },
    )
}

/// Renders the form of a new list, or of one that exists.
fn form(
    layout: &Layout<'_>,
    list: Option<&List>,
    filled: &Filled<'_>,
    choice: &ListChoice,
) -> Markup {
    let base = layout.render.base;
    let action = list.map_or("/lists".to_owned(), |list| format!("{}/edit", list.path()));
    let cancel = list.map_or("/lists".to_owned(), List::path);
    let title = Field {
        name: "title",
        label: say("Title"),
        kind: "text",
        autocomplete: "off",
        required: true,
        hint: Some(fill(
            "Up to {n} characters.",
            &[("n", &ListTitle::CHARS_MAX.to_string())],
        )),
    };
    let wrong = filled.problems.about("members").is_some();
    html! {
        form.card.form method="post" action=(base.url_encoded(&action)) {
            (token(layout.render.form_token))
            (forms::problem(filled.problems))
            (forms::field(&title, filled))
            div.field {
                label for="members" { (say("People, groups and tags")) }
                textarea #members name="members" rows="4" autocapitalize="none" spellcheck="false"
                    aria-invalid=[wrong.then_some("true")]
                    aria-describedby=(if wrong { "members-error" } else { "members-hint" }) {
                    "\n" ((filled.value)("members"))
                }
                p.hint #members-hint {
                    (phrase("@name for a person, a group’s name, or #tag, with spaces between them. Up to {n} people and groups, and {tags} tags.", &[
                        ("n", &List::FEEDS_MAX), ("tags", &List::TAGS_MAX),
                    ]))
                }
                (forms::field_problem("members", filled.problems))
            }
            (offered(choice))
            label.check {
                input type="checkbox" name="only" value="1" checked[!(filled.value)("only").is_empty()];
                " " (say("Show posts of these people and groups only in this list, and not on Home"))
            }
            div.actions {
                button.primary { (if list.is_some() { say("Save") } else { say("Create list") }) }
                @if list.is_some() { " " a.button href=(base.url_encoded(&cancel)) { (say("Cancel")) } }
            }
        }
    }
}

/// Renders checkboxes for people and groups whom the owner follows.
fn offered(choice: &ListChoice) -> Markup {
    let checkbox = |word: String, name: &str| {
        let is_chosen = choice.chosen.contains(&word);
        html! {
            label.check {
                input type="checkbox" name="member" value=(word) checked[is_chosen];
                " " bdi { (name) }
            }
        }
    };
    let people = choice.people.iter().map(|user| {
        let word = format!("@{}", user.username.as_str());
        checkbox(word, user.shown_name())
    });
    let groups = choice.groups.iter();
    let groups = groups.map(|group| checkbox(group.name.as_str().into(), group.shown_name()));
    let all: Vec<Markup> = people.chain(groups).collect();
    html! {
        @if !all.is_empty() {
            details.field open[!choice.chosen.is_empty()] {
                summary { (say("Add people and groups you follow")) }
                @for one in &all { (one) }
            }
        }
    }
}
