//! Reading of plain JSON. Whatever is read here is read by serde_json alike.

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::plain::{NotPlain, first_quote, is_of_one_line, is_plain};

/// Reads a message from a text. None where the text is not plain, or not such a message.
pub(super) fn read<Received: DeserializeOwned>(text: &str) -> Option<Received> {
    let mut reader = PlainReader { text, at: 0, is_of_one_line: is_of_one_line(text.as_bytes()) };
    let received = Received::deserialize(&mut reader).ok()?;
    reader.next().is_none().then_some(received)
}

struct PlainReader<'t> {
    text: &'t str,
    at: usize,
    /// Whether there is no byte in the text that makes what stands between two quotes not plain.
    is_of_one_line: bool,
}

impl<'t> PlainReader<'t> {
    /// Returns the next byte that is no space, and leaves it there; None at the end.
    fn next(&mut self) -> Option<u8> {
        loop {
            match self.text.as_bytes().get(self.at) {
                Some(b' ' | b'\n' | b'\t' | b'\r') => self.at += 1,
                byte => return byte.copied(),
            }
        }
    }

    /// Goes on to the byte behind the next one, which has to be this.
    fn take(&mut self, expected: u8) -> Result<(), NotPlain> {
        if self.next() != Some(expected) {
            return Err(NotPlain);
        }
        self.at += 1;
        Ok(())
    }

    /// Goes on behind a word.
    fn word(&mut self, word: &str) -> Result<(), NotPlain> {
        self.at += self.text.get(self.at..).filter(|rest| rest.starts_with(word)).map(|_| word.len()).ok_or(NotPlain)?;
        Ok(())
    }

    /// Returns the text that follows.
    fn quoted(&mut self) -> Result<&'t str, NotPlain> {
        self.take(b'"')?;
        let rest = self.text.get(self.at..).ok_or(NotPlain)?;
        let quoted = first_quote(rest.as_bytes()).and_then(|length| rest.get(..length)).ok_or(NotPlain)?;
        if !self.is_of_one_line && !is_plain(quoted.as_bytes()) {
            return Err(NotPlain);
        }
        self.at += quoted.len() + 1;
        Ok(quoted)
    }

    /// Returns the whole number that follows: of one digit at least, without a sign, a point or an exponent.
    fn number(&mut self) -> Result<u64, NotPlain> {
        /// As many digits as every number of eight bytes has.
        const DIGITS_MAX: usize = 18;
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let is_plain = (1..=DIGITS_MAX).contains(&count)
            && (count == 1 || rest.first() != Some(&b'0'))
            && !matches!(rest.get(count), Some(b'.' | b'e' | b'E'));
        if !is_plain {
            return Err(NotPlain);
        }
        self.at += count;
        Ok(rest.iter().take(count).fold(0, |number, digit| 10 * number + u64::from(digit - b'0')))
    }
}

/// The messages nest no deeper than their types do, because an unknown field is not passed over.
impl<'de> Deserializer<'de> for &mut PlainReader<'de> {
    type Error = NotPlain;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotPlain> {
        match self.next() {
            Some(b'"') => visitor.visit_borrowed_str(self.quoted()?),
            Some(b'{') => self.deserialize_map(visitor),
            Some(b'[') => self.deserialize_seq(visitor),
            Some(b'0'..=b'9') => visitor.visit_u64(self.number()?),
            Some(b't') => self.word("true").and_then(|()| visitor.visit_bool(true)),
            Some(b'f') => self.word("false").and_then(|()| visitor.visit_bool(false)),
            Some(b'n') => self.word("null").and_then(|()| visitor.visit_unit()),
            _ => Err(NotPlain),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotPlain> {
        visitor.visit_borrowed_str(self.quoted()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotPlain> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotPlain> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotPlain> {
        if self.next() != Some(b'n') {
            return visitor.visit_some(self);
        }
        self.word("null")?;
        visitor.visit_none()
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotPlain> {
        self.take(b'{')?;
        let value = visitor.visit_map(PlainItems { reader: self, is_first: true })?;
        self.take(b'}')?;
        Ok(value)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotPlain> {
        self.take(b'[')?;
        let value = visitor.visit_seq(PlainItems { reader: self, is_first: true })?;
        self.take(b']')?;
        Ok(value)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, NotPlain> {
        self.deserialize_map(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, NotPlain> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, NotPlain> {
        Err(NotPlain)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct ignored_any
    }
}

/// The items of a list, or the fields of an object.
struct PlainItems<'a, 't> {
    reader: &'a mut PlainReader<'t>,
    is_first: bool,
}

impl PlainItems<'_, '_> {
    /// Returns whether an item follows, and goes on to it. `end` ends the items.
    fn has_next(&mut self, end: u8) -> Result<bool, NotPlain> {
        if self.reader.next() == Some(end) {
            return Ok(false);
        }
        if !std::mem::replace(&mut self.is_first, false) {
            self.reader.take(b',')?;
        }
        Ok(true)
    }
}

impl<'de> MapAccess<'de> for PlainItems<'_, 'de> {
    type Error = NotPlain;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, NotPlain> {
        if !self.has_next(b'}')? {
            return Ok(None);
        }
        seed.deserialize(&mut *self.reader).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, NotPlain> {
        self.reader.take(b':')?;
        seed.deserialize(&mut *self.reader)
    }
}

impl<'de> SeqAccess<'de> for PlainItems<'_, 'de> {
    type Error = NotPlain;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, NotPlain> {
        if !self.has_next(b']')? {
            return Ok(None);
        }
        seed.deserialize(&mut *self.reader).map(Some)
    }
}
