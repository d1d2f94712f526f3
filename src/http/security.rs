/// Stands first.
const POLICY: &str = "Content-Security-Policy";

/// Refusals and errors included.
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

/// The policy of what came from people and is no page of ours: it loads nothing, runs nothing, and stands in no frame.
/// Styles within it do no harm, and with such ones browsers draw a picture that is opened by itself.
pub const SANDBOX: &str =
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";

/// Browsers take these over https only.
const OVER_HTTPS: &[(&str, &str)] = &[
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Strict-Transport-Security", "max-age=31536000"),
];

/// The lines of a head that every answer carries. The door writes them, so that nothing gets out without.
pub fn security_headers(https: bool) -> String {
    let over_https = if https { OVER_HTTPS } else { &[] };
    ALWAYS
        .iter()
        .chain(over_https)
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect()
}

/// The same lines for an answer that has a policy of its own: with two, browsers would enforce both.
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
