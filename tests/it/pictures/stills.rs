//! Renditions of pictures that do not move.

use quartfeed::{model::Rendition, pictures::Purpose};

use crate::harness::{
    pictures::{all_drawn, full, made, ok, rendition},
    pixels::{BLUE, RED, Shown, WHITE, alike, assert_quarters, near},
    samples::{big_png, contains, phone_jpeg, picture, with_late_orientation},
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
    let made = ok(&big_png(2_200, 1_650), Purpose::Post);
    let sizes: Vec<_> = made
        .renditions
        .iter()
        .map(|drawn| (drawn.width, drawn.height))
        .collect();
    assert_eq!(sizes, [(267, 200), (533, 400), (2_048, 1_536)]);
    assert_eq!((made.width, made.height), (2_048, 1_536));
}

#[test]
fn the_full_resolution_of_a_phone_is_decoded_at_a_smaller_scale() {
    // 48 megapixels are over the limit of 40, the quarter of them that is decoded is not.
    let made = ok(&phone_jpeg(8_064, 6_048), Purpose::Post);
    assert_eq!((made.width, made.height), (2_048, 1_536));
    assert_quarters(&Shown::of(&rendition(&made, Rendition::Full)), "48 MP");

    // As wide as the largest sensors of phones.
    let wide = ok(&phone_jpeg(16_320, 64), Purpose::Post);
    assert_eq!((wide.width, wide.height), (2_048, 8));
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
            // The photograph has no more pixels.
            square(400, 200),
        ]
    );
    // The middle is kept, so the quarters stay quarters.
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
    // PNG and WebP can carry an orientation as well: here they are upside down, and on their side.
    let png = Shown::of(&full("exif.png"));
    assert!(near(png.at(1, 1), WHITE) && near(png.at(62, 46), RED));
    let webp = Shown::of(&full("lossy.webp"));
    assert_eq!((webp.width, webp.height), (48, 64));
    assert!(near(webp.at(1, 1), BLUE) && near(webp.at(46, 1), RED));
}

#[test]
fn an_orientation_behind_the_pixels_counts() {
    let turned = ok(
        &with_late_orientation(&picture("grey-alpha.png")),
        Purpose::Post,
    );
    let upright = made("grey-alpha.png", Purpose::Post);
    let [turned, upright] =
        [turned, upright].map(|made| Shown::of(&rendition(&made, Rendition::Full)));
    let [a, b, c, d] = upright.quarters();
    assert!(!near(a, d), "it can be told");
    assert!(alike(turned.quarters(), [d, c, b, a]));
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
fn transparent_parts_stay_transparent() {
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
fn a_rendition_has_the_size_that_it_claims() {
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
