//! One try: a POST to the address of a webhook, and its answer.

use std::{
    io::Read,
    time::{Duration, Instant},
};

use ureq::{
    Agent, Body,
    http::{Response, StatusCode},
};
use url::Url;

use super::signature::signature;
use crate::{
    config::Config,
    model::{
        BasePath, DueDelivery, SendOutcome, SendReport, Timestamp, Webhook, WebhookBody,
        WebhookContent,
    },
    outgoing::{self, KeptConnections, OutgoingRules, host, left},
    views::webhooks::{self, NtfyMessage},
};

/// The time for a try, with everything.
const DEADLINE: Duration = Duration::from_secs(15);

/// The client that sends.
pub(super) struct WebhookClient {
    agent: Agent,
    base: BasePath,
    /// The origin of the site, if its operator has set it.
    origin: Option<String>,
}

impl WebhookClient {
    pub(super) fn new(config: &Config) -> WebhookClient {
        let settings = &config.webhooks;
        let rules = OutgoingRules {
            allowed: &settings.allowed_addresses,
            refused: &settings.refused_addresses,
        };
        let base_url = config.server.base_url.as_ref();
        WebhookClient {
            agent: outgoing::client(&rules, "webhooks", "*/*", &KeptConnections::None),
            base: base_url.map(|url| url.path.clone()).unwrap_or_default(),
            origin: config.server.origin().map(str::to_owned),
        }
    }

    /// Sends a delivery once.
    pub(super) fn send(
        &self,
        due: &DueDelivery,
        content: &WebhookContent,
        now: Timestamp,
    ) -> SendReport {
        let url = match Url::parse(&due.webhook.url) {
            Ok(url) => url,
            Err(error) => return SendReport::failed(None, error.to_string()),
        };
        let deadline = Instant::now() + DEADLINE;
        match self.post(due, content, &url, now, deadline) {
            Ok(mut answer) => report(&mut answer, &url),
            Err(error) => {
                let only = "this site sends webhooks to the internet only";
                SendReport::failed(None, outgoing::reason(&error, &url, DEADLINE, only))
            }
        }
    }

    fn post(
        &self,
        due: &DueDelivery,
        content: &WebhookContent,
        url: &Url,
        now: Timestamp,
        deadline: Instant,
    ) -> Result<Response<Body>, ureq::Error> {
        let link = webhooks::path(content, &self.base);
        let link = self.origin.as_ref().zip(link);
        let link = link.map(|(origin, path)| format!("{origin}{path}"));
        let (kind, body, ntfy) = match due.webhook.body {
            WebhookBody::Standard => {
                let body = webhooks::standard(due, content, &self.base, link.as_deref());
                ("application/json", body.to_string(), None)
            }
            WebhookBody::Ntfy => {
                let NtfyMessage { title, text } = webhooks::ntfy(&due.webhook, content);
                ("text/plain; charset=utf-8", text, Some(title))
            }
        };
        let seconds = now.0.div_euclid(1_000);
        let signature = signature(&due.secret, &due.message_id, seconds, body.as_bytes());
        let mut request = self
            .agent
            .post(url.as_str())
            .header("Content-Type", kind)
            .header("webhook-id", &due.message_id)
            .header("webhook-timestamp", seconds.to_string())
            .header("webhook-signature", signature);
        if let Some(title) = ntfy {
            request = request.header("Title", title);
            if let Some(link) = link {
                request = request.header("Click", link);
            }
        }
        let request = request
            .config()
            .timeout_global(Some(left(deadline)))
            .build();
        request.send(body.as_bytes())
    }
}

/// Says what an answer means.
fn report(answer: &mut Response<Body>, url: &Url) -> SendReport {
    let status = answer.status();
    let code = Some(status.as_u16());
    if status.is_success() {
        return SendReport {
            outcome: SendOutcome::Accepted,
            status: code,
            reason: String::new(),
        };
    }
    if status.is_redirection() {
        let to = answer.headers().get("location");
        let to = to.and_then(|to| to.to_str().ok()).unwrap_or_default();
        let to: String = to.chars().take(Webhook::ANSWER_BYTES_MAX).collect();
        let reason = format!(
            "{} answered with a redirect to “{to}”. Redirects are not followed: enter the address that it leads to.",
            host(url)
        );
        return SendReport::failed(code, reason);
    }
    let reason = beginning(answer);
    if status == StatusCode::GONE {
        return SendReport {
            outcome: SendOutcome::Gone,
            status: code,
            reason,
        };
    }
    SendReport::failed(code, reason)
}

/// Reads the beginning of an answer, as far as it is text.
fn beginning(answer: &mut Response<Body>) -> String {
    let mut bytes = Vec::new();
    let reader = answer.body_mut().as_reader();
    // An answer that breaks off is shown as far as it came.
    let _ = reader
        .take(Webhook::ANSWER_BYTES_MAX as u64)
        .read_to_end(&mut bytes);
    let text = String::from_utf8_lossy(&bytes);
    let words = text
        .split(|c: char| c.is_control() || c.is_whitespace())
        .filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}
