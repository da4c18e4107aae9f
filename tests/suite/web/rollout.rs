//! Three servers are replaced one after the other under calls in JSON by HTTP/1.1, on connections that are kept. No call is lost, though nobody tries
//! one twice; without the lame duck calls are, so this test would see it.

use std::collections::BTreeMap;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::http::{CAHN, JSON, Peer, REQUIRED_REVENUE, assert_cahns, request};
use crate::fleet::{Fleet, Listed, Replacement};

/// How long a server that was asked to end stays on the clients' list.
const LAG: Duration = Duration::from_millis(500);
const CALLERS: usize = 8;

/// A caller with one call at a time, and a connection to each server that it knows.
struct Caller {
    listed: Listed,
    port: u16,
    connections: BTreeMap<Ipv4Addr, Peer>,
    answered: u64,
    lost: u64,
}

impl Caller {
    fn call(&mut self, turn: usize) {
        let listed = self.listed.now();
        self.connections.retain(|address, _| listed.contains(address));
        let address = listed[turn % listed.len()];
        let connect = || Peer::if_it_listens(SocketAddr::from((address, self.port)));
        let Some(mut peer) = self.connections.remove(&address).or_else(connect) else {
            self.lost += 1;
            return;
        };
        let asked = request("POST", REQUIRED_REVENUE, &[JSON, ("paydirt-rehearsal", "50ms")], CAHN.as_bytes());
        let answer = peer.stream.write_all(&asked).ok().and_then(|()| peer.answer());
        match answer {
            Some(answer) if answer.status == 200 => {
                assert_cahns(&answer);
                self.answered += 1;
                if answer.header("connection") != Some("close") {
                    self.connections.insert(address, peer);
                }
            }
            _ => self.lost += 1,
        }
    }
}

/// The calls that were answered and those that were lost, and how many each server answered.
fn replaced_under_json(replacement: Replacement, lame_duck: &str) -> (u64, u64, Vec<u64>) {
    let mut fleet = Fleet::start(3, &["--lame-duck", lame_duck, "--drain", "10s", "--max-wait", "1m"]);
    let (is_over, turn) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let callers: Vec<JoinHandle<(u64, u64)>> = (0..CALLERS)
        .map(|_| {
            let (is_over, turn) = (Arc::clone(&is_over), Arc::clone(&turn));
            let (listed, port) = (fleet.listed.clone(), fleet.web_port());
            thread::spawn(move || {
                let mut caller = Caller { listed, port, connections: BTreeMap::new(), answered: 0, lost: 0 };
                while !is_over.load(Ordering::Relaxed) {
                    caller.call(turn.fetch_add(1, Ordering::Relaxed));
                }
                (caller.answered, caller.lost)
            })
        })
        .collect();
    fleet.replace_all(replacement, LAG);
    is_over.store(true, Ordering::Relaxed);
    let seen = callers.into_iter().map(|caller| caller.join().expect("every answer is the right one"));
    let (answered, lost) = seen.fold((0, 0), |(answered, lost), (more, further)| (answered + more, lost + further));
    let by_server = fleet.end();
    println!("{replacement:?}: {answered} answered, by {by_server:?}; {lost} lost");
    (answered, lost, by_server)
}

#[test]
fn no_call_in_json_is_lost_when_servers_are_replaced() {
    for replacement in [Replacement::First, Replacement::InPlace] {
        let (answered, lost, by_server) = replaced_under_json(replacement, "2s");
        assert_eq!(lost, 0, "{replacement:?}");
        assert!(by_server.len() == 6 && by_server.iter().all(|count| *count > 0), "{by_server:?}");
        assert_eq!(by_server.iter().sum::<u64>(), answered, "each call was made once");
    }
}

#[test]
fn without_a_lame_duck_calls_in_json_are_lost() {
    let (_, lost, by_server) = replaced_under_json(Replacement::First, "0s");
    assert!(lost > 0, "none was lost: this would not notice a server that ends too early");
    assert!(by_server.iter().all(|count| *count > 0), "{by_server:?}");
}
