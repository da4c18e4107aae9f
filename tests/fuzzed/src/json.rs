//! Requests in JSON: read as another hand's reader reads them, and what is no request is explained.

use paydirt::engine;
use paydirt::wire::json::Unreadable;
use paydirt::wire::pb;
use prost::Message;
use prost_reflect::{DynamicMessage, MessageDescriptor, ReflectMessage, SerializeOptions};

use crate::choices::Choices;
use crate::contract::CONTRACT;
use crate::requests::drawn;

/// Pieces that are put into a text, or in place of its pieces.
const PIECES: &[&str] = &[
    "null",
    "true",
    "1",
    "-1",
    "1e5",
    "1.50",
    "1e999",
    "12345678901234567890123",
    "\"\"",
    "\"x\"",
    "\"3\"",
    "[]",
    "{}",
    "[null]",
    "{\"a\":1}",
    "\"PERIOD_YEAR\"",
    "\"year\"",
    "\"name\":\"x\",",
    "\"currencyCode\":5,",
    "\"options\":{\"explain\":\"true\"},",
    ",",
    ":",
    "\"",
    "\\ud800",
    " ",
];
/// The words at which a text is cut into pieces.
const ENDS: &[u8] = b",:{}[]";

/// The first byte says which model it is, the second whether the rest is a text, or decides what is drawn. Panics where the two readers
/// disagree, or where a mistake is not explained.
pub fn check(bytes: &[u8]) {
    let mut choices = Choices::of(bytes);
    let number = choices.below(CONTRACT.models.len());
    let request = CONTRACT.models[number].request();
    if choices.one_in(4) {
        return agree(number, &request, bytes.get(2..).unwrap_or_default());
    }
    let message = drawn(&request, &mut choices, |_| true);
    let options = SerializeOptions::new().use_proto_field_name(choices.one_in(2)).skip_default_fields(!choices.one_in(3));
    let mut text = Vec::new();
    message.serialize_with_options(&mut serde_json::Serializer::new(&mut text), &options).expect("a message is JSON");
    round(number, &request, &message, &text);
    for _ in 0..3 {
        text = spoiled(&text, &mut choices);
        agree(number, &request, &text);
    }
}

/// The message is read from the text, and written again as a text that another hand reads as the message.
fn round(number: usize, request: &MessageDescriptor, message: &DynamicMessage, text: &[u8]) {
    let shown = String::from_utf8_lossy(text);
    let read = match engine::json::read(number, text) {
        Ok(read) => read,
        Err(Unreadable::TooManyFields(limit)) if is_long(text, limit) => return,
        Err(refused) => panic!("{refused}: {shown}"),
    };
    assert_eq!(dynamic(request, &read), without_defaults(request, message), "{shown}");
    let mut written = Vec::new();
    engine::json::write_question(&read, &mut written);
    let again = by_another_hand(request, &written).map(|again| without_defaults(request, &again));
    assert_eq!(again, Ok(without_defaults(request, message)), "{}", String::from_utf8_lossy(&written));
}

/// The two readers read the text alike, or each says that it is none.
fn agree(number: usize, request: &MessageDescriptor, text: &[u8]) {
    let shown = String::from_utf8_lossy(text);
    match (engine::json::read(number, text), by_another_hand(request, text)) {
        (Ok(read), Ok(theirs)) => assert_eq!(dynamic(request, &read), without_defaults(request, &theirs), "{shown}"),
        (Ok(read), Err(theirs)) => assert!(is_stricter(&theirs), "{theirs}: {read:?}: {shown}"),
        (Err(Unreadable::Malformed(why)), _) => {
            assert!(serde_json::from_slice::<serde_json::Value>(text).is_err(), "not explained: {why}: {shown}");
        }
        (Err(Unreadable::Faults(faults)), theirs) => {
            // Of a longer text the fast reader's first mistake alone is named, in its words.
            let is_explained = text.len() > 256 * 1024 || faults.kept().iter().all(|fault| !fault.text.contains(" at line "));
            assert!(is_explained, "the fast reader's own words: {faults}: {shown}");
            assert!(faults.count() > 0 && faults.count() >= faults.kept().len(), "{shown}");
            // Of a field that stands twice the other reader takes the last; of a whole number in quotes it takes a plus, as no JSON does.
            let is_laxer = faults.kept().iter().any(|fault| fault.reason == "FIELD_TWICE") || shown.contains("\"+");
            assert!(theirs.is_err() || is_laxer, "{faults}: read otherwise as {theirs:?}: {shown}");
        }
        (Err(Unreadable::TooManyFields(limit)), _) => assert!(is_long(text, limit), "{limit}: {} bytes", text.len()),
    }
}

/// True where a text may have more fields than the limit. An empty message counts as a full one, and no message of a list has more than 15 fields.
fn is_long(text: &[u8], limit: usize) -> bool {
    text.iter().filter(|byte| b",{[".contains(byte)).count() > limit / 16
}

/// The ways in which the other reader is stricter, by its words.
fn is_stricter(theirs: &str) -> bool {
    // Whole numbers in quotes, as "1e1" and "1.0", which protobuf's conformance suite has read; and the numbers of enums written so.
    theirs.contains("invalid digit found in string")
        || theirs.contains("floating point") && theirs.contains("expected a string or integer")
}

fn by_another_hand(request: &MessageDescriptor, text: &[u8]) -> Result<DynamicMessage, String> {
    let mut json = serde_json::Deserializer::from_slice(text);
    let read = DynamicMessage::deserialize(request.clone(), &mut json).map_err(|error| error.to_string())?;
    json.end().map_err(|error| error.to_string())?;
    Ok(read)
}

/// The message as it is after it has travelled: a field with its default is one that is not there.
fn without_defaults(request: &MessageDescriptor, message: &DynamicMessage) -> DynamicMessage {
    DynamicMessage::decode(request.clone(), &message.encode_to_vec()[..]).expect("a message is read again")
}

fn dynamic(request: &MessageDescriptor, read: &pb::calculation::Model) -> DynamicMessage {
    let bytes = pb::Calculation { model: Some(read.clone()) }.encode_to_vec();
    let calculation = DynamicMessage::decode(CONTRACT.calculation().clone(), &bytes[..]).expect("a calculation");
    let (_, value) = calculation.fields().next().expect("of a model");
    let inner = value.as_message().expect("a request").clone();
    assert_eq!(inner.descriptor(), *request);
    inner
}

/// With a piece put in, taken away, replaced or doubled.
fn spoiled(text: &[u8], choices: &mut Choices<'_>) -> Vec<u8> {
    let ends: Vec<usize> = text.iter().enumerate().filter(|(_, byte)| ENDS.contains(byte)).map(|(place, _)| place).collect();
    let place = choices.below(ends.len());
    let Some(&start) = ends.get(place) else { return text.to_vec() };
    let end = ends.get(place + 1).copied().unwrap_or(text.len());
    let (before, piece, behind) = (&text[..=start], &text[(start + 1).min(end)..end], &text[end..]);
    let new = choices.one_of(PIECES).as_bytes();
    match choices.below(5) {
        0 => [before, new, piece, behind].concat(),
        1 => [before, behind].concat(),
        2 => [before, piece, b",", piece, behind].concat(),
        _ => [before, new, behind].concat(),
    }
}
