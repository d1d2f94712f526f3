//! The page on which people manage their webhooks, or an admin those of a group.

use maud::{Markup, html};

use super::super::{
    Filled, Layout,
    forms::{self, Field},
    names,
    phrases::phrase,
    settings::{self, Section},
    times,
};
use crate::{
    model::{
        DeliveryState, DeliverySubject, Group, Webhook, WebhookBody, WebhookDelivery, WebhookTopic,
    },
    words::{count, fill, message, say},
};

/// The people whose webhooks a page shows.
pub(crate) enum WebhookOwner {
    Oneself,
    Group(Group),
}

/// The content of the page.
pub(crate) struct WebhooksPage<'p> {
    pub(crate) owner: &'p WebhookOwner,
    pub(crate) webhooks: &'p [(Webhook, Vec<WebhookDelivery>)],
    /// A secret that was just made, shown this one time.
    pub(crate) made: Option<&'p str>,
    /// True if the operator has turned webhooks on.
    pub(crate) is_on: bool,
}

impl WebhookOwner {
    /// Returns the path of the page.
    pub(crate) fn path(&self) -> String {
        match self {
            WebhookOwner::Oneself => Section::Webhooks.path().to_owned(),
            WebhookOwner::Group(group) => format!("{}/webhooks", group.path()),
        }
    }
}

/// Renders the page.
pub(crate) fn page(layout: &Layout<'_>, shown: &WebhooksPage<'_>, filled: &Filled<'_>) -> Markup {
    let path = layout.render.base.url(&shown.owner.path());
    let content = html! {
        @if let Some(secret) = shown.made { (shown_once(secret)) }
        section.card {
            h2 { (say("Webhooks")) }
            p.hint {
                @match shown.owner {
                    WebhookOwner::Oneself => (say("New posts and comments that you can see are sent to these addresses.")),
                    WebhookOwner::Group(group) => (phrase(
                        "New posts and comments in {group} are sent to these addresses, while the person who turned the webhook on is an admin of the group.",
                        &[("group", &names::group_link(group, &layout.render))],
                    )),
                }
                " " a href=(layout.render.base.url("/help/using")) { (say("More about webhooks")) } "."
            }
            @if shown.webhooks.is_empty() { p.empty { (say("No webhooks yet.")) } }
        }
        @for (webhook, deliveries) in shown.webhooks { (card(layout, &path, shown, webhook, deliveries)) }
        @if shown.is_on { (form(layout, &path, shown.owner, filled)) }
        @else { p.card.hint { (say("This site sends nothing to other addresses. Its operator can turn that on (webhooks.enabled).")) } }
    };
    match shown.owner {
        WebhookOwner::Oneself => settings::page(layout, Section::Webhooks, &content),
        WebhookOwner::Group(group) => {
            let title = fill("Webhooks: {group}", &[("group", group.shown_name())]);
            layout.page(&title, &html! { h1 { (title) } (content) })
        }
    }
}

/// Renders a new secret.
fn shown_once(secret: &str) -> Markup {
    html! {
        section.card role="status" {
            h2 { (say("The secret of your webhook")) }
            p { (say("Copy it now: it is not shown again. With it the receiver checks that a request comes from here.")) }
            p.secret { code.token { (secret) } }
        }
    }
}

/// Renders a webhook with its buttons and its log.
fn card(
    layout: &Layout<'_>,
    path: &str,
    shown: &WebhooksPage<'_>,
    webhook: &Webhook,
    deliveries: &[WebhookDelivery],
) -> Markup {
    let zone = layout.render.zone;
    let button = |act: &str, words: &str| {
        let action = format!("{path}/{}/{act}", webhook.id);
        button(layout, &action, words, &webhook.name)
    };
    html! {
        section.card {
            h2 { bdi { (webhook.name) } }
            p.hint { (topic(webhook.topic)) " · " (body(webhook.body)) }
            p.hint dir="ltr" { (webhook.shown_url()) }
            p.hint { (phrase("Created {time} by {who}", &[("time", &times::time(webhook.created_at, zone)), ("who", &html! { bdi { (webhook.owner_name.as_str()) } })])) }
            @if let Some(because) = &webhook.off_because {
                p.field-error { (say("This webhook is off.")) " " (message(because)) }
            } @else if let Some(since) = webhook.failing_since {
                p.field-error { (phrase("Every try has failed since {time}.", &[("time", &times::time(since, zone))])) }
            }
            ul.rows {
                li {
                    @if webhook.off_because.is_some() { (button("on", say("Turn on"))) }
                    @else {
                        @if shown.is_on { (button("test", say("Send a test"))) }
                        (button("off", say("Turn off")))
                    }
                    (button("secret", say("Replace secret")))
                    (button("delete", say("Delete")))
                }
            }
            h3 { (say("Deliveries")) }
            @if deliveries.is_empty() { p.empty { (say("Nothing was sent yet.")) } }
            @else {
                ul.rows {
                    @for delivery in deliveries {
                        li {
                            (row(layout, delivery))
                            @if webhook.off_because.is_none() && shown.is_on {
                                (button(&format!("{}/resend", delivery.id), say("Send again")))
                            }
                        }
                    }
                }
                p.hint { (fill("Up to {n} deliveries of the last 14 days are listed here.", &[("n", &Webhook::SHOWN_MAX.to_string())])) }
            }
        }
    }
}

/// Renders a form that is one button. `what` tells it from those beside other webhooks.
fn button(layout: &Layout<'_>, action: &str, words: &str, what: &str) -> Markup {
    html! {
        form method="post" action=(action) {
            (forms::token(layout.render.form_token))
            button aria-label={ (words) ": " (what) } { (words) }
        }
    }
}

/// Renders a delivery: what it is, how it went, and what comes next.
fn row(layout: &Layout<'_>, delivery: &WebhookDelivery) -> Markup {
    let (render, zone) = (&layout.render, layout.render.zone);
    let words = match delivery.subject {
        DeliverySubject::Test => say("Test"),
        DeliverySubject::Post(_) => say("A post"),
        DeliverySubject::Comment(..) => say("A comment"),
    };
    html! {
        div {
            p {
                @match delivery.subject.post() {
                    Some(post) => a href=(render.base.url(&format!("/post/{post}"))) { (words) },
                    None => (words),
                }
                " · " (times::time(delivery.created_at, zone))
            }
            p.hint {
                (state(delivery))
                @if let Some(status) = delivery.status { " · " (fill("status {status}", &[("status", &status.to_string())])) }
                @if delivery.tries > 0 { " · " (count(delivery.tries.into(), "{n} try", "{n} tries")) }
                @if let Some(at) = delivery.tried_at { " · " (phrase("last {time}", &[("time", &times::time(at, zone))])) }
                @if let Some(at) = delivery.next_at.filter(|at| at.0 > 0) { " · " (fill("next {time}", &[("time", &times::to_come(at, zone))])) }
            }
            @if !delivery.reason.is_empty() { p.hint dir="auto" { (message(&delivery.reason)) } }
        }
    }
}

/// Says how a delivery went.
fn state(delivery: &WebhookDelivery) -> &'static str {
    match delivery.state {
        DeliveryState::Waiting if delivery.tries == 0 => say("Waiting"),
        DeliveryState::Waiting => say("Failed, and will be tried again"),
        DeliveryState::Sent => say("Delivered"),
        DeliveryState::Failed => say("Failed"),
        DeliveryState::Withdrawn => say("Not sent"),
    }
}

/// Renders the form that makes a webhook.
fn form(layout: &Layout<'_>, path: &str, owner: &WebhookOwner, filled: &Filled<'_>) -> Markup {
    let field = |name, label, kind, hint: &str| {
        let field = Field {
            name,
            label,
            kind,
            autocomplete: "off",
            required: true,
            hint: Some(hint.to_owned()),
        };
        forms::field(&field, filled)
    };
    let is_group = matches!(owner, WebhookOwner::Group(_));
    html! {
        form.card.form method="post" action=(path) {
            h2 { (say("New webhook")) }
            (forms::token(layout.render.form_token))
            (forms::problem(filled.problems))
            (field("name", say("Name"), "text", say("What it is for, so that you know which one it is.")))
            (field("url", say("Address"), "url", say("It begins with https:// or http://. For ntfy it is the address of a topic, such as https://ntfy.sh/my-topic.")))
            div.field {
                label for="body" { (say("Form of the request")) }
                select #body name="body" {
                    @for kind in WebhookBody::ALL {
                        option value=(kind.name()) selected[(filled.value)("body") == kind.name()] { (body(*kind)) }
                    }
                }
                (forms::field_problem("body", filled.problems))
            }
            @if !is_group {
                div.field {
                    label for="topic" { (say("Send")) }
                    select #topic name="topic" {
                        @for kind in WebhookTopic::of_holder(is_group) {
                            option value=(kind.name()) selected[(filled.value)("topic") == kind.name()] { (topic(kind)) }
                        }
                    }
                    (forms::field_problem("topic", filled.problems))
                }
            }
            div.actions { button.primary { (say("Create webhook")) } }
        }
    }
}

fn topic(topic: WebhookTopic) -> &'static str {
    match topic {
        WebhookTopic::Home => say("New posts of others in my Home"),
        WebhookTopic::Feed => say("New posts in my feed, and comments on them"),
        WebhookTopic::Notifications => say("New posts and comments that notify me"),
        WebhookTopic::Group => say("New posts in this group, and comments on them"),
    }
}

fn body(body: WebhookBody) -> &'static str {
    match body {
        WebhookBody::Standard => say("JSON (Standard Webhooks)"),
        WebhookBody::Ntfy => say("Message for ntfy"),
    }
}
