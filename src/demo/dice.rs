//! Chance that repeats itself: the same seed gives the same numbers on every machine.

use rand::{Rng, SeedableRng, rngs::ChaCha8Rng};

/// Random numbers from a seed. The algorithm is ChaCha with 8 rounds, whose numbers never change. The rules that make
/// choices of them are in this file, because those of `rand` may change with its version.
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    /// Returns the numbers of a seed. Each purpose has numbers of its own, so that one more choice for one purpose
    /// changes nothing for the others.
    pub(super) fn new(seed: u64, purpose: u64) -> Dice {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..16].copy_from_slice(&purpose.to_le_bytes());
        Dice(ChaCha8Rng::from_seed(key))
    }

    /// Returns a number from 0 to `end`, without `end`; 0 if `end` is 0.
    pub(super) fn below(&mut self, end: usize) -> usize {
        let wide = u128::from(self.0.next_u64()) * end as u128;
        usize::try_from(wide >> 64).unwrap_or(0)
    }

    /// Returns one of 65,536 numbers from 0 to 1, without 1.
    pub(super) fn unit(&mut self) -> f32 {
        let [upper, lower, ..] = self.0.next_u32().to_le_bytes();
        f32::from(u16::from_le_bytes([upper, lower])) / 65_536.0
    }

    /// Returns a number between two others.
    pub(super) fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// Returns true in this many cases of 100.
    pub(super) fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// Returns one of the items, or none if there are none.
    pub(super) fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }

    /// Returns the place of a weight, which is chosen as often as it is large.
    pub(super) fn weighted(&mut self, weights: &[usize]) -> usize {
        let mut left = self.below(weights.iter().sum());
        for (place, weight) in weights.iter().enumerate() {
            if left < *weight {
                return place;
            }
            left -= weight;
        }
        0
    }

    /// Puts the items into another order.
    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_of_a_seed_never_change() {
        let mut dice = Dice::new(1, 0);
        let thrown: Vec<usize> = (0..6).map(|_| dice.below(1_000)).collect();
        assert_eq!(thrown, THROWN);
        let mut other = Dice::new(2, 0);
        let others: Vec<usize> = (0..6).map(|_| other.below(1_000)).collect();
        assert_ne!(others, THROWN);
    }

    /// The first numbers of seed 1. If they change, every demo changes.
    const THROWN: [usize; 6] = [381, 294, 798, 916, 855, 139];

    #[test]
    fn a_weight_of_zero_is_never_chosen() {
        let mut dice = Dice::new(7, 7);
        let chosen: Vec<usize> = (0..200).map(|_| dice.weighted(&[0, 3, 0, 1])).collect();
        assert!(chosen.iter().all(|place| [1, 3].contains(place)));
        assert!(chosen.contains(&1) && chosen.contains(&3));
    }
}
