//! A limit on events per minute. Warnings about single peers limit their lines by it, so that peers cannot fill the log.

use std::time::Instant;

use super::per_second::PerSecond;

/// A limit that admits the first events of each minute, and counts the others.
#[derive(Debug)]
pub(crate) struct PerMinute {
    start: Instant,
    /// The limit, on a clock that runs sixty times as slowly.
    slow: PerSecond,
}

impl PerMinute {
    /// Returns a limit of so many events in each minute.
    pub fn new(limit: u32) -> PerMinute {
        let slow = PerSecond::new(limit);
        PerMinute { start: slow.start(), slow }
    }

    /// Returns whether an event at `now` is among the first of its minute.
    pub fn admits(&self, now: Instant) -> bool {
        self.slow.admits(self.start + now.saturating_duration_since(self.start) / 60)
    }

    /// Returns the number of events that were not admitted since the last call of this function.
    pub fn left_out(&self) -> u64 {
        self.slow.left_out()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn each_minute_admits_its_limit_and_counts_the_rest() {
        let limit = PerMinute::new(3);
        let admitted = |second: u64| (0..10).filter(|_| limit.admits(limit.start + Duration::from_secs(second))).count();
        assert_eq!([admitted(0), admitted(1), admitted(59), admitted(60), admitted(119), admitted(3600)], [3, 0, 0, 3, 0, 3]);
        assert_eq!((limit.left_out(), limit.left_out()), (51, 0));
    }
}
