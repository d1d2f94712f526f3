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
        let to = to.and_then(|to| url.join(to.to_str().ok()?).ok());
        let to = to.map_or("another address".to_owned(), |to| shown(&to, url));
        let reason = format!(
            "{} answered with a redirect to {to}. Redirects are not followed: enter the address that it leads to.",
            host(url)
        );
        return SendReport::failed(code, reason);
    }
    let reason = beginning(answer, url);
    if status == StatusCode::GONE {
        return SendReport {
            outcome: SendOutcome::Gone,
            status: code,
            reason,
        };
    }
    SendReport::failed(code, reason)
}

/// Reads the beginning of an answer, as far as it is text, without the secrets of the address.
fn beginning(answer: &mut Response<Body>, url: &Url) -> String {
    let mut bytes = Vec::new();
    let reader = answer.body_mut().as_reader();
    // A secret that begins within the part that is kept is read to its end. An answer that breaks off is shown as far as
    // it came.
    let most = Webhook::ANSWER_BYTES_MAX + url.as_str().len();
    let _ = reader.take(most as u64).read_to_end(&mut bytes);
    let text = without_secrets(&String::from_utf8_lossy(&bytes), url);
    let words = text
        .split(|c: char| c.is_control() || c.is_whitespace())
        .filter(|word| !word.is_empty());
    cut(words.collect::<Vec<_>>().join(" "))
}

/// Returns the address of a redirect as people may see it: without its query, and without what is secret in the address
/// that was asked.
fn shown(to: &Url, asked: &Url) -> String {
    let port = to.port().map(|port| format!(":{port}")).unwrap_or_default();
    let text = format!("{}://{}{port}{}", to.scheme(), host(to), to.path());
    cut(without_secrets(&text, asked))
}

/// Hides the values of the query of an address in a text. They may be tokens.
fn without_secrets(text: &str, url: &Url) -> String {
    /// The bytes of the shortest value that is taken for a secret.
    const SECRET_BYTES_MIN: usize = 6;
    let raw = url.query().unwrap_or_default();
    let raw = raw
        .split('&')
        .filter_map(|pair| Some(pair.split_once('=')?.1.to_owned()));
    let decoded = url.query_pairs().map(|(_, value)| value.into_owned());
    let whole = url.query().map(str::to_owned);
    let secrets = whole.into_iter().chain(raw).chain(decoded);
    secrets
        .filter(|secret| secret.len() >= SECRET_BYTES_MIN)
        .fold(text.to_owned(), |text, secret| text.replace(&secret, "…"))
}

/// Cuts off what the log does not keep.
fn cut(mut text: String) -> String {
    text.truncate(text.floor_char_boundary(Webhook::ANSWER_BYTES_MAX));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_is_shown_without_secrets() {
        let asked = Url::parse("https://e.org/a?auth=tk%2Fsecret&n=1").expect("an address");
        for (to, expected) in [
            ("/b?auth=tk%2Fsecret", "https://e.org/b"),
            ("https://u:pass@x.org:8080/c#d", "https://x.org:8080/c"),
            ("/in/tk%2Fsecret/1", "https://e.org/in/…/1"),
            ("/in/tk/secret/1", "https://e.org/in/…/1"),
        ] {
            let to = asked.join(to).expect("an address");
            assert_eq!(shown(&to, &asked), expected);
        }
        let said = without_secrets("no /a?auth=tk%2Fsecret&n=1 and tk/secret", &asked);
        assert_eq!(said, "no /a?… and …");
    }
}
