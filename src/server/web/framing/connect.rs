//! Connect (https://connectrpc.com/docs/protocol): bodies without frames and errors in JSON for one message and one answer; gRPC's frames
//! and a last one in JSON for streams.

use std::fmt::Write;

use bytes::{Buf, Bytes};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde_json::Value;
use tonic::{Code, Status};

use super::error_json::error_json;
use super::grpc_web::flagged;
use crate::server::grpc::message::{PREFIX_BYTES, is_compressed};

pub(in crate::server::web) const TIMEOUT: HeaderName = HeaderName::from_static("connect-timeout-ms");
/// The compression of the message of a call that is no stream.
pub(in crate::server::web) const CONTENT_ENCODING_OF_UNARY: HeaderName = header::CONTENT_ENCODING;
/// The compression of the messages of a stream.
pub(in crate::server::web) const CONTENT_ENCODING: HeaderName = HeaderName::from_static("connect-content-encoding");
pub(super) const ACCEPT_ENCODING: HeaderName = HeaderName::from_static("connect-accept-encoding");

/// The flag of the frame that ends a stream.
const END_OF_STREAM: u8 = 2;

/// Returns the HTTP status of an answer with this code (https://connectrpc.com/docs/protocol#error-codes).
pub(in crate::server::web) fn http_status(code: Code) -> StatusCode {
    StatusCode::from_u16(match code {
        Code::Ok => 200,
        Code::Cancelled => 499,
        Code::InvalidArgument | Code::FailedPrecondition | Code::OutOfRange => 400,
        Code::DeadlineExceeded => 504,
        Code::NotFound => 404,
        Code::AlreadyExists | Code::Aborted => 409,
        Code::PermissionDenied => 403,
        Code::ResourceExhausted => 429,
        Code::Unimplemented => 501,
        Code::Unavailable => 503,
        Code::Unauthenticated => 401,
        Code::Unknown | Code::Internal | Code::DataLoss => 500,
    })
    .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Returns whether a header is gRPC's own, or of its framing, and goes no further than the door.
pub(in crate::server::web) fn is_of_grpc(name: &HeaderName) -> bool {
    name.as_str().starts_with("grpc-") || *name == header::CONTENT_TYPE
}

/// Writes the trailers of a call that is no stream into the headers of its answer.
pub(in crate::server::web) fn trailers_in_front(trailers: &HeaderMap, headers: &mut HeaderMap) {
    for (name, value) in trailers.iter().filter(|(name, _)| !is_of_grpc(name)) {
        if let Ok(name) = HeaderName::try_from(format!("trailer-{name}")) {
            headers.append(name, value.clone());
        }
    }
}

/// Returns the frame that ends a stream: its trailers, and its error if it has one.
pub(in crate::server::web) fn end_of_stream(trailers: &HeaderMap) -> Bytes {
    let status = Status::from_header_map(trailers);
    let mut text = "{".to_owned();
    if let Some(status) = status.filter(|status| status.code() != Code::Ok) {
        text.push_str(r#""error":"#);
        text.push_str(&error_json(&status));
    }
    let mut names: Vec<&HeaderName> = trailers.keys().filter(|name| !is_of_grpc(name)).collect();
    names.sort_unstable_by_key(|name| name.as_str());
    if !names.is_empty() {
        text.push_str(if text.len() > 1 { r#","metadata":{"# } else { r#""metadata":{"# });
        for (number, name) in names.into_iter().enumerate() {
            let values: Vec<&str> = trailers.get_all(name).iter().filter_map(|value| HeaderValue::to_str(value).ok()).collect();
            let separator = if number > 0 { "," } else { "" };
            // A text in memory takes every write.
            let _ = write!(text, r#"{separator}"{name}":{}"#, Value::from(values));
        }
        text.push('}');
    }
    text.push('}');
    flagged(END_OF_STREAM, text.as_bytes())
}

/// Returns the message of an answer without its frame, and whether it is compressed.
///
/// # Errors
/// UNIMPLEMENTED where the answer has no message, or several.
pub(in crate::server::web) fn one_message(mut frame: Bytes) -> Result<(Bytes, bool), Status> {
    let length = frame.get(1..PREFIX_BYTES).and_then(|length| length.try_into().ok()).map(u32::from_be_bytes);
    match length {
        Some(length) if frame.len() == PREFIX_BYTES + length as usize => {
            let is_compressed = is_compressed(&frame);
            frame.advance(PREFIX_BYTES);
            Ok((frame, is_compressed))
        }
        _ => Err(Status::unimplemented("the answer is not one message")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        lines.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn a_stream_ends_with_its_trailers() {
        let end = |lines| String::from_utf8(end_of_stream(&headers(lines))[5..].to_vec()).expect("text");
        assert_eq!(end(&[("grpc-status", "0")]), "{}");
        let both = end(&[("grpc-status", "3"), ("grpc-message", "a%20b"), ("paydirt-answered", "7")]);
        assert_eq!(both, r#"{"error":{"code":"invalid_argument","message":"a b"},"metadata":{"paydirt-answered":["7"]}}"#);
        assert_eq!(end_of_stream(&headers(&[("grpc-status", "0")]))[0], 2);
    }

    #[test]
    fn trailers_go_in_front_and_grpcs_own_do_not() {
        let mut front = HeaderMap::new();
        trailers_in_front(
            &headers(&[("grpc-status", "0"), ("a", "1"), ("a", "2"), ("grpc-retry-pushback-ms", "3")]),
            &mut front,
        );
        assert_eq!(front.len(), 2);
        assert_eq!(front.get_all("trailer-a").iter().collect::<Vec<_>>(), ["1", "2"]);
    }

    #[test]
    fn an_answer_is_one_message() {
        assert_eq!(one_message(Bytes::from_static(b"\0\0\0\0\x02hi")).expect("one"), (Bytes::from_static(b"hi"), false));
        assert_eq!(one_message(Bytes::from_static(b"\x01\0\0\0\0")).expect("one"), (Bytes::new(), true));
        for frames in [&b""[..], b"\0\0\0\0", b"\0\0\0\0\x02h", b"\0\0\0\0\x01hi", b"\0\0\0\0\0\0\0\0\0\0"] {
            assert_eq!(one_message(Bytes::from_static(frames)).expect_err("none").code(), Code::Unimplemented);
        }
    }
}
