//! Uploads that end too early or too late, and leave nothing behind.

use std::io::Write;

use crate::harness::{
    Form, LARGE, MULTIPART, Site, connect, eventually, one_answer, rest,
    samples::{noise, photograph},
};

#[test]
fn an_upload_that_is_cut_anywhere_leaves_nothing() {
    let site = Site::start();
    let alice = site.member("alice");
    let token = alice.form_token();
    for size in [120_000, LARGE] {
        let form = Form::default()
            .field("csrf_token", &token)
            .field("message", "cut");
        let body = form.file("image", &photograph(size)).end();
        let ends = [
            0,
            1,
            50,
            200,
            1_000,
            65_536,
            size / 2,
            body.len() - 20,
            body.len() - 5,
        ];
        for end in ends {
            // The connection ends before the announced length.
            let mut socket = connect(alice.address());
            let head = alice.head_of("/post", body.len(), "");
            socket.write_all(head.as_bytes()).expect("it reads");
            socket.write_all(&body[..end]).expect("it reads");
            socket
                .shutdown(std::net::Shutdown::Write)
                .expect("a socket");
            let answer = rest(&mut socket);
            assert!(answer.starts_with("HTTP/1.1 400"), "{end}: {answer}");
            // The body is as long as announced, but the form has no end.
            if end > 0 {
                let answer = alice.upload("/post", &[("Content-Type", MULTIPART)], &body[..end]);
                assert!(
                    answer.status == 400 && answer.has("The upload was cut off"),
                    "{end}: {}",
                    answer.text
                );
            }
        }
    }
    assert_eq!(
        site.number("select (select count(*) from images) + (select count(*) from posts)"),
        0
    );
    eventually("nothing is left", || site.left_behind().is_empty());
}

#[test]
fn a_small_upload_that_is_cut_at_any_byte_leaves_nothing() {
    let site = Site::start();
    let alice = site.member("alice");
    let form = alice.post_form().field("message", "cut");
    let body = form.image("palette.png").end();
    let head = |bytes| alice.head_with("/post", bytes, "");
    let (whole, head_of_whole) = (body.len(), head(body.len()));
    // This connection stays in step after every refusal.
    let mut lasting = connect(alice.address());
    // The last line end may be missing.
    for end in 0..whole - 2 {
        // The connection ends before the announced length.
        let sent = [head_of_whole.as_bytes(), &body[..end]].concat();
        let mut socket = connect(alice.address());
        socket.write_all(&sent).expect("it reads");
        socket
            .shutdown(std::net::Shutdown::Write)
            .expect("a socket");
        let answer = rest(&mut socket);
        assert!(answer.starts_with("HTTP/1.1 400"), "{end}");
        // The body is as long as announced, but the form has no end.
        let announced = head_of_whole.replace(
            &format!("Content-Length: {whole}\r\n"),
            &format!("Content-Length: {end}\r\n"),
        );
        let sent = [announced.as_bytes(), &body[..end]].concat();
        lasting.write_all(&sent).expect("it reads");
        let answer = one_answer(&mut lasting);
        assert!(
            answer.starts_with("HTTP/1.1 400") && answer.contains("The upload was cut off"),
            "{end}: {answer}"
        );
    }
    let nothing = "select (select count(*) from images) + (select count(*) from posts)";
    assert_eq!(site.number(nothing), 0);
    let sent = [head_of_whole.as_bytes(), &body].concat();
    lasting.write_all(&sent).expect("it reads");
    let answer = one_answer(&mut lasting);
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    assert_eq!(site.number(nothing), 2);
    assert!(site.left_behind().is_empty());
}

#[test]
fn a_stalled_upload_is_given_up() {
    let site = Site::start();
    let alice = site.member("alice");
    let form = alice.post_form().field("message", "slow");
    let body = form.image("palette.png").end();
    let mut socket = connect(alice.address());
    let head = alice.head_of("/post", body.len(), "");
    let sent = [head.as_bytes(), &body[..body.len() - 1]].concat();
    socket.write_all(&sent).expect("it reads");
    let answer = rest(&mut socket);
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(alice.get("/").posts().is_empty());
}

/// A client that gets an error finds nothing posted later.
#[test]
fn an_upload_past_its_deadline_changes_nothing() {
    let mut site = Site::with(|config| config.limits.upload_seconds = 0);
    let alice = site.member("alice");
    let form = || alice.post_form().field("message", "my words");
    for form in [
        form().nothing_chosen(),
        form().image("palette.png"),
        form().file("image", &photograph(LARGE)),
    ] {
        let page = alice.send_form("/post", form);
        assert_eq!(page.status, 503, "{}", page.text);
        assert_eq!(page.header("retry-after"), Some("30"));
        assert!(page.has("my words"), "{}", page.text);
    }
    assert_eq!(alice.send_image(Form::of_large()).status, 503);
    let nothing = "select (select count(*) from images) + (select count(*) from posts)";
    assert_eq!(site.number(nothing), 0);
    // Some of many pictures are encoded in time.
    site.restart_with(|config| config.limits.upload_seconds = 1);
    let slow = noise(700);
    let many = (0..8).fold(form(), |form, _| form.file("image", &slow));
    let page = alice.send_form("/post", many);
    assert_eq!(page.status, 503, "{}", page.text);
    let kept = page.images().len();
    assert!(kept < 8 && page.has("my words"), "{kept}");
    assert_eq!(site.count("posts"), 0);
    site.stop();
    assert_eq!(site.count("posts"), 0);
}
