//! Callers of calls and of streams through a proxy, none of whom tries anything twice, and a greedy one.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use paydirt::wire::pb;
use prost::Message;
use tokio_stream::StreamExt;
use tonic::transport::Endpoint;
use tonic::{Code, Status};

use crate::connections::rehearsed;
use crate::stream::{ids, is_answer, short, streamed};
use crate::support::{Client, runtime};

/// Long enough to be under way at any moment.
pub const LENGTH: &str = "50ms";
const CALLERS: usize = 8;

/// Callers of calls and of streams through a proxy, who try nothing twice.
pub struct Load {
    is_over: Arc<AtomicBool>,
    thread: JoinHandle<Seen>,
}

#[derive(Debug, Default)]
pub struct Seen {
    pub answered: u64,
    /// Calculations of streams.
    pub streamed: u64,
    /// Streams that were told where to go on in another one.
    pub resumed: u64,
    pub lost: BTreeMap<String, u64>,
}

impl Seen {
    fn lose(&mut self, what: &str, status: &Status) {
        *self.lost.entry(format!("{what}: {:?}: {}", status.code(), status.message())).or_default() += 1;
    }

    fn add(&mut self, other: Seen) {
        self.answered += other.answered;
        self.streamed += other.streamed;
        self.resumed += other.resumed;
        for (what, count) in other.lost {
            *self.lost.entry(what).or_default() += count;
        }
    }
}

impl Load {
    pub fn on(address: SocketAddr, length: &'static str) -> Load {
        let is_over = Arc::new(AtomicBool::new(false));
        let over = Arc::clone(&is_over);
        let thread = std::thread::spawn(move || {
            let callers = (0..CALLERS).map(|number| {
                let over = Arc::clone(&over);
                std::thread::spawn(move || if number < 2 { streams(address, &over) } else { calls(address, length, &over) })
            });
            let mut all = Seen::default();
            for caller in callers.collect::<Vec<_>>() {
                all.add(caller.join().expect("every answer is the right one"));
            }
            all
        });
        Load { is_over, thread }
    }

    pub fn ends(self) -> Seen {
        self.is_over.store(true, Ordering::Relaxed);
        self.thread.join().expect("no panic")
    }
}

pub fn calls(address: SocketAddr, length: &str, is_over: &AtomicBool) -> Seen {
    let (client, mut seen) = (Client::of(address), Seen::default());
    while !is_over.load(Ordering::Relaxed) {
        match client.runtime.block_on(rehearsed(client.channel.clone(), length)) {
            Ok(answer) => {
                let answer = pb::ComputeRequiredRevenueResponse::decode(&*answer).expect("an answer");
                assert_eq!(answer.required_revenue, "600000000000");
                seen.answered += 1;
            }
            Err(status) => {
                seen.lose("call", &status);
                std::thread::sleep(Duration::from_millis(5));
            }
        }
    }
    seen
}

/// One stream after the other, each of some seconds unless it is told to end earlier.
fn streams(address: SocketAddr, is_over: &AtomicBool) -> Seen {
    let (client, mut seen) = (Client::of(address), Seen::default());
    let (mut next, mut end) = (0, 200);
    while !is_over.load(Ordering::Relaxed) {
        let messages = tokio_stream::iter(next..end).then(async |id| {
            tokio::time::sleep(Duration::from_millis(10)).await;
            short(id)
        });
        let ended = client.runtime.block_on(streamed(&client, messages, &[]));
        let count = ended.answers.len() as u64;
        assert_eq!(ids(&ended), (next..next + count).collect::<Vec<_>>());
        assert!(ended.decoded().iter().all(is_answer), "{ended:?}");
        seen.streamed += count;
        next += count;
        let goes_on = ended.trailers.get("paydirt-answered").is_some_and(|told| told == count.to_string().as_str());
        match ended.status.code() {
            Code::Ok => (next, end) = (end, end + 200),
            Code::Unavailable if goes_on => seen.resumed += 1,
            _ => {
                seen.lose("stream", &ended.status);
                std::thread::sleep(Duration::from_millis(5));
            }
        }
    }
    seen
}

/// Four connections from another address, each with a hundred calls at once, for some seconds; those that are refused.
pub fn greedy(address: SocketAddr) -> Vec<Status> {
    runtime().block_on(async {
        let mut calls = tokio::task::JoinSet::new();
        let end = Instant::now() + Duration::from_secs(3);
        for _ in 0..4 {
            let endpoint = Endpoint::from_shared(format!("http://{address}")).expect("an address is a URI");
            let channel = endpoint.local_address(Some(Ipv4Addr::new(127, 0, 0, 2).into())).connect_lazy();
            for _ in 0..100 {
                let channel = channel.clone();
                calls.spawn(async move {
                    let mut refused = Vec::new();
                    while Instant::now() < end {
                        refused.extend(rehearsed(channel.clone(), "200ms").await.err());
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    }
                    refused
                });
            }
        }
        calls.join_all().await.into_iter().flatten().collect()
    })
}
