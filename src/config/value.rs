//! Conversion of values: from a file, a variable or a flag, and to TOML.

use std::{net::SocketAddr, path::PathBuf, str::FromStr};

use super::{
    AddressRange, Interval, Inviters, Registration, SessionProtection, Synchronous, Visibility,
};
use crate::{log, model::BaseUrl};

/// A value as it was given.
#[derive(Debug)]
pub(super) enum Raw<'a> {
    /// Value of a variable or a flag. It is always text; lists are separated by commas.
    Word(&'a str),
    Text(&'a str),
    Integer(i64),
    Boolean(bool),
    List(Vec<&'a str>),
    /// Something that no key accepts.
    Other,
}

/// Type of a value in the configuration.
pub(super) trait SettingValue: Sized {
    /// Reads a value, or returns none if it has another type or is not possible.
    fn read(raw: &Raw<'_>) -> Option<Self>;
    /// Returns the value as TOML.
    fn show(&self) -> String;
}

impl Raw<'_> {
    /// Returns the value if it is text.
    fn text(&self) -> Option<&str> {
        match self {
            Raw::Word(text) | Raw::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// Implements the trait for types of numbers.
macro_rules! number {
    ($($type:ty),+) => {$(
        impl SettingValue for $type {
            fn read(raw: &Raw<'_>) -> Option<$type> {
                match raw {
                    Raw::Word(text) => text.parse().ok(),
                    Raw::Integer(number) => <$type>::try_from(*number).ok(),
                    _ => None,
                }
            }

            fn show(&self) -> String {
                self.to_string()
            }
        }
    )+};
}

number!(u32, u64);

impl SettingValue for bool {
    fn read(raw: &Raw<'_>) -> Option<bool> {
        match raw {
            Raw::Word(text) => text.parse().ok(),
            Raw::Boolean(value) => Some(*value),
            _ => None,
        }
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

impl SettingValue for String {
    fn read(raw: &Raw<'_>) -> Option<String> {
        raw.text().map(|text| text.trim().to_owned())
    }

    fn show(&self) -> String {
        quoted(self)
    }
}

impl SettingValue for PathBuf {
    fn read(raw: &Raw<'_>) -> Option<PathBuf> {
        raw.text().map(PathBuf::from)
    }

    fn show(&self) -> String {
        quoted(&self.to_string_lossy())
    }
}

impl SettingValue for SocketAddr {
    fn read(raw: &Raw<'_>) -> Option<SocketAddr> {
        let text = raw.text()?;
        // This is the one name that everybody writes.
        text.replace("localhost:", "127.0.0.1:").parse().ok()
    }

    fn show(&self) -> String {
        quoted(&self.to_string())
    }
}

impl SettingValue for Option<SocketAddr> {
    fn read(raw: &Raw<'_>) -> Option<Option<SocketAddr>> {
        match raw.text()?.trim() {
            "" => Some(None),
            _ => SocketAddr::read(raw).map(Some),
        }
    }

    fn show(&self) -> String {
        self.map_or_else(|| quoted(""), |address| address.show())
    }
}

impl SettingValue for Interval {
    fn read(raw: &Raw<'_>) -> Option<Interval> {
        Interval::parse(raw.text()?)
    }

    fn show(&self) -> String {
        quoted(&self.to_string())
    }
}

impl SettingValue for Option<BaseUrl> {
    fn read(raw: &Raw<'_>) -> Option<Option<BaseUrl>> {
        match raw.text()?.trim() {
            "" => Some(None),
            text => BaseUrl::parse(text).map(Some),
        }
    }

    fn show(&self) -> String {
        quoted(&self.as_ref().map_or(String::new(), BaseUrl::as_text))
    }
}

impl SettingValue for Vec<AddressRange> {
    fn read(raw: &Raw<'_>) -> Option<Vec<AddressRange>> {
        let items = match raw {
            Raw::Word(text) => text
                .split(',')
                .map(str::trim)
                .filter(|item| !item.is_empty())
                .collect(),
            Raw::List(items) => items.clone(),
            _ => return None,
        };
        items.into_iter().map(AddressRange::parse).collect()
    }

    fn show(&self) -> String {
        let items: Vec<String> = self
            .iter()
            .map(|range| quoted(&range.to_string()))
            .collect();
        format!("[{}]", items.join(", "))
    }
}

/// Implements the trait for a type with a few words as values.
macro_rules! one_of {
    ($type:ty, $read:expr, $show:expr) => {
        impl SettingValue for $type {
            fn read(raw: &Raw<'_>) -> Option<$type> {
                let read: fn(&str) -> Option<$type> = $read;
                read(raw.text()?)
            }

            fn show(&self) -> String {
                let show: fn(&$type) -> String = $show;
                quoted(&show(self))
            }
        }
    };
}

one_of!(
    Synchronous,
    |text| match text {
        "full" => Some(Synchronous::Full),
        "normal" => Some(Synchronous::Normal),
        _ => None,
    },
    |value| match value {
        Synchronous::Full => "full".into(),
        Synchronous::Normal => "normal".into(),
    }
);
one_of!(
    Registration,
    |text| match text {
        "open" => Some(Registration::Open),
        "invite" => Some(Registration::Invite),
        "closed" => Some(Registration::Closed),
        _ => None,
    },
    |value| match value {
        Registration::Open => "open".into(),
        Registration::Invite => "invite".into(),
        Registration::Closed => "closed".into(),
    }
);
one_of!(
    Visibility,
    |text| match text {
        "members" => Some(Visibility::Members),
        "public" => Some(Visibility::Public),
        _ => None,
    },
    |value| match value {
        Visibility::Members => "members".into(),
        Visibility::Public => "public".into(),
    }
);
one_of!(
    Inviters,
    |text| match text {
        "members" => Some(Inviters::Members),
        "admins" => Some(Inviters::Admins),
        _ => None,
    },
    |value| match value {
        Inviters::Members => "members".into(),
        Inviters::Admins => "admins".into(),
    }
);
one_of!(
    SessionProtection,
    |text| match text {
        "basic" => Some(SessionProtection::Basic),
        "strong" => Some(SessionProtection::Strong),
        "off" => Some(SessionProtection::Off),
        _ => None,
    },
    |value| match value {
        SessionProtection::Basic => "basic".into(),
        SessionProtection::Strong => "strong".into(),
        SessionProtection::Off => "off".into(),
    }
);
one_of!(
    log::Level,
    |text| log::Level::from_str(text).ok(),
    ToString::to_string
);
one_of!(
    log::LogFormat,
    |text| log::LogFormat::from_str(text).ok(),
    ToString::to_string
);

/// Returns a basic string of TOML.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
