//! Connect's GET: a call whose message stands in the query (https://connectrpc.com/docs/protocol#unary-get-request).

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use http::HeaderMap;
use percent_encoding::percent_decode;

use super::asked::CallAsked;
use super::framing::Framing;
use super::framing::connect::CONTENT_ENCODING_OF_UNARY;
use super::refusal::DoorRefusal;
use crate::server::grpc::message::framed_as_it_is;
use crate::server::protocol::{Form, Language, Protocol};

/// Base64 as addresses have it, with padding or without.
const BASE64: GeneralPurpose =
    GeneralPurpose::new(&URL_SAFE, GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent));

/// Reads the call that stands in a query. A compression that the query names is written into the headers, where a POST has it.
///
/// # Errors
/// The refusal of a query that is no call.
pub(super) fn read(query: &str, headers: &mut HeaderMap) -> Result<CallAsked, DoorRefusal> {
    let (mut message, mut encoding, mut compression, mut is_base64) = (None, None, None, false);
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = unescaped(value);
        match name {
            "message" if message.is_none() => message = Some(value),
            "encoding" if encoding.is_none() => encoding = Some(value),
            "compression" if compression.is_none() => compression = Some(value),
            "base64" => is_base64 = value == b"1",
            "connect" if value == b"v1" => {}
            "message" | "encoding" | "compression" => {
                return Err(DoorRefusal::query("the query has message, encoding or compression twice"));
            }
            "connect" => return Err(DoorRefusal::query("the query has connect=v1, or nothing of that kind")),
            // Whatever else a proxy adds.
            _ => {}
        }
    }
    let form = match encoding.as_deref() {
        Some(b"proto") => Form::Proto,
        Some(b"json") => Form::Json,
        _ => {
            return Err(DoorRefusal::content_type(
                "the query says how its message is written: encoding=json or encoding=proto",
            ));
        }
    };
    let mut message = message.ok_or_else(|| DoorRefusal::query("the query has no message"))?;
    if is_base64 {
        message = BASE64
            .decode(&message)
            .map_err(|_| DoorRefusal::query("the message is no base64, which base64=1 says that it is"))?;
    }
    let is_compressed = match compression.as_deref() {
        None | Some(b"" | b"identity") => false,
        Some(b"gzip") => true,
        Some(_) => return Err(DoorRefusal::query("the query has compression=gzip, or none")),
    };
    headers.remove(CONTENT_ENCODING_OF_UNARY);
    if is_compressed {
        headers.insert(CONTENT_ENCODING_OF_UNARY, super::framing::GZIP);
    }
    let frame = Some(framed_as_it_is(&message, is_compressed));
    Ok(CallAsked { framing: Framing::Connect, language: Language { protocol: Protocol::Connect, form: Some(form) }, frame })
}

/// Returns the text that a value of a query stands for.
fn unescaped(value: &str) -> Vec<u8> {
    // In a query a plus stands for a space.
    let spaced: Vec<u8> = value.bytes().map(|byte| if byte == b'+' { b' ' } else { byte }).collect();
    percent_decode(&spaced).collect()
}

#[cfg(test)]
mod tests {
    use hyper::body::Bytes;

    use super::*;

    /// Returns the frame of a query, or the HTTP status of its refusal.
    fn frame(query: &str) -> Result<Bytes, u16> {
        read(query, &mut HeaderMap::new()).map(|asked| asked.frame.expect("a frame")).map_err(|refusal| refusal.status.as_u16())
    }

    #[test]
    fn a_message_stands_in_the_query() {
        for query in [
            "encoding=proto&message=a%20b%2B",
            "message=a+b%2b&encoding=proto&connect=v1",
            "base64=1&encoding=proto&message=YSBiKw",
            "base64=1&encoding=proto&message=YSBiKw%3D%3D&utm=1",
            "base64=1&encoding=proto&message=YSBiKw==&compression=identity",
        ] {
            assert_eq!(frame(query).as_deref(), Ok(&b"\0\0\0\0\x04a b+"[..]), "{query}");
        }
        assert_eq!(frame("encoding=proto&message=").as_deref(), Ok(&b"\0\0\0\0\0"[..]));
        let mut headers = HeaderMap::new();
        let asked = read("encoding=proto&message=x&compression=gzip", &mut headers).expect("a call");
        assert_eq!(asked.frame.as_deref(), Some(&b"\x01\0\0\0\x01x"[..]));
        assert_eq!(headers[CONTENT_ENCODING_OF_UNARY], "gzip");
    }

    #[test]
    fn a_query_that_is_no_call_is_refused() {
        for query in [
            "encoding=proto",
            "encoding=proto&message=a&message=b",
            "encoding=proto&message=%%&base64=1",
            "encoding=proto&message=a&connect=v2",
            "encoding=proto&message=a&compression=br",
        ] {
            assert_eq!(frame(query), Err(400), "{query}");
        }
        for query in ["", "message=a", "message=a&encoding=xml"] {
            assert_eq!(frame(query), Err(415), "{query}");
        }
    }
}
