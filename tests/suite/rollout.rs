//! Three servers are replaced one after the other under load, and clients hear late which are there, as in a cluster. With the lame duck no
//! call is lost, though nobody tries one twice; without it calls are, so this test would see it.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use paydirt::wire::pb;
use prost::Message;
use tonic::Status;
use tonic::transport::{Channel, Endpoint};

use crate::connections::rehearsed;
use crate::fleet::{Fleet, Listed, Replacement};
use crate::support::runtime;

/// How long a server that was asked to end stays on the clients' list. Kubernetes' endpoints take about as long to reach them.
const LAG: Duration = Duration::from_millis(500);
/// Long enough to be under way at any moment, and to be lost.
const LENGTH: &str = "50ms";
const CALLERS: usize = 8;

/// Callers that take the servers of their list in turn, and try nothing twice.
struct Load {
    is_over: Arc<AtomicBool>,
    thread: JoinHandle<Seen>,
}

#[derive(Default)]
struct Seen {
    answered: u64,
    failures: Vec<Status>,
}

impl Load {
    fn on(fleet: &Fleet) -> Load {
        let is_over = Arc::new(AtomicBool::new(false));
        let (over, listed, port) = (Arc::clone(&is_over), fleet.listed.clone(), fleet.port());
        let thread = std::thread::spawn(move || {
            runtime().block_on(async move {
                let balanced = Arc::new(Balanced::new(listed, port));
                let callers = (0..CALLERS).map(|_| {
                    let (over, balanced) = (Arc::clone(&over), Arc::clone(&balanced));
                    tokio::spawn(async move {
                        let mut seen = Seen::default();
                        while !over.load(Ordering::Relaxed) {
                            match rehearsed(balanced.next(), LENGTH).await {
                                Ok(answer) => {
                                    assert_is_right(&answer);
                                    seen.answered += 1;
                                }
                                Err(status) => seen.failures.push(status),
                            }
                        }
                        seen
                    })
                });
                let mut all = Seen::default();
                for caller in callers.collect::<Vec<_>>() {
                    let seen = caller.await.expect("no panic");
                    all.answered += seen.answered;
                    all.failures.extend(seen.failures);
                }
                all
            })
        });
        Load { is_over, thread }
    }

    fn ends(self) -> Seen {
        self.is_over.store(true, Ordering::Relaxed);
        self.thread.join().expect("every answer is the right one")
    }
}

fn assert_is_right(answer: &[u8]) {
    let answer = pb::ComputeRequiredRevenueResponse::decode(answer).expect("an answer");
    assert_eq!(answer.required_revenue, "600000000000");
}

/// One connection to each listed server, in turn. tonic's own balancer draws lots.
struct Balanced {
    listed: Listed,
    port: u16,
    turn: AtomicUsize,
    channels: std::sync::Mutex<BTreeMap<Ipv4Addr, Channel>>,
}

impl Balanced {
    fn new(listed: Listed, port: u16) -> Balanced {
        Balanced { listed, port, turn: AtomicUsize::new(0), channels: std::sync::Mutex::default() }
    }

    fn next(&self) -> Channel {
        let listed = self.listed.now();
        let address = listed[self.turn.fetch_add(1, Ordering::Relaxed) % listed.len()];
        let mut channels = self.channels.lock().expect("no panic");
        channels.retain(|address, _| listed.contains(address));
        let connect = || {
            let uri = format!("http://{}", SocketAddr::from((address, self.port)));
            Endpoint::from_shared(uri).expect("an address is a URI").connect_lazy()
        };
        channels.entry(address).or_insert_with(connect).clone()
    }
}

/// What callers saw, and how many calls each server answered.
fn replaced_under_load(replacement: Replacement, lame_duck: &str) -> (Seen, Vec<u64>) {
    let mut fleet = Fleet::start(3, &["--lame-duck", lame_duck, "--drain", "10s", "--max-wait", "1m"]);
    let load = Load::on(&fleet);
    fleet.replace_all(replacement, LAG);
    let seen = load.ends();
    let answered = fleet.end();
    let mut kinds: Vec<_> = seen.failures.iter().map(|status| format!("{:?}: {}", status.code(), status.message())).collect();
    kinds.sort();
    kinds.dedup();
    println!("{replacement:?}: {} answered, by {answered:?}; {} lost: {kinds:#?}", seen.answered, seen.failures.len());
    (seen, answered)
}

fn loses_no_call(replacement: Replacement) {
    let (seen, answered) = replaced_under_load(replacement, "2s");
    assert!(seen.failures.is_empty(), "{} calls were lost", seen.failures.len());
    assert!(answered.len() == 6 && answered.iter().all(|count| *count > 0), "{answered:?}");
    assert_eq!(answered.iter().sum::<u64>(), seen.answered, "each call was made once");
}

#[test]
fn no_call_is_lost_when_new_servers_take_the_place_of_old_ones() {
    loses_no_call(Replacement::First);
}

#[test]
fn no_call_is_lost_when_each_server_is_restarted() {
    loses_no_call(Replacement::InPlace);
}

#[test]
fn without_a_lame_duck_calls_are_lost() {
    let (seen, answered) = replaced_under_load(Replacement::First, "0s");
    assert!(!seen.failures.is_empty(), "none was lost: this would not notice a server that ends too early");
    assert!(answered.iter().all(|count| *count > 0), "{answered:?}");
}
