//! The life of a connection to the web port: who hangs up, who does not read, the end of the process, and ten thousand who wait.

use std::net::TcpStream;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::{Value, json};

use super::http::{CAHN, JSON, Peer, REQUIRED_REVENUE, assert_cahns, request};
use crate::deadlines::{RATES, long_calculation};
use crate::program::{Program, eventually};
use crate::support::{Client, message_of, runtime};
use crate::tools::skipped;

const METHOD: &str = "paydirt.v1.BreakEvenService/ComputeRequiredRevenue";

#[test]
fn who_hangs_up_in_the_middle_of_a_body_is_counted_as_cancelled() {
    let program = Program::start(&[]);
    let mut peer = Peer::of(program.web_address());
    let whole = request("POST", REQUIRED_REVENUE, &[JSON], CAHN.as_bytes());
    peer.send(&whole[..whole.len() - 10]);
    program.until_metric("paydirt_calls_in_flight", 1.0);
    drop(peer);
    eventually("a cancelled call", || (program.calls(METHOD, "CANCELLED") == 1.0).then_some(()));
    program.until_metric("paydirt_calls_in_flight", 0.0);
    // In chunks, where nothing says how much is missing.
    let mut peer = Peer::of(program.web_address());
    peer.send(format!("POST {REQUIRED_REVENUE} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{{    "));
    program.until_metric("paydirt_calls_in_flight", 1.0);
    drop(peer);
    eventually("another one", || (program.calls(METHOD, "CANCELLED") == 2.0).then_some(()));
    program.until_metric("paydirt_connections", 0.0);
    assert_eq!(program.refused("protocol"), 0.0, "a peer that is gone has broken no rule");
}

#[test]
fn who_hangs_up_while_a_long_calculation_runs_is_counted_as_cancelled_and_the_pool_stops() {
    let program = Program::start(&[]);
    let mut peer = Peer::of(program.web_address());
    peer.send(request("POST", &format!("/{RATES}"), &[JSON], long_calculation(10_000).to_string().as_bytes()));
    program.until_metric("paydirt_pool_running_calls", 1.0);
    drop(peer);
    eventually("a cancelled call", || (program.calls(RATES, "CANCELLED") == 1.0).then_some(()));
    program.until_metric("paydirt_pool_running_calls", 0.0);
    program.until_metric("paydirt_message_bytes", 0.0);
}

/// A notice by another connection ends nothing, because the id may be anybody's; hanging up does.
#[test]
fn an_agent_that_hangs_up_while_a_long_calculation_runs_has_given_it_up() {
    let program = Program::start(&[]);
    let params = json!({"name": "internal_rate_of_return", "arguments": long_calculation(10_000)});
    let asked = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}).to_string();
    let mut agent = Peer::of(program.web_address());
    agent.send(request("POST", "/mcp", &[JSON], asked.as_bytes()));
    eventually("a calculation", || program.metric("paydirt_calls_in_flight").filter(|calls| *calls >= 1.0));
    program.until_metric("paydirt_pool_running_calls", 1.0);
    let notice = r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#;
    assert_eq!(Peer::of(program.web_address()).post("/mcp", &[JSON], notice.as_bytes()).status, 202);
    assert_eq!(program.calls(RATES, "CANCELLED"), 0.0);
    drop(agent);
    eventually("a cancelled call", || (program.calls(RATES, "CANCELLED") == 1.0).then_some(()));
    program.until_metric("paydirt_pool_running_calls", 0.0);
    program.until_metric("paydirt_message_bytes", 0.0);
}

#[test]
fn who_does_not_read_its_answer_is_given_up_after_its_deadline() {
    let program = Program::start(&["--default-deadline", "1s"]);
    let mut peer = Peer::of(program.web_address());
    let batch = explained_batch();
    let path = "/paydirt.v1.CalculationService/BatchCalculations";
    // Answers of a megabyte each, requested behind each other: more than the sockets keep.
    let started = Instant::now();
    for _ in 0..40 {
        let asked = request("POST", path, &[JSON], batch.to_string().as_bytes());
        peer.stream.set_write_timeout(Some(Duration::from_millis(200))).expect("a socket");
        if std::io::Write::write_all(&mut peer.stream, &asked).is_err() {
            break;
        }
    }
    program.until_metric("paydirt_connections", 0.0);
    assert!(started.elapsed() < Duration::from_secs(40));
    program.until_metric("paydirt_message_bytes", 0.0);
}

/// A batch whose answer is about a megabyte.
fn explained_batch() -> Value {
    let runway = json!({"runway": {"currency_code": "USD", "cash_balance": "1e9", "horizon_months": 600,
        "costs": [{"name": "a", "amount": "1", "period": "PERIOD_MONTH"}], "options": {"explain": true}}});
    json!({ "calculations": vec![runway; 20] })
}

#[test]
fn the_drain_ends_an_idle_connection_and_lets_the_next_answer_end_a_busy_one() {
    let program = Program::start(&["--lame-duck", "300ms", "--drain", "10s"]);
    let mut busy = Peer::of(program.web_address());
    let mut idle = Peer::of(program.web_address());
    for peer in [&mut busy, &mut idle] {
        assert_cahns(&peer.post(REQUIRED_REVENUE, &[JSON], CAHN.as_bytes()));
    }
    program.signal("TERM");
    let mut answered = 0;
    // A closed loop of calls loses none: the last one says that it is the last.
    loop {
        let answer = busy.post(REQUIRED_REVENUE, &[JSON], CAHN.as_bytes());
        assert_cahns(&answer);
        answered += 1;
        if answer.header("connection") == Some("close") {
            break;
        }
    }
    assert!(answered > 1 && busy.is_closed() && idle.is_closed());
    assert_eq!(program.line("drained")["connections_cut"], 0);
}

#[test]
fn an_old_connection_is_told_by_an_answer_and_an_idle_one_is_closed() {
    let program = Program::start(&["--max-connection-age", "500ms", "--max-connection-idle", "1s"]);
    let mut peer = Peer::of(program.web_address());
    let started = Instant::now();
    while peer.post(REQUIRED_REVENUE, &[JSON], CAHN.as_bytes()).header("connection") != Some("close") {
        assert!(started.elapsed() < Duration::from_secs(30), "it is not told");
    }
    assert!(peer.is_closed());
    let mut idle = Peer::of(program.web_address());
    assert_cahns(&idle.post(REQUIRED_REVENUE, &[JSON], CAHN.as_bytes()));
    assert!(idle.is_closed());
}

#[test]
fn grpc_is_spoken_over_http_2_on_the_web_port() {
    let program = Program::start(&[]);
    let client = Client::of(program.web_address());
    let answer = client.call(METHOD, &serde_json::from_str(CAHN).expect("JSON")).expect("an answer");
    assert_eq!(answer["required_annual_revenue"], "600000000000");
    let refused = client.call(METHOD, &json!({})).expect_err("nothing is asked");
    assert_eq!(refused.code(), tonic::Code::InvalidArgument);
}

#[test]
fn a_stream_of_connect_is_answered_over_http_2_and_ends_with_its_count() {
    let program = Program::start(&[]);
    let asked =
        json!({"correlation_id": "7", "calculation": {"required_revenue": serde_json::from_str::<Value>(CAHN).expect("JSON")}});
    let path = "paydirt.v1.CalculationService/StreamCalculations";
    for (content_type, message) in
        [("application/connect+json", asked.to_string().into_bytes()), ("application/connect+proto", message_of(path, &asked))]
    {
        let mut body = Vec::new();
        for _ in 0..3 {
            body.push(0);
            body.extend(u32::try_from(message.len()).expect("short").to_be_bytes());
            body.extend(&message);
        }
        let (status, answer) = runtime().block_on(async {
            let stream = TokioIo::new(tokio::net::TcpStream::connect(program.web_address()).await.expect("it listens"));
            let (mut sender, connection) = http2::handshake(TokioExecutor::new(), stream).await.expect("HTTP/2");
            tokio::spawn(connection);
            let request = http::Request::post(format!("http://localhost/{path}"))
                .header("content-type", content_type)
                .body(Full::new(Bytes::from(body)))
                .expect("a request");
            let response = sender.send_request(request).await.expect("an answer");
            let status = (response.status().as_u16(), response.headers()["content-type"].clone());
            (status, response.into_body().collect().await.expect("all of it").to_bytes())
        });
        assert_eq!(status, (200, content_type.parse().expect("a value")));
        let (mut rest, mut frames) = (&answer[..], Vec::new());
        while let Some((head, behind)) = rest.split_at_checked(5) {
            let (content, behind) = behind.split_at(u32::from_be_bytes(head[1..].try_into().expect("four")) as usize);
            frames.push((head[0], content));
            rest = behind;
        }
        let flags: Vec<u8> = frames.iter().map(|(flag, _)| *flag).collect();
        assert_eq!(flags, [0, 0, 0, 2]);
        let end: Value = serde_json::from_slice(frames[3].1).expect("JSON");
        assert_eq!(end, json!({ "metadata": { "paydirt-answered": ["3"] } }));
    }
}

/// Each call of the system takes longer than all else that the kernel does for a short answer.
#[test]
fn answers_that_come_together_are_sent_together() {
    const AT_ONCE: usize = 100;
    const ROUNDS: usize = 20;
    let program = Program::start(&["--access-log", "off"]);
    let (address, uri) = (program.web_address(), format!("http://localhost{REQUIRED_REVENUE}"));
    let calls_of_the_system = || -> usize {
        let text = std::fs::read_to_string(format!("/proc/{}/io", program.id())).expect("it is ours");
        let line = text.lines().find_map(|line| line.strip_prefix("syscw: ")).expect("the number of writes");
        line.parse().expect("a number")
    };
    runtime().block_on(async {
        let stream = tokio::net::TcpStream::connect(address).await.expect("it listens");
        let (mut sender, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.expect("HTTP/2");
        tokio::spawn(connection);
        let before = calls_of_the_system();
        for _ in 0..ROUNDS {
            sender.ready().await.expect("a connection");
            let asked = (0..AT_ONCE).map(|_| {
                let request = http::Request::post(&uri).header("content-type", "application/json");
                let answer = sender.send_request(request.body(Full::new(Bytes::from(CAHN))).expect("a request"));
                async { answer.await.expect("an answer").into_body().collect().await.expect("all of it").to_bytes() }
            });
            for answer in futures_util::future::join_all(asked).await {
                assert!((256..1024).contains(&answer.len()), "{} bytes", answer.len());
            }
        }
        let writes = calls_of_the_system() - before;
        assert!(writes * 3 < AT_ONCE * ROUNDS, "{writes} writes for {} answers", AT_ONCE * ROUNDS);
    });
}

#[test]
fn an_http_1_request_to_the_port_for_grpc_is_told_of_the_web_port() {
    let program = Program::start(&[]);
    let mut peer = Peer::of(program.address());
    let answer = peer.ask("GET", "/", &[], b"");
    assert_eq!(answer.status, 505);
    assert!(answer.text().contains(&format!("port {}", program.web_address().port())), "{}", answer.text());
    let program = Program::start(&["--web-listen", ""]);
    let answer = Peer::of(program.address()).ask("GET", "/", &[], b"");
    assert_eq!(answer.text(), "this port speaks gRPC over HTTP/2\n");
}

#[test]
fn ten_thousand_idle_connections_take_the_memory_that_is_documented() {
    const CONNECTIONS: usize = 10_000;
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    if limit.maximum.is_some_and(|files| files < 2 * CONNECTIONS as u64) {
        return skipped("ten thousand connections, for which the limit on open files has no room");
    }
    let _ = rustix::process::setrlimit(
        rustix::process::Resource::Nofile,
        rustix::process::Rlimit { current: limit.maximum, maximum: limit.maximum },
    );
    let program = Program::start(&["--max-connections", "11000", "--access-log", "off"]);
    let before = program.resident_bytes();
    let call = request("POST", REQUIRED_REVENUE, &[JSON], CAHN.as_bytes());
    let mut peers: Vec<TcpStream> = Vec::new();
    for _ in 0..CONNECTIONS {
        let mut peer = Peer::of(program.web_address());
        peer.send(&call);
        assert_cahns(&peer.answer().expect("an answer"));
        peers.push(peer.stream);
    }
    program.until_metric("paydirt_connections", CONNECTIONS as f64);
    let taken = (program.resident_bytes() - before) / CONNECTIONS as u64;
    println!("an idle connection takes {taken} bytes");
    // docs/operations.md: 24 KB for a connection, and up to 32 KiB that its calls keep.
    assert!(taken < 32 * 1024, "an idle connection takes {taken} bytes");
}
