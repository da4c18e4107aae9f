//! Streams of any messages in any pieces, through a server in this process: whole messages, empty ones, compressed ones, bytes that are none, and an end
//! within a message. The answers are those that the engine gives to each message before the first that cannot be read, in their order, wherever the
//! bytes were split, and the trailers say how many they are.

use arbitrary::{Result, Unstructured};
use paydirt::engine::calculation::computed;
use paydirt::wire::pb;
use prost::Message;

use crate::framing::{MESSAGE_BYTES_MAX, PREFIX_BYTES, frame, gzip, inflated, some, split};
use crate::place::{Pieces, ask};

const METHOD: &str = "paydirt.v1.CalculationService/StreamCalculations";

/// Draws messages and pieces from the bytes. Panics where an answer is missing, wrong or too many.
pub fn check(bytes: &[u8]) {
    let mut bytes = Unstructured::new(bytes);
    let Ok((says_gzip, sent)) = draw(&mut bytes) else { return };
    let Ok(pieces) = split(&sent, &mut bytes) else { return };
    let expected = expected(&sent, says_gzip);
    let answered = streamed(pieces, says_gzip);
    assert_eq!(answered, expected, "gzip: {says_gzip}, {} bytes: {}", sent.len(), sent.escape_ascii());
}

/// The answers, the code, and what the trailers say.
#[derive(Debug, PartialEq)]
struct Streamed {
    answers: Vec<pb::StreamCalculationsResponse>,
    code: i32,
    answered: usize,
}

/// What is sent, and whether the headers say that some of it is compressed.
fn draw(bytes: &mut Unstructured) -> Result<(bool, Vec<u8>)> {
    let says_gzip = bytes.arbitrary()?;
    let mut sent = Vec::new();
    for id in 0..bytes.int_in_range(0..=12)? {
        let message = match bytes.int_in_range(0..=5)? {
            0 => Vec::new(),
            1 => pb::StreamCalculationsRequest { correlation_id: id, calculation: None }.encode_to_vec(),
            2 => some(bytes, 40)?,
            3 => value(id, 400),
            _ => value(id, bytes.int_in_range(1..=9)?),
        };
        match bytes.int_in_range(0..=9)? {
            0 => sent.extend(some(bytes, 9)?),
            1 | 2 => frame(1, &gzip(&message), &mut sent),
            3 => frame(1, &message, &mut sent),
            4 => frame(bytes.arbitrary()?, &message, &mut sent),
            _ => frame(0, &message, &mut sent),
        }
    }
    let end = sent.len() - bytes.int_in_range(0..=40)?.min(sent.len());
    if bytes.ratio(1, 4)? {
        sent.truncate(end);
    }
    Ok((says_gzip, sent))
}

/// A message that asks for a present value.
fn value(id: u64, flows: usize) -> Vec<u8> {
    let calculation = Some(pb::Calculation { model: Some(pb::calculation::Model::NetPresentValue(present_value(flows))) });
    pb::StreamCalculationsRequest { correlation_id: id, calculation }.encode_to_vec()
}

/// The present value of so many flows.
pub(crate) fn present_value(flows: usize) -> pb::ComputeNetPresentValueRequest {
    let amounts = (0..flows).map(|at| (at * 7 % 10).to_string().as_str().into()).collect();
    let periodic = pb::PeriodicCashFlows { amounts, period: pb::Period::Month.into() };
    pb::ComputeNetPresentValueRequest {
        currency_code: "USD".into(),
        cash_flows: Some(pb::CashFlows { schedule: Some(pb::cash_flows::Schedule::Periodic(periodic)) }),
        discount_rate: "0.1".into(),
        options: Some(pb::CalculationOptions { explain: flows > 100, rounding: None }),
        ..Default::default()
    }
}

/// What the contract says of these bytes, in whatever pieces.
fn expected(mut sent: &[u8], says_gzip: bool) -> Streamed {
    let mut answers = Vec::new();
    let code = loop {
        let Some((&[flag, ref length @ ..], rest)) = sent.split_first_chunk::<PREFIX_BYTES>() else {
            // An end between messages, or within a prefix whose flag may be wrong already.
            break if sent.is_empty() { tonic::Code::Ok } else { tonic::Code::InvalidArgument };
        };
        let length = u32::from_be_bytes(*length) as usize;
        if flag > 1 || (flag == 1 && !says_gzip) {
            break tonic::Code::InvalidArgument;
        }
        if length > MESSAGE_BYTES_MAX {
            break tonic::Code::ResourceExhausted;
        }
        if rest.len() < length {
            break tonic::Code::InvalidArgument;
        }
        let (message, behind) = rest.split_at(length);
        sent = behind;
        let message = if flag == 1 { inflated(message) } else { Some(message.to_vec()) };
        let asked = message.and_then(|message| pb::StreamCalculationsRequest::decode(&message[..]).ok());
        let Some(asked) = asked else { break tonic::Code::InvalidArgument };
        let outcome = Some(computed(asked.calculation.as_ref()).outcome);
        answers.push(pb::StreamCalculationsResponse { correlation_id: asked.correlation_id, outcome });
    };
    Streamed { answered: answers.len(), answers, code: code as i32 }
}

fn streamed(pieces: Pieces, says_gzip: bool) -> Streamed {
    let answered = ask(METHOD, says_gzip, pieces);
    let count = answered.number("paydirt-answered").expect("where to go on");
    Streamed { answers: unframed(&answered.body), code: answered.code(), answered: usize::try_from(count).expect("a count") }
}

fn unframed(mut body: &[u8]) -> Vec<pb::StreamCalculationsResponse> {
    let mut answers = Vec::new();
    while let Some((&[flag, ref length @ ..], rest)) = body.split_first_chunk::<PREFIX_BYTES>() {
        assert_eq!(flag, 0, "nobody has asked for gzip");
        let (message, behind) = rest.split_at(u32::from_be_bytes(*length) as usize);
        answers.push(pb::StreamCalculationsResponse::decode(message).expect("an answer"));
        body = behind;
    }
    assert!(body.is_empty(), "half an answer");
    answers
}
