//! Writing of plain JSON. Whatever is written here is written by serde_json alike.

use std::io::Write;

use serde::ser::{Impossible, Serialize, SerializeSeq, SerializeStruct, Serializer};

use super::plain::{NotPlain, is_plain};

/// Appends a message. The text has a part of it where the message is not plain.
pub(super) fn write<M: Serialize>(message: &M, text: &mut Vec<u8>) -> Result<(), NotPlain> {
    message.serialize(PlainWriter { text })
}

struct PlainWriter<'t> {
    text: &'t mut Vec<u8>,
}

impl PlainWriter<'_> {
    fn word(self, word: &str) -> Result<(), NotPlain> {
        self.text.extend_from_slice(word.as_bytes());
        Ok(())
    }
}

impl<'t> Serializer for PlainWriter<'t> {
    type Ok = ();
    type Error = NotPlain;
    type SerializeSeq = PlainParts<'t>;
    type SerializeStruct = PlainParts<'t>;
    type SerializeTuple = Impossible<(), NotPlain>;
    type SerializeTupleStruct = Impossible<(), NotPlain>;
    type SerializeTupleVariant = Impossible<(), NotPlain>;
    type SerializeMap = Impossible<(), NotPlain>;
    type SerializeStructVariant = Impossible<(), NotPlain>;

    fn serialize_str(self, value: &str) -> Result<(), NotPlain> {
        if !is_plain(value.as_bytes()) {
            return serde_json::to_writer(self.text, value).map_err(|_| NotPlain);
        }
        self.text.push(b'"');
        self.text.extend_from_slice(value.as_bytes());
        self.text.push(b'"');
        Ok(())
    }

    fn serialize_bool(self, value: bool) -> Result<(), NotPlain> {
        self.word(if value { "true" } else { "false" })
    }

    fn serialize_u32(self, value: u32) -> Result<(), NotPlain> {
        write!(self.text, "{value}").map_err(|_| NotPlain)
    }

    fn serialize_i32(self, value: i32) -> Result<(), NotPlain> {
        write!(self.text, "{value}").map_err(|_| NotPlain)
    }

    fn serialize_none(self) -> Result<(), NotPlain> {
        self.word("null")
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), NotPlain> {
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<PlainParts<'t>, NotPlain> {
        self.text.push(b'[');
        Ok(PlainParts { text: self.text, is_first: true })
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<PlainParts<'t>, NotPlain> {
        self.text.push(b'{');
        Ok(PlainParts { text: self.text, is_first: true })
    }

    fn serialize_i8(self, _: i8) -> Result<(), NotPlain> {
        Err(NotPlain)
    }

    fn serialize_i16(self, _: i16) -> Result<(), NotPlain> {
        Err(NotPlain)
    }

    fn serialize_i64(self, _: i64) -> Result<(), NotPlain> {
        Err(NotPlain)
    }

    fn serialize_u8(self, _: u8) -> Result<(), NotPlain> {
        Err(NotPlain)
    }

    fn serialize_u16(self, _: u16) -> Result<(), NotPlain> {
        Err(NotPlain)
    }

    fn serialize_u64(self, _: u64) -> Result<(), NotPlain> {
        Err(NotPlain)
    }

    fn serialize_f32(self, _: f32) -> Result<(), NotPlain> {
        Err(NotPlain)
    }

    fn serialize_f64(self, _: f64) -> Result<(), NotPlain> {
        Err(NotPlain)
    }

    fn serialize_char(self, _: char) -> Result<(), NotPlain> {
        Err(NotPlain)
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), NotPlain> {
        Err(NotPlain)
    }

    fn serialize_unit(self) -> Result<(), NotPlain> {
        Err(NotPlain)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), NotPlain> {
        Err(NotPlain)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Result<(), NotPlain> {
        Err(NotPlain)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, _: &T) -> Result<(), NotPlain> {
        Err(NotPlain)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), NotPlain> {
        Err(NotPlain)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, NotPlain> {
        Err(NotPlain)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, NotPlain> {
        Err(NotPlain)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, NotPlain> {
        Err(NotPlain)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, NotPlain> {
        Err(NotPlain)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, NotPlain> {
        Err(NotPlain)
    }
}

/// A list or an object that is begun.
struct PlainParts<'t> {
    text: &'t mut Vec<u8>,
    is_first: bool,
}

impl PlainParts<'_> {
    fn separate(&mut self) {
        if !std::mem::replace(&mut self.is_first, false) {
            self.text.push(b',');
        }
    }
}

impl SerializeSeq for PlainParts<'_> {
    type Ok = ();
    type Error = NotPlain;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NotPlain> {
        self.separate();
        value.serialize(PlainWriter { text: self.text })
    }

    fn end(self) -> Result<(), NotPlain> {
        self.text.push(b']');
        Ok(())
    }
}

impl SerializeStruct for PlainParts<'_> {
    type Ok = ();
    type Error = NotPlain;

    /// Names of fields are the contract's, of letters, digits and underscores.
    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), NotPlain> {
        self.separate();
        self.text.push(b'"');
        self.text.extend_from_slice(name.as_bytes());
        self.text.extend_from_slice(b"\":");
        value.serialize(PlainWriter { text: self.text })
    }

    fn end(self) -> Result<(), NotPlain> {
        self.text.push(b'}');
        Ok(())
    }
}
