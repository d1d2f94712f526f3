//! The image queue: turns, the busy answer, and the end.

use std::fs;

use quartfeed::pictures::{ImageQueue, PictureError, PictureLimits, PictureRefusal, Purpose};
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
        kill_process(pid, Signal::XCPU).expect("it runs");
        let refused = made
            .join()
            .expect("an answer")
            .expect_err("it took too long");
        assert_eq!(refused, PictureError::Refused(PictureRefusal::Unusual));
    });
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
