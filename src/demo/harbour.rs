//! A boat, and the houses at the water.

use super::{
    dice::Dice,
    landscapes::{DAYS, EVENINGS, palette},
    painting::{Ink, Painting},
    scenes::{Ridge, cloud, ripples},
};

/// The colours of house fronts.
const FRONTS: [u32; 8] = [
    0xd9_6c4f, 0xe8_c06a, 0x6f_9a8d, 0xb8_4a48, 0xf0_e4cf, 0x6d_8fb0, 0xd8_927a, 0x8d_a05f,
];

/// Paints a sailing boat.
pub(super) fn boat(painting: &mut Painting, dice: &mut Dice, variant: usize) {
    let [top, low] = palette(&DAYS, variant);
    let wide = painting.wide();
    let horizon = dice.between(0.5, 0.6);
    painting.band(0.0, horizon, top, low);
    for _ in 0..4 {
        let at = (dice.between(0.0, wide), dice.between(0.08, 0.32));
        cloud(painting, dice, at, dice_size(variant), Ink::of(0xff_ffff));
    }
    let coast = Ridge::new(dice, horizon - 0.05, 0.035);
    let hill = Ink::of(0x6f_8fa0).mix(low, 0.3);
    painting.ground(|x| coast.at(x), horizon, hill, hill.lighter(0.15));
    let sea = Ink::of([0x3a_86a8, 0x2f_6f8f, 0x4a_8f9a, 0x2d_7fa6][variant % 4]);
    painting.band(horizon, 1.0, sea.lighter(0.35), sea.darker(0.3));
    ripples(painting, dice, (horizon, 1.0), Ink::of(0xff_ffff), 260);
    ripples(painting, dice, (horizon, 1.0), sea.darker(0.5), 160);
    let foot = (
        dice.between(0.35, 0.65) * wide,
        horizon + dice.between(0.12, 0.2),
    );
    let size = dice.between(0.34, 0.44);
    let sail = Ink::of([0xff_f8ea, 0xc4_5a44, 0xf5_ead0, 0xe9_b95a][variant % 4]);
    let planks = Ink::of([0x8a_4a34, 0x24_4a66, 0x2f_5a4a, 0x9a_3f3a][variant / 2 % 4]);
    let (x, y) = foot;
    painting.ellipse(
        (x, y + size * 0.16),
        (size * 0.5, size * 0.05),
        0.0,
        0.8,
        sea.darker(0.7).thin(0.6),
    );
    for step in 0..9_u8 {
        let down = y + size * (0.16 + 0.05 * f32::from(step));
        let half = size * dice.between(0.05, 0.28);
        painting.stroke((x - half, down), (x + half, down), 0.006, sail.thin(0.25));
    }
    painting.stroke((x, y), (x, y - size * 1.05), 0.008, Ink::of(0x5a_4232));
    let tip = (x + size * 0.03, y - size);
    painting.shape(
        &[
            tip,
            (x + size * 0.5, y - size * 0.12),
            (x + size * 0.03, y - size * 0.07),
        ],
        sail,
    );
    painting.shape(
        &[
            (x - size * 0.03, y - size * 0.92),
            (x - size * 0.03, y - size * 0.08),
            (x - size * 0.4, y - size * 0.04),
        ],
        sail.darker(0.12),
    );
    let deck = [
        (x - size * 0.52, y),
        (x + size * 0.5, y - 0.006),
        (x + size * 0.36, y + size * 0.15),
        (x - size * 0.36, y + size * 0.15),
    ];
    painting.shape(&deck, planks);
    painting.stroke(deck[0], deck[1], 0.01, planks.lighter(0.6));
}

fn dice_size(variant: usize) -> f32 {
    if variant.is_multiple_of(2) {
        0.16
    } else {
        0.11
    }
}

/// Paints a row of houses at the water.
pub(super) fn houses(painting: &mut Painting, dice: &mut Dice, variant: usize) {
    let [top, middle, low, sun] = palette(&EVENINGS, variant);
    let wide = painting.wide();
    let quay = 0.68;
    painting.band(0.0, quay, top.mix(middle, 0.35), low);
    painting.glow((wide * 0.75, quay), 0.7, sun.thin(0.5));
    painting.band(quay, 1.0, low.mix(top, 0.5).darker(0.2), top.darker(0.5));
    let mut x = -0.03;
    let mut nth = dice.below(FRONTS.len());
    while x < wide {
        let (broad, tall) = (dice.between(0.12, 0.2), dice.between(0.2, 0.34));
        nth += 1 + dice.below(3);
        let front = Ink::of(FRONTS[nth % FRONTS.len()]).mix(low, 0.12);
        house(painting, dice, (x, quay), (broad, tall), front);
        for step in 0..16_u8 {
            let y = quay + 0.012 + 0.019 * f32::from(step);
            let shift = dice.between(-0.012, 0.012);
            painting.stroke(
                (x + 0.01 + shift, y),
                (x + broad - 0.01 + shift, y),
                0.009,
                front.darker(0.3).thin(0.4),
            );
        }
        x += broad;
    }
    painting.stroke((0.0, quay), (wide, quay), 0.016, Ink::of(0x5a_5048));
    ripples(painting, dice, (quay + 0.02, 1.0), sun, 130);
}

/// Paints a house with its windows. `at` is its left foot.
fn house(painting: &mut Painting, dice: &mut Dice, at: (f32, f32), size: (f32, f32), front: Ink) {
    let ((x, y), (broad, tall)) = (at, size);
    let roof = Ink::of([0x6a_3f38, 0x4a_4a55, 0x7a_4a3a][dice.below(3)]);
    let eaves = y - tall;
    painting.shape(
        &[
            (x + broad / 2.0, eaves - broad * 0.55),
            (x + broad + 0.005, eaves + 0.004),
            (x - 0.005, eaves + 0.004),
        ],
        roof,
    );
    painting.shape(
        &[(x, eaves), (x + broad, eaves), (x + broad, y), (x, y)],
        front,
    );
    painting.shape(
        &[
            (x + broad * 0.85, eaves),
            (x + broad, eaves),
            (x + broad, y),
            (x + broad * 0.85, y),
        ],
        front.darker(0.15),
    );
    let rows = if tall > 0.27 { 3_u8 } else { 2 };
    for row in 0..rows {
        for column in 0..2_u8 {
            let left = x + broad * (0.2 + 0.36 * f32::from(column));
            let up = eaves + tall * (0.12 + 0.29 * f32::from(row));
            let pane = if dice.percent(45) {
                Ink::of(0xff_dc90)
            } else {
                Ink::of(0x3a_4a5c)
            };
            let corners = |grown: f32| {
                let (right, down) = (left + broad * 0.2 + grown, up + tall * 0.15 + grown);
                [
                    (left - grown, up - grown),
                    (right, up - grown),
                    (right, down),
                    (left - grown, down),
                ]
            };
            painting.shape(&corners(0.006), front.lighter(0.6));
            painting.shape(&corners(0.0), pane);
            painting.stroke(
                (left + broad * 0.1, up),
                (left + broad * 0.1, up + tall * 0.15),
                0.004,
                front.lighter(0.6),
            );
        }
    }
}
