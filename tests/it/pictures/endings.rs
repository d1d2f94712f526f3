//! Pictures whose ends or colours are unusual, and that browsers show.

use png::{ColorType, Encoder, Info, ScaledFloat};
use quartfeed::{
    model::Rendition,
    pictures::{PictureError, PictureRefusal, Purpose},
};

use crate::harness::{
    pictures::{make, ok, rendition},
    pixels::Shown,
    samples::picture,
};

/// Replaces the last bytes of a file.
fn ending(name: &str, cut: usize, with: &[u8]) -> Vec<u8> {
    let mut file = picture(name);
    file.truncate(file.len() - cut);
    file.extend_from_slice(with);
    file
}

#[test]
fn a_jpeg_without_its_end_marker_is_taken_if_it_is_whole() {
    for name in [
        "photograph.jpg",
        "progressive.jpg",
        "grey.jpg",
        "subsampled.jpg",
    ] {
        assert!(picture(name).ends_with(&[0xff, 0xd9]), "{name}");
        let whole = ok(&picture(name), Purpose::Post);
        for with in [b"".as_slice(), &[0, 0], &[0xff]] {
            let made = ok(&ending(name, 2, with), Purpose::Post);
            let bytes = |made| rendition(made, Rendition::Full).bytes;
            assert!(bytes(&made) == bytes(&whole), "{name} ends with {with:?}");
        }
        let cut = picture(name).len() / 3;
        let fault = make(&ending(name, cut, b""), Purpose::Post);
        assert!(
            matches!(fault, Err(PictureError::Refused(PictureRefusal::CutOff))),
            "{name}: {fault:?}"
        );
    }
}

#[test]
fn a_gif_without_its_trailer_or_with_zeros_between_blocks_moves() {
    for name in ["laid.gif", "still.gif", "interlaced.gif"] {
        assert!(picture(name).ends_with(b";"), "{name}");
        let whole = ok(&picture(name), Purpose::Post);
        // Each frame begins with a graphic control extension.
        let mut spaced = Vec::new();
        for part in picture(name).split_inclusive(|byte| *byte == 0x21) {
            match spaced.last() {
                Some(0x21) if part.starts_with(&[0xf9, 4]) => {
                    spaced.pop();
                    spaced.extend_from_slice(&[0, 0x21]);
                }
                _ => {}
            }
            spaced.extend_from_slice(part);
        }
        for file in [
            ending(name, 1, b""),
            ending(name, 1, &[0, 0, b';']),
            ending(name, 1, &[0]),
            spaced,
        ] {
            let made = ok(&file, Purpose::Post);
            assert_eq!(made.is_moving, whole.is_moving, "{name}");
            assert!(made.renditions.len() == whole.renditions.len(), "{name}");
            let pairs = made.renditions.iter().zip(&whole.renditions);
            assert!(pairs.into_iter().all(|(a, b)| a.bytes == b.bytes), "{name}");
        }
    }
}

/// Draws a grey picture of code 128 with these properties, and returns the code that it has in sRGB.
fn grey(info: impl FnOnce(&mut Info<'static>)) -> u8 {
    let mut described = Info::with_size(64, 64);
    described.color_type = ColorType::Grayscale;
    described.bit_depth = png::BitDepth::Eight;
    info(&mut described);
    let mut bytes = Vec::new();
    let encoder = Encoder::with_info(&mut bytes, described).expect("a description");
    let mut writer = encoder.write_header().expect("memory");
    writer.write_image_data(&[128; 64 * 64]).expect("memory");
    writer.finish().expect("memory");
    let shown = Shown::of(&rendition(&ok(&bytes, Purpose::Post), Rendition::Full));
    let [red, green, blue, _] = shown.quarters()[0];
    assert!(red.abs_diff(green) < 3 && green.abs_diff(blue) < 3);
    red
}

/// Builds a profile of grey with a curve that is a power (ICC.1:2022 §8.3.4, §10.6).
fn grey_profile(gamma: f32) -> Vec<u8> {
    let mut profile = vec![0; 128];
    profile[16..24].copy_from_slice(b"GRAYXYZ ");
    profile[36..40].copy_from_slice(b"acsp");
    profile.extend_from_slice(&1_u32.to_be_bytes());
    profile.extend_from_slice(b"kTRC");
    profile.extend_from_slice(&144_u32.to_be_bytes());
    profile.extend_from_slice(&14_u32.to_be_bytes());
    profile.extend_from_slice(b"curv\0\0\0\0\0\0\0\x01");
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a small number"
    )]
    let power = (gamma * 256.0) as u16;
    profile.extend_from_slice(&power.to_be_bytes());
    profile
}

#[test]
fn grey_is_as_light_as_its_profile_or_gamma_says() {
    let profile = |gamma: f32| {
        move |info: &mut Info<'static>| info.icc_profile = Some(grey_profile(gamma).into())
    };
    let gamma = |gamma: f32| {
        move |info: &mut Info<'static>| info.source_gamma = Some(ScaledFloat::new(gamma))
    };
    let found = [
        grey(|_| ()),
        grey(profile(1.0)),
        grey(profile(1.8)),
        grey(profile(2.2)),
        grey(gamma(1.0)),
        grey(gamma(0.45455)),
    ];
    let expected = [128, 188, 148, 129, 188, 128];
    let is_near = |(found, expected): (&u8, &u8)| found.abs_diff(*expected) < 3;
    assert!(
        found.iter().zip(&expected).all(is_near),
        "{found:?} instead of {expected:?}"
    );
}
