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

/// An answer in base64, written piece by piece.
#[derive(Debug, Default)]
pub(super) struct Base64Writer {
    /// The bytes behind the last group of three, up to two.
    left: Vec<u8>,
}

impl Base64Writer {
    /// Returns data in base64: padded at its end, or without padding where more `follows` at once.
    pub fn written(&mut self, mut data: &[u8], follows: bool) -> Bytes {
        let mut text = String::with_capacity((self.left.len() + data.len()).div_ceil(3) * 4);
        if !self.left.is_empty() {
            let (more, rest) = data.split_at(data.len().min(3 - self.left.len()));
            self.left.extend_from_slice(more);
            data = rest;
            if follows && self.left.len() < 3 {
                return Bytes::new();
            }
            STANDARD.encode_string(&self.left, &mut text);
            self.left.clear();
        }
        let whole = if follows { data.len() / 3 * 3 } else { data.len() };
        STANDARD.encode_string(&data[..whole], &mut text);
        self.left.extend_from_slice(&data[whole..]);
        text.into()
    }
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
        assert_eq!(&Base64Writer::default().written(b"\x80\0\0\0\0", false)[..], b"gAAAAAA=");
    }

    #[test]
    fn text_in_portions_is_padded_at_its_end_alone() {
        let data: Vec<u8> = (0..200).collect();
        for size in [1, 2, 3, 4, 64, 200, 300] {
            let mut writer = Base64Writer::default();
            // Twice, because an answer may be several messages.
            for _ in 0..2 {
                let mut text = Vec::new();
                let mut portions = data.chunks(size).peekable();
                while let Some(portion) = portions.next() {
                    text.extend_from_slice(&writer.written(portion, portions.peek().is_some()));
                }
                assert_eq!(String::from_utf8(text).expect("text"), STANDARD.encode(&data), "portions of {size}");
            }
        }
    }
}
