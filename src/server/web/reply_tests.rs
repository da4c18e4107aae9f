use std::future::ready;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http_body_util::BodyExt;

use super::*;
use crate::server::call::connection::{Connection, Peer};
use crate::server::capacity::level::MemoryLevel;
use crate::server::config::SEND_BUFFER_BYTES;
use crate::server::grpc::answer::{Answer, answered};
use crate::server::grpc::message::framed_as_it_is;
use crate::server::protocol::Language;

/// The answer of a call to a message of this many bytes, as this framing has it: its HTTP status, its content type, and the lengths and
/// the whole of its portions.
async fn replied(framing: Framing, bytes: usize, level: MemoryLevel) -> (u16, String, Vec<usize>, Vec<u8>) {
    let connection = Connection::of_test(Peer { address: ([127, 0, 0, 1], 1).into(), names: Vec::new(), is_allowed: true });
    let call = Call::new("/paydirt.v1.RunwayService/ComputeRunway", Ok(None), Language::of_test(), Arc::clone(&connection));
    connection.shared.memory.set_level(level);
    let message = Answer::Message(framed_as_it_is(&vec![b'7'; bytes], false));
    let answer = ready(Ok(answered(message, Form::Json, false)));
    let reply = Replying::call(answer, framing, Form::Json, None, call).await.expect("an answer");
    let (head, mut body) = reply.into_parts();
    let (mut lengths, mut whole) = (Vec::new(), Vec::new());
    while let Some(frame) = body.frame().await {
        let data = frame.expect("no error").into_data().expect("data, and no trailers");
        lengths.push(data.len());
        whole.extend_from_slice(&data);
    }
    let content_type = head.headers[header::CONTENT_TYPE].to_str().expect("text").to_owned();
    (head.status.as_u16(), content_type, lengths, whole)
}

#[tokio::test]
async fn text_goes_out_in_portions_whose_padding_comes_last() {
    // With a byte above groups of three, and so with padding.
    const BYTES: usize = 4 * 1024 * 1024 + 1;
    let (status, _, lengths, text) = replied(Framing::GrpcWebText, BYTES, MemoryLevel::Free).await;
    assert_eq!(status, 200);
    let longest = lengths.iter().max().expect("portions");
    assert!(*longest <= SEND_BUFFER_BYTES * 4 / 3 + 4, "a portion of {longest} bytes is written in one step");
    let end = text.iter().position(|letter| *letter == b'=').map_or(text.len(), |padding| (padding + 1).next_multiple_of(4));
    let message = STANDARD.decode(&text[..end]).expect("base64");
    assert_eq!((message.len(), &message[..5]), (BYTES + 5, &[0, 0, 0x40, 0, 1][..]));
    assert!(STANDARD.decode(&text[end..]).expect("base64").ends_with(b"grpc-status: 0\r\n"));
}

#[tokio::test]
async fn an_answer_for_which_there_is_no_memory_becomes_a_refusal_in_its_framing() {
    let (status, content_type, _, body) = replied(Framing::Connect, 100_000, MemoryLevel::Full).await;
    assert_eq!((status, content_type.as_str()), (503, "application/json"));
    let body = String::from_utf8(body).expect("text");
    assert!(body.starts_with(r#"{"code":"unavailable""#) && body.contains("MEMORY_LIMIT"), "{body}");
    let (_, _, _, body) = replied(Framing::GrpcWeb, 100_000, MemoryLevel::Full).await;
    assert_eq!(body[0], 0x80);
    assert!(body.windows(16).any(|window| window == b"grpc-status: 14\r"), "{}", String::from_utf8_lossy(&body));
    let (_, _, _, body) = replied(Framing::GrpcWebText, 100_000, MemoryLevel::Full).await;
    assert_eq!(STANDARD.decode(body).expect("base64")[0], 0x80);
    assert_eq!(replied(Framing::Connect, 100_000, MemoryLevel::Free).await.0, 200);
}

#[test]
fn data_in_pieces_is_put_together() {
    let mut message = Message::default();
    assert_eq!(message.take(), "");
    for piece in ["a", "b", "c"] {
        message.push(Bytes::from_static(piece.as_bytes()));
    }
    assert_eq!(message.take(), "abc");
    message.push(Bytes::from_static(b"one"));
    assert_eq!(message.take(), "one");
}
