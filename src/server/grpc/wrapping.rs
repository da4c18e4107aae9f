//! The wrapping of a request's messages, where the body has another than gRPC's frames. A [`Received`](super::received::Received) takes the
//! wrapping off, so that whoever reads the body finds frames.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::{BufMut, Bytes, BytesMut};
use tonic::Status;

use super::message::put_head;
use crate::wire::status;

/// The wrapping of the messages of one request.
#[derive(Debug)]
pub(crate) enum Wrapping {
    /// Frames of gRPC, as they are.
    Frames,
    /// The whole body is one message, of this many bytes. The length comes before the body, and hyper holds the body to it.
    Known { is_compressed: bool, length: usize, is_begun: bool },
    /// The whole body is one message, and its length shows at its end.
    Unknown { is_compressed: bool },
    /// Frames of gRPC, written in base64 in one piece or in several.
    Base64(Base64),
}

impl Wrapping {
    /// Returns the wrapping of a body that is one message, without a frame. `length` is the length of the body where it is known.
    pub fn of_message(is_compressed: bool, length: Option<usize>) -> Wrapping {
        match length {
            Some(length) => Wrapping::Known { is_compressed, length, is_begun: false },
            None => Wrapping::Unknown { is_compressed },
        }
    }

    /// Takes the wrapping off data that has come.
    ///
    /// # Errors
    /// INVALID_ARGUMENT for data that is no base64 where the body is written so.
    pub fn off(&mut self, data: Bytes) -> Result<Bytes, Status> {
        match self {
            Wrapping::Known { is_begun, .. } if !*is_begun => Ok(self.begin(&data)),
            Wrapping::Frames | Wrapping::Known { .. } | Wrapping::Unknown { .. } => Ok(data),
            Wrapping::Base64(base64) => base64.decoded(&data),
        }
    }

    /// Returns the data that shows at the end of the body alone: the head of a message without a byte.
    ///
    /// # Errors
    /// INVALID_ARGUMENT for base64 that ends too early.
    pub fn end(&mut self) -> Result<Bytes, Status> {
        match self {
            Wrapping::Known { is_begun: false, .. } => Ok(self.begin(&[])),
            Wrapping::Frames | Wrapping::Known { .. } | Wrapping::Unknown { .. } => Ok(Bytes::new()),
            Wrapping::Base64(base64) => base64.end().map(|()| Bytes::new()),
        }
    }

    /// Returns whether the end of the body has nothing more to show.
    pub fn has_ended(&self) -> bool {
        match self {
            Wrapping::Frames | Wrapping::Known { is_begun: true, .. } => true,
            Wrapping::Known { .. } | Wrapping::Unknown { .. } => false,
            Wrapping::Base64(base64) => base64.rest.is_empty(),
        }
    }

    /// Returns the first data of a message of known length, behind the head of its frame.
    fn begin(&mut self, data: &[u8]) -> Bytes {
        let Wrapping::Known { is_compressed, length, is_begun } = self else { return Bytes::new() };
        *is_begun = true;
        let mut begun = BytesMut::with_capacity(super::message::PREFIX_BYTES + data.len());
        put_head(*is_compressed, *length, &mut begun);
        begun.put_slice(data);
        begun.freeze()
    }
}

/// Base64 that is read as it comes. Padding may stand at the end of each piece that the peer has written, and so within the body.
#[derive(Debug, Default)]
pub(crate) struct Base64 {
    /// The characters behind the last group of four.
    rest: Vec<u8>,
}

impl Base64 {
    /// Returns the bytes that further text stands for, as far as groups of four characters have come.
    fn decoded(&mut self, text: &[u8]) -> Result<Bytes, Status> {
        self.rest.extend_from_slice(text);
        let whole = self.rest.len() / 4 * 4;
        let mut bytes = BytesMut::with_capacity(whole / 4 * 3);
        let mut text = &self.rest[..whole];
        while !text.is_empty() {
            // A group with padding is the last of its piece.
            let piece = text.iter().position(|letter| *letter == b'=').map_or(text.len(), |padding| (padding / 4 + 1) * 4);
            bytes.extend_from_slice(&STANDARD.decode(&text[..piece]).map_err(|_| no_base64())?);
            text = &text[piece..];
        }
        self.rest.drain(..whole);
        Ok(bytes.freeze())
    }

    fn end(&mut self) -> Result<(), Status> {
        if self.rest.is_empty() { Ok(()) } else { Err(no_base64()) }
    }
}

fn no_base64() -> Status {
    status::malformed("the body is no base64, which application/grpc-web-text is")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns what a body in these pieces stands for.
    fn unwrapped(mut wrapping: Wrapping, pieces: &[&[u8]]) -> Result<Vec<u8>, Status> {
        let mut bytes = Vec::new();
        for piece in pieces {
            bytes.extend_from_slice(&wrapping.off(Bytes::copy_from_slice(piece))?);
        }
        if !wrapping.has_ended() {
            bytes.extend_from_slice(&wrapping.end()?);
        }
        Ok(bytes)
    }

    #[test]
    fn a_message_of_known_length_gets_its_head() {
        let of = |length| Wrapping::of_message(false, Some(length));
        assert_eq!(unwrapped(of(5), &[b"he", b"llo"]).expect("whole"), b"\0\0\0\0\x05hello");
        assert_eq!(unwrapped(of(0), &[]).expect("whole"), b"\0\0\0\0\0");
        assert_eq!(unwrapped(Wrapping::of_message(true, Some(1)), &[b"x"]).expect("whole"), b"\x01\0\0\0\x01x");
    }

    #[test]
    fn base64_is_read_whatever_the_pieces() {
        let bytes: Vec<u8> = (0..=255).collect();
        // One text for all, and one for each of three parts.
        for text in [STANDARD.encode(&bytes), bytes.chunks(100).map(|part| STANDARD.encode(part)).collect()] {
            for size in [1, 2, 3, 4, 5, 7, 64, text.len()] {
                let pieces: Vec<&[u8]> = text.as_bytes().chunks(size).collect();
                assert_eq!(unwrapped(Wrapping::Base64(Base64::default()), &pieces).expect("base64"), bytes, "pieces of {size}");
            }
        }
        for bad in [&b"AAA"[..], b"AA=A", b"====", b"AA-A", b"AAAA A==", b"A==="] {
            let refused = unwrapped(Wrapping::Base64(Base64::default()), &[bad]).expect_err("no base64");
            assert_eq!(refused.code(), tonic::Code::InvalidArgument, "{}", String::from_utf8_lossy(bad));
        }
    }
}
