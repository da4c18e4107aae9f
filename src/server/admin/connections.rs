//! The connections of the admin port, counted with their requests: which of them is closed when nobody asks, and which makes room for a new
//! one. A probe finds room whoever holds the others.

use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep};

use crate::server::config::{ADMIN_CONNECTION_MIN, ADMIN_CONNECTIONS_MAX};
use crate::server::telemetry::metrics::Metrics;
use crate::server::transport::listener::Listener;

/// The open connections, at most [`ADMIN_CONNECTIONS_MAX`].
#[derive(Debug, Default)]
pub(super) struct OpenConnections(pub Vec<(AbortHandle, Arc<Requests>)>);

impl OpenConnections {
    /// Returns the next connection and its peer, for which there is room. The future may be dropped while it waits.
    pub async fn accept(&mut self, listener: &mut Listener, metrics: &Metrics) -> (TcpStream, SocketAddr) {
        while !self.has_room() {
            sleep(ADMIN_CONNECTION_MIN / 4).await;
        }
        let accepted = listener.accept(metrics).await;
        self.make_room();
        accepted
    }

    /// Returns whether a new connection has a place, or one that is taken and may be given to it. A connection keeps its place for
    /// [`ADMIN_CONNECTION_MIN`], so that a probe among many new connections has its answer before it makes room for the next of them.
    pub fn has_room(&mut self) -> bool {
        self.0.retain(|(task, _)| !task.is_finished());
        self.0.len() < ADMIN_CONNECTIONS_MAX || self.0.iter().any(|(_, requests)| requests.may_be_closed())
    }

    /// Makes room for a new connection, so that a probe is answered whoever holds the others: where all places are taken, closes the
    /// connection that has idled or watched longest.
    pub fn make_room(&mut self) {
        self.0.retain(|(task, _)| !task.is_finished());
        if self.0.len() < ADMIN_CONNECTIONS_MAX {
            return;
        }
        let longest =
            (0..self.0.len()).filter(|&index| self.0[index].1.may_be_closed()).min_by_key(|&index| self.0[index].1.rest());
        if let Some(longest) = longest {
            self.0.swap_remove(longest).0.abort();
        }
    }
}

/// The requests of one connection, counted.
#[derive(Debug)]
pub(super) struct Requests {
    begun: AtomicU64,
    ended: AtomicU64,
    /// Requests in flight that are no watches.
    asking: AtomicU64,
    /// The time of the connection.
    born: Instant,
    /// The time at which a request last began, or one that is no watch ended, in microseconds after `born`.
    moved: AtomicU64,
}

impl Requests {
    pub fn new() -> Requests {
        let zero = || AtomicU64::new(0);
        Requests { begun: zero(), ended: zero(), asking: zero(), born: Instant::now(), moved: zero() }
    }

    /// Records that something other than a watch goes on.
    fn moves(&self) {
        let alive = u64::try_from(self.born.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.moved.store(alive, Ordering::Relaxed);
    }

    /// Returns whether the connection has had its time.
    fn may_be_closed(&self) -> bool {
        self.born.elapsed() >= ADMIN_CONNECTION_MIN
    }

    /// Returns the order in which connections are closed for new ones: first those that idle or watch, and of these first the one that
    /// has done so longest.
    fn rest(&self) -> (bool, Instant) {
        let since = self.born + Duration::from_micros(self.moved.load(Ordering::Relaxed));
        (self.asking.load(Ordering::Relaxed) > 0, since)
    }

    /// Completes when the peer has asked for nothing for a whole interval: it has sent nothing at all, or half a request, or it does not read its
    /// answer.
    pub async fn cease(&self, interval: Duration) {
        let mut begun_before = 0;
        loop {
            sleep(interval).await;
            let begun = self.begun.load(Ordering::Relaxed);
            if begun == begun_before && begun == self.ended.load(Ordering::Relaxed) {
                return;
            }
            begun_before = begun;
        }
    }
}

/// A request in flight, which counts as ended when it is dropped.
#[derive(Debug)]
pub(super) struct UnderWay {
    requests: Arc<Requests>,
    /// Whether the request is no watch.
    is_asking: bool,
}

impl UnderWay {
    pub fn new(requests: &Arc<Requests>, is_asking: bool) -> UnderWay {
        requests.begun.fetch_add(1, Ordering::Relaxed);
        requests.asking.fetch_add(is_asking.into(), Ordering::Relaxed);
        requests.moves();
        UnderWay { requests: requests.clone(), is_asking }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.requests.ended.fetch_add(1, Ordering::Relaxed);
        if self.is_asking {
            self.requests.asking.fetch_sub(1, Ordering::Relaxed);
            self.requests.moves();
        }
    }
}
