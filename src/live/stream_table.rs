//! The streams of one connection thread.

use std::collections::HashMap;

use super::stream::Stream;
use crate::model::UserId;

/// The streams of one connection thread by slot, which is the token of a stream's socket. Free slots are used again.
#[derive(Default)]
pub(super) struct StreamTable {
    slots: Vec<Option<Box<Stream>>>,
    free: Vec<usize>,
    /// The slots of each person's streams, oldest first.
    by_user: HashMap<UserId, Vec<usize>>,
    generations: u64,
}

impl StreamTable {
    pub(super) fn is_empty(&self) -> bool {
        self.by_user.is_empty()
    }

    /// Returns the number of slots, free ones included.
    pub(super) fn slot_count(&self) -> usize {
        self.slots.len()
    }

    pub(super) fn get(&self, slot: usize) -> Option<&Stream> {
        self.slots.get(slot).and_then(Option::as_deref)
    }

    pub(super) fn get_mut(&mut self, slot: usize) -> Option<&mut Stream> {
        self.slots.get_mut(slot).and_then(Option::as_deref_mut)
    }

    /// Returns a stream if it is still the one with this generation.
    pub(super) fn get_same(&mut self, slot: usize, generation: u64) -> Option<&mut Stream> {
        let stream = self.get_mut(slot);
        stream.filter(|stream| stream.generation == generation)
    }

    /// Returns the slots of a person's streams, oldest first.
    pub(super) fn of_user(&self, user: UserId) -> &[usize] {
        self.by_user.get(&user).map_or(&[], Vec::as_slice)
    }

    /// Returns the slot that the next stream gets.
    pub(super) fn next_slot(&self) -> usize {
        self.free.last().copied().unwrap_or(self.slots.len())
    }

    /// Puts a stream into the next slot. Returns its generation.
    pub(super) fn insert(&mut self, mut stream: Stream) -> u64 {
        self.generations += 1;
        stream.generation = self.generations;
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            self.slots.len() - 1
        });
        self.by_user.entry(stream.user).or_default().push(slot);
        self.slots[slot] = Some(Box::new(stream));
        self.generations
    }

    /// Takes a stream out and frees its slot.
    pub(super) fn remove(&mut self, slot: usize) -> Option<Box<Stream>> {
        let stream = self.slots.get_mut(slot)?.take()?;
        self.free.push(slot);
        if let Some(slots) = self.by_user.get_mut(&stream.user) {
            slots.retain(|other| *other != slot);
            if slots.is_empty() {
                self.by_user.remove(&stream.user);
            }
        }
        Some(stream)
    }
}
