//! Values of JSON within the generated messages: texts, whole numbers and enums. Generated code reads a field by one of these types.

use std::fmt::{self, Formatter};
use std::marker::PhantomData;

use serde::de::value::StrDeserializer;
use serde::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};
use serde::ser::{Serialize, Serializer};

use crate::wire::short_text::Text;

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Text, D::Error> {
        struct OfText;

        impl Visitor<'_> for OfText {
            type Value = Text;

            fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
                formatter.write_str("a text in quotes")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Text, E> {
                Ok(text.into())
            }
        }
        deserializer.deserialize_str(OfText)
    }
}

/// A whole number, with or without quotes, and in any way in which JSON writes it: `12`, `1.2e1`, `"12"`.
#[derive(Debug)]
pub struct Number<T>(pub T);

impl<'de, T: TryFrom<i128>> Deserialize<'de> for Number<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Number<T>, D::Error> {
        struct OfNumber<T>(PhantomData<T>);

        impl<T: TryFrom<i128>> Visitor<'_> for OfNumber<T> {
            type Value = Number<T>;

            fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
                formatter.write_str("a whole number")
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Number<T>, E> {
                in_range(number.into()).ok_or_else(|| E::invalid_value(Unexpected::Unsigned(number), &self))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Number<T>, E> {
                in_range(number.into()).ok_or_else(|| E::invalid_value(Unexpected::Signed(number), &self))
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Number<T>, E> {
                whole(number).and_then(in_range).ok_or_else(|| E::invalid_value(Unexpected::Float(number), &self))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Number<T>, E> {
                number_in(text).and_then(in_range).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_any(OfNumber(PhantomData))
    }
}

fn in_range<T: TryFrom<i128>>(number: i128) -> Option<Number<T>> {
    T::try_from(number).ok().map(Number)
}

/// Returns the whole number that a text writes.
pub(super) fn number_in(text: &str) -> Option<i128> {
    // Rust reads more than JSON writes: a plus, and words such as "inf".
    let is_json = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'))
        && text.bytes().next().is_some_and(|first| first == b'-' || first.is_ascii_digit());
    is_json.then(|| text.parse().ok().or_else(|| whole(text.parse().ok()?))).flatten()
}

/// Returns a number without a fraction, if it is one: up to 2^53, beyond which neighbours look alike.
pub(super) fn whole(number: f64) -> Option<i128> {
    const EXACT_MAX: f64 = 9_007_199_254_740_992.0;
    (number.fract() == 0.0 && number.abs() <= EXACT_MAX).then_some(number as i128)
}

/// A value of an enum as it is written: by its name, or by its number where the contract has no name for it.
#[derive(Debug)]
pub struct Word<E>(pub Result<E, i32>);

impl<E: Serialize> Serialize for Word<E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Ok(word) => word.serialize(serializer),
            Err(number) => serializer.serialize_i32(*number),
        }
    }
}

/// A value of an enum as it is read, by name or number. A number that the contract lacks is kept: the field's reader refuses it, as it does in protobuf.
#[derive(Debug)]
pub struct Enumerator<E> {
    /// The number of the value.
    pub number: i32,
    kind: PhantomData<E>,
}

impl<'de, E: Deserialize<'de> + Into<i32>> Deserialize<'de> for Enumerator<E> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Enumerator<E>, D::Error> {
        struct OfEnum<E>(PhantomData<E>);

        impl<'de, E: Deserialize<'de> + Into<i32>> Visitor<'de> for OfEnum<E> {
            type Value = i32;

            fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
                formatter.write_str("a word of the enum, or its number")
            }

            fn visit_u64<F: Error>(self, number: u64) -> Result<i32, F> {
                i32::try_from(number).map_err(|_| F::invalid_value(Unexpected::Unsigned(number), &self))
            }

            fn visit_i64<F: Error>(self, number: i64) -> Result<i32, F> {
                i32::try_from(number).map_err(|_| F::invalid_value(Unexpected::Signed(number), &self))
            }

            fn visit_f64<F: Error>(self, number: f64) -> Result<i32, F> {
                let whole = whole(number).and_then(|number| i32::try_from(number).ok());
                whole.ok_or_else(|| F::invalid_value(Unexpected::Float(number), &self))
            }

            fn visit_str<F: Error>(self, word: &str) -> Result<i32, F> {
                E::deserialize(StrDeserializer::new(word)).map(E::into)
            }
        }
        let number = deserializer.deserialize_any(OfEnum::<E>(PhantomData))?;
        Ok(Enumerator { number, kind: PhantomData })
    }
}
