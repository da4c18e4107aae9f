//! The count of a thread's work.

use std::cell::Cell;

/// The time of a unit of work in nanoseconds, about: a multiplication of 28 digits by 28, of which the quickest take 10 ns and most 16, on an Intel Xeon
/// at 2.8 GHz, November 2026. Whoever knows work in units, and wants to know a time, multiplies by this and by nothing else.
pub const UNIT_NANOSECONDS: u64 = 10;

/// Work until the next look outside of any scope, where no look is needed: that much work takes three thousand years.
pub(super) const NO_LOOK: i64 = i64::MAX;

thread_local! {
    /// Work left until the next look; below 0 when one is due. Nothing but this is touched where work is counted.
    static LEFT: Cell<i64> = const { Cell::new(NO_LOOK) };
}

/// No work that is told at once takes longer: 40 seconds. With it the count does not come to its end, and need not look out for that.
const TICK_MAX: u64 = u32::MAX as u64;

/// Counts work that was done.
#[inline]
pub fn tick(units: u64) {
    LEFT.set(LEFT.get().wrapping_sub(units.min(TICK_MAX).cast_signed()));
}

/// Returns the work that is left until the next look; below 0 when a look is due.
#[inline]
pub(super) fn left() -> i64 {
    LEFT.get()
}

/// Sets the work that is left until the next look, and returns the work that was left before.
pub(super) fn leave(left: i64) -> i64 {
    LEFT.replace(left)
}
