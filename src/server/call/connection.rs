//! The facts of a connection, which its calls and its driver share: the peer, the count of received bytes, and whether the
//! connection is about to end.
//!
//! A worker thread makes one [`Connection`] for each accepted connection. `transport` drives the connection by these facts.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use tokio::sync::Notify;

use super::limit::NextLimit;
use crate::server::capacity::account::Account;
use crate::server::capacity::caller::CallerId;
use crate::server::capacity::size_class::allocated;
use crate::server::capacity::turns::{CallerTasks, Turns};
use crate::server::config;
use crate::server::method::Method;
use crate::server::shared::Shared;

/// The peer: the client at the other end of a connection.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    /// The address of the peer's socket.
    pub address: SocketAddr,
    /// The DNS names and URIs of the peer's certificate. Empty in plain text.
    pub names: Vec<String>,
    /// Whether the peer may call more than health and reflection. Every peer may, unless the settings have a list of allowed
    /// names.
    pub is_allowed: bool,
}

/// The facts of one connection.
#[derive(Debug)]
pub(crate) struct Connection {
    pub peer: Peer,
    /// The identity by which the peer has its share of the pool and of the memory.
    pub caller: CallerId,
    /// The memory that the messages of the connection hold.
    pub account: Arc<Account>,
    pub shared: Arc<Shared>,
    /// The turns of the worker thread that serves the connection.
    pub turns: Arc<Turns>,
    /// The tasks of the connection's caller on that thread.
    pub tasks: Arc<CallerTasks>,
    /// The time limit of the call that has just begun.
    pub next_limit: NextLimit,
    /// The bytes received from the peer.
    bytes_read: AtomicU64,
    /// The bytes of request bodies that the server has read.
    body_bytes: AtomicU64,
    /// The bytes that HTTP/2 takes for data of request bodies that have come and that no call has read yet.
    unread: AtomicUsize,
    /// The number of frames that these data came in.
    unread_frames: AtomicUsize,
    /// The number of such frames for which HTTP/2 has room. The room stays until the connection ends.
    unread_frames_room: AtomicUsize,
    /// The number of request bodies that a call may still read.
    bodies: AtomicUsize,
    /// Whether the socket took no more when it was last written to.
    is_stuck: AtomicBool,
    /// The number of calls that HTTP/2 keeps: those in flight, and those that have ended while the socket took no more.
    streams: AtomicUsize,
    /// The number of these that have ended.
    unsent: AtomicUsize,
    /// The largest number of calls that HTTP/2 has kept. The room for them stays until the connection ends.
    streams_peak: AtomicUsize,
    /// The number of request bodies that the server dropped before their end.
    bodies_left: AtomicU64,
    /// The number of requests that have begun: calls, and others.
    calls_begun: AtomicU64,
    /// The number of calls in flight, without those of health and reflection, which do not keep a connection from ending.
    calls_in_flight: AtomicUsize,
    /// Whether the peer has sent more bytes without content than an honest peer does.
    is_flooding: AtomicBool,
    /// Whether the peer has broken off in the middle of a request in HTTP/1.1.
    is_broken: AtomicBool,
    /// Whether the peer has been told to go away. A stream, which goes on for as long as its caller wants, then reads no more
    /// and ends.
    is_leaving: AtomicBool,
    /// The notification that the peer is told to go away.
    leaves: Notify,
}

/// The number of frames with data whose room is part of what a connection takes anyway.
const UNREAD_FRAMES_FREE: usize = 32;
/// The most that HTTP/2 takes for data that no call has read: its window, the rest of the last allocation of each frame, and the room for as
/// many frames as h2 permits, most of which are as short as 256 bytes.
const UNREAD_BYTES_MAX: usize = 3 * config::CONNECTION_WINDOW_BYTES as usize;

/// The length of HTTP/2's connection preface, in bytes.
const PREFACE_BYTES: u64 = 24;

impl Connection {
    /// Returns a connection that is served on the worker thread with these turns.
    pub fn new(peer: Peer, shared: Arc<Shared>, turns: Arc<Turns>) -> Connection {
        let caller = CallerId::of_connection(peer.address, peer.names.first().map(String::as_str));
        Connection {
            tasks: turns.tasks_of(caller.caller),
            turns,
            caller,
            peer,
            account: Account::open(&shared.memory, caller),
            shared,
            next_limit: NextLimit::default(),
            bytes_read: AtomicU64::new(0),
            body_bytes: AtomicU64::new(0),
            unread: AtomicUsize::new(0),
            unread_frames: AtomicUsize::new(0),
            unread_frames_room: AtomicUsize::new(UNREAD_FRAMES_FREE),
            bodies: AtomicUsize::new(0),
            is_stuck: AtomicBool::new(false),
            streams: AtomicUsize::new(0),
            unsent: AtomicUsize::new(0),
            streams_peak: AtomicUsize::new(0),
            bodies_left: AtomicU64::new(0),
            calls_begun: AtomicU64::new(0),
            calls_in_flight: AtomicUsize::new(0),
            is_flooding: AtomicBool::new(false),
            is_broken: AtomicBool::new(false),
            is_leaving: AtomicBool::new(false),
            leaves: Notify::new(),
        }
    }

    /// Returns the name of the peer's certificate, if the peer has one and may call.
    pub fn known_name(&self) -> Option<&str> {
        self.peer.names.first().filter(|_| self.peer.is_allowed).map(String::as_str)
    }

    /// Returns whether the peer has been told to go away.
    pub fn is_leaving(&self) -> bool {
        self.is_leaving.load(Ordering::Acquire)
    }

    /// Waits until the peer is told to go away.
    pub async fn leaves(&self) {
        // The order matters: the notification is registered before the flag is read, so that a peer that is told to go away
        // after the read is still noticed.
        let told = self.leaves.notified();
        if !self.is_leaving() {
            told.await;
        }
    }

    /// Records that the peer is told to go away, and wakes those who wait in [`Connection::leaves`].
    pub fn leave(&self) {
        self.is_leaving.store(true, Ordering::Release);
        self.leaves.notify_waiters();
    }

    /// Records that the peer's preface has been received.
    #[cfg(test)]
    pub fn has_spoken(&self) {
        self.bytes_read.store(PREFACE_BYTES, Ordering::Relaxed);
    }

    /// Returns a connection of a server of its own, which serves nothing.
    #[cfg(test)]
    pub fn of_test(peer: Peer) -> Arc<Connection> {
        let settings = config::Settings::read(["paydirt"]).expect("the defaults are good");
        Arc::new(Connection::new(peer, Shared::of_test(settings), Arc::new(Turns::new())))
    }

    /// Records that the peer has broken off in the middle of a request in HTTP/1.1. The connection is closed then, and its call with it.
    pub fn breaks(&self) {
        self.is_broken.store(true, Ordering::Relaxed);
    }

    /// Returns whether the peer has broken off in the middle of a request in HTTP/1.1.
    pub fn is_broken(&self) -> bool {
        self.is_broken.load(Ordering::Relaxed)
    }

    /// Counts a request that is no call. A connection with such a request is not idle.
    pub fn asks(&self) {
        self.calls_begun.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns the number of request bodies that the server dropped before their end.
    pub fn bodies_left(&self) -> u64 {
        self.bodies_left.load(Ordering::Relaxed)
    }

    /// Returns the number of requests that have begun on this connection: calls, health and reflection included, and other requests.
    pub fn calls_begun(&self) -> u64 {
        self.calls_begun.load(Ordering::Relaxed)
    }

    /// Returns the number of calls in flight, without those of health and reflection.
    pub fn calls_in_flight(&self) -> usize {
        self.calls_in_flight.load(Ordering::Relaxed)
    }

    /// Returns whether the peer has sent more bytes without content than an honest peer does.
    pub fn is_flooding(&self) -> bool {
        self.is_flooding.load(Ordering::Relaxed)
    }

    /// Counts a call that begins, and the memory that it takes beside its messages where there have never been as many.
    pub fn call_began(&self, method: Method) {
        let streams = self.streams.fetch_add(1, Ordering::Relaxed) + 1;
        if streams > self.streams_peak.load(Ordering::Relaxed) {
            self.streams_peak.store(streams, Ordering::Relaxed);
            self.account.grow(config::CALL_BYTES);
        }
        self.calls_begun.fetch_add(1, Ordering::Relaxed);
        if !method.is_housekeeping() {
            self.calls_in_flight.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Counts a call that ends. Where the socket takes no more, HTTP/2 keeps the end of the call until something is written.
    pub fn call_ended(&self, method: Method) {
        match self.is_stuck.load(Ordering::Relaxed) {
            true => self.unsent.fetch_add(1, Ordering::Relaxed),
            false => self.streams.fetch_sub(1, Ordering::Relaxed),
        };
        if !method.is_housekeeping() {
            self.calls_in_flight.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// Returns whether the socket took no more when it was last written to.
    pub fn has_unsent(&self) -> bool {
        self.is_stuck.load(Ordering::Relaxed)
    }

    /// Records that the socket takes no more. The kernel keeps what it has taken.
    pub fn is_stuck(&self) {
        if !self.is_stuck.swap(true, Ordering::Relaxed) {
            self.account.add(config::SOCKET_BYTES);
        }
    }

    /// Records that the socket has taken this many bytes.
    pub fn has_written(&self, bytes: usize) {
        if self.is_stuck.load(Ordering::Relaxed) {
            self.is_stuck.store(false, Ordering::Relaxed);
            self.account.give_back(config::SOCKET_BYTES);
        }
        let unsent = self.unsent.load(Ordering::Relaxed);
        if unsent > 0 {
            // The end of a call takes some 64 bytes or more.
            let sent = unsent.min(bytes.div_ceil(64));
            self.unsent.fetch_sub(sent, Ordering::Relaxed);
            self.streams.fetch_sub(sent, Ordering::Relaxed);
        }
    }

    /// Counts a frame with so many bytes of a request body that begins to come, before any call has read it. HTTP/2 makes room for the
    /// whole frame at once.
    pub fn data_comes(&self, length: usize) {
        let room = UNREAD_BYTES_MAX.saturating_sub(self.unread.load(Ordering::Relaxed));
        let counted = data_frame_bytes(length).min(room);
        if counted > 0 {
            self.unread.fetch_add(counted, Ordering::Relaxed);
            self.account.add(counted);
            let frames = self.unread_frames.fetch_add(1, Ordering::Relaxed) + 1;
            let room = self.unread_frames_room.load(Ordering::Relaxed);
            if frames > room {
                // HTTP/2 doubles the room for frames where there are more than ever before.
                self.unread_frames_room.store(2 * room, Ordering::Relaxed);
                self.account.grow(room * config::DATA_FRAME_BYTES);
            }
        }
    }

    /// Counts a request body that a call may read.
    pub fn body_begins(&self) {
        self.bodies.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts the data of a frame that a call has read.
    pub fn body_received(&self, bytes: usize) {
        self.body_bytes.fetch_add(bytes as u64, Ordering::Relaxed);
        let frames = self.unread_frames.load(Ordering::Relaxed);
        self.unread_frames.store(frames.saturating_sub(1), Ordering::Relaxed);
        self.is_read(data_frame_bytes(bytes));
    }

    fn is_read(&self, bytes: usize) {
        // One thread alone drives the connection and polls its bodies.
        let read = bytes.min(self.unread.load(Ordering::Relaxed));
        if read > 0 {
            self.unread.fetch_sub(read, Ordering::Relaxed);
            self.account.give_back(read);
        }
    }

    /// Counts the end of a request body. One that was dropped before its end, because its call was refused before its message was
    /// read, `is_left`: the peer may have sent up to a stream window of that body all the same.
    ///
    /// How much of such a body has come is known to HTTP/2 alone. So it counts as unread for as long as the bodies that are left may
    /// have left as much.
    pub fn body_ends(&self, is_left: bool) {
        if is_left {
            self.bodies_left.fetch_add(1, Ordering::Relaxed);
        }
        let bodies = self.bodies.fetch_sub(1, Ordering::Relaxed) - 1;
        let unread_max = bodies.saturating_mul(2 * config::STREAM_WINDOW_BYTES as usize);
        self.is_read(self.unread.load(Ordering::Relaxed).saturating_sub(unread_max));
        // Frames that are not read are taken to be those of all bodies alike.
        let frames = self.unread_frames.load(Ordering::Relaxed);
        self.unread_frames.store(frames - frames / (bodies + 1), Ordering::Relaxed);
    }

    /// Counts bytes received from the peer. Returns false once the peer has sent more bytes without content than an honest peer
    /// does.
    ///
    /// An honest peer sends headers with each call, and the head of a frame with each piece of a message. So each call, each
    /// body byte and each body that was dropped before its end permit further bytes.
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

    /// Returns whether the peer has sent at least as many bytes as HTTP/2's preface has.
    pub fn has_preface(&self) -> bool {
        self.bytes_read.load(Ordering::Relaxed) >= PREFACE_BYTES
    }
}

/// Returns the bytes that HTTP/2 takes for a frame with so many bytes of data, beside the room for frames.
fn data_frame_bytes(length: usize) -> usize {
    /// The head of the frame is read into the same allocation.
    const HEAD_BYTES: usize = 9;
    allocated(HEAD_BYTES + length)
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
        connection.body_begins();
        connection.body_ends(true);
        assert!(connection.may_go_on_after(config::STREAM_WINDOW_BYTES as usize - 1) && !connection.may_go_on_after(1));
    }

    #[test]
    fn what_no_call_has_read_is_kept_by_the_connection_until_no_body_is_left() {
        /// The allocation of a frame of 10,000 bytes, and of one of 16,384.
        const SHORTER: usize = 10_240;
        const FULL: usize = 20_480;
        let peer = Peer { address: ([127, 0, 0, 1], 1).into(), names: Vec::new(), is_allowed: true };
        let connection = Connection::of_test(peer);
        let kept = || connection.account.kept();
        connection.body_begins();
        connection.body_begins();
        (0..5).for_each(|_| connection.data_comes(10_000));
        assert_eq!(kept(), 5 * SHORTER);
        (0..2).for_each(|_| connection.body_received(10_000));
        connection.body_ends(true);
        assert_eq!(kept(), 3 * SHORTER, "whose it is, is not known");
        connection.body_begins();
        (0..8).for_each(|_| connection.data_comes(16_384));
        connection.body_ends(true);
        assert_eq!(kept(), 2 * config::STREAM_WINDOW_BYTES as usize, "the only body that is left has no more");
        (0..5).for_each(|_| connection.body_received(16_384));
        assert_eq!(kept(), 2 * config::STREAM_WINDOW_BYTES as usize - 5 * FULL);
        (0..5).for_each(|_| connection.body_received(16_384));
        assert_eq!(kept(), 0);
        (0..500).for_each(|_| connection.data_comes(16_384));
        assert_eq!(kept(), UNREAD_BYTES_MAX, "HTTP/2 keeps no more");
        connection.body_ends(false);
        assert_eq!(kept(), 0);
    }

    #[test]
    fn the_room_for_as_many_frames_as_have_waited_at_once_stays() {
        let peer = Peer { address: ([127, 0, 0, 1], 1).into(), names: Vec::new(), is_allowed: true };
        let connection = Connection::of_test(peer);
        let grown = || connection.account.grown() / config::DATA_FRAME_BYTES;
        let come_and_are_read = |count: usize| {
            connection.body_begins();
            (0..count).for_each(|_| connection.data_comes(100));
            (0..count).for_each(|_| connection.body_received(100));
            connection.body_ends(false);
        };
        (0..5).for_each(|_| come_and_are_read(UNREAD_FRAMES_FREE));
        assert_eq!(grown(), 0);
        come_and_are_read(UNREAD_FRAMES_FREE + 1);
        come_and_are_read(2 * UNREAD_FRAMES_FREE);
        assert_eq!(grown(), UNREAD_FRAMES_FREE, "twice as much, of which half is free");
        // Bodies that are left take their frames with them.
        for _ in 0..100 {
            connection.body_begins();
            (0..10).for_each(|_| connection.data_comes(100));
            connection.body_ends(true);
        }
        assert_eq!((grown(), connection.account.kept()), (UNREAD_FRAMES_FREE, 0));
    }

    #[test]
    fn the_room_for_as_many_calls_as_there_have_been_stays_and_what_cannot_be_sent_is_among_them() {
        let peer = Peer { address: ([127, 0, 0, 1], 1).into(), names: Vec::new(), is_allowed: true };
        let connection = Connection::of_test(peer);
        let grown = || connection.account.grown() / config::CALL_BYTES;
        let method = Method::of("/paydirt.v1.RunwayService/ComputeRunway");
        let begin_and_end = |count: usize| {
            (0..count).for_each(|_| connection.call_began(method));
            (0..count).for_each(|_| connection.call_ended(method));
        };
        (0..5).for_each(|_| begin_and_end(1));
        assert_eq!(grown(), 1, "one at a time");
        begin_and_end(10);
        begin_and_end(3);
        assert_eq!((grown(), connection.account.kept()), (10, 0));
        connection.is_stuck();
        connection.is_stuck();
        (0..20).for_each(|_| begin_and_end(1));
        assert_eq!((grown(), connection.account.kept()), (20, config::SOCKET_BYTES));
        connection.has_written(64);
        (0..20).for_each(|_| begin_and_end(1));
        assert_eq!((grown(), connection.account.kept()), (20, 0), "one was sent, and the socket takes more");
        connection.has_written(100_000);
        begin_and_end(20);
        assert_eq!(grown(), 20);
    }
}
