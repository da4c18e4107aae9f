//! Calls by the web port, through a server in this process: Connect, gRPC-Web in binary and in text, in protobuf and in JSON, by either version of
//! HTTP, with frames that are none, gzip that is none, and base64 that is none, in any pieces. The answer is the engine's, or the refusal that
//! the contract says of the bytes, in the framing of its request. `strangers.rs` has requests that are no such calls.

use arbitrary::{Result, Unstructured};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Request, Response};
use paydirt::engine;
use paydirt::wire::pb;
use paydirt::wire::pb::calculation::Model;
use prost::Message;
use prost_reflect::DynamicMessage;
use tonic::Code;

use crate::contract::CONTRACT;
use crate::framing::{frame, gzip, some, split};
use crate::place::ask_web;
use crate::strangers;
use crate::streams::present_value;
use crate::unary::{METHOD, damaged, decoded, draw, encoded, expected};
use crate::web_answers::{body, code_of_connect, frames, from_base64};

/// An answer, or the code of a refusal.
type Outcome = std::result::Result<pb::ComputeNetPresentValueResponse, Code>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spoken {
    Connect,
    GrpcWeb,
    GrpcWebText,
}

/// Draws a request from the bytes. Panics where the answer is another one than the request asks for.
pub fn check(bytes: &[u8]) {
    let mut bytes = Unstructured::new(bytes);
    let _ = match bytes.int_in_range(0..=7) {
        Ok(0) => strangers::bytes(&mut bytes),
        Ok(1 | 2) => strangers::request(&mut bytes),
        _ => call(&mut bytes),
    };
}

type Written = fn(&pb::ComputeNetPresentValueRequest) -> Vec<u8>;
type Read = fn(&[u8]) -> Option<pb::ComputeNetPresentValueRequest>;

fn call(bytes: &mut Unstructured) -> Result<()> {
    let spoken = *bytes.choose(&[Spoken::Connect, Spoken::GrpcWeb, Spoken::GrpcWebText])?;
    let (is_json, is_http_2): (bool, bool) = (bytes.arbitrary()?, bytes.arbitrary()?);
    let (written, read): (Written, Read) = if is_json { (written_in_json, read_in_json) } else { (encoded, decoded) };
    let content_type = match (spoken, is_json) {
        (Spoken::Connect, false) => "application/proto",
        (Spoken::Connect, true) => "application/json",
        (Spoken::GrpcWeb, false) => "application/grpc-web+proto",
        (Spoken::GrpcWeb, true) => "application/grpc-web+json",
        (Spoken::GrpcWebText, false) => "application/grpc-web-text+proto",
        (Spoken::GrpcWebText, true) => "application/grpc-web-text+json",
    };
    let mut request = Request::post(if is_http_2 { format!("http://localhost/{METHOD}") } else { format!("/{METHOD}") })
        .header("content-type", content_type);
    if !is_http_2 {
        request = request.header("host", "localhost");
    }
    let (sent, asked) = match spoken {
        Spoken::Connect => {
            let (says_gzip, message) = unframed(bytes, written)?;
            if says_gzip {
                request = request.header("content-encoding", "gzip");
            }
            let mut framed = Vec::new();
            frame(says_gzip.into(), &message, &mut framed);
            (message, vec![expected(&framed, says_gzip, read)])
        }
        Spoken::GrpcWeb | Spoken::GrpcWebText => {
            let (says_gzip, frames) = draw(bytes, written)?;
            if says_gzip {
                request = request.header("grpc-encoding", "gzip");
            }
            let asked = expected(&frames, says_gzip, read);
            match spoken {
                Spoken::GrpcWebText => in_base64(&frames, asked, bytes)?,
                _ => (frames, vec![asked]),
            }
        }
    };
    let pieces = split(&sent, bytes)?;
    let request = request.body(body(pieces)).expect("a request");
    let answered = outcome(spoken, is_json, content_type, &ask_web(request, is_http_2));
    assert!(asked.contains(&answered), "{answered:?} is none of {asked:?}: {content_type}: {}", sent.escape_ascii());
    Ok(())
}

/// A message, and whether the headers say that it is compressed.
fn unframed(bytes: &mut Unstructured, written: Written) -> Result<(bool, Vec<u8>)> {
    let message = match bytes.int_in_range(0..=7)? {
        0 => Vec::new(),
        1 => some(bytes, 40)?,
        // Answered on the pool.
        2 => written(&present_value(400)),
        _ => written(&present_value(bytes.int_in_range(1..=9)?)),
    };
    Ok(match bytes.int_in_range(0..=5)? {
        0 | 1 => (true, gzip(&message)),
        2 => (true, damaged(gzip(&message), bytes)?),
        3 => (true, message),
        _ => (false, message),
    })
}

/// Frames in base64, in one piece or in several, and perhaps damaged; and what may be answered.
fn in_base64(frames: &[u8], asked: Outcome, bytes: &mut Unstructured) -> Result<(Vec<u8>, Vec<Outcome>)> {
    let size = *bytes.choose(&[1_usize, 2, 3, 5, 64, usize::MAX])?;
    let mut text: Vec<u8> = frames.chunks(size).flat_map(|piece| STANDARD.encode(piece).into_bytes()).collect();
    if !text.is_empty() && bytes.ratio(1, 5)? {
        let place = bytes.choose_index(text.len())?;
        text[place] = bytes.arbitrary()?;
    }
    // Each group of four letters stands by itself, wherever padding is.
    let groups: Vec<_> = text.chunks(4).map(|group| STANDARD.decode(group).ok().filter(|_| group.len() == 4)).collect();
    Ok(match groups.into_iter().collect::<Option<Vec<_>>>() {
        Some(groups) if groups.concat() == frames => (text, vec![asked]),
        // It is damaged: the head of the message may be refused before the damage comes, and another message may come out of it.
        Some(_) => return Err(arbitrary::Error::IncorrectFormat),
        None => (text, vec![Err(Code::InvalidArgument), Err(Code::ResourceExhausted)]),
    })
}

fn written_in_json(asked: &pb::ComputeNetPresentValueRequest) -> Vec<u8> {
    let mut text = Vec::new();
    engine::json::write_question(&Model::NetPresentValue(asked.clone()), &mut text);
    text
}

/// The fuzz target of JSON holds this reader against another hand's.
fn read_in_json(text: &[u8]) -> Option<pb::ComputeNetPresentValueRequest> {
    let number = engine::MODELS.iter().position(|model| *model == "net_present_value").expect("a model");
    match engine::json::read(number, text) {
        Ok(Model::NetPresentValue(asked)) => Some(asked),
        Ok(other) => panic!("no present value: {other:?}"),
        Err(_) => None,
    }
}

/// What an answer says. Panics where it is not written as its framing has it.
fn outcome(spoken: Spoken, is_json: bool, content_type: &str, answer: &Response<Bytes>) -> Outcome {
    let message = match spoken {
        Spoken::Connect if answer.status() == 200 => answer.body().to_vec(),
        Spoken::Connect => return Err(code_of_connect(answer)),
        Spoken::GrpcWeb | Spoken::GrpcWebText => {
            assert_eq!(answer.status(), 200, "{answer:?}");
            let bytes = match spoken {
                Spoken::GrpcWebText => from_base64(answer.body()),
                _ => answer.body().to_vec(),
            };
            let (mut messages, trailers) = frames(&bytes, answer.headers());
            let code = trailers["grpc-status"].to_str().expect("text").parse::<i32>().expect("a number");
            if code != 0 {
                assert!(messages.is_empty(), "a refusal has no message");
                return Err(Code::from(code));
            }
            assert_eq!(messages.len(), 1);
            messages.remove(0)
        }
    };
    assert_eq!(answer.headers()["content-type"], content_type);
    Ok(match is_json {
        false => pb::ComputeNetPresentValueResponse::decode(&*message).expect("an answer"),
        true => {
            let name = "paydirt.v1.ComputeNetPresentValueResponse";
            let descriptor = CONTRACT.pool.get_message_by_name(name).expect("a message");
            let mut json = serde_json::Deserializer::from_slice(&message);
            let read = DynamicMessage::deserialize(descriptor, &mut json).expect("an answer");
            json.end().expect("no more than an answer");
            pb::ComputeNetPresentValueResponse::decode(&*read.encode_to_vec()).expect("an answer")
        }
    })
}
