//! Replacement for prost in generated messages: short texts are stored inline.
//!
//! A request is a handful of names and decimals, and nearly all of them have fewer than 31 bytes. As a `String`, each needs an
//! allocation, a copy and a validation by code that is made for any buffer: reading Cahn's request with ten streams took 12,200
//! instructions, and takes 5,600 with inline texts. The text type of prost is fixed, but the path of prost is not (`prost_path` in
//! `build.rs`), and generated code looks up all that it needs under that path.

use std::cmp::Ordering;
use std::fmt::{self, Debug, Display, Formatter};
use std::hash::{Hash, Hasher};
use std::ops::Deref;

pub use ::prost::*;

/// A text of a message. With 32 bytes a text holds a decimal of 28 digits within itself, with its point and its sign.
#[derive(Clone)]
pub struct Text(Kept);

/// Bytes of a text that are stored inline.
const SHORT_BYTES_MAX: usize = 30;

#[derive(Clone)]
enum Kept {
    /// Short text: the number of bytes and the bytes, all ASCII. Bytes beyond that number have no meaning.
    Short(u8, [u8; SHORT_BYTES_MAX]),
    /// Longer text, or text that is not ASCII, on the heap.
    Long(Box<str>),
}

impl Text {
    /// Returns the empty text.
    #[must_use]
    pub const fn new() -> Text {
        Text(Kept::Short(0, [0; SHORT_BYTES_MAX]))
    }

    /// Creates an inline text from bytes, if they are ASCII and at most 30.
    #[inline]
    #[must_use]
    pub fn short(ascii: &[u8]) -> Option<Text> {
        if ascii.len() > SHORT_BYTES_MAX || !ascii.is_ascii() {
            return None;
        }
        let mut bytes = [0; SHORT_BYTES_MAX];
        bytes[..ascii.len()].copy_from_slice(ascii);
        Some(Text(Kept::Short(ascii.len() as u8, bytes)))
    }

    /// Creates a text on the heap, which is as good for any text, and better for none of up to 30 bytes.
    #[must_use]
    pub fn long(text: String) -> Text {
        Text(Kept::Long(text.into_boxed_str()))
    }

    /// Creates a text from the first `length` bytes, which are ASCII.
    #[inline]
    #[must_use]
    pub(super) fn ascii(bytes: &[u8], length: usize) -> Text {
        match bytes.first_chunk() {
            Some(more) if length <= SHORT_BYTES_MAX => Text(Kept::Short(length as u8, *more)),
            _ => Text::from(std::str::from_utf8(bytes.get(..length).unwrap_or_default()).unwrap_or_default()),
        }
    }

    /// Creates an inline text from the first `length` bytes. Where more bytes follow, 30 or 15 are copied, because a copy of fixed length
    /// is fast.
    #[inline]
    fn short_at(bytes: &[u8], length: usize) -> Option<Text> {
        const HALF: usize = SHORT_BYTES_MAX / 2;
        let text = bytes.get(..length)?;
        if length > SHORT_BYTES_MAX || !is_ascii(bytes, length) {
            return None;
        }
        if let Some(more) = bytes.first_chunk() {
            return Some(Text(Kept::Short(length as u8, *more)));
        }
        match bytes.first_chunk::<HALF>() {
            Some(more) if length <= HALF => {
                let mut bytes = [0; SHORT_BYTES_MAX];
                bytes[..HALF].copy_from_slice(more);
                Some(Text(Kept::Short(length as u8, bytes)))
            }
            _ => Text::short(text),
        }
    }

    /// Returns the length of a text of up to eight bytes, and eight bytes, the first of them the lowest: whatever follows the text is no part of it.
    #[inline]
    pub(super) fn first_eight(&self) -> Option<(usize, u64)> {
        match &self.0 {
            Kept::Short(length @ ..=8, bytes) => {
                bytes.first_chunk().map(|eight| (usize::from(*length), u64::from_le_bytes(*eight)))
            }
            _ => None,
        }
    }

    /// Returns the bytes of the text.
    #[inline]
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Kept::Short(length, bytes) => &bytes[..usize::from(*length).min(SHORT_BYTES_MAX)],
            Kept::Long(text) => text.as_bytes(),
        }
    }

    /// Returns the text as a string. A text of 30 bytes or less is stored inline, and its UTF-8 is validated again on each call;
    /// [`Text::as_bytes`] validates nothing.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Kept::Short(..) => std::str::from_utf8(self.as_bytes()).unwrap_or_default(),
            Kept::Long(text) => text,
        }
    }

    /// Returns the length of the text in bytes.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.0 {
            Kept::Short(length, _) => usize::from(*length),
            Kept::Long(text) => text.len(),
        }
    }

    /// Returns true for the empty text.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Makes the text empty.
    pub fn clear(&mut self) {
        *self = Text::new();
    }
}

/// True where the first `length` bytes are ASCII; of a few bytes within one register.
#[inline]
fn is_ascii(bytes: &[u8], length: usize) -> bool {
    const HIGHEST_BITS: u64 = u64::from_le_bytes([0x80; 8]);
    match bytes.first_chunk() {
        Some(eight) if length < 8 => u64::from_le_bytes(*eight) & HIGHEST_BITS & ((1 << (8 * length)) - 1) == 0,
        _ => bytes.get(..length).is_some_and(<[u8]>::is_ascii),
    }
}

impl Default for Text {
    #[inline]
    fn default() -> Text {
        Text::new()
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl From<&str> for Text {
    #[inline]
    fn from(text: &str) -> Text {
        Text::short(text.as_bytes()).unwrap_or_else(|| Text(Kept::Long(text.into())))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Text {
        Text::short(text.as_bytes()).unwrap_or_else(|| Text(Kept::Long(text.into())))
    }
}

impl PartialEq for Text {
    #[inline]
    fn eq(&self, other: &Text) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for Text {}

// A map's key, in generated code, has an order.
impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Text) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Text) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

impl PartialEq<str> for Text {
    #[inline]
    fn eq(&self, other: &str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl PartialEq<&str> for Text {
    #[inline]
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

impl PartialEq<String> for Text {
    fn eq(&self, other: &String) -> bool {
        self == other.as_str()
    }
}

impl Debug for Text {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        Debug::fmt(self.as_str(), formatter)
    }
}

impl Display for Text {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        Display::fmt(self.as_str(), formatter)
    }
}

/// Name of a message. The trait of that name in prost returns a `String`.
pub trait Name: Message {
    /// Name of the message within its package.
    const NAME: &'static str;
    /// Package of the message, such as `paydirt.v1`.
    const PACKAGE: &'static str;

    /// Returns package and name, with a point in between.
    fn full_name() -> Text;
    /// Returns the type URL: the full name behind the domain of types.
    fn type_url() -> Text;
}

/// Types that allocate, under the paths of generated code.
pub mod alloc {
    pub use ::prost::alloc::{borrow, boxed, vec};

    /// Module of the text type, in place of `alloc::string`.
    pub mod string {
        pub use super::super::Text as String;
    }
}

/// Functions that read and write fields, under the paths of generated code.
pub mod encoding {
    pub use ::prost::encoding::*;

    /// Functions that read and write texts, in place of `prost::encoding::string`.
    pub mod string {
        use ::prost::DecodeError;
        use ::prost::bytes::{Buf, BufMut};
        use ::prost::encoding::{self, DecodeContext, WireType, encode_key, encode_varint, encoded_len_varint, key_len};

        use super::super::Text;

        /// Reads a text field.
        pub fn merge(
            wire_type: WireType,
            value: &mut Text,
            buffer: &mut impl Buf,
            context: DecodeContext,
        ) -> Result<(), DecodeError> {
            if wire_type == WireType::LengthDelimited
                && let Some(text) = short(buffer.chunk())
            {
                buffer.advance(1 + text.len());
                *value = text;
                return Ok(());
            }
            let mut text = String::new();
            encoding::string::merge(wire_type, &mut text, buffer, context)?;
            *value = text.into();
            Ok(())
        }

        /// Reads the usual text: ASCII behind a length of one byte, all of it in the current buffer.
        #[inline]
        fn short(bytes: &[u8]) -> Option<Text> {
            let (length @ ..0x80, rest) = bytes.split_first()? else { return None };
            Text::short_at(rest, usize::from(*length))
        }

        /// Reads one member of a repeated text field.
        pub fn merge_repeated(
            wire_type: WireType,
            values: &mut Vec<Text>,
            buffer: &mut impl Buf,
            context: DecodeContext,
        ) -> Result<(), DecodeError> {
            let mut value = Text::default();
            merge(wire_type, &mut value, buffer, context)?;
            values.push(value);
            Ok(())
        }

        /// Writes a text field.
        pub fn encode(tag: u32, value: &Text, buffer: &mut impl BufMut) {
            encode_key(tag, WireType::LengthDelimited, buffer);
            encode_varint(value.len() as u64, buffer);
            buffer.put_slice(value.as_bytes());
        }

        /// Writes all members of a repeated text field.
        pub fn encode_repeated(tag: u32, values: &[Text], buffer: &mut impl BufMut) {
            values.iter().for_each(|value| encode(tag, value, buffer));
        }

        /// Returns the encoded length of a text field, its key and length included.
        #[inline]
        pub fn encoded_len(tag: u32, value: &Text) -> usize {
            key_len(tag) + encoded_len_varint(value.len() as u64) + value.len()
        }

        /// Returns the encoded length of a repeated text field.
        #[inline]
        pub fn encoded_len_repeated(tag: u32, values: &[Text]) -> usize {
            values.iter().map(|value| encoded_len(tag, value)).sum()
        }
    }
}

#[cfg(test)]
mod tests {
    use ::prost::bytes::Buf;
    use ::prost::encoding::{self as of_prost, DecodeContext, WireType};
    use proptest::prelude::*;

    use super::encoding::string;
    use super::*;

    proptest! {
        #[test]
        fn texts_are_read_and_written_as_prost_does(text in "[ -~]{0,40}|.{0,40}|.{100,200}", behind in prop::collection::vec(any::<u8>(), 0..40)) {
            let (mut ours, mut of_theirs) = (Vec::new(), Vec::new());
            let short = Text::from(text.as_str());
            string::encode(7, &short, &mut ours);
            of_prost::string::encode(7, &text, &mut of_theirs);
            prop_assert_eq!(&ours, &of_theirs);
            prop_assert_eq!(string::encoded_len(7, &short), ours.len());
            prop_assert_eq!((short.as_str(), short.len(), short.is_empty()), (text.as_str(), text.len(), text.is_empty()));
            // Without the key, and with more behind it.
            let bytes = [&ours[1..], &behind].concat();
            is_read_alike(&bytes, WireType::LengthDelimited)?;
        }

        #[test]
        fn bytes_that_are_no_text_are_refused_as_prost_does(bytes in prop::collection::vec(any::<u8>(), 0..60), length in 0_u8..60, varint: bool) {
            let bytes = [&[length], &bytes[..]].concat();
            is_read_alike(&bytes, if varint { WireType::Varint } else { WireType::LengthDelimited })?;
        }
    }

    fn is_read_alike(bytes: &[u8], wire_type: WireType) -> Result<(), TestCaseError> {
        let (mut text, mut rest) = (Text::from("before"), bytes);
        let (mut expected, mut expected_rest) = ("before".to_owned(), bytes);
        let read = string::merge(wire_type, &mut text, &mut rest, DecodeContext::default());
        let expected_read = of_prost::string::merge(wire_type, &mut expected, &mut expected_rest, DecodeContext::default());
        prop_assert_eq!(&read, &expected_read);
        if read.is_ok() {
            prop_assert_eq!((text.as_str(), rest.remaining()), (expected.as_str(), expected_rest.remaining()));
            prop_assert_eq!(&text, &Text::from(expected.as_str()), "whatever was copied along");
        }
        Ok(())
    }
}
