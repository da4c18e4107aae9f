//! The facts of a connection, which its calls and its driver share: who is at the other end, what came, and whether it is about to end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use tokio::sync::Notify;

use super::limit::NextLimit;
use crate::server::config;
use crate::server::method::Method;
use crate::server::shared::Shared;

/// Who is at the other end.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    pub address: SocketAddr,
    /// The DNS names and URIs of its certificate; none in plain text.
    pub names: Vec<String>,
    /// Whether it may call: everyone may, unless there is a list of names.
    pub is_allowed: bool,
}

/// What is known of a connection.
#[derive(Debug)]
pub(crate) struct Connection {
    pub peer: Peer,
    pub shared: Arc<Shared>,
    /// Of the call that has just begun.
    pub next_limit: NextLimit,
    bytes_read: AtomicU64,
    body_bytes: AtomicU64,
    bodies_left: AtomicU64,
    calls_begun: AtomicU64,
    /// Without those of health and reflection, which keep nobody from ending.
    calls_in_flight: AtomicUsize,
    is_flooding: AtomicBool,
    /// The peer is told to go away: what goes on for as long as its caller wants ends now.
    is_leaving: AtomicBool,
    leaves: Notify,
}

/// The bytes of HTTP/2's preface.
const PREFACE_BYTES: u64 = 24;

impl Connection {
    pub fn new(peer: Peer, shared: Arc<Shared>) -> Connection {
        Connection {
            peer,
            shared,
            next_limit: NextLimit::default(),
            bytes_read: AtomicU64::new(0),
            body_bytes: AtomicU64::new(0),
            bodies_left: AtomicU64::new(0),
            calls_begun: AtomicU64::new(0),
            calls_in_flight: AtomicUsize::new(0),
            is_flooding: AtomicBool::new(false),
            is_leaving: AtomicBool::new(false),
            leaves: Notify::new(),
        }
    }

    pub fn is_leaving(&self) -> bool {
        self.is_leaving.load(Ordering::Acquire)
    }

    /// Comes when the peer is told to go away.
    pub async fn leaves(&self) {
        // In this order: whoever is told in between is told by the second.
        let told = self.leaves.notified();
        if !self.is_leaving() {
            told.await;
        }
    }

    /// Tells those who wait for it that the peer is told to go away.
    pub fn leave(&self) {
        self.is_leaving.store(true, Ordering::Release);
        self.leaves.notify_waiters();
    }

    /// Of a peer whose preface is here.
    #[cfg(test)]
    pub fn has_spoken(&self) {
        self.bytes_read.store(PREFACE_BYTES, Ordering::Relaxed);
    }

    /// In a server of its own, that serves nothing.
    #[cfg(test)]
    pub fn of_test(peer: Peer) -> Arc<Connection> {
        let settings = config::Settings::read(["paydirt"]).expect("the defaults are good");
        Arc::new(Connection::new(peer, Shared::of_test(settings)))
    }

    pub fn calls_begun(&self) -> u64 {
        self.calls_begun.load(Ordering::Relaxed)
    }

    /// Calls in flight, without those of health and reflection.
    pub fn calls_in_flight(&self) -> usize {
        self.calls_in_flight.load(Ordering::Relaxed)
    }

    /// Whether the peer has sent more that carries nothing than an honest one does.
    pub fn is_flooding(&self) -> bool {
        self.is_flooding.load(Ordering::Relaxed)
    }

    pub fn call_began(&self, method: Method) {
        self.calls_begun.fetch_add(1, Ordering::Relaxed);
        if !method.is_housekeeping() {
            self.calls_in_flight.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub fn call_ended(&self, method: Method) {
        if !method.is_housekeeping() {
            self.calls_in_flight.fetch_sub(1, Ordering::Relaxed);
        }
    }

    pub fn body_received(&self, bytes: usize) {
        self.body_bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// A call was refused before its message was read: the peer has sent up to a window of it all the same.
    pub fn body_left(&self) {
        self.bodies_left.fetch_add(1, Ordering::Relaxed);
    }

    /// False once the peer has sent more that carries nothing than an honest one does: an honest one sends headers with each call, and a
    /// frame's head with each piece of a message.
    pub fn may_go_on_after(&self, bytes: usize) -> bool {
        let read = self.bytes_read.fetch_add(bytes as u64, Ordering::Relaxed) + bytes as u64;
        if read <= config::IDLE_BYTES_MAX {
            return true;
        }
        let headers = self.calls_begun().saturating_mul(config::HEADER_LIST_BYTES_MAX.into());
        let messages = self.body_bytes.load(Ordering::Relaxed).saturating_mul(config::FRAMED_BYTES_PER_BODY_BYTE_MAX);
        let left = self.bodies_left.load(Ordering::Relaxed).saturating_mul(config::STREAM_WINDOW_BYTES.into());
        let may = read <= config::IDLE_BYTES_MAX.saturating_add(headers).saturating_add(messages).saturating_add(left);
        if !may {
            self.is_flooding.store(true, Ordering::Relaxed);
        }
        may
    }

    /// Whether the peer has sent as much as HTTP/2's preface.
    pub fn has_preface(&self) -> bool {
        self.bytes_read.load(Ordering::Relaxed) >= PREFACE_BYTES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_carries_nothing_is_bounded_by_what_carries_something() {
        let idle = usize::try_from(config::IDLE_BYTES_MAX).expect("a few");
        let peer = Peer { address: ([127, 0, 0, 1], 1).into(), names: Vec::new(), is_allowed: true };
        let connection = Connection::of_test(peer);
        assert!(connection.may_go_on_after(idle));
        assert!(!connection.may_go_on_after(1));
        connection.call_began(Method::of("/paydirt.v1.RunwayService/ComputeRunway"));
        assert!(connection.may_go_on_after(config::HEADER_LIST_BYTES_MAX as usize - 1));
        assert!(!connection.may_go_on_after(1));
        connection.body_received(10);
        assert!(connection.may_go_on_after(59) && !connection.may_go_on_after(1));
        connection.body_left();
        assert!(connection.may_go_on_after(config::STREAM_WINDOW_BYTES as usize - 1) && !connection.may_go_on_after(1));
    }
}
