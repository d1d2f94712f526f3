//! The browser and the network of a request, which protect a session and tell its owner where it is used.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

/// The browser and network of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whereabouts {
    pub browser: Browser,
    pub network: Network,
}

/// The name of a browser and of its operating system, without versions: "Firefox on Linux". Empty if it was not
/// recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Browser(String);

/// A range of IP addresses: "192.0.2.0/24".
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Network(String);

/// Parts of `User-Agent` headers and the browsers they identify. The first match counts, because nearly all browsers
/// also call themselves Safari, and many Chrome.
const BROWSERS: &[(&str, &str)] = &[
    ("Edg", "Edge"), // EdgA and EdgiOS on phones
    ("OPR/", "Opera"),
    ("Vivaldi/", "Vivaldi"),
    ("YaBrowser/", "Yandex Browser"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("DuckDuckGo/", "DuckDuckGo"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

/// Parts of `User-Agent` headers and the operating systems they identify. The first match counts: Android is also a
/// Linux, and an iPhone also mentions the Mac.
const SYSTEMS: &[(&str, &str)] = &[
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
    ("BSD", "BSD"),
];

/// The prefix lengths of a network. Providers give a household other addresses of the same network from time to time.
const NETWORK_BITS_V4: u32 = 24;
const NETWORK_BITS_V6: u32 = 56;

/// The prefix lengths of one client: what a provider gives to one customer alone.
const CLIENT_BITS_V4: u32 = 32;
const CLIENT_BITS_V6: u32 = 64;

impl Whereabouts {
    /// Identifies the browser and network of a request.
    pub fn of(user_agent: &str, client: IpAddr) -> Whereabouts {
        Whereabouts {
            browser: Browser::of(user_agent),
            network: Network::around(client),
        }
    }
}

impl Browser {
    /// Identifies the browser from a `User-Agent` header (RFC 9110 §10.1.5). Everything else is "a program".
    pub fn of(user_agent: &str) -> Browser {
        let named = |table: &[(&str, &'static str)]| {
            let found = table.iter().find(|(mark, _)| user_agent.contains(mark));
            found.map(|(_, name)| *name)
        };
        Browser(match (named(BROWSERS), named(SYSTEMS)) {
            (Some(browser), Some(system)) => format!("{browser} on {system}"),
            (Some(browser), None) => browser.to_owned(),
            (None, _) => "a program".to_owned(),
        })
    }

    /// Checks whether the browser was recorded. Older sessions have none.
    pub fn is_known(&self) -> bool {
        !self.0.is_empty()
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Wraps a name from the database, which was made here before it was stored.
    pub(crate) fn stored(text: String) -> Browser {
        Browser(text)
    }
}

impl Network {
    /// Returns the network among whose addresses a browser may move without suspicion.
    pub fn around(client: IpAddr) -> Network {
        Network::with(client, NETWORK_BITS_V4, NETWORK_BITS_V6)
    }

    /// Returns the addresses that count as one client.
    pub fn of_client(client: IpAddr) -> Network {
        Network::with(client, CLIENT_BITS_V4, CLIENT_BITS_V6)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Wraps a network from the database, which was made here before it was stored.
    pub(crate) fn stored(text: String) -> Network {
        Network(text)
    }

    fn with(client: IpAddr, bits_v4: u32, bits_v6: u32) -> Network {
        Network(match client.to_canonical() {
            IpAddr::V4(address) => {
                let first = address.to_bits() & (u32::MAX << (32 - bits_v4));
                format!("{}/{bits_v4}", Ipv4Addr::from_bits(first))
            }
            IpAddr::V6(address) => {
                let first = address.to_bits() & (u128::MAX << (128 - bits_v6));
                format!("{}/{bits_v6}", Ipv6Addr::from_bits(first))
            }
        })
    }
}

impl fmt::Display for Browser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_identified_without_its_version() {
        for (user_agent, expected) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
                "Firefox on Linux",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox on Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
                "Chrome on Windows",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15",
                "Safari on macOS",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/126.0 Mobile/15E148 Safari/604.1",
                "Chrome on iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36",
                "Samsung Internet on Android",
            ),
            ("Mozilla/5.0 (Plan 9) Firefox/3.0", "Firefox"),
            ("curl/8.5.0", "a program"),
            ("python-requests/2.31 Linux", "a program"),
            ("", "a program"),
            ("\u{202e}<b>\r\nFire fox/", "a program"),
        ] {
            assert_eq!(Browser::of(user_agent).as_str(), expected, "{user_agent}");
        }
    }

    #[test]
    fn neighbours_share_a_network_but_are_separate_clients() {
        let ip = |text: &str| text.parse::<IpAddr>().expect("an address");
        for (address, network, client) in [
            ("192.0.2.77", "192.0.2.0/24", "192.0.2.77/32"),
            ("::ffff:192.0.2.77", "192.0.2.0/24", "192.0.2.77/32"),
            (
                "2001:db8:1:2ff:a:b:c:d",
                "2001:db8:1:200::/56",
                "2001:db8:1:2ff::/64",
            ),
        ] {
            assert_eq!(Network::around(ip(address)).as_str(), network);
            assert_eq!(Network::of_client(ip(address)).as_str(), client);
        }
    }
}
