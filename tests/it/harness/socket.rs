//! Raw sockets: bytes as they are sent and as they come back.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use super::{html::between, wait::DEADLINE};

/// Sends bytes and returns all that comes back until the connection ends.
pub(crate) fn exchange(address: &str, request: &[u8]) -> Vec<u8> {
    try_exchange(address, request).expect("it listens")
}

/// Does what [`exchange`] does with a server that may be gone.
pub(crate) fn try_exchange(address: &str, request: &[u8]) -> Option<Vec<u8>> {
    let mut socket = TcpStream::connect(address).ok()?;
    socket.set_read_timeout(Some(DEADLINE)).expect("a socket");
    // The other side may refuse before it has read everything.
    let _ = socket.write_all(request);
    let mut answer = Vec::new();
    // A reset ends it as well.
    let _ = socket.read_to_end(&mut answer);
    Some(answer)
}

pub(crate) fn connect(address: &str) -> TcpStream {
    let socket = TcpStream::connect(address).expect("it listens");
    socket.set_read_timeout(Some(DEADLINE)).expect("a socket");
    socket
}

/// Reads all that comes until the connection ends properly.
pub(crate) fn rest(socket: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).expect("an answer");
    String::from_utf8_lossy(&answer).into_owned()
}

/// Reads one answer by its length, and leaves the connection open.
pub(crate) fn one_answer(socket: &mut TcpStream) -> String {
    let mut text = String::new();
    let mut byte = [0];
    while !text.ends_with("\r\n\r\n") {
        socket.read_exact(&mut byte).expect("a head");
        text.push(char::from(byte[0]));
    }
    let length = between(&text, "Content-Length: ", "\r\n")
        .parse()
        .expect("a number");
    let mut body = vec![0; length];
    socket.read_exact(&mut body).expect("a body");
    text + &String::from_utf8_lossy(&body)
}

/// Returns the status of a raw answer; 0 if there is none.
pub(crate) fn status(answer: &[u8]) -> u16 {
    let text = String::from_utf8_lossy(answer);
    let status = text
        .strip_prefix("HTTP/1.1 ")
        .and_then(|rest| rest.get(..3));
    status.and_then(|status| status.parse().ok()).unwrap_or(0)
}
