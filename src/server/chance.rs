//! Random numbers, which spread in time what would otherwise happen at once. Nothing secret depends on them.

use std::time::Duration;

/// Returns a random number from 0 to 1, without 1 itself. All numbers are equally likely.
pub(crate) fn chance() -> f64 {
    fastrand::f64()
}

/// Returns a random duration between 0.5 and 1.5 times the given one, so that callers who are told to back off do not all
/// return at once.
pub(crate) fn spread(duration: Duration) -> Duration {
    duration.mul_f64(0.5 + chance())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_about_that_share() {
        let count = (0..100_000).filter(|_| chance() < 0.25).count();
        assert!((24_000..26_000).contains(&count), "{count}");
    }

    #[test]
    fn a_duration_is_spread_around_itself() {
        let spread: Vec<_> = (0..1000).map(|_| spread(Duration::from_secs(2))).collect();
        assert!(spread.iter().all(|spread| (Duration::from_secs(1)..=Duration::from_secs(3)).contains(spread)));
        assert!(spread.iter().any(|spread| *spread < Duration::from_millis(1500)));
        assert!(spread.iter().any(|spread| *spread > Duration::from_millis(2500)));
    }
}
