//! A bicycle at a wall, and a bird on a branch.

use super::{
    dice::Dice,
    painting::{Ink, Painting, Spot},
};

/// Paints a bicycle at a wall.
pub(super) fn bicycle(painting: &mut Painting, dice: &mut Dice, variant: usize) {
    let wide = painting.wide();
    let wall = Ink::of([0xd8_a870, 0x7f_a5a8, 0xc8_7a60, 0xe4_d8b8, 0x8a_9ab8][variant % 5]);
    painting.band(0.0, 0.8, wall.lighter(0.15), wall.darker(0.08));
    for _ in 0..70 {
        let at = (dice.between(0.0, wide), dice.between(0.0, 0.8));
        let ink = if dice.percent(50) {
            wall.lighter(0.3)
        } else {
            wall.darker(0.2)
        };
        painting.ellipse(
            at,
            (dice.between(0.05, 0.2), dice.between(0.03, 0.1)),
            0.0,
            1.0,
            ink.thin(0.22),
        );
    }
    let street = Ink::of(0x8a_8580);
    painting.band(0.78, 1.0, street.darker(0.2), street.lighter(0.1));
    for row in 0..5_u8 {
        let y = 0.8 + 0.016 * f32::from(row) + 0.008 * f32::from(row).powi(2);
        painting.stroke((0.0, y), (wide, y), 0.004, street.darker(0.4));
    }
    let window = (dice.between(0.06, 0.14) * wide, 0.1);
    let (right, down) = (window.0 + 0.27, 0.42);
    painting.shape(
        &[
            (window.0 - 0.02, 0.08),
            (right + 0.02, 0.08),
            (right + 0.02, down + 0.03),
            (window.0 - 0.02, down + 0.03),
        ],
        wall.lighter(0.7),
    );
    painting.shape(
        &[window, (right, 0.1), (right, down), (window.0, down)],
        Ink::of(0x4a_5a68),
    );
    painting.stroke(
        (window.0 + 0.135, 0.1),
        (window.0 + 0.135, down),
        0.012,
        wall.lighter(0.7),
    );
    painting.stroke((window.0, 0.25), (right, 0.25), 0.012, wall.lighter(0.7));
    let x = wide * dice.between(0.5, 0.56);
    frame(
        painting,
        (x, 0.66),
        Ink::of(
            [0x2f_5a4a, 0xb8_3a34, 0x24_4a78, 0x8a_3f58, 0xe0_b040][(variant + dice.below(2)) % 5],
        ),
    );
}

/// Paints the bicycle itself, with its pedals at a place.
fn frame(painting: &mut Painting, (x, y): Spot, paint: Ink) {
    let black = Ink::of(0x28_2624);
    let (rear, front) = ((x - 0.3, y + 0.02), (x + 0.36, y + 0.02));
    painting.ellipse(
        (x + 0.03, y + 0.235),
        (0.6, 0.03),
        0.0,
        0.9,
        black.thin(0.5),
    );
    for hub in [rear, front] {
        for spoke in 0..14_u8 {
            let angle = 0.449 * f32::from(spoke);
            let end = (hub.0 + 0.205 * angle.cos(), hub.1 + 0.205 * angle.sin());
            painting.stroke(hub, end, 0.0022, Ink::of(0xd8_d8d4).thin(0.8));
        }
        painting.ring(hub, 0.212, 0.018, black);
        painting.ring(hub, 0.2, 0.006, Ink::of(0xc8_c8c4));
        painting.disc(hub, 0.014, Ink::of(0xb0_b0ac));
    }
    let (pedal, saddle, head) = ((x, y + 0.03), (x - 0.1, y - 0.25), (x + 0.28, y - 0.27));
    for (from, to) in [
        (rear, pedal),
        (rear, saddle),
        (pedal, saddle),
        (saddle, head),
        (pedal, (x + 0.29, y - 0.21)),
        (head, front),
    ] {
        painting.stroke(from, to, 0.019, paint);
        let up = |spot: Spot| (spot.0 - 0.003, spot.1 - 0.004);
        painting.stroke(up(from), up(to), 0.005, paint.lighter(0.5));
    }
    painting.stroke(saddle, (x - 0.115, y - 0.31), 0.012, Ink::of(0xb0_b0ac));
    painting.ellipse(
        (x - 0.115, y - 0.32),
        (0.075, 0.018),
        -0.05,
        0.0,
        Ink::of(0x6a_3f28),
    );
    painting.stroke(head, (x + 0.265, y - 0.34), 0.012, Ink::of(0xb0_b0ac));
    painting.stroke(
        (x + 0.265, y - 0.34),
        (x + 0.34, y - 0.36),
        0.012,
        Ink::of(0xb0_b0ac),
    );
    painting.stroke(
        (x + 0.21, y - 0.335),
        (x + 0.27, y - 0.34),
        0.02,
        Ink::of(0x6a_3f28),
    );
    painting.disc((x + 0.335, y - 0.29), 0.022, Ink::of(0xf4_ecc8));
    painting.ring(pedal, 0.042, 0.01, Ink::of(0x60_5c58));
    painting.stroke(pedal, (x + 0.03, y + 0.1), 0.01, Ink::of(0x80_7c78));
    painting.stroke((x + 0.005, y + 0.1), (x + 0.06, y + 0.1), 0.014, black);
    painting.stroke(
        (rear.0, rear.1 - 0.012),
        (pedal.0, pedal.1 - 0.04),
        0.004,
        black,
    );
    painting.stroke(
        (rear.0, rear.1 + 0.012),
        (pedal.0, pedal.1 + 0.04),
        0.004,
        black,
    );
    let basket = Ink::of(0xb0_8048);
    painting.shape(
        &[
            (x + 0.33, y - 0.27),
            (x + 0.49, y - 0.27),
            (x + 0.465, y - 0.15),
            (x + 0.355, y - 0.15),
        ],
        basket,
    );
    for row in 0..4_u8 {
        let line = y - 0.25 + 0.03 * f32::from(row);
        painting.stroke(
            (x + 0.335, line),
            (x + 0.485, line),
            0.004,
            basket.darker(0.35),
        );
    }
}

/// Paints a bird on a branch.
pub(super) fn bird(painting: &mut Painting, dice: &mut Dice, variant: usize) {
    let wide = painting.wide();
    let ground = Ink::of([0x8a_a878, 0xa8_b4c0, 0xc8_b488, 0x7a_9a98][variant % 4]);
    painting.band(0.0, 1.0, ground.lighter(0.4), ground.darker(0.2));
    for _ in 0..26 {
        let at = (dice.between(0.0, wide), dice.unit());
        let size = dice.between(0.05, 0.16);
        let ink = if dice.percent(60) {
            ground.lighter(0.55)
        } else {
            ground.darker(0.25)
        };
        painting.ellipse(at, (size, size), 0.0, 0.5, ink.thin(0.3));
    }
    let bark = Ink::of(0x5a_4436);
    let (mut from, x) = ((-0.05, 0.78), wide * dice.between(0.4, 0.58));
    for step in 1..14_u8 {
        let to = (
            f32::from(step) * 0.125,
            0.76 - 0.005 * f32::from(step) + dice.between(-0.012, 0.012),
        );
        painting.stroke(from, to, 0.036 - 0.0015 * f32::from(step), bark);
        painting.stroke(
            (from.0, from.1 - 0.009),
            (to.0, to.1 - 0.009),
            0.006,
            bark.lighter(0.4),
        );
        if step % 3 == 0 {
            let tip = (to.0 + 0.1, to.1 - dice.between(0.08, 0.16));
            painting.stroke(to, tip, 0.01, bark);
            for leaf in 0..3_u8 {
                let along = 0.4 + 0.3 * f32::from(leaf);
                let at = (
                    to.0 + (tip.0 - to.0) * along,
                    to.1 + (tip.1 - to.1) * along - 0.015,
                );
                painting.ellipse(
                    at,
                    (0.028, 0.011),
                    -0.9,
                    0.0,
                    Ink::of([0x6a_9048, 0xc8_9a40, 0x8a_a058][variant % 3]),
                );
            }
        }
        from = to;
    }
    perch(painting, x, variant);
}

/// Paints the bird itself.
fn perch(painting: &mut Painting, x: f32, variant: usize) {
    let plumage = Ink::of([0x5a_7088, 0x7a_5a40, 0x4a_5a50, 0x6a_6a70][variant % 4]);
    let breast = Ink::of([0xe8_a050, 0xd8_5a38, 0xf0_d060, 0xe8_c8b0][variant / 2 % 4]);
    let y = 0.57;
    for leg in [-0.03, 0.03] {
        painting.stroke(
            (x + leg, y + 0.11),
            (x + leg + 0.01, 0.735),
            0.008,
            Ink::of(0x3a_3030),
        );
    }
    painting.shape(
        &[
            (x - 0.12, y + 0.0),
            (x - 0.1, y + 0.07),
            (x - 0.36, y + 0.2),
            (x - 0.38, y + 0.16),
        ],
        plumage.darker(0.3),
    );
    painting.ellipse((x, y), (0.19, 0.135), 0.35, 0.0, plumage);
    painting.ellipse((x + 0.055, y + 0.035), (0.135, 0.1), 0.5, 0.25, breast);
    painting.ellipse(
        (x + 0.02, y + 0.09),
        (0.1, 0.045),
        0.3,
        0.6,
        breast.lighter(0.6),
    );
    painting.ellipse(
        (x + 0.13, y - 0.13),
        (0.092, 0.085),
        0.0,
        0.0,
        plumage.darker(0.12),
    );
    painting.ellipse(
        (x + 0.15, y - 0.105),
        (0.062, 0.05),
        0.3,
        0.3,
        Ink::of(0xf2_ece0),
    );
    painting.shape(
        &[
            (x + 0.21, y - 0.145),
            (x + 0.285, y - 0.115),
            (x + 0.21, y - 0.1),
        ],
        Ink::of(0x38_3430),
    );
    painting.disc((x + 0.16, y - 0.145), 0.017, Ink::of(0x18_1414));
    painting.disc((x + 0.165, y - 0.15), 0.005, Ink::of(0xff_ffff));
    painting.ellipse(
        (x - 0.06, y - 0.005),
        (0.14, 0.07),
        0.45,
        0.0,
        plumage.darker(0.28),
    );
    for feather in 0..4_u8 {
        let low = 0.024 * f32::from(feather);
        painting.stroke(
            (x - 0.09 + low, y + 0.0 + low * 0.4),
            (x - 0.2 + low * 1.3, y + 0.03 + low * 1.2),
            0.006,
            plumage.lighter(0.35),
        );
    }
}
