//! A message with a field of every kind, generated as the contract's messages are.
//!
//! Generated code finds prost under the path of [`short_text`](super::short_text), and which names it looks for there is no promise of
//! prost's. The contract's own messages guard the kinds that they have; this message guards all others, and that texts are read and
//! written by `short_text` wherever a text may stand.

use std::collections::HashMap;

use prost_reflect::{DescriptorPool, DynamicMessage};

use self::generated::every_kind::Alternative;
use self::generated::{Choice, EveryKind};
use super::short_text::{Message, Text};

#[allow(clippy::all, clippy::pedantic, reason = "generated")]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/every_kind.rs"));
}

const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/every_kind.bin"));

/// Returns a message with all of its fields, its texts made of one text.
fn filled(text: &str, inner: Option<Box<EveryKind>>, alternative: Alternative) -> EveryKind {
    let of_inner = || inner.as_deref().cloned().unwrap_or_default();
    EveryKind {
        double: 0.1,
        float: 0.5,
        int32: -1,
        int64: i64::MIN,
        uint32: u32::MAX,
        uint64: u64::MAX,
        sint32: -2,
        sint64: i64::MAX,
        fixed32: 3,
        fixed64: 4,
        sfixed32: -5,
        sfixed64: -6,
        bool: true,
        string: text.into(),
        bytes: text.as_bytes().to_vec(),
        choice: Choice::First.into(),
        optional_string: Some(Text::new()),
        optional_bytes: Some(Vec::new()),
        optional_uint64: Some(0),
        optional_choice: Some(Choice::Unspecified.into()),
        strings: vec![text.into(), Text::new(), text.into()],
        byte_strings: vec![text.as_bytes().to_vec(), Vec::new()],
        packed: vec![1, 300, 0],
        unpacked: vec![1, 300, 0],
        choices: vec![Choice::First.into(), Choice::Unspecified.into()],
        messages: vec![of_inner(), EveryKind::default()],
        string_by_string: HashMap::from([(text.into(), text.into()), ("".into(), "key".into())]),
        message_by_string: HashMap::from([(text.into(), of_inner())]),
        string_by_number: HashMap::from([(7, text.into())]),
        choice_by_bool: HashMap::from([(true, Choice::First.into())]),
        inner,
        alternative: Some(alternative),
    }
}

#[test]
fn a_message_of_every_kind_is_read_and_written_as_prost_does() {
    let pool = DescriptorPool::decode(DESCRIPTORS).unwrap();
    let descriptor = pool.get_message_by_name("every_kind.EveryKind").unwrap();
    // The longest text that is stored inline, one byte more, one that is not ASCII, and one whose length takes two bytes.
    for text in
        ["short", "exactly thirty bytes of a text", "exactly thirty-one bytes of it.", "größer als ASCII", &"long ".repeat(60)]
    {
        let alternatives = [
            Alternative::AlternativeString(text.into()),
            Alternative::AlternativeBytes(text.as_bytes().to_vec()),
            Alternative::AlternativeChoice(Choice::First.into()),
            Alternative::AlternativeNumber(9),
        ];
        for alternative in alternatives {
            let inner = filled(text, None, alternative.clone());
            for alternative in [alternative, Alternative::AlternativeMessage(Box::new(inner.clone()))] {
                let message = filled(text, Some(Box::new(inner.clone())), alternative);
                let bytes = message.encode_to_vec();
                assert_eq!(bytes.len(), message.encoded_len());
                // prost-reflect knows nothing of short texts.
                let of_prost = DynamicMessage::decode(descriptor.clone(), &bytes[..]).unwrap();
                assert_eq!(of_prost.get_field_by_name("string").unwrap().as_str(), Some(text));
                assert_eq!(of_prost.unknown_fields().count(), 0);
                assert_eq!(EveryKind::decode(&of_prost.encode_to_vec()[..]).unwrap(), message);
                assert_eq!(EveryKind::decode(&bytes[..]).unwrap(), message);
            }
        }
    }
}
