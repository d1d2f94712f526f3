//! The image queue: turns, the busy answer, and the end.

use quartfeed::pictures::{ImageQueue, PictureError, Purpose};

use crate::harness::{
    PROGRAM,
    pictures::{LIMITS, sent, soon},
    samples::picture,
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
