//! Animations: their frames, their times, and when they become a still.

use quartfeed::{model::Rendition, pictures::Purpose};

use crate::harness::{
    pictures::{made, ok, rendition},
    pixels::{BLUE, CLEAR, Film, GREEN, RED, Shown, WHITE, alike, assert_quarters, near},
    samples::{animated_png, contains, long_gif},
};

#[test]
fn an_animation_keeps_moving_as_often_and_as_fast() {
    let made = made("animated.webp", Purpose::Post);
    assert!(made.is_moving);
    let moving = Film::of(&rendition(&made, Rendition::Moving));
    // The first frame says 5 ms, which browsers take for 100.
    assert_eq!(moving.waits, [100, 200, 300]);
    assert_eq!(moving.loops, Some(3));
    assert!(near(moving.frames[0].at(1, 1), RED) && near(moving.frames[1].at(1, 1), WHITE));
    // Its still is the first frame.
    assert_quarters(&Shown::of(&rendition(&made, Rendition::Full)), "Full");
    assert_eq!(
        (made.width, made.height),
        (moving.frames[0].width, moving.frames[0].height)
    );
}

#[test]
fn the_frames_of_a_gif_are_laid_kept_cleared_and_taken_back() {
    let made = made("laid.gif", Purpose::Post);
    let film = Film::of(&rendition(&made, Rendition::MovingRow));
    assert_eq!(film.waits, [200, 200, 100, 300]);
    // The file says "twice more".
    assert_eq!(film.loops, Some(3));
    let places = |frame: usize| {
        [(0, 0), (6, 6), (22, 22), (30, 30)].map(|(x, y)| film.frames[frame].at(x, y))
    };
    assert!(alike(places(0), [RED, RED, RED, RED]));
    assert!(alike(places(1), [RED, GREEN, RED, RED]));
    assert!(alike(places(2), [RED, CLEAR, BLUE, RED]));
    assert!(alike(places(3), [RED, CLEAR, RED, WHITE]));
    // The background shows through the holes of the last frame.
    assert!(near(film.frames[3].at(31, 30), RED));
}

#[test]
fn the_frames_of_a_png_are_laid_kept_cleared_and_taken_back() {
    for has_own_still in [false, true] {
        let made = ok(&animated_png(has_own_still), Purpose::Post);
        assert!(made.is_moving);
        let film = Film::of(&rendition(&made, Rendition::Moving));
        assert_eq!(
            (film.waits.as_slice(), film.loops),
            (&[200, 200, 100, 300][..], Some(3))
        );
        let places = |frame: usize| {
            [(0, 0), (6, 6), (22, 22), (30, 30)].map(|(x, y)| film.frames[frame].at(x, y))
        };
        assert!(alike(places(0), [RED, RED, RED, RED]));
        assert!(alike(places(1), [RED, GREEN, RED, RED]));
        assert!(alike(places(2), [RED, CLEAR, BLUE, RED]));
        let pink = [255, 128, 128, 255];
        assert!(alike(places(3), [RED, CLEAR, RED, pink]), "{:?}", places(3));
        // While it does not move, its first frame is shown.
        let still = Shown::of(&rendition(&made, Rendition::Full));
        assert!(near(still.at(6, 6), RED));

        // Where it never moves, the picture for programs without animations is shown.
        let person = ok(&animated_png(has_own_still), Purpose::Avatar);
        let shown = Shown::of(&person.renditions[0]);
        assert!(near(
            shown.at(6, 6),
            if has_own_still { GREEN } else { RED }
        ));
    }
}

#[test]
fn the_frames_of_a_webp_are_laid_kept_and_cleared() {
    let made = made("laid.webp", Purpose::Post);
    let film = Film::of(&rendition(&made, Rendition::Moving));
    assert_eq!(film.loops, None);
    let places =
        |frame: usize| [(0, 0), (6, 6), (22, 22)].map(|(x, y)| film.frames[frame].at(x, y));
    assert!(alike(places(0), [RED, RED, RED]));
    assert!(alike(places(1), [RED, GREEN, RED]));
    assert!(alike(places(2), [RED, CLEAR, BLUE]), "{:?}", places(2));
    let half = [
        [255, 127, 127, 255],
        [255, 255, 255, 128],
        [127, 127, 255, 255],
    ];
    assert!(alike(places(3), half), "{:?}", places(3));
}

#[test]
fn an_animation_with_soft_edges_keeps_moving() {
    // Each frame is coded with loss and its opacity beside it: coded without loss, or as bytes that follow each other.
    for name in ["animated-alpha.webp", "animated-soft.webp"] {
        let made = made(name, Purpose::Post);
        assert!(made.is_moving, "{name}");
        let moving = Film::of(&rendition(&made, Rendition::Moving));
        assert_eq!(moving.waits, [80, 80], "{name}");
        let row = |frame: usize| (0..64).map(move |x| (frame, x));
        let colours = |frame| row(frame).map(|(frame, x)| moving.frames[frame].at(x, 40));
        assert!(!colours(0).eq(colours(1)), "{name}");
    }
}

#[test]
fn an_animation_in_which_nothing_moves_is_a_still() {
    for name in ["still.gif", "one-frame.webp", "same.gif"] {
        let made = made(name, Purpose::Post);
        assert!(!made.is_moving, "{name}");
        assert_eq!(made.renditions.len(), 3, "{name}");
    }
    // An avatar is always a still.
    let person = made("animated.webp", Purpose::Avatar);
    assert!(!person.is_moving);
    for drawn in person.renditions {
        assert!(!contains(&drawn.bytes, "ANIM"));
    }
}

#[test]
fn an_animation_of_too_many_frames_is_its_first_frame() {
    let made = ok(&long_gif(1_300, 16), Purpose::Post);
    assert!(!made.is_moving);
    assert_eq!((made.width, made.height), (16, 16));
    assert!(ok(&long_gif(100, 16), Purpose::Post).is_moving);
}
