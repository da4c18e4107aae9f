//! Doubts of the numbers of 128 bits, which belong to the thread as its count of work does, and are no argument.

use std::cell::Cell;

thread_local! {
    static DOUBTED: Cell<bool> = const { Cell::new(false) };
    /// Counts without the roundings, of which there are many more than of all else.
    static COUNTS: Cell<Counts> =
        const { Cell::new(Counts { roundings: 0, of_roundings: 0, of_comparisons: 0, long_ways: 0 }) };
    static ROUNDINGS: Cell<u64> = const { Cell::new(0) };
}

/// Counts of a thread: roundings by the short way, doubts, and computations that took the long way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Roundings that were asked of numbers of 128 bits.
    pub roundings: u64,
    /// Roundings that the bound on the error did not decide.
    pub of_roundings: u64,
    /// Comparisons and divisors that the bound did not decide; a number equal to 0 is the usual one.
    pub of_comparisons: u64,
    /// Computations that were done anew with 76 digits.
    pub long_ways: u64,
}

/// Returns the counts of this thread so far.
#[must_use]
pub fn counts() -> Counts {
    Counts { roundings: ROUNDINGS.get(), ..COUNTS.get() }
}

/// Raises a doubt about a comparison, a divisor, or a value that 128 bits do not hold.
#[cold]
pub(crate) fn doubt() {
    DOUBTED.set(true);
    count(|counts| &mut counts.of_comparisons);
}

/// Raises a doubt about a rounding.
#[cold]
pub(crate) fn doubt_rounding() {
    DOUBTED.set(true);
    count(|counts| &mut counts.of_roundings);
}

/// Counts a rounding.
pub(crate) fn count_rounding() {
    ROUNDINGS.set(ROUNDINGS.get().wrapping_add(1));
}

/// Runs a computation, and returns whether it raised a doubt. A doubt that was raised before is left as it is.
pub(crate) fn doubted<T>(computation: impl FnOnce() -> T) -> (T, bool) {
    let before = DOUBTED.replace(false);
    let answer = computation();
    (answer, DOUBTED.replace(before))
}

/// True once the computation that runs has raised a doubt.
pub(crate) fn is_raised() -> bool {
    DOUBTED.get()
}

/// Counts a computation that takes the long way.
pub(crate) fn count_long_way() {
    count(|counts| &mut counts.long_ways);
}

fn count(which: impl FnOnce(&mut Counts) -> &mut u64) {
    let mut counts = COUNTS.get();
    let count = which(&mut counts);
    *count = count.wrapping_add(1);
    COUNTS.set(counts);
}
