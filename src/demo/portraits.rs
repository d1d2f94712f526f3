//! Profile pictures: people as they are drawn on a card, with hair and a jumper each of their own.

use super::{
    dice::Dice,
    painting::{Ink, Painting},
};

/// The side of a profile picture, in pixels.
const SIDE: usize = 400;

/// The purpose of the numbers that portraits are painted with.
const PURPOSE: u64 = 4 << 32;

const GROUNDS: [[u32; 2]; 8] = [
    [0xf2_c9a0, 0xd9_8f72],
    [0xa8_d0d8, 0x5f_94ac],
    [0xd4_dba0, 0x8f_a860],
    [0xe8_c4d0, 0xb8_7f9a],
    [0xf4_dc98, 0xdc_a850],
    [0xb8_c4e4, 0x7a_86b8],
    [0xb4_dcc4, 0x64_a488],
    [0xe0_ccb4, 0xa8_8a68],
];
const SKINS: [(&str, u32); 6] = [
    ("fair", 0xf0_c8a8),
    ("light", 0xf4_d4bc),
    ("tan", 0xd8_a67c),
    ("brown", 0xb0_7850),
    ("dark", 0x7c_5036),
    ("olive", 0xe2_b68c),
];
const HAIRS: [(&str, u32); 8] = [
    ("black", 0x2a_2220),
    ("brown", 0x5a_3a28),
    ("auburn", 0x9a_4a2c),
    ("blond", 0xd0_a458),
    ("grey", 0x8a_8a8c),
    ("silver", 0xb4_b4b8),
    ("white", 0xe8_e4de),
    ("red", 0xb8_5a34),
];
const CUTS: [&str; 6] = ["long", "bob", "bun", "cap", "short", "curls"];
const JUMPERS: [u32; 7] = [
    0x2f_5a78, 0xb8_4a3c, 0x4a_7050, 0xe0_b048, 0x6a_4a70, 0xf0_e6d6, 0x38_4048,
];

/// Returns words for a look.
pub(super) fn any_look(dice: &mut Dice) -> String {
    let cut = CUTS[dice.below(CUTS.len())];
    let (hair, skin) = (dice.below(HAIRS.len()), dice.below(SKINS.len()));
    let glasses = if dice.percent(25) { " glasses" } else { "" };
    format!("{cut} {} {}{glasses}", HAIRS[hair].0, SKINS[skin].0)
}

/// Returns the first colour whose name is among the words.
fn named(colours: &[(&str, u32)], words: &[&str]) -> Ink {
    let found = colours.iter().find(|(name, _)| words.contains(name));
    Ink::of(found.unwrap_or(&colours[0]).1)
}

/// Paints somebody. `nth` is their place among all people, so that neighbours do not look alike.
pub(super) fn paint(seed: u64, nth: usize, look: &str) -> Painting {
    let words: Vec<&str> = look.split(' ').collect();
    let mut sheet = Painting::new(SIDE, SIDE);
    let dice = &mut Dice::new(seed, PURPOSE + nth as u64);
    let [top, low] = GROUNDS[(nth * 3 + dice.below(2)) % GROUNDS.len()].map(Ink::of);
    sheet.band(0.0, 1.0, top, low);
    sheet.glow((0.25, 0.15), 0.8, top.lighter(0.5).thin(0.6));
    let (skin, hair) = (named(&SKINS, &words), named(&HAIRS, &words));
    let jumper = Ink::of(JUMPERS[(nth * 2 + dice.below(3)) % JUMPERS.len()]);
    let cut = CUTS.iter().position(|cut| words.contains(cut)).unwrap_or(0);
    behind(&mut sheet, cut, hair);
    body(&mut sheet, dice, skin, jumper);
    sheet.ellipse((0.5, 0.43), (0.175, 0.215), 0.0, 0.0, skin);
    sheet.ellipse(
        (0.58, 0.5),
        (0.1, 0.15),
        0.0,
        1.0,
        skin.darker(0.2).thin(0.4),
    );
    for ear in [0.325, 0.675] {
        sheet.ellipse((ear, 0.45), (0.03, 0.045), 0.0, 0.0, skin.darker(0.08));
    }
    face(&mut sheet, &words, skin, hair);
    above(&mut sheet, cut, hair);
    sheet
}

/// Paints the hair that hangs behind the head.
fn behind(sheet: &mut Painting, cut: usize, hair: Ink) {
    match cut {
        0 => sheet.ellipse((0.5, 0.5), (0.25, 0.31), 0.0, 0.0, hair.darker(0.25)),
        1 => sheet.ellipse((0.5, 0.44), (0.25, 0.25), 0.0, 0.0, hair.darker(0.2)),
        2 => sheet.disc((0.5, 0.15), 0.095, hair.darker(0.1)),
        5 => {
            for nth in 0..14_u8 {
                let angle = 3.0 + 0.255 * f32::from(nth);
                let at = (0.5 + 0.2 * angle.cos(), 0.38 + 0.21 * angle.sin());
                sheet.disc(at, 0.075, hair.darker(0.1));
            }
        }
        _ => {}
    }
}

fn body(sheet: &mut Painting, dice: &mut Dice, skin: Ink, jumper: Ink) {
    sheet.ellipse((0.5, 1.08), (0.4, 0.36), 0.0, 0.0, jumper);
    sheet.ellipse(
        (0.66, 1.08),
        (0.22, 0.3),
        0.0,
        1.0,
        jumper.darker(0.3).thin(0.5),
    );
    sheet.shape(
        &[(0.425, 0.56), (0.575, 0.56), (0.585, 0.76), (0.415, 0.76)],
        skin.darker(0.14),
    );
    sheet.ellipse((0.5, 0.755), (0.105, 0.05), 0.0, 0.0, skin.darker(0.14));
    match dice.below(4) {
        0 => {
            for row in 0..4_u8 {
                let y = 0.83 + 0.06 * f32::from(row);
                sheet.stroke(
                    (0.22, y + 0.02),
                    (0.78, y + 0.02),
                    0.02,
                    jumper.lighter(0.5).thin(0.7),
                );
            }
        }
        1 => {
            let scarf = jumper.mix(Ink::of(0xd8_5a40), 0.7);
            sheet.ellipse((0.5, 0.74), (0.165, 0.065), 0.0, 0.0, scarf);
            sheet.shape(
                &[(0.55, 0.74), (0.64, 0.75), (0.67, 1.0), (0.57, 1.0)],
                scarf.darker(0.15),
            );
        }
        2 => {
            sheet.shape(
                &[(0.4, 0.72), (0.49, 0.8), (0.43, 0.87), (0.36, 0.77)],
                jumper.lighter(0.45),
            );
            sheet.shape(
                &[(0.6, 0.72), (0.64, 0.77), (0.57, 0.87), (0.51, 0.8)],
                jumper.lighter(0.35),
            );
        }
        _ => {}
    }
}

fn face(sheet: &mut Painting, words: &[&str], skin: Ink, hair: Ink) {
    let dark = Ink::of(0x2a_201c);
    for (eye, side) in [(0.435, -1.0), (0.565, 1.0)] {
        sheet.ellipse((eye, 0.435), (0.017, 0.021), 0.0, 0.0, dark);
        sheet.disc((eye + 0.006, 0.428), 0.005, Ink::of(0xff_ffff));
        sheet.stroke(
            (eye - 0.03, 0.388 - side * 0.004),
            (eye + 0.03, 0.388 + side * 0.004),
            0.014,
            hair.darker(0.25),
        );
        sheet.glow(
            (eye + side * 0.035, 0.51),
            0.05,
            Ink::of(0xe0_6a58).thin(0.3),
        );
    }
    sheet.stroke((0.5, 0.44), (0.49, 0.49), 0.011, skin.darker(0.25));
    sheet.stroke((0.49, 0.49), (0.51, 0.493), 0.011, skin.darker(0.25));
    if words.contains(&"beard") {
        sheet.ellipse((0.5, 0.59), (0.12, 0.07), 0.0, 0.15, hair);
        sheet.ellipse((0.5, 0.535), (0.09, 0.022), 0.0, 0.1, hair);
    }
    let mut from = (0.445, 0.548);
    for step in 1..9_u8 {
        let along = f32::from(step) / 8.0 * 2.0 - 1.0;
        let to = (0.5 + 0.055 * along, 0.548 + 0.024 * (1.0 - along * along));
        sheet.stroke(from, to, 0.012, Ink::of(0xa0_4a40));
        from = to;
    }
    if words.contains(&"glasses") {
        for eye in [0.43, 0.57] {
            sheet.ring((eye, 0.437), 0.05, 0.009, dark);
        }
        sheet.stroke((0.48, 0.43), (0.52, 0.43), 0.009, dark);
    }
}

/// Paints the hair over the forehead.
fn above(sheet: &mut Painting, cut: usize, hair: Ink) {
    // The cap is the upper part of an ellipse, so it is painted in level strokes.
    let low = [0.36, 0.34, 0.33, 0.31, 0.35, 0.3][cut];
    for step in 0..44_u8 {
        let y = 0.195 + f32::from(step) * (low - 0.195) / 43.0;
        let across = 1.0 - ((y - 0.42) / 0.235).powi(2);
        let half = 0.19 * across.max(0.0).sqrt();
        let swing = 0.05 * (f32::from(step) / 43.0).powi(2);
        let (left, right) = match cut {
            0 => (0.5 - half, 0.5 + half - 2.4 * swing),
            4 => (0.5 - half + 2.0 * swing, 0.5 + half),
            _ => (0.5 - half, 0.5 + half),
        };
        let ink = hair.lighter(0.18 * (1.0 - f32::from(step) / 43.0));
        sheet.stroke((left, y), (right, y), 0.012, ink);
    }
    if cut == 1 || cut == 0 {
        for side in [-1.0, 1.0] {
            sheet.ellipse(
                (0.5 + side * 0.185, 0.43),
                (0.035, 0.14),
                side * 0.08,
                0.0,
                hair,
            );
        }
    }
    if cut == 3 {
        let cap = hair.mix(Ink::of(0x38_5a70), 0.8);
        sheet.ellipse((0.5, 0.3), (0.2, 0.12), 0.0, 0.0, cap);
        sheet.stroke((0.31, 0.34), (0.69, 0.34), 0.05, cap.darker(0.25));
        sheet.disc((0.5, 0.17), 0.035, cap.lighter(0.5));
    }
}
