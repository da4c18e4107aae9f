//! gRPC's framing: messages as they arrive and answers as they are sent, each with its message prefix, and perhaps compressed.

use std::io::{Read, Write};

use bytes::{BufMut, Bytes, BytesMut};
use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;
use http::{HeaderMap, HeaderName, HeaderValue};
use tonic::Status;

use super::form::{Form, Reply};
use crate::server::config;
use crate::wire::{json, status};

/// The length of a message prefix in bytes: one byte says whether the message is compressed, and four hold its length.
pub(crate) const PREFIX_BYTES: usize = 5;

pub(crate) static GRPC_ENCODING: HeaderName = HeaderName::from_static("grpc-encoding");
pub(crate) static GRPC_ACCEPT_ENCODING: HeaderName = HeaderName::from_static("grpc-accept-encoding");
pub(crate) const GZIP: HeaderValue = HeaderValue::from_static("gzip");

/// A message prefix as it is written, not yet checked.
struct Prefix {
    flag: u8,
    length: usize,
}

impl Prefix {
    /// Reads the message prefix. Returns none while some of its bytes are missing.
    fn of(bytes: &[u8]) -> Option<Prefix> {
        let &[flag, ref length @ ..] = bytes.first_chunk::<PREFIX_BYTES>()?;
        Some(Prefix { flag, length: u32::from_be_bytes(*length) as usize })
    }
}

/// The compression that a caller announces: of its own messages, and of the answers that it accepts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Encodings {
    /// Whether a message that is marked as compressed is compressed by gzip.
    sends_gzip: bool,
    /// Whether an answer may be compressed by gzip.
    pub takes_gzip: bool,
}

impl Encodings {
    /// Reads the compression from the headers of a call.
    ///
    /// # Errors
    /// UNIMPLEMENTED for an encoding that the server cannot read.
    pub fn of(headers: &HeaderMap) -> Result<Encodings, Status> {
        let sends_gzip = match headers.get(&GRPC_ENCODING) {
            Some(encoding) if *encoding == "gzip" => true,
            Some(encoding) if *encoding != "identity" => return Err(status::unknown_encoding(encoding)),
            _ => false,
        };
        let takes_gzip = headers
            .get(&GRPC_ACCEPT_ENCODING)
            .is_some_and(|taken| taken.as_bytes().split(|byte| *byte == b',').any(|encoding| encoding.trim_ascii() == b"gzip"));
        Ok(Encodings { sends_gzip, takes_gzip })
    }

    /// Reads and checks the prefix of a message. Returns none while some bytes of the prefix are missing.
    ///
    /// # Errors
    /// INVALID_ARGUMENT for a first byte other than 0 and 1, and for a message that is marked as compressed while the headers
    /// do not say how; RESOURCE_EXHAUSTED for a message above [`config::MESSAGE_BYTES_MAX`].
    pub fn head(self, bytes: &[u8]) -> Result<Option<Head>, Status> {
        let Some(Prefix { flag, length }) = Prefix::of(bytes) else { return Ok(None) };
        let is_compressed = match flag {
            0 => false,
            1 if self.sends_gzip => true,
            1 => return Err(status::malformed("it says that it is compressed, and the headers do not say how")),
            _ => return Err(status::malformed("its first byte says neither that it is compressed nor that it is not")),
        };
        if length > config::MESSAGE_BYTES_MAX {
            return Err(status::message_too_large(length, config::MESSAGE_BYTES_MAX));
        }
        Ok(Some(Head { is_compressed, length }))
    }
}

/// A message prefix that has been checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub is_compressed: bool,
    /// The length in bytes of the message as it travels, without the prefix.
    pub length: usize,
}

/// Returns how many of the bytes are whole messages with their prefixes. All bytes count once one message is refused for its
/// prefix alone.
pub(crate) fn whole(bytes: &[u8]) -> usize {
    let mut end = 0;
    while let Some(Prefix { flag, length }) = Prefix::of(&bytes[end..]) {
        if flag > 1 || length > config::MESSAGE_BYTES_MAX {
            return bytes.len();
        }
        match end + PREFIX_BYTES + length {
            next if next <= bytes.len() => end = next,
            _ => break,
        }
    }
    end
}

/// Returns how many bytes of a message and its prefix are missing when so many are here, `beginning` at the front. Nothing is
/// missing once the message is refused for its prefix alone. While the prefix is not whole, no more than that is known to be missing.
pub(crate) fn missing(here: usize, beginning: &[u8]) -> usize {
    match Prefix::of(beginning) {
        None => PREFIX_BYTES.saturating_sub(here),
        Some(Prefix { flag, length }) if flag > 1 || length > config::MESSAGE_BYTES_MAX => 0,
        Some(Prefix { length, .. }) => (PREFIX_BYTES + length).saturating_sub(here),
    }
}

/// Returns the uncompressed length in bytes that a message compressed by gzip states. [`inflated`] holds the message to it.
///
/// # Errors
/// INVALID_ARGUMENT when the bytes are no gzip; RESOURCE_EXHAUSTED for a length above [`config::MESSAGE_BYTES_MAX`].
pub(crate) fn inflated_length(message: &[u8]) -> Result<usize, Status> {
    /// The least length of a gzip in bytes: a head of ten, no content in two, and at the end four for its checksum and four for
    /// its length, the lowest byte first.
    const GZIP_BYTES_MIN: usize = 20;
    let end = message.last_chunk().filter(|_| message.starts_with(&[0x1f, 0x8b]) && message.len() >= GZIP_BYTES_MIN);
    let Some(length) = end.map(|length| u32::from_le_bytes(*length) as usize) else {
        return Err(status::malformed("its bytes are no gzip"));
    };
    if length > config::MESSAGE_BYTES_MAX {
        return Err(status::message_too_large(length, config::MESSAGE_BYTES_MAX));
    }
    Ok(length)
}

/// Decompresses a message. The result has exactly the length that the message states, and decompression never goes further than
/// one byte beyond.
///
/// A message is one member of gzip. RFC 1952 allows several members in one file, but gRPC's clients write one, and the length
/// that is stated last is that of the last member alone.
///
/// # Errors
/// INVALID_ARGUMENT when the bytes are no gzip, when the stated length is wrong, or when bytes follow the first member;
/// RESOURCE_EXHAUSTED for a length above [`config::MESSAGE_BYTES_MAX`].
pub(crate) fn inflated(message: &[u8]) -> Result<Vec<u8>, Status> {
    let length = inflated_length(message)?;
    let mut inflated = Vec::with_capacity(length);
    // One byte beyond the stated length shows that there is more.
    let mut reader = GzDecoder::new(message).take(length as u64 + 1);
    match reader.read_to_end(&mut inflated) {
        Ok(_) if inflated.len() == length => match reader.into_inner().into_inner() {
            [] => Ok(inflated),
            _ => Err(status::malformed("bytes follow the end of its gzip")),
        },
        Ok(_) => Err(status::malformed("its length is not what its gzip says")),
        Err(_) => Err(status::malformed("its bytes are no gzip")),
    }
}

/// Appends an answer to `frames` with its message prefix, compressed where that pays. `length` is the answer's encoded length
/// in bytes as protobuf. No answer comes near the 4 GiB that the length of a prefix can state. Returns the length in bytes before compression.
pub(crate) fn write(form: Form, answer: &impl Reply, length: usize, may_compress: bool, frames: &mut BytesMut) -> usize {
    if form == Form::Json {
        let (frame, length) = framed_json(answer, may_compress);
        frames.extend_from_slice(&frame);
        return length;
    }
    if may_compress && length >= config::COMPRESSED_BYTES_MIN {
        frames.unsplit(compressed(&answer.encode_to_vec()));
        return length;
    }
    frames.reserve(PREFIX_BYTES + length);
    put_head(false, length, frames);
    answer.encode_raw(frames);
    length
}

/// Returns an answer behind its message prefix, in a buffer of its own, compressed where that pays.
pub(crate) fn framed(form: Form, answer: &impl Reply, may_compress: bool) -> Bytes {
    if form == Form::Json {
        return framed_json(answer, may_compress).0;
    }
    let mut frame = BytesMut::new();
    write(form, answer, answer.encoded_len(), may_compress, &mut frame);
    frame.freeze()
}

/// Returns an answer as JSON behind its message prefix, and the length of that JSON in bytes, which is known once it is written.
fn framed_json(answer: &impl Reply, may_compress: bool) -> (Bytes, usize) {
    /// Most answers are shorter.
    const USUAL_BYTES: usize = 1024;
    let mut frame = Vec::with_capacity(USUAL_BYTES);
    frame.extend_from_slice(&[0; PREFIX_BYTES]);
    json::write(answer, &mut frame);
    let length = frame.len() - PREFIX_BYTES;
    if may_compress && length >= config::COMPRESSED_BYTES_MIN {
        return (compressed(&frame[PREFIX_BYTES..]).freeze(), length);
    }
    frame[1..PREFIX_BYTES].copy_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes());
    (frame.into(), length)
}

/// Returns an encoded message behind its message prefix, in a buffer of its own, compressed where that pays.
pub(crate) fn framed_bytes(message: &[u8], may_compress: bool) -> Bytes {
    if may_compress && message.len() >= config::COMPRESSED_BYTES_MIN {
        return compressed(message).freeze();
    }
    framed_as_it_is(message, false)
}

/// Returns a message, as it travels, behind its message prefix.
pub(crate) fn framed_as_it_is(message: &[u8], is_compressed: bool) -> Bytes {
    let mut frame = BytesMut::with_capacity(PREFIX_BYTES + message.len());
    put_head(is_compressed, message.len(), &mut frame);
    frame.put_slice(message);
    frame.freeze()
}

/// Returns whether an answer behind its message prefix is compressed.
pub(crate) fn is_compressed(frame: &[u8]) -> bool {
    frame.first() == Some(&1)
}

/// Appends a message prefix.
pub(crate) fn put_head(is_compressed: bool, length: usize, frames: &mut BytesMut) {
    frames.put_u8(is_compressed.into());
    frames.put_u32(u32::try_from(length).unwrap_or(u32::MAX));
}

/// Returns the message with its prefix, compressed by gzip at its fastest level. Figures and their words shrink to a quarter or
/// a half at 4 ns a byte; the next level takes twice as long.
fn compressed(message: &[u8]) -> BytesMut {
    let mut frame = BytesMut::with_capacity(message.len() / 4);
    put_head(true, 0, &mut frame);
    let mut encoder = GzEncoder::new(frame.writer(), Compression::fast());
    // A write to memory does not fail. If it did, the answer would go without compression.
    let written = encoder.write_all(message).and_then(|()| encoder.finish());
    let Ok(frame) = written.map(bytes::buf::Writer::into_inner) else { return framed_bytes(message, false).into() };
    let mut frame = frame;
    let length = u32::try_from(frame.len() - PREFIX_BYTES).unwrap_or(u32::MAX);
    frame[1..PREFIX_BYTES].copy_from_slice(&length.to_be_bytes());
    frame
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encodings(headers: &[(&'static str, &'static str)]) -> Result<Encodings, Status> {
        let headers = headers.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        Encodings::of(&headers.collect())
    }

    const SENDS: Encodings = Encodings { sends_gzip: true, takes_gzip: false };

    #[test]
    fn a_caller_says_what_it_sends_and_what_it_takes() {
        assert_eq!(encodings(&[]).expect("nothing is identity"), Encodings::default());
        assert_eq!(encodings(&[("grpc-encoding", "identity")]).expect("known"), Encodings::default());
        assert_eq!(encodings(&[("grpc-encoding", "gzip")]).expect("known"), SENDS);
        for (taken, takes_gzip) in [("gzip", true), ("identity, deflate, gzip", true), ("identity,xgzip", false), ("", false)] {
            let encodings = encodings(&[("grpc-accept-encoding", taken)]).expect("whatever is taken");
            assert_eq!(encodings, Encodings { sends_gzip: false, takes_gzip }, "{taken}");
        }
        assert_eq!(encodings(&[("grpc-encoding", "deflate")]).expect_err("unknown").code(), tonic::Code::Unimplemented);
    }

    #[test]
    fn a_head_is_whole_or_not_here_yet_or_refused() {
        assert_eq!(SENDS.head(b"").expect("not here yet"), None);
        assert_eq!(SENDS.head(b"\0\0\0\0").expect("not here yet"), None);
        assert_eq!(SENDS.head(b"\0\0\0\0\x05").expect("whole"), Some(Head { is_compressed: false, length: 5 }));
        assert_eq!(SENDS.head(b"\x01\0\0\0\x05hell").expect("whole"), Some(Head { is_compressed: true, length: 5 }));
        let refused = Encodings::default().head(b"\x01\0\0\0\x05").expect_err("how?");
        assert!(refused.message().ends_with("the headers do not say how"), "{refused:?}");
        assert_eq!(SENDS.head(b"\x02\0\0\0\x05").expect_err("2").code(), tonic::Code::InvalidArgument);
        let refused = SENDS.head(b"\0\xff\xff\xff\xff").expect_err("4 GiB are too much before they come");
        assert_eq!(refused.code(), tonic::Code::ResourceExhausted);
    }

    #[test]
    fn what_is_compressed_is_read_back() {
        let message = "figures and their words ".repeat(10_000);
        let frame = framed_bytes(message.as_bytes(), true);
        assert!(is_compressed(&frame) && frame.len() < message.len() / 20, "{}", frame.len());
        let head = SENDS.head(&frame).expect("a head").expect("all of it");
        assert_eq!(head, Head { is_compressed: true, length: frame.len() - PREFIX_BYTES });
        assert_eq!(inflated(&frame[PREFIX_BYTES..]).expect("gzip"), message.as_bytes());
        assert!(!is_compressed(&framed_bytes(message.as_bytes(), false)));
        assert!(!is_compressed(&framed_bytes(b"short", true)), "what is short gains nothing");
    }

    fn gzip(message: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(message).and_then(|()| encoder.finish()).expect("memory takes it")
    }

    #[test]
    fn nothing_follows_the_one_member_of_a_message() {
        let whole = gzip(b"short");
        let length = 5_u32.to_le_bytes();
        // The last four bytes of each state the right length.
        let behind = [&length[..], b"garbage\x05\0\0\0", &whole, &gzip(b"other"), &[0; 20]];
        for behind in &behind[..4] {
            let refused = inflated(&[&whole, *behind].concat()).expect_err("bytes follow");
            assert_eq!(refused.code(), tonic::Code::InvalidArgument);
            assert!(refused.message().ends_with("bytes follow the end of its gzip"), "{refused:?}");
        }
        // An empty message with zeros behind it states the right length too.
        assert!(inflated(&[&gzip(b"")[..], behind[4]].concat()).is_err());
        assert_eq!(inflated(&whole).expect("one member"), b"short");
    }

    #[test]
    fn a_message_is_never_longer_than_it_says() {
        let bomb = gzip(&vec![0; config::MESSAGE_BYTES_MAX + 1]);
        assert!(bomb.len() < 10_000);
        assert_eq!(inflated(&bomb).expect_err("too large").code(), tonic::Code::ResourceExhausted);
        // One message states less than it holds, one states more, one is cut, and one is noise.
        let mut lying = bomb.clone();
        let end = lying.len() - 4;
        lying[end..].copy_from_slice(&100_u32.to_le_bytes());
        let mut boasting = gzip(b"short");
        let end = boasting.len() - 4;
        boasting[end..].copy_from_slice(&1000_u32.to_le_bytes());
        let cut = [&bomb[..100], &[1, 0, 0, 0]].concat();
        for bad in [&lying[..], &boasting, &cut, &[b'n'; 100], &bomb[..19], b""] {
            assert_eq!(inflated(bad).expect_err("no message").code(), tonic::Code::InvalidArgument);
        }
        assert_eq!(inflated(&gzip(b"")).expect("empty is whole"), b"");
    }

    #[test]
    fn a_message_is_whole_when_all_of_it_is_here_or_when_its_head_is_refused() {
        let two = [0, 0, 0, 0, 2, 7, 7, 0, 0, 0, 0, 0];
        let wholes: Vec<_> = (0..=two.len()).map(|length| whole(&two[..length])).collect();
        assert_eq!(wholes, [0, 0, 0, 0, 0, 0, 0, 7, 7, 7, 7, 7, 12]);
        assert_eq!(whole(&[0, 0, 0x40, 0, 0, 1]), 0, "four megabytes may come");
        assert_eq!(whole(&[0, 0, 0x40, 0, 1, 1]), 6, "and one more may not");
        assert_eq!(whole(&[2, 0, 0, 0, 9]), 5);
        assert_eq!(whole(&[0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]), 10);
    }
}
