//! Pictures as people send them: what comes of them, and what is refused with which words. The files are made by
//! tests/pictures/make.

use std::{
    fs::{self, File},
    io::{Cursor, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use crate::site::PROGRAM;
use image_webp::{LoopCount, WebPDecoder};
use proptest::{prelude::*, test_runner::Config};
use quartfeed::{
    model::{MediaType, Rendition},
    pictures::{
        EncodedPicture, EncodedRendition, ImageQueue, PictureError, PictureLimits, PictureRefusal,
        Purpose,
    },
};

const LIMITS: PictureLimits = PictureLimits {
    bytes: 10 << 20,
    pixels: 40_000_000,
};

const RED: [u8; 4] = [255, 0, 0, 255];
const GREEN: [u8; 4] = [0, 255, 0, 255];
const BLUE: [u8; 4] = [0, 0, 255, 255];
const WHITE: [u8; 4] = [255; 4];
const CLEAR: [u8; 4] = [0; 4];

// --- what comes of a picture

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
    let said = fs::read(path("orientation-1.jpg")).expect("it is there");
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

// --- what moves

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

// --- what is refused

#[test]
fn what_is_no_picture_is_refused_whatever_its_name_says() {
    for name in ["text.jpg", "drawing.svg"] {
        assert_eq!(refused(&read(name)), PictureRefusal::NoPicture, "{name}");
    }
    assert_eq!(refused(b""), PictureRefusal::NoPicture);
    assert_eq!(refused(b"\xff\xd8"), PictureRefusal::NoPicture);
    assert_eq!(PictureRefusal::NoPicture.to_string(), "Images only!");
}

#[test]
fn a_picture_behind_which_a_script_hides_comes_out_without() {
    assert!(contains(&read("polyglot.gif"), "alert"));
    assert_quarters(&Shown::of(&full("polyglot.gif")), "polyglot.gif");
    // Whose width is two letters of a script is wider than anything.
    let PictureRefusal::TooLong { width: 10_799, .. } = refused(&read("polyglot-width.gif")) else {
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
        PictureRefusal::TooLong {
            width: 9_000,
            height: 9_000
        }
    );
    assert_eq!(
        refusal.to_string(),
        "This picture is 9000 × 9000 pixels. A picture may be at most 8192 pixels wide and high. Please make it smaller."
    );
    for (width, height) in [(8_192, 8_192), (8_000, 5_001)] {
        let refusal = refused(&png_header(width, height));
        let max = LIMITS.pixels;
        assert_eq!(
            refusal,
            PictureRefusal::TooManyPixels { width, height, max }
        );
        assert!(refusal.to_string().contains("(40 megapixels)"), "{refusal}");
    }
}

#[test]
fn a_webp_whose_inside_is_larger_than_its_outside_is_refused() {
    let mut webp = read("laid.webp");
    // The size of the first frame's own bitstream, which says 32 × 32: now 16,384 × 16,384.
    let at = find(&webp, b"VP8L") + 9;
    webp[at..at + 4].copy_from_slice(&0x0fff_ffff_u32.to_le_bytes());
    assert_eq!(refused(&webp), PictureRefusal::Broken);
}

#[test]
fn too_many_bytes_are_refused_with_the_limit() {
    let limits = PictureLimits {
        bytes: 1 << 20,
        ..LIMITS
    };
    let mut file = read("photograph.jpg");
    file.resize((1 << 20) + 1, 0);
    let fault = make_within(&file, Purpose::Post, limits).expect_err("it is too large");
    assert_eq!(
        fault.to_string(),
        "This picture is too large. A picture may be at most 1 MB. Please make it smaller."
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
        let file = read(name);
        for part in [30, 50, 70] {
            let fault = make(&file[..file.len() * part / 100], Purpose::Post);
            let Err(PictureError::Refused(PictureRefusal::CutOff | PictureRefusal::Broken)) = fault
            else {
                panic!("{part} % of {name} gave {fault:?}");
            };
        }
        let half = refused(&file[..file.len() / 2]);
        assert!(
            half == PictureRefusal::CutOff || half == PictureRefusal::Broken,
            "{name}: {half}"
        );
    }
    assert_eq!(
        refused(&read("photograph.jpg")[..9_000]).to_string(),
        "This picture is incomplete. Please send it again, or save it again first."
    );
}

#[test]
fn a_closed_image_queue_is_busy() {
    let queue = ImageQueue::open(PROGRAM.into()).expect("a thread");
    queue.close();
    let made = queue.encode(sent(&read("1x1.png")), Purpose::Post, LIMITS, soon());
    assert_eq!(made, Err(PictureError::Busy));
}

#[test]
fn many_at_once_are_made_one_after_the_other() {
    let queue = ImageQueue::open(PROGRAM.into()).expect("a thread");
    let file = read("photograph.jpg");
    std::thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| {
                let made = queue.encode(sent(&file), Purpose::Avatar, LIMITS, soon());
                assert_eq!(made.expect("it is a picture").width, 200);
            });
        }
    });
}

/// Writes bits from the lowest on, as WebP has them.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    count: usize,
}

impl Bits {
    fn put(&mut self, value: u32, bits: u32) {
        for n in 0..bits {
            if self.count.is_multiple_of(8) {
                self.bytes.push(0);
            }
            let last = self.bytes.len() - 1;
            self.bytes[last] |= u8::from(value >> n & 1 == 1) << (self.count % 8);
            self.count += 1;
        }
    }

    fn put_all(&mut self, fields: &[(u32, u32)]) {
        for (value, bits) in fields {
            self.put(*value, *bits);
        }
    }
}

/// Four by four pixels without loss, which name so many groups of prefix codes, each of them with five large tables
/// (RFC 9649 §3.7.2).
fn webp_of_groups(groups: u32) -> Vec<u8> {
    let mut bits = Bits::default();
    bits.put_all(&[(0x2f, 8), (3, 14), (3, 14), (0, 1), (0, 3)]);
    // No transform, no cache; groups, in blocks of four pixels, by an image of one colour: the last group.
    bits.put_all(&[(0, 1), (0, 1), (1, 1), (0, 3), (0, 1)]);
    for byte in [(groups - 1) & 255, (groups - 1) >> 8, 0, 0, 0] {
        bits.put_all(&[(1, 1), (0, 1), (1, 1), (byte, 8)]);
    }
    // Lengths of 1 to 10, one symbol each, and two of 10: the longest table that the format has.
    let order = [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10];
    let length = |symbol| match symbol {
        1..=6 => 3,
        7..=10 => 4,
        _ => 0,
    };
    let mut tree = Bits::default();
    tree.put_all(&[(0, 1), (10, 4)]);
    for symbol in order {
        tree.put(length(symbol), 3);
    }
    tree.put_all(&[(1, 1), (1, 3), (9, 4)]);
    for symbol in [1_u32, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10] {
        let (code, bits) = if symbol <= 6 {
            (symbol - 1, 3)
        } else {
            (symbol + 5, 4)
        };
        tree.put(code.reverse_bits() >> (32 - bits), bits);
    }
    let tree: Vec<(u32, u32)> = (0..tree.count)
        .map(|n| (u32::from(tree.bytes[n / 8] >> (n % 8) & 1), 1))
        .collect();
    for _ in 0..groups * 5 {
        bits.put_all(&tree);
    }
    bits.put_all(&[(0, 32), (0, 32), (0, 32), (0, 32)]);
    if !bits.bytes.len().is_multiple_of(2) {
        bits.bytes.push(0);
    }
    let size = u32::try_from(bits.bytes.len()).expect("small");
    let mut file = b"RIFF".to_vec();
    file.extend((size + 12).to_le_bytes());
    file.extend(b"WEBPVP8L");
    file.extend(size.to_le_bytes());
    file.extend(bits.bytes);
    file
}

#[test]
fn a_decoder_that_takes_more_memory_than_was_counted_takes_nobody_elses() {
    assert!(make(&webp_of_groups(40), Purpose::Post).is_ok());
    // A third of a gigabyte; it was accepted as long as nothing held it.
    assert_eq!(refused(&webp_of_groups(16_384)), PictureRefusal::Unusual);
    assert!(
        make(&read("photograph.jpg"), Purpose::Post).is_ok(),
        "the next one"
    );
}

#[test]
fn a_webp_of_endless_chunks_is_refused() {
    let chunks = b"junk\0\0\0\0".repeat(20_000);
    let webp = read("alpha.webp");
    assert_eq!(&webp[12..16], b"VP8X");
    assert!(make(&[&webp[..], &chunks[..800]].concat(), Purpose::Post).is_ok());
    assert_eq!(
        refused(&[&webp[..], &chunks].concat()),
        PictureRefusal::Unusual
    );
}

#[test]
fn a_photograph_whose_scans_come_again_and_again_is_refused() {
    let photograph = read("photograph.jpg");
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
    assert_eq!(refused(&four), PictureRefusal::Unusual);
}

#[test]
fn closing_the_image_queue_answers_all_who_wait() {
    let queue = ImageQueue::open(PROGRAM.into()).expect("a thread");
    let file = read("photograph.jpg");
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
        // Whichever was quicker, nobody is told that the picture was wrong.
        for made in made {
            assert!(matches!(made, Ok(_) | Err(PictureError::Busy)), "{made:?}");
        }
    });
}

// --- anything at all

proptest! {
    #![proptest_config(Config { cases: 400, failure_persistence: None, ..Config::default() })]

    /// Decoders of damaged files answer, and nothing that they draw is larger than allowed.
    #[test]
    fn a_damaged_picture_never_does_harm(
        which in any::<prop::sample::Index>(),
        damages in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_u8..4), 1..12),
    ) {
        let names = corpus();
        let mut file = read(&names[which.index(names.len())]);
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
            Err(PictureError::Refused(_)) => {}
            Err(fault) => prop_assert!(false, "{fault:?}"),
        }
    }
}

// --- the means

fn path(name: &str) -> PathBuf {
    Path::new("tests/pictures").join(name)
}

fn read(name: &str) -> Vec<u8> {
    fs::read(path(name)).expect("it is there")
}

/// All renditions of all files that are taken, with the names of the files.
fn all_drawn() -> impl Iterator<Item = (String, EncodedRendition)> {
    let purposes = [Purpose::Post, Purpose::Avatar];
    let names = corpus().into_iter();
    let asked = names.flat_map(move |name| purposes.map(|purpose| (name.clone(), purpose)));
    asked.flat_map(|(name, purpose)| {
        let made = make(&read(&name), purpose);
        let drawn = made.map_or(Vec::new(), |made| made.renditions);
        drawn.into_iter().map(move |drawn| (name.clone(), drawn))
    })
}

/// All files, sorted.
fn corpus() -> Vec<String> {
    let files = fs::read_dir("tests/pictures").expect("it is there");
    let mut names: Vec<String> = files
        .map(|file| {
            file.expect("a file")
                .file_name()
                .into_string()
                .expect("a name")
        })
        .filter(|name| name != "make")
        .collect();
    names.sort();
    assert!(names.len() > 35);
    names
}

fn sent(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().expect("a temporary file");
    file.write_all(bytes).expect("there is room");
    // Wherever it stands, it is read from its start.
    file.seek(SeekFrom::End(0)).expect("a file");
    file
}

/// What is not made by then is not made.
fn soon() -> Instant {
    Instant::now() + Duration::from_mins(1)
}

fn make_within(
    bytes: &[u8],
    purpose: Purpose,
    limits: PictureLimits,
) -> Result<EncodedPicture, PictureError> {
    ImageQueue::open(PROGRAM.into())
        .expect("a thread")
        .encode(sent(bytes), purpose, limits, soon())
}

fn make(bytes: &[u8], purpose: Purpose) -> Result<EncodedPicture, PictureError> {
    make_within(bytes, purpose, LIMITS)
}

fn ok(bytes: &[u8], purpose: Purpose) -> EncodedPicture {
    make(bytes, purpose).expect("it is a picture")
}

fn made(name: &str, purpose: Purpose) -> EncodedPicture {
    make(&read(name), purpose).unwrap_or_else(|fault| panic!("{name}: {fault}"))
}

fn refused(bytes: &[u8]) -> PictureRefusal {
    match make(bytes, Purpose::Post) {
        Err(PictureError::Refused(refusal)) => refusal,
        other => panic!("it was not refused: {other:?}"),
    }
}

fn rendition(made: &EncodedPicture, rendition: Rendition) -> EncodedRendition {
    let mut drawn = made.renditions.iter();
    drawn
        .find(|drawn| drawn.rendition == rendition)
        .expect("it is drawn")
        .clone()
}

fn full(name: &str) -> EncodedRendition {
    rendition(&made(name, Purpose::Post), Rendition::Full)
}

/// A rendition as a browser shows it.
struct Shown {
    width: u32,
    height: u32,
    rgba: Vec<u8>,
}

impl Shown {
    fn of(drawn: &EncodedRendition) -> Shown {
        assert_eq!(drawn.media_type, MediaType::WebP);
        let mut decoder = WebPDecoder::new(Cursor::new(&drawn.bytes)).expect("a WebP");
        let mut bytes = vec![0; decoder.output_buffer_size().expect("a size")];
        decoder.read_image(&mut bytes).expect("it is whole");
        let (width, height) = decoder.dimensions();
        let rgba = if decoder.has_alpha() {
            bytes
        } else {
            opaque(&bytes)
        };
        Shown {
            width,
            height,
            rgba,
        }
    }

    fn at(&self, x: u32, y: u32) -> [u8; 4] {
        let place = (y * self.width + x) as usize * 4;
        self.rgba[place..place + 4].try_into().expect("four")
    }

    /// The middle of each quarter.
    fn quarters(&self) -> [[u8; 4]; 4] {
        let (x, y) = (self.width / 4, self.height / 4);
        [(x, y), (3 * x, y), (x, 3 * y), (3 * x, 3 * y)].map(|(x, y)| self.at(x, y))
    }
}

struct Film {
    frames: Vec<Shown>,
    waits: Vec<u32>,
    loops: Option<u16>,
}

impl Film {
    fn of(drawn: &EncodedRendition) -> Film {
        let mut decoder = WebPDecoder::new(Cursor::new(&drawn.bytes)).expect("a WebP");
        assert!(decoder.is_animated());
        decoder.set_background_color([0; 4]).expect("it is one");
        let (width, height) = decoder.dimensions();
        let mut film = Film {
            frames: Vec::new(),
            waits: Vec::new(),
            loops: match decoder.loop_count() {
                LoopCount::Forever => None,
                LoopCount::Times(times) => Some(times.get()),
            },
        };
        for _ in 0..decoder.num_frames() {
            let mut bytes = vec![0; decoder.output_buffer_size().expect("a size")];
            film.waits
                .push(decoder.read_frame(&mut bytes).expect("a frame"));
            let rgba = if decoder.has_alpha() {
                bytes
            } else {
                opaque(&bytes)
            };
            film.frames.push(Shown {
                width,
                height,
                rgba,
            });
        }
        film
    }
}

fn opaque(rgb: &[u8]) -> Vec<u8> {
    rgb.chunks_exact(3)
        .flat_map(|pixel| [pixel[0], pixel[1], pixel[2], 255])
        .collect()
}

fn assert_quarters(shown: &Shown, name: &str) {
    assert!(
        alike(shown.quarters(), [RED, GREEN, BLUE, WHITE]),
        "{name}: {:?}",
        shown.quarters()
    );
}

fn alike<const N: usize>(places: [[u8; 4]; N], expected: [[u8; 4]; N]) -> bool {
    places.into_iter().zip(expected).all(|(a, b)| near(a, b))
}

/// As near as encoding with loss leaves it.
fn near(a: [u8; 4], b: [u8; 4]) -> bool {
    a[3].abs_diff(b[3]) < 6 && (b[3] == 0 || (0..3).all(|n| a[n].abs_diff(b[n]) < 12))
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|part| part == text.as_bytes())
}

fn find(bytes: &[u8], what: &[u8]) -> usize {
    let mut parts = bytes.windows(what.len());
    parts.position(|part| part == what).expect("it is there")
}

/// A PNG of soft colours.
fn big_png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::Fastest);
    let mut writer = encoder.write_header().expect("memory");
    let mut rows = Vec::with_capacity((width * height * 3) as usize);
    for y in 0..height {
        for x in 0..width {
            let part = |n: u32, of: u32| u8::try_from(n * 255 / of).expect("a part");
            rows.extend_from_slice(&[
                part(x, width),
                part(y, height),
                part(x / 2 + y / 2, width + height),
            ]);
        }
    }
    writer.write_image_data(&rows).expect("memory");
    writer.finish().expect("memory");
    bytes
}

/// 9,000 × 9,000 pixels that are all the same.
fn bomb() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 9_000, 9_000);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::High);
    let mut writer = encoder.write_header().expect("memory");
    let mut stream = writer.stream_writer().expect("memory");
    let row = vec![0; 27_000];
    for _ in 0..9_000 {
        stream.write_all(&row).expect("memory");
    }
    stream.finish().expect("memory");
    drop(writer);
    bytes
}

/// What a decoder that believes it would make room for.
fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgba);
    drop(encoder.write_header().expect("memory"));
    bytes
}

/// A square that changes its colour from frame to frame.
fn long_gif(frames: u16, side: u16) -> Vec<u8> {
    let mut bytes = Vec::new();
    let palette: Vec<u8> = (0..=255).flat_map(|n| [n, 255 - n, n / 2]).collect();
    let mut encoder = gif::Encoder::new(&mut bytes, side, side, &palette).expect("memory");
    for number in 0..frames {
        let index = u8::try_from(number % 256).expect("a byte");
        let pixels = vec![index; usize::from(side) * usize::from(side)];
        let frame = gif::Frame {
            width: side,
            height: side,
            delay: 5,
            buffer: pixels.into(),
            ..gif::Frame::default()
        };
        encoder.write_frame(&frame).expect("memory");
    }
    drop(encoder);
    bytes
}
