//! Plain JSON, as most requests and answers are: no escape in a text, and no number but short whole ones. Such JSON is read and written by
//! a shorter way than serde_json's, which needs no words for mistakes and no buffer for escapes. Everything else is left to serde_json.

use std::fmt::{self, Display, Formatter};

use serde::{de, ser};

/// A value, or a text of JSON, is not plain.
#[derive(Debug)]
pub(super) struct NotPlain;

impl Display for NotPlain {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("no plain JSON")
    }
}

impl std::error::Error for NotPlain {}

impl de::Error for NotPlain {
    fn custom<T: Display>(_: T) -> NotPlain {
        NotPlain
    }
}

impl ser::Error for NotPlain {
    fn custom<T: Display>(_: T) -> NotPlain {
        NotPlain
    }
}

const ONES: u64 = 0x0101_0101_0101_0101;

/// Returns the highest bit of each byte of a word that is below another one, which is at most 0x80. A byte above the first such may be marked
/// wrongly.
fn below(word: u64, other: u8) -> u64 {
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    word.wrapping_sub(u64::from(other) * ONES) & !word & HIGHS
}

/// Returns the highest bit of each byte of a word that is this one, as [`below`] does.
fn equal(word: u64, byte: u8) -> u64 {
    below(word ^ (u64::from(byte) * ONES), 1)
}

/// Returns the place of the first byte that is found, in words of eight bytes or by itself.
fn first(bytes: &[u8], in_word: impl Fn(u64) -> u64, is_one: impl Fn(u8) -> bool) -> Option<usize> {
    let (words, rest) = bytes.as_chunks::<8>();
    for (place, word) in words.iter().enumerate() {
        let found = in_word(u64::from_le_bytes(*word));
        if found != 0 {
            return Some(8 * place + found.trailing_zeros() as usize / 8);
        }
    }
    rest.iter().position(|byte| is_one(*byte)).map(|place| 8 * words.len() + place)
}

/// Returns the place of the first quote.
#[inline]
pub(super) fn first_quote(bytes: &[u8]) -> Option<usize> {
    first(bytes, |word| equal(word, b'"'), |byte| byte == b'"')
}

/// Returns whether the bytes stand in a text as they are: no quote, no backslash and no control character is among them.
#[inline]
pub(super) fn is_plain(bytes: &[u8]) -> bool {
    let in_word = |word| equal(word, b'"') | equal(word, b'\\') | below(word, 0x20);
    first(bytes, in_word, |byte| matches!(byte, b'"' | b'\\' | 0..0x20)).is_none()
}

/// Returns whether there is no backslash and no control character. All bytes are looked at, many at a time.
pub(super) fn is_of_one_line(bytes: &[u8]) -> bool {
    !bytes.iter().fold(false, |found, byte| found | (*byte == b'\\') | (*byte < 0x20))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_not_plain_are_found() {
        for byte in 0..=255_u8 {
            let expected = !matches!(byte, b'"' | b'\\' | 0..0x20);
            for length in 1..20 {
                for place in 0..length {
                    let mut bytes = vec![b'!'; length];
                    bytes[place] = byte;
                    assert_eq!(is_plain(&bytes), expected, "{byte} at {place} of {length}");
                    assert_eq!(is_of_one_line(&bytes), expected || byte == b'"', "{byte} at {place} of {length}");
                    assert_eq!(first_quote(&bytes), (byte == b'"').then_some(place), "{byte} at {place} of {length}");
                    // Whatever stands behind it.
                    bytes.extend_from_slice(b"\"\x21\xff !#\x23\x22");
                    let first = if byte == b'"' { place } else { length };
                    assert_eq!(first_quote(&bytes), Some(first), "{byte} at {place} of {length}");
                }
            }
        }
        assert!(is_plain(b"") && is_plain("zwölf ½ \u{10ffff}\u{7f}".as_bytes()));
        assert_eq!(first_quote(b""), None);
    }
}
