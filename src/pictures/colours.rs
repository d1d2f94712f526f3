//! Conversion between colour codes and linear light. Output is always sRGB and carries no profile. Input with a profile
//! of the simple kind (three curves and a matrix: Display P3 of phones, Adobe RGB; one curve for grey) is converted; other
//! profiles are ignored.

use std::sync::LazyLock;

use super::pixels::{Light, PixelLayout};

/// The resolution of the table from light to code. It is fine enough for each of the 256 codes to survive a round trip:
/// even the darkest codes are 5 steps apart.
const STEPS: u16 = 16_384;

/// The matrix from XYZ under D50, which profiles use, to linear light of the sRGB primaries (Bradford).
const SRGB_FROM_XYZ: Matrix = [
    [3.133_856, -1.616_867, -0.490_615],
    [-0.978_768, 1.916_142, 0.033_454],
    [0.071_945, -0.228_991, 1.405_243],
];

/// Curves within this distance of the sRGB curve count as the sRGB curve, because profiles round it.
const CURVE_TOLERANCE: f32 = 0.004;
/// Matrices within this distance of the identity count as the identity.
const MATRIX_TOLERANCE: f32 = 0.01;

/// The gammas of pictures that were meant: 1 is linear light, 1/2.2 a usual screen.
const GAMMA_MIN: f32 = 0.1;
const GAMMA_MAX: f32 = 10.0;
/// Gammas within this distance of 1/2.2 stand for sRGB: PNG says so of pictures that have both.
const GAMMA_TOLERANCE: f32 = 0.01;

type Matrix = [[f32; 3]; 3];
type Curve = [f32; 256];

/// The linear light of each sRGB code.
static SRGB: LazyLock<Curve> = LazyLock::new(srgb_curve);

/// The sRGB code of each step of linear light.
static CODES: LazyLock<Vec<u8>> = LazyLock::new(codes);

/// The meaning of a picture's colour codes.
pub(super) struct Colours {
    /// The linear light of each code, from 0 to 1, for red, green and blue.
    curves: [Curve; 3],
    /// The matrix from the picture's primaries to those of sRGB. `None` if they are the same.
    matrix: Option<Matrix>,
}

impl Colours {
    /// Returns the colours of a picture without a profile.
    pub(super) fn srgb() -> Colours {
        Colours {
            curves: [*SRGB; 3],
            matrix: None,
        }
    }

    /// Reads the colours from a profile (ICC.1:2022). Returns those of sRGB if it is not of the simple kind.
    pub(super) fn of_profile(profile: Option<&[u8]>) -> Colours {
        let mut colours = Colours::srgb();
        if let Some((curves, matrix)) = profile.and_then(matrix_and_curves) {
            if !curves.iter().all(is_srgb) {
                colours.curves = curves;
            }
            colours.matrix = Some(matrix).filter(|matrix| !is_identity(matrix));
        }
        colours
    }
}

impl Colours {
    /// Reads the colours of a grey picture from a profile (ICC.1:2022 §8.3.4). Returns those of sRGB if it has no curve.
    pub(super) fn of_grey_profile(profile: Option<&[u8]>) -> Colours {
        let is_grey = |profile: &&[u8]| {
            profile.get(36..40) == Some(b"acsp") && profile.get(16..20) == Some(b"GRAY")
        };
        let profile = profile.filter(is_grey);
        let curve = profile.and_then(|profile| tone(tag(profile, *b"kTRC")?));
        curve.as_ref().map_or_else(Colours::srgb, Colours::of_curve)
    }

    /// Returns the colours of a picture whose codes are light to this power (PNG §11.3.2.2, `gAMA`).
    pub(super) fn of_gamma(gamma: f32) -> Colours {
        let is_srgb = (gamma - 1.0 / 2.2).abs() < GAMMA_TOLERANCE;
        if (GAMMA_MIN..=GAMMA_MAX).contains(&gamma) && !is_srgb {
            Colours::of_curve(&curve(|code| code.powf(1.0 / gamma)))
        } else {
            Colours::srgb()
        }
    }

    fn of_curve(curve: &Curve) -> Colours {
        let mut colours = Colours::srgb();
        if !is_srgb(curve) {
            colours.curves = [*curve; 3];
        }
        colours
    }
}

/// Returns whether a curve is that of sRGB, however a profile rounds it.
fn is_srgb(curve: &Curve) -> bool {
    let mut pairs = curve.iter().zip(&*SRGB);
    pairs.all(|(a, b)| (a - b).abs() < CURVE_TOLERANCE)
}

/// Converts a row of codes to linear light.
pub(super) fn linearise(colours: &Colours, layout: PixelLayout, row: &[u8], line: &mut [Light]) {
    let [red, green, blue] = &colours.curves;
    let light = |r: u8, g: u8, b: u8| {
        [
            red[usize::from(r)],
            green[usize::from(g)],
            blue[usize::from(b)],
            1.0,
        ]
    };
    let pixels = row.chunks_exact(layout.bytes()).zip(line);
    match layout {
        PixelLayout::Grey => pixels.for_each(|(p, l)| *l = light(p[0], p[0], p[0])),
        PixelLayout::GreyAlpha => {
            pixels.for_each(|(p, l)| *l = covered(light(p[0], p[0], p[0]), p[1]));
        }
        PixelLayout::Rgb => pixels.for_each(|(p, l)| *l = light(p[0], p[1], p[2])),
        PixelLayout::Rgba => pixels.for_each(|(p, l)| *l = covered(light(p[0], p[1], p[2]), p[3])),
        PixelLayout::Cmyk => pixels.for_each(|(p, l)| {
            let through = |n: usize| multiplied(255 - p[n], 255 - p[3]);
            *l = light(through(0), through(1), through(2));
        }),
    }
}

/// Converts linear light to sRGB codes and appends them.
pub(super) fn encode(colours: &Colours, has_alpha: bool, line: &[Light], rgba: &mut Vec<u8>) {
    let codes = CODES.as_slice();
    let code = |light: f32| codes[step(light, f32::from(STEPS))];
    let first = rgba.len();
    rgba.resize(first + line.len() * 4, 0);
    for (&[red, green, blue, alpha], pixel) in line.iter().zip(rgba[first..].chunks_exact_mut(4)) {
        let mut light = [red, green, blue];
        let mut opacity = 255;
        if has_alpha {
            opacity = step(alpha, 255.0).try_into().unwrap_or(255);
            if opacity == 0 {
                continue;
            }
            light = light.map(|channel| channel / alpha);
        }
        if let Some(matrix) = &colours.matrix {
            light = times(matrix, light);
        }
        let [red, green, blue] = light;
        pixel[0] = code(red);
        pixel[1] = code(green);
        pixel[2] = code(blue);
        pixel[3] = opacity;
    }
}

/// Multiplies light by the opacity.
fn covered([red, green, blue, _]: Light, opacity: u8) -> Light {
    let alpha = f32::from(opacity) / 255.0;
    [red * alpha, green * alpha, blue * alpha, alpha]
}

/// Multiplies two codes as fractions of 255.
fn multiplied(a: u8, b: u8) -> u8 {
    let product = u16::from(a) * u16::from(b);
    u8::try_from((product + 127) / 255).unwrap_or(255)
}

/// Converts a number from 0 to 1 to the nearest of `steps` steps.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 0 and the number of steps, which is small"
)]
fn step(part: f32, steps: f32) -> usize {
    (part.clamp(0.0, 1.0) * steps + 0.5) as usize
}

/// Multiplies a matrix by a vector.
fn times(matrix: &Matrix, [x, y, z]: [f32; 3]) -> [f32; 3] {
    matrix.map(|[a, b, c]| a * x + b * y + c * z)
}

/// Checks whether a matrix changes no colour noticeably. That is so for profiles of sRGB itself, however they round.
fn is_identity(matrix: &Matrix) -> bool {
    matrix.iter().enumerate().all(|(row, values)| {
        values.iter().enumerate().all(|(column, value)| {
            let expected = if row == column { 1.0 } else { 0.0 };
            (value - expected).abs() < MATRIX_TOLERANCE
        })
    })
}

/// Computes the transfer function of sRGB (IEC 61966-2-1 §5.2).
fn srgb_curve() -> Curve {
    curve(|code| {
        if code <= 0.040_45 {
            code / 12.92
        } else {
            ((code + 0.055) / 1.055).powf(2.4)
        }
    })
}

/// Computes the inverse of [`srgb_curve`] for each step.
fn codes() -> Vec<u8> {
    (0..=STEPS)
        .map(|n| {
            let light = f32::from(n) / f32::from(STEPS);
            let code = if light <= 0.003_130_8 {
                12.92 * light
            } else {
                1.055 * light.powf(1.0 / 2.4) - 0.055
            };
            u8::try_from(step(code, 255.0)).unwrap_or(255)
        })
        .collect()
}

/// Tabulates a function from code to light, both from 0 to 1.
fn curve(light: impl Fn(f32) -> f32) -> Curve {
    let mut curve = [0.0; 256];
    for (place, code) in curve.iter_mut().zip(0_u8..=255) {
        *place = light(f32::from(code) / 255.0);
    }
    curve
}

/// Reads the curves and the matrix of a profile that has them (ICC.1:2022 §8.3.3).
fn matrix_and_curves(profile: &[u8]) -> Option<([Curve; 3], Matrix)> {
    if profile.get(36..40)? != b"acsp"
        || profile.get(16..20)? != b"RGB "
        || profile.get(20..24)? != b"XYZ "
    {
        return None;
    }
    let curves = [
        tone(tag(profile, *b"rTRC")?)?,
        tone(tag(profile, *b"gTRC")?)?,
        tone(tag(profile, *b"bTRC")?)?,
    ];
    let [red, green, blue] = [
        point(tag(profile, *b"rXYZ")?)?,
        point(tag(profile, *b"gXYZ")?)?,
        point(tag(profile, *b"bXYZ")?)?,
    ];
    let [red, green, blue] = [red, green, blue].map(|xyz| times(&SRGB_FROM_XYZ, xyz));
    let matrix = [0, 1, 2].map(|row| [red[row], green[row], blue[row]]);
    Some((curves, matrix))
}

/// Returns the data of a tag.
fn tag(profile: &[u8], name: [u8; 4]) -> Option<&[u8]> {
    // A limit on the work; no profile has a hundred tags.
    let count = long(profile, 128)?.min(100) as usize;
    let entry = profile
        .get(132..)?
        .chunks_exact(12)
        .take(count)
        .find(|entry| entry.starts_with(&name))?;
    let (offset, size) = (long(entry, 4)? as usize, long(entry, 8)? as usize);
    profile.get(offset..offset.checked_add(size)?)
}

/// Reads a point in XYZ (ICC.1:2022 §10.31).
fn point(tag: &[u8]) -> Option<[f32; 3]> {
    Some([fixed(tag, 8)?, fixed(tag, 12)?, fixed(tag, 16)?])
}

/// Reads a curve and checks it. Values outside the range of light, or white that is not brighter than black, make the
/// whole profile invalid.
fn tone(tag: &[u8]) -> Option<Curve> {
    let is_light = |light: &f32| (-CURVE_TOLERANCE..=1.0 + CURVE_TOLERANCE).contains(light);
    written(tag).filter(|curve| curve.iter().all(is_light) && curve[0] < curve[255])
}

/// Reads a curve given as a table or power (§10.6) or as a formula (§10.18).
fn written(tag: &[u8]) -> Option<Curve> {
    match tag.get(..4)? {
        b"curv" => {
            let count = long(tag, 8)? as usize;
            let table = tag.get(12..12_usize.checked_add(count.checked_mul(2)?)?)?;
            match count {
                0 => Some(curve(|code| code)),
                1 => {
                    let gamma = f32::from(short(table, 0)?) / 256.0;
                    Some(curve(|code| code.powf(gamma)))
                }
                _ => Some(curve(|code| between(table, count, code))),
            }
        }
        b"para" => {
            let parameter = |n: usize| fixed(tag, 12 + 4 * n);
            let power = parameter(0)?;
            let kind = short(tag, 8)?;
            if kind == 0 {
                return Some(curve(|code| code.powf(power)));
            }
            let (factor, offset) = (parameter(1)?, parameter(2)?);
            // Below a certain code the curve is a straight line. Both parts may have an offset.
            let (slope, below, above_zero, line_above_zero) = match kind {
                1 => (0.0, -offset / factor, 0.0, 0.0),
                2 => (0.0, -offset / factor, parameter(3)?, parameter(3)?),
                3 => (parameter(3)?, parameter(4)?, 0.0, 0.0),
                4 => (parameter(3)?, parameter(4)?, parameter(5)?, parameter(6)?),
                _ => return None,
            };
            Some(curve(|code| {
                if code >= below {
                    (factor * code + offset).max(0.0).powf(power) + above_zero
                } else {
                    slope * code + line_above_zero
                }
            }))
        }
        _ => None,
    }
}

/// Interpolates in a table of `count` values at a fraction of its length.
fn between(table: &[u8], count: usize, part: f32) -> f32 {
    let last = u16::try_from(count - 1).unwrap_or(u16::MAX);
    let at = part * f32::from(last);
    let below = step(at.floor() / f32::from(last), f32::from(last));
    let value = |n: usize| f32::from(short(table, 2 * n.min(count - 1)).unwrap_or(0)) / 65_535.0;
    let rest = at - at.floor();
    value(below) * (1.0 - rest) + value(below + 1) * rest
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// Reads a fixed-point number with sixteen bits before and sixteen after the point (§4.6).
#[allow(
    clippy::cast_precision_loss,
    reason = "numbers near 1, with sixteen bits after the point"
)]
fn fixed(bytes: &[u8], at: usize) -> Option<f32> {
    let number = i32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?);
    Some(number as f32 / 65_536.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Builds a parametric curve of this kind and reads it.
    fn formula(kind: u8, parameters: &[f32]) -> Option<Curve> {
        let numbers = parameters.iter().flat_map(|number| {
            #[allow(clippy::cast_possible_truncation, reason = "that is how it is written")]
            let number = (number * 65_536.0) as i32;
            number.to_be_bytes()
        });
        let mut tag = b"para\0\0\0\0\0".to_vec();
        tag.extend([kind, 0, 0]);
        tag.extend(numbers);
        tone(&tag)
    }

    fn power(hundredths: u16) -> Option<Curve> {
        let mut tag = b"curv\0\0\0\0\0\0\0\x01".to_vec();
        tag.extend((u32::from(hundredths) * 256 / 100).to_be_bytes()[2..].iter());
        tone(&tag)
    }

    fn table(values: &[u16]) -> Option<Curve> {
        let mut tag = b"curv\0\0\0\0\0\0\0".to_vec();
        tag.push(u8::try_from(values.len()).expect("a few"));
        tag.extend(values.iter().flat_map(|value| value.to_be_bytes()));
        tone(&tag)
    }

    #[test]
    fn valid_curves_are_used() {
        let near = |curve: Option<Curve>, middle: f32| {
            let curve = curve.expect("it is one");
            assert!((curve[128] - middle).abs() < 0.01, "{}", curve[128]);
        };
        near(power(220), 0.22);
        near(formula(0, &[2.2]), 0.22);
        near(
            formula(3, &[2.4, 0.947_87, 0.052_13, 0.077_4, 0.040_45]),
            0.216,
        );
        near(table(&[0, 16_384, 65_535]), 0.25);
    }

    #[test]
    fn invalid_curves_are_ignored() {
        assert!(power(0).is_none(), "all is white");
        for power in [0.0, -1.0, -30_000.0] {
            assert!(formula(0, &[power]).is_none(), "{power}");
        }
        for (kind, parameters) in [
            // Zero everywhere, one everywhere, above 1, below 0, too steep, and falling.
            (1, &[2.2, 0.0, 0.0][..]),
            (1, &[2.2, 0.0, 1.0]),
            (2, &[2.2, 1.0, 0.0, 5.0]),
            (4, &[2.2, 1.0, 0.0, 1.0, 0.5, 0.0, -9.0]),
            (3, &[2.2, 30_000.0, 0.0, 1.0, 0.0]),
            (3, &[-2.2, 1.0, 0.0, 1.0, 0.0]),
            (9, &[2.2]),
        ] {
            assert!(formula(kind, parameters).is_none(), "{kind} {parameters:?}");
        }
        assert!(table(&[65_535, 0]).is_none());
        assert!(table(&[9, 9, 9]).is_none());
    }
}
