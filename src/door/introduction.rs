//! The introduction of a client by a proxy that only passes TCP on: the PROXY protocol, versions 1 and 2
//! (<https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt>). It comes before the first request.

use std::net::IpAddr;

use ppp::{HeaderResult, PartialResult, v1, v2};

use super::refusal::Refusal;

/// The beginnings of both versions. No HTTP request begins like the second one, and none with a path like the first.
const BEGINNINGS: [&[u8]; 2] = [b"PROXY ", b"\r\n\r\n\0\r\nQUIT\n"];

/// The most bytes of an introduction: what receivers should be ready for (§2.2), and much more than addresses take.
const BYTES_MAX: usize = 536;

/// The most bytes of an introduction by version 1 (§2.1).
const LINE_BYTES_MAX: usize = 107;

/// The introduction at the beginning of a connection.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Introduction {
    /// There is none.
    Missing,
    /// There may be one, of which bytes are missing.
    Partial,
    /// There is one of this length. The proxy itself asks, as for a health check, if it names nobody.
    Whole {
        client: Option<IpAddr>,
        bytes: usize,
    },
}

/// Reads the introduction in the first bytes of a connection.
///
/// # Errors
/// 400 if it begins like one and is none.
pub(super) fn read(bytes: &[u8]) -> Result<Introduction, Refusal> {
    let may_begin = |beginning: &&[u8]| beginning.iter().zip(bytes).all(|(a, b)| a == b);
    if !BEGINNINGS.iter().any(may_begin) {
        return Ok(Introduction::Missing);
    }
    // The parser of version 1 takes some beginnings of a line for wrong lines.
    let is_line = bytes.starts_with(BEGINNINGS[0]);
    let is_whole_line = bytes.windows(2).any(|two| two == b"\r\n");
    let header = HeaderResult::parse(bytes);
    let is_partial = if is_line {
        !is_whole_line && bytes.len() < LINE_BYTES_MAX
    } else {
        header.is_incomplete() && bytes.len() < BYTES_MAX
    };
    if is_partial {
        return Ok(Introduction::Partial);
    }
    match header {
        HeaderResult::V1(Ok(header)) => Ok(Introduction::Whole {
            client: match header.addresses {
                v1::Addresses::Tcp4(addresses) => Some(addresses.source_address.into()),
                v1::Addresses::Tcp6(addresses) => Some(addresses.source_address.into()),
                v1::Addresses::Unknown => None,
            },
            bytes: header.header.len(),
        }),
        HeaderResult::V2(Ok(header)) => Ok(Introduction::Whole {
            client: match header.addresses {
                _ if header.command == v2::Command::Local => None,
                v2::Addresses::IPv4(addresses) => Some(addresses.source_address.into()),
                v2::Addresses::IPv6(addresses) => Some(addresses.source_address.into()),
                v2::Addresses::Unspecified | v2::Addresses::Unix(_) => None,
            },
            bytes: header.len(),
        }),
        HeaderResult::V1(Err(_)) | HeaderResult::V2(Err(_)) => Err(Refusal::new(
            400,
            "the connection begins with a malformed PROXY header",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const V2: &[u8] =
        b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xcb\0\x71\x05\x7f\0\0\x01\xc7\xb7\x13\x88";

    fn client(bytes: &[u8]) -> Option<String> {
        match read(bytes) {
            Ok(Introduction::Whole {
                client,
                bytes: length,
            }) => {
                assert_eq!(&bytes[length..], b"GET / HTTP/1.1\r\n");
                client.map(|client| client.to_string())
            }
            _ => panic!("it is whole: {bytes:?}"),
        }
    }

    #[test]
    fn both_versions_name_the_client() {
        let with_request = |header: &[u8]| [header, b"GET / HTTP/1.1\r\n"].concat();
        let v1 = b"PROXY TCP4 203.0.113.5 127.0.0.1 51111 5000\r\n";
        assert_eq!(client(&with_request(v1)).as_deref(), Some("203.0.113.5"));
        let v6 = b"PROXY TCP6 2001:db8::5 ::1 51111 5000\r\n";
        assert_eq!(client(&with_request(v6)).as_deref(), Some("2001:db8::5"));
        assert_eq!(client(&with_request(V2)).as_deref(), Some("203.0.113.5"));
        assert_eq!(client(&with_request(b"PROXY UNKNOWN\r\n")), None);
        for header in [v1.as_slice(), V2] {
            for end in 0..header.len() {
                assert!(
                    matches!(read(&header[..end]), Ok(Introduction::Partial)),
                    "{end}"
                );
            }
        }
    }

    #[test]
    fn a_request_is_no_introduction_and_a_malformed_one_is_refused() {
        for request in [
            "GET / HTTP/1.1\r\n",
            "POST /post HTTP/1.1",
            "PROPFIND / HTTP/1.1",
            "\r\nGET / HTTP/1.1",
        ] {
            assert!(
                matches!(read(request.as_bytes()), Ok(Introduction::Missing)),
                "{request}"
            );
        }
        let endless = [b"PROXY TCP4 ".as_slice(), &[b'1'; 600]].concat();
        for wrong in [
            b"PROXY / HTTP/1.1\r\n".as_slice(),
            b"PROXY TCP4 x y 1 2\r\n",
            &endless,
        ] {
            assert!(read(wrong).is_err_and(|refusal| refusal.status == 400));
        }
    }
}
