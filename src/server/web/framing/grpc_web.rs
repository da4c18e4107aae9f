//! gRPC-Web (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md): gRPC's frames, and the trailers in a last frame of their own.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::{BufMut, Bytes, BytesMut};
use http::HeaderMap;

/// The flag of the frame with the trailers.
const TRAILERS: u8 = 0x80;

/// Returns trailers as the last frame of an answer.
pub(super) fn trailers(trailers: &HeaderMap) -> Bytes {
    let mut text = Vec::new();
    for (name, value) in trailers {
        text.extend_from_slice(name.as_str().as_bytes());
        text.extend_from_slice(b": ");
        text.extend_from_slice(value.as_bytes());
        text.extend_from_slice(b"\r\n");
    }
    flagged(TRAILERS, &text)
}

/// Returns data in base64, padded at its end.
pub(super) fn as_text(data: &[u8]) -> Bytes {
    STANDARD.encode(data).into()
}

/// Returns bytes in a frame with this flag.
pub(super) fn flagged(flag: u8, bytes: &[u8]) -> Bytes {
    let mut frame = BytesMut::with_capacity(5 + bytes.len());
    frame.put_u8(flag);
    frame.put_u32(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
    frame.put_slice(bytes);
    frame.freeze()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn trailers_are_a_frame_of_lines() {
        let sent = HeaderMap::from_iter([(tonic::Status::GRPC_STATUS, HeaderValue::from_static("0"))]);
        assert_eq!(&trailers(&sent)[..], b"\x80\0\0\0\x10grpc-status: 0\r\n");
        assert_eq!(&as_text(b"\x80\0\0\0\0")[..], b"gAAAAAA=");
    }
}
