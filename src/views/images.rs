//! The JSON of images, addresses of avatars, and the generated avatar of members who uploaded none.

use maud::{Markup, html};
use serde::Serialize;

use crate::model::{BasePath, Group, HUES, Hue, Image, ImageId, Initials, Rendition, User};

/// The style sheet's avatar colours, `oklch(0.5 0.1 hue)`, converted to sRGB: not every SVG renderer knows `oklch`.
const COLOURS: [&str; HUES as usize] = [
    "#40639c", "#944b40", "#337344", "#834d7e", "#796006", "#007283", "#904961", "#5c6b21",
    "#635898", "#8c541f", "#007565", "#1f6a96",
];

/// An image, as JSON. For an animation, `url` is the animated rendition and `row` a still one.
#[derive(Serialize)]
pub(crate) struct ImageJson<'a> {
    id: ImageId,
    pub(crate) url: String,
    width: u32,
    height: u32,
    alt: &'a str,
    moving: bool,
    row: RowJson,
}

/// The rendition of an image that is shown in a row of a post, as JSON.
#[derive(Serialize)]
struct RowJson {
    url: String,
    width: u32,
    height: u32,
}

/// Returns an image, as JSON.
pub(crate) fn json<'a>(image: &'a Image, base: &BasePath) -> ImageJson<'a> {
    let largest = if image.is_moving {
        Rendition::Moving
    } else {
        Rendition::Full
    };
    let (width, height) = image.row_size();
    ImageJson {
        id: image.id,
        url: image.url(largest, base),
        width: image.width,
        height: image.height,
        alt: &image.alt,
        moving: image.is_moving,
        row: RowJson {
            url: image.url(Rendition::Row, base),
            width,
            height,
        },
    }
}

/// Returns the address of a member's avatar: the uploaded image, or the generated one.
pub(super) fn avatar_url(user: &User, base: &BasePath) -> String {
    portrait_url(user.avatar, user.hue(), &user.initials(), base)
}

/// Returns the address of a group's picture: the uploaded image, or the generated one.
pub(super) fn group_avatar_url(group: &Group, base: &BasePath) -> String {
    portrait_url(group.avatar, group.hue(), &group.initials(), base)
}

fn portrait_url(
    picture: Option<ImageId>,
    hue: Hue,
    initials: &Initials,
    base: &BasePath,
) -> String {
    match picture {
        Some(image) => image.url(Rendition::Avatar(200), base),
        None => base.url(&format!("/avatar/{hue}/{}", initials.as_str())),
    }
}

/// Renders a generated avatar as SVG: initials on a colour.
pub(crate) fn avatar(hue: Hue, initials: &Initials) -> Markup {
    let size = if initials.as_str().chars().count() > 1 {
        "80"
    } else {
        "96"
    };
    html! {
        svg xmlns="http://www.w3.org/2000/svg" width="200" height="200" viewBox="0 0 200 200" {
            rect width="200" height="200" fill=(COLOURS[hue.index()]) {}
            text x="100" y="100" dy="0.35em" text-anchor="middle" fill="#fff" font-family="system-ui, sans-serif"
                font-size=(size) font-weight="600" { (initials.as_str()) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Converts `oklch(0.5 0.1 degrees)` to sRGB, by way of Oklab (CSS Color 4 §9.3).
    fn srgb(degrees: f64) -> String {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let (green_red, blue_yellow) = (0.1 * cos, 0.1 * sin);
        let [l, m, s] = [
            0.5 + 0.396_337_777_4 * green_red + 0.215_803_757_3 * blue_yellow,
            0.5 - 0.105_561_345_8 * green_red - 0.063_854_172_8 * blue_yellow,
            0.5 - 0.089_484_177_5 * green_red - 1.291_485_548 * blue_yellow,
        ]
        .map(|cone: f64| cone.powi(3));
        let linear = [
            4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
            -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
            -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701 * s,
        ];
        let digits = linear.map(|value| {
            let value = value.clamp(0.0, 1.0);
            let value = if value <= 0.003_130_8 {
                12.92 * value
            } else {
                1.055 * value.powf(1.0 / 2.4) - 0.055
            };
            format!(
                "{:02x}",
                format!("{:.0}", 255.0 * value)
                    .parse::<u8>()
                    .expect("a byte")
            )
        });
        format!("#{}", digits.concat())
    }

    #[test]
    fn the_colours_are_those_of_the_style_sheet() {
        let style = include_str!("../../assets/style.css");
        for (colour, hue) in COLOURS.iter().zip(0..) {
            let (_, rest) = style
                .split_once(&format!("&.hue-{hue} {{ --hue: "))
                .expect("the class is there");
            let degrees = rest.split(';').next().and_then(|text| text.parse().ok());
            assert_eq!(*colour, srgb(degrees.expect("a number")), "{hue}");
        }
        assert!(style.contains("oklch(0.5 0.1 var(--hue"));
    }
}
