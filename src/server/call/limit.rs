//! When a call is given up although its answer is not all sent: a body whose peer opens no window is never asked for its next frame, so that no
//! deadline inside the body can come.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::server::config::UNREAD_ANSWER_TIMEOUT;

/// When a call is given up.
#[derive(Clone, Debug)]
pub(crate) enum Limit {
    /// At a fixed time.
    At(Instant),
    /// Once its peer has taken none of its answers for too long.
    Unread(Arc<Unread>),
}

impl Limit {
    /// Returns the limit of a call with this deadline: the peer that does not read the answer does not read DEADLINE_EXCEEDED either.
    pub fn after(deadline: Instant) -> Limit {
        Limit::At(deadline + UNREAD_ANSWER_TIMEOUT)
    }

    /// Returns when the limit has to be looked at, and whether the call is over then.
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

/// Nothing waits to be sent.
const SENT: u64 = u64::MAX;

/// Since when the answers of a stream wait for their peer.
#[derive(Debug)]
pub(crate) struct Unread {
    arrived: Instant,
    deadline: Option<Instant>,
    /// How long a peer may take none of its answers.
    patience: Duration,
    /// Milliseconds from the arrival until answers were handed over that are not sent yet, or [`SENT`].
    since: AtomicU64,
}

impl Unread {
    pub fn new(arrived: Instant, deadline: Option<Instant>, patience: Duration) -> Unread {
        Unread { arrived, deadline, patience, since: AtomicU64::new(SENT) }
    }

    /// Answers are handed over.
    pub fn begins(&self) {
        let now = u64::try_from(self.arrived.elapsed().as_millis()).unwrap_or(SENT);
        self.since.store(now, Ordering::Relaxed);
    }

    /// All answers are on their way.
    pub fn ends(&self) {
        self.since.store(SENT, Ordering::Relaxed);
    }

    /// Returns when the stream is given up, as far as is known now.
    fn end(&self) -> Option<Instant> {
        let unread = match self.since.load(Ordering::Relaxed) {
            SENT => None,
            milliseconds => self.arrived.checked_add(Duration::from_millis(milliseconds)).map(|since| since + self.patience),
        };
        let deadline = self.deadline.map(|deadline| deadline + UNREAD_ANSWER_TIMEOUT);
        [unread, deadline].into_iter().flatten().min()
    }
}

/// The limit of the call that has just begun: a note from the service, which knows the call, to whoever starts its task, which does not.
///
/// hyper hands each call to the service and then, before anything else, its future to the executor.
#[derive(Debug, Default)]
pub(crate) struct NextLimit(Mutex<Option<Limit>>);

impl NextLimit {
    pub fn set(&self, limit: Option<Limit>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = limit;
    }

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
