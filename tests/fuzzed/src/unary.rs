//! Unary calls of any frames in any pieces, through a server in this process: flags that are none, lengths that lie, several messages, gzip that is
//! none, bytes behind the message, and an end within it. The answer is the engine's, or the refusal that the contract says of the bytes, wherever
//! they were split.

use arbitrary::{Result, Unstructured};
use paydirt::engine::calculation::computed;
use paydirt::wire::pb;
use prost::Message;
use tonic::Code;

use crate::framing::{MESSAGE_BYTES_MAX, PREFIX_BYTES, frame, frame_that_says, gzip, inflated, some, split};
use crate::place::ask;
use crate::streams::present_value;

pub(crate) const METHOD: &str = "paydirt.v1.CashFlowService/ComputeNetPresentValue";

/// Draws frames and pieces from the bytes. Panics where the answer is another one than the bytes ask for.
pub fn check(bytes: &[u8]) {
    let mut bytes = Unstructured::new(bytes);
    let Ok((says_gzip, sent)) = draw(&mut bytes, encoded) else { return };
    let Ok(pieces) = split(&sent, &mut bytes) else { return };
    let answered = ask(METHOD, says_gzip, pieces);
    let answer = match answered.code() {
        0 => Ok(unframed(&answered.body)),
        code => Err(Code::from(code)),
    };
    assert_eq!(answer, expected(&sent, says_gzip, decoded), "gzip: {says_gzip}, {} bytes: {}", sent.len(), sent.escape_ascii());
}

pub(crate) fn encoded(asked: &pb::ComputeNetPresentValueRequest) -> Vec<u8> {
    asked.encode_to_vec()
}

/// The question in a message, if it is one.
pub(crate) fn decoded(message: &[u8]) -> Option<pb::ComputeNetPresentValueRequest> {
    pb::ComputeNetPresentValueRequest::decode(message).ok()
}

/// What is sent, and whether the headers say that some of it is compressed. `written` writes a question as a message.
pub(crate) fn draw(
    bytes: &mut Unstructured,
    written: fn(&pb::ComputeNetPresentValueRequest) -> Vec<u8>,
) -> Result<(bool, Vec<u8>)> {
    let says_gzip = bytes.arbitrary()?;
    let mut sent = Vec::new();
    let frames = if bytes.ratio(3, 4)? { 1 } else { bytes.int_in_range(0..=3)? };
    for _ in 0..frames {
        let message = match bytes.int_in_range(0..=7)? {
            0 => Vec::new(),
            1 => some(bytes, 40)?,
            // Answered on the pool.
            2 => written(&present_value(400)),
            _ => written(&present_value(bytes.int_in_range(1..=9)?)),
        };
        match bytes.int_in_range(0..=9)? {
            0 => frame_that_says(0, length_near(message.len(), bytes)?, &message, &mut sent),
            1 | 2 => frame(1, &gzip(&message), &mut sent),
            3 => frame(1, &damaged(gzip(&message), bytes)?, &mut sent),
            4 => frame(bytes.arbitrary()?, &message, &mut sent),
            5 => frame(1, &message, &mut sent),
            _ => frame(0, &message, &mut sent),
        }
    }
    if bytes.ratio(1, 8)? {
        sent.extend(some(bytes, 12)?);
    }
    if bytes.ratio(1, 6)? {
        sent.truncate(sent.len() - bytes.int_in_range(0..=40)?.min(sent.len()));
    }
    Ok((says_gzip, sent))
}

/// A length that a prefix may say of so many bytes: somewhat more or less, or any.
fn length_near(length: usize, bytes: &mut Unstructured) -> Result<u32> {
    let near = u32::try_from(length).expect("a short message");
    Ok(match bytes.int_in_range(0..=3)? {
        0 => near.saturating_sub(bytes.int_in_range(1..=9)?),
        1 => near + bytes.int_in_range(1..=9)?,
        2 => MESSAGE_BYTES_MAX as u32 + bytes.int_in_range(0..=1)?,
        _ => bytes.arbitrary()?,
    })
}

/// A gzip with one byte changed, most often one of those that say its length, or with bytes behind it.
pub(crate) fn damaged(mut gzip: Vec<u8>, bytes: &mut Unstructured) -> Result<Vec<u8>> {
    let last = gzip.len() - 1;
    match bytes.int_in_range(0..=2)? {
        0 => gzip[bytes.choose_index(last + 1)?] = bytes.arbitrary()?,
        1 => gzip[last - bytes.int_in_range(0..=3)?] = bytes.arbitrary()?,
        _ => gzip.extend(some(bytes, 9)?),
    }
    Ok(gzip)
}

/// What the contract says of these bytes, in whatever pieces. `read` reads a message.
pub(crate) fn expected(
    sent: &[u8],
    says_gzip: bool,
    read: fn(&[u8]) -> Option<pb::ComputeNetPresentValueRequest>,
) -> std::result::Result<pb::ComputeNetPresentValueResponse, Code> {
    let Some((&[flag, ref length @ ..], message)) = sent.split_first_chunk::<PREFIX_BYTES>() else {
        return Err(Code::InvalidArgument);
    };
    if flag > 1 || (flag == 1 && !says_gzip) {
        return Err(Code::InvalidArgument);
    }
    let length = u32::from_be_bytes(*length) as usize;
    if length > MESSAGE_BYTES_MAX {
        return Err(Code::ResourceExhausted);
    }
    if message.len() != length {
        return Err(Code::InvalidArgument);
    }
    let message = match flag {
        0 => message.to_vec(),
        _ if says_too_much(message) => return Err(Code::ResourceExhausted),
        _ => inflated(message).ok_or(Code::InvalidArgument)?,
    };
    let asked = read(&message).ok_or(Code::InvalidArgument)?;
    let calculation = pb::Calculation { model: Some(pb::calculation::Model::NetPresentValue(asked)) };
    match computed(Some(&calculation)).outcome.result {
        Some(pb::calculation_outcome::Result::Answer(answer)) => match answer.model {
            Some(pb::calculation_result::Model::NetPresentValue(answer)) => Ok(answer),
            other => panic!("no present value: {other:?}"),
        },
        Some(pb::calculation_outcome::Result::Error(error)) => Err(Code::from(i32::try_from(error.code).expect("a code"))),
        None => panic!("no outcome"),
    }
}

/// Whether a gzip of any use says, in its last four bytes, that it is longer than a message may be.
fn says_too_much(gzip: &[u8]) -> bool {
    let says = gzip.last_chunk().map(|length| u32::from_le_bytes(*length) as usize);
    gzip.len() >= 20 && gzip.starts_with(&[0x1f, 0x8b]) && says.is_some_and(|length| length > MESSAGE_BYTES_MAX)
}

fn unframed(body: &[u8]) -> pb::ComputeNetPresentValueResponse {
    let (prefix, message) = body.split_first_chunk::<PREFIX_BYTES>().expect("a prefix");
    assert_eq!(prefix[0], 0, "nobody has asked for gzip");
    assert_eq!(u32::from_be_bytes([prefix[1], prefix[2], prefix[3], prefix[4]]) as usize, message.len(), "one message");
    pb::ComputeNetPresentValueResponse::decode(message).expect("an answer")
}
