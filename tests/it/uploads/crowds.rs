//! Concurrent uploads: everybody has a turn, and pages do not wait.

use std::{io::Write, net::TcpStream, thread, time::Instant};

use crate::harness::{
    Form, MULTIPART, Person, SECOND, Site, connect, eventually, rest, samples::noise,
};

#[test]
fn slow_uploads_do_not_delay_others() {
    let site = Site::start();
    let alice = site.member("alice");
    let body = Form::of_large().end();
    let head = alice.head_of("/api/v1/images", body.len(), "");
    let mut slow: Vec<TcpStream> = (0..30)
        .map(|_| {
            let mut socket = connect(alice.address());
            socket.write_all(head.as_bytes()).expect("it reads");
            socket.write_all(&body[..300_000]).expect("it reads");
            socket
        })
        .collect();
    eventually("they wait in files", || site.left_behind().len() == 30);
    // A client that is silent for ten seconds is disconnected, so each sends a byte now and then.
    let mut sent = 300_000;
    let mut go_on = || {
        for socket in &mut slow {
            socket.write_all(&body[sent..=sent]).expect("it reads");
        }
        sent += 1;
    };
    assert_eq!(alice.get("/").status, 200);
    go_on();
    alice.image("palette.png");
    go_on();
    alice.send_image(Form::of_large());
    go_on();
    // One of them sends the rest.
    let mut last = slow.remove(7);
    last.write_all(&body[sent..]).expect("it reads");
    let answer = rest(&mut last);
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    drop(slow);
    eventually("nothing is left", || site.left_behind().is_empty());
}

/// A picture that is slow to encode stands before forty others, none of which can end before it.
#[test]
fn forty_concurrent_uploads_all_succeed_and_pages_are_served_meanwhile() {
    let site = Site::start();
    let alice = site.member("alice");
    let token = alice.form_token();
    let headers = [
        ("Content-Type", MULTIPART),
        ("X-CSRF-Token", token.as_str()),
    ];
    let send = |body: &[u8]| alice.upload("/api/v1/images", &headers, body).status;
    let slow = Form::default().file("image", &noise(700)).end();
    let body = Form::of_large().end();
    let files = || site.left_behind().len();
    thread::scope(|scope| {
        let slow = scope.spawn(|| send(&slow));
        eventually("it is drawn", || files() == 2);
        let others: Vec<_> = (0..40).map(|_| scope.spawn(|| send(&body))).collect();
        eventually("the others wait", || files() > 41);
        for _ in 0..5 {
            assert_eq!(alice.get("/").status, 200);
        }
        assert!(!slow.is_finished(), "pages waited until it was drawn");
        for upload in others.into_iter().chain([slow]) {
            assert_eq!(upload.join().expect("no panic"), 201);
        }
    });
    assert_eq!(site.count("images"), 41);
    eventually("nothing is left", || files() == 0);
}

#[test]
fn one_client_does_not_take_all_turns() {
    let site = Site::behind_a_proxy();
    let alice = site.member("alice").coming_from("192.0.2.1");
    let bob = site.member("bob").coming_from("192.0.2.2");
    let slow = Form::default().file("image", &noise(400)).end();
    let send = |person: &Person, body: &[u8]| {
        let token = person.form_token();
        let headers = [
            ("Content-Type", MULTIPART),
            ("X-CSRF-Token", token.as_str()),
        ];
        person.upload("/api/v1/images", &headers, body).status
    };
    thread::scope(|scope| {
        let many: Vec<_> = (0..5)
            .map(|_| scope.spawn(|| send(&alice, &slow)))
            .collect();
        eventually("they wait", || site.left_behind().len() > 5);
        let quick = Form::of_large().end();
        assert_eq!(send(&bob, &quick), 201);
        let done = many.iter().filter(|upload| upload.is_finished()).count();
        assert!(done <= 2, "Bob waited for {done} of Alice's pictures");
        for upload in many {
            assert_eq!(upload.join().expect("no panic"), 201);
        }
    });
}

#[test]
fn words_alone_wait_for_no_picture() {
    let site = Site::with(|config| config.limits.form_bytes = 4_000_000);
    let alice = site.member("alice");
    let slow = alice.post_form().field("message", "slow");
    let slow = slow.file("image", &noise(400));
    thread::scope(|scope| {
        let many: Vec<_> = (0..6)
            .map(|_| scope.spawn(|| alice.send_form("/post", slow.clone()).status))
            .collect();
        eventually("they are drawn", || site.left_behind().len() == 2);
        for _ in 0..3 {
            let form = alice.post_form().field("message", "words");
            assert_eq!(alice.send_form("/post", form.nothing_chosen()).status, 303);
        }
        let done = many.iter().filter(|upload| upload.is_finished()).count();
        assert!(done <= 3, "words waited for {done} pictures");
        for upload in many {
            assert_eq!(upload.join().expect("no panic"), 303);
        }
    });
}

#[test]
fn a_client_that_announces_much_and_sends_nothing_gives_its_room_back() {
    let site = Site::behind_a_proxy();
    let alice = site.member("alice").coming_from("192.0.2.1");
    let bob = site.member("bob").coming_from("192.0.2.2");
    // Half of the room, less a little.
    let silent = [84_148_224, 84_148_224, 84_148_224, 15_900_000].map(|bytes| {
        let mut socket = connect(alice.address());
        let head = alice.head_of("/post", bytes, "X-Forwarded-For: 192.0.2.1\r\n");
        socket.write_all(head.as_bytes()).expect("it reads");
        socket
    });
    eventually("they have room", || site.left_behind().len() == 4);
    let picture = || Form::of_large();
    thread::scope(|scope| {
        let waits = scope.spawn(|| alice.send_image(picture()).status);
        assert_eq!(
            bob.send_image(picture()).status,
            201,
            "there is room for others"
        );
        assert!(!waits.is_finished(), "there is none for her");
        assert_eq!(
            waits.join().expect("no panic"),
            201,
            "they have given it back"
        );
    });
    for mut socket in silent {
        let answer = rest(&mut socket);
        assert!(answer.starts_with("HTTP/1.1 408"));
    }
}

#[test]
fn readers_of_a_large_picture_who_stop_hold_no_worker_and_no_memory() {
    let site = Site::start();
    let alice = site.member("alice");
    let answer = alice.send_image(Form::default().file("image", &noise(800)));
    assert_eq!(answer.status, 201, "{}", answer.text);
    let path = answer.location().to_owned();
    let whole = alice.get(&path);
    assert!(
        whole.status == 200 && whole.bytes.len() > 256 * 1024,
        "the premise: {}",
        whole.bytes.len()
    );
    let cookies = alice.cookies();
    let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nCookie: {cookies}\r\n\r\n").repeat(20);
    let asleep: Vec<TcpStream> = (0..40)
        .map(|_| {
            let mut socket = connect(alice.address());
            socket.write_all(request.as_bytes()).expect("it reads");
            socket
        })
        .collect();
    eventually("answers wait in files", || site.left_behind().len() > 20);
    assert_eq!(alice.get("/").status, 200);
    assert_eq!(alice.get(&path).bytes, whole.bytes);
    drop(asleep);
    eventually("nothing is left", || site.left_behind().is_empty());
}

#[test]
fn two_addresses_with_slow_uploads_leave_room_for_a_third() {
    let site = Site::behind_a_proxy();
    let [alice, bob] = ["alice", "bob"].map(|name| site.member(name));
    let carol = site.member("carol").coming_from("192.0.2.3");
    // Each has half of the room, and sends a little faster than the slowest rate.
    let mut slow: Vec<TcpStream> = Vec::new();
    for (person, address) in [(&alice, "192.0.2.1"), (&bob, "192.0.2.2")] {
        for bytes in [84_148_224, 84_148_224, 84_148_224, 15_900_000] {
            let mut socket = connect(person.address());
            let forwarded = format!("X-Forwarded-For: {address}\r\n");
            let head = person.head_of("/post", bytes, &forwarded);
            socket.write_all(head.as_bytes()).expect("it reads");
            slow.push(socket);
        }
    }
    eventually("they have all room", || site.left_behind().len() == 8);
    thread::scope(|scope| {
        let sent = scope.spawn(|| carol.send_image(Form::of_large()).status);
        let mut last = Instant::now();
        eventually("there is room for a third one", || {
            if last.elapsed() > SECOND {
                for socket in &mut slow {
                    // One of them is refused meanwhile.
                    let _ = socket.write_all(&[b'-'; 8_192]);
                }
                last = Instant::now();
            }
            sent.is_finished()
        });
        assert_eq!(sent.join().expect("no panic"), 201);
    });
    assert_eq!(site.left_behind().len(), 7, "one is enough");
    let mut beginning = [0; 12];
    let answers = slow.iter().filter_map(|socket| {
        socket.set_nonblocking(true).expect("a socket");
        let read = socket.peek(&mut beginning).ok()?;
        Some(String::from_utf8_lossy(&beginning[..read]).into_owned())
    });
    assert_eq!(answers.collect::<Vec<_>>(), ["HTTP/1.1 503"]);
}
