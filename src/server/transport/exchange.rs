//! The exchanges of an HTTP/1.1 connection: one request after the other, each with its answer. HTTP/2 gives each stream a task with a limit;
//! here the limits are those of the connection itself.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use tokio::time::{Sleep, sleep_until};

use crate::server::call::connection::Connection;
use crate::server::call::limit::Limit;
use crate::server::config;

/// The state of the exchanges of one connection.
#[derive(Debug)]
pub(super) struct Exchange {
    connection: Arc<Connection>,
    born: Instant,
    /// The time of the first byte of a head that is not whole yet, in milliseconds after `born`, or [`NO_HEAD`].
    head_since: AtomicU64,
    /// Whether a request is being answered.
    is_answering: AtomicBool,
    /// Whether the peer has sent its last byte.
    has_ended: AtomicBool,
    /// Whether an answer was given before all of its request had come.
    is_cut_short: AtomicBool,
    limit: Mutex<Option<Limit>>,
}

/// The value of `head_since` while no head is on its way.
const NO_HEAD: u64 = u64::MAX;

/// The reason why a connection is closed in the middle of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// The head of a request has not come in time.
    HeadTooSlow,
    /// The peer has left, or has not taken its answer in time.
    CallOver,
}

impl Exchange {
    pub fn new(connection: Arc<Connection>) -> Exchange {
        Exchange {
            connection,
            born: Instant::now(),
            head_since: AtomicU64::new(NO_HEAD),
            is_answering: AtomicBool::new(false),
            has_ended: AtomicBool::new(false),
            is_cut_short: AtomicBool::new(false),
            limit: Mutex::default(),
        }
    }

    /// Records that bytes have come; none are the end of what the peer sends.
    pub fn bytes_come(&self, count: usize) {
        if count == 0 {
            self.has_ended.store(true, Ordering::Relaxed);
        } else if !self.is_answering.load(Ordering::Relaxed) && self.head_since.load(Ordering::Relaxed) == NO_HEAD {
            let since = u64::try_from(self.born.elapsed().as_millis()).unwrap_or(NO_HEAD - 1);
            self.head_since.store(since, Ordering::Relaxed);
        }
    }

    /// Records that a request is being answered, whose head is here.
    pub fn begins(&self) {
        self.head_since.store(NO_HEAD, Ordering::Relaxed);
        self.is_answering.store(true, Ordering::Relaxed);
    }

    /// Sets the time limit of the call that is being answered.
    pub fn set_limit(&self, limit: Option<Limit>) {
        *self.limit.lock().unwrap_or_else(PoisonError::into_inner) = limit;
    }

    /// Records that hyper has all of the answer. The limit stays until the socket has it too.
    pub fn ends(&self) {
        self.is_answering.store(false, Ordering::Relaxed);
    }

    /// Records that the answer is given before all of the request has come.
    pub fn is_cut_short(&self) {
        self.is_cut_short.store(true, Ordering::Relaxed);
    }

    /// Returns whether the peer may still be sending what nobody reads.
    pub fn leaves_bytes(&self) -> bool {
        self.is_cut_short.load(Ordering::Relaxed) && !self.has_ended.load(Ordering::Relaxed)
    }

    /// Ready when the connection has to be closed. To be polled after hyper, whenever hyper waits.
    pub fn poll_over(&self, alarm: &mut Option<Pin<Box<Sleep>>>, context: &mut Context<'_>) -> Poll<Cause> {
        if self.connection.is_broken() {
            return Poll::Ready(Cause::CallOver);
        }
        if !self.is_answering.load(Ordering::Relaxed) && !self.connection.has_unsent() {
            self.set_limit(None);
        }
        loop {
            let limit = self.limit.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let (time, cause, is_over) = match (limit, self.head_since.load(Ordering::Relaxed)) {
                (Some(limit), _) => {
                    let (time, is_over) = limit.next();
                    // A fixed time is said to be over by the timer alone.
                    (time, Cause::CallOver, is_over && Instant::now() >= time)
                }
                (None, NO_HEAD) => return Poll::Pending,
                (None, since) => {
                    let time = self.born + Duration::from_millis(since) + config::HEAD_TIMEOUT;
                    (time, Cause::HeadTooSlow, Instant::now() >= time)
                }
            };
            if is_over {
                return Poll::Ready(cause);
            }
            let alarm = alarm.get_or_insert_with(|| Box::pin(sleep_until(time.into())));
            // An alarm that is set too early stays as it is, and is set again when it fires.
            if alarm.is_elapsed() || alarm.deadline() > time.into() {
                alarm.as_mut().reset(time.into());
            }
            ready!(alarm.as_mut().poll(context));
        }
    }
}
