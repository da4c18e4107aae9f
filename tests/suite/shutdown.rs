//! How the real program ends: in time whatever its peers do, and without losing a call that it has begun.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;
use tonic::transport::Channel;
use tonic::{Code, Status};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::attacks::{Neighbour, asks_rightly};
use crate::connections::rehearsed;
use crate::frames::Peer;
use crate::program::{Program, eventually};
use crate::support::runtime;
use crate::tools::skipped;

/// What a busy machine may take on top.
const SLACK: Duration = Duration::from_secs(2);

fn program(flags: &[&str]) -> Program {
    let flags = [&["--workers", "2", "--access-log-lines-per-second", "100000"], flags].concat();
    Program::start_with(&flags, |command| command.env("PAYDIRT_REHEARSAL", "1"))
}

fn health(channel: &Channel) -> impl Future<Output = Result<ServingStatus, Status>> + use<> {
    let mut client = HealthClient::new(channel.clone());
    async move { client.check(HealthCheckRequest::default()).await.map(|answer| answer.into_inner().status()) }
}

#[test]
fn with_nothing_in_flight_it_ends_after_the_lame_duck() {
    let program = program(&["--lame-duck", "200ms", "--drain", "20s"]);
    let client = program.client();
    asks_rightly(&client).expect("it serves");
    let _silent = Peer::silent(program.address());
    // Neither hears the word: one has said nothing yet, and the other has no call and does not go.
    let mut idle = Peer::connect(program.address(), &[]);
    assert!(idle.is_answered());
    let took = program.terminated();
    println!("{took:?}");
    assert!((Duration::from_millis(190)..Duration::from_secs(2) + SLACK).contains(&took), "{took:?}");
}

#[test]
fn a_watcher_of_health_learns_it_and_keeps_nobody() {
    let program = program(&["--lame-duck", "500ms", "--drain", "20s"]);
    let client = program.client();
    let took = client.runtime.block_on(async {
        let mut watcher = HealthClient::new(client.channel.clone());
        let mut states = watcher.watch(HealthCheckRequest::default()).await.expect("it is watched").into_inner();
        let mut next = async || states.message().await.map(|state| state.map(|state| state.status()));
        while next().await.expect("a state") != Some(ServingStatus::Serving) {}
        let start = Instant::now();
        program.signal("TERM");
        assert_eq!(next().await.expect("a state"), Some(ServingStatus::NotServing));
        assert_eq!(health(&client.channel).await.expect("an answer"), ServingStatus::NotServing);
        assert_eq!(program.ask("GET", "/readyz", "").0, 503);
        assert_eq!(program.ask("GET", "/livez", "").0, 200);
        assert_eq!(next().await.expect("an end without an error"), None);
        start.elapsed()
    });
    println!("{took:?}");
    let (status, _) = program.ended();
    assert!(status.success() && took < Duration::from_secs(3) + SLACK, "{status} {took:?}");
}

/// So many calls of this length, asked to end in their middle: how each ended, and how long the process took.
fn ended_amid_calls(program: Program, length: &'static str) -> (Vec<Code>, Duration) {
    let client = program.client();
    let codes = client.runtime.block_on(async {
        let calls: Vec<_> = (0..20).map(|_| tokio::spawn(rehearsed(client.channel.clone(), length))).collect();
        while program.metric("paydirt_calls_in_flight") != Some(20.0) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        program.signal("TERM");
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(program.ask("GET", "/readyz", "").0, 503, "the admin port answers until the end");
        let mut codes = Vec::new();
        for call in calls {
            codes.push(call.await.expect("no panic").map_or_else(|status| status.code(), |_| Code::Ok));
        }
        codes
    });
    let (status, took) = program.ended();
    assert!(status.success(), "{status}");
    (codes, took)
}

#[test]
fn calls_in_flight_are_answered_over_the_drain() {
    let (codes, _) = ended_amid_calls(program(&["--lame-duck", "0s", "--drain", "10s"]), "800ms");
    assert_eq!(codes, [Code::Ok; 20]);
}

#[test]
fn calls_that_outlive_the_drain_are_cut_and_the_process_ends_in_time() {
    let start = Instant::now();
    let (codes, took) = ended_amid_calls(program(&["--lame-duck", "100ms", "--drain", "500ms"]), "20s");
    assert!(codes.iter().all(|code| *code != Code::Ok), "{codes:?}");
    assert!(took < Duration::from_secs(2) + SLACK && start.elapsed() < Duration::from_secs(10), "{took:?}");
}

#[test]
fn under_load_no_call_that_has_begun_is_lost() {
    let program = program(&["--lame-duck", "1s", "--drain", "10s"]);
    let (answered, refused, is_over) =
        (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let endpoint = program.endpoint();
    let load = {
        let (answered, refused, is_over) = (Arc::clone(&answered), Arc::clone(&refused), Arc::clone(&is_over));
        std::thread::spawn(move || {
            runtime().block_on(async move {
                let callers = (0..16).map(|number| {
                    let (answered, refused, is_over) = (Arc::clone(&answered), Arc::clone(&refused), Arc::clone(&is_over));
                    let channel = endpoint.connect_lazy();
                    tokio::spawn(async move {
                        let mut failures = Vec::new();
                        while !is_over.load(Ordering::Relaxed) {
                            // Some are in flight at any moment, and others come and go.
                            match rehearsed(channel.clone(), ["0ms", "5ms", "50ms"][number % 3]).await {
                                Ok(_) => drop(answered.fetch_add(1, Ordering::Relaxed)),
                                Err(status) => {
                                    refused.fetch_add(1, Ordering::Relaxed);
                                    failures.push(status);
                                    tokio::time::sleep(Duration::from_millis(5)).await;
                                }
                            }
                        }
                        failures
                    })
                });
                let mut failures = Vec::new();
                for caller in callers.collect::<Vec<_>>() {
                    failures.extend(caller.await.expect("no panic"));
                }
                failures
            })
        })
    };
    eventually("load", || (answered.load(Ordering::Relaxed) > 200).then_some(()));
    assert_eq!(refused.load(Ordering::Relaxed), 0);
    program.signal("TERM");
    // New connections are served during the lame duck.
    for _ in 0..5 {
        asks_rightly(&program.client()).expect("the lame duck serves");
    }
    let (status, took, log) = program.ended_with_log();
    assert!(status.success() && took < Duration::from_secs(3) + SLACK, "{status} {took:?}");
    is_over.store(true, Ordering::Relaxed);
    let failures = load.join().expect("no panic");
    let calls: Vec<&Value> = log.iter().filter(|line| line["message"] == "call").collect();
    let ok = calls.iter().filter(|line| line["code"] == "OK").count() as u64;
    let answered = answered.load(Ordering::Relaxed) + 5;
    let mut kinds: Vec<_> = failures.iter().map(|status| format!("{:?} {}", status.code(), status.message())).collect();
    kinds.sort();
    kinds.dedup();
    println!("{answered} answered, {} begun, {} refused: {kinds:#?}, {took:?}", calls.len(), failures.len());
    // What a client has not got an answer to has never begun: it may ask another server.
    assert_eq!((ok, calls.len() as u64), (answered, answered), "{kinds:#?}");
}

#[test]
fn a_second_signal_ends_at_once() {
    let mut program = program(&["--lame-duck", "1m"]);
    program.signal("TERM");
    program.line("asked to end");
    assert!(program.is_running());
    program.signal("TERM");
    let (status, took) = program.ended();
    assert_eq!(status.code(), Some(130));
    assert!(took < SLACK, "{took:?}");
}

#[test]
fn someone_at_a_terminal_waits_for_no_balancer() {
    let program = program(&["--lame-duck", "1m"]);
    let neighbour = Neighbour::of(&program);
    neighbour.is_answered();
    neighbour.ends();
    program.signal("INT");
    let (status, took) = program.ended();
    assert!(status.success() && took < Duration::from_secs(2) + SLACK, "{status} {took:?}");
}

#[test]
fn as_process_1_it_hears_the_signal_too() {
    let permitted = Command::new("unshare").args(["--pid", "--fork", "--mount-proc", "true"]).output();
    if !permitted.is_ok_and(|output| output.status.success()) {
        skipped("an end as process 1: no process 1 of our own may be had here");
        return;
    }
    let program = Program::start_with(&["--lame-duck", "0s", "--drain", "1s"], |command| {
        let program = command.get_program().to_owned();
        let arguments: Vec<_> = command.get_args().map(ToOwned::to_owned).collect();
        *command = Command::new("unshare");
        command.args(["--pid", "--fork", "--mount-proc"]).arg(program).args(arguments)
    });
    asks_rightly(&program.client()).expect("it serves");
    // The child of what was started.
    let parent = program.id();
    let children = std::fs::read_to_string(format!("/proc/{parent}/task/{parent}/children")).expect("it runs");
    let status = Command::new("kill").args(["-TERM", children.trim()]).status().expect("kill is there");
    assert!(status.success());
    let (status, took) = program.ended();
    assert!(status.success() && took < Duration::from_secs(3) + SLACK, "{status} {took:?}");
}
