//! The cookies that a browser sends.

use super::{CookieKind, Cookies, Flash, GuestReads};
use crate::model::{HomeOrder, Language, Theme, Token};

/// The length of a visitor's random name, in characters of base64url: 16 bytes.
const VISITOR_CHARS: usize = 22;

/// The cookies of one browser.
pub struct SentCookies {
    /// The token of a session, which the guard looks up.
    pub token: Option<Token>,
    /// Names a browser that somebody has signed in with.
    pub device: Option<Token>,
    /// Names a browser that is not signed in.
    pub visitor: Visitor,
    pub flash: Option<Flash>,
    pub guest_reads: GuestReads,
    pub theme: Theme,
    /// The language that was chosen in this browser; none if it has its own way.
    pub language: Option<Language>,
    pub home_order: HomeOrder,
}

/// The name of a browser that is not signed in, which its forms are made for.
pub struct Visitor {
    pub name: String,
    /// The name was made for this request, and the browser does not know it yet.
    pub is_new: bool,
}

impl SentCookies {
    /// Returns whether a browser sends none of the cookies that every page sets.
    pub(crate) fn are_missing(&self) -> bool {
        self.token.is_none() && self.visitor.is_new
    }

    /// Reads the value of the `Cookie` header.
    pub(super) fn read(header: Option<&str>, cookies: &Cookies) -> SentCookies {
        let cookie = |kind| cookies.read(header, kind);
        let token = |kind| cookie(kind).map(|token| Token::given(&token));
        SentCookies {
            token: token(CookieKind::Session),
            device: token(CookieKind::Device),
            visitor: Visitor::known_or_new(cookie(CookieKind::Visitor)),
            flash: cookie(CookieKind::Flash).and_then(|code| Flash::from_code(&code)),
            guest_reads: GuestReads::of(cookie(CookieKind::GuestReads).as_deref()),
            theme: cookie(CookieKind::Theme)
                .and_then(|theme| theme.parse().ok())
                .unwrap_or_default(),
            language: cookie(CookieKind::Language).and_then(|language| language.parse().ok()),
            home_order: cookie(CookieKind::HomeOrder)
                .and_then(|order| order.parse().ok())
                .unwrap_or_default(),
        }
    }
}

impl Visitor {
    fn known_or_new(name: Option<String>) -> Visitor {
        let is_well_formed = |name: &String| {
            name.len() == VISITOR_CHARS
                && name
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        };
        match name.filter(is_well_formed) {
            Some(name) => Visitor {
                name,
                is_new: false,
            },
            None => Visitor {
                name: Token::random().as_str()[..VISITOR_CHARS].to_owned(),
                is_new: true,
            },
        }
    }
}
