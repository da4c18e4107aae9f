//! Messages that travel: drawn, written as JSON by the server's writer and by another hand's, read by the server's reader and by that hand's,
//! and the same message at the end. Requests of every model, and the answers of those that are answered.

use paydirt::engine;
use paydirt::engine::calculation::compute;
use paydirt::models::work;
use paydirt::wire::json::Unreadable;
use paydirt::wire::pb;
use prost::Message;
use prost_reflect::{DynamicMessage, MessageDescriptor, SerializeOptions};

use crate::choices::Choices;
use crate::contract::CONTRACT;
use crate::requests::drawn;

/// The work that is granted to a request for its answer, in units: 3 ms.
const GRANTED_UNITS: u64 = 300_000;

/// A message that has travelled.
pub struct Travelled {
    /// The full name of the message.
    pub name: String,
    /// The server's JSON.
    pub json: String,
    pub protobuf: Vec<u8>,
}

/// Draws the request of this number, and returns it, and its answer where it has one soon. Panics where a message is another one after it has
/// travelled.
pub fn travelled(number: u64) -> Vec<Travelled> {
    let bytes = number.to_le_bytes();
    let mut choices = Choices::of(&bytes);
    let place = choices.below(CONTRACT.models.len());
    let model = &CONTRACT.models[place];
    let request = drawn(&model.request(), &mut choices, |_| true);
    let question = model.question(&request);
    let mut json = Vec::new();
    engine::json::write_question(&question, &mut json);
    for text in [&json, &by_another_hand(&request, true), &by_another_hand(&request, false)] {
        match engine::json::read(place, text) {
            Ok(read) => assert!(read == question, "{number}: {}", shown(text)),
            // No message within the limits of the contract is refused so: the fuzz target of JSON counts the fields.
            Err(Unreadable::TooManyFields(_)) if text.len() > 100_000 => return Vec::new(),
            Err(refused) => panic!("{number}: {refused}: {}", shown(text)),
        }
    }
    let mut travelled = vec![seen_by_another_hand(number, &model.request(), json, request.encode_to_vec())];
    if let Ok(Ok(answer)) = work::up_to(GRANTED_UNITS, || compute(&question)) {
        let mut json = Vec::new();
        engine::json::write(&answer, &mut json);
        let bytes = pb::CalculationResult { model: Some(answer) }.encode_to_vec();
        let result = CONTRACT.pool.get_message_by_name("paydirt.v1.CalculationResult").expect("a message");
        let result = DynamicMessage::decode(result, &*bytes).expect("a result");
        let (_, answer) = result.fields().next().expect("of a model");
        let answer = answer.as_message().expect("an answer").encode_to_vec();
        travelled.push(seen_by_another_hand(number, &model.method.output(), json, answer));
    }
    travelled
}

/// The JSON of another hand, by the contract's names or by lower camel case.
fn by_another_hand(message: &DynamicMessage, by_contract: bool) -> Vec<u8> {
    let options = SerializeOptions::new().use_proto_field_name(by_contract).skip_default_fields(by_contract);
    let mut text = Vec::new();
    message.serialize_with_options(&mut serde_json::Serializer::new(&mut text), &options).expect("a message is JSON");
    text
}

/// Panics where another hand does not read the server's JSON as the message.
fn seen_by_another_hand(number: u64, kind: &MessageDescriptor, json: Vec<u8>, protobuf: Vec<u8>) -> Travelled {
    let json = String::from_utf8(json).expect("JSON is text");
    let mut reader = serde_json::Deserializer::from_str(&json);
    let read = DynamicMessage::deserialize(kind.clone(), &mut reader);
    let read = read.unwrap_or_else(|error| panic!("{number}: {error}: {}", shown(json.as_bytes())));
    reader.end().expect("one message");
    // A field with its default is one that is not there: on its way by protobuf it is left out.
    let expected = DynamicMessage::decode(kind.clone(), &*protobuf).expect("a message");
    let read = DynamicMessage::decode(kind.clone(), &*read.encode_to_vec()).expect("a message");
    assert!(read == expected, "{number}: {}", shown(json.as_bytes()));
    Travelled { name: kind.full_name().to_owned(), json, protobuf }
}

/// The beginning of a text. All of it follows from its number.
fn shown(text: &[u8]) -> String {
    String::from_utf8_lossy(&text[..text.len().min(4_000)]).into_owned()
}
