//! Hiding: the line at the foot of a list, the page to hide something, and the settings page.

use jiff::{Unit, tz::TimeZone};
use maud::{Markup, html};

use super::{
    Filled, Layout, RenderContext,
    forms::{self, Field},
    icons::Icon,
    names,
    phrases::phrase,
    settings::{self, Section},
    times,
};
use crate::{
    model::{
        Group, HiddenPost, Hide, HideKind, HideName, HideScope, HideSpan, HideSubject, ListedHide,
        Phrase, Post, Tag, Timestamp, UserName,
    },
    words::{count, fill, later, say},
};

mod json;

pub(crate) use json::{exported, in_archive, json};

/// The number of days in which a weekday says which day is meant.
const WEEKDAYS: i32 = 7;

/// A thing that can be hidden, as the fields `kind` and `value` name it.
struct HideFields {
    kind: HideKind,
    value: String,
}

/// Renders the line at the foot of a list, which opens in place. `here` is the page to come back to.
pub(super) fn foot(
    render: &RenderContext<'_>,
    hidden: &[HiddenPost],
    now: Timestamp,
    here: &str,
) -> Markup {
    html! {
        @if !hidden.is_empty() {
            details.hidden-posts.card {
                summary { (count(hidden.len() as u64, "{n} hidden post", "{n} hidden posts")) }
                ul.rows {
                    @for post in hidden {
                        @for hide in &post.reasons {
                            li {
                                p {
                                    a href=(render.base.url(&post.address.path())) {
                                        (phrase("Post by {who}", &[("who", &html! { bdi { (post.address.author.shown_name()) } })]))
                                    }
                                    ", " (times::time(post.created_at, render.zone)) ": " (reason(post, hide))
                                    ", " (until(hide.ends_at, now, render.zone))
                                }
                                @if let HideSubject::Group(_) = hide.subject {
                                    a href=(render.base.url("/settings/hidden")) { (say("Show again")) }
                                } @else { (show_again(render, &fields_at(post, hide), here)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Names what hides a post.
fn reason(post: &HiddenPost, hide: &Hide) -> Markup {
    html! {
        @match &hide.subject {
            HideSubject::Post(_) => (say("this post")),
            HideSubject::User(_) => (phrase("posts by {who}", &[("who", &html! { bdi { (post.address.author.shown_name()) } })])),
            HideSubject::Group(_) => (say("posts in this group")),
            HideSubject::Tag(tag) => (tag_words(tag)),
            HideSubject::Words(phrase) => (phrase_words(phrase)),
        }
    }
}

fn tag_words(tag: &Tag) -> Markup {
    phrase(
        "the tag {tag}",
        &[("tag", &html! { bdi { "#" (tag.as_typed()) } })],
    )
}

fn phrase_words(hidden: &Phrase) -> Markup {
    let typed = html! { bdi { "\"" (hidden.as_typed()) "\"" } };
    if hidden.is_word() {
        phrase("the word {words}", &[("words", &typed)])
    } else {
        phrase("the words {words}", &[("words", &typed)])
    }
}

/// Says until when something is hidden: a time of today, a weekday of the coming week, or a date.
fn until(ends_at: Option<Timestamp>, now: Timestamp, zone: &TimeZone) -> Markup {
    let Some(end) = ends_at else {
        return html! { (say("for ever")) };
    };
    let days = days_until(end, now, zone);
    let time = html! {
        span title=(times::to_come(end, zone)) {
            (match days {
                0 => times::clock(end, zone),
                1..=WEEKDAYS => times::weekday(end, zone),
                _ => times::day(end, zone).into_string(),
            })
        }
    };
    phrase("until {time}", &[("time", &time)])
}

/// Counts the midnights between two times.
fn days_until(end: Timestamp, now: Timestamp, zone: &TimeZone) -> i32 {
    let (now, end) = (times::date(now, zone), times::date(end, zone));
    now.until((Unit::Day, end))
        .map_or(i32::MAX, |span| span.get_days())
}

/// Returns the end of the time in which [`until`] says the same: the next midnight.
pub(crate) fn said_until(now: Timestamp, zone: &TimeZone) -> Timestamp {
    times::next_midnight(now, zone)
}

fn fields_at(post: &HiddenPost, hide: &Hide) -> HideFields {
    let value = match &hide.subject {
        HideSubject::Post(id) => id.to_string(),
        HideSubject::User(_) => post.address.author.username.as_str().to_owned(),
        // The settings show a group again: its name does not stand in the post.
        HideSubject::Group(_) => String::new(),
        HideSubject::Tag(tag) => tag.as_typed().to_owned(),
        HideSubject::Words(phrase) => phrase.as_typed().to_owned(),
    };
    HideFields {
        kind: hide.subject.kind(),
        value,
    }
}

fn fields_of(listed: &ListedHide) -> HideFields {
    let value = match &listed.name {
        HideName::Post(address) => address.post.to_string(),
        HideName::User(user) => user.username.as_str().to_owned(),
        HideName::Group(group) => group.name.as_str().to_owned(),
        HideName::Tag(tag) => tag.as_typed().to_owned(),
        HideName::Words(phrase) => phrase.as_typed().to_owned(),
    };
    HideFields {
        kind: listed.hide.subject.kind(),
        value,
    }
}

/// Renders the button that shows something again.
fn show_again(render: &RenderContext<'_>, fields: &HideFields, next: &str) -> Markup {
    html! {
        form method="post" action=(render.base.url("/unhide")) {
            (forms::token(render.form_token))
            input type="hidden" name="kind" value=(fields.kind.name());
            input type="hidden" name="value" value=(fields.value);
            input type="hidden" name="next" value=(render.base.url_encoded(next));
            button.quiet { (say("Show again")) }
        }
    }
}

/// Renders the settings page: everything that is hidden, and the form to hide words.
pub(crate) fn page(
    layout: &Layout<'_>,
    hides: &[ListedHide],
    now: Timestamp,
    filled: &Filled<'_>,
) -> Markup {
    let render = &layout.render;
    let value = Field {
        name: "value",
        label: say("Word or phrase"),
        kind: "text",
        autocomplete: "off",
        required: true,
        hint: Some(fill(
            "Whole words, in capitals or not, with or without accents. {n} characters at most.",
            &[("n", &Phrase::CHARS_MAX.to_string())],
        )),
    };
    let content = html! {
        section.card {
            h2 { (say("Hidden now")) }
            @if hides.is_empty() { p.empty { (say("Nothing is hidden.")) } }
            @else {
                ul.rows {
                    @for listed in hides {
                        li {
                            div {
                                p { strong { (name(render, listed)) } }
                                p.hint {
                                    (scope_words(listed.hide.scope)) " · " (until(listed.hide.ends_at, now, render.zone))
                                }
                            }
                            (show_again(render, &fields_of(listed), "/settings/hidden"))
                        }
                    }
                }
            }
        }
        form.card.form method="post" action=(render.base.url("/hide")) {
            h2 { (say("Hide a word")) }
            p.hint {
                (say("Posts with this word are then hidden. To hide a post, a person or a tag, use “Hide” beside the post, or on the page of the person or tag."))
            }
            (forms::token(render.form_token))
            (forms::problem(filled.problems))
            (forms::field_problem("kind", filled.problems))
            input type="hidden" name="kind" value=(HideKind::Words.name());
            input type="hidden" name="next" value=(render.base.url("/settings/hidden"));
            (forms::field(&value, filled))
            (choices(filled))
            div.actions { button.primary { (say("Hide")) } }
        }
    };
    settings::page(layout, Section::Hidden, &content)
}

fn name(render: &RenderContext<'_>, listed: &ListedHide) -> Markup {
    let base = render.base;
    html! {
        @match &listed.name {
            HideName::Post(address) => {
                a href=(base.url(&address.path())) { (phrase("A post by {who}", &[("who", &html! { bdi { (address.author.shown_name()) } })])) }
            }
            HideName::User(user) => (phrase("Posts by {who}", &[("who", &names::link(user, render))])),
            HideName::Group(group) => (phrase("Posts in {group}", &[("group", &names::group_link(group, render))])),
            HideName::Tag(tag) => (phrase("The tag {tag}", &[("tag", &html! { a href=(base.url(&tag.path())) { bdi { "#" (tag.as_typed()) } } })])),
            HideName::Words(hidden) => {
                @let typed = html! { bdi { "\"" (hidden.as_typed()) "\"" } };
                @if hidden.is_word() { (phrase("The word {words}", &[("words", &typed)])) }
                @else { (phrase("The words {words}", &[("words", &typed)])) }
            }
        }
    }
}

fn scope_words(scope: HideScope) -> &'static str {
    match scope {
        HideScope::Home => say("on Home"),
        HideScope::Everywhere => say("everywhere"),
    }
}

/// Renders the fields that say for how long and where.
fn choices(filled: &Filled<'_>) -> Markup {
    html! {
        div.field {
            label for="for" { (say("For how long")) }
            select #for name="for" {
                @for span in HideSpan::ALL {
                    option value=(span.name()) selected[(filled.value)("for") == span.name()] {
                        (match span {
                            HideSpan::TwoHours => say("2 hours"),
                            HideSpan::Day => say("A day"),
                            HideSpan::Week => say("A week"),
                            HideSpan::Ever => say("For ever"),
                        })
                    }
                }
            }
            (forms::field_problem("for", filled.problems))
        }
        div.field {
            label for="where" { (say("Where")) }
            select #where name="where" {
                @for scope in HideScope::ALL {
                    option value=(scope.name()) selected[(filled.value)("where") == scope.name()] {
                        (match scope {
                            HideScope::Home => say("On Home only"),
                            HideScope::Everywhere => say("Everywhere, also in notifications"),
                        })
                    }
                }
            }
            (forms::field_problem("where", filled.problems))
        }
    }
}

/// Renders the page that asks for how long and where something is to be hidden. `post` is the post that is to be hidden,
/// whose author and tags can be hidden instead.
pub(crate) fn ask(layout: &Layout<'_>, post: Option<&Post>, filled: &Filled<'_>) -> Markup {
    let render = &layout.render;
    let (kind, value) = ((filled.value)("kind"), (filled.value)("value"));
    let title = match kind.parse() {
        Ok(HideKind::Post) => say("Hide this post").to_owned(),
        Ok(HideKind::User) => fill(
            "Hide posts by @{name}",
            &[("name", value.trim_start_matches('@'))],
        ),
        Ok(HideKind::Group) => fill("Hide posts in {group}", &[("group", value)]),
        Ok(HideKind::Tag) => fill("Hide #{tag}", &[("tag", value.trim_start_matches('#'))]),
        Ok(HideKind::Words) | Err(()) => say("Hide words").to_owned(),
    };
    layout.page(
        &title,
        &html! {
            h1 dir="auto" { (title) }
            form.card.form method="post" action=(render.base.url("/hide")) {
                (forms::token(render.form_token))
                (forms::problem(filled.problems))
                (forms::field_problem("kind", filled.problems))
                (forms::field_problem("value", filled.problems))
                input type="hidden" name="kind" value=(kind);
                input type="hidden" name="value" value=(value);
                input type="hidden" name="next" value=(render.base.url("/"));
                p.hint {
                    (say("Nobody is told. A list from which posts are taken out says so at its foot, and your settings list everything that is hidden."))
                }
                (choices(filled))
                div.actions { button.primary { (say("Hide")) } }
            }
            @if let Some(post) = post { (instead(render, post)) }
        },
    )
}

/// Renders links to hide what a post has in common with others.
fn instead(render: &RenderContext<'_>, post: &Post) -> Markup {
    html! {
        section.card {
            h2 { (say("Or hide more")) }
            ul {
                li { (person_link(render, &post.author.username, later("All posts by {who}"))) }
                @for tag in post.body.tags() { li { (tag_link(render, tag, later("Everything with {tag}"))) } }
                li { a href=(render.base.url("/settings/hidden")) { (say("Posts with a certain word")) } }
            }
        }
    }
}

/// Renders the link to the page that hides a post. Nobody needs it on their own posts.
pub(super) fn post_link(render: &RenderContext<'_>, post: &Post) -> Markup {
    html! {
        @if !post.is_mine { " " a.tool href={ (render.base.url("/hide")) "?post=" (post.id) } title=(say("Hide")) { (Icon::Hide.named(say("Hide"), render.base)) } }
    }
}

/// Renders the link to the page that hides a person's posts. `words` have a place `{who}`.
pub(super) fn person_link(
    render: &RenderContext<'_>,
    name: &UserName,
    words: &'static str,
) -> Markup {
    let name = name.as_str();
    html! { a href={ (render.base.url("/hide")) "?user=" (name) } { (phrase(words, &[("who", &format!("@{name}"))])) } }
}

/// Renders the link to the page that hides the posts in a group.
pub(super) fn group_link(render: &RenderContext<'_>, group: &Group) -> Markup {
    html! { a href={ (render.base.url("/hide")) "?group=" (group.name.as_str()) } { (say("Hide posts")) } }
}

/// Renders the link to the page that hides a tag. `words` have a place `{tag}`.
pub(crate) fn tag_link(render: &RenderContext<'_>, tag: &Tag, words: &'static str) -> Markup {
    // The path of a tag's page ends with the tag, and its URL is encoded.
    let encoded = render.base.url(&tag.path());
    let encoded = encoded.rsplit('/').next().unwrap_or_default();
    html! {
        a href={ (render.base.url("/hide")) "?tag=" (encoded) } { (phrase(words, &[("tag", &html! { bdi { "#" (tag.as_typed()) } })])) }
    }
}
