//! gRPC's framing as a client does it, and as one does not: messages behind their prefixes, compressed or not, cut into any pieces.

use std::io::{Read, Write};

use arbitrary::{Result, Unstructured};
use bytes::Bytes;
use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;
use hyper::body::Frame;

use crate::place::Pieces;

/// The bytes before a message: whether it is compressed, and its length.
pub const PREFIX_BYTES: usize = 5;
/// The longest message that the server takes.
pub const MESSAGE_BYTES_MAX: usize = 4 << 20;

/// Appends a message behind its prefix.
pub fn frame(flag: u8, message: &[u8], sent: &mut Vec<u8>) {
    frame_that_says(flag, u32::try_from(message.len()).expect("a short message"), message, sent);
}

/// Appends a message behind a prefix with any length.
pub fn frame_that_says(flag: u8, length: u32, message: &[u8], sent: &mut Vec<u8>) {
    sent.push(flag);
    sent.extend(length.to_be_bytes());
    sent.extend(message);
}

/// The message in one member of gzip.
pub fn gzip(message: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(message).and_then(|()| encoder.finish()).expect("memory takes it")
}

/// The message in one member of gzip with nothing behind it. None where that is not what it is.
pub fn inflated(bytes: &[u8]) -> Option<Vec<u8>> {
    let (mut decoder, mut message) = (GzDecoder::new(bytes), Vec::new());
    decoder.read_to_end(&mut message).ok()?;
    decoder.into_inner().is_empty().then_some(message)
}

/// Up to so many of the bytes.
pub fn some(bytes: &mut Unstructured, most: usize) -> Result<Vec<u8>> {
    let length = bytes.int_in_range(0..=most)?.min(bytes.len());
    Ok(bytes.bytes(length)?.to_vec())
}

/// What is sent, in pieces of up to 200 bytes, and the rest at once.
pub fn split(mut sent: &[u8], bytes: &mut Unstructured) -> Result<Pieces> {
    let mut pieces = Pieces::new();
    while !sent.is_empty() {
        let length = bytes.int_in_range(0..=200)?;
        // Exhausted bytes are zeros: the rest in one piece.
        let (piece, rest) = sent.split_at(if length == 0 { sent.len() } else { length.min(sent.len()) });
        pieces.push(Ok(Frame::data(Bytes::copy_from_slice(piece))));
        sent = rest;
    }
    Ok(pieces)
}
