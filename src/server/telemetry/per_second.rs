//! At most so many a second, over all threads, without a lock.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// Admits the first ones of each second, and counts the others.
#[derive(Debug)]
pub(crate) struct PerSecond {
    limit: u32,
    start: Instant,
    /// The second since the start in the upper half, how many it has admitted in the lower: one value, so that both change at once.
    window: AtomicU64,
    left_out: AtomicU64,
}

impl PerSecond {
    pub fn new(limit: u32) -> PerSecond {
        PerSecond { limit, start: Instant::now(), window: AtomicU64::new(0), left_out: AtomicU64::new(0) }
    }

    /// Whether this one is among the first of its second. The time is given, because whoever asks has read the clock already.
    pub fn admits(&self, now: Instant) -> bool {
        let second = now.saturating_duration_since(self.start).as_secs();
        let admitted = self.window.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |window| {
            let (open, count) = (window >> 32, window & u64::from(u32::MAX));
            // A thread that is late counts in the second that the others have opened.
            let (open, count) = if second > open { (second, 0) } else { (open, count) };
            (count < u64::from(self.limit)).then_some((open << 32) | (count + 1))
        });
        if admitted.is_err() {
            self.left_out.fetch_add(1, Ordering::Relaxed);
        }
        admitted.is_ok()
    }

    /// How many were not admitted since this was asked last.
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
