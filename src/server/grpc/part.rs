//! The received part of a message that is not whole yet, kept in pieces.
//!
//! A single buffer would be copied to a larger one again and again, and what it leaves behind is kept by the allocator for a
//! while: a message of four megabytes would take eight. Here a message takes what has come of it. The pieces are put together once,
//! when the message is whole.

use bytes::{Bytes, BytesMut};

use super::message::PREFIX_BYTES;
use crate::server::capacity::size_class::allocated;
use crate::server::config::{PART_BYTES_MAX, PART_BYTES_MIN};

/// A message with its prefix, as far as it has come, and no byte of the message behind it.
#[derive(Debug, Default)]
pub(super) struct Part {
    pieces: Vec<BytesMut>,
    length: usize,
    /// The bytes that the pieces take.
    taken: usize,
}

impl Part {
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    pub fn len(&self) -> usize {
        self.length
    }

    /// Returns the bytes that the part takes.
    pub fn taken(&self) -> usize {
        self.taken
    }

    /// Returns the beginning of the message: the whole prefix, as soon as it has come, and more.
    pub fn beginning(&self) -> &[u8] {
        self.pieces.first().map_or(&[], |piece| piece)
    }

    /// Appends data of a message that is `missing` bytes short of being whole, as far as is known.
    pub fn push(&mut self, mut data: &[u8], mut missing: usize) {
        if self.length < PREFIX_BYTES && !self.is_empty() {
            // The beginning stays in one piece, and a short message does as well.
            let begun = std::mem::take(self);
            missing += begun.length;
            self.fill(begun.beginning(), &mut missing);
        }
        while !data.is_empty() {
            let filled = self.fill(data, &mut missing);
            data = &data[filled..];
        }
    }

    /// Appends as much as fits into the last piece, or into a new one. Returns how much that is.
    fn fill(&mut self, data: &[u8], missing: &mut usize) -> usize {
        let room = |piece: &BytesMut| piece.capacity() - piece.len();
        if self.pieces.last().is_none_or(|last| room(last) == 0) {
            // What has come vouches for as much again, and not for all that the prefix promises.
            let vouched = self.length.max(data.len()).clamp(PART_BYTES_MIN, PART_BYTES_MAX);
            let piece = BytesMut::with_capacity(vouched.min((*missing).max(data.len())));
            self.taken += allocated(piece.capacity());
            self.pieces.push(piece);
        }
        let Some(last) = self.pieces.last_mut() else { return 0 };
        let filled = data.len().min(room(last));
        last.extend_from_slice(&data[..filled]);
        self.length += filled;
        *missing = missing.saturating_sub(filled);
        filled
    }

    /// Takes the message out, which is whole now, and writes its length into its prefix.
    pub fn take_with_length(&mut self) -> Bytes {
        let length = u32::try_from(self.length.saturating_sub(PREFIX_BYTES)).unwrap_or(u32::MAX);
        if let Some(prefix) = self.pieces.first_mut().and_then(|first| first.get_mut(1..PREFIX_BYTES)) {
            prefix.copy_from_slice(&length.to_be_bytes());
        }
        self.take()
    }

    /// Takes the message out, which is whole.
    pub fn take(&mut self) -> Bytes {
        let part = std::mem::take(self);
        let mut pieces = part.pieces.into_iter();
        match pieces.len() {
            0 | 1 => pieces.next().unwrap_or_default().freeze(),
            _ => {
                let mut whole = BytesMut::with_capacity(part.length);
                // Each piece is dropped as soon as it is copied.
                pieces.for_each(|piece| whole.extend_from_slice(&piece));
                whole.freeze()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn whatever_the_pieces_the_message_is_what_has_come(
            length in prop_oneof![0_usize..200, 0_usize..300_000], cuts in prop::collection::vec(0_usize..40_000, 0..30),
        ) {
            let message: Vec<u8> = (0..length).map(|number| (number % 251) as u8).collect();
            let mut part = Part::default();
            let mut cuts = cuts.into_iter();
            while part.len() < length {
                let here = part.len();
                let more = cuts.next().unwrap_or(usize::MAX).min(length - here).max(1);
                // Before the prefix is here, no more is known to be missing than the prefix.
                let missing = if here < PREFIX_BYTES { PREFIX_BYTES - here } else { length - here };
                part.push(&message[here..here + more], missing);
                prop_assert!(part.len() == here + more);
                prop_assert!(part.beginning().len() >= part.len().min(PREFIX_BYTES));
                // One piece has room to spare, and an allocation is a quarter larger at the most.
                let room = part.len().clamp(PART_BYTES_MIN, PART_BYTES_MAX);
                prop_assert!(part.taken() <= (part.len() + room) * 5 / 4 + 8, "{} take {}", part.len(), part.taken());
            }
            let whole = part.take();
            prop_assert_eq!(whole, message);
            prop_assert!(part.is_empty() && part.taken() == 0);
        }
    }

    #[test]
    fn a_part_takes_what_has_come_and_at_most_as_much_again() {
        let mut part = Part::default();
        part.push(b"\0\0", 3);
        part.push(b"\0\x27\x10", 3);
        assert_eq!((part.pieces.len(), part.beginning()), (1, &b"\0\0\0\x27\x10"[..]), "a prefix stays in one piece");
        part.push(&[1; 5_000], 10_000);
        part.push(&[1; 5_000], 5_000);
        assert_eq!((part.pieces.len(), part.len()), (3, 10_005));
        let mut part = Part::default();
        part.push(&[1; 8_000], 4 << 20);
        assert_eq!(part.taken(), 8_192, "four megabytes are promised, and eight thousand bytes are here");
        let mut part = Part::default();
        for here in (0..4 << 20).step_by(16 << 10) {
            part.push(&[1; 16 << 10], (4 << 20) - here);
        }
        assert_eq!((part.len(), part.taken()), (4 << 20, 4 << 20));
    }
}
