//! Files that are refused, and the reasons.

use quartfeed::pictures::{PictureError, PictureLimits, PictureRefusal, Purpose};

use crate::harness::{
    pictures::{LIMITS, full, make, make_within, refused},
    pixels::{Shown, assert_quarters},
    samples::{bomb, contains, find, phone_jpeg, picture, png_header, webp_of_groups},
};

#[test]
fn a_file_that_is_no_picture_is_refused_whatever_its_name() {
    for name in ["text.jpg", "drawing.svg"] {
        assert_eq!(refused(&picture(name)), PictureRefusal::NoPicture, "{name}");
    }
    assert_eq!(refused(b""), PictureRefusal::NoPicture);
    assert_eq!(refused(b"\xff\xd8"), PictureRefusal::NoPicture);
    assert_eq!(PictureRefusal::NoPicture.to_string(), "Images only!");
}

#[test]
fn a_picture_in_another_format_is_named() {
    let cases: [(&[u8], &str); 11] = [
        (b"\0\0\0\x24ftypheic\0\0\0\0mif1heic", "a HEIC"),
        (b"\0\0\0\x24ftypmif1\0\0\0\0mif1heicmiaf", "a HEIC"),
        (b"\0\0\0\x1cftypheix\0\0\0\0mif1heix", "a HEIC"),
        (b"\0\0\0\x20ftypmif1\0\0\0\0avifmif1miaf", "an AVIF"),
        (b"II*\0\x08\0\0\0", "a TIFF or raw"),
        (b"MM\0*\0\0\0\x08", "a TIFF or raw"),
        (b"BM\x36\x10\0\0\0\0\0\0\x36\0", "a BMP"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "a JPEG 2000"),
        (b"\xff\x0a\x7a\x1f", "a JPEG XL"),
        (b"\0\0\x01\0\x01\0", "an icon"),
        (b"8BPS\0\x01", "a Photoshop"),
    ];
    for (start, name) in cases {
        let refusal = refused(start).to_string();
        let begin = format!("This is {name} picture, which cannot be opened here. Please ");
        assert!(refusal.starts_with(&begin), "{refusal}");
    }
    for none in [
        &b"BMW is a car."[..],
        b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom",
        b"\0\0\0\x24ftyp",
        b"\0\0\0\x04ftypheic",
    ] {
        assert_eq!(refused(none), PictureRefusal::NoPicture);
    }
}

#[test]
fn a_picture_behind_which_a_script_hides_comes_out_without() {
    assert!(contains(&picture("polyglot.gif"), "alert"));
    assert_quarters(&Shown::of(&full("polyglot.gif")), "polyglot.gif");
    // The width of this file is two letters of a script, and far too large.
    let PictureRefusal::TooLong { width: 10_799, .. } = refused(&picture("polyglot-width.gif"))
    else {
        panic!("it was taken")
    };
}

#[test]
fn a_bomb_is_refused_by_its_header() {
    // 81 megapixels in 257 kB, and headers that claim even more.
    let bomb = bomb();
    assert!((200_000..300_000).contains(&bomb.len()), "{}", bomb.len());
    let refusal = refused(&bomb);
    assert_eq!(
        refusal,
        PictureRefusal::TooLong {
            width: 9_000,
            height: 9_000,
            max: 8_192
        }
    );
    assert_eq!(
        refusal.to_string(),
        "This picture is 9000 × 9000 pixels. A picture of this format may be at most 8192 pixels wide and high. Please make it smaller."
    );
    for (width, height) in [(8_192, 8_192), (8_000, 5_001)] {
        let refusal = refused(&png_header(width, height));
        let max = LIMITS.pixels;
        assert_eq!(
            refusal,
            PictureRefusal::TooManyPixels { width, height, max }
        );
        assert!(
            refusal.to_string().contains("the limit of 40 megapixels"),
            "{refusal}"
        );
    }
}

#[test]
fn a_jpeg_that_is_too_long_is_refused_with_the_limit_of_jpegs() {
    assert_eq!(
        refused(&phone_jpeg(16_386, 16)).to_string(),
        "This picture is 16386 × 16 pixels. A JPEG may be at most 16384 pixels wide and high. Please make it smaller."
    );
    // A site with a lower limit names the size of the file, not of what would be decoded.
    let limits = PictureLimits {
        pixels: 10_000,
        ..LIMITS
    };
    let fault = make_within(&phone_jpeg(1_600, 1_200), Purpose::Avatar, limits);
    assert_eq!(
        fault.expect_err("it is too large").to_string(),
        "This picture is 1600 × 1200 pixels, which is over the limit of 10000 pixels. Please make it smaller."
    );
}

#[test]
fn a_webp_whose_inside_is_larger_than_its_outside_is_refused() {
    let mut webp = picture("laid.webp");
    // The size in the bitstream of the first frame becomes 16,384 × 16,384 instead of 32 × 32.
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
    let mut file = picture("photograph.jpg");
    file.resize((1 << 20) + 1, 0);
    let fault = make_within(&file, Purpose::Post, limits).expect_err("it is too large");
    assert_eq!(
        fault.to_string(),
        "This picture is too large. A picture may be at most 1 MB. Please make it smaller."
    );
}

#[test]
fn a_picture_that_is_cut_off_is_refused_as_cut_off() {
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
        refused(&picture("photograph.jpg")[..9_000]).to_string(),
        "This picture is incomplete. Please send it again, or save it again first."
    );
}

#[test]
fn a_decoder_that_takes_too_much_memory_harms_no_other_picture() {
    assert!(make(&webp_of_groups(40), Purpose::Post).is_ok());
    // A third of a gigabyte, which only the sandbox prevents.
    assert_eq!(refused(&webp_of_groups(16_384)), PictureRefusal::Unusual);
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
    assert_eq!(
        refused(&[&webp[..], &chunks].concat()),
        PictureRefusal::Unusual
    );
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
    assert_eq!(refused(&four), PictureRefusal::Unusual);
}
