//! The framings of the web port: how each protocol writes what gRPC writes in frames, headers and trailers. [`Framing::inward`] makes the
//! headers of a request those of gRPC's; the answer goes the other way through [`Framing::outward`] and `spoken.rs`.

pub(super) mod connect;
pub(super) mod error_json;
pub(super) mod grpc_web;
pub(super) mod spoken;

use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::server::grpc::message::{GRPC_ACCEPT_ENCODING, GRPC_ENCODING};
use crate::server::protocol::Form;

pub(super) const GZIP: HeaderValue = HeaderValue::from_static("gzip");

/// How a request and its answer are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    /// gRPC over HTTP/2: as it is.
    Grpc,
    /// gRPC-Web in binary: frames as they are, and the trailers in a frame of their own.
    GrpcWeb,
    /// gRPC-Web in base64.
    GrpcWebText,
    /// Connect with one message and one answer: bodies without frames, and errors in JSON.
    Connect,
    /// Connect as a stream: frames as they are, and the trailers in a frame of their own, in JSON.
    ConnectStream,
}

impl Framing {
    /// Makes the headers of a request those of a call of gRPC, as far as they say how messages are compressed. Returns whether the message
    /// of a body without frames is compressed.
    pub fn inward(self, headers: &mut HeaderMap) -> bool {
        let (sent, taken) = match self {
            Framing::Grpc | Framing::GrpcWeb | Framing::GrpcWebText => return false,
            Framing::Connect => (connect::CONTENT_ENCODING_OF_UNARY, header::ACCEPT_ENCODING),
            Framing::ConnectStream => (connect::CONTENT_ENCODING, connect::ACCEPT_ENCODING),
        };
        // These headers are gRPC's own, and mean nothing in Connect.
        headers.remove(&GRPC_ENCODING);
        headers.remove(&GRPC_ACCEPT_ENCODING);
        let takes_gzip = takes_gzip(headers, &taken);
        let encoding = headers.remove(sent).filter(|encoding| encoding != "identity");
        let is_compressed = encoding.is_some();
        // An encoding that nobody here reads is refused as one of gRPC's is.
        if let Some(encoding) = encoding {
            headers.insert(GRPC_ENCODING.clone(), encoding);
        }
        if takes_gzip {
            headers.insert(GRPC_ACCEPT_ENCODING.clone(), GZIP);
        }
        is_compressed
    }

    /// Returns the content type of an answer that is no error.
    pub fn content_type(self, form: Form) -> HeaderValue {
        HeaderValue::from_static(match (self, form) {
            (Framing::Grpc, Form::Proto) => "application/grpc",
            (Framing::Grpc, Form::Json) => "application/grpc+json",
            (Framing::GrpcWeb, Form::Proto) => "application/grpc-web+proto",
            (Framing::GrpcWeb, Form::Json) => "application/grpc-web+json",
            (Framing::GrpcWebText, Form::Proto) => "application/grpc-web-text+proto",
            (Framing::GrpcWebText, Form::Json) => "application/grpc-web-text+json",
            (Framing::Connect, Form::Proto) => "application/proto",
            (Framing::Connect, Form::Json) => "application/json",
            (Framing::ConnectStream, Form::Proto) => "application/connect+proto",
            (Framing::ConnectStream, Form::Json) => "application/connect+json",
        })
    }
}

/// Returns whether a header of accepted encodings names gzip, and does not refuse it by the quality 0.
pub(super) fn takes_gzip(headers: &HeaderMap, name: &HeaderName) -> bool {
    let accepted = headers.get_all(name).iter().flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    accepted.map(<[u8]>::trim_ascii).any(|encoding| {
        let mut parts = encoding.split(|byte| *byte == b';').map(<[u8]>::trim_ascii);
        let is_gzip = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(b"gzip"));
        is_gzip && !parts.any(|parameter| matches!(parameter, b"q=0" | b"q=0." | b"q=0.0" | b"q=0.00" | b"q=0.000"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_taken_where_it_is_named_and_not_refused() {
        let takes = |values: &[&'static str]| {
            let headers = values.iter().map(|value| (header::ACCEPT_ENCODING, HeaderValue::from_static(value)));
            takes_gzip(&headers.collect(), &header::ACCEPT_ENCODING)
        };
        assert!(takes(&["gzip"]) && takes(&["br, GZIP;q=0.5"]) && takes(&["deflate", "gzip"]) && takes(&["gzip ; q=1"]));
        assert!(!takes(&[]) && !takes(&["br"]) && !takes(&["gzip;q=0"]) && !takes(&["gzip; q=0.000"]) && !takes(&["xgzip"]));
    }

    #[test]
    fn the_headers_of_a_request_become_those_of_grpc() {
        let text = |name: &'static str, value: &'static str| (HeaderName::from_static(name), HeaderValue::from_static(value));
        let mut headers = HeaderMap::from_iter([
            text("content-type", "application/proto"),
            text("content-encoding", "gzip"),
            text("accept-encoding", "gzip, br"),
            text("grpc-encoding", "deflate"),
            text("x-request-id", "7"),
        ]);
        assert!(Framing::Connect.inward(&mut headers));
        assert_eq!((&headers["grpc-encoding"], &headers["grpc-accept-encoding"]), (&GZIP, &GZIP));
        assert_eq!(headers["x-request-id"], "7");
        assert!(!headers.contains_key("content-encoding"));

        let mut headers = HeaderMap::from_iter([
            text("content-type", "application/connect+json"),
            text("accept-encoding", "gzip"),
            text("grpc-accept-encoding", "gzip"),
        ]);
        assert!(!Framing::ConnectStream.inward(&mut headers));
        assert!(!headers.contains_key("grpc-accept-encoding"), "a stream says so in a header of its own");
    }
}
