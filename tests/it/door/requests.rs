//! Requests as honest clients send them.

use std::io::{Read, Write};

use crate::harness::{Site, connect, exchange, rest, status};

#[test]
fn requests_in_one_connection_are_answered_in_order() {
    let site = Site::start();
    let address = site.visitor().address().to_owned();
    let mut pipeline =
        "GET /login HTTP/1.1\r\nHost: x\r\n\r\nGET /nothing HTTP/1.1\r\nHost: x\r\n\r\n".repeat(50);
    pipeline += "POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n\r\na=";
    let answer = exchange(&address, pipeline.as_bytes());
    let text = String::from_utf8_lossy(&answer);
    let statuses: Vec<&str> = text
        .split("HTTP/1.1 ")
        .skip(1)
        .map(|rest| &rest[..3])
        .collect();
    let mut expected = ["200", "404"].repeat(50);
    expected.push("403");
    assert_eq!(statuses, expected);
}

#[test]
fn a_slow_but_honest_client_is_served() {
    let site = Site::start();
    let mut socket = connect(site.visitor().address());
    for byte in b"\r\nGET /login HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" {
        socket.write_all(&[*byte]).expect("it reads");
    }
    let answer = rest(&mut socket);
    assert_eq!(status(answer.as_bytes()), 200);
}

#[test]
fn a_client_is_asked_for_the_body_it_announces() {
    let site = Site::start();
    let mut socket = connect(site.visitor().address());
    let head = "POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Type: application/x-www-form-urlencoded\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n";
    socket.write_all(head.as_bytes()).expect("it reads");
    let mut go_on = [0; 25];
    socket.read_exact(&mut go_on).expect("it asks");
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    socket.write_all(b"a=b").expect("it reads");
    let answer = rest(&mut socket);
    assert_eq!(
        status(answer.as_bytes()),
        403,
        "it has no token, but it was read"
    );
}

#[test]
fn http_1_0_is_answered_and_closed() {
    let site = Site::start();
    let answer = exchange(site.visitor().address(), b"GET /login HTTP/1.0\r\n\r\n");
    let text = String::from_utf8_lossy(&answer);
    assert!(
        text.starts_with("HTTP/1.1 200")
            && text.contains("Connection: close")
            && text.ends_with("</html>")
    );
}

#[test]
fn the_client_is_the_peer_unless_a_trusted_proxy_says_otherwise() {
    let request = b"GET /login HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 6.6.6.6, 192.0.2.7\r\nX-Quartfeed-Client: 7.7.7.7\r\nConnection: close\r\n\r\n";
    let stranger = Site::start();
    exchange(stranger.visitor().address(), request);
    assert!(stranger.log().contains("client=127.0.0.1") && !stranger.log().contains("192.0.2.7"));
    let behind = Site::with(|config| {
        config.server.trusted_proxies =
            vec![quartfeed::config::AddressRange::parse("127.0.0.1").expect("an address")];
    });
    exchange(behind.visitor().address(), request);
    assert!(behind.log().contains("client=192.0.2.7") && !behind.log().contains("6.6.6.6"));
}

/// A proxy that only passes TCP on introduces its clients by the PROXY protocol.
#[test]
fn a_trusted_proxy_may_introduce_its_client() {
    let said = |address: &str, bytes: &[u8]| {
        String::from_utf8_lossy(&exchange(address, bytes)).into_owned()
    };
    let site = Site::behind_a_proxy();
    let address = site.visitor().address().to_owned();
    let request =
        b"GET /login HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 6.6.6.6\r\nConnection: close\r\n\r\n";
    let v2 = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xcb\0\x71\x07\x7f\0\0\x01\xc7\xb7\x13\x88";
    for (header, client) in [
        (
            b"PROXY TCP4 203.0.113.5 127.0.0.1 51111 5000\r\n".as_slice(),
            "client=203.0.113.5",
        ),
        (v2, "client=203.0.113.7"),
    ] {
        let answer = said(&address, &[header, request].concat());
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(site.log().contains(client), "{}", site.log());
    }
    assert!(
        !site.log().contains("client=6.6.6.6"),
        "the client is no proxy"
    );
    let answer = said(&address, b"PROXY TCP4 x y 1 2\r\n");
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    // Nobody else may say who they are.
    let site = Site::start();
    let header = b"PROXY TCP4 203.0.113.5 127.0.0.1 51111 5000\r\n";
    let answer = said(
        site.visitor().address(),
        &[header, request.as_slice()].concat(),
    );
    assert!(
        answer.starts_with("HTTP/1.1 400") || answer.starts_with("HTTP/1.1 501"),
        "{answer}"
    );
}
