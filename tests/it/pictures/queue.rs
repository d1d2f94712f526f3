//! The image queue: turns, the busy answer, and the end.

use std::{fs, os::unix::fs::PermissionsExt};

use quartfeed::pictures::{
    ImageQueue, PictureError, PictureLimits, PictureRefusal, Purpose, sandbox,
};
use rustix::process::{Pid, Signal, kill_process};

use crate::harness::{
    PROGRAM, eventually,
    pictures::{LIMITS, sent, soon},
    samples::{noise, picture},
};

#[test]
fn a_closed_image_queue_is_busy() {
    let queue = ImageQueue::open(PROGRAM.into()).expect("a thread");
    queue.close();
    let made = queue.encode(sent(&picture("1x1.png")), Purpose::Post, LIMITS, soon());
    assert_eq!(made, Err(PictureError::Busy));
}

#[test]
fn many_at_once_are_made_one_after_the_other() {
    let queue = ImageQueue::open(PROGRAM.into()).expect("a thread");
    let file = picture("photograph.jpg");
    std::thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| {
                let made = queue.encode(sent(&file), Purpose::Avatar, LIMITS, soon());
                assert_eq!(made.expect("it is a picture").width, 200);
            });
        }
    });
}

#[test]
fn closing_the_image_queue_answers_all_who_wait() {
    let queue = ImageQueue::open(PROGRAM.into()).expect("a thread");
    let file = picture("photograph.jpg");
    let begun = std::sync::Barrier::new(4);
    std::thread::scope(|scope| {
        let asked: Vec<_> = (0..3)
            .map(|_| {
                scope.spawn(|| {
                    begun.wait();
                    queue.encode(sent(&file), Purpose::Post, LIMITS, soon())
                })
            })
            .collect();
        begun.wait();
        queue.close();
        let made = asked
            .into_iter()
            .map(|asked| asked.join().expect("an answer"));
        // In no order of events is the picture called wrong.
        for made in made {
            assert!(matches!(made, Ok(_) | Err(PictureError::Busy)), "{made:?}");
        }
    });
}

/// The system announces the end of the processor time, so that a slow machine is not our fault.
#[test]
fn a_picture_that_takes_too_long_is_refused_in_words() {
    // The limit is an argument of the process, by which it is found.
    const BYTES: u64 = 9_876_543;
    let limits = PictureLimits {
        bytes: BYTES,
        ..LIMITS
    };
    let queue = ImageQueue::open(PROGRAM.into()).expect("a thread");
    let file = noise(1_500);
    std::thread::scope(|scope| {
        let made = scope.spawn(|| queue.encode(sent(&file), Purpose::Post, limits, soon()));
        let mut confined = None;
        eventually("it is drawn within limits", || {
            confined = process_with(&BYTES.to_string()).filter(|pid| {
                let limits = fs::read_to_string(format!("/proc/{pid}/limits")).unwrap_or_default();
                let time = limits
                    .lines()
                    .find_map(|line| line.strip_prefix("Max cpu time"));
                let time = time.unwrap_or_default().split_whitespace();
                let seconds: Vec<u64> = time.filter_map(|word| word.parse().ok()).collect();
                matches!(seconds.as_slice(), [soft, hard] if soft < hard)
            });
            confined.is_some()
        });
        let pid = confined.and_then(Pid::from_raw).expect("a process");
        assert_reaches_nothing(pid);
        kill_process(pid, Signal::XCPU).expect("it runs");
        let refused = made
            .join()
            .expect("an answer")
            .expect_err("it took too long");
        assert_eq!(refused, PictureError::Refused(PictureRefusal::Unusual));
    });
}

/// Checks that a process that decodes a picture holds no socket and no database, and that the kernel refuses it to open one.
fn assert_reaches_nothing(pid: Pid) {
    let pid = pid.as_raw_nonzero();
    let held = fs::read_dir(format!("/proc/{pid}/fd")).expect("it runs");
    let held: Vec<_> = held
        .filter_map(|entry| fs::read_link(entry.ok()?.path()).ok())
        .map(|file| file.to_string_lossy().into_owned())
        .collect();
    // Descriptors that the tests were started with stay open everywhere.
    let is_of_the_site = |file: &&String| file.starts_with("socket:") || file.contains(".db");
    let of_the_site: Vec<_> = held.iter().filter(is_of_the_site).collect();
    assert!(of_the_site.is_empty(), "{held:?}");
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("it runs");
    assert!(status.contains("NoNewPrivs:\t1\n"), "{status}");
    if cfg!(target_pointer_width = "64") {
        eventually("its system calls are filtered", || {
            let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("it runs");
            status.contains("Seccomp:\t2\nSeccomp_filters:\t2\n")
        });
    }
}

#[test]
fn the_decoder_of_pictures_can_reach_nothing() {
    let allowed = sandbox::still_allowed(PROGRAM.as_ref()).expect("it starts");
    assert!(
        allowed.is_empty(),
        "needs a kernel with Landlock and seccomp: {allowed:?}"
    );
}

#[test]
fn an_open_sandbox_is_found() {
    let program = tempfile::NamedTempFile::new().expect("a temporary file");
    let program = program.into_temp_path();
    let script = "#!/bin/sh\necho 'open sockets'\necho quartfeed 1.0\n";
    fs::write(&program, script).expect("it is ours");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).expect("it is ours");
    let mut allowed = None;
    // Another test that starts a process holds the file open for a moment, and then it cannot be run.
    eventually("it can be run", || {
        allowed = sandbox::still_allowed(&program).ok();
        allowed.is_some()
    });
    let left = ["open files", "signal other processes", "start programs"];
    assert_eq!(allowed.expect("it ran"), left);
}

/// Returns the process that has this argument.
fn process_with(argument: &str) -> Option<i32> {
    let all = fs::read_dir("/proc").expect("Linux").flatten();
    let mut pids = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.find(|pid| {
        let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        line.split(|byte| *byte == 0)
            .any(|word| word == argument.as_bytes())
    })
}
