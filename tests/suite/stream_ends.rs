//! How a stream ends: by its caller, by its time, by its mistakes, with the server; and what becomes of one whose caller does not read.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use paydirt::wire::pb;
use paydirt::wire::pb::calculation::Model;
use tokio_stream::StreamExt;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::attacks::Neighbour;
use crate::frames::{DATA, END_HEADERS, GOAWAY, HEADERS, INITIAL_WINDOW_SIZE, Peer, RST_STREAM, call, frame, message};
use crate::program::{Program, eventually};
use crate::stream::{STREAM, ids, item, long, short, stream, streamed};
use crate::support::{Client, SERVER, Server};

fn reason(status: &Status) -> String {
    status.get_details_error_info().unwrap_or_else(|| panic!("no reason: {status:?}")).reason
}

/// Cahn's questions without an end, as fast as they are taken.
fn endless() -> impl tokio_stream::Stream<Item = Vec<u8>> + Send + 'static {
    tokio_stream::iter((0..).map(short))
}

/// Numbered from here on, a few hundred a second, up to so many.
fn steady(from: u64, to: u64) -> impl tokio_stream::Stream<Item = Vec<u8>> + Send + 'static {
    // Bursts, so that some are always under way.
    tokio_stream::iter(from..to).then(async |id| {
        if id % 20 == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        short(id)
    })
}

#[test]
fn a_message_that_cannot_be_read_ends_the_stream_and_is_named() {
    let client = SERVER.client();
    let bad = vec![0xff; 10];
    let streamed = stream(&client, vec![short(1), long(2, 2000), bad, short(4)]);
    assert_eq!(streamed.status.code(), Code::InvalidArgument, "{:?}", streamed.status);
    assert_eq!((ids(&streamed), streamed.answered()), (vec![1, 2], 2));
    assert_eq!(reason(&streamed.status), "MESSAGE_MALFORMED");
    assert!(streamed.status.message().starts_with("message 3 of the stream: "), "{:?}", streamed.status);
    // A long one is found to be none on the pool.
    let bad = [vec![0xff; 10], vec![0; 100_000]].concat();
    let streamed = stream(&client, vec![short(1), long(2, 2000), bad, short(4), short(5)]);
    assert_eq!(streamed.status.code(), Code::InvalidArgument, "{:?}", streamed.status);
    assert_eq!((ids(&streamed), streamed.answered()), (vec![1, 2], 2));
    assert!(streamed.status.message().starts_with("message 3 of the stream: "), "{:?}", streamed.status);
}

#[test]
fn a_message_above_four_mebibytes_ends_the_stream() {
    let streamed = stream(&SERVER.client(), vec![short(1), vec![0; 4 * 1024 * 1024 + 1], short(3)]);
    assert_eq!(streamed.status.code(), Code::ResourceExhausted, "{:?}", streamed.status);
    assert_eq!((ids(&streamed), streamed.answered()), (vec![1], 1));
    assert_eq!(reason(&streamed.status), "MESSAGE_TOO_LARGE");
    assert!(streamed.status.message().starts_with("message 2 of the stream: "), "{:?}", streamed.status);
}

#[test]
fn a_deadline_holds_for_the_whole_stream() {
    let program = Program::start(&["--access-log", "off"]);
    let client = program.client();
    let start = Instant::now();
    let ended = client.runtime.block_on(streamed(&client, endless(), &[("grpc-timeout", "1500m")]));
    // The client's library keeps the time too.
    assert!(matches!(ended.status.code(), Code::DeadlineExceeded | Code::Cancelled), "{:?}", ended.status);
    assert!(start.elapsed() < Duration::from_secs(5) && !ended.answers.is_empty(), "{:?}", start.elapsed());
    eventually("no call in flight", || (program.metric("paydirt_calls_in_flight") == Some(0.0)).then_some(()));
    program.until_metric("paydirt_pool_running_calls", 0.0);
}

/// A stream that the server alone keeps the time of.
#[test]
fn a_deadline_ends_a_stream_that_has_no_pause() {
    let program = Program::start(&["--workers", "1", "--access-log", "off"]);
    let mut peer = Peer::connect(program.address(), &[(INITIAL_WINDOW_SIZE, 0x7fff_ffff)]);
    peer.send(&crate::frames::window_update(0, 0x7000_0000));
    peer.send(&frame(HEADERS, END_HEADERS, 1, &call(&format!("/{STREAM}"), &[("grpc-timeout", "200m")])));
    let burst: Vec<u8> = (0..50).flat_map(|id| message(&short(id))).collect();
    peer.send_meanwhile(frame(DATA, 0, 1, &burst).repeat(4));
    let frames = peer.until(|frame| frame.kind == HEADERS && frame.flags & 1 != 0);
    let trailers = String::from_utf8_lossy(&frames.last().expect("trailers").payload).into_owned();
    assert!(frames.iter().any(|frame| frame.kind == DATA), "{frames:?}");
    assert!(trailers.contains("grpc-status") || !trailers.is_empty());
    eventually("an end", || (program.calls(STREAM, "DEADLINE_EXCEEDED") == 1.0).then_some(()));
}

#[test]
fn a_stream_may_go_on_for_longer_than_a_call() {
    let server = Server::with(&["--default-deadline", "300ms"]);
    let client = server.client();
    let messages = tokio_stream::iter(0..10).then(async |id| {
        tokio::time::sleep(Duration::from_millis(100)).await;
        short(id)
    });
    let ended = client.runtime.block_on(streamed(&client, messages, &[]));
    assert_eq!((ended.status.code(), ended.answered()), (Code::Ok, 10), "{:?}", ended.status);
}

#[test]
fn a_caller_that_says_nothing_for_too_long_is_told_where_to_go_on() {
    let server = Server::with(&["--max-connection-idle", "400ms"]);
    let client = server.client();
    let silent = tokio_stream::iter([short(0), short(1)]).chain(tokio_stream::pending());
    let start = Instant::now();
    let ended = client.runtime.block_on(streamed(&client, silent, &[]));
    assert_eq!((ended.status.code(), ended.answered()), (Code::Unavailable, 2), "{:?}", ended.status);
    assert_eq!(reason(&ended.status), "STREAM_ENDS_EARLY");
    assert!(start.elapsed() > Duration::from_millis(350), "{:?}", start.elapsed());
}

#[test]
fn half_a_message_is_waited_for_as_long_as_a_call() {
    let program = Program::start(&["--default-deadline", "400ms", "--access-log", "off"]);
    let mut peer = Peer::connect(program.address(), &[]);
    peer.send(&frame(HEADERS, END_HEADERS, 1, &call(&format!("/{STREAM}"), &[])));
    let half = message(&vec![0; 1000]);
    peer.send(&frame(DATA, 0, 1, &half[..500]));
    let frames = peer.until(|frame| frame.kind == HEADERS && frame.flags & 1 != 0);
    assert!(frames.last().is_some_and(|frame| frame.kind == HEADERS), "{frames:?}");
    eventually("an end", || (program.calls(STREAM, "UNAVAILABLE") == 1.0).then_some(()));
}

#[test]
fn a_caller_that_goes_away_has_cancelled_it() {
    let program = Program::start(&["--pool-threads", "1", "--access-log", "off"]);
    let client = program.client();
    client.runtime.block_on(async {
        let messages = tokio_stream::iter((0..).map(|id| long(id, 3000)));
        let stream = streamed(&client, messages, &[]);
        assert!(tokio::time::timeout(Duration::from_millis(500), stream).await.is_err(), "it would go on for ever");
    });
    drop(client);
    eventually("a cancelled call", || (program.calls(STREAM, "CANCELLED") == 1.0).then_some(()));
    for name in ["paydirt_calls_in_flight", "paydirt_pool_running_calls", "paydirt_pool_queue_calls", "paydirt_message_bytes"] {
        program.until_metric(name, 0.0);
    }
}

/// Sends without an end, opens no window for answers: short calculations, long ones, and such with long answers.
#[test]
fn a_caller_that_never_reads_is_bounded_and_given_up() {
    let program = Program::start(&[
        "--workers",
        "1",
        "--default-deadline",
        "2s",
        "--lame-duck",
        "0s",
        "--drain",
        "1s",
        "--access-log",
        "off",
    ]);
    let neighbour = Neighbour::of(&program);
    neighbour.is_answered();
    let memory = program.resident_bytes();
    let explained = |id| {
        use prost::Message;
        let calculation = Some(crate::batch::explained(1_000));
        paydirt::wire::pb::StreamCalculationsRequest { correlation_id: id, calculation }.encode_to_vec()
    };
    type Asked<'a> = &'a dyn Fn(u64) -> Vec<u8>;
    let kinds: [(&str, Asked); 3] = [("short", &short), ("long", &|id| long(id, 500)), ("long answers", &explained)];
    for (count, (kind, asked)) in kinds.into_iter().enumerate() {
        let mut peer = Peer::connect(program.address(), &[(INITIAL_WINDOW_SIZE, 0)]);
        let start = Instant::now();
        for stream in [1, 3, 5, 7] {
            peer.send(&frame(HEADERS, END_HEADERS, stream, &call(&format!("/{STREAM}"), &[])));
            // What the windows let through: the peer reads nothing of what the server says about them.
            let bytes: Vec<u8> = (0..500).flat_map(|id| message(&asked(id))).take(65_000).collect();
            for piece in bytes.chunks(16_000) {
                peer.send(&frame(DATA, 0, stream, piece));
            }
        }
        // Nothing is taken. Each stream is reset in its time, and the connection lives.
        let mut reset = BTreeSet::new();
        peer.until(|frame| {
            if frame.kind == RST_STREAM {
                reset.insert(frame.stream);
            }
            reset.len() == 4
        });
        let took = start.elapsed();
        println!("{kind}: reset after {took:?}, {} bytes", program.resident_bytes());
        assert!(reset.len() == 4, "{kind}: {reset:?}");
        assert!((Duration::from_millis(1_500)..Duration::from_secs(15)).contains(&took), "{kind}: {took:?}");
        eventually("an end of all", || (program.calls(STREAM, "CANCELLED") == 4.0 * (count + 1) as f64).then_some(()));
        program.until_metric("paydirt_message_bytes", 0.0);
        assert!(peer.is_answered());
    }
    neighbour.is_answered();
    neighbour.ends();
    let now = program.resident_bytes();
    assert!(now < memory + 64 * 1024 * 1024, "{memory} and now {now}");
}

#[test]
fn a_drain_answers_what_was_read_and_says_where_to_go_on() {
    const COUNT: u64 = 20_000;
    let (first, second) = (Program::start(&["--lame-duck", "100ms", "--drain", "10s"]), SERVER.client());
    let client = first.client();
    let (ended, took) = client.runtime.block_on(async {
        let stream = streamed(&client, steady(0, COUNT), &[]);
        let signal = async {
            tokio::time::sleep(Duration::from_millis(700)).await;
            first.signal("TERM");
        };
        let start = Instant::now();
        let (ended, ()) = tokio::join!(stream, signal);
        (ended, start.elapsed())
    });
    drop(client);
    let (status, _) = first.ended();
    assert!(status.success());
    assert_eq!(ended.status.code(), Code::Unavailable, "{:?}", ended.status);
    assert_eq!(reason(&ended.status), "STREAM_ENDS_EARLY");
    let answered = ended.answered();
    println!("{answered} answered after {took:?}");
    assert!(answered > 100 && answered < COUNT);
    assert_eq!(ids(&ended), (0..answered).collect::<Vec<_>>());
    let metadata = ended.status.get_details_error_info().expect("a reason").metadata;
    assert_eq!(metadata["answered"], answered.to_string());
    // Another server goes on: nothing is lost, nothing comes twice.
    let rest = second.runtime.block_on(streamed(&second, tokio_stream::iter((answered..COUNT).map(short)), &[]));
    assert_eq!((rest.status.code(), rest.answered()), (Code::Ok, COUNT - answered));
    assert_eq!(ids(&rest), (answered..COUNT).collect::<Vec<_>>());
}

#[test]
fn an_old_connection_ends_its_streams_and_the_next_one_goes_on() {
    const COUNT: u64 = 8_000;
    let server = Server::with(&["--max-connection-age", "400ms", "--max-connection-age-grace", "5s"]);
    let mut all = Vec::new();
    let (mut next, mut streams) = (0, 0);
    while next < COUNT {
        let client = Client::of(server.address());
        let ended = client.runtime.block_on(streamed(&client, steady(next, COUNT), &[]));
        assert!(matches!(ended.status.code(), Code::Ok | Code::Unavailable), "{:?}", ended.status);
        all.extend(ids(&ended));
        next += ended.answered();
        streams += 1;
    }
    println!("{streams} streams");
    assert_eq!(all, (0..COUNT).collect::<Vec<_>>());
    assert!(streams > 1);
}

#[test]
fn a_drain_waits_for_the_long_ones_that_were_read() {
    let program = Program::start(&["--lame-duck", "0s", "--drain", "20s", "--pool-threads", "1", "--max-wait", "1m"]);
    let client = program.client();
    let ended = client.runtime.block_on(async {
        let messages = tokio_stream::iter((0..12).map(|id| long(id, 3000))).chain(tokio_stream::pending());
        let stream = streamed(&client, messages, &[]);
        let signal = async {
            tokio::time::sleep(Duration::from_millis(150)).await;
            program.signal("TERM");
        };
        tokio::join!(stream, signal).0
    });
    drop(client);
    assert!(program.ended().0.success());
    assert_eq!((ended.status.code(), reason(&ended.status).as_str()), (Code::Unavailable, "STREAM_ENDS_EARLY"));
    assert_eq!(ids(&ended), (0..ended.answered()).collect::<Vec<_>>());
    assert!(ended.answered() > 0);
}

/// Each calculation in a frame of its own, some twenty bytes, as clients send that do not gather: a window full of them. h2 counts them against
/// the connection for as long as nobody reads them; the trailers have to come through, of one stream after the other.
#[test]
fn small_frames_that_still_come_after_an_early_end_do_not_break_the_connection() {
    let server = Server::with(&["--max-connection-age", "0s"]);
    let mut peer = Peer::connect(server.address(), &[(INITIAL_WINDOW_SIZE, 0x7fff_ffff)]);
    peer.send(&crate::frames::window_update(0, 0x7000_0000));
    for stream in [1, 3, 5, 7, 9] {
        peer.send(&frame(HEADERS, END_HEADERS, stream, &call(&format!("/{STREAM}"), &[])));
        let margin = pb::ComputeRequiredMarginRequest { price_to_sales: "10".into(), payback_years: 10, ..Default::default() };
        let small = frame(DATA, 0, stream, &message(&item(1, Some(Model::RequiredMargin(margin)))));
        assert!(small.len() < 30, "{}", small.len());
        // The first is answered, the second ends the stream, and the others are on their way when it does.
        let bad = frame(DATA, 0, stream, &message(&[0xff; 10]));
        peer.send(&[small.clone(), bad, small.repeat(3_300)].concat());
        let frames = peer.until(|frame| frame.kind == HEADERS && frame.flags & 1 != 0 || frame.kind == GOAWAY);
        assert!(frames.last().is_some_and(|frame| frame.kind == HEADERS), "stream {stream} has no trailers");
        assert!(peer.is_answered());
    }
}
