//! A call: what is known of it from its headers on. The last one who holds it ends it.

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
use crate::server::capacity::memory::Holding;
use crate::server::capacity::pool::Caller;
use crate::server::method::Method;
use crate::server::shared::Shared;

/// A call, from the moment its headers are here.
#[derive(Clone, Debug)]
pub(crate) struct Call(Arc<Known>);

/// The facts of a [`Call`].
#[derive(Debug)]
pub(crate) struct Known {
    pub method: Method,
    pub arrived: Instant,
    /// When its answer is worth nothing any more. Streams, Health/Watch and reflection, which go on for as long as their caller wants, have
    /// none unless their caller says one.
    pub deadline: Option<Instant>,
    /// The caller's timeout cannot be read.
    pub is_timeout_malformed: bool,
    pub connection: Arc<Connection>,
    is_over: AtomicBool,
    /// Of a stream alone, which may go on for longer than any deadline.
    unread: Option<Arc<Unread>>,
    /// The memory that its messages take.
    held: Holding,
}

/// Whatever belongs to a call: the body of every request.
pub(crate) trait Called {
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
    /// Begins a call of the method with this path; `timeout` is what its caller says, as the door has read it.
    pub fn new(path: &str, timeout: Result<Option<Duration>, MalformedTimeout>, connection: Arc<Connection>) -> Call {
        let arrived = Instant::now();
        let method = Method::of(path);
        let longest = connection.shared.settings.default_deadline;
        let is_endless = method.is_housekeeping() || method.is_stream();
        let until = match (timeout.unwrap_or_default(), (!is_endless).then_some(longest)) {
            (Some(theirs), Some(ours)) => Some(theirs.min(ours)),
            (theirs, ours) => theirs.or(ours),
        };
        // A deadline that lies beyond what a clock can say is none.
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
            connection,
        }))
    }
}

impl Known {
    pub fn peer(&self) -> &Peer {
        &self.connection.peer
    }

    /// What this call shares with all others.
    pub fn shared(&self) -> &Shared {
        &self.connection.shared
    }

    /// The caller has its answer, or is gone.
    pub fn end(&self) {
        self.is_over.store(true, Ordering::Relaxed);
    }

    /// Holds memory for so many more bytes of the call's messages, until the call is forgotten; false when there is none.
    pub fn hold(&self, bytes: usize) -> bool {
        self.held.add(bytes, &self.shared().memory)
    }

    /// Answers of a stream are handed over, and wait for their peer.
    pub fn answers_wait(&self) {
        if let Some(unread) = &self.unread {
            unread.begins();
        }
    }

    /// All answers of a stream so far are on their way.
    pub fn answers_are_sent(&self) {
        if let Some(unread) = &self.unread {
            unread.ends();
        }
    }

    /// Returns when the call is given up although its answer is not all sent.
    pub fn limit(&self) -> Option<Limit> {
        match &self.unread {
            Some(unread) => Some(Limit::Unread(Arc::clone(unread))),
            None => self.deadline.map(Limit::after),
        }
    }
}

impl Caller for Call {
    fn until(&self) -> Option<Instant> {
        self.deadline
    }

    fn is_gone(&self) -> bool {
        self.is_over.load(Ordering::Relaxed) || self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }
}

impl Drop for Known {
    fn drop(&mut self) {
        self.held.end(&self.connection.shared.memory);
        self.connection.call_ended(self.method);
    }
}
