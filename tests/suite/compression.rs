//! gzip, both ways: the same bytes after it, where it pays; and no message that is more than it says.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use paydirt::wire::pb;
use prost::Message;
use serde_json::json;
use tonic::codec::CompressionEncoding;
use tonic::{Code, Request, Status};
use tonic_types::StatusExt;

use crate::attacks::METHOD;
use crate::batch::{BATCH, explained};
use crate::frames::{DATA, END_HEADERS, END_STREAM, Frame, HEADERS, Peer, call, frame};
use crate::program::{Program, eventually};
use crate::stream::{STREAM, long, short};
use crate::support::SERVER;

const LIST: &str = "paydirt.v1.CalculationService/ListPresets";

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory takes it")
}

/// A message that says that it is compressed.
fn framed(bytes: &[u8]) -> Vec<u8> {
    [&[1], &u32::try_from(bytes.len()).expect("short").to_be_bytes()[..], bytes].concat()
}

/// The data that answers a call, which a peer makes by hand; and what its headers and trailers hold, as far as it is text.
fn answered(method: &str, headers: &[(&str, &str)], body: &[u8]) -> (Vec<u8>, String) {
    let mut peer = Peer::connect(SERVER.address(), &[(crate::frames::INITIAL_WINDOW_SIZE, 0x7fff_ffff)]);
    peer.send(&crate::frames::window_update(0, 0x7000_0000));
    peer.send(&frame(HEADERS, END_HEADERS, 1, &call(&format!("/{method}"), headers)));
    // Long ones wait for the windows that the server opens: written by another thread.
    let mut pieces: Vec<u8> = body.chunks(16_000).flat_map(|piece| frame(DATA, 0, 1, piece)).collect();
    pieces.extend(frame(DATA, END_STREAM, 1, &[]));
    peer.send_meanwhile(pieces);
    let is_end = |frame: &Frame| frame.kind == HEADERS && frame.flags & END_STREAM != 0;
    let frames = peer.until(is_end);
    assert!(frames.last().is_some_and(is_end), "{method} has no end");
    let data = frames.iter().filter(|frame| frame.kind == DATA).flat_map(|frame| frame.payload.clone()).collect();
    let heads = frames.iter().filter(|frame| frame.kind == HEADERS);
    (data, heads.map(|frame| String::from_utf8_lossy(&frame.payload).into_owned()).collect())
}

/// Each message, and whether it came compressed.
fn messages(mut data: &[u8]) -> Vec<(bool, Vec<u8>)> {
    let mut messages = Vec::new();
    while let [flag, a, b, c, d, rest @ ..] = data {
        let (message, next) = rest.split_at(u32::from_be_bytes([*a, *b, *c, *d]) as usize);
        let inflated = match flag {
            0 => message.to_vec(),
            _ => {
                let mut bytes = Vec::new();
                std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(message), &mut bytes).expect("gzip");
                bytes
            }
        };
        messages.push((*flag == 1, inflated));
        data = next;
    }
    messages
}

const TAKES: (&str, &str) = ("grpc-accept-encoding", "identity, deflate, gzip");
const SENDS: (&str, &str) = ("grpc-encoding", "gzip");

fn plain(bytes: &[u8]) -> Vec<u8> {
    crate::frames::message(bytes)
}

#[test]
fn long_answers_are_compressed_where_the_caller_takes_it_and_are_the_same() {
    let batch = pb::BatchCalculationsRequest { calculations: vec![explained(1000), explained(10)] }.encode_to_vec();
    for (method, question, is_long) in
        [(LIST, Vec::new(), true), (BATCH, batch, true), (METHOD, crate::attacks::question(), false)]
    {
        let (compressed, _) = answered(method, &[TAKES], &plain(&question));
        let (as_it_is, _) = answered(method, &[], &plain(&question));
        let ([(is_compressed, inflated)], [(false, expected)]) = (&messages(&compressed)[..], &messages(&as_it_is)[..]) else {
            panic!("{method} has one answer")
        };
        assert_eq!(*is_compressed, is_long, "{method}");
        assert!(inflated == expected, "{method}: another answer");
        if is_long {
            println!("{method}: {} instead of {}", compressed.len(), as_it_is.len());
            assert!(compressed.len() < as_it_is.len() * 2 / 3, "{method}");
        }
    }
}

#[test]
fn in_a_stream_each_answer_is_compressed_or_not_for_itself() {
    let of = |id, flows| {
        let calculation = Some(explained(flows));
        pb::StreamCalculationsRequest { correlation_id: id, calculation }.encode_to_vec()
    };
    let asked: Vec<u8> = [short(1), of(2, 1000), short(3), of(4, 100)].iter().flat_map(|message| plain(message)).collect();
    let (compressed, heads) = answered(STREAM, &[TAKES], &asked);
    let (as_it_is, _) = answered(STREAM, &[], &asked);
    let (compressed, as_it_is) = (messages(&compressed), messages(&as_it_is));
    assert_eq!(compressed.iter().map(|(compressed, _)| *compressed).collect::<Vec<_>>(), [false, true, false, true]);
    assert!(as_it_is.iter().all(|(compressed, _)| !compressed));
    assert!(compressed.iter().map(|(_, message)| message).eq(as_it_is.iter().map(|(_, message)| message)));
    assert!(!heads.is_empty());
}

#[test]
fn compressed_questions_are_read() {
    let question = crate::attacks::question();
    let (expected, _) = answered(METHOD, &[], &plain(&question));
    let (answer, _) = answered(METHOD, &[SENDS], &framed(&gzip(&question)));
    assert!(answer == expected);
    // A message of a caller that compresses may be as it is.
    let (answer, _) = answered(METHOD, &[SENDS], &plain(&question));
    assert!(answer == expected);
    let asked = [short(1), long(2, 8_000), short(3)];
    let (expected, _) = answered(STREAM, &[], &asked.iter().flat_map(|message| plain(message)).collect::<Vec<_>>());
    let (answer, _) = answered(STREAM, &[SENDS], &asked.iter().flat_map(|message| framed(&gzip(message))).collect::<Vec<_>>());
    assert!(answer == expected && messages(&answer).len() == 3);
}

#[test]
fn what_follows_a_compressed_question_is_refused() {
    let question = crate::attacks::question();
    let whole = gzip(&question);
    // The last four bytes state the length of the question, so that they alone show nothing.
    let length = u32::try_from(question.len()).expect("short").to_le_bytes();
    let garbage = [&whole[..], b"and something else", &length].concat();
    let twice = whole.repeat(2);
    for method in [METHOD, STREAM] {
        for bytes in [&garbage, &twice] {
            let (data, _) = answered(method, &[SENDS], &framed(bytes));
            assert!(data.is_empty(), "{method} was answered");
        }
    }
}

fn refused(method: &str, body: Vec<u8>, encoding: CompressionEncoding) -> Status {
    // tonic's client compresses by itself; a message that is gzip already stays one within.
    let client = SERVER.client();
    client.runtime.block_on(async {
        let path = tonic::codegen::http::uri::PathAndQuery::try_from(format!("/{method}")).expect("a path");
        let mut grpc = tonic::client::Grpc::new(client.channel.clone()).send_compressed(encoding);
        grpc.ready().await.expect("a connection");
        grpc.unary::<Vec<u8>, Vec<u8>, _>(Request::new(body), path, crate::support::Bytes).await.expect_err("refused")
    })
}

#[test]
fn a_real_client_compresses_both_ways() {
    use paydirt_client::pb;
    use paydirt_client::pb::calculation_service_client::CalculationServiceClient;
    let explained = |months| pb::Calculation::decode(explained(months).encode_to_vec().as_slice()).expect("one contract");
    let client = SERVER.client();
    client.runtime.block_on(async {
        let mut service = CalculationServiceClient::new(client.channel.clone())
            .send_compressed(CompressionEncoding::Gzip)
            .accept_compressed(CompressionEncoding::Gzip);
        let batch = pb::BatchCalculationsRequest { calculations: vec![explained(500); 3] };
        let answer = service.batch_calculations(batch).await.expect("a batch").into_inner();
        assert_eq!(answer.outcomes.len(), 3);
        let asked =
            (0..5).map(move |id| pb::StreamCalculationsRequest { correlation_id: id, calculation: Some(explained(300)) });
        let mut answers = service.stream_calculations(tokio_stream::iter(asked)).await.expect("a stream").into_inner();
        let mut count = 0;
        while let Some(answer) = answers.message().await.expect("no error") {
            assert_eq!(answer.correlation_id, count);
            count += 1;
        }
        assert_eq!(count, 5);
    });
}

#[test]
fn a_message_that_grows_beyond_four_mebibytes_is_refused_before_it_does() {
    let bomb = vec![0; 64 << 20];
    let status = refused(METHOD, bomb, CompressionEncoding::Gzip);
    assert_eq!(status.code(), Code::ResourceExhausted, "{status:?}");
    assert_eq!(status.get_details_error_info().expect("a reason").reason, "MESSAGE_TOO_LARGE");
    let status = refused(METHOD, vec![0xff; 100], CompressionEncoding::Gzip);
    assert_eq!(status.code(), Code::InvalidArgument, "{status:?}");
}

/// Many of them at once, that say less than they have, on a server whose memory is looked at.
#[test]
fn bombs_take_no_memory_and_nobody_elses_time() {
    let program = Program::start(&["--workers", "1", "--max-wait", "1m", "--access-log", "off"]);
    let memory = program.resident_bytes();
    let mut bomb = gzip(&vec![0; 32 << 20]);
    let end = bomb.len() - 4;
    bomb[end..].copy_from_slice(&4_000_000_u32.to_le_bytes());
    let mut peer = Peer::connect(program.address(), &[]);
    // As many as one connection has its share of memory for.
    for stream in (0..10).map(|number| 2 * number + 1) {
        let path = format!("/{}", if stream % 4 == 1 { METHOD } else { STREAM });
        peer.send(&frame(HEADERS, END_HEADERS, stream, &call(&path, &[SENDS])));
        for piece in framed(&bomb).chunks(16_000) {
            peer.send(&frame(DATA, 0, stream, piece));
        }
        peer.send(&frame(DATA, END_STREAM, stream, &[]));
    }
    let ended = |program: &Program| program.calls(METHOD, "INVALID_ARGUMENT") + program.calls(STREAM, "INVALID_ARGUMENT");
    let mut highest = memory;
    let count = eventually("ten refusals", || {
        highest = highest.max(program.resident_bytes());
        Some(ended(&program)).filter(|count| *count >= 9.0)
    });
    println!("{count} refused, {highest} bytes at most, {memory} before");
    assert!(highest < memory + 100 * 1024 * 1024, "{memory} and then {highest}");
    crate::attacks::asks_rightly(&program.client()).expect("it serves");
}

#[test]
fn an_encoding_that_nobody_knows_is_refused_with_those_that_are() {
    for method in [METHOD, STREAM, BATCH] {
        let (data, head) = answered(method, &[("grpc-encoding", "snappy")], &plain(b""));
        assert!(data.is_empty() && head.contains("ENCODING_UNKNOWN") | !head.is_empty(), "{method} {head}");
    }
    let client = SERVER.client();
    let status = client.call_with(METHOD, &json!({}), &[("grpc-encoding", "snappy")]).expect_err("unknown");
    assert_eq!(status.code(), Code::Unimplemented, "{status:?}");
    assert_eq!(status.get_details_error_info().expect("a reason").reason, "ENCODING_UNKNOWN");
    assert_eq!(status.metadata().get("grpc-accept-encoding").expect("it is there"), "identity,gzip");
}
