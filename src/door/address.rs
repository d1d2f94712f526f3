//! The address of a client: the peer of the socket, or the address that a trusted proxy reports.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use crate::config::AddressRange;

/// Returns whether an address belongs to a trusted proxy.
pub(super) fn is_trusted(proxies: &[AddressRange], address: IpAddr) -> bool {
    proxies.iter().any(|range| range.contains(address))
}

/// Returns the address of the client: the rightmost entry of `X-Forwarded-For` that is not a trusted proxy, if the
/// peer is one, and otherwise the peer.
pub(super) fn client(proxies: &[AddressRange], peer: IpAddr, forwarded_for: &str) -> IpAddr {
    if !is_trusted(proxies, peer) {
        return peer.to_canonical();
    }
    let mut client = peer;
    for hop in forwarded_for.rsplit(',') {
        // No trusted proxy writes an entry that does not parse.
        let Some(address) = forwarded_address(hop.trim()) else {
            break;
        };
        client = address;
        if !is_trusted(proxies, address) {
            break;
        }
    }
    client.to_canonical()
}

/// Parses an entry of `X-Forwarded-For`. There is no standard for it: some proxies add the port or brackets.
fn forwarded_address(hop: &str) -> Option<IpAddr> {
    let address = hop.parse().ok();
    address
        .or_else(|| hop.parse().ok().map(|socket: SocketAddr| socket.ip()))
        .or_else(|| hop.strip_prefix('[')?.strip_suffix(']')?.parse().ok())
}

/// Returns the address under which a client is counted: an IPv4 address, or the /64 that one IPv6 customer has.
pub(super) fn client_group(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(
            address.to_bits() & !u128::from(u64::MAX),
        )),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_trusted_proxy_names_the_client() {
        let proxies = [AddressRange::parse("10.0.0.0/8").expect("a network")];
        let ip = |text: &str| text.parse::<IpAddr>().expect("an address");
        let from = |peer: &str, header: &str| client(&proxies, ip(peer), header).to_string();
        assert_eq!(from("192.0.2.1", "203.0.113.9"), "192.0.2.1");
        assert_eq!(from("10.0.0.1", "203.0.113.9"), "203.0.113.9");
        assert_eq!(
            from("10.0.0.1", "1.2.3.4, 203.0.113.9, 10.0.0.2"),
            "203.0.113.9"
        );
        assert_eq!(from("10.0.0.1", "1.2.3.4, nonsense"), "10.0.0.1");
        assert_eq!(from("10.0.0.1", "203.0.113.5:51111"), "203.0.113.5");
        assert_eq!(from("10.0.0.1", "[2001:db8::5]:443"), "2001:db8::5");
        assert_eq!(from("10.0.0.1", "[2001:db8::5]"), "2001:db8::5");
        assert_eq!(
            from("10.0.0.1", "1.2.3.4, 203.0.113.5:51111, 10.0.0.2:80"),
            "203.0.113.5"
        );
        assert_eq!(from("10.0.0.1", "203.0.113.5:"), "10.0.0.1");
        assert_eq!(from("10.0.0.1", "[203.0.113.5]"), "203.0.113.5");
        assert_eq!(from("10.0.0.1", ""), "10.0.0.1");
        assert_eq!(from("::ffff:192.0.2.1", ""), "192.0.2.1");
    }

    #[test]
    fn one_customer_of_ipv6_is_one_client() {
        let group = |text: &str| client_group(text.parse().expect("an address")).to_string();
        assert_eq!(group("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(group("192.0.2.1"), "192.0.2.1");
        assert_eq!(group("::ffff:192.0.2.1"), "192.0.2.1");
    }
}
