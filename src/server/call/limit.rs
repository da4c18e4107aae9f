//! The time limit of a call: the time at which the call is given up although its answer is not completely sent.
//!
//! hyper does not ask a body for its next frame while the peer opens no window, so no deadline inside the body can fire. The
//! task of each call enforces this limit instead (`transport/spawner.rs`).

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::server::config::UNREAD_ANSWER_TIMEOUT;

/// The time limit of a call.
#[derive(Clone, Debug)]
pub(crate) enum Limit {
    /// A fixed time.
    At(Instant),
    /// The time at which a stream's peer has taken none of the answers for too long, or the stream's deadline has passed.
    Unread(Arc<Unread>),
}

impl Limit {
    /// Returns the limit of a call with this deadline, which is [`UNREAD_ANSWER_TIMEOUT`] later. A peer that does not read the
    /// answer does not read DEADLINE_EXCEEDED either.
    pub fn after(deadline: Instant) -> Limit {
        Limit::At(deadline + UNREAD_ANSWER_TIMEOUT)
    }

    /// Returns the time at which the limit has to be checked next, and whether the call is over by that check.
    ///
    /// The first call of this function sets a timer. The second value counts when the timer fires and this function is called
    /// again: true for a fixed time, and for a stream true when the time of [`Limit::Unread`] has come.
    pub fn next(&self) -> (Instant, bool) {
        match self {
            Limit::At(limit) => (*limit, true),
            Limit::Unread(unread) => {
                let now = Instant::now();
                let end = unread.end();
                (end.unwrap_or(now + unread.patience), end.is_some_and(|end| now >= end))
            }
        }
    }
}

/// The value of [`Unread`]'s `since` while no answer waits to be sent.
const SENT: u64 = u64::MAX;

/// The time since which the answers of a stream wait for the peer to take them.
#[derive(Debug)]
pub(crate) struct Unread {
    /// The arrival of the stream's call.
    arrived: Instant,
    /// The deadline of the call, if it has one.
    deadline: Option<Instant>,
    /// The longest time that a peer may take none of the answers.
    patience: Duration,
    /// The time of the hand-over of answers that are not sent yet, in milliseconds from the arrival, or [`SENT`].
    since: AtomicU64,
}

impl Unread {
    /// Returns the state of a stream that has no answer to send.
    pub fn new(arrived: Instant, deadline: Option<Instant>, patience: Duration) -> Unread {
        Unread { arrived, deadline, patience, since: AtomicU64::new(SENT) }
    }

    /// Records that answers are handed over now.
    pub fn begins(&self) {
        let now = u64::try_from(self.arrived.elapsed().as_millis()).unwrap_or(SENT);
        self.since.store(now, Ordering::Relaxed);
    }

    /// Records that HTTP/2 has taken all answers.
    pub fn ends(&self) {
        self.since.store(SENT, Ordering::Relaxed);
    }

    /// Returns the time at which the stream is given up, as far as it is known now.
    fn end(&self) -> Option<Instant> {
        let unread = match self.since.load(Ordering::Relaxed) {
            SENT => None,
            milliseconds => self.arrived.checked_add(Duration::from_millis(milliseconds)).map(|since| since + self.patience),
        };
        let deadline = self.deadline.map(|deadline| deadline + UNREAD_ANSWER_TIMEOUT);
        [unread, deadline].into_iter().flatten().min()
    }
}

/// The time limit of the call that has just begun: a note from the service to the spawner. The service knows the call; the
/// spawner, which starts the call's task, does not.
///
/// hyper hands each call to the service and then, before anything else, the call's future to the executor.
#[derive(Debug, Default)]
pub(crate) struct NextLimit(Mutex<Option<Limit>>);

impl NextLimit {
    /// Leaves the limit of the call that has just begun.
    pub fn set(&self, limit: Option<Limit>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = limit;
    }

    /// Takes the limit of the call that has just begun. None when the call has no limit.
    pub fn take(&self) -> Option<Limit> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_over_once_its_answers_wait_for_too_long_or_its_deadline_has_passed() {
        let now = Instant::now();
        let (second, hour) = (Duration::from_secs(1), Duration::from_secs(3600));
        let limit = |arrived: Instant, deadline: Option<Instant>| Arc::new(Unread::new(arrived, deadline, second));
        let is_over = |unread: &Arc<Unread>| Limit::Unread(unread.clone()).next().1;

        let reading = limit(now, None);
        assert!(!is_over(&reading), "nothing waits");
        assert!(Limit::Unread(reading.clone()).next().0 > now);
        reading.begins();
        assert!(!is_over(&reading), "it has waited for no time");
        let unread = Arc::new(Unread::new(now, None, Duration::ZERO));
        unread.begins();
        assert!(is_over(&unread));
        unread.ends();
        assert!(!is_over(&unread));

        let Some(before) = now.checked_sub(hour) else { return };
        assert!(is_over(&limit(before, Some(before))));
        assert!(!is_over(&limit(before, Some(now + hour))));
    }
}
