//! HTTP/1.1 as it is abused: heads that are too large or too slow, requests behind each other, chunks that are none, bodies with two lengths.

use std::net::Shutdown;
use std::time::{Duration, Instant};

use super::http::{CAHN, JSON, Peer, REQUIRED_REVENUE, assert_cahns, request};
use crate::program::{PATIENCE, Program};
use crate::support::SERVER;

fn peer() -> Peer {
    Peer::of(SERVER.web_address())
}

/// The head of a call with these further headers.
fn head(headers: &str) -> String {
    format!("POST {REQUIRED_REVENUE} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n{headers}\r\n")
}

fn chunked(pieces: &[&str]) -> String {
    let chunks = pieces.iter().map(|piece| format!("{:x}\r\n{piece}\r\n", piece.len()));
    head("transfer-encoding: chunked\r\n") + &chunks.collect::<String>() + "0\r\n\r\n"
}

#[test]
fn a_head_has_a_limit() {
    let mut large = peer();
    large.send(head(&format!("x-large: {}\r\n", "a".repeat(20_000))));
    assert_eq!(large.answer().expect("an answer").status, 431);
    assert!(large.is_closed());
    let mut many = peer();
    many.send(head(&"x-many: a\r\n".repeat(65)));
    assert_eq!(many.answer().expect("an answer").status, 431);
    let mut endless = peer();
    // A flood that never ends its head: the server answers, closes, and does not keep what comes.
    let sent = (0..5_000).take_while(|_| std::io::Write::write_all(&mut endless.stream, &[b'a'; 4096]).is_ok()).count();
    assert!(sent < 5_000, "twenty megabytes of a head were taken");
}

#[test]
fn requests_behind_each_other_are_answered_in_their_order() {
    let mut peer = peer();
    let call = request("POST", REQUIRED_REVENUE, &[JSON], CAHN.as_bytes());
    let refused = request("POST", REQUIRED_REVENUE, &[JSON], b"{}");
    let other = request("GET", "/nowhere", &[], b"");
    peer.send([call.clone(), refused, other, call].concat());
    assert_cahns(&peer.answer().expect("the first"));
    assert_eq!(peer.answer().expect("the second").status, 400);
    assert_eq!(peer.answer().expect("the third").status, 404);
    assert_cahns(&peer.answer().expect("the fourth"));
}

#[test]
fn a_body_may_come_in_chunks_of_any_size() {
    let mut peer = peer();
    peer.send(chunked(&[CAHN]));
    assert_cahns(&peer.answer().expect("an answer"));
    let bytes: Vec<String> = CAHN.chars().map(String::from).collect();
    peer.send(chunked(&bytes.iter().map(String::as_str).collect::<Vec<_>>()));
    assert_cahns(&peer.answer().expect("an answer"));
    // With an extension and a trailer, which mean nothing here.
    let (length, headers) = (CAHN.len(), head("transfer-encoding: chunked\r\n"));
    peer.send(format!("{headers}{length:x};a=b\r\n{CAHN}\r\n0\r\nx-trailer: a\r\n\r\n"));
    assert_cahns(&peer.answer().expect("an answer"));
    peer.send(chunked(&[]));
    assert_eq!(peer.answer().expect("an answer").status, 400, "no JSON");
    assert_cahns(&peer.post(REQUIRED_REVENUE, &[JSON], CAHN.as_bytes()));
}

#[test]
fn chunks_that_are_none_are_refused_and_end_the_connection() {
    for body in ["x\r\n", "-1\r\n", "5\r\nhello!", "ffffffffffffffffff\r\n", " 5\r\nhello\r\n0\r\n\r\n", "5\nhello\n0\n\n"] {
        let mut peer = peer();
        peer.send(head("transfer-encoding: chunked\r\n") + body);
        let answer = peer.answer().unwrap_or_else(|| panic!("no answer to {body:?}"));
        assert_eq!(answer.status, 400, "{body:?}");
        assert_eq!(answer.header("connection"), Some("close"), "{body:?}");
        assert!(peer.is_closed(), "{body:?}");
    }
}

#[test]
fn a_body_has_one_length_and_nothing_behind_it_is_taken_for_a_request() {
    let behind = "GET /smuggled HTTP/1.1\r\nhost: localhost\r\n\r\n";
    for headers in [
        "content-length: 5\r\ncontent-length: 6\r\n",
        "content-length: 5, 6\r\n",
        "content-length: +5\r\n",
        "content-length: -5\r\n",
        "content-length: 0x5\r\n",
        "transfer-encoding: gzip\r\n",
        "transfer-encoding: chunked, gzip\r\n",
        "transfer-encoding : chunked\r\n",
        "content-length : 5\r\n",
        " content-length: 5\r\n",
    ] {
        let mut peer = peer();
        peer.send(head(headers) + "hello" + behind);
        let answer = peer.answer().unwrap_or_else(|| panic!("no answer to {headers:?}"));
        assert_eq!(answer.status, 400, "{headers:?}");
        assert!(peer.is_closed(), "a request was found behind {headers:?}");
    }
    // With both, the chunks count, as the standard says; and what another server would have taken for the body is no second request.
    for headers in
        ["content-length: 4\r\ntransfer-encoding: chunked\r\n", "transfer-encoding: chunked\r\ncontent-length: 4\r\n"]
    {
        let mut peer = peer();
        peer.send(format!("{}{:x}\r\n{CAHN}\r\n0\r\n\r\n", head(headers), CAHN.len()));
        assert_cahns(&peer.answer().expect("an answer"));
    }
    // HTTP/1.0 has no chunks.
    let mut old = peer();
    old.send(head("transfer-encoding: chunked\r\n").replace("HTTP/1.1", "HTTP/1.0") + "0\r\n\r\n");
    assert_eq!(old.answer().expect("an answer").status, 400);
}

#[test]
fn a_request_refused_before_its_body_has_come_ends_the_connection() {
    let mut peer = peer();
    peer.send("POST /nowhere HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000000\r\n\r\nbegun");
    let answer = peer.answer().expect("an answer");
    assert_eq!((answer.status, answer.header("connection")), (404, Some("close")));
    // A client that sends its body all the same has its answer before the connection ends, and no error.
    peer.send([b'a'; 500_000]);
    assert!(peer.is_closed());
}

#[test]
fn a_body_is_asked_for_where_the_client_waits_to_be_asked() {
    let mut peer = peer();
    peer.send(head(&format!("content-length: {}\r\nexpect: 100-continue\r\n", CAHN.len())));
    assert_eq!(peer.answer().expect("an invitation").status, 100);
    peer.send(CAHN);
    assert_cahns(&peer.answer().expect("an answer"));
    peer.send(
        head(&format!("content-length: {}\r\nexpect: 100-continue\r\n", CAHN.len())).replace(REQUIRED_REVENUE, "/nowhere"),
    );
    assert_eq!(peer.answer().expect("no invitation").status, 404);
}

#[test]
fn a_head_and_a_body_have_to_come_in_time() {
    let program = Program::start(&[]);
    let started = Instant::now();
    let mut silent = Peer::of(program.web_address());
    let mut begun = Peer::of(program.web_address());
    begun.send("POST / HTTP/1.1\r\nhost: local");
    let mut second = Peer::of(program.web_address());
    assert_cahns(&second.post(REQUIRED_REVENUE, &[JSON], CAHN.as_bytes()));
    second.send("GET / HT");
    let mut slow = Peer::of(program.web_address());
    slow.send(head("content-length: 1000\r\n") + "{");
    let mut idle = Peer::of(program.web_address());
    assert_cahns(&idle.post(REQUIRED_REVENUE, &[JSON], CAHN.as_bytes()));

    assert!(silent.is_closed() && begun.is_closed() && second.is_closed());
    let answer = slow.answer().expect("an answer");
    assert_eq!((answer.status, answer.reason().as_str()), (504, "UPLOAD_TOO_SLOW"));
    assert_eq!(answer.header("connection"), Some("close"));
    let took = started.elapsed();
    assert!(took >= Duration::from_millis(4_900) && took < PATIENCE, "{took:?}");
    // A connection that has been asked and waits for its next question is not hurried.
    assert_cahns(&idle.post(REQUIRED_REVENUE, &[JSON], CAHN.as_bytes()));
    assert_eq!(program.refused("preface"), 3.0);
}

#[test]
fn whoever_ends_its_side_has_left() {
    let program = Program::start(&[]);
    let mut peer = Peer::of(program.web_address());
    peer.send(head("content-length: 1000\r\n") + "{");
    peer.stream.shutdown(Shutdown::Write).expect("a socket");
    assert!(peer.is_closed(), "no answer to half a request");
    // A whole request is answered, or its end is taken for a farewell: never for an error.
    let mut peer = Peer::of(program.web_address());
    peer.send(request("POST", REQUIRED_REVENUE, &[JSON], CAHN.as_bytes()));
    peer.stream.shutdown(Shutdown::Write).expect("a socket");
    if let Some(answer) = peer.answer() {
        assert_cahns(&answer);
    }
    assert_eq!(program.refused("protocol"), 0.0);
}
