//! Things on a table or a shelf: fruit, bread and bowls.

use std::f32::consts::TAU;

use super::{
    dice::Dice,
    painting::{Ink, Painting, Spot},
};

/// Paints a wall, and a table of boards in front of it.
fn table(painting: &mut Painting, dice: &mut Dice, wall: Ink, wood: Ink) {
    let wide = painting.wide();
    painting.band(0.0, 0.5, wall.lighter(0.15), wall);
    painting.glow((wide * 0.25, 0.1), 0.8, wall.lighter(0.6).thin(0.6));
    painting.band(0.48, 1.0, wood.lighter(0.1), wood.darker(0.25));
    for board in 0..6_u8 {
        let y = 0.48 + 0.02 * f32::from(board) + 0.013 * f32::from(board).powi(2);
        painting.stroke((0.0, y), (wide, y), 0.004, wood.darker(0.45));
    }
    for _ in 0..90 {
        let (x, y) = (dice.between(-0.2, wide), dice.between(0.5, 1.0));
        painting.stroke(
            (x, y),
            (x + dice.between(0.1, 0.5), y + dice.between(-0.004, 0.004)),
            0.0025,
            wood.darker(0.4).thin(0.25),
        );
    }
}

/// Paints the lower half of a bowl with its rim.
fn bowl(painting: &mut Painting, at: Spot, size: Spot, glaze: Ink, inside: Ink) {
    let ((x, y), (broad, tall)) = (at, size);
    painting.ellipse(
        (x + 0.03, y + tall * 0.97),
        (broad * 0.8, tall * 0.14),
        0.0,
        0.9,
        Ink::of(0x20_1812).thin(0.55),
    );
    for step in 0..60_u8 {
        let down = f32::from(step) / 60.0;
        let half = broad * (1.0 - down.powi(3)).powf(0.6).max(0.38);
        let ink = glaze.lighter(0.12 * (1.0 - down)).darker(0.35 * down);
        painting.ellipse((x, y + tall * down), (half, broad * 0.2), 0.0, 0.0, ink);
    }
    painting.ellipse(
        (x - broad * 0.55, y + tall * 0.42),
        (broad * 0.09, tall * 0.3),
        0.3,
        1.0,
        glaze.lighter(0.7).thin(0.6),
    );
    painting.ellipse((x, y), (broad, broad * 0.24), 0.0, 0.0, glaze.lighter(0.4));
    painting.ellipse(
        (x, y + 0.005),
        (broad * 0.94, broad * 0.205),
        0.0,
        0.0,
        inside,
    );
    painting.ellipse(
        (x, y + broad * 0.1),
        (broad * 0.8, broad * 0.12),
        0.0,
        1.0,
        inside.lighter(0.3).thin(0.5),
    );
}

/// Paints tomatoes in a bowl.
pub(super) fn tomatoes(painting: &mut Painting, dice: &mut Dice, variant: usize) {
    let wall = Ink::of([0xd8_cfc0, 0xa9_bfb4, 0xe4_d0b0, 0xb8_c4d0][variant % 4]);
    let wood = Ink::of([0xa8_7a50, 0x8a_6248, 0xc4_a078][variant % 3]);
    table(painting, dice, wall, wood);
    let x = painting.wide() * dice.between(0.42, 0.56);
    let glaze = Ink::of([0x3f_6a8a, 0xf0_e8da, 0x5a_7a5a, 0xc9_a050][variant % 4]);
    bowl(painting, (x, 0.56), (0.42, 0.3), glaze, glaze.darker(0.4));
    let heap = [
        (-0.27, 0.5),
        (-0.1, 0.46),
        (0.08, 0.47),
        (0.26, 0.5),
        (-0.18, 0.55),
        (0.0, 0.55),
        (0.17, 0.56),
        (-0.1, 0.37),
        (0.08, 0.38),
    ];
    for (dx, y) in heap {
        tomato(painting, dice, (x + dx, y), dice_radius(dx));
    }
    for step in 0..40_u8 {
        let along = f32::from(step) / 39.0 * 2.0 - 1.0;
        let y = 0.56 + 0.1 * (1.0 - along * along).sqrt();
        painting.disc((x + along * 0.42, y + 0.006), 0.012, glaze.lighter(0.35));
    }
    for side in [-0.56, 0.6] {
        tomato(painting, dice, (x + side, 0.83), 0.085);
    }
}

fn dice_radius(dx: f32) -> f32 {
    0.098 - 0.02 * dx.abs()
}

fn tomato(painting: &mut Painting, dice: &mut Dice, at: Spot, radius: f32) {
    let red = Ink::of([0xc8_3226, 0xd8_4a28, 0xb8_2a2a, 0xe0_7030][dice.below(4)]);
    painting.ellipse(
        (at.0 + 0.012, at.1 + radius * 0.85),
        (radius, radius * 0.3),
        0.0,
        0.9,
        Ink::of(0x20_1010).thin(0.5),
    );
    painting.ellipse(at, (radius, radius * 0.9), 0.0, 0.0, red.darker(0.3));
    painting.ellipse(
        (at.0 - radius * 0.06, at.1 - radius * 0.08),
        (radius * 0.94, radius * 0.82),
        0.0,
        0.7,
        red.lighter(0.12),
    );
    painting.glow(
        (at.0 - radius * 0.38, at.1 - radius * 0.36),
        radius * 0.32,
        Ink::of(0xff_f4ea).thin(0.8),
    );
    let top = (at.0 + radius * 0.12, at.1 - radius * 0.56);
    for arm in 0..5_u8 {
        let angle = 0.4 + 1.256 * f32::from(arm) + dice.between(-0.2, 0.2);
        let end = (
            top.0 + radius * 0.38 * angle.cos(),
            top.1 + radius * 0.2 * angle.sin(),
        );
        painting.stroke(top, end, radius * 0.1, Ink::of(0x4a_7a38));
    }
    painting.stroke(
        top,
        (top.0 + radius * 0.06, top.1 - radius * 0.26),
        radius * 0.1,
        Ink::of(0x5f_8a40),
    );
}

/// Paints a loaf on a board.
pub(super) fn bread(painting: &mut Painting, dice: &mut Dice, variant: usize) {
    let wall = Ink::of([0x5a_5450, 0x8a_968f, 0xc4_b09a][variant % 3]);
    let wood = Ink::of([0x6a_4a38, 0x9a_7450, 0x55_4a44][variant % 3]);
    table(painting, dice, wall, wood);
    let x = painting.wide() * 0.5;
    let board = Ink::of(0xc8_9a64);
    painting.ellipse(
        (x + 0.03, 0.8),
        (0.62, 0.17),
        0.0,
        0.7,
        wood.darker(0.7).thin(0.7),
    );
    painting.ellipse((x, 0.78), (0.6, 0.16), 0.0, 0.0, board.darker(0.35));
    painting.ellipse((x, 0.76), (0.6, 0.16), 0.0, 0.0, board);
    let crust = Ink::of([0x9a_5a28, 0x7a_4220, 0xb8_7838][variant % 3]);
    painting.ellipse(
        (x + 0.02, 0.78),
        (0.44, 0.1),
        0.0,
        0.8,
        Ink::of(0x28_1a10).thin(0.7),
    );
    let (broad, tall) = (dice.between(0.36, 0.44), dice.between(0.22, 0.27));
    painting.ellipse((x, 0.57), (broad, tall), 0.0, 0.0, crust.darker(0.35));
    painting.ellipse(
        (x - 0.02, 0.545),
        (broad * 0.94, tall * 0.88),
        0.0,
        0.8,
        crust.lighter(0.2),
    );
    painting.ellipse(
        (x - 0.08, 0.47),
        (broad * 0.55, tall * 0.45),
        0.0,
        1.0,
        crust.lighter(0.5).thin(0.7),
    );
    for cut in 0..4_u8 {
        let off = (f32::from(cut) - 1.5) * broad * 0.42;
        for step in 0..18_u8 {
            let along = f32::from(step) / 17.0 * 2.0 - 1.0;
            let at = (
                x + off + along * 0.05,
                0.51 + along * tall * 0.58 + 0.02 * along * along,
            );
            let size = 0.022 * (1.0 - along * along).max(0.05);
            painting.ellipse(at, (size, size * 1.3), 0.5, 0.4, Ink::of(0xf2_dcb0));
        }
    }
    for _ in 0..320 {
        let (angle, away) = (dice.between(0.0, TAU), dice.unit().sqrt());
        let at = (
            x + broad * 0.9 * away * angle.cos(),
            0.54 + tall * 0.8 * away * angle.sin(),
        );
        painting.disc(
            at,
            dice.between(0.001, 0.004),
            Ink::of(0xff_f6e4).thin(0.55),
        );
    }
    for _ in 0..70 {
        let at = (x + dice.between(-0.55, 0.55), dice.between(0.72, 0.86));
        painting.disc(at, dice.between(0.001, 0.004), Ink::of(0xf4_e2c0).thin(0.8));
    }
}

/// Paints bowls on a shelf.
pub(super) fn bowls(painting: &mut Painting, dice: &mut Dice, variant: usize) {
    let wide = painting.wide();
    let wall = Ink::of([0xe6_ded0, 0xb4_c0b8, 0xd8_b8a4, 0x8f_a0a8][variant % 4]);
    painting.band(0.0, 1.0, wall.lighter(0.2), wall.darker(0.12));
    painting.glow((wide * 0.2, 0.05), 0.9, wall.lighter(0.7).thin(0.6));
    let wood = Ink::of([0x8a_6040, 0xb8_9060, 0x5a_4030][variant % 3]);
    painting.band(0.76, 0.81, wood.lighter(0.2), wood.darker(0.1));
    painting.band(0.81, 0.835, wood.darker(0.4), wood.darker(0.5));
    painting.band(0.835, 0.93, wall.darker(0.4), wall.darker(0.12));
    let glazes = [
        0x3f_6f8a, 0x8a_a59a, 0xc4_6a48, 0x2f_4a5a, 0xe4_d8bc, 0x6a_8a60, 0x9a_5068, 0xd0_a850,
    ];
    let first = dice.below(glazes.len());
    for nth in 0..3_u8 {
        let glaze = Ink::of(glazes[(first + usize::from(nth) * 3) % glazes.len()]);
        let x = wide * (0.2 + 0.3 * f32::from(nth)) + dice.between(-0.03, 0.03);
        let (broad, tall) = (dice.between(0.14, 0.21), dice.between(0.15, 0.3));
        bowl(
            painting,
            (x, 0.76 - tall),
            (broad, tall),
            glaze,
            glaze.darker(0.35),
        );
        if dice.percent(60) {
            for _ in 0..60 {
                let at = (
                    x + dice.between(-0.75, 0.75) * broad,
                    0.76 - tall * dice.between(0.25, 0.75),
                );
                painting.disc(at, dice.between(0.001, 0.005), glaze.darker(0.6).thin(0.6));
            }
        } else {
            painting.ellipse(
                (x, 0.76 - tall * 0.62),
                (broad * 0.93, broad * 0.2),
                0.0,
                0.0,
                glaze.lighter(0.5).thin(0.35),
            );
        }
    }
}
