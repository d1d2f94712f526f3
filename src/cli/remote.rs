//! `quartfeed tail` and `quartfeed post`: a site from a terminal, by its API and a token.

use std::{
    collections::{BTreeMap, VecDeque},
    io::{self, BufRead, BufReader, Read, Write},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use clap::Args;
use serde::{Deserialize, Serialize};
use ureq::{
    Agent, Body, Error, RequestBuilder,
    http::{Response, Uri},
    tls::{PemItem, RootCerts, TlsConfig, parse_pem},
};

use crate::model::BaseUrl;

/// The time within which a site must take the connection and begin to answer.
const ANSWER_DEADLINE: Duration = Duration::from_secs(20);

/// The time after which a stream is opened anew. A connection that died without a sign is noticed by then.
const STREAM_DEADLINE: Duration = Duration::from_mins(5);

/// The pause before a stream that broke is opened again. It doubles up to the longest one.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// The lines whose addresses are remembered, so that none is printed twice: many more than a page has.
const REMEMBERED_LINES: usize = 1_000;

/// The most bytes of a text from standard input. A site takes far less.
const TEXT_BYTES_MAX: u64 = 1024 * 1024;

/// The most bytes of an answer that is shown.
const ANSWER_BYTES_MAX: u64 = 64 * 1024;

#[derive(Args)]
pub(super) struct TailCommand {
    #[command(flatten)]
    site: RemoteSite,
    /// Page to follow: home, everything, user/NAME, group/NAME, tag/TAG, or feeds/KEY/home and the like
    #[arg(default_value = "home")]
    page: String,
    /// Print the newest lines and stop
    #[arg(long)]
    once: bool,
}

#[derive(Args)]
pub(super) struct PostCommand {
    #[command(flatten)]
    site: RemoteSite,
    /// Post into this group, or to @NAME as a direct message; can be repeated
    #[arg(long, value_name = "PLACE")]
    to: Vec<String>,
    /// Text of the post; standard input without it
    text: Vec<String>,
}

#[derive(Args)]
pub(super) struct RemoteSite {
    /// Address of the site
    #[arg(
        long,
        env = "QUARTFEED_SITE",
        value_name = "URL",
        default_value = "http://127.0.0.1:5000",
        value_parser = site_address
    )]
    site: BaseUrl,
    /// Token from Settings, Tokens; set the variable, as other people on this machine can see arguments
    #[arg(
        long,
        env = "QUARTFEED_TOKEN",
        value_name = "TOKEN",
        hide_env_values = true
    )]
    token: Option<String>,
}

#[derive(Serialize)]
struct NewPost<'a> {
    message: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    to: &'a [String],
}

#[derive(Deserialize)]
struct CreatedPost {
    url: String,
}

/// An error of the API.
#[derive(Deserialize)]
struct ApiRefusal {
    error: String,
    #[serde(default)]
    fields: BTreeMap<String, String>,
}

/// Follows a page until it ends by itself, which it only does if it cannot be read. Returns what is left to print.
///
/// # Errors
/// A sentence for the user.
pub(super) fn tail(tail: &TailCommand) -> Result<String, String> {
    let page = tail.page.trim_matches('/');
    let page = page.strip_suffix(".txt").unwrap_or(page);
    let query = if tail.once { "" } else { "?follow" };
    let agent = RemoteSite::agent(STREAM_DEADLINE)?;
    let url = tail.site.site.url(&format!("/{page}.txt")) + query;
    let mut printed = PrintedLines::default();
    let mut pause = FIRST_PAUSE;
    loop {
        let answer = tail.site.signed(agent.get(&url)).call();
        match answer {
            Ok(answer) if answer.status() == 200 => {
                let opened_at = Instant::now();
                let lines = BufReader::new(answer.into_body().into_reader());
                printed.print_new(lines, &tail.site.site.origin)?;
                if tail.once {
                    return Ok(String::new());
                }
                if opened_at.elapsed() > LONGEST_PAUSE {
                    pause = FIRST_PAUSE;
                }
            }
            Ok(answer) if answer.status().is_server_error() && !tail.once => {
                eprintln!("quartfeed: {url}: {}; trying again", answer.status());
            }
            Ok(answer) => return Err(refused(&url, answer)),
            Err(error) if is_lasting(&error) || tail.once => return Err(format!("{url}: {error}")),
            Err(error) => eprintln!("quartfeed: {url}: {error}; trying again"),
        }
        thread::sleep(pause);
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Writes a post. Returns its address.
///
/// # Errors
/// A sentence for the user.
pub(super) fn post(post: &PostCommand) -> Result<String, String> {
    let message = if post.text.is_empty() {
        let mut text = String::new();
        let input = io::stdin().lock().take(TEXT_BYTES_MAX);
        let read = { input }.read_to_string(&mut text);
        read.map_err(|error| format!("standard input cannot be read as UTF-8 text: {error}"))?;
        text
    } else {
        post.text.join(" ")
    };
    if post.site.token.is_none() {
        return Err("set QUARTFEED_TOKEN to a token from Settings, Tokens".into());
    }
    let url = post.site.site.url("/api/v1/posts");
    let new = NewPost {
        message: &message,
        to: &post.to,
    };
    let agent = RemoteSite::agent(ANSWER_DEADLINE)?;
    let sent = post.site.signed(agent.post(&url)).send_json(&new);
    let mut answer = sent.map_err(|error| format!("{url}: {error}"))?;
    if answer.status() != 201 {
        return Err(refused(&url, answer));
    }
    let created: Result<CreatedPost, _> = answer.body_mut().read_json();
    let created = created.map_err(|error| format!("{url}: {error}"))?;
    Ok(format!("{}{}\n", post.site.site.origin, created.url))
}

impl RemoteSite {
    /// Returns an HTTP client. An answer may take this long.
    ///
    /// # Errors
    /// If `SSL_CERT_FILE` names a file without certificates.
    pub(super) fn agent(body_deadline: Duration) -> Result<Agent, String> {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            // A token goes to the site that it was made for, and nowhere else.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(ANSWER_DEADLINE))
            .timeout_recv_response(Some(ANSWER_DEADLINE))
            .timeout_recv_body(Some(body_deadline))
            .user_agent(concat!("quartfeed/", env!("CARGO_PKG_VERSION")))
            .tls_config(
                TlsConfig::builder()
                    .root_certs(root_certificates()?)
                    .build(),
            );
        Ok(config.build().new_agent())
    }

    /// Adds the token to a request.
    fn signed<B>(&self, request: RequestBuilder<B>) -> RequestBuilder<B> {
        match &self.token {
            Some(token) => request.header("Authorization", format!("Bearer {token}")),
            None => request,
        }
    }
}

/// Parses the address of a site.
fn site_address(text: &str) -> Result<BaseUrl, String> {
    let text = text.trim();
    let whole = if text.contains("://") {
        text.to_owned()
    } else {
        format!("http://{text}")
    };
    let url = BaseUrl::parse(&whole);
    let is_complete = |url: &BaseUrl| {
        let uri: Option<Uri> = url.origin.parse().ok();
        uri.is_some_and(|uri| {
            let host = uri.host().unwrap_or_default();
            !host.is_empty() && (host == url.authority || uri.port_u16().is_some())
        })
    };
    url.filter(is_complete)
        .ok_or_else(|| "expected an address such as https://feed.example".to_owned())
}

/// Returns the certificates that are trusted: those of Mozilla, or those in the file that `SSL_CERT_FILE` names, as for
/// other programs.
fn root_certificates() -> Result<RootCerts, String> {
    let Some(path) = std::env::var_os("SSL_CERT_FILE").filter(|path| !path.is_empty()) else {
        return Ok(RootCerts::WebPki);
    };
    let failed = |why: &str| format!("SSL_CERT_FILE: {}: {why}", path.display());
    let pem = std::fs::read(&path).map_err(|error| failed(&error.to_string()))?;
    let items = parse_pem(&pem).filter_map(|item| match item {
        Ok(PemItem::Certificate(certificate)) => Some(certificate),
        _ => None,
    });
    let certificates: Vec<_> = items.collect();
    if certificates.is_empty() {
        return Err(failed("there is no certificate in it"));
    }
    Ok(RootCerts::Specific(Arc::new(certificates)))
}

/// Returns whether trying again would change nothing.
fn is_lasting(error: &Error) -> bool {
    matches!(
        error,
        Error::BadUri(_)
            | Error::Http(_)
            | Error::InvalidProxyUrl
            | Error::Tls(_)
            | Error::Rustls(_)
    )
}

/// Returns the sentence for an answer that is a refusal.
fn refused(url: &str, mut answer: Response<Body>) -> String {
    let status = answer.status();
    if let Some(to) = answer.headers().get("location") {
        let to = to.to_str().unwrap_or_default();
        return format!("{url}: the site leads to {to}; is its address right, and the token set?");
    }
    let limited = answer.body_mut().with_config().limit(ANSWER_BYTES_MAX);
    // Without its text, the status says enough.
    let text = limited.read_to_string().unwrap_or_default();
    let why = match serde_json::from_str::<ApiRefusal>(&text) {
        Ok(refusal) if refusal.fields.is_empty() => refusal.error,
        Ok(refusal) => {
            let fields = refusal.fields.iter();
            let fields = fields.map(|(name, problem)| format!("{name}: {problem}"));
            fields.collect::<Vec<_>>().join(" ")
        }
        Err(_) => text.lines().next().unwrap_or_default().to_owned(),
    };
    let why: String = why.chars().filter(|c| !c.is_control()).take(300).collect();
    format!("{url}: {status}: {why}")
}

/// The lines that were printed, as far as a page may have them again.
#[derive(Default)]
struct PrintedLines {
    addresses: VecDeque<String>,
}

impl PrintedLines {
    /// Prints lines as they come, but none twice, until they end. `origin` is that of the site.
    ///
    /// # Errors
    /// If standard output is closed.
    fn print_new(&mut self, mut lines: impl BufRead, origin: &str) -> Result<(), String> {
        let mut out = io::stdout().lock();
        let mut line = String::new();
        loop {
            line.clear();
            // The end of the connection and a broken one are the same here: it is opened again.
            if !matches!(lines.read_line(&mut line), Ok(1..)) || !line.ends_with('\n') {
                return Ok(());
            }
            // Whatever a site sends, the terminal acts on none of it.
            line.retain(|c| c == '\t' || !c.is_control());
            let (text, address) = line.rsplit_once('\t').unwrap_or(("", &line));
            if self.is_new(address) {
                // A site without a `base_url` does not know its own address.
                let origin = if address.starts_with('/') { origin } else { "" };
                let written = writeln!(out, "{text}\t{origin}{address}");
                let written = written.and_then(|()| out.flush());
                written.map_err(|error| format!("standard output: {error}"))?;
            }
        }
    }

    /// Returns whether no line with this address was printed yet, and remembers it.
    fn is_new(&mut self, address: &str) -> bool {
        if self.addresses.iter().any(|printed| printed == address) {
            return false;
        }
        if self.addresses.len() == REMEMBERED_LINES {
            self.addresses.pop_front();
        }
        self.addresses.push_back(address.to_owned());
        true
    }
}
