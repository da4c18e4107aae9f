//! A limit on events per second, over all threads, without a lock. The access log and the panic hook limit their lines by it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// A limit that admits the first events of each second, and counts the others.
#[derive(Debug)]
pub(crate) struct PerSecond {
    limit: u32,
    start: Instant,
    /// The second since the start in the upper half, the number of events that it has admitted in the lower half: one value, so that both
    /// change at once.
    window: AtomicU64,
    /// The number of events that were not admitted since [`PerSecond::left_out`] was last called.
    left_out: AtomicU64,
}

impl PerSecond {
    /// Returns a limit of so many events in each second.
    pub fn new(limit: u32) -> PerSecond {
        PerSecond { limit, start: Instant::now(), window: AtomicU64::new(0), left_out: AtomicU64::new(0) }
    }

    /// Returns the time at which the first second begins.
    pub fn start(&self) -> Instant {
        self.start
    }

    /// Returns whether an event at `now` is among the first of its second. The time is an argument, because the caller has read the clock
    /// already.
    pub fn admits(&self, now: Instant) -> bool {
        let second = now.saturating_duration_since(self.start).as_secs();
        let admitted = self.window.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |window| {
            let (open, count) = (window >> 32, window & u64::from(u32::MAX));
            // An event of a thread that is late counts in the second that other threads have opened.
            let (open, count) = if second > open { (second, 0) } else { (open, count) };
            (count < u64::from(self.limit)).then_some((open << 32) | (count + 1))
        });
        if admitted.is_err() {
            self.left_out.fetch_add(1, Ordering::Relaxed);
        }
        admitted.is_ok()
    }

    /// Returns the number of events that were not admitted since the last call of this function.
    pub fn left_out(&self) -> u64 {
        self.left_out.swap(0, Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn each_second_admits_its_limit_and_counts_the_rest() {
        let limit = PerSecond::new(3);
        let admitted = |second: u64| {
            let now = limit.start + Duration::from_secs(second);
            (0..10).filter(|_| limit.admits(now)).count()
        };
        assert_eq!([admitted(0), admitted(1), admitted(5)], [3, 3, 3]);
        assert_eq!(admitted(4), 0, "a thread that is late opens no second of its own");
        assert_eq!((limit.left_out(), limit.left_out()), (31, 0));
    }

    #[test]
    fn a_limit_of_none_admits_none() {
        let limit = PerSecond::new(0);
        assert!(!limit.admits(limit.start));
        assert_eq!(limit.left_out(), 1);
    }

    #[test]
    fn threads_together_stay_within_the_limit() {
        let limit = PerSecond::new(100);
        let now = limit.start + Duration::from_secs(7);
        let admitted: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| (0..1000).filter(|_| limit.admits(now)).count())).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!((admitted, limit.left_out()), (100, 3900));
    }
}
