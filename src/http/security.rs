/// Refusals and errors included.
const ALWAYS: &[(&str, &str)] = &[
    (
        "Content-Security-Policy",
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
