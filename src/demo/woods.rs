//! What grows: the wood, an autumn tree, garden beds and flowers.

use std::f32::consts::{PI, TAU};

use super::{
    dice::Dice,
    painting::{Ink, Painting, Spot},
    scenes::{Ridge, cloud},
};

/// Paints light between trunks.
pub(super) fn forest(painting: &mut Painting, dice: &mut Dice, variant: usize) {
    let wide = painting.wide();
    let light = Ink::of([0xe8_efb8, 0xf5_dfae, 0xd4_eac8][variant % 3]);
    let green = Ink::of([0x5f_8a45, 0x8a_8040, 0x4a_8058][variant % 3]);
    painting.band(0.0, 0.8, green.mix(light, 0.45), light);
    let sun = (dice.between(0.35, 0.65) * wide, 0.3);
    painting.glow(sun, 0.75, Ink::of(0xff_fdf0).thin(0.85));
    let floor = Ridge::new(dice, 0.74, 0.02);
    painting.ground(
        |x| floor.at(x),
        1.0,
        green.mix(light, 0.3),
        green.darker(0.55),
    );
    for layer in 0..4_u8 {
        let near = f32::from(layer) / 3.0;
        let bark = light.mix(Ink::of(0x3a_2f28), 0.3 + 0.65 * near);
        for _ in 0..11 - usize::from(layer) * 2 {
            let x = dice.between(-0.05, wide + 0.05);
            let thick = 0.014 + 0.05 * near * dice.between(0.6, 1.2);
            let foot = 0.74 + 0.2 * near + dice.between(-0.02, 0.03);
            let lean = dice.between(-0.03, 0.03);
            let (left, right) = (x - thick / 2.0, x + thick / 2.0);
            painting.shape(
                &[
                    (left + lean, -0.05),
                    (right + lean * 1.1, -0.05),
                    (right + thick * 0.25, foot),
                    (left - thick * 0.25, foot),
                ],
                bark,
            );
            painting.stroke(
                (right + lean - thick * 0.2, -0.02),
                (right - thick * 0.15, foot),
                thick * 0.22,
                bark.lighter(0.28).thin(0.7),
            );
        }
        for _ in 0..40 {
            let at = (
                dice.between(0.0, wide),
                dice.between(-0.05, 0.2 + 0.06 * near),
            );
            let size = dice.between(0.02, 0.05 + 0.04 * near);
            painting.ellipse(
                at,
                (size, size * 0.7),
                dice.between(0.0, 3.0),
                0.6,
                green.mix(light, 0.5 - 0.5 * near).thin(0.55),
            );
        }
    }
    for step in 0..5_u8 {
        let spread = (f32::from(step) - 2.0) * 0.28;
        let foot = sun.0 + spread * 1.5;
        painting.shape(
            &[
                (sun.0 + spread * 0.2 - 0.02, 0.0),
                (sun.0 + spread * 0.2 + 0.03, 0.0),
                (foot + 0.12, 1.0),
                (foot - 0.08, 1.0),
            ],
            light.lighter(0.6).thin(0.13),
        );
    }
    for _ in 0..160 {
        let at = (dice.between(0.0, wide), dice.between(0.8, 1.0));
        let tall = dice.between(0.01, 0.045);
        painting.stroke(
            at,
            (at.0 + dice.between(-0.015, 0.015), at.1 - tall),
            0.004,
            green.mix(light, dice.between(0.0, 0.5)),
        );
    }
}

/// Paints a tree in autumn.
pub(super) fn leaves(painting: &mut Painting, dice: &mut Dice, variant: usize) {
    let wide = painting.wide();
    let sky = Ink::of([0xa9_c8dc, 0xd8_d4c4, 0x8f_b4d0][variant % 3]);
    painting.band(0.0, 0.8, sky, sky.lighter(0.6));
    for layer in 0..2_u8 {
        let far = Ridge::new(dice, 0.62 + 0.07 * f32::from(layer), 0.04);
        let ink = Ink::of(0xb0_9a6a).mix(sky, 0.5 - 0.3 * f32::from(layer));
        painting.ground(|x| far.at(x), 1.0, ink, ink.darker(0.1));
    }
    let floor = Ridge::new(dice, 0.8, 0.02);
    let grass = Ink::of(0x8a_8a48);
    painting.ground(|x| floor.at(x), 1.0, grass.lighter(0.1), grass.darker(0.3));
    let colours = match variant % 3 {
        0 => [0xd9_6a28, 0xe8_9a30, 0xc4_4a2a, 0xf2_c048],
        1 => [0xe2_b030, 0xf4_d060, 0xc9_8a28, 0xe0_7a30],
        _ => [0xb8_3a30, 0xd8_6034, 0x9a_3038, 0xe8_9040],
    };
    let foot = (dice.between(0.38, 0.62) * wide, 0.86);
    let bark = Ink::of(0x4a_3628);
    let crown = (foot.0, 0.36);
    painting.ellipse(
        (foot.0 + 0.05, 0.87),
        (0.4, 0.04),
        0.0,
        0.9,
        grass.darker(0.6).thin(0.6),
    );
    for step in 0..12_u8 {
        let up = f32::from(step) / 12.0;
        painting.stroke(
            (foot.0, foot.1 - 0.4 * up),
            (foot.0, foot.1 - 0.4 * up - 0.04),
            0.07 - 0.035 * up,
            bark,
        );
    }
    for branch in 0..9_u8 {
        let angle = -2.7 + 0.28 * f32::from(branch);
        let end = (crown.0 + 0.36 * angle.cos(), 0.5 + 0.34 * angle.sin());
        painting.stroke((foot.0, 0.56), end, 0.016, bark);
    }
    for nth in 0..1_500_u16 {
        let (angle, away) = (dice.between(0.0, TAU), dice.unit().sqrt());
        let at = (
            crown.0 + 0.44 * away * angle.cos(),
            crown.1 + 0.31 * away * angle.sin(),
        );
        let light = 0.35 - (at.1 - 0.1) * 0.7 - (at.0 - crown.0) * 0.3;
        leaf(
            painting,
            dice,
            at,
            0.019,
            shade(colours[usize::from(nth) % 4], light),
        );
    }
    for _ in 0..330 {
        let near = dice.unit();
        let at = (dice.between(0.0, wide), 0.83 + 0.18 * near);
        let colour = colours[dice.below(4)];
        leaf(painting, dice, at, 0.007 + 0.012 * near, shade(colour, 0.0));
    }
    for _ in 0..14 {
        let at = (dice.between(0.1, 0.9) * wide, dice.between(0.4, 0.8));
        let colour = colours[dice.below(4)];
        leaf(painting, dice, at, 0.012, shade(colour, 0.1));
    }
}

fn shade(colour: u32, light: f32) -> Ink {
    let ink = Ink::of(colour);
    if light > 0.0 {
        ink.lighter(light.min(0.5))
    } else {
        ink.darker((-light).min(0.6))
    }
}

fn leaf(painting: &mut Painting, dice: &mut Dice, at: Spot, size: f32, ink: Ink) {
    let angle = dice.between(0.0, PI);
    painting.ellipse(
        at,
        (size * dice.between(0.7, 1.2), size * 0.55),
        angle,
        0.0,
        ink,
    );
}

/// Paints beds in rows.
pub(super) fn garden(painting: &mut Painting, dice: &mut Dice, variant: usize) {
    let wide = painting.wide();
    let sky = Ink::of([0x86_bce0, 0xb4_cfe0, 0x9a_c4d8][variant % 3]);
    painting.band(0.0, 0.45, sky, sky.lighter(0.6));
    let at = (dice.between(0.2, 0.8) * wide, 0.12);
    cloud(painting, dice, at, 0.16, Ink::of(0xff_ffff));
    let hedge = Ridge::new(dice, 0.3, 0.03);
    painting.ground(
        |x| hedge.at(x),
        0.46,
        Ink::of(0x5a_8050),
        Ink::of(0x3a_5a3c),
    );
    let shed = dice.between(0.1, 0.7) * wide;
    let wood = Ink::of([0x8a_5a40, 0x5a_7a80, 0x9a_4a40][variant % 3]);
    painting.shape(
        &[
            (shed, 0.26),
            (shed + 0.26, 0.26),
            (shed + 0.26, 0.46),
            (shed, 0.46),
        ],
        wood,
    );
    painting.shape(
        &[
            (shed + 0.13, 0.16),
            (shed + 0.29, 0.265),
            (shed - 0.03, 0.265),
        ],
        wood.darker(0.5),
    );
    painting.shape(
        &[
            (shed + 0.05, 0.32),
            (shed + 0.12, 0.32),
            (shed + 0.12, 0.46),
            (shed + 0.05, 0.46),
        ],
        wood.darker(0.45),
    );
    painting.shape(
        &[
            (shed + 0.16, 0.31),
            (shed + 0.22, 0.31),
            (shed + 0.22, 0.37),
            (shed + 0.16, 0.37),
        ],
        Ink::of(0xdf_e8e4),
    );
    let post = Ink::of(0xc9_b48a);
    for nth in 0..24_u8 {
        let x = f32::from(nth) * 0.066;
        painting.stroke((x, 0.37), (x, 0.47), 0.012, post.darker(0.1));
    }
    painting.stroke((0.0, 0.4), (wide, 0.4), 0.012, post);
    painting.stroke((0.0, 0.44), (wide, 0.44), 0.012, post);
    beds(painting, dice, variant);
}

/// Paints the beds, which come nearer.
fn beds(painting: &mut Painting, dice: &mut Dice, variant: usize) {
    let wide = painting.wide();
    let soil = Ink::of(0x7a_5a40);
    painting.band(0.46, 1.0, soil.lighter(0.25), soil.darker(0.25));
    let greens = [
        0x5a_9a48, 0x7a_b050, 0x3f_7a4a, 0x9a_b85a, 0x6a_8a60, 0x8a_4a5a,
    ];
    for row in 0..9_u8 {
        let lane = f32::from(row) / 8.0 * 2.0 - 1.0;
        let leaf_ink = Ink::of(greens[(usize::from(row) + variant) % greens.len()]);
        for step in 0..16_u8 {
            let near = (f32::from(step) / 15.0).powi(2);
            let x = wide / 2.0 + lane * (0.45 + 1.1 * near);
            let y = 0.5 + 0.52 * near;
            let size = 0.014 + 0.05 * near;
            painting.ellipse(
                (x, y + size * 0.3),
                (size * 1.4, size * 0.5),
                0.0,
                0.7,
                soil.darker(0.6).thin(0.6),
            );
            for _ in 0..7 {
                let at = (
                    x + dice.between(-0.8, 0.8) * size,
                    y - dice.between(0.0, 0.8) * size,
                );
                let ink = if dice.percent(50) {
                    leaf_ink.lighter(0.25)
                } else {
                    leaf_ink.darker(0.2)
                };
                painting.ellipse(
                    at,
                    (size * 0.55, size * 0.3),
                    dice.between(-1.2, 1.2),
                    0.0,
                    ink,
                );
            }
            if row % 4 == 1 && step % 2 == 0 {
                painting.disc(
                    (x, y - size * 0.7),
                    size * 0.2,
                    Ink::of([0xd8_4a3a, 0xf0_c040, 0xe8_e4f0][variant % 3]),
                );
            }
        }
    }
}

/// Paints tall flowers in front of a hedge.
pub(super) fn flowers(painting: &mut Painting, dice: &mut Dice, variant: usize) {
    let wide = painting.wide();
    let green = Ink::of([0x4a_7a4a, 0x5a_7040, 0x3f_7060][variant % 3]);
    painting.band(0.0, 1.0, green.lighter(0.35), green.darker(0.35));
    for _ in 0..110 {
        let at = (dice.between(0.0, wide), dice.unit());
        let ink = if dice.percent(40) {
            green.lighter(0.4)
        } else {
            green.darker(0.3)
        };
        let size = dice.between(0.03, 0.12);
        painting.ellipse(at, (size, size), 0.0, 0.9, ink.thin(0.4));
    }
    let colours = [
        0xe8_5a7a, 0xf2_c14e, 0x9a_6ac4, 0xf5_f0e6, 0xe0_7038, 0xd0_3a4a, 0x6a_8ad8,
    ];
    for nth in 0..26_u16 {
        let near = f32::from(nth) / 26.0;
        let at = (
            dice.between(0.02, 0.98) * wide,
            dice.between(0.15, 0.75) + 0.1 * near,
        );
        let size = 0.035 + 0.05 * near;
        let stem = green.lighter(0.15).darker(0.2 * near);
        let foot = (at.0 + dice.between(-0.06, 0.06), 1.05);
        painting.stroke(at, foot, 0.006 + 0.004 * near, stem);
        for side in [-1.0, 1.0] {
            let low = (
                at.0 + (foot.0 - at.0) * 0.5 + side * 0.03,
                at.1 + (1.05 - at.1) * 0.5,
            );
            painting.ellipse(low, (0.045, 0.013), side * 0.6, 0.0, stem.lighter(0.1));
        }
        let colour = Ink::of(colours[(dice.below(4) + variant * 2) % colours.len()]);
        let petals = 6 + u8::try_from(dice.below(4)).unwrap_or(0);
        for ring in 0..2_u8 {
            for petal in 0..petals {
                let angle = TAU * (f32::from(petal) + 0.5 * f32::from(ring)) / f32::from(petals);
                let out = size * (0.62 - 0.2 * f32::from(ring));
                let spot = (at.0 + out * angle.cos(), at.1 + out * angle.sin());
                let ink = colour
                    .lighter(0.22 * f32::from(ring))
                    .darker(0.18 * (1.0 - near));
                painting.ellipse(spot, (size * 0.5, size * 0.24), angle, 0.0, ink);
            }
        }
        painting.disc(
            at,
            size * 0.24,
            Ink::of([0xe8_b030, 0x6a_4028][usize::from(nth) % 2]),
        );
        painting.glow(
            (at.0 - size * 0.06, at.1 - size * 0.06),
            size * 0.16,
            Ink::of(0xff_f0b0).thin(0.6),
        );
    }
}
