//! Uploads under a kill, a stop or a full disk.

use std::{io::Write, path::Path, thread};

use rustix::process::{Pid, Signal, kill_process};

use crate::harness::{
    Form, MULTIPART, Person, Program, SmallDisk, assert_sound, connect, eventually, left_behind,
    samples::{noise, photograph},
};

#[test]
#[cfg(target_os = "linux")]
fn a_kill_in_the_middle_of_an_upload_leaves_nothing() {
    let body = Form::default()
        .field("message", "cut")
        .file("image", &noise(1_000))
        .end();
    // The first kill comes during the upload; the second while the picture is encoded, when the form waits in one file
    // and its picture in another.
    for (sent, files) in [(body.len() / 2, 1), (body.len(), 2)] {
        let program = Program::start();
        let alice = program.member("alice");
        let token = alice.form_token();
        let form = Form::default().field("csrf_token", &token);
        let whole = [form.beginning(), body.clone()].concat();
        let mut socket = connect(&program.address);
        let head = alice.head_of("/post", whole.len(), "");
        socket.write_all(head.as_bytes()).expect("it reads");
        let sent = whole.len() - (body.len() - sent);
        socket.write_all(&whole[..sent]).expect("it reads");
        let (directory, pid) = (program.database(), program.pid().to_string());
        let directory = directory.parent().expect("a directory");
        let waits = || left_behind(directory, &pid);
        eventually("it waits in files", || waits().len() == files);
        assert!(
            waits().iter().all(|file| file.ends_with("(deleted)")),
            "they have no names: {:?}",
            waits()
        );
        program.signal(Signal::KILL);
        let (_, directory) = program.ended();
        assert!(left_behind(directory.path(), "self").is_empty());
        let file = assert_sound(&directory.path().join("quartfeed.db"));
        let nothing = "select (select count(*) from images) + (select count(*) from posts)";
        let kept: i64 = file
            .query_row(nothing, [], |row| row.get(0))
            .expect("it can be read");
        assert_eq!(kept, 0);
        drop(file);
        let again = Program::start_in(directory, |_| ());
        let alice = Person::stranger(&again.address);
        alice.sign_in("alice");
        alice.image("palette.png");
    }
}

/// Halts the process that encodes, so that its picture would take for ever.
#[test]
#[cfg(target_os = "linux")]
fn a_stop_refuses_pictures_that_are_drawn_or_wait_and_keeps_nobody_waiting() {
    let program = Program::start();
    let alice = program.member("alice");
    let token = alice.form_token();
    let headers = [
        ("Content-Type", MULTIPART),
        ("X-CSRF-Token", token.as_str()),
    ];
    let send = |body: &[u8]| alice.upload("/api/v1/images", &headers, body);
    let slow = Form::default().file("image", &noise(1_500)).end();
    let body = Form::of_large().end();
    thread::scope(|scope| {
        let slow = scope.spawn(|| send(&slow));
        // Until the exec, the new process still looks like its parent, which waits for it to begin.
        let says_what_it_is = |pid: &Pid| {
            let shown = std::fs::read_to_string(format!("/proc/{pid}/cmdline"));
            shown.is_ok_and(|shown| shown.starts_with("quartfeed\0draw\0post\0"))
        };
        let drawing = || program.drawing().into_iter().find(says_what_it_is);
        eventually("it is drawn", || drawing().is_some());
        let drawing = drawing().expect("it takes seconds");
        kill_process(drawing, Signal::STOP).expect("it is there");
        let others: Vec<_> = (0..5).map(|_| scope.spawn(|| send(&body))).collect();
        let (directory, pid) = (program.database(), program.pid().to_string());
        let directory = directory.parent().expect("a directory");
        eventually("the others wait", || left_behind(directory, &pid).len() > 6);
        program.signal(Signal::TERM);
        for upload in others.into_iter().chain([slow]) {
            let answer = upload.join().expect("no panic");
            assert_eq!(answer.status, 503, "{}", answer.text);
        }
        eventually("nothing is drawn", || {
            !Path::new(&format!("/proc/{drawing}")).exists()
        });
    });
    let (status, _directory) = program.ended();
    assert_eq!(status.code(), Some(0));
}

/// Uses a file system of its own that has less room than the picture.
#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_refuses_an_upload_and_nothing_else() {
    let disk = SmallDisk::mount();
    let program = disk.program();
    let alice = program.member("alice");
    let full = alice.send_image(Form::default().file("image", &photograph(6_000_000)));
    assert_eq!(
        (full.status, full.header("retry-after")),
        (503, Some("5")),
        "{}",
        full.text
    );
    assert!(full.has("the disk is full"), "{}", full.text);
    assert_eq!(alice.get("/").status, 200);
    // There is room for the form, but not for the pictures in it.
    let form = alice
        .post_form()
        .file("image", &photograph(2_000_000))
        .field("message", "my words");
    let page = alice.send_form("/post", form);
    assert_eq!((page.status, page.header("retry-after")), (503, Some("5")));
    assert!(
        page.has("the disk is full") && page.has("my words"),
        "{}",
        page.text
    );
    assert!(alice.get("/").posts().is_empty(), "no half post");
    // There is room again at once.
    alice.image("palette.png");
    assert_eq!(
        alice.post("/post", &[("message", "still here")]).status,
        303
    );
}
