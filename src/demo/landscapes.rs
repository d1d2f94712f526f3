//! Landscapes: the sea, hills and mountains, night and snow.

use super::{
    dice::Dice,
    painting::{Ink, Painting},
    scenes::{Ridge, cloud, fir, ripples},
};

/// The skies of evenings: the top, the middle, the horizon, and the sun.
pub(super) const EVENINGS: [[u32; 4]; 6] = [
    [0x28_3a6b, 0xd9_7a6c, 0xff_c98a, 0xff_f1c4],
    [0x3b_2f5c, 0xb8_5a7a, 0xff_a86b, 0xff_e2a0],
    [0x1f_4a73, 0x7f_9fb8, 0xff_dca8, 0xff_f6d8],
    [0x50_3a52, 0xe0_6a4e, 0xff_b658, 0xff_e9b0],
    [0x2a_5068, 0x9b_8fb0, 0xf5_b7a0, 0xff_ead0],
    [0x33_2a4a, 0x8d_4a68, 0xf2_8a5a, 0xff_d28a],
];

/// The skies of days: the top and the horizon.
pub(super) const DAYS: [[u32; 2]; 4] = [
    [0x4d_93cf, 0xd8_ecf5],
    [0x3f_7fb8, 0xe6_f0ee],
    [0x6f_a6c8, 0xf4_ead8],
    [0x5a_9fd4, 0xc9_e4ee],
];

/// Returns the colours of a variant.
pub(super) fn palette<const N: usize>(palettes: &[[u32; N]], variant: usize) -> [Ink; N] {
    palettes[variant % palettes.len()].map(Ink::of)
}

/// Paints the sun over the sea.
pub(super) fn sunset(painting: &mut Painting, dice: &mut Dice, variant: usize) {
    let [top, middle, low, sun] = palette(&EVENINGS, variant);
    let wide = painting.wide();
    let horizon = dice.between(0.52, 0.66);
    painting.band(0.0, horizon * 0.55, top, middle);
    painting.band(horizon * 0.55, horizon, middle, low);
    let at = (
        dice.between(0.25, 0.75) * wide,
        horizon - dice.between(0.03, 0.14),
    );
    painting.glow(at, 0.7, low.lighter(0.3).thin(0.7));
    painting.glow(at, 0.28, sun.thin(0.8));
    painting.disc(at, 0.055, sun.lighter(0.5));
    for _ in 0..14 {
        let y = dice.between(0.05, horizon - 0.05);
        let x = dice.between(0.0, wide);
        let ink = if dice.percent(50) {
            low.lighter(0.2)
        } else {
            top.mix(middle, 0.6)
        };
        let long = dice.between(0.12, 0.5);
        painting.ellipse(
            (x, y),
            (long, dice.between(0.006, 0.022)),
            0.0,
            1.0,
            ink.thin(0.55),
        );
    }
    painting.band(
        horizon,
        1.0,
        low.mix(middle, 0.5).darker(0.1),
        top.darker(0.45),
    );
    ripples(painting, dice, (horizon, 1.0), top.darker(0.5), 220);
    for _ in 0..170 {
        let near = dice.unit();
        let y = horizon + (1.0 - horizon) * near;
        let spread = 0.03 + 0.16 * near;
        let x = at.0 + dice.between(-spread, spread);
        let long = dice.between(0.01, 0.03 + 0.06 * near);
        painting.stroke(
            (x - long, y),
            (x + long, y),
            0.003 + 0.004 * near,
            sun.thin(0.45),
        );
    }
    if variant % 3 == 1 {
        let coast = Ridge::new(dice, horizon - 0.02, 0.03);
        let ink = top.darker(0.5);
        painting.ground(
            |x| {
                if x > wide * 0.6 {
                    coast.at(x) - (x - wide * 0.6) * 0.1
                } else {
                    horizon
                }
            },
            horizon,
            ink,
            ink,
        );
    }
}

/// Paints green hills, one behind the other.
pub(super) fn hills(painting: &mut Painting, dice: &mut Dice, variant: usize) {
    let wide = painting.wide();
    let is_evening = variant % 3 == 2;
    let (top, low) = if is_evening {
        let [_, middle, low, _] = palette(&EVENINGS, variant);
        (middle, low)
    } else {
        let [top, low] = palette(&DAYS, variant);
        (top, low)
    };
    painting.band(0.0, 0.65, top, low);
    let sun = (dice.between(0.2, 0.8) * wide, dice.between(0.12, 0.3));
    painting.glow(sun, 0.45, Ink::of(0xff_f3cf).thin(0.8));
    if !is_evening {
        for _ in 0..3 {
            let at = (dice.between(0.0, wide), dice.between(0.08, 0.28));
            cloud(painting, dice, at, 0.14, Ink::of(0xff_ffff));
        }
    }
    let green = Ink::of([0x5f_8f4a, 0x7a_9a4f, 0x4f_7f5a, 0x8a_8f45][variant % 4]);
    for layer in 0..5_u8 {
        let near = f32::from(layer) / 4.0;
        let ridge = Ridge::new(dice, 0.42 + 0.13 * f32::from(layer), 0.07);
        let ink = low.mix(green, 0.35 + 0.6 * near).darker(0.18 * near);
        painting.ground(|x| ridge.at(x), 1.0, ink.lighter(0.12), ink.darker(0.2));
        for _ in 0..4 + usize::from(layer) * 4 {
            let x = dice.between(0.0, wide);
            let size = 0.008 + 0.022 * near * dice.between(0.6, 1.3);
            let y = ridge.at(x) + dice.between(0.0, 0.06);
            let leaf = ink.darker(0.45);
            painting.stroke((x, y), (x, y - size), size * 0.25, leaf.darker(0.3));
            painting.ellipse((x, y - size * 1.5), (size, size * 1.15), 0.0, 0.25, leaf);
            painting.ellipse(
                (x - size * 0.25, y - size * 1.8),
                (size * 0.5, size * 0.5),
                0.0,
                0.9,
                leaf.lighter(0.35),
            );
        }
    }
    if variant.is_multiple_of(2) {
        let path = Ink::of(0xe6_d3a8);
        let mut at = (dice.between(0.45, 0.6) * wide, 1.02);
        for step in 0..26_u8 {
            let thin = 1.0 - f32::from(step) / 27.0;
            let next = (
                at.0 + 0.03 * (f32::from(step) * 0.45).sin(),
                at.1 - 0.018 * thin - 0.003,
            );
            painting.stroke(at, next, 0.065 * thin, path.mix(green, 0.35 * (1.0 - thin)));
            at = next;
        }
    }
}

/// Paints a mountain above a lake.
pub(super) fn mountain(painting: &mut Painting, dice: &mut Dice, variant: usize) {
    let [top, low] = palette(&DAYS, variant);
    let wide = painting.wide();
    let shore = 0.66;
    painting.band(0.0, shore, top, low);
    let at = (dice.between(0.1, 0.4) * wide, 0.16);
    cloud(painting, dice, at, 0.15, Ink::of(0xff_ffff));
    let peak = (dice.between(0.4, 0.65) * wide, dice.between(0.1, 0.18));
    let rough = Ridge::new(dice, 0.0, 0.035);
    let edge = |x: f32| {
        let away = (x - peak.0).abs();
        peak.1 + away * 0.62 + rough.at(x * 3.0) * (away * 3.0).min(1.0)
    };
    let second = Ridge::new(dice, 0.42, 0.1);
    let far = Ink::of(0x8a_a0b4);
    painting.ground(|x| second.at(x), shore, far.lighter(0.2), far);
    let rock = Ink::of([0x5a_6878, 0x6a_6470, 0x50_6470][variant % 3]);
    painting.ground(
        edge,
        shore,
        rock.lighter(0.1),
        rock.mix(Ink::of(0x4a_6a58), 0.6),
    );
    let snow = Ink::of(0xf6_fafc);
    let drip = Ridge::new(dice, 0.0, 0.06);
    for x in 0..240_u16 {
        let x = f32::from(x) / 240.0 * wide;
        let (from, to) = (edge(x), 0.33 + drip.at(x * 5.0));
        if from < to {
            let shade = if x > peak.0 {
                snow.mix(rock, 0.28)
            } else {
                snow
            };
            painting.stroke((x, from + 0.002), (x, to), 0.0085, shade);
        }
    }
    for _ in 0..90 {
        let x = dice.between(0.0, wide);
        fir(
            painting,
            (x, shore + 0.004),
            dice.between(0.05, 0.11),
            Ink::of(0x2f_4a40),
            None,
        );
    }
    let lake = top.mix(rock, 0.35);
    painting.band(shore, 1.0, lake.lighter(0.3), lake.darker(0.4));
    for _ in 0..120 {
        let y = shore + 0.3 * dice.unit();
        let x = peak.0 + dice.between(-0.35, 0.35) * (1.0 - (y - shore));
        painting.stroke(
            (x, y),
            (x + dice.between(0.02, 0.07), y),
            0.004,
            snow.thin(0.22),
        );
    }
    ripples(painting, dice, (shore, 1.0), lake.darker(0.6), 120);
    for _ in 0..5 {
        let at = (dice.between(0.0, 0.22) * wide, 1.04);
        fir(
            painting,
            at,
            dice.between(0.3, 0.5),
            Ink::of(0x1f_332c),
            None,
        );
    }
}

/// Paints a sky full of stars.
pub(super) fn night(painting: &mut Painting, dice: &mut Dice, variant: usize) {
    let wide = painting.wide();
    let top = Ink::of([0x0b_1230, 0x10_1a3a, 0x14_1030][variant % 3]);
    let low = Ink::of([0x3a_4f80, 0x4a_4470, 0x2a_5a78][variant % 3]);
    painting.band(0.0, 1.0, top, low);
    for step in 0..60_u8 {
        let along = f32::from(step) / 60.0;
        let at = (along * wide, 0.75 - along * 0.7 + dice.between(-0.05, 0.05));
        painting.glow(at, dice.between(0.08, 0.2), low.lighter(0.35).thin(0.13));
    }
    for _ in 0..420 {
        let at = (dice.between(0.0, wide), dice.between(0.0, 0.8));
        let size = dice.unit();
        painting.disc(
            at,
            0.0008 + 0.0022 * size * size,
            Ink::of(0xff_fbea).thin(dice.between(0.4, 1.0)),
        );
    }
    let moon = (dice.between(0.15, 0.85) * wide, dice.between(0.15, 0.35));
    painting.glow(moon, 0.3, Ink::of(0xe8_ecff).thin(0.45));
    painting.disc(moon, 0.055, Ink::of(0xfb_f6e2));
    if variant.is_multiple_of(2) {
        painting.disc((moon.0 + 0.025, moon.1 - 0.012), 0.05, top.mix(low, 0.3));
    } else {
        for spot in [(-0.02, -0.01), (0.015, 0.018), (0.01, -0.025)] {
            painting.glow(
                (moon.0 + spot.0, moon.1 + spot.1),
                0.018,
                Ink::of(0xc8_c4b8).thin(0.8),
            );
        }
    }
    for layer in 0..3_u8 {
        let ridge = Ridge::new(dice, 0.76 + 0.08 * f32::from(layer), 0.06);
        let ink = low.darker(0.55 + 0.15 * f32::from(layer));
        painting.ground(|x| ridge.at(x), 1.0, ink, ink.darker(0.3));
        if layer == 1 {
            let x = dice.between(0.3, 0.7) * wide;
            let y = ridge.at(x);
            painting.shape(
                &[
                    (x, y - 0.05),
                    (x + 0.06, y - 0.05),
                    (x + 0.06, y + 0.02),
                    (x, y + 0.02),
                ],
                ink.darker(0.6),
            );
            painting.shape(
                &[
                    (x + 0.03, y - 0.085),
                    (x + 0.07, y - 0.048),
                    (x - 0.01, y - 0.048),
                ],
                ink.darker(0.7),
            );
            painting.glow((x + 0.03, y - 0.02), 0.05, Ink::of(0xff_c860).thin(0.5));
            painting.shape(
                &[
                    (x + 0.022, y - 0.03),
                    (x + 0.038, y - 0.03),
                    (x + 0.038, y - 0.01),
                    (x + 0.022, y - 0.01),
                ],
                Ink::of(0xff_e29a),
            );
        }
    }
}

/// Paints snow on hills.
pub(super) fn snow(painting: &mut Painting, dice: &mut Dice, variant: usize) {
    let wide = painting.wide();
    let sky = Ink::of([0xb8_c8d8, 0xd0_c8d4, 0xa8_bccc][variant % 3]);
    painting.band(0.0, 0.7, sky.darker(0.1), sky.lighter(0.5));
    let white = Ink::of(0xf7_fafc);
    for layer in 0..4_u8 {
        let near = f32::from(layer) / 3.0;
        let ridge = Ridge::new(dice, 0.45 + 0.15 * f32::from(layer), 0.07);
        let ink = sky.mix(white, 0.4 + 0.6 * near);
        painting.ground(
            |x| ridge.at(x),
            1.0,
            ink.lighter(0.4),
            ink.mix(Ink::of(0x9a_b4cc), 0.45),
        );
        for _ in 0..7 {
            let x = dice.between(0.0, wide);
            let tall = 0.05 + 0.13 * near * dice.between(0.7, 1.2);
            let green = Ink::of(0x3a_5550).mix(sky, 0.6 - 0.5 * near);
            fir(
                painting,
                (x, ridge.at(x) + 0.02),
                tall,
                green,
                Some(white.thin(0.85)),
            );
        }
    }
    for _ in 0..260 {
        let at = (dice.between(0.0, wide), dice.unit());
        let size = dice.between(0.002, 0.008);
        painting.ellipse(at, (size, size), 0.0, 0.8, white.thin(0.8));
    }
}
