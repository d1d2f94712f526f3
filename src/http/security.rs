//! Security headers.

/// Name of the header that is always the first.
const POLICY: &str = "Content-Security-Policy";

/// Headers of every response, refusals and errors included.
const ALWAYS: &[(&str, &str)] = &[
    (
        POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
         connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    (
        "Permissions-Policy",
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

/// Content security policy for files that people have uploaded. Such a file loads nothing, runs nothing, and cannot
/// be framed. Inline styles are allowed because they do no harm, and browsers need them to show a picture on its
/// own.
pub const SANDBOX: &str =
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";

/// Headers that browsers accept over https only.
const OVER_HTTPS: &[(&str, &str)] = &[
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Strict-Transport-Security", "max-age=31536000"),
];

/// Returns the header lines that every response carries. The door writes them, so that no response goes out
/// without.
pub fn security_headers(https: bool) -> String {
    let over_https = if https { OVER_HTTPS } else { &[] };
    ALWAYS
        .iter()
        .chain(over_https)
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect()
}

/// Returns the lines without the policy, for a response with its own policy: browsers would enforce both.
pub fn without_policy(lines: &str) -> &str {
    let after = lines.split_once("\r\n").map(|(_, rest)| rest);
    after.filter(|_| lines.starts_with(POLICY)).unwrap_or(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_but_the_policy_stay() {
        for https in [false, true] {
            let lines = security_headers(https);
            let rest = without_policy(&lines);
            assert!(lines.contains(POLICY) && !rest.contains(POLICY), "{rest}");
            assert_eq!(lines.lines().count(), rest.lines().count() + 1);
            assert_eq!(without_policy(rest), rest);
        }
    }
}
