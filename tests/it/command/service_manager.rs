//! The messages to a service manager, as systemd gets them.

use std::{os::unix::net::UnixDatagram, time::Duration};

use rustix::process::Signal;

use super::empty;
use crate::harness::{DEADLINE, Program};

/// Returns the next message.
fn heard(socket: &UnixDatagram) -> String {
    let mut message = [0; 256];
    let bytes = socket.recv(&mut message).expect("a message in time");
    String::from_utf8_lossy(&message[..bytes]).trim().to_owned()
}

#[test]
fn the_service_manager_hears_of_the_start_of_life_and_of_the_stop() {
    let directory = empty();
    let path = directory.path().join("notify");
    let socket = UnixDatagram::bind(&path).expect("a socket");
    socket.set_read_timeout(Some(DEADLINE)).expect("a time-out");
    let every = Duration::from_millis(100).as_micros().to_string();
    let program = Program::with(|command| {
        command
            .env("NOTIFY_SOCKET", &path)
            .env("WATCHDOG_USEC", &every);
    });
    assert_eq!(heard(&socket), "READY=1");
    for _ in 0..3 {
        assert_eq!(heard(&socket), "WATCHDOG=1");
    }
    program.signal(Signal::TERM);
    let mut last = heard(&socket);
    while last == "WATCHDOG=1" {
        last = heard(&socket);
    }
    assert_eq!(last, "STOPPING=1");
    let (status, _directory) = program.ended();
    assert_eq!(status.code(), Some(0));
}
