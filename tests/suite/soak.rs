//! A soak of the real program by three callers, each with an address of its own, of whom one is greedy: the honest ones are answered, the greedy one
//! is refused with `CALLER_SHARE`, and memory and open files stay as they are. `tests/load/soak 600` runs it for ten minutes.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::Mutex;
use tonic::Code;

use crate::attacks::{METHOD, asks_rightly, question};
use crate::deadlines::RATES;
use crate::frames::message;
use crate::program::Program;
use crate::shares::{Connection, rates, reason};
use crate::support::runtime;

/// For how long, in seconds.
const SECONDS: &str = "PAYDIRT_SOAK_SECONDS";
/// What a caller may lose to refusals: the machine may be busy.
const HONEST_ANSWERED_PERCENT: u64 = 95;
/// What may come on top in the last third: pages that the allocator has not given back, and connections that age beside
/// their successors.
const SPARE: Sample = Sample { memory: 8_000_000, files: 12 };

/// A caller, and what became of its calls.
#[derive(Clone, Copy)]
struct Caller {
    name: &'static str,
    from: Ipv4Addr,
    connections: usize,
    /// On each connection.
    at_once: usize,
    method: &'static str,
    pause: Duration,
}

/// How many calls ended so, by code and reason; under "reconnected", how often a connection had been told to go away.
type Outcomes = BTreeMap<String, u64>;

const CALLERS: [Caller; 3] = [
    Caller {
        name: "short",
        from: Ipv4Addr::new(127, 0, 0, 1),
        connections: 1,
        at_once: 1,
        method: METHOD,
        pause: Duration::from_millis(5),
    },
    Caller {
        name: "long",
        from: Ipv4Addr::new(127, 0, 0, 2),
        connections: 1,
        at_once: 1,
        method: RATES,
        pause: Duration::from_millis(20),
    },
    Caller {
        name: "greedy",
        from: Ipv4Addr::new(127, 0, 0, 3),
        connections: 10,
        at_once: 20,
        method: RATES,
        pause: Duration::ZERO,
    },
];

impl Caller {
    fn runs(self, server: SocketAddr, is_over: &Arc<AtomicBool>) -> Outcomes {
        let question: Bytes = if self.method == METHOD { message(&question()).into() } else { rates(300) };
        runtime().block_on(async {
            let mut calls = tokio::task::JoinSet::new();
            for _ in 0..self.connections {
                let connection = Arc::new(Mutex::new((0, Connection::open(self.from, server).await)));
                for _ in 0..self.at_once {
                    calls.spawn(self.asks(server, Arc::clone(&connection), question.clone(), Arc::clone(is_over)));
                }
            }
            calls.join_all().await.into_iter().flatten().fold(Outcomes::new(), |mut all, (how, count)| {
                *all.entry(how).or_default() += count;
                all
            })
        })
    }

    /// One call after the other, on a connection that others have too, and with it the number of its predecessors.
    async fn asks(
        self,
        server: SocketAddr,
        shared: Arc<Mutex<(u64, Connection)>>,
        question: Bytes,
        is_over: Arc<AtomicBool>,
    ) -> Outcomes {
        let mut outcomes = Outcomes::new();
        while !is_over.load(Ordering::Relaxed) {
            let (number, connection) = shared.lock().await.clone();
            let status = connection.call(self.method, &question).await;
            if status.code() == Code::Unknown {
                // The server answers no call so: the connection has reached its age, and the call has not begun.
                let mut shared = shared.lock().await;
                if shared.0 == number {
                    *outcomes.entry("reconnected".to_owned()).or_default() += 1;
                    *shared = (number + 1, Connection::open(self.from, server).await);
                }
                continue;
            }
            let how = format!("{:?} {}", status.code(), reason(&status));
            *outcomes.entry(how.trim_end().to_owned()).or_default() += 1;
            // A refusal says after which time to come again; the greedy one comes sooner.
            tokio::time::sleep(if status.code() == Code::Ok { self.pause } else { Duration::from_millis(200) }).await;
        }
        outcomes
    }
}

/// The memory of the process in bytes, and its open files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sample {
    memory: u64,
    files: u64,
}

impl Sample {
    fn of(program: &Program) -> Sample {
        let files = std::fs::read_dir(format!("/proc/{}/fd", program.id())).expect("it runs").count() as u64;
        Sample { memory: program.resident_bytes(), files }
    }
}

/// What has grown from the second third to the last one: the first is for warming up.
fn grown(samples: &[Sample]) -> Vec<String> {
    let third = samples.len() / 3;
    let median = |part: &[Sample], of: fn(&Sample) -> u64| {
        let mut values: Vec<_> = part.iter().map(of).collect();
        values.sort_unstable();
        values[values.len() / 2]
    };
    let mut grown = Vec::new();
    for (name, of) in [("memory", (|sample| sample.memory) as fn(&Sample) -> u64), ("open files", |sample| sample.files)] {
        let (early, late) = (median(&samples[third..2 * third], of), median(&samples[samples.len() - third..], of));
        println!("{name}: {early} in the second third, {late} in the last");
        if late > early + early / 10 + of(&SPARE) {
            grown.push(format!("{name} grew from {early} to {late}"));
        }
    }
    grown
}

/// What is wrong with how a caller's calls ended.
fn wrong(caller: &Caller, outcomes: &Outcomes) -> Option<String> {
    let count = |how: &str| outcomes.get(how).copied().unwrap_or_default();
    let all: u64 = outcomes.iter().filter(|(how, _)| *how != "reconnected").map(|(_, count)| count).sum();
    // On a busy machine a call that was admitted may come to its deadline: it counts as not answered.
    let expected = |how: &str| {
        ["Ok", "reconnected"].contains(&how) || ["Unavailable ", "DeadlineExceeded "].iter().any(|start| how.starts_with(start))
    };
    let strange = outcomes.keys().find(|how| !expected(how));
    if let Some(strange) = strange {
        return Some(format!("a call ended as {strange}"));
    }
    let is_right = match caller.name {
        "greedy" => count("Unavailable CALLER_SHARE") > 0,
        _ => all >= 20 && count("Ok") * 100 >= all * HONEST_ANSWERED_PERCENT,
    };
    (!is_right).then(|| format!("{outcomes:?}"))
}

#[test]
#[ignore = "it takes as long as it is told: tests/load/soak"]
fn honest_callers_are_served_beside_a_greedy_one_and_nothing_grows() {
    let seconds = std::env::var(SECONDS).map_or(600, |seconds| seconds.parse().expect("whole seconds"));
    // Connections age while it runs, so that many come and go.
    let mut program = Program::start(&["--access-log", "off", "--max-wait", "500ms", "--max-connection-age", "15s"]);
    let is_over = Arc::new(AtomicBool::new(false));
    let (start, mut samples) = (Instant::now(), Vec::new());
    let ended: Vec<_> = std::thread::scope(|scope| {
        let server = program.address();
        let callers = CALLERS.map(|caller| {
            scope.spawn({
                let is_over = &is_over;
                move || (caller, caller.runs(server, is_over))
            })
        });
        while start.elapsed() < Duration::from_secs(seconds) {
            std::thread::sleep(Duration::from_secs_f64((seconds as f64 / 600.0).max(0.2)));
            samples.push(Sample::of(&program));
            assert!(program.is_running(), "it has ended");
        }
        is_over.store(true, Ordering::Relaxed);
        callers.map(|caller| caller.join().expect("no panic")).into_iter().collect()
    });
    for (caller, outcomes) in &ended {
        println!("{} ({}): {outcomes:?}", caller.name, caller.from);
    }
    let mut failures = grown(&samples);
    failures
        .extend(ended.iter().filter_map(|(caller, outcomes)| Some(format!("{}: {}", caller.name, wrong(caller, outcomes)?))));
    asks_rightly(&program.client()).expect("it is alive");
    assert_eq!(program.metric("paydirt_panics_total"), Some(0.0));
    program.terminated();
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn what_grows_is_seen_and_what_only_warms_up_is_not() {
    let sample = |memory, files| Sample { memory, files };
    let flat = vec![sample(50_000_000, 40); 30];
    let mut warm = flat.clone();
    warm[..10].fill(sample(10_000_000, 20));
    assert!(grown(&flat).is_empty() && grown(&warm).is_empty());
    let leaks: Vec<_> = (0..30).map(|at| sample(50_000_000 + at * 2_000_000, 40)).collect();
    assert_eq!(grown(&leaks), ["memory grew from 80000000 to 100000000"]);
    let leaves_open: Vec<_> = (0..30).map(|at| sample(50_000_000, 40 + at * 2)).collect();
    assert_eq!(grown(&leaves_open), ["open files grew from 70 to 90"]);
}

#[test]
fn who_is_not_served_is_seen() {
    let outcomes =
        |counts: &[(&str, u64)]| -> Outcomes { counts.iter().map(|(how, count)| ((*how).to_owned(), *count)).collect() };
    let [short, _, greedy] = &CALLERS;
    assert_eq!(wrong(short, &outcomes(&[("Ok", 95), ("Unavailable OVERLOADED", 5), ("reconnected", 9)])), None);
    assert!(wrong(short, &outcomes(&[("Ok", 94), ("Unavailable OVERLOADED", 6)])).is_some());
    assert!(wrong(short, &outcomes(&[("Ok", 3)])).is_some(), "it has hardly been tried");
    assert!(wrong(short, &outcomes(&[("Ok", 1000), ("Internal PANIC", 1)])).is_some());
    assert_eq!(wrong(greedy, &outcomes(&[("Ok", 9), ("Unavailable CALLER_SHARE", 1)])), None);
    assert!(wrong(greedy, &outcomes(&[("Ok", 9)])).is_some());
}
