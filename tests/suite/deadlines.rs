//! Deadlines: over queues, computation and streams; and what becomes of calls for which there is no room.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use prost::Message;
use serde_json::{Value, json};
use tonic::{Code, Status};
use tonic_types::pb::{ErrorInfo, RetryInfo, Status as DetailedStatus};

use crate::program::{Program, eventually};
use crate::support::{Client, SERVER, message_of, runtime};

pub const RATES: &str = "paydirt.v1.CashFlowService/ComputeInternalRateOfReturn";
const HEALTH: &str = "grpc.health.v1.Health/Check";

/// Signs that alternate as often as can be: the longest search there is.
pub fn long_calculation(flows: usize) -> Value {
    let amounts: Vec<String> =
        (0..flows).map(|at| format!("{}{}", if at % 2 == 0 { "-" } else { "" }, 1000 + at * 7919 % 997)).collect();
    json!({"cash_flows": {"periodic": {"amounts": amounts, "period": "PERIOD_MONTH"}}})
}

fn reason(status: &Status) -> String {
    let details = DetailedStatus::decode(status.details()).expect("details").details;
    ErrorInfo::decode(details[0].value.as_slice()).expect("an ErrorInfo comes first").reason
}

/// A call whose deadline the server alone knows of: tonic's own client would end it by itself, and say CANCELLED.
fn with_timeout(server: SocketAddr, timeout: &str, method: &str, request: &Value) -> Result<(), Status> {
    runtime().block_on(async {
        let message = message_of(method, request);
        let mut framed = vec![0];
        framed.extend(u32::try_from(message.len()).expect("short").to_be_bytes());
        framed.extend(message);
        let request = http::Request::post(format!("http://{server}/{method}"))
            .header("content-type", "application/grpc")
            .header("te", "trailers")
            .header("grpc-timeout", timeout)
            .body(Full::new(Bytes::from(framed)))
            .expect("a request");
        let stream = TokioIo::new(tokio::net::TcpStream::connect(server).await.expect("it listens"));
        let (mut sender, connection) = http2::handshake(TokioExecutor::new(), stream).await.expect("HTTP/2");
        tokio::spawn(connection);
        let response = sender.send_request(request).await.map_err(|error| Status::unknown(error.to_string()))?;
        let (parts, body) = response.into_parts();
        let trailers = body.collect().await.expect("a whole answer").trailers().cloned().unwrap_or(parts.headers);
        let status = Status::from_header_map(&trailers).expect("a status");
        if status.code() == Code::Ok { Ok(()) } else { Err(status) }
    })
}

#[test]
fn a_timeout_that_cannot_be_read_is_the_callers_mistake() {
    for malformed in ["soon", "1", "S", "1s", "123456789S", "-1S", "1.5S", ""] {
        let status = with_timeout(SERVER.address(), malformed, RATES, &long_calculation(2)).expect_err("no timeout");
        assert_eq!((status.code(), reason(&status).as_str()), (Code::InvalidArgument, "TIMEOUT_MALFORMED"), "{malformed:?}");
    }
    with_timeout(SERVER.address(), "99999999H", RATES, &long_calculation(2)).expect("a long time is a time");
}

#[test]
fn a_deadline_that_has_passed_is_exceeded_whatever_was_asked() {
    let status = with_timeout(SERVER.address(), "1n", RATES, &long_calculation(2)).expect_err("too late");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::DeadlineExceeded, "DEADLINE_EXCEEDED"));
}

#[test]
fn a_long_calculation_ends_at_its_deadline_and_stops() {
    let program = Program::start(&["--pool-threads", "1", "--max-wait", "10s"]);
    let start = Instant::now();
    let status = with_timeout(program.address(), "20m", RATES, &long_calculation(10_000)).expect_err("too late");
    assert_eq!(status.code(), Code::DeadlineExceeded, "{status:?}");
    // Far from what it would take here, which is a second and more.
    assert!(start.elapsed() < Duration::from_millis(700), "{:?}", start.elapsed());
    program.until_metric("paydirt_pool_running_calls", 0.0);
}

#[test]
fn a_call_has_its_own_time_and_not_that_of_the_call_before() {
    let program = Program::start_with(&[], |command| command.env("PAYDIRT_REHEARSAL", "1"));
    let client = Client::of(program.address());
    let call = |timeout, delay| {
        client.call_with(RATES, &long_calculation(2), &[("grpc-timeout", timeout), ("paydirt-rehearsal", delay)])
    };
    call("20m", "1s").expect_err("too late");
    // Longer than what is left to a call whose deadline has passed, and shorter than its own.
    call("1M", "900ms").expect("it has a minute");
}

#[test]
fn our_deadline_holds_for_callers_that_name_none() {
    let program = Program::start(&["--default-deadline", "30ms", "--max-wait", "10s"]);
    let client = Client::of(program.address());
    let status = client.call(RATES, &long_calculation(10_000)).expect_err("too late");
    assert_eq!(status.code(), Code::DeadlineExceeded, "{status:?}");
    // A longer one of the caller's does not stand over it.
    let status = with_timeout(program.address(), "1M", RATES, &long_calculation(10_000)).expect_err("too late");
    assert_eq!(status.code(), Code::DeadlineExceeded, "{status:?}");
}

#[test]
fn a_deadline_ends_a_stream() {
    let ended = with_timeout(SERVER.address(), "200m", "grpc.health.v1.Health/Watch", &json!({})).expect_err("an end");
    assert_eq!(ended.code(), Code::DeadlineExceeded, "{ended:?}");
}

/// Many callers at once, several times what the pool can do.
#[test]
fn what_cannot_be_done_soon_is_refused_at_once_and_what_is_accepted_is_done_soon() {
    let program = Program::start(&["--pool-threads", "1", "--max-wait", "400ms", "--access-log", "off"]);
    let address = program.address();
    // Sixteen callers of it are several times what 400 ms hold, on the fastest machine too.
    let request = long_calculation(1500);
    // Until the pool knows how fast this machine is.
    let client = Client::of(address);
    for _ in 0..40 {
        client.call(RATES, &request).expect("an answer");
    }
    let memory = program.resident_bytes();
    let threads: Vec<_> = (0..16)
        .map(|_| {
            let request = request.clone();
            std::thread::spawn(move || {
                let client = Client::of(address);
                let end = Instant::now() + Duration::from_secs(6);
                let mut outcomes = Vec::new();
                while Instant::now() < end {
                    let start = Instant::now();
                    let outcome = client.call(RATES, &request);
                    outcomes.push((outcome.map(drop), start.elapsed()));
                }
                outcomes
            })
        })
        .collect();
    // Short calls, and health, do not notice.
    let mut short = Vec::new();
    for _ in 0..50 {
        let start = Instant::now();
        client.call(HEALTH, &json!({})).expect("health is never refused");
        client.call(RATES, &long_calculation(2)).expect("short calls are answered");
        short.push(start.elapsed());
        std::thread::sleep(Duration::from_millis(50));
    }
    let (mut accepted, mut refused) = (Vec::new(), Vec::new());
    for (outcome, time) in threads.into_iter().flat_map(|thread| thread.join().expect("no panic")) {
        match outcome {
            Ok(()) => accepted.push(time),
            Err(status) => {
                assert_eq!(status.code(), Code::Unavailable, "{status:?}");
                assert_eq!(reason(&status), "OVERLOADED");
                let pushback = status.metadata().get("grpc-retry-pushback-ms").expect("it is there").to_str().expect("text");
                let pushback: u64 = pushback.parse().expect("milliseconds");
                assert!((1..60_000).contains(&pushback), "{pushback}");
                let details = DetailedStatus::decode(status.details()).expect("details").details;
                let retry = RetryInfo::decode(details[1].value.as_slice()).expect("a RetryInfo comes second");
                assert!(retry.retry_delay.is_some());
                refused.push(time);
            }
        }
    }
    let median = |times: &mut Vec<Duration>| {
        times.sort();
        times[times.len() / 2]
    };
    assert!(accepted.len() > 5 && refused.len() > accepted.len(), "{} and {}", accepted.len(), refused.len());
    let (accepted, refused, short) = (median(&mut accepted), median(&mut refused), median(&mut short));
    // Machines that run tests are busy: what is compared is what was measured at one time.
    assert!(refused < accepted, "refused after {refused:?}, accepted ones answered after {accepted:?}");
    assert!(short < accepted, "short ones after {short:?}, long ones after {accepted:?}");
    assert!(program.resident_bytes() < memory + 64 * 1024 * 1024, "{memory} and now {}", program.resident_bytes());
    assert!(program.metric("paydirt_calls_refused_total{reason=\"pool_full\"}").is_some_and(|refused| refused > 0.0));
    program.until_metric("paydirt_pool_queue_calls", 0.0);
}

#[test]
fn a_call_that_could_not_start_before_its_deadline_is_refused_at_once() {
    let program = Program::start(&["--pool-threads", "1", "--max-wait", "1m"]);
    let address = program.address();
    let waiting: Vec<_> =
        (0..12).map(|_| std::thread::spawn(move || with_timeout(address, "20S", RATES, &long_calculation(2000)))).collect();
    eventually("a queue", || program.metric("paydirt_pool_queue_calls").filter(|waiting| *waiting > 8.0));
    let start = Instant::now();
    let status = with_timeout(address, "50m", RATES, &long_calculation(2000)).expect_err("no room");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::Unavailable, "OVERLOADED"), "{status:?}");
    assert!(start.elapsed() < Duration::from_secs(2));
    drop(program);
    for thread in waiting {
        let _ = thread.join().expect("no panic");
    }
}
