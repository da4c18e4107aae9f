//! A call: the facts that are known of it from the arrival of its headers on.
//!
//! `grpc/front.rs` begins a call. The request's body, the layers and the services hold it, and the call ends when the last of
//! them drops it.

pub(crate) mod connection;
pub(crate) mod limit;
pub(crate) mod timeout;

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use self::connection::{Connection, Peer};
use self::limit::{Limit, Unread};
use self::timeout::MalformedTimeout;
use crate::server::capacity::caller::CallerId;
use crate::server::capacity::greedy::Wanted;
use crate::server::capacity::holding::Holding;
use crate::server::capacity::memory::Full;
use crate::server::capacity::pool::Caller;
use crate::server::method::Method;
use crate::server::protocol::Language;
use crate::server::shared::Shared;

/// A call whose headers have arrived. All clones share the same facts.
#[derive(Clone, Debug)]
pub(crate) struct Call(Arc<Known>);

/// The facts of a [`Call`].
#[derive(Debug)]
pub(crate) struct Known {
    pub method: Method,
    /// The time at which the headers of the call arrived.
    pub arrived: Instant,
    /// The time from which the answer is worth nothing. Streams, health and reflection, which may go on for as long as their
    /// caller wants, have a deadline only if their caller sets one.
    pub deadline: Option<Instant>,
    /// Whether the caller's timeout cannot be read.
    pub is_timeout_malformed: bool,
    /// The protocol of the call, and how its messages are written.
    pub language: Language,
    pub connection: Arc<Connection>,
    /// Whether the caller has its answer, or is gone.
    is_over: AtomicBool,
    /// The time since which answers wait for the peer. Only a stream has this, because a stream may go on for longer than any
    /// deadline.
    unread: Option<Arc<Unread>>,
    /// The memory that the call's messages hold.
    held: Holding,
}

/// A value that belongs to a call. The body of every request is such a value, so that a layer finds the call in the request.
pub(crate) trait Called {
    /// Returns the call that the value belongs to.
    fn call(&self) -> &Call;
}

impl Called for Call {
    fn call(&self) -> &Call {
        self
    }
}

impl Deref for Call {
    type Target = Known;

    fn deref(&self) -> &Known {
        &self.0
    }
}

impl Call {
    /// Begins a call of the method with this path. `timeout` is the caller's timeout, which the protocol's front has read from
    /// the headers.
    ///
    /// The deadline follows from the caller's timeout or from the default deadline of the settings, whichever is shorter. The
    /// default does not apply to streams, health and reflection.
    pub fn new(
        path: &str,
        timeout: Result<Option<Duration>, MalformedTimeout>,
        language: Language,
        connection: Arc<Connection>,
    ) -> Call {
        let arrived = Instant::now();
        let method = Method::of(path);
        let longest = connection.shared.settings.default_deadline;
        let is_endless = method.is_housekeeping() || method.is_stream();
        let until = match (timeout.unwrap_or_default(), (!is_endless).then_some(longest)) {
            (Some(theirs), Some(ours)) => Some(theirs.min(ours)),
            (theirs, ours) => theirs.or(ours),
        };
        // A deadline beyond the range of the clock is no deadline.
        let deadline = until.and_then(|until| arrived.checked_add(until));
        connection.call_began(method);
        Call(Arc::new(Known {
            method,
            arrived,
            deadline,
            is_timeout_malformed: timeout.is_err(),
            is_over: AtomicBool::new(false),
            unread: method.is_stream().then(|| Arc::new(Unread::new(arrived, deadline, longest))),
            held: Holding::default(),
            language,
            connection,
        }))
    }
}

impl Known {
    /// Returns the peer of the call's connection.
    pub fn peer(&self) -> &Peer {
        &self.connection.peer
    }

    /// Returns the state that this call shares with all others.
    pub fn shared(&self) -> &Shared {
        &self.connection.shared
    }

    /// Records that the caller has its answer, or is gone.
    pub fn end(&self) {
        self.is_over.store(true, Ordering::Relaxed);
    }

    /// Holds memory for this many more bytes of the call's messages, until the call is dropped.
    ///
    /// # Errors
    /// [`Full`] when the memory limit, or the caller's share of it, is reached. The call then holds as much as before.
    pub fn hold(&self, bytes: usize) -> Result<(), Full> {
        self.held.add(bytes, &self.connection.account).inspect_err(|full| {
            if *full == Full::Share {
                self.shared().greedy.refused(self.connection.caller.caller, Wanted::Memory);
            }
        })
    }

    /// Records that the call's messages so far are dropped, and gives their memory back.
    pub fn holds_nothing(&self) {
        // Less can be held at any time.
        let _ = self.held.becomes(0, &self.connection.account);
    }

    /// Records that answers of a stream are handed over, and wait for the peer.
    pub fn answers_wait(&self) {
        if let Some(unread) = &self.unread {
            unread.begins();
        }
    }

    /// Records that HTTP/2 has taken all answers of a stream so far.
    pub fn answers_are_sent(&self) {
        if let Some(unread) = &self.unread {
            unread.ends();
        }
    }

    /// Returns the time limit at which the call is given up although its answer is not completely sent. None for a call without
    /// a deadline that is no stream.
    pub fn limit(&self) -> Option<Limit> {
        match &self.unread {
            Some(unread) => Some(Limit::Unread(Arc::clone(unread))),
            None => self.deadline.map(Limit::after),
        }
    }
}

impl Caller for Call {
    fn id(&self) -> CallerId {
        self.connection.caller
    }

    fn until(&self) -> Option<Instant> {
        self.deadline
    }

    fn is_gone(&self) -> bool {
        self.is_over.load(Ordering::Relaxed) || self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }
}

impl Drop for Known {
    fn drop(&mut self) {
        self.held.end(&self.connection.account);
        self.connection.call_ended(self.method);
    }
}
