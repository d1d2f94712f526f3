//! The door against strangers, over raw sockets.

mod harmful;
mod limits;
mod requests;

use crate::harness::{exchange, status};

fn get(address: &str) -> u16 {
    status(&exchange(
        address,
        b"GET /login HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    ))
}
