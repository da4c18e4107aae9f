//! What the generated messages are made with: prost, but for their texts, which stand in the message itself while they are short.
//!
//! A request is a handful of names and decimals, and nearly all of them have fewer than 23 bytes. As `String`s each took an allocation, and
//! was copied and looked through by ways that are made for any buffer: to read Cahn's request with ten streams took 12,200 instructions so,
//! and takes 5,600. prost lets nobody choose the type of a text, but it lets its own path be chosen, under which the generated code looks for
//! all that it needs.

use std::fmt::{self, Debug, Display, Formatter};
use std::hash::{Hash, Hasher};
use std::ops::Deref;

pub use ::prost::*;

/// A text of a message: as large as a `String`.
#[derive(Clone)]
pub struct Text(Kept);

/// Bytes that a text keeps within itself.
const SHORT_BYTES_MAX: usize = 22;

#[derive(Clone)]
enum Kept {
    /// So many bytes of ASCII; what stands behind them means nothing.
    Short(u8, [u8; SHORT_BYTES_MAX]),
    /// Any other text.
    Long(Box<str>),
}

impl Text {
    /// Of no bytes.
    #[must_use]
    pub const fn new() -> Text {
        Text(Kept::Short(0, [0; SHORT_BYTES_MAX]))
    }

    /// Of ASCII, if it is that and short.
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

    /// The same of the first bytes, so many of them: where more follow, they are copied along, and the copy has one length for all.
    #[inline]
    fn short_at(bytes: &[u8], length: usize) -> Option<Text> {
        let text = bytes.get(..length)?;
        match bytes.first_chunk() {
            Some(more) if length <= SHORT_BYTES_MAX && text.is_ascii() => Some(Text(Kept::Short(length as u8, *more))),
            _ => Text::short(text),
        }
    }

    /// What it says, letter by letter.
    #[inline]
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Kept::Short(length, bytes) => &bytes[..usize::from(*length).min(SHORT_BYTES_MAX)],
            Kept::Long(text) => text.as_bytes(),
        }
    }

    /// What it says. Of a short one it is looked at again whether it is a text: [`Text::as_bytes`] has not to.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Kept::Short(..) => std::str::from_utf8(self.as_bytes()).unwrap_or_default(),
            Kept::Long(text) => text,
        }
    }

    /// How many bytes it has.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.0 {
            Kept::Short(length, _) => usize::from(*length),
            Kept::Long(text) => text.len(),
        }
    }

    /// Whether it has none.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Says nothing any more.
    pub fn clear(&mut self) {
        *self = Text::new();
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

/// A message by its name; prost's own would name texts of its own kind.
pub trait Name: Message {
    /// Within its package.
    const NAME: &'static str;
    /// As in `paydirt.v1`.
    const PACKAGE: &'static str;

    /// Both, with a point in between.
    fn full_name() -> Text;
    /// Behind the domain of types.
    fn type_url() -> Text;
}

/// The allocating types, as the generated code names them.
pub mod alloc {
    pub use ::prost::alloc::{borrow, boxed, vec};

    /// Texts.
    pub mod string {
        pub use super::super::Text as String;
    }
}

/// How fields are read and written.
pub mod encoding {
    pub use ::prost::encoding::*;

    /// Texts, as `prost::encoding::string` has them.
    pub mod string {
        use ::prost::DecodeError;
        use ::prost::bytes::{Buf, BufMut};
        use ::prost::encoding::{self, DecodeContext, WireType, encode_key, encode_varint, encoded_len_varint, key_len};

        use super::super::Text;

        /// Reads one.
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

        /// What nearly all are: ASCII behind a length of one byte, and all of it here.
        #[inline]
        fn short(bytes: &[u8]) -> Option<Text> {
            let (length @ ..0x80, rest) = bytes.split_first()? else { return None };
            Text::short_at(rest, usize::from(*length))
        }

        /// Reads one more.
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

        /// Writes one.
        pub fn encode(tag: u32, value: &Text, buffer: &mut impl BufMut) {
            encode_key(tag, WireType::LengthDelimited, buffer);
            encode_varint(value.len() as u64, buffer);
            buffer.put_slice(value.as_bytes());
        }

        /// Writes all.
        pub fn encode_repeated(tag: u32, values: &[Text], buffer: &mut impl BufMut) {
            values.iter().for_each(|value| encode(tag, value, buffer));
        }

        /// Bytes of one, its key and length included.
        #[inline]
        pub fn encoded_len(tag: u32, value: &Text) -> usize {
            key_len(tag) + encoded_len_varint(value.len() as u64) + value.len()
        }

        /// Bytes of all.
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
