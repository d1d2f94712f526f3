//! Tests of responses in files, without room, and cut short.

use std::thread;

use super::*;

const MIB: u64 = 1024 * 1024;

/// Reads a response whose body is written piece by piece.
fn answer(
    head: &str,
    body: &[u8],
    times: u64,
    is_head: bool,
    spool: &Arc<Spool>,
) -> Result<BackendResponse, BackendError> {
    let (ours, theirs) = UnixStream::pair().expect("two sockets");
    thread::scope(|scope| {
        scope.spawn(move || {
            // The reader closes the connection when it does not want the rest.
            let _ = (&theirs).write_all(&[head.as_bytes(), body].concat());
            for _ in 1..times {
                if (&theirs).write_all(body).is_err() {
                    return;
                }
            }
        });
        let context = ResponseContext {
            is_head,
            keep_alive: true,
            is_chunked: true,
            security_headers: "X-Safe: yes\r\n",
            client: IpAddr::from([192, 0, 2, 1]),
            deadline: None,
            spool,
        };
        let ours = ours;
        read(&ours, &mut Vec::new(), &context)
    })
}

fn spool(bytes_max: u64) -> Arc<Spool> {
    Arc::new(Spool::new(std::env::temp_dir(), bytes_max, bytes_max))
}

#[test]
fn a_long_response_waits_in_a_file_and_not_in_memory() {
    let piece: Vec<u8> = (0..=255).cycle().take(64 * 1024).collect();
    let times = 20 * 16;
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", 20 * MIB);
    let room = spool(64 * MIB);
    let answer = answer(&head, &piece, times, false, &room);
    let answer = answer.ok().expect("an answer");
    assert!(answer.bytes.capacity() < 8192 && answer.body_bytes == 20 * MIB);
    let head = String::from_utf8_lossy(&answer.bytes);
    assert!(head.ends_with("Content-Length: 20971520\r\nX-Safe: yes\r\n\r\n"));
    let mut all = Vec::new();
    let mut body = answer.body.expect("it is in a file");
    body.file.read_to_end(&mut all).expect("readable");
    assert!(all.chunks(piece.len()).all(|chunk| chunk == piece) && all.len() as u64 == 20 * MIB);
    assert!(room.reserve([192, 0, 2, 1].into(), 60 * MIB, None).is_err());
    drop(body);
    assert!(room.reserve([192, 0, 2, 1].into(), 60 * MIB, None).is_ok());
}

#[test]
fn a_response_without_room_is_refused_with_a_reason() {
    let room = spool(MIB);
    let _other = room
        .reserve([192, 0, 2, 9].into(), 700_000, None)
        .expect("room");
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {MIB}\r\n\r\n");
    match answer(&head, &[0; 1024], 1024, false, &room) {
        Err(BackendError::Refused(refusal)) => assert_eq!(refusal.status, 503),
        _ => panic!("it does not fit"),
    }
}

#[test]
fn an_incomplete_response_is_refused() {
    let room = spool(MIB);
    let mut found = Vec::new();
    for (length, body, is_head) in [
        (4, &b"abc\x01"[..], false),
        (1, b"\x01", false),
        (4, b"", true),
        (4, b"ab\0\0", false),
        (4, b"abc", false),
        (4, b"abc\x01more", false),
    ] {
        let head = format!(
            "HTTP/1.1 200 OK\r\nX-Quartfeed-Trailer: 1\r\nContent-Length: {length}\r\n\r\n"
        );
        let answer = answer(&head, body, 1, is_head, &room).ok();
        found.push(answer.map(|answer| String::from_utf8_lossy(&answer.bytes).into_owned()));
    }
    let whole = |n: usize, body: &str| {
        Some(format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {n}\r\nX-Safe: yes\r\n\r\n{body}"
        ))
    };
    let expected = [
        whole(3, "abc"),
        whole(0, ""),
        whole(3, ""),
        None,
        None,
        None,
    ];
    assert_eq!(found, expected);
}
