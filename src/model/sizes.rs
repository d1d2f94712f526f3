//! Sizes in words, for messages.

use std::fmt;

/// A number of bytes, displayed as limits are configured: 1 kB is 1024 bytes. It has one decimal unless that is 0, and
/// is rounded up, so that a size over a limit never reads like the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bytes(pub u64);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [("GB", 1_u64 << 30), ("MB", 1 << 20), ("kB", 1 << 10)];
        let Some((unit, bytes)) = units.into_iter().find(|(_, bytes)| self.0 >= *bytes) else {
            return write!(f, "{} bytes", self.0);
        };
        let tenths = (u128::from(self.0) * 10).div_ceil(bytes.into());
        match (tenths / 10, tenths % 10) {
            (whole, 0) => write!(f, "{whole} {unit}"),
            (whole, tenth) => write!(f, "{whole}.{tenth} {unit}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_displayed_with_units() {
        for (count, said) in [
            (0, "0 bytes"),
            (1_000, "1000 bytes"),
            (1_024, "1 kB"),
            (25_480, "24.9 kB"),
            (256 << 10, "256 kB"),
            (1 << 20, "1 MB"),
            ((1 << 20) + 1, "1.1 MB"),
            (3 << 19, "1.5 MB"),
            (10 << 20, "10 MB"),
            (1 << 30, "1 GB"),
            (u64::MAX, "17179869184 GB"),
        ] {
            assert_eq!(Bytes(count).to_string(), said);
        }
    }
}
