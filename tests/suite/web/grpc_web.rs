//! gRPC-Web, binary and text.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::json;
use tonic::{Code, Status};

use super::http::{Answer, CAHN, Peer, REQUIRED_REVENUE};
use crate::support::{SERVER, json_of, message_of, method_of};

/// Asks a method, and returns the bytes of the one message of the answer.
pub fn ask(peer: &mut Peer, method: &str, message: &[u8], is_text: bool) -> Result<Vec<u8>, Status> {
    let mut frame = vec![0];
    frame.extend(u32::try_from(message.len()).expect("short").to_be_bytes());
    frame.extend(message);
    let (content_type, body) = match is_text {
        true => ("application/grpc-web-text", STANDARD.encode(frame).into_bytes()),
        false => ("application/grpc-web+proto", frame),
    };
    let answer = peer.post(&format!("/{method}"), &[("content-type", content_type), ("x-grpc-web", "1")], &body);
    assert_eq!(answer.status, 200, "{answer:?}");
    let expected = if is_text { "application/grpc-web-text+proto" } else { "application/grpc-web+proto" };
    assert_eq!(answer.header("content-type"), Some(expected));
    let (mut messages, trailers) = frames(&answer, is_text);
    let status = Status::from_header_map(&trailers).expect("a status");
    match status.code() {
        Code::Ok => Ok(messages.pop().filter(|_| messages.is_empty()).expect("one message")),
        _ => Err(status),
    }
}

/// The messages of an answer, and its trailers: from its last frame, or from its head where there is no message.
fn frames(answer: &Answer, is_text: bool) -> (Vec<Vec<u8>>, HeaderMap) {
    let bytes = if is_text { decoded(answer.text()) } else { answer.body.clone() };
    let header =
        |name: &str, value: &str| (HeaderName::try_from(name).expect("a name"), HeaderValue::from_str(value).expect("a value"));
    if bytes.is_empty() {
        return (Vec::new(), answer.headers.iter().map(|(name, value)| header(name, value)).collect());
    }
    let (mut rest, mut messages) = (&bytes[..], Vec::new());
    loop {
        let (head, behind) = rest.split_at(5);
        let length = u32::from_be_bytes(head[1..].try_into().expect("four bytes")) as usize;
        let (content, behind) = behind.split_at(length);
        if head[0] == 0x80 {
            assert!(behind.is_empty(), "the trailers come last");
            let text = std::str::from_utf8(content).expect("text");
            let lines = text.lines().map(|line| line.split_once(": ").expect("a trailer"));
            return (messages, lines.map(|(name, value)| header(name, value)).collect());
        }
        assert_eq!(head[0], 0);
        messages.push(content.to_vec());
        rest = behind;
    }
}

/// Base64 in pieces, each padded at its end.
fn decoded(text: &str) -> Vec<u8> {
    let groups = text.as_bytes().chunks(4);
    groups.flat_map(|group| STANDARD.decode(group).expect("base64")).collect()
}

#[test]
fn a_call_is_answered_and_refused() {
    let mut peer = Peer::of(SERVER.web_address());
    let method = &REQUIRED_REVENUE[1..];
    for is_text in [false, true] {
        let message = message_of(method, &serde_json::from_str(CAHN).expect("JSON"));
        let answer = ask(&mut peer, method, &message, is_text).expect("an answer");
        assert_eq!(json_of(method_of(method).output(), &answer)["required_annual_revenue"], "600000000000");
        let refused = ask(&mut peer, method, &message_of(method, &json!({})), is_text).expect_err("nothing is asked");
        assert_eq!(refused.code(), Code::InvalidArgument);
        let refused = ask(&mut peer, "grpc.health.v1.Health/Check", b"\x0a\x01x", is_text).expect_err("no such service");
        assert_eq!(refused.code(), Code::NotFound);
    }
}

#[test]
fn text_may_come_in_pieces_and_what_is_no_base64_is_refused() {
    let mut peer = Peer::of(SERVER.web_address());
    let text = [("content-type", "application/grpc-web-text")];
    // The head and no byte of a message, each padded by itself.
    let answer = peer.post("/grpc.health.v1.Health/Check", &text, b"AA==AAAAAA==");
    let (messages, trailers) = frames(&answer, true);
    assert_eq!((messages, trailers["grpc-status"].as_bytes()), (vec![vec![8, 1]], &b"0"[..]));
    for bad in ["AAAA", "A!==", "AAAAAA"] {
        let answer = peer.post(REQUIRED_REVENUE, &text, bad.as_bytes());
        let (_, trailers) = frames(&answer, true);
        assert_eq!(trailers["grpc-status"], "3", "{bad}");
    }
}
