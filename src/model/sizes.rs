use std::fmt;

/// A number of bytes, in words. In the units of SI (IEC 80000-13: 1 kB is 1000 bytes), with one digit behind the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bytes(pub u64);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Bytes(bytes) = *self;
        let tenths = |unit: u64| format!("{}.{}", bytes / unit, bytes % unit * 10 / unit);
        match bytes {
            0..1_000 => write!(f, "{bytes} bytes"),
            1_000..1_000_000 => write!(f, "{} kB", tenths(1_000)),
            1_000_000..1_000_000_000 => write!(f, "{} MB", tenths(1_000_000)),
            _ => write!(f, "{} GB", tenths(1_000_000_000)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_said_in_words() {
        for (count, said) in [
            (0, "0 bytes"),
            (999, "999 bytes"),
            (1_000, "1.0 kB"),
            (25_480, "25.4 kB"),
            (3_999_999, "3.9 MB"),
            (1_073_741_824, "1.0 GB"),
        ] {
            assert_eq!(Bytes(count).to_string(), said);
        }
    }
}
