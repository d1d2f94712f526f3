//! The log: one line per event on standard error, as text or JSON.
//!
//! A log is a value of [`crate::app::App`] and not a global, so two sites in one process have two logs. Lines
//! contain no secrets and no query strings; the one exception is the link that makes the first admin.

use std::{
    fmt::{self, Write as _},
    io::Write,
    str::FromStr,
    sync::Mutex,
};

use jiff::Timestamp;

use crate::sync::lock;

/// Destination of the lines.
pub type Sink = Box<dyn Write + Send>;

/// Importance of a line, the most important first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Error,
    Warn,
    Info,
    Debug,
}

/// Format of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

/// Writer of lines.
pub struct Log {
    level: Level,
    format: LogFormat,
    sink: Mutex<Sink>,
}

/// Path segments that are followed by a secret: links that work for anybody who has them.
const SECRET_AFTER: [&str; 6] = [
    "/invite/", "/setup/", "/reset/", "/device/", "/feeds/", "/hook/",
];

/// Name and value of one field in a line.
pub type LogField<'a> = (&'static str, &'a dyn fmt::Display);

impl Log {
    /// Creates a log that writes lines up to `level`.
    pub fn new(level: Level, format: LogFormat, sink: Sink) -> Log {
        Log {
            level,
            format,
            sink: Mutex::new(sink),
        }
    }

    /// Writes a line about a fault of ours.
    pub fn error(&self, message: &str, fields: &[LogField<'_>]) {
        self.line(Level::Error, message, fields);
    }

    /// Writes a line about something that the operator should look at.
    pub fn warn(&self, message: &str, fields: &[LogField<'_>]) {
        self.line(Level::Warn, message, fields);
    }

    /// Writes a line about normal operation.
    pub fn info(&self, message: &str, fields: &[LogField<'_>]) {
        self.line(Level::Info, message, fields);
    }

    /// Writes a line for a developer.
    pub fn debug(&self, message: &str, fields: &[LogField<'_>]) {
        self.line(Level::Debug, message, fields);
    }

    /// Returns whether a line of this level would be written. Callers ask before they compute an expensive line.
    pub fn is_enabled(&self, level: Level) -> bool {
        level <= self.level
    }

    /// Writes a line if its level is wanted.
    fn line(&self, level: Level, message: &str, fields: &[LogField<'_>]) {
        if !self.is_enabled(level) {
            return;
        }
        let line = match self.format {
            LogFormat::Text => text(level, message, fields),
            LogFormat::Json => json(level, message, fields),
        };
        let mut sink = lock(&self.sink);
        // A full disk or a closed pipe behind standard error must not end requests.
        let _ = sink.write_all(line.as_bytes());
    }
}

/// Returns a request's path for the log: without its query, and without the secret of a link.
pub fn path(target: &str) -> String {
    let path = target.split('?').next().unwrap_or_default();
    let secret = SECRET_AFTER
        .iter()
        .find_map(|before| path.find(before).map(|at| at + before.len()));
    match secret {
        Some(at) if at < path.len() => format!("{}...", &path[..at]),
        _ => path.to_owned(),
    }
}

/// Formats a line as text.
fn text(level: Level, message: &str, fields: &[LogField<'_>]) -> String {
    let mut line = format!("{:.3} {level:5} {message}", Timestamp::now());
    for (name, value) in fields {
        let value = value.to_string();
        let plain = !value.is_empty()
            && value
                .chars()
                .all(|c| !c.is_control() && !matches!(c, ' ' | '"' | '='));
        // Writing to a string cannot fail.
        let _ = if plain {
            write!(line, " {name}={value}")
        } else {
            write!(line, " {name}={value:?}")
        };
    }
    line.push('\n');
    line
}

/// Formats a line as JSON.
fn json(level: Level, message: &str, fields: &[LogField<'_>]) -> String {
    let mut object = serde_json::Map::new();
    object.insert("time".into(), format!("{:.3}", Timestamp::now()).into());
    object.insert("level".into(), level.to_string().trim().into());
    object.insert("message".into(), message.into());
    for (name, value) in fields {
        object.insert((*name).into(), value.to_string().into());
    }
    let mut line = serde_json::Value::Object(object).to_string();
    line.push('\n');
    line
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Level::Error => "error",
            Level::Warn => "warn",
            Level::Info => "info",
            Level::Debug => "debug",
        })
    }
}

impl FromStr for Level {
    type Err = ();

    fn from_str(text: &str) -> Result<Level, ()> {
        let all = [Level::Error, Level::Warn, Level::Info, Level::Debug];
        all.into_iter()
            .find(|level| level.to_string() == text)
            .ok_or(())
    }
}

impl fmt::Display for LogFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            LogFormat::Text => "text",
            LogFormat::Json => "json",
        })
    }
}

impl FromStr for LogFormat {
    type Err = ();

    fn from_str(text: &str) -> Result<LogFormat, ()> {
        match text {
            "text" => Ok(LogFormat::Text),
            "json" => Ok(LogFormat::Json),
            _ => Err(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secret_links_are_not_logged() {
        let token = crate::model::Token::random();
        assert_eq!(
            path(&format!("/feed/device/{}", token.as_str())),
            "/feed/device/..."
        );
        for open in ["/", "/post/0ABCDEFGHJKMN/hello-world", "/user/alice", "*"] {
            assert_eq!(path(open), open);
        }
    }

    #[test]
    fn a_line_cannot_be_forged_from_inside() {
        let evil: LogField<'_> = ("path", &"/x\nerror fake");
        assert_eq!(text(Level::Info, "request", &[evil]).lines().count(), 1);
        assert_eq!(json(Level::Info, "request", &[evil]).lines().count(), 1);
    }

    #[test]
    fn levels_below_the_wanted_one_are_silent() {
        let (sender, receiver) = crossbeam_channel::unbounded();
        let log = Log::new(Level::Warn, LogFormat::Text, Box::new(Channel(sender)));
        log.info("quiet", &[]);
        log.warn("loud", &[("why", &"a b")]);
        let lines: Vec<String> = receiver.try_iter().collect();
        assert_eq!(lines.len(), 1);
        assert!(
            lines[0].ends_with("warn  loud why=\"a b\"\n"),
            "{}",
            lines[0]
        );
    }

    #[test]
    fn the_secret_of_a_link_is_cut_off() {
        assert_eq!(path("/reset/abc?x"), "/reset/...");
        assert_eq!(path("/feed/invite/abc"), "/feed/invite/...");
        assert_eq!(path("/login?next=/reset/abc"), "/login");
        assert_eq!(path("/user/reset"), "/user/reset");
    }

    struct Channel(crossbeam_channel::Sender<String>);

    impl Write for Channel {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            let _ = self.0.send(String::from_utf8_lossy(bytes).into_owned());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
}
