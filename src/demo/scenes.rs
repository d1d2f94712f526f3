//! The pictures of posts: which there are, and what is in several of them.

use std::f32::consts::TAU;

use super::{
    close_ups,
    dice::Dice,
    harbour, landscapes, outdoors,
    painting::{Ink, Painting, Spot},
    woods,
};

/// The size of a picture, in pixels.
const SIZE: (usize, usize) = (840, 560);

/// The different pictures of a kind. Encoding them takes most of the time of a start.
pub(super) const VARIANTS: usize = 3;

/// The purpose of the numbers that pictures are painted with.
const PURPOSE: u64 = 3 << 32;

/// The subject of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum SceneKind {
    Bicycle,
    Bird,
    Boat,
    Bowls,
    Bread,
    Flowers,
    Forest,
    Garden,
    Hills,
    Houses,
    Leaves,
    Mountain,
    Night,
    Snow,
    Sunset,
    Tomatoes,
}

/// A picture that a post shows. Each variant of a kind looks different.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Scene {
    pub(super) kind: SceneKind,
    pub(super) variant: usize,
}

impl SceneKind {
    /// Finds a kind by the word in the stories.
    pub(super) fn named(word: &str) -> Option<SceneKind> {
        Some(match word {
            "bicycle" => SceneKind::Bicycle,
            "bird" => SceneKind::Bird,
            "boat" => SceneKind::Boat,
            "bowls" => SceneKind::Bowls,
            "bread" => SceneKind::Bread,
            "flowers" => SceneKind::Flowers,
            "forest" => SceneKind::Forest,
            "garden" => SceneKind::Garden,
            "hills" => SceneKind::Hills,
            "houses" => SceneKind::Houses,
            "leaves" => SceneKind::Leaves,
            "mountain" => SceneKind::Mountain,
            "night" => SceneKind::Night,
            "snow" => SceneKind::Snow,
            "sunset" => SceneKind::Sunset,
            "tomatoes" => SceneKind::Tomatoes,
            _ => return None,
        })
    }
}

impl Scene {
    /// Paints the picture.
    pub(super) fn paint(self, seed: u64) -> Painting {
        let mut painting = Painting::new(SIZE.0, SIZE.1);
        let purpose = PURPOSE + ((self.kind as u64) << 16) + self.variant as u64;
        let mut dice = Dice::new(seed, purpose);
        let paint = match self.kind {
            SceneKind::Bicycle => outdoors::bicycle,
            SceneKind::Bird => outdoors::bird,
            SceneKind::Boat => harbour::boat,
            SceneKind::Bowls => close_ups::bowls,
            SceneKind::Bread => close_ups::bread,
            SceneKind::Flowers => woods::flowers,
            SceneKind::Forest => woods::forest,
            SceneKind::Garden => woods::garden,
            SceneKind::Hills => landscapes::hills,
            SceneKind::Houses => harbour::houses,
            SceneKind::Leaves => woods::leaves,
            SceneKind::Mountain => landscapes::mountain,
            SceneKind::Night => landscapes::night,
            SceneKind::Snow => landscapes::snow,
            SceneKind::Sunset => landscapes::sunset,
            SceneKind::Tomatoes => close_ups::tomatoes,
        };
        paint(&mut painting, &mut dice, self.variant);
        painting
    }
}

/// A line of hills: the sum of three waves.
pub(super) struct Ridge {
    height: f32,
    waves: [(f32, f32, f32); 3],
}

impl Ridge {
    /// Returns a line around `height` that swings by `swing`.
    pub(super) fn new(dice: &mut Dice, height: f32, swing: f32) -> Ridge {
        let mut wave = |share: f32, low: f32, high: f32| {
            let phase = dice.between(0.0, TAU);
            (swing * share, dice.between(low, high), phase)
        };
        Ridge {
            height,
            waves: [
                wave(0.6, 1.5, 3.0),
                wave(0.3, 4.0, 7.0),
                wave(0.1, 9.0, 14.0),
            ],
        }
    }

    /// Returns the height of the line at a place.
    pub(super) fn at(&self, x: f32) -> f32 {
        let waves = self.waves.iter();
        let swing: f32 = waves
            .map(|(swing, often, phase)| swing * (x * often + phase).sin())
            .sum();
        self.height + swing
    }
}

/// Paints a soft white cloud.
pub(super) fn cloud(painting: &mut Painting, dice: &mut Dice, at: Spot, size: f32, ink: Ink) {
    for _ in 0..7 {
        let (x, y) = (dice.between(-1.0, 1.0), dice.between(-0.25, 0.2));
        let part = size * dice.between(0.35, 0.6) * (1.2 - x.abs());
        let spot = (at.0 + x * size, at.1 + y * size);
        painting.ellipse(spot, (part, part * 0.5), 0.0, 0.9, ink.thin(0.5));
    }
}

/// Paints short level strokes, as light and wind make them on water, from one height to another.
pub(super) fn ripples(
    painting: &mut Painting,
    dice: &mut Dice,
    (from, to): (f32, f32),
    ink: Ink,
    count: usize,
) {
    for _ in 0..count {
        let near = dice.unit();
        let y = from + (to - from) * near * near;
        let x = dice.between(-0.05, painting.wide());
        let long = 0.015 + 0.09 * near;
        let alpha = dice.between(0.08, 0.3);
        painting.stroke(
            (x, y),
            (x + long, y),
            0.0022 + 0.003 * near,
            ink.thin(alpha),
        );
    }
}

/// Paints a fir with its foot at a place.
pub(super) fn fir(painting: &mut Painting, foot: Spot, tall: f32, ink: Ink, snow: Option<Ink>) {
    painting.stroke(
        foot,
        (foot.0, foot.1 - tall * 0.3),
        tall * 0.05,
        ink.darker(0.3),
    );
    for level in 0..5_u8 {
        let up = f32::from(level) * 0.17;
        let half = tall * (0.25 - 0.04 * f32::from(level));
        let base = foot.1 - tall * (0.1 + up);
        let top = (foot.0, base - tall * 0.3);
        painting.shape(&[top, (foot.0 + half, base), (foot.0 - half, base)], ink);
        if let Some(snow) = snow {
            let (right, left) = (
                (foot.0 + half * 0.45, base - tall * 0.12),
                (foot.0 - half * 0.6, base - tall * 0.09),
            );
            painting.shape(&[top, right, left], snow);
        }
    }
}
