//! Signing in on a phone with a QR code that another screen shows.

use std::time::Duration;

use maud::{Markup, html};
use qrcodegen::{QrCode, QrCodeEcc};

use super::{
    Layout, forms,
    phrases::phrase,
    settings::{self, Section},
};
use crate::{
    model::{BaseUrl, User},
    words::say,
};

/// Width of the white margin around the code, in modules (ISO/IEC 18004 §9.1).
const QUIET_ZONE: i32 = 4;

/// Renders the page that offers a code. `site` is the site's address, if it is known.
pub(crate) fn new(layout: &Layout<'_>, site: Option<&BaseUrl>) -> Markup {
    settings::page(
        layout,
        Section::Phone,
        &html! {
            div.card {
                p { (say("Scan a code on this screen with your phone's camera to sign in there without typing a password.")) }
                p.hint { (say("The code works once, for a few minutes. Anyone who scans it is signed in as you, so show it to nobody else.")) }
                (unreachable(site))
                form method="post" action=(layout.render.base.url("/settings/phone")) {
                    (forms::token(layout.render.form_token))
                    div.actions { button.primary { (say("Show a code")) } }
                }
            }
        },
    )
}

/// Renders the page that shows the link to `path`, as a QR code and as text.
pub(crate) fn code(
    layout: &Layout<'_>,
    site: Option<&BaseUrl>,
    path: &str,
    lifetime: Duration,
) -> Markup {
    let link = site.map(|site| format!("{}{path}", site.origin));
    let minutes = lifetime.as_secs() / 60;
    let for_phones = site.is_some_and(|site| !site.is_this_machine());
    settings::page(
        layout,
        Section::Phone,
        &html! {
            div.card {
                (unreachable(site))
                @if let Some(link) = &link {
                    @if for_phones {
                        p { (say("Point your phone's camera at this code:")) }
                        (picture(link))
                        p { (say("Or open this link on your phone:")) }
                    } @else {
                        p { (say("Open this link in another browser on this computer:")) }
                    }
                    p.secret { code { (link) } }
                }
                p.hint { (phrase("It works once, within {minutes} minutes. A new code replaces this one.", &[("minutes", &minutes)])) }
                form method="post" action=(layout.render.base.url("/settings/phone")) {
                    (forms::token(layout.render.form_token))
                    div.actions { button { (say("Show a new code")) } }
                }
            }
        },
    )
}

/// Renders the advice for a site that phones cannot reach.
fn unreachable(site: Option<&BaseUrl>) -> Markup {
    html! {
        @if site.is_none_or(BaseUrl::is_this_machine) {
            div.note {
                p {
                    strong {
                        @if let Some(site) = site {
                            (phrase("Phones cannot reach this site at {address}.", &[("address", &html! { code { (site.as_text()) } })]))
                        } @else { (say("Phones cannot reach this site at this address.")) }
                    }
                    " " (say("Every device takes that address to mean itself."))
                }
                p {
                    (phrase("The site's operator can set {listen} under {section}, or {base_url} if the site is behind a proxy. Then open this page at the new address.", &[
                        ("listen", &html! { code { "listen = \"0.0.0.0:5000\"" } }),
                        ("section", &html! { code { "[server]" } }),
                        ("base_url", &html! { code { "base_url" } }),
                    ]))
                }
            }
        }
    }
}

/// Renders the QR code of a link, or nothing if it is too long for one. It is dark on white in every theme: not every camera reads inverted codes.
pub(super) fn picture(link: &str) -> Markup {
    let Ok(code) = QrCode::encode_text(link, QrCodeEcc::Medium) else {
        return html! {};
    };
    let side = code.size() + 2 * QUIET_ZONE;
    html! {
        svg.qr xmlns="http://www.w3.org/2000/svg" viewBox={ "0 0 " (side) " " (side) } width="288" height="288"
            role="img" aria-label=(say("The link below as a QR code")) shape-rendering="crispEdges" {
            rect width=(side) height=(side) fill="#fff" {}
            path d=(modules(&code)) fill="#000" {}
        }
    }
}

/// Returns the SVG path of the dark modules: one rectangle for each run in a row.
fn modules(code: &QrCode) -> String {
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let run = (x..code.size())
                .take_while(|&x| code.get_module(x, y))
                .zip(1..)
                .map(|(_, length)| length)
                .last();
            if let Some(run) = run {
                path += &format!("M{} {}h{run}v1h-{run}z", x + QUIET_ZONE, y + QUIET_ZONE);
            }
            x += run.unwrap_or(0) + 1;
        }
    }
    path
}

/// Renders the page that the phone opens, which asks for consent to sign in.
pub(crate) fn enter(layout: &Layout<'_>, owner: &User, token: &str) -> Markup {
    let who = |user: &User| html! { bdi { (user.shown_name()) } };
    layout.page(
        say("Sign in"),
        &html! {
            section.card.message {
                h1 { (phrase("Sign in as {who} on this device?", &[("who", &who(owner))])) }
                @if !owner.name.is_empty() { p.handle { "@" (owner.username.as_str()) } }
                @match layout.user {
                    Some(user) if user.id == owner.id => p { (say("You are already signed in in this browser. Continuing starts a new session.")) },
                    Some(user) => p { (phrase("This browser is signed in as {who}. Continuing ends that session.", &[("who", &who(user))])) },
                    None => p { (say("Continue only if you asked for this code yourself just now.")) },
                }
                form.form method="post" action=(layout.render.base.url(&format!("/device/{token}"))) {
                    (forms::token(layout.render.form_token))
                    label.check { input type="checkbox" name="remember" value="1"; " " (say("Stay signed in")) }
                    button.primary { (phrase("Sign in as {who}", &[("who", &who(owner))])) }
                }
            }
        },
    )
}

/// Renders the page for a code that can no longer be used.
pub(crate) fn spent(layout: &Layout<'_>) -> Markup {
    layout.page(
        say("This code no longer works"),
        &html! {
            section.card.message {
                h1 { (say("This code no longer works")) }
                p { (say("A code works once, for a few minutes. This one was already used, has expired, or was replaced by a newer one.")) }
                @if layout.user.is_some() {
                    p { a.button href=(layout.render.base.url("/")) { (say("Go home")) } }
                } @else {
                    p { (say("Get a new one on a device where you are signed in: Settings, then Phone.")) }
                    p { a.button href=(layout.render.base.url("/login")) { (say("Sign in with your password")) } }
                }
            }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Paints the path back into modules.
    fn painted(path: &str, side: usize) -> Vec<Vec<bool>> {
        let mut dark = vec![vec![false; side]; side];
        for run in path.split('M').skip(1) {
            let mut numbers = run
                .split(|c: char| !c.is_ascii_digit())
                .filter_map(|number| number.parse::<usize>().ok());
            let mut next = || numbers.next().expect("a number");
            let (x, y, length) = (next(), next(), next());
            dark[y][x..x + length].fill(true);
        }
        dark
    }

    #[test]
    fn the_picture_is_the_code_with_white_around_it() {
        let link = "http://192.168.1.5:5000/device/abcdefghijklmnopqrstuvwxyz";
        let code = QrCode::encode_text(link, QrCodeEcc::Medium).expect("it fits");
        let side = usize::try_from(code.size() + 2 * QUIET_ZONE).expect("small");
        let painted = painted(&modules(&code), side);
        for (y, row) in (-QUIET_ZONE..).zip(&painted) {
            for (x, &dark) in (-QUIET_ZONE..).zip(row) {
                assert_eq!(dark, code.get_module(x, y), "{x} {y}");
            }
        }
        assert!(painted[4][4], "the corner of the finder");
        assert!(
            picture(link)
                .into_string()
                .contains(&format!("viewBox=\"0 0 {side} {side}\""))
        );
    }
}
