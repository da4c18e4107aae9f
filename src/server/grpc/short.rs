//! Where a calculation is computed: on the thread of its connection where it is short, on the pool where it is long. A call and a
//! stream ask here before they compute.

use std::time::Duration;

use crate::models::work::{self, Exceeded, UNIT_NANOSECONDS};
use crate::server::config::{SHORT_CALCULATION, SHORT_CALCULATION_UNITS_MAX};

/// A calculation that is to be computed on the pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Long {
    /// The estimate, or the work that was already seen where that is more.
    pub expected: Duration,
}

/// Computes a calculation here if it is short: by its estimate, and by the work that it does.
///
/// The estimate of a request may be wrong by far. A calculation that does more work than a short one may is dropped, and begun
/// anew on the pool: no calculation holds the thread of a connection for longer, whatever its estimate said.
///
/// # Errors
/// [`Long`] for a calculation that is long by its estimate, and was not begun, or that turned out to be long.
pub(crate) fn compute_if_short<T>(expected_nanoseconds: u64, compute: impl FnOnce() -> T) -> Result<T, Long> {
    let expected = Duration::from_nanos(expected_nanoseconds);
    if expected > SHORT_CALCULATION {
        return Err(Long { expected });
    }
    work::up_to(SHORT_CALCULATION_UNITS_MAX, compute).map_err(|Exceeded { done }| {
        let seen = Duration::from_nanos(done.saturating_mul(UNIT_NANOSECONDS));
        Long { expected: expected.max(seen) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::work::WhileAwaited;

    #[test]
    fn what_turns_out_to_be_long_is_cut_short_and_expected_to_take_what_was_seen() {
        let steps = |count: u64| move || (0..count).while_awaited_each(100).count();
        assert_eq!(compute_if_short(1_000, steps(10)), Ok(10));
        let Long { expected } = compute_if_short(1_000, steps(1_000_000)).expect_err("long");
        assert!(expected >= 2 * SHORT_CALCULATION && expected < 4 * SHORT_CALCULATION, "{expected:?}");
        let long = u64::try_from(SHORT_CALCULATION.as_nanos()).expect("short") + 1;
        let never = || -> usize { panic!("a calculation that is long by its estimate is not begun") };
        assert_eq!(compute_if_short(long, never), Err(Long { expected: Duration::from_nanos(long) }));
    }
}
