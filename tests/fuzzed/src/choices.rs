//! Choices made by bytes: whoever gives the bytes, a fuzzer or a dice, decides what is drawn.

/// A source of choices. The bytes decide first. Choices beyond the last byte follow from all bytes, so that a short input draws a long
/// message, and the same input always draws the same.
pub struct Choices<'a> {
    bytes: &'a [u8],
    dice: u64,
}

impl<'a> Choices<'a> {
    /// A source that is decided by these bytes.
    pub fn of(bytes: &'a [u8]) -> Choices<'a> {
        let dice =
            bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |dice, byte| (dice ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
        Choices { bytes, dice }
    }

    /// Returns a number below `count`, or 0 where `count` is 0.
    pub fn below(&mut self, count: usize) -> usize {
        let wide = count > 256;
        let drawn = match self.bytes.split_first_chunk::<2>() {
            Some((pair, rest)) if wide => {
                self.bytes = rest;
                u32::from(u16::from_le_bytes(*pair))
            }
            _ => match self.bytes.split_first() {
                Some((byte, rest)) => {
                    self.bytes = rest;
                    u32::from(*byte)
                }
                None => {
                    self.dice = self.dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    (self.dice >> 33) as u32
                }
            },
        };
        drawn as usize % count.max(1)
    }

    /// Returns true once in `count` times.
    pub fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    /// Returns one of the items; `None` where there are none.
    pub fn of_some<'i, T>(&mut self, items: &'i [T]) -> Option<&'i T> {
        items.get(self.below(items.len()))
    }

    /// Returns one of a list that is known to have some.
    pub fn one_of<'i, T>(&mut self, items: &'i [T]) -> &'i T {
        &items[self.below(items.len())]
    }
}
