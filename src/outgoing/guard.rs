//! The addresses that are not asked: those of this machine and of its networks. A member could otherwise make the site ask
//! whatever stands beside it.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::LazyLock,
};

use ureq::{
    Error,
    config::Config,
    http::Uri,
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::NextTimeout,
    },
};

use crate::config::AddressRange;

/// The ranges that are not on the internet, or lead to such: IANA's registries of special-purpose addresses for IPv4 and
/// IPv6 (RFC 6890), and multicast.
const NOT_PUBLIC: [&str; 31] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.31.196.0/24",
    "192.52.193.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "192.175.48.0/24",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/96",
    "::ffff:0:0:0/96",
    "64:ff9b:1::/48",
    "100::/64",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "3fff::/20",
    "5f00::/16",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
];

/// Addresses of IPv4 in IPv6 for networks that translate (RFC 6052).
static TRANSLATED: LazyLock<AddressRange> =
    LazyLock::new(|| AddressRange::parse("64:ff9b::/96").expect("a range"));

static RANGES: LazyLock<Vec<AddressRange>> = LazyLock::new(|| {
    let ranges = NOT_PUBLIC.iter().map(|range| AddressRange::parse(range));
    ranges.map(|range| range.expect("a range")).collect()
});

/// Returns whether an address is on the internet.
fn is_public(address: IpAddr) -> bool {
    let address = untranslated(address.to_canonical());
    !RANGES.iter().any(|range| range.contains(address))
}

/// Returns the address of IPv4 that a translated one stands for.
fn untranslated(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) if TRANSLATED.contains(address) => {
            let [.., a, b, c, d] = v6.octets();
            IpAddr::V4(Ipv4Addr::new(a, b, c, d))
        }
        other => other,
    }
}

/// A resolver that gives only addresses of the internet, and those that the operator allows. The connection goes to
/// exactly these addresses, so a name cannot lead elsewhere the next moment.
#[derive(Debug)]
pub(super) struct PublicResolver {
    pub(super) allowed: Vec<AddressRange>,
    pub(super) refused: Vec<AddressRange>,
    pub(super) inner: DefaultResolver,
}

impl PublicResolver {
    fn is_allowed(&self, address: SocketAddr) -> bool {
        let ip = address.ip();
        let is_in = |ranges: &[AddressRange], ip| ranges.iter().any(|range| range.contains(ip));
        // A network that translates leads to the address of IPv4, in whichever way it is written.
        let is_refused = is_in(&self.refused, ip) || is_in(&self.refused, untranslated(ip));
        is_public(ip) && !is_refused || is_in(&self.allowed, ip)
    }
}

impl Resolver for PublicResolver {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let found = self.inner.resolve(uri, config, timeout);
        let found = found.map_err(|error| match error {
            // The system says no more than that it found nothing.
            Error::Io(_) => Error::HostNotFound,
            other => other,
        })?;
        let mut allowed = self.empty();
        for address in found.iter().filter(|address| self.is_allowed(**address)) {
            allowed.push(*address);
        }
        if allowed.is_empty() {
            return Err(Error::Other(Box::new(NotPublic)));
        }
        Ok(allowed)
    }
}

/// A name leads only to addresses that are not on the internet.
#[derive(Debug, Clone, Copy)]
pub(super) struct NotPublic;

impl std::error::Error for NotPublic {}

impl std::fmt::Display for NotPublic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("this address is in a private network")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operator_refuses_and_allows_addresses() {
        let range = |text| vec![AddressRange::parse(text).expect("a range")];
        let resolver = PublicResolver {
            allowed: range("192.168.1.0/24"),
            refused: ["2a02:1::/32", "93.184.0.0/16"].map(range).concat(),
            inner: DefaultResolver::default(),
        };
        for (address, expected) in [
            ("192.168.1.7:80", true),
            ("192.168.2.7:80", false),
            ("[2a02:1::7]:80", false),
            ("[2a02:2::7]:80", true),
            ("93.184.1.1:80", false),
            ("[64:ff9b::5db8:101]:80", false),
            ("[64:ff9b::5db9:101]:80", true),
        ] {
            let address = address.parse().expect("an address");
            assert_eq!(resolver.is_allowed(address), expected, "{address}");
        }
    }

    #[test]
    fn private_addresses_are_known_in_every_spelling() {
        for address in [
            "127.0.0.1",
            "127.9.9.9",
            "0.0.0.0",
            "10.1.2.3",
            "172.31.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "2002:7f00:1::1",
            "2001:0:1::1",
            "fd00::1",
            "fe80::1",
            "ff02::1",
        ] {
            assert!(
                !is_public(address.parse().expect("an address")),
                "{address}"
            );
        }
        for address in [
            "1.1.1.1",
            "172.32.0.1",
            "193.0.0.1",
            "2606:4700::1111",
            "64:ff9b::101:101",
            "2a00::1",
        ] {
            assert!(is_public(address.parse().expect("an address")), "{address}");
        }
    }
}
