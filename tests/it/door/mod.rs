//! What strangers do to the door, over raw sockets, and what they must not reach.

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
