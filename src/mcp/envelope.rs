//! A message of JSON-RPC: its fields as they stand in the text, without reading what they hold.

use std::borrow::Cow;
use std::fmt::{self, Formatter};

use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The most bytes of a message's id: more than any client counts to, and little enough to be repeated.
const ID_BYTES_MAX: usize = 256;

/// Why a text is no message that can be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// Text that is no JSON.
    Json,
    /// JSON that is no single request or notification.
    Request(&'static str),
    /// The answer to a request, which nobody here has sent.
    Answer,
}

/// A request or a notification.
#[derive(Debug)]
pub struct Envelope<'a> {
    /// The id as it stands in the text; `None` of a notification.
    pub id: Option<&'a str>,
    pub method: Cow<'a, str>,
    pub params: Params<'a>,
}

/// The parameters that some method takes, as they stand in the text. They are looked for once, because a message may be long. Parameters that
/// name one of them twice have none.
#[derive(Clone, Copy, Debug, Default)]
pub struct Params<'a> {
    pub meta: Option<&'a RawValue>,
    pub name: Option<&'a RawValue>,
    pub arguments: Option<&'a RawValue>,
    pub uri: Option<&'a RawValue>,
    pub version: Option<&'a RawValue>,
    pub request_id: Option<&'a RawValue>,
}

impl<'a> Params<'a> {
    fn of(params: &'a RawValue) -> Params<'a> {
        let found = fields(params.get().as_bytes(), ["_meta", "name", "arguments", "uri", "protocolVersion", "requestId"]);
        let [meta, name, arguments, uri, version, request_id] = found.unwrap_or_default();
        Params { meta, name, arguments, uri, version, request_id }
    }
}

impl<'a> Envelope<'a> {
    /// Reads a message.
    ///
    /// # Errors
    /// [`Malformed`], with the id where that much can be read.
    pub fn read(text: &'a [u8]) -> Result<Envelope<'a>, (Malformed, Option<&'a str>)> {
        let [version, id, method, params, result, error] =
            match fields(text, ["jsonrpc", "id", "method", "params", "result", "error"]) {
                Ok(fields) => fields,
                Err(NoFields::NoJson) => return Err((Malformed::Json, None)),
                Err(NoFields::NoObject) => return Err((Malformed::Request("a message is one object"), None)),
                Err(NoFields::Twice) => return Err((Malformed::Request("a field of the message stands there twice"), None)),
            };
        let has_id = id.is_some();
        let id = id.map(RawValue::get).filter(|id| is_id(id));
        let bad = |why| Err((Malformed::Request(why), id));
        if result.is_some() || error.is_some() {
            return Err((Malformed::Answer, id));
        }
        if has_id && id.is_none() {
            return bad("id: a text or a whole number belongs here, of 256 bytes at most");
        }
        if version.and_then(text_of).as_deref() != Some("2.0") {
            return bad("jsonrpc: write \"2.0\"");
        }
        let Some(method) = method.and_then(text_of) else { return bad("method: a text belongs here") };
        if params.is_some_and(|params| !params.get().starts_with('{')) {
            return bad("params: an object { … } belongs here");
        }
        Ok(Envelope { id, method, params: params.map(Params::of).unwrap_or_default() })
    }
}

fn is_id(id: &str) -> bool {
    id.len() <= ID_BYTES_MAX && (id.starts_with('"') || id.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-'))
}

/// The text of a JSON string.
pub fn text_of(value: &RawValue) -> Option<Cow<'_, str>> {
    let quoted = value.get();
    let is_plain = |text: &str| !text.contains('\\');
    match quoted.strip_prefix('"')?.strip_suffix('"') {
        Some(text) if is_plain(text) => Some(Cow::Borrowed(text)),
        _ => serde_json::from_str(quoted).ok().map(Cow::Owned),
    }
}

/// Why an object has none of the fields that are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoFields {
    NoJson,
    NoObject,
    Twice,
}

/// Returns the fields with these names of an object, as they stand in its text. Other fields are passed over, at any depth and number.
pub fn fields<'a, const N: usize>(text: &'a [u8], names: [&'static str; N]) -> Result<[Option<&'a RawValue>; N], NoFields> {
    let mut json = serde_json::Deserializer::from_slice(text);
    let found = json.deserialize_map(NamedFields { names }).and_then(|found| json.end().map(|()| found));
    match found {
        Ok(Some(found)) => Ok(found),
        Ok(None) => Err(NoFields::Twice),
        Err(error) if error.is_data() && serde_json::from_slice::<IgnoredAny>(text).is_ok() => Err(NoFields::NoObject),
        Err(_) => Err(NoFields::NoJson),
    }
}

struct NamedFields<const N: usize> {
    names: [&'static str; N],
}

impl<'de, const N: usize> Visitor<'de> for NamedFields<N> {
    /// `None` where one of the names stands there twice.
    type Value = Option<[Option<&'de RawValue>; N]>;

    fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut found = [None; N];
        let mut is_twice = false;
        while let Some(KeyPlace(place)) = object.next_key_seed(KeyAmong(self.names))? {
            match place {
                Some(place) => is_twice |= found[place].replace(object.next_value::<&RawValue>()?).is_some(),
                None => _ = object.next_value::<IgnoredAny>()?,
            }
        }
        Ok((!is_twice).then_some(found))
    }
}

/// The place of a key among the names that are looked for.
struct KeyPlace(Option<usize>);

struct KeyAmong<const N: usize>([&'static str; N]);

impl<'de, const N: usize> serde::de::DeserializeSeed<'de> for KeyAmong<N> {
    type Value = KeyPlace;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<KeyPlace, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<const N: usize> Visitor<'_> for KeyAmong<N> {
    type Value = KeyPlace;

    fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("the name of a field")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<KeyPlace, E> {
        Ok(KeyPlace(self.0.iter().position(|known| *known == name)))
    }
}
