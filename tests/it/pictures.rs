//! Pictures as people send them: what comes of them, and what is refused with which words. The files are made by
//! tests/pictures/make.

use proptest::{prelude::*, test_runner::Config};
use quartfeed::{
    model::Rendition,
    pictures::{Fault, Limits, Purpose, Refusal, Studio},
};

use crate::harness::{
    PROGRAM,
    pictures::{
        LIMITS, all_drawn, corpus, full, made, make, make_within, ok, refused, rendition, sent,
        soon,
    },
    pixels::{BLUE, CLEAR, Film, GREEN, RED, Shown, WHITE, alike, assert_quarters, near},
    samples::{big_png, bomb, contains, find, long_gif, picture, png_header, webp_of_groups},
};

#[test]
fn a_photograph_comes_in_three_sizes_and_is_never_enlarged() {
    let made = made("photograph.jpg", Purpose::Post);
    assert_eq!((made.width, made.height, made.is_moving), (300, 200, false));
    let sizes: Vec<_> = made
        .renditions
        .iter()
        .map(|drawn| (drawn.rendition, drawn.width, drawn.height))
        .collect();
    assert_eq!(
        sizes,
        [
            (Rendition::Row, 300, 200),
            (Rendition::DoubleRow, 300, 200),
            (Rendition::Full, 300, 200)
        ]
    );
    let bytes: Vec<_> = made.renditions.iter().map(|drawn| &drawn.bytes).collect();
    assert!(bytes[0] == bytes[1] && bytes[1] == bytes[2], "stored once");
}

#[test]
fn a_large_picture_is_drawn_in_the_boxes_of_row_double_row_and_full() {
    let made = ok(&big_png(4_000, 3_000), Purpose::Post);
    let sizes: Vec<_> = made
        .renditions
        .iter()
        .map(|drawn| (drawn.width, drawn.height))
        .collect();
    assert_eq!(sizes, [(267, 200), (533, 400), (2_048, 1_536)]);
    assert_eq!((made.width, made.height), (2_048, 1_536));
}

#[test]
fn a_person_gets_squares_of_the_middle() {
    let made = made("photograph.jpg", Purpose::Avatar);
    assert_eq!((made.width, made.height), (200, 200));
    let sides: Vec<_> = made
        .renditions
        .iter()
        .map(|drawn| (drawn.rendition, drawn.width, drawn.height))
        .collect();
    let square = |rendition, side: u32| (Rendition::Avatar(rendition), side, side);
    assert_eq!(
        sides,
        [
            square(50, 50),
            square(100, 100),
            square(75, 75),
            square(150, 150),
            square(200, 200),
            // It has no more.
            square(400, 200),
        ]
    );
    // Quarters stay quarters, as the middle is kept.
    let pixels = Shown::of(&rendition(
        &self::made("lossless.webp", Purpose::Avatar),
        Rendition::Avatar(50),
    ));
    assert_eq!((pixels.width, pixels.height), (48, 48));
    assert_quarters(&pixels, "lossless.webp");
}

#[test]
fn every_way_of_holding_a_camera_comes_out_upright() {
    for orientation in 1..=8 {
        let name = format!("orientation-{orientation}.jpg");
        let made = made(&name, Purpose::Post);
        assert_eq!((made.width, made.height), (64, 48), "{name}");
        for drawn in &made.renditions {
            assert_quarters(&Shown::of(drawn), &name);
        }
    }
    // Others than JPEG may say so as well: both stand on their heads or lie on their side.
    let png = Shown::of(&full("exif.png"));
    assert!(near(png.at(1, 1), WHITE) && near(png.at(62, 46), RED));
    let webp = Shown::of(&full("lossy.webp"));
    assert_eq!((webp.width, webp.height), (48, 64));
    assert!(near(webp.at(1, 1), BLUE) && near(webp.at(46, 1), RED));
}

#[test]
fn every_way_of_keeping_pixels_is_understood() {
    for name in [
        "cmyk.jpg",
        "progressive.jpg",
        "subsampled.jpg",
        "palette.png",
        "sixteen-bits.png",
        "interlaced.png",
        "lossless.webp",
        "still.gif",
        "interlaced.gif",
    ] {
        assert_quarters(&Shown::of(&full(name)), name);
    }
    for (name, greys) in [
        ("grey.jpg", [76, 150, 29, 255]),
        ("grey.png", [76, 150, 29, 255]),
    ] {
        let shown = Shown::of(&full(name));
        for (place, grey) in shown.quarters().into_iter().zip(greys) {
            assert!(near(place, [grey, grey, grey, 255]), "{name}: {place:?}");
        }
    }
    let bits = Shown::of(&full("bits.png"));
    assert!(near(bits.at(62, 46), WHITE));
}

#[test]
fn what_is_cut_out_stays_cut_out() {
    for name in [
        "alpha.png",
        "alpha.webp",
        "transparent.gif",
        "grey-alpha.png",
    ] {
        let [first, _, _, last] = Shown::of(&full(name)).quarters();
        assert_eq!((first[3], last[3]), (255, 0), "{name}");
    }
}

#[test]
fn the_colours_of_phones_become_those_of_the_web() {
    for name in ["display-p3.jpg", "display-p3.png", "display-p3.webp"] {
        let [place, ..] = Shown::of(&full(name)).quarters();
        assert!(near(place, RED), "{name}: {place:?}");
    }
}

#[test]
fn nothing_is_left_of_what_a_file_says_beside_its_pixels() {
    for (name, drawn) in all_drawn() {
        for secret in [
            "Exif", "GPS", "Secret", "xmpmeta", "alert", "acsp", "ICCP", "EXIF", "XMP ",
        ] {
            assert!(!contains(&drawn.bytes, secret), "{name} says {secret}");
        }
    }
    let said = picture("orientation-1.jpg");
    assert!(contains(&said, "Secret place") && contains(&said, "Exif"));
}

#[test]
fn the_same_file_gives_the_same_bytes() {
    for name in ["photograph.jpg", "alpha.png", "laid.gif", "animated.webp"] {
        assert_eq!(
            made(name, Purpose::Post),
            made(name, Purpose::Post),
            "{name}"
        );
    }
}

#[test]
fn what_a_rendition_says_of_itself_is_so() {
    for (name, drawn) in all_drawn() {
        let shown = Shown::of(&drawn);
        assert_eq!(
            (shown.width, shown.height),
            (drawn.width, drawn.height),
            "{name} {}",
            drawn.rendition
        );
    }
}

#[test]
fn the_thinnest_pictures_are_pictures() {
    for (name, full_size, row_size) in [
        ("1x1.png", (1, 1), (1, 1)),
        ("1x8192.png", (1, 2_048), (1, 200)),
        ("8192x1.png", (2_048, 1), (640, 1)),
    ] {
        let made = made(name, Purpose::Post);
        assert_eq!((made.width, made.height), full_size, "{name}");
        let row = rendition(&made, Rendition::Row);
        assert_eq!((row.width, row.height), row_size, "{name}");
        assert!(near(Shown::of(&row).at(0, 0), RED), "{name}");
        assert_eq!(self::made(name, Purpose::Avatar).width, 1, "{name}");
    }
}

#[test]
fn an_animation_keeps_moving_as_often_and_as_fast() {
    let made = made("animated.webp", Purpose::Post);
    assert!(made.is_moving);
    let moving = Film::of(&rendition(&made, Rendition::Moving));
    // The first said 5 ms, which browsers take for 100.
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
    // It says twice more.
    assert_eq!(film.loops, Some(3));
    let places = |frame: usize| {
        [(0, 0), (6, 6), (22, 22), (30, 30)].map(|(x, y)| film.frames[frame].at(x, y))
    };
    assert!(alike(places(0), [RED, RED, RED, RED]));
    assert!(alike(places(1), [RED, GREEN, RED, RED]));
    assert!(alike(places(2), [RED, CLEAR, BLUE, RED]));
    assert!(alike(places(3), [RED, CLEAR, RED, WHITE]));
    // Where the last one has holes, the ground shows.
    assert!(near(film.frames[3].at(31, 30), RED));
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
    // And a person's picture always is one.
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

#[test]
fn what_is_no_picture_is_refused_whatever_its_name_says() {
    for name in ["text.jpg", "drawing.svg"] {
        assert_eq!(refused(&picture(name)), Refusal::NoPicture, "{name}");
    }
    assert_eq!(refused(b""), Refusal::NoPicture);
    assert_eq!(refused(b"\xff\xd8"), Refusal::NoPicture);
    assert_eq!(Refusal::NoPicture.to_string(), "Images only!");
}

#[test]
fn a_picture_behind_which_a_script_hides_comes_out_without() {
    assert!(contains(&picture("polyglot.gif"), "alert"));
    assert_quarters(&Shown::of(&full("polyglot.gif")), "polyglot.gif");
    // Whose width is two letters of a script is wider than anything.
    let Refusal::TooLong { width: 10_799, .. } = refused(&picture("polyglot-width.gif")) else {
        panic!("it was taken")
    };
}

#[test]
fn a_bomb_is_refused_by_its_header() {
    // 81 megapixels in 257 kB, and one that says even more.
    let bomb = bomb();
    assert!((200_000..300_000).contains(&bomb.len()), "{}", bomb.len());
    let refusal = refused(&bomb);
    assert_eq!(
        refusal,
        Refusal::TooLong {
            width: 9_000,
            height: 9_000
        }
    );
    assert_eq!(
        refusal.to_string(),
        "This picture is 9000 × 9000 pixels. A picture may be 8192 pixels wide and high at most; please make it smaller."
    );
    for (width, height) in [(8_192, 8_192), (8_000, 5_001)] {
        let refusal = refused(&png_header(width, height));
        let max = LIMITS.pixels;
        assert_eq!(refusal, Refusal::TooManyPixels { width, height, max });
        assert!(refusal.to_string().contains("(40 megapixels)"), "{refusal}");
    }
}

#[test]
fn a_webp_whose_inside_is_larger_than_its_outside_is_refused() {
    let mut webp = picture("laid.webp");
    // The size of the first frame's own bitstream, which says 32 × 32: now 16,384 × 16,384.
    let at = find(&webp, b"VP8L") + 9;
    webp[at..at + 4].copy_from_slice(&0x0fff_ffff_u32.to_le_bytes());
    assert_eq!(refused(&webp), Refusal::Broken);
}

#[test]
fn too_many_bytes_are_refused_with_the_limit() {
    let limits = Limits {
        bytes: 1 << 20,
        ..LIMITS
    };
    let mut file = picture("photograph.jpg");
    file.resize((1 << 20) + 1, 0);
    let fault = make_within(&file, Purpose::Post, limits).expect_err("it is too large");
    assert_eq!(
        fault.to_string(),
        "This picture is too large. A picture may have 1 MB at most; please make it smaller."
    );
}

#[test]
fn what_is_cut_off_is_refused_and_says_so() {
    for name in [
        "photograph.jpg",
        "progressive.jpg",
        "interlaced.png",
        "sixteen-bits.png",
        "laid.gif",
        "lossy.webp",
        "lossless.webp",
        "animated.webp",
    ] {
        let file = picture(name);
        for part in [30, 50, 70] {
            let fault = make(&file[..file.len() * part / 100], Purpose::Post);
            let Err(Fault::Refused(Refusal::CutOff | Refusal::Broken)) = fault else {
                panic!("{part} % of {name} gave {fault:?}");
            };
        }
        let half = refused(&file[..file.len() / 2]);
        assert!(
            half == Refusal::CutOff || half == Refusal::Broken,
            "{name}: {half}"
        );
    }
    assert_eq!(
        refused(&picture("photograph.jpg")[..9_000]).to_string(),
        "This picture ends in the middle. Please save it anew, or send it again."
    );
}

#[test]
fn a_closed_studio_says_that_it_is_busy() {
    let studio = Studio::open(PROGRAM.into()).expect("a thread");
    studio.close();
    let made = studio.make(sent(&picture("1x1.png")), Purpose::Post, LIMITS, soon());
    assert_eq!(made, Err(Fault::Busy));
}

#[test]
fn many_at_once_are_made_one_after_the_other() {
    let studio = Studio::open(PROGRAM.into()).expect("a thread");
    let file = picture("photograph.jpg");
    std::thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| {
                let made = studio.make(sent(&file), Purpose::Avatar, LIMITS, soon());
                assert_eq!(made.expect("it is a picture").width, 200);
            });
        }
    });
}

#[test]
fn a_decoder_that_takes_more_memory_than_was_counted_takes_nobody_elses() {
    assert!(make(&webp_of_groups(40), Purpose::Post).is_ok());
    // A third of a gigabyte; it was accepted as long as nothing held it.
    assert_eq!(refused(&webp_of_groups(16_384)), Refusal::Unusual);
    assert!(
        make(&picture("photograph.jpg"), Purpose::Post).is_ok(),
        "the next one"
    );
}

#[test]
fn a_webp_of_endless_chunks_is_refused() {
    let chunks = b"junk\0\0\0\0".repeat(20_000);
    let webp = picture("alpha.webp");
    assert_eq!(&webp[12..16], b"VP8X");
    assert!(make(&[&webp[..], &chunks[..800]].concat(), Purpose::Post).is_ok());
    assert_eq!(refused(&[&webp[..], &chunks].concat()), Refusal::Unusual);
}

#[test]
fn a_photograph_whose_scans_come_again_and_again_is_refused() {
    let photograph = picture("photograph.jpg");
    let scan = photograph
        .windows(2)
        .position(|marker| marker == [0xff, 0xda])
        .expect("a scan");
    let four = [
        &photograph[..photograph.len() - 2],
        &photograph[scan..photograph.len() - 2].repeat(3),
        &[0xff, 0xd9],
    ]
    .concat();
    assert_eq!(refused(&four), Refusal::Unusual);
}

#[test]
fn a_studio_that_closes_keeps_nobody_waiting() {
    let studio = Studio::open(PROGRAM.into()).expect("a thread");
    let file = picture("photograph.jpg");
    let begun = std::sync::Barrier::new(4);
    std::thread::scope(|scope| {
        let asked: Vec<_> = (0..3)
            .map(|_| {
                scope.spawn(|| {
                    begun.wait();
                    studio.make(sent(&file), Purpose::Post, LIMITS, soon())
                })
            })
            .collect();
        begun.wait();
        studio.close();
        let made = asked
            .into_iter()
            .map(|asked| asked.join().expect("an answer"));
        // Whichever was quicker, nobody is told that the picture was wrong.
        for made in made {
            assert!(matches!(made, Ok(_) | Err(Fault::Busy)), "{made:?}");
        }
    });
}

proptest! {
    #![proptest_config(Config { cases: 400, failure_persistence: None, ..Config::default() })]

    /// Decoders of damaged files answer, and nothing that they draw is larger than allowed.
    #[test]
    fn a_damaged_picture_never_does_harm(
        which in any::<prop::sample::Index>(),
        damages in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_u8..4), 1..12),
    ) {
        let names = corpus();
        let mut file = picture(&names[which.index(names.len())]);
        for (at, byte, kind) in damages {
            if file.is_empty() {
                break;
            }
            let at = at.index(file.len());
            match kind {
                0 => file[at] = byte,
                1 => file[at] ^= 1 << (byte % 8),
                2 => { file.remove(at); }
                _ => file.insert(at, byte),
            }
        }
        match make(&file, Purpose::Post) {
            Ok(made) => prop_assert!(made.width <= 2_048 && made.height <= 2_048),
            Err(Fault::Refused(_)) => {}
            Err(fault) => prop_assert!(false, "{fault:?}"),
        }
    }
}
