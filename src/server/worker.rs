//! One worker: takes requests from tiny_http, has them answered, and sends the answers.

mod trailer;

use std::{
    io::{self, Read, Write},
    panic::{AssertUnwindSafe, catch_unwind},
};

use tiny_http::Method;

use crate::{
    app::App,
    error::Error,
    http::{self, BodyRules, FormLimits, Request, Response, ResponseBody, internal, path_of},
    log::{self, Log},
    routes::{self, BodyKind, Route, SiteTarget},
};
use trailer::WithTrailer;

/// Target of a health check. The door refuses it from clients.
pub(super) const HEALTH_CHECK_TARGET: &str = "*";

/// The space for the head of an answer. A longer head only costs another allocation.
const HEAD_BYTES_USUAL: usize = 1_024;

/// Answers requests until it is unblocked.
pub(super) fn run(app: &App, http: &tiny_http::Server) {
    while let Ok(mut raw) = http.recv() {
        if raw.url() == HEALTH_CHECK_TARGET {
            // The door reads the answer or finds that there is none.
            let _ = raw.respond(tiny_http::Response::empty(204));
            continue;
        }
        let answered = catch_unwind(AssertUnwindSafe(|| answer(app, &mut raw)));
        let response = answered.unwrap_or_else(|_| {
            app.log.error(
                "a handler panicked",
                &[("method", raw.method()), ("path", &log::path(raw.url()))],
            );
            routes::plain(path_of(raw.url(), &app.base), &Error::internal("panic"))
        });
        // Whatever is left unread tiny_http would read into memory at once.
        let _ = io::copy(raw.as_reader(), &mut io::sink());
        if let Err(error) = send(app, raw, response) {
            app.log
                .debug("an answer could not be sent", &[("cause", &error)]);
        }
    }
}

fn answer(app: &App, raw: &mut tiny_http::Request) -> Response {
    let from_site = || http::is_from_site(raw, &app.base);
    let target = match routes::inside(&app.base, raw.method(), raw.url(), from_site) {
        SiteTarget::Inside(target) => target.to_owned(),
        SiteTarget::Slashless => return Response::moved(app.base.url("/")),
    };
    let path = target.split('?').next().unwrap_or_default();
    let found = routes::find(raw.method(), path);
    let rules = body_rules(app, path, found.as_ref().ok().copied());
    let read = Request::read(raw, &target, &app.cookies, (app.clock)(), &rules);
    match read {
        Ok(request) => {
            let response = routes::answer(app, &request, found);
            if request.accepts_gzip {
                response.compressed()
            } else {
                response
            }
        }
        Err(error) => routes::plain(path, &error),
    }
}

fn body_rules<'a>(app: &'a App, path: &str, route: Option<&Route>) -> BodyRules<'a> {
    let limits = &app.config.limits;
    let body = route.map_or(BodyKind::Text, |route| route.body);
    BodyRules {
        for_programs: http::is_for_programs(path),
        files: body.has_files(),
        limits: FormLimits {
            text_bytes: limits.form_bytes.into(),
            file_bytes: body.file_bytes_max(&app.config),
        },
        directory: &app.spool_directory,
    }
}

fn send(app: &App, raw: tiny_http::Request, response: Response) -> io::Result<()> {
    let Response {
        status,
        headers,
        body,
    } = response;
    let mut all = Vec::with_capacity(headers.len() + 1);
    for (name, value) in &headers {
        all.push(header(&app.log, name, value)?);
    }
    match body {
        ResponseBody::Bytes(bytes) => reply_at_once(raw, status, all, &bytes),
        ResponseBody::Stream(join) => {
            let text = serde_json::to_string(&join)?;
            all.push(header(&app.log, internal::STREAM, &text)?);
            reply_at_once(raw, status, all, &join.opening)
        }
        ResponseBody::Reader { reader, bytes } => {
            all.push(header(&app.log, internal::TRAILER, "1")?);
            let mut body = WithTrailer::new(reader, bytes);
            let length = usize::try_from(bytes).ok().and_then(|n| n.checked_add(1));
            let length = length.ok_or(io::ErrorKind::FileTooLarge)?;
            let sent = reply(raw, status, all, &mut body, length);
            if let Some(error) = body.error {
                app.log.error("an answer broke off", &[("cause", &error)]);
            }
            sent
        }
    }
}

/// Sends an answer that is in memory with one write. tiny_http itself writes the head and the body separately, and the
/// door would wake up for each of them.
fn reply_at_once(
    raw: tiny_http::Request,
    status: u16,
    headers: Vec<tiny_http::Header>,
    body: &[u8],
) -> io::Result<()> {
    let (version, is_head) = (raw.http_version().clone(), *raw.method() == Method::Head);
    let reply = tiny_http::Response::new(status.into(), headers, body, Some(body.len()), None)
        .with_chunked_threshold(usize::MAX);
    let mut bytes = Vec::with_capacity(HEAD_BYTES_USUAL + body.len());
    reply.raw_print(&mut bytes, version, raw.headers(), is_head, None)?;
    let mut writer = raw.into_writer();
    writer.write_all(&bytes)?;
    writer.flush()
}

/// Sends an answer. It is never chunked, because the door reads by length.
fn reply(
    raw: tiny_http::Request,
    status: u16,
    headers: Vec<tiny_http::Header>,
    body: impl Read,
    bytes: usize,
) -> io::Result<()> {
    let reply = tiny_http::Response::new(status.into(), headers, body, Some(bytes), None);
    raw.respond(reply.with_chunked_threshold(usize::MAX))
}

/// Makes a header, whose value must be printable ASCII: no CR, LF or NUL.
fn header(log: &Log, name: &str, value: &str) -> io::Result<tiny_http::Header> {
    let printable = value
        .bytes()
        .all(|byte| (0x20..0x7f).contains(&byte) || byte == b'\t');
    let header = if printable {
        tiny_http::Header::from_bytes(name, value).ok()
    } else {
        None
    };
    header.ok_or_else(|| {
        log.error(
            "a header is not sent: its value is not printable",
            &[("name", &name)],
        );
        io::ErrorKind::InvalidData.into()
    })
}
