//! Answers of the web port, taken out of their framings.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::stream;
use http::{HeaderMap, HeaderName, HeaderValue, Response};
use http_body_util::{BodyExt, StreamBody};
use serde_json::Value;
use tonic::Code;

use crate::framing::PREFIX_BYTES;
use crate::place::{Body, Pieces};

/// The body of a request in these pieces.
pub fn body(pieces: Pieces) -> Body {
    StreamBody::new(stream::iter(pieces)).boxed_unsync()
}

/// The code of an error in JSON, whose details have a reason.
pub fn code_of_connect(answer: &Response<Bytes>) -> Code {
    assert_eq!(answer.headers()["content-type"], "application/json", "{answer:?}");
    let error: Value = serde_json::from_slice(answer.body()).unwrap_or_else(|error| panic!("{error}: {answer:?}"));
    let name = error["code"].as_str().expect("a code");
    assert!(error["details"][0]["debug"]["reason"].is_string(), "no reason: {error}");
    let codes = (1..=16).map(Code::from);
    let named = |code: &Code| format!("{code:?}").to_lowercase().replace("cancelled", "canceled");
    codes.into_iter().find(|code| named(code) == name.replace('_', "")).unwrap_or_else(|| panic!("no code: {error}"))
}

/// Base64 in pieces, each padded at its end.
pub fn from_base64(text: &[u8]) -> Vec<u8> {
    text.chunks(4).flat_map(|group| STANDARD.decode(group).expect("base64")).collect()
}

/// The messages of an answer, and its trailers: from its last frame, or from its head where there is no frame.
pub fn frames(bytes: &[u8], head: &HeaderMap) -> (Vec<Vec<u8>>, HeaderMap) {
    let (mut rest, mut messages) = (bytes, Vec::new());
    while let Some((&[flag, ref length @ ..], behind)) = rest.split_first_chunk::<PREFIX_BYTES>() {
        let (content, behind) = behind.split_at(u32::from_be_bytes(*length) as usize);
        if flag == 0x80 {
            assert!(behind.is_empty(), "the trailers come last");
            let lines = std::str::from_utf8(content).expect("text").lines();
            let trailers = lines.map(|line| {
                let (name, value) = line.split_once(": ").expect("a trailer");
                let name = HeaderName::try_from(name).expect("a name");
                (name, HeaderValue::try_from(value).expect("a value"))
            });
            return (messages, trailers.collect());
        }
        assert!(flag <= 1, "a frame of the kind {flag}");
        messages.push(content.to_vec());
        rest = behind;
    }
    assert!(rest.is_empty() && messages.is_empty(), "an answer ends with its trailers");
    (messages, head.clone())
}
