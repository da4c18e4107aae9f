//! Peers that mean harm, on the real program with one worker: whoever shares its thread with them gets right answers all the while, and they
//! are ended, refused or bounded, and counted.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use http::{HeaderMap, HeaderValue, Method, Request};
use http_body_util::{BodyExt, Full};
use paydirt::wire::pb;
use prost::Message;
use serde_json::json;
use tonic::Status;
use tonic_types::StatusExt;
use tower::{Service, ServiceExt};

use crate::compression::gzip as compressed;
use crate::frames::{
    ACK, CONTINUATION, DATA, END_HEADERS, END_STREAM, Frame, HEADERS, INITIAL_WINDOW_SIZE, PADDED, PING, PREFACE, PRIORITY,
    PUSH_PROMISE, Peer, RST_STREAM, SETTINGS, block, call, frame, is_alright, message, reason_of_goaway, settings,
    window_update,
};
use crate::program::{Program, eventually};
use crate::support::Client;

pub const METHOD: &str = "paydirt.v1.BreakEvenService/ComputeRequiredRevenue";
const PATH: &str = "/paydirt.v1.BreakEvenService/ComputeRequiredRevenue";
const LONG_METHOD: &str = "paydirt.v1.CashFlowService/ComputeNetPresentValue";
const LONG_PATH: &str = "/paydirt.v1.CashFlowService/ComputeNetPresentValue";

/// Cahn's question, and its answer of 600 billion.
pub fn asks_rightly(client: &Client) -> Result<(), String> {
    let request = json!({
        "currency_code": "USD", "accelerator_revenue": "150e9", "accelerator_revenue_period": "PERIOD_YEAR",
        "accelerator_cost_share": "0.5", "end_user_gross_margin": "0.5"
    });
    let answer = client.call(METHOD, &request).map_err(|status| format!("{status:?}"))?;
    if answer["required_revenue"] == "600000000000" { Ok(()) } else { Err(format!("{answer}")) }
}

pub fn question() -> Vec<u8> {
    pb::ComputeRequiredRevenueRequest {
        currency_code: "USD".into(),
        accelerator_revenue: "150e9".into(),
        accelerator_revenue_period: pb::Period::Year.into(),
        accelerator_cost_share: "0.5".into(),
        end_user_gross_margin: "0.5".into(),
        ..Default::default()
    }
    .encode_to_vec()
}

/// A question with an answer of about two megabytes.
fn long_question() -> Vec<u8> {
    let amounts = (0..1_000).map(|number| (number % 10).to_string()).map(Into::into).collect();
    let periodic = pb::PeriodicCashFlows { amounts, period: pb::Period::Month.into() };
    pb::ComputeNetPresentValueRequest {
        currency_code: "USD".into(),
        cash_flows: Some(pb::CashFlows { schedule: Some(pb::cash_flows::Schedule::Periodic(periodic)) }),
        discount_rate: "0.1".into(),
        options: Some(pb::CalculationOptions { explain: true, rounding: None }),
        ..Default::default()
    }
    .encode_to_vec()
}

/// A well-behaved client that goes on asking, on a connection of its own.
pub struct Neighbour {
    answers: Arc<AtomicU64>,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<Duration>>,
}

impl Neighbour {
    pub fn of(program: &Program) -> Neighbour {
        let client = program.client();
        let (answers, is_over) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
        let (counted, ends) = (Arc::clone(&answers), Arc::clone(&is_over));
        let thread = std::thread::spawn(move || {
            let mut slowest = Duration::ZERO;
            while !ends.load(Ordering::Relaxed) {
                let start = Instant::now();
                match asks_rightly(&client) {
                    Ok(()) => drop(counted.fetch_add(1, Ordering::Relaxed)),
                    // On a machine with more to do than it can, a refusal is right too; that answers come is looked at.
                    Err(error) => assert!(error.contains("OVERLOADED"), "{error}"),
                }
                slowest = slowest.max(start.elapsed());
            }
            slowest
        });
        Neighbour { answers, is_over, thread: Some(thread) }
    }

    /// Comes back when it has been answered again.
    pub fn is_answered(&self) {
        let aim = self.answers.load(Ordering::Relaxed) + 2;
        eventually("an answer to the neighbour", || {
            assert!(!self.thread.as_ref().is_some_and(JoinHandle::is_finished), "the neighbour got no right answer");
            (self.answers.load(Ordering::Relaxed) >= aim).then_some(())
        });
    }

    /// How many answers it had, and the time that the slowest took.
    pub fn ends(mut self) -> (u64, Duration) {
        self.is_over.store(true, Ordering::Relaxed);
        let slowest = self.thread.take().expect("it has not ended yet").join().expect("right answers all the while");
        (self.answers.load(Ordering::Relaxed), slowest)
    }
}

impl Drop for Neighbour {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
    }
}

/// On one worker, with short deadlines.
fn program(flags: &[&str]) -> Program {
    let flags = [&["--workers", "1", "--lame-duck", "0s", "--drain", "1s", "--access-log", "off"], flags].concat();
    Program::start_with(&flags, |command| command.env("PAYDIRT_REHEARSAL", "1"))
}

/// A call that waits for its message.
fn opened(stream: u32) -> Vec<u8> {
    frame(HEADERS, END_HEADERS, stream, &call(PATH, &[]))
}

fn repeated(count: usize, bytes: &[u8]) -> Vec<u8> {
    bytes.repeat(count)
}

fn streams(count: u32) -> impl Iterator<Item = u32> {
    (0..count).map(|number| 2 * number + 1)
}

/// What becomes of a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// It is closed, and counted by one of these reasons.
    Closed(&'static [&'static str]),
    /// It may go on.
    GoesOn,
}
use End::{Closed, GoesOn};

const PROTOCOL: End = Closed(&["protocol"]);
const FLOOD: End = Closed(&["flood"]);

/// Floods and nonsense, as bytes after preface and settings.
fn attacks() -> Vec<(&'static str, Vec<u8>, End)> {
    let question = frame(DATA, END_STREAM, 1, &message(&question()));
    let overflow = |stream| window_update(stream, 0x7fff_ffff);
    let headers_flood = |count: usize, value: &str| {
        let value = value.to_owned();
        let headers: Vec<_> = (0..count).map(|number| (format!("x-{number}"), value.clone())).collect();
        let headers: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let block = call(PATH, &headers);
        let pieces: Vec<_> = block.chunks(16_000).collect();
        let last = pieces.len() - 1;
        let frames = pieces.iter().enumerate().map(|(number, piece)| {
            let flags = if number == last { END_HEADERS } else { 0 };
            frame(if number == 0 { HEADERS } else { CONTINUATION }, flags, 1, piece)
        });
        frames.collect::<Vec<_>>().concat()
    };
    vec![
        (
            "rapid reset",
            streams(20_000).flat_map(|stream| [opened(stream), frame(RST_STREAM, 0, stream, &[0, 0, 0, 8])].concat()).collect(),
            PROTOCOL,
        ),
        ("settings", repeated(130_000, &settings(&[])), FLOOD),
        ("settings that change", repeated(100_000, &settings(&[(INITIAL_WINDOW_SIZE, 1)])), FLOOD),
        ("acknowledgements of settings", repeated(130_000, &frame(SETTINGS, ACK, 0, &[])), PROTOCOL),
        ("pings", repeated(100_000, &frame(PING, 0, 0, b"whatever")), FLOOD),
        ("acknowledgements of pings", repeated(100_000, &frame(PING, ACK, 0, b"whatever")), FLOOD),
        ("empty data", [opened(1), repeated(130_000, &frame(DATA, 0, 1, &[]))].concat(), Closed(&["protocol", "flood"])),
        ("windows of a connection", repeated(100_000, &window_update(0, 1)), FLOOD),
        ("windows of a stream", [opened(1), repeated(100_000, &window_update(1, 1))].concat(), FLOOD),
        ("priorities", repeated(100_000, &frame(PRIORITY, 0, 1, &[0, 0, 0, 3, 16])), FLOOD),
        ("frames of a kind that is none", repeated(130_000, &frame(0xee, 0xff, 0, &[])), FLOOD),
        (
            "continuations without an end",
            [frame(HEADERS, 0, 1, &call(PATH, &[])), repeated(10_000, &frame(CONTINUATION, 0, 1, &block(&[("x-a", "b")])))]
                .concat(),
            PROTOCOL,
        ),
        (
            "empty continuations without an end",
            [frame(HEADERS, 0, 1, &call(PATH, &[])), repeated(130_000, &frame(CONTINUATION, 0, 1, &[]))].concat(),
            PROTOCOL,
        ),
        ("many headers", headers_flood(200, &"a".repeat(100)), GoesOn),
        ("one long header", headers_flood(1, &"a".repeat(20_000)), GoesOn),
        ("one endless header", headers_flood(1, &"a".repeat(2_000_000)), PROTOCOL),
        // Made you reset, CVE-2025-8671: the server resets, and the peer never does.
        (
            "windows that overflow",
            streams(5000).flat_map(|stream| [opened(stream), overflow(stream)].concat()).collect(),
            PROTOCOL,
        ),
        (
            "data after the end",
            streams(5000)
                .flat_map(|stream| {
                    [frame(HEADERS, END_HEADERS | END_STREAM, stream, &call(PATH, &[])), frame(DATA, 0, stream, b"more")]
                        .concat()
                })
                .collect(),
            PROTOCOL,
        ),
        ("a window of none", [opened(1), window_update(1, 0)].concat(), PROTOCOL),
        ("a window of the connection that overflows", overflow(0), PROTOCOL),
        (
            "more data than the window",
            [opened(1), repeated(200, &frame(DATA, 0, 1, &[255; 16_384]))].concat(),
            Closed(&["protocol", "flood"]),
        ),
        ("a promise", frame(PUSH_PROMISE, END_HEADERS, 1, &[&[0, 0, 0, 2], &call(PATH, &[])[..]].concat()), PROTOCOL),
        ("a stream of the server's", opened(2), PROTOCOL),
        ("data before headers", frame(DATA, 0, 1, b"data"), PROTOCOL),
        ("a reset before headers", frame(RST_STREAM, 0, 1, &[0, 0, 0, 8]), PROTOCOL),
        ("a frame that is too long", frame(DATA, 0, 1, &[0; 20_000]), PROTOCOL),
        ("a ping that is too short", frame(PING, 0, 0, b"short"), PROTOCOL),
        ("headers that are none", frame(HEADERS, END_HEADERS, 1, &[0xff; 100]), PROTOCOL),
        ("noise", (0..100_000_u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 13) as u8).collect(), PROTOCOL),
        (
            "padding",
            streams(100)
                .flat_map(|stream| {
                    // With a byte of data in each, five of them would be an empty message, which is answered: a call, and no flood.
                    let padded = frame(DATA, PADDED, stream, &[&[255][..], &[0; 255]].concat());
                    [opened(stream), repeated(200, &padded)].concat()
                })
                .collect(),
            Closed(&["protocol", "flood"]),
        ),
        ("a call", [opened(1), question].concat(), GoesOn),
    ]
}

#[test]
fn floods_and_nonsense_end_the_peer_that_sends_them_and_nobody_else() {
    let program = program(&["--default-deadline", "2s"]);
    let neighbour = Neighbour::of(&program);
    neighbour.is_answered();
    let memory = program.resident_bytes();
    for (name, bytes, end) in attacks() {
        let reasons = ["protocol", "flood", "preface", "too_many"];
        let before = reasons.map(|reason| program.refused(reason));
        let start = Instant::now();
        let mut peer = Peer::connect(program.address(), &[]);
        let sent = bytes.len();
        peer.send_meanwhile([bytes, frame(PING, 0, 0, b"alright?")].concat());
        let frames = peer.until(is_alright);
        let goes_on = frames.last().is_some_and(is_alright);
        drop(peer);
        match end {
            GoesOn => assert!(goes_on, "{name}: {:?}", reason_of_goaway(&frames)),
            Closed(allowed) => {
                assert!(!goes_on, "{name}: it may go on");
                let counted = eventually(name, || {
                    let counted = reasons.into_iter().zip(before).filter(|(reason, before)| program.refused(reason) > *before);
                    let counted: Vec<_> = counted.map(|(reason, _)| reason).collect();
                    (!counted.is_empty()).then_some(counted)
                });
                assert!(allowed.contains(&counted[0]) && counted.len() == 1, "{name}: {counted:?}");
            }
        }
        neighbour.is_answered();
        println!("{name}: {sent} bytes, {end:?}, go away {:?}, {:?}", reason_of_goaway(&frames), start.elapsed());
    }
    let more = program.resident_bytes().saturating_sub(memory);
    let (answers, slowest) = neighbour.ends();
    println!("{answers} answers to the neighbour, the slowest in {slowest:?}; {more} bytes more");
    assert!(more < 64 << 20, "{more} bytes more");
    program.until_metric("paydirt_connections", 0.0);
    program.until_metric("paydirt_calls_in_flight", 0.0);
    program.until_metric("paydirt_message_bytes", 0.0);
    assert_eq!(program.metric("paydirt_panics_total"), Some(0.0));
    assert!(program.log().len() < 100, "{} lines: who sends nonsense writes no log", program.log().len());
    assert!(program.terminated() < Duration::from_secs(3));
}

#[test]
fn what_is_not_http2_is_closed_at_once() {
    let program = program(&[]);
    let hello = [&[22, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3][..], &[7; 300]].concat();
    for (number, bytes) in [b"GET / HTTP/1.1\r\nhost: a\r\n\r\n".to_vec(), hello, vec![0; 100]].into_iter().enumerate() {
        let mut peer = Peer::silent(program.address());
        peer.send(&bytes);
        assert!(peer.is_closed());
        eventually("a count", || (program.refused("protocol") == number as f64 + 1.0).then_some(()));
    }
    asks_rightly(&program.client()).expect("others are answered");
}

#[test]
fn a_request_in_http_1_gets_a_line_that_can_be_read() {
    let program = program(&[]);
    let body = "x".repeat(20_000);
    let requests = [
        "GET / HTTP/1.1\r\nhost: a\r\n\r\n".to_owned(),
        "GET /livez HTTP/1.0\r\n\r\n".to_owned(),
        format!("POST {PATH} HTTP/1.1\r\nhost: a\r\ncontent-length: {}\r\n\r\n{body}", body.len()),
    ];
    for (number, request) in requests.iter().enumerate() {
        let mut stream = TcpStream::connect(program.address()).expect("it listens");
        stream.write_all(request.as_bytes()).expect("it is read");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("text, and an end");
        assert!(answer.starts_with("HTTP/1.1 505 HTTP Version Not Supported\r\n"), "{answer}");
        let port = program.web_address().port();
        let line = format!("\r\n\r\nthis port speaks gRPC over HTTP/2; HTTP/1.1 and JSON are spoken on port {port}\n");
        assert!(answer.ends_with(&line), "{answer}");
        assert!(!answer.contains(&program.admin_address().port().to_string()), "the admin port is nobody's business: {answer}");
        eventually("a count", || (program.refused("protocol") == number as f64 + 1.0).then_some(()));
    }
    program.until_metric("paydirt_connections", 0.0);
    // A peer that takes no answer is closed all the same.
    let mut silent = TcpStream::connect(program.address()).expect("it listens");
    silent.write_all(b"GET / HTTP/1.1\r\n").expect("it is read");
    program.until_metric("paydirt_connections", 1.0);
    program.until_metric("paydirt_connections", 0.0);
    // A preface that comes byte by byte is a preface.
    let mut peer = Peer::silent(program.address());
    for byte in PREFACE {
        peer.send(&[*byte]);
        std::thread::sleep(Duration::from_millis(5));
    }
    peer.send(&settings(&[]));
    assert!(peer.is_answered());
    asks_rightly(&program.client()).expect("others are answered");
}

/// The status of HTTP, and headers and trailers together, of a request that may be no call.
fn raw(client: &Client, method: Method, headers: &[(&'static str, &str)], body: Vec<u8>) -> (u16, HeaderMap) {
    let mut request = Request::builder().method(method).uri(format!("http://a{PATH}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = tonic::body::Body::new(Full::new(bytes::Bytes::from(body)));
    let request = request.body(body).expect("a request");
    client.runtime.block_on(async {
        let mut channel = client.channel.clone();
        let response = channel.ready().await.expect("it is connected").call(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let trailers = body.collect().await.expect("a body").trailers().cloned().unwrap_or_default();
        let mut all = parts.headers;
        all.extend(trailers);
        (parts.status.as_u16(), all)
    })
}

#[test]
fn a_request_that_is_no_call_is_refused_by_its_fault() {
    let program = program(&[]);
    let client = program.client();
    let good = message(&question());
    let too_long = [&[0][..], &(5_u32 << 20).to_be_bytes(), &[0; 100]].concat();
    let flagged = |bytes: &[u8]| [&[1][..], &message(bytes)[1..]].concat();
    // The head of a gzip stream and nothing behind: it is not looked into.
    let gzip = flagged(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xff, 0xff]);
    let mut garbage = compressed(&question());
    garbage.extend(u32::try_from(question().len()).expect("short").to_le_bytes());
    let (grpc, te) = (("content-type", "application/grpc"), ("te", "trailers"));
    let post = || Method::POST;
    let rows = [
        ("a call", post(), vec![grpc, te], good.clone(), 200, "0", ""),
        (
            "a call that says what it is made of",
            post(),
            vec![("content-type", "application/grpc+proto"), te],
            good.clone(),
            200,
            "0",
            "",
        ),
        (
            "a call with parameters",
            post(),
            vec![("content-type", "Application/gRPC+proto; charset=utf-8"), te],
            good.clone(),
            200,
            "0",
            "",
        ),
        ("too long", post(), vec![grpc, te], too_long, 200, "8", "MESSAGE_TOO_LARGE"),
        (
            "compressed to nothing",
            post(),
            vec![grpc, te, ("grpc-encoding", "gzip")],
            gzip.clone(),
            200,
            "3",
            "MESSAGE_MALFORMED",
        ),
        (
            "compressed, with bytes behind it",
            post(),
            vec![grpc, te, ("grpc-encoding", "gzip")],
            flagged(&garbage),
            200,
            "3",
            "MESSAGE_MALFORMED",
        ),
        ("compressed", post(), vec![grpc, te, ("grpc-encoding", "gzip")], flagged(&compressed(&question())), 200, "0", ""),
        ("compressed by who knows what", post(), vec![grpc, te, ("grpc-encoding", "zip")], gzip.clone(), 200, "12", ""),
        ("compressed without a word", post(), vec![grpc, te], gzip, 200, "3", "MESSAGE_MALFORMED"),
        ("no message", post(), vec![grpc, te], message(&[0xff; 40]), 200, "3", "MESSAGE_MALFORMED"),
        ("half a message", post(), vec![grpc, te], good[..10].to_vec(), 200, "3", "MESSAGE_MALFORMED"),
        ("nothing", post(), vec![grpc, te], Vec::new(), 200, "3", "MESSAGE_MALFORMED"),
        ("a flag that is none", post(), vec![grpc, te], [&[7], &good[1..]].concat(), 200, "3", "MESSAGE_MALFORMED"),
        (
            "a timeout that is none",
            post(),
            vec![grpc, te, ("grpc-timeout", "soon")],
            good.clone(),
            200,
            "3",
            "TIMEOUT_MALFORMED",
        ),
        ("GET", Method::GET, vec![grpc, te], good.clone(), 405, "3", "NOT_GRPC"),
        ("of a web page", post(), vec![("content-type", "application/json")], good.clone(), 415, "3", "NOT_GRPC"),
        ("of gRPC-Web", post(), vec![("content-type", "application/grpc-web")], good.clone(), 415, "3", "NOT_GRPC"),
        (
            "protobuf that is called JSON",
            post(),
            vec![("content-type", "application/grpc+json"), te],
            good.clone(),
            200,
            "3",
            "JSON_MALFORMED",
        ),
        ("of something else", post(), vec![("content-type", "application/grpcfoo"), te], good.clone(), 415, "3", "NOT_GRPC"),
        ("of nothing", post(), vec![], good, 415, "3", "NOT_GRPC"),
    ];
    let mut wrong = Vec::new();
    for (name, method, headers, body, http, grpc, reason) in rows {
        let (status, all) = raw(&client, method, &headers, body);
        let got = all.get("grpc-status").map(|status| status.to_str().expect("text"));
        let info = Status::from_header_map(&all).and_then(|status| status.get_details_error_info());
        let has_reason = reason.is_empty() || info.is_some_and(|info| info.reason == reason);
        if (status, got) != (http, Some(grpc)) || !has_reason {
            wrong.push(format!("{name}: {status} {all:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    asks_rightly(&client).expect("the same connection goes on");
    assert_eq!(program.metric("paydirt_panics_total"), Some(0.0));
}

#[test]
fn a_client_that_is_refused_before_it_is_read_is_no_flood() {
    let program = program(&[]);
    let client = program.client();
    let headers = [("content-type", "application/grpc"), ("te", "trailers"), ("grpc-timeout", "soon")];
    for _ in 0..100 {
        let (_, all) = raw(&client, Method::POST, &headers, message(&[0; 60_000]));
        assert_eq!(all.get("grpc-status").map(HeaderValue::as_bytes), Some(&b"3"[..]));
    }
    assert_eq!(program.refused("flood"), 0.0);
    assert_eq!(program.metric("paydirt_connections_accepted_total"), Some(1.0));
}

/// The frames that end a stream: its reset, or its last.
fn ends(frame: &Frame, stream: u32) -> bool {
    frame.stream == stream
        && (frame.kind == RST_STREAM || frame.flags & END_STREAM != 0 && matches!(frame.kind, DATA | HEADERS))
}

#[test]
fn messages_that_are_promised_and_never_come_take_no_memory() {
    let program = program(&["--default-deadline", "5s"]);
    let neighbour = Neighbour::of(&program);
    neighbour.is_answered();
    let memory = program.resident_bytes();
    // Four megabytes each, two gigabytes in all; and a few bytes of them.
    let promise = [&[0][..], &(4_u32 << 20).to_be_bytes(), &[0; 3000]].concat();
    let mut peers: Vec<_> = (0..8).map(|_| Peer::connect(program.address(), &[])).collect();
    for peer in &mut peers {
        for stream in streams(64) {
            peer.send(&[opened(stream), frame(DATA, 0, stream, &promise)].concat());
        }
    }
    // On a machine with more to do than it can, some are refused at once.
    let refused = || program.metric("paydirt_calls_refused_total{reason=\"worker_busy\"}").unwrap_or(0.0);
    let in_flight = || program.metric("paydirt_calls_in_flight").unwrap_or(0.0);
    eventually("all of them", || (in_flight() + refused() >= 512.0).then_some(()));
    neighbour.is_answered();
    let more = program.resident_bytes().saturating_sub(memory);
    println!("{more} bytes more for 512 promises");
    assert!(more < 96 << 20, "{more} bytes more");
    for peer in &mut peers {
        let mut ended = 0;
        peer.until(|frame| {
            ended += usize::from(streams(64).any(|stream| ends(frame, stream)));
            ended == 64
        });
        assert_eq!(ended, 64, "each is ended by its deadline");
    }
    eventually("their count", || (program.calls(METHOD, "DEADLINE_EXCEEDED") + refused() >= 512.0).then_some(()));
    drop(peers);
    program.until_metric("paydirt_message_bytes", 0.0);
    neighbour.ends();
    assert!(program.terminated() < Duration::from_secs(3));
}

#[test]
fn a_call_that_does_not_come_to_its_end_is_ended_by_its_deadline() {
    let program = program(&[]);
    let neighbour = Neighbour::of(&program);
    // Its message never comes.
    let mut mute = Peer::connect(program.address(), &[]);
    let start = Instant::now();
    mute.send(&frame(HEADERS, END_HEADERS, 1, &call(PATH, &[("grpc-timeout", "500m")])));
    // Its message comes a byte at a time.
    let mut slow = Peer::connect(program.address(), &[]);
    slow.send(&frame(HEADERS, END_HEADERS, 1, &call(PATH, &[("grpc-timeout", "500m")])));
    for byte in message(&question()).chunks(1).take(30) {
        slow.send(&frame(DATA, 0, 1, byte));
        std::thread::sleep(Duration::from_millis(30));
    }
    assert!(mute.until(|frame| ends(frame, 1)).last().is_some_and(|frame| ends(frame, 1)));
    assert!(slow.until(|frame| ends(frame, 1)).last().is_some_and(|frame| ends(frame, 1)));
    assert!(start.elapsed() >= Duration::from_millis(500));
    assert!(mute.is_answered() && slow.is_answered(), "their connections go on");
    eventually("two", || (program.calls(METHOD, "DEADLINE_EXCEEDED") == 2.0).then_some(()));
    neighbour.ends();
}

#[test]
fn a_call_is_not_held_to_the_deadline_of_the_one_before() {
    let program = program(&[]);
    let mut peer = Peer::connect(program.address(), &[]);
    let mut asks = |stream: u32, further: &[(&str, &str)]| {
        peer.send(&frame(HEADERS, END_HEADERS, stream, &call(PATH, further)));
        peer.send(&frame(DATA, END_STREAM, stream, &message(&question())));
        peer.until(|frame| ends(frame, stream)).last().map(|frame| frame.kind)
    };
    assert_eq!(asks(1, &[("grpc-timeout", "100m")]), Some(HEADERS));
    std::thread::sleep(Duration::from_millis(800));
    assert_eq!(asks(3, &[("paydirt-rehearsal", "300ms")]), Some(HEADERS), "trailers, and no reset");
    assert_eq!(program.calls(METHOD, "CANCELLED"), 0.0);
}

#[test]
fn an_answer_that_is_not_read_is_given_up_and_its_memory_given_back() {
    let program = program(&[]);
    let neighbour = Neighbour::of(&program);
    neighbour.is_answered();
    let memory = program.resident_bytes();
    let asked = message(&long_question());
    let asks = |peer: &mut Peer, stream: u32| {
        peer.send(&frame(HEADERS, END_HEADERS, stream, &call(LONG_PATH, &[("grpc-timeout", "4S")])));
        let pieces: Vec<_> = asked.chunks(16_384).collect();
        for (number, piece) in pieces.iter().enumerate() {
            peer.send(&frame(DATA, if number + 1 == pieces.len() { END_STREAM } else { 0 }, stream, piece));
        }
    };
    // It opens no window. Where the machine has more to do than it can, it may be refused at first.
    let mut closed = Peer::connect(program.address(), &[(INITIAL_WINDOW_SIZE, 0)]);
    let (stream, start) = streams(8)
        .map(|stream| (stream, Instant::now()))
        .find(|(stream, _)| {
            asks(&mut closed, *stream);
            let frames = closed.until(|frame| frame.stream == *stream && frame.kind == HEADERS);
            frames.last().is_some_and(|headers| headers.flags & END_STREAM == 0)
        })
        .expect("an answer");
    // The question alone is nine thousand.
    let held = program.metric("paydirt_message_bytes").expect("it is there");
    assert!(held > 2e5, "{held}");
    // It opens all windows, and reads nothing. Its calls may be refused: without a pool, each keeps the worker for a while.
    let mut deaf = Peer::connect(program.address(), &[(INITIAL_WINDOW_SIZE, 0x7fff_ffff)]);
    deaf.send(&window_update(0, 0x7000_0000));
    for stream in streams(4) {
        asks(&mut deaf, stream);
    }
    let frames = closed.until(|frame| ends(frame, stream));
    let took = start.elapsed();
    assert_eq!(frames.last().map(|frame| frame.kind), Some(RST_STREAM), "{frames:?}");
    assert!((Duration::from_millis(4400)..Duration::from_secs(10)).contains(&took), "{took:?}");
    // HTTP/2 keeps a portion or two of what each of the deaf one's four calls was sent, and the kernel some more.
    eventually("memory that is given back", || program.metric("paydirt_message_bytes").filter(|held| *held < 1e6));
    println!("{held} bytes under way, reset after {took:?}, {} bytes more", program.resident_bytes().saturating_sub(memory));
    assert!(closed.is_answered(), "its connection goes on");
    neighbour.is_answered();
    eventually("its count", || (program.calls(LONG_METHOD, "CANCELLED") >= 1.0).then_some(()));
    neighbour.ends();
    program.until_metric("paydirt_calls_in_flight", 0.0);
    // The deaf one is still there, with all that it was sent.
    let took = program.terminated();
    assert!(took < Duration::from_secs(4), "{took:?}");
}

#[test]
fn a_peer_that_vanishes_has_cancelled_its_calls() {
    let program = program(&[]);
    let mut peer = Peer::connect(program.address(), &[]);
    for stream in streams(10) {
        peer.send(&frame(HEADERS, END_HEADERS, stream, &call(PATH, &[("paydirt-rehearsal", "20s")])));
        peer.send(&frame(DATA, END_STREAM, stream, &message(&question())));
    }
    eventually("ten calls", || (program.metric("paydirt_calls_in_flight") == Some(10.0)).then_some(()));
    drop(peer);
    eventually("ten that were cancelled", || (program.calls(METHOD, "CANCELLED") == 10.0).then_some(()));
    for name in ["paydirt_calls_in_flight", "paydirt_pool_running_calls", "paydirt_pool_queue_calls"] {
        program.until_metric(name, 0.0);
    }
    assert_eq!(["protocol", "flood"].map(|reason| program.refused(reason)), [0.0, 0.0], "to vanish is no offence");
}

#[test]
fn half_a_preface_counts_as_none() {
    let program = program(&[]);
    let mut peer = Peer::silent(program.address());
    peer.send(&PREFACE[..20]);
    assert!(peer.is_closed());
    eventually("a count", || (program.refused("preface") == 1.0).then_some(()));
    // The system's queue takes it, whoever is served.
    TcpStream::connect(program.address()).expect("it listens");
}
