//! The sources of values, and the messages about wrong ones.

use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
};

use toml::de::{DeTable, DeValue};

use super::{
    Config,
    settings::{SETTINGS, Setting},
    value::Raw,
};

/// File that is read if it exists and no other is named.
const DEFAULT_FILE: &str = "quartfeed.toml";

/// Variables of `quartfeed tail` and `quartfeed post`, after `QUARTFEED_`.
const COMMAND_VARIABLES: [&str; 2] = ["SITE", "TOKEN"];

/// All sources of a configuration, as they were given.
#[derive(Debug, Default)]
pub struct Sources {
    /// File of `--config FILE`, which must exist.
    pub file: Option<PathBuf>,
    /// Environment variables; only those that begin with `QUARTFEED_` are used.
    pub environment: Vec<(String, String)>,
    /// Flag, key and value: `("--listen", "server.listen", …)`.
    pub flags: Vec<(&'static str, &'static str, String)>,
}

/// A configuration and the origins of its values.
#[derive(Debug)]
pub struct Loaded {
    pub config: Config,
    pub origins: Origins,
}

/// Origins of all values that are not defaults, by key.
#[derive(Debug, Clone, Default)]
pub struct Origins(BTreeMap<&'static str, Origin>);

/// Origin of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    Default,
    File { path: PathBuf, line: usize },
    Variable(String),
    Flag(&'static str),
}

/// One mistake, in a sentence that names its place.
#[derive(Debug, PartialEq, Eq)]
pub struct Mistake(String);

impl Sources {
    /// Reads all sources.
    ///
    /// # Errors
    /// The first mistake: a file that cannot be read, an unknown key, a wrong type, an impossible value.
    pub fn load(&self) -> Result<Loaded, Mistake> {
        let mut loaded = Loaded {
            config: Config::default(),
            origins: Origins::default(),
        };
        if let Some((path, text)) = self.read_file()? {
            loaded.apply_file(&path, &text)?;
        }
        for (variable, value) in &self.environment {
            loaded.apply_variable(variable, value)?;
        }
        for (flag, key, value) in &self.flags {
            loaded.apply(key, &Raw::Word(value), Origin::Flag(flag))?;
        }
        let config = &mut loaded.config;
        config.server.cookie_port = config.server.unusual_port();
        config.database.upgrade_backups = config
            .backup
            .before_upgrade
            .then(|| config.backup_directory());
        Ok(loaded)
    }

    /// Reads the file, if there is one.
    fn read_file(&self) -> Result<Option<(PathBuf, String)>, Mistake> {
        let path = self.file.clone().unwrap_or_else(|| DEFAULT_FILE.into());
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Some((path, text))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && self.file.is_none() => {
                Ok(None)
            }
            Err(error) => Err(Mistake(format!(
                "{}: cannot be read: {error}",
                path.display()
            ))),
        }
    }
}

impl Loaded {
    /// Returns every key as TOML, with the origin of its value as a comment.
    pub fn show(&self) -> String {
        let mut text = String::new();
        let mut section = "";
        for setting in SETTINGS {
            let (this, key) = setting.key.split_once('.').unwrap_or_default();
            if this != section {
                let gap = if section.is_empty() { "" } else { "\n" };
                text += &format!("{gap}[{this}]\n");
                section = this;
            }
            let origin = self.origins.of(setting.key);
            text += &match setting.shown(&self.config) {
                Some(value) => format!("{key} = {value}  # {origin}\n"),
                // The output stays a valid configuration.
                None => format!("# {key} is set and not shown  # {origin}\n"),
            };
        }
        text
    }

    /// Applies the values of a file.
    fn apply_file(&mut self, path: &Path, text: &str) -> Result<(), Mistake> {
        let file = |offset: usize| Origin::File {
            path: path.to_owned(),
            line: line_of(text, offset),
        };
        let document = DeTable::parse(text).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            Mistake(format!(
                "{}: this is not TOML: {}",
                file(offset),
                error.message()
            ))
        })?;
        for (section, content) in document.get_ref() {
            let origin = file(section.span().start);
            let Some(content) = content.get_ref().as_table() else {
                return Err(unknown(&origin, section.get_ref()));
            };
            if !SETTINGS
                .iter()
                .any(|s| s.key.split('.').next() == Some(section.get_ref()))
            {
                let key = content
                    .keys()
                    .next()
                    .map_or(String::new(), |key| format!(".{}", key.get_ref()));
                return Err(unknown(&origin, &format!("{}{key}", section.get_ref())));
            }
            for (key, value) in content {
                let raw = raw(value.get_ref());
                self.apply(
                    &format!("{}.{}", section.get_ref(), key.get_ref()),
                    &raw,
                    file(key.span().start),
                )?;
            }
        }
        Ok(())
    }

    /// Applies an environment variable, if it is one of ours.
    fn apply_variable(&mut self, variable: &str, value: &str) -> Result<(), Mistake> {
        let Some(rest) = variable.strip_prefix("QUARTFEED_") else {
            return Ok(());
        };
        if COMMAND_VARIABLES.contains(&rest) {
            return Ok(());
        }
        let origin = Origin::Variable(variable.to_owned());
        if let Some(setting) = SETTINGS
            .iter()
            .find(|setting| setting.variable() == variable)
        {
            self.apply(setting.key, &Raw::Word(value), origin)
        } else {
            let meant = Setting::nearest(&rest.to_lowercase().replacen('_', ".", 1));
            let meant = Setting::find(meant).map_or(String::new(), Setting::variable);
            Err(Mistake(format!(
                "{origin}: there is no such variable; the nearest that exists is {meant}"
            )))
        }
    }

    /// Applies one value.
    fn apply(&mut self, key: &str, raw: &Raw<'_>, origin: Origin) -> Result<(), Mistake> {
        let setting = Setting::find(key).ok_or_else(|| unknown(&origin, key))?;
        (setting.set)(&mut self.config, raw).ok_or_else(|| {
            let expects = setting.expects;
            let found = if setting.is_secret() {
                "something else".into()
            } else {
                raw.to_string()
            };
            Mistake(format!(
                "{origin}: {key}: expected {expects}, found {found}"
            ))
        })?;
        self.origins.0.insert(setting.key, origin);
        Ok(())
    }
}

impl Origins {
    /// Returns the origin of a value.
    pub fn of(&self, key: &str) -> Origin {
        self.0.get(key).cloned().unwrap_or(Origin::Default)
    }
}

/// Returns the mistake of an unknown key.
fn unknown(origin: &Origin, key: &str) -> Mistake {
    let nearest = Setting::nearest(key);
    let expects = Setting::find(nearest).map_or("", |setting| setting.expects);
    Mistake(format!(
        "{origin}: there is no key {key}; the nearest that exists is {nearest} ({expects})"
    ))
}

/// Converts a value of TOML.
fn raw<'a>(value: &'a DeValue<'_>) -> Raw<'a> {
    match value {
        DeValue::String(text) => Raw::Text(text),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).map_or(Raw::Other, Raw::Integer)
        }
        DeValue::Array(items) => {
            let items: Option<Vec<&str>> =
                items.iter().map(|item| item.get_ref().as_str()).collect();
            items.map_or(Raw::Other, Raw::List)
        }
        DeValue::Boolean(value) => Raw::Boolean(*value),
        _ => Raw::Other,
    }
}

/// Returns the line of an offset. Lines are counted from one.
fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes()
        .iter()
        .take(offset)
        .filter(|byte| **byte == b'\n')
        .count()
        + 1
}

impl fmt::Display for Raw<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Raw::Word(text) | Raw::Text(text) => write!(f, "the text {text:?}"),
            Raw::Integer(number) => write!(f, "the number {number}"),
            Raw::Boolean(value) => write!(f, "{value}"),
            Raw::List(items) => write!(f, "the list {items:?}"),
            Raw::Other => f.write_str("something of another type"),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Default => f.write_str("default"),
            Origin::File { path, line } => write!(f, "{}, line {line}", path.display()),
            Origin::Variable(name) => write!(f, "environment variable {name}"),
            Origin::Flag(flag) => write!(f, "flag {flag}"),
        }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
