//! Scan of a message: the memory that it would take, from its bytes alone, in one pass over keys and lengths without a look into
//! texts.

use super::shape::Shape;

/// The most fields of a message: more than any request within the contract's limits has.
///
/// Each field on the wire counts as one, and a message among them adds the fields that it has room for: an empty message takes as
/// much memory as a full one. The longest series, 50,000 dated flows, comes to 250,000; the ComputeRegret table of 1,000
/// alternatives in 100 states to 104,500. A list slightly above its limit stays below, and is refused by its name.
///
/// Memory of a request with the most fields: a field has room in 32 bytes, and a list in no more than four times its members (four
/// places for a first member, half of them empty after each doubling), which makes 32 MiB. Texts take no more than the message
/// itself.
pub(in crate::wire) const FIELDS_MAX: usize = 262_144;
/// Depth of nested messages at which a scan ends: prost goes no deeper either.
const DEPTH_MAX: usize = 100;

/// Refusal of a message that is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Malformed bytes, which are no protobuf message.
    Malformed,
    /// More fields than [`FIELDS_MAX`].
    TooManyFields,
}

/// Level of nesting: a message, or a group, within the bytes.
struct Level<'a> {
    end: usize,
    /// Shape of the message; None where its fields are unknown.
    shape: Option<Shape<'a>>,
    /// Number of a group, which ends with a key and not at a length.
    group: Option<u32>,
}

/// Refuses a message that would take too much memory. A message that passes may still be malformed: prost decides.
pub(super) fn scan(bytes: &[u8], shape: Shape<'_>) -> Result<(), Refusal> {
    let mut bytes = WireReader { bytes, position: 0 };
    let mut level = Level { end: bytes.bytes.len(), shape: Some(shape), group: None };
    // The levels around it; no call within a call, however deep the message goes.
    let mut outer: Vec<Level> = Vec::new();
    let mut fields = shape.room();
    loop {
        while bytes.position == level.end {
            match outer.pop() {
                _ if level.group.is_some() => return Err(Refusal::Malformed),
                Some(next) => level = next,
                None => return Ok(()),
            }
        }
        let key = bytes.varint(level.end).ok_or(Refusal::Malformed)?;
        let number = u32::try_from(key >> 3).ok().filter(|number| *number > 0).ok_or(Refusal::Malformed)?;
        fields += 1;
        let inner = match key & 7 {
            0 => bytes.varint(level.end).map(|_| None),
            1 => bytes.skip(8, level.end).map(|_| None),
            5 => bytes.skip(4, level.end).map(|_| None),
            2 => {
                let length = bytes.varint(level.end).and_then(|length| usize::try_from(length).ok());
                let end = length.and_then(|length| bytes.position.checked_add(length)).filter(|end| *end <= level.end);
                end.map(|end| match level.shape.and_then(|shape| shape.field(number)) {
                    Some(shape) => {
                        fields += shape.room();
                        Some(Level { end, shape: Some(shape), group: None })
                    }
                    None => {
                        bytes.position = end;
                        None
                    }
                })
            }
            3 => Some(Some(Level { end: level.end, shape: None, group: Some(number) })),
            4 if level.group == Some(number) => {
                level = outer.pop().ok_or(Refusal::Malformed)?;
                Some(None)
            }
            _ => None,
        };
        if fields > FIELDS_MAX {
            return Err(Refusal::TooManyFields);
        }
        if let Some(inner) = inner.ok_or(Refusal::Malformed)? {
            if outer.len() >= DEPTH_MAX {
                return Err(Refusal::Malformed);
            }
            outer.push(std::mem::replace(&mut level, inner));
        }
    }
}

struct WireReader<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl WireReader<'_> {
    /// Reads a varint: seven bits a byte, the lowest first, in at most ten bytes.
    #[inline]
    fn varint(&mut self, end: usize) -> Option<u64> {
        let rest = self.bytes.get(self.position..end)?;
        // Nearly all keys and lengths are of one byte.
        if let Some(byte) = rest.first().filter(|byte| **byte < 0x80) {
            self.position += 1;
            return Some(u64::from(*byte));
        }
        let mut value = 0;
        for (byte, place) in rest.iter().zip(0..10_u32) {
            value |= u64::from(byte & 0x7f) << (7 * place);
            if *byte < 0x80 {
                self.position += place as usize + 1;
                return Some(value);
            }
        }
        None
    }

    fn skip(&mut self, count: usize, end: usize) -> Option<()> {
        self.position = self.position.checked_add(count).filter(|position| *position <= end)?;
        Some(())
    }
}
