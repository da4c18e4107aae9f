//! A walk through JSON before it is read: the memory that its message would take, by the fields in the text.
//!
//! An empty message within a list is three bytes of JSON and a hundred bytes of memory. The fields are counted as `codec::scan` counts
//! them, against the limit of a message in protobuf.

use std::fmt::{self, Formatter};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::wire::codec::scan::FIELDS_MAX;
use crate::wire::codec::shape::Shape;

/// Result of a walk.
#[derive(Debug)]
pub(super) enum Walked {
    Done,
    TooManyFields,
    /// Text that is no JSON.
    Malformed(serde_json::Error),
}

/// Walks through the JSON of a message of this shape.
pub(super) fn walk(text: &[u8], shape: Shape<'_>) -> Walked {
    let mut fields = 0;
    let mut json = serde_json::Deserializer::from_slice(text);
    let walked = Walk { shape: Some(shape), fields: &mut fields }.deserialize(&mut json).and_then(|()| json.end());
    match walked {
        Ok(()) => Walked::Done,
        Err(_) if fields > FIELDS_MAX => Walked::TooManyFields,
        Err(error) => Walked::Malformed(error),
    }
}

/// A value to be walked through: a message where it has a shape, and else whatever it is.
struct Walk<'a, 'b> {
    shape: Option<Shape<'a>>,
    /// The fields so far.
    fields: &'b mut usize,
}

impl Walk<'_, '_> {
    fn count<E: Error>(&mut self, more: usize) -> Result<(), E> {
        *self.fields += more;
        if *self.fields > FIELDS_MAX { Err(E::custom("too many fields")) } else { Ok(()) }
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Walk { shape: self.shape, fields: self.fields })?.is_some() {
            self.count(1)?;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut object: A) -> Result<(), A::Error> {
        self.count(self.shape.map_or(0, |shape| shape.room()))?;
        while let Some(shape) = object.next_key_seed(Key(self.shape))? {
            self.count(1)?;
            object.next_value_seed(Walk { shape, fields: self.fields })?;
        }
        Ok(())
    }
}

/// A key within a message of this shape, which becomes the shape of the field's value.
struct Key<'a>(Option<Shape<'a>>);

impl<'de, 'a> DeserializeSeed<'de> for Key<'a> {
    type Value = Option<Shape<'a>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<Shape<'a>>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'a> Visitor<'_> for Key<'a> {
    type Value = Option<Shape<'a>>;

    fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("the name of a field")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Option<Shape<'a>>, E> {
        Ok(self.0.and_then(|shape| shape.field_called(name)))
    }
}
