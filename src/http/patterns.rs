//! The patterns of paths: their segments are words or parameters.

/// Returns the name of the parameter that a segment of a pattern stands for, and the ending that its values have in a path,
/// such as `.atom`; `None` for a segment that stands for itself.
pub fn parameter(segment: &str) -> Option<(&str, &str)> {
    let name = segment.strip_prefix(':')?;
    Some(name.split_at(name.find('.').unwrap_or(name.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_may_have_an_ending() {
        for (segment, expected) in [
            ("user", None),
            (":name", Some(("name", ""))),
            (":name.atom", Some(("name", ".atom"))),
            ("", None),
        ] {
            assert_eq!(parameter(segment), expected, "{segment}");
        }
    }
}
