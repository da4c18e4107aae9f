//! The life of a connection on the real program: when it is closed, and that its calls do not suffer.

use std::net::TcpStream;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Resource, Rlimit, prlimit};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_types::StatusExt;

use crate::attacks::{METHOD, Neighbour, asks_rightly, question};
use crate::frames::{END_HEADERS, GOAWAY, HEADERS, Peer, call, frame};
use crate::program::{Program, eventually};
use crate::support::{Bytes, Client};
use tonic::codegen::http::uri::PathAndQuery;
use tonic::{Code, Request, Status};

fn program(flags: &[&str]) -> Program {
    let flags = [&["--workers", "1", "--lame-duck", "0s", "--drain", "1s"], flags].concat();
    Program::start_with(&flags, |command| command.env("PAYDIRT_REHEARSAL", "1"))
}

/// Cahn's question, with an accident.
pub async fn rehearsed(channel: tonic::transport::Channel, accident: &str) -> Result<Vec<u8>, Status> {
    let mut client = tonic::client::Grpc::new(channel);
    client.ready().await.map_err(|error| Status::unavailable(error.to_string()))?;
    let mut request = Request::new(question());
    request.metadata_mut().insert("paydirt-rehearsal", accident.parse().expect("visible text"));
    let path = PathAndQuery::try_from(format!("/{METHOD}")).expect("a method is a path");
    client.unary(request, path, Bytes).await.map(tonic::Response::into_inner)
}

#[test]
fn a_peer_that_says_nothing_is_closed_and_counted() {
    let program = program(&[]);
    let neighbour = Neighbour::of(&program);
    let start = Instant::now();
    let mut peers: Vec<_> = (0..50).map(|_| Peer::silent(program.address())).collect();
    assert!(peers.iter_mut().all(Peer::is_closed));
    let took = start.elapsed();
    assert!((Duration::from_millis(4900)..Duration::from_secs(9)).contains(&took), "{took:?}");
    eventually("fifty", || (program.refused("preface") == 50.0).then_some(()));
    neighbour.ends();
}

#[test]
fn connections_above_the_limit_are_closed_at_once_and_the_others_go_on() {
    let program = program(&["--max-connections", "3"]);
    let client = program.client();
    asks_rightly(&client).expect("there is room");
    let mut peers = [Peer::connect(program.address(), &[]), Peer::connect(program.address(), &[])];
    assert!(peers.iter_mut().all(Peer::is_answered));
    let start = Instant::now();
    for _ in 0..100 {
        assert!(Peer::connect(program.address(), &[]).is_closed());
    }
    assert!(start.elapsed() < Duration::from_secs(4), "at once, and not for want of a preface");
    eventually("a hundred", || (program.refused("too_many") == 100.0).then_some(()));
    asks_rightly(&client).expect("it goes on");
    drop(peers);
    program.until_metric("paydirt_connections", 1.0);
    asks_rightly(&program.client()).expect("there is room again");
}

/// Lets the program have so many open files and no more, or all that it may have.
fn limit_files(program: &Program, files: Option<u64>) {
    let pid = Pid::from_raw(i32::try_from(program.id()).expect("a process")).expect("not 0");
    let now = prlimit(Some(pid), Resource::Nofile, Rlimit { current: files, maximum: None });
    if now.is_err() {
        let maximum = rustix::process::getrlimit(Resource::Nofile).maximum;
        prlimit(Some(pid), Resource::Nofile, Rlimit { current: files.or(maximum), maximum }).expect("it is ours");
    }
}

#[test]
fn out_of_file_descriptors_it_waits_without_spinning_and_accepts_again() {
    let program = program(&[]);
    let client = program.client();
    asks_rightly(&client).expect("it is served");
    let open = std::fs::read_dir(format!("/proc/{}/fd", program.id())).expect("it runs").count();
    limit_files(&program, Some(open as u64 + 8));
    let peers: Vec<_> = (0..100).filter_map(|_| TcpStream::connect(program.address()).ok()).collect();
    eventually("that it cannot accept", || {
        program.log().iter().any(|line| line["message"] == "cannot accept a connection").then_some(())
    });
    let before = program.processor_time();
    std::thread::sleep(Duration::from_secs(1));
    let took = program.processor_time() - before;
    println!("{took:?} of processor time in a second");
    assert!(took <= Duration::from_millis(100), "{took:?} of processor time in a second without work");
    asks_rightly(&client).expect("what is open goes on");
    let complaints = program.log().iter().filter(|line| line["message"] == "cannot accept a connection").count();
    assert!(complaints < 20, "{complaints} lines");
    drop(peers);
    limit_files(&program, None);
    asks_rightly(&program.client()).expect("it accepts again");
    assert!(program.metric("paydirt_accept_errors_total").is_some_and(|count| count >= 1.0));
    drop(client);
    assert!(program.terminated() < Duration::from_secs(3));
}

/// The program under a limit on open files that it cannot raise.
fn with_files(files: usize) -> Program {
    Program::start_with(&["--listen", "127.0.0.1:0"], |command| {
        let program = command.get_program().to_owned();
        let arguments: Vec<_> = command.get_args().map(ToOwned::to_owned).collect();
        *command = std::process::Command::new("sh");
        let limited = format!("ulimit -n {files}; exec \"$0\" \"$@\"");
        command.args(["-c", &limited]).arg(program).args(arguments)
    })
}

#[test]
fn a_limit_on_files_that_leaves_no_room_is_not_serving_and_says_so() {
    let program = with_files(64);
    let line = program.line("NOT_SERVING: the limit on open files leaves room for too few connections");
    assert_eq!(line["level"], "ERROR");
    assert_eq!(["files", "needed", "possible"].map(|field| line[field].as_u64()), [Some(64), Some(160), Some(0)], "{line}");
    eventually("the end of the start", || (!program.ask("GET", "/readyz", "").1.starts_with("starting")).then_some(()));
    let reason = "the limit on open files leaves room for too few connections\n";
    assert_eq!(program.ask("GET", "/readyz", ""), (503, reason.to_owned()));
    assert_eq!(program.ask("GET", "/livez", "").0, 200, "a restart would not help");
    let client = program.client();
    let status = client.runtime.block_on(async {
        let mut health = HealthClient::new(client.channel.clone());
        health.check(HealthCheckRequest::default()).await.expect("it is answered").into_inner().status()
    });
    assert_eq!(status, ServingStatus::NotServing);
    drop(client);
    // It ends as any other.
    program.signal("INT");
    assert!(program.ended().0.success());
}

#[test]
fn a_limit_on_files_that_is_low_makes_few_connections() {
    let program = with_files(128 + 40);
    assert_eq!(program.line("the limit on open files allows fewer connections than the settings do")["possible"], 40);
    eventually("that it is ready", || (program.ask("GET", "/readyz", "").0 == 200).then_some(()));
    let client = program.client();
    let mut peers: Vec<_> = (0..200).map(|_| Peer::connect(program.address(), &[])).collect();
    eventually("those above", || (program.refused("too_many") >= 161.0).then_some(()));
    asks_rightly(&client).expect("it goes on");
    assert_eq!(program.metric("paydirt_accept_errors_total"), Some(0.0), "there were files enough");
    assert!(peers[0].is_answered() && peers[199].is_closed());
}

#[test]
fn an_idle_connection_is_told_to_go_away() {
    let program = program(&["--max-connection-idle", "500ms"]);
    let mut idle = Peer::connect(program.address(), &[]);
    let start = Instant::now();
    let frames = idle.until(|frame| frame.kind == GOAWAY);
    assert_eq!(frames.last().map(|frame| frame.kind), Some(GOAWAY));
    assert!(start.elapsed() >= Duration::from_millis(450), "{:?}", start.elapsed());
    // It does not go, and is closed.
    assert!(idle.is_closed());
    program.until_metric("paydirt_connections", 0.0);
    // A call is no idleness.
    let client = program.client();
    let answer = client.runtime.block_on(rehearsed(client.channel.clone(), "1500ms"));
    answer.expect("it is waited for");
    assert_eq!(["protocol", "flood", "preface"].map(|reason| program.refused(reason)), [0.0; 3]);
}

#[test]
fn calls_survive_the_ages_of_their_connections() {
    let program = program(&["--max-connection-age", "500ms", "--access-log-lines-per-second", "100000"]);
    let client = program.client();
    // One age lies within each of these.
    let long = client.runtime.block_on(async {
        let calls = (0..20).map(|_| tokio::spawn(rehearsed(client.channel.clone(), "800ms")));
        let calls: Vec<_> = calls.collect();
        let mut codes = Vec::new();
        for call in calls {
            codes.push(call.await.expect("no panic").map_or_else(|status| status.code(), |_| Code::Ok));
        }
        codes
    });
    assert_eq!(long, [Code::Ok; 20]);
    // And several within these.
    let accepted = program.metric("paydirt_connections_accepted_total").expect("it is counted");
    let (start, mut answered, mut failed) = (Instant::now(), 0, Vec::new());
    while start.elapsed() < Duration::from_secs(4) {
        match asks_rightly(&client) {
            Ok(()) => answered += 1,
            Err(error) => failed.push(error),
        }
    }
    let ages = program.metric("paydirt_connections_accepted_total").expect("it is counted") - accepted;
    println!("{answered} calls over {ages} connections; {failed:?}");
    assert!(ages >= 3.0, "{ages}");
    // A client may find its connection closed when it is about to send, and tonic's does not try again by itself. What has begun is answered.
    assert!(failed.len() as f64 <= ages, "{failed:?}");
    assert!(failed.iter().all(|error| error.contains("Canceled") || error.contains("not a result of an error")), "{failed:?}");
    eventually("their count", || (program.calls(METHOD, "OK") == f64::from(answered + 20)).then_some(()));
    assert_eq!(["CANCELLED", "UNAVAILABLE", "UNKNOWN", "INTERNAL"].map(|code| program.calls(METHOD, code)), [0.0; 4]);
    drop(client);
    program.until_metric("paydirt_connections", 0.0);
}

#[test]
fn a_call_that_outlives_the_grace_is_ended() {
    let program = program(&["--max-connection-age", "200ms", "--max-connection-age-grace", "500ms"]);
    let mut peer = Peer::connect(program.address(), &[]);
    let start = Instant::now();
    peer.send(&frame(HEADERS, END_HEADERS, 1, &call(&format!("/{METHOD}"), &[])));
    assert!(peer.is_closed());
    assert!((Duration::from_millis(600)..Duration::from_secs(4)).contains(&start.elapsed()), "{:?}", start.elapsed());
    eventually("its count", || (program.calls(METHOD, "CANCELLED") == 1.0).then_some(()));
}

#[test]
fn a_panic_is_an_answer_and_nobody_else_notices() {
    let program = program(&[]);
    let neighbour = Neighbour::of(&program);
    let client: Client = program.client();
    for (number, accident) in ["panic", "panic-late", "panic"].into_iter().enumerate() {
        let status = client.runtime.block_on(rehearsed(client.channel.clone(), accident)).expect_err(accident);
        assert_eq!(status.code(), Code::Internal, "{accident}: {status:?}");
        assert_eq!(status.get_details_error_info().expect("a reason").reason, "PANIC", "{accident}");
        assert!(!format!("{status:?}").contains("asked for"), "what it says is ours: {status:?}");
        assert_eq!(program.metric("paydirt_panics_total"), Some(number as f64 + 1.0));
    }
    asks_rightly(&client).expect("the same connection goes on");
    assert_eq!(program.calls(METHOD, "INTERNAL"), 3.0);
    neighbour.ends();
    let lines: Vec<_> = eventually("three lines", || {
        let lines: Vec<_> = program.log().into_iter().filter(|line| line["target"] == "paydirt::panic").collect();
        (lines.len() >= 3).then_some(lines)
    });
    assert_eq!(lines.len(), 3);
    for line in lines {
        assert!(line["location"].as_str().expect("where").contains("rehearsal.rs:"), "{line}");
        assert!(line["backtrace"].as_str().expect("how").contains("rehearsal"), "{line}");
    }
    assert_eq!(program.metric("paydirt_connections_accepted_total"), Some(2.0));
    assert!(program.terminated() < Duration::from_secs(3));
}
