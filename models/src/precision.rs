//! Precision: whether a computation takes the short way of 128 bits first, and what becomes of a doubt.
//!
//! A model computes with numbers of 128 bits that carry a bound on their error. Where the bound leaves two answers, or two
//! outcomes of a comparison, the number raises a doubt and goes on with either of them; what follows is worth nothing, and
//! `quickly` computes anew with 76 digits. So an answer is that of 76 digits, whichever way led to it.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};

use super::arithmetic::Arithmetic;
pub use super::doubt::{Counts, counts};
use super::doubt::{count_long_way, doubted};
use super::number::Exact;
use super::quick::Quick;

/// Full precision throughout the process; for a comparison, or for doubt about the short way itself.
static ALWAYS_FULL: AtomicBool = AtomicBool::new(false);

thread_local! {
    static FULL: Cell<bool> = const { Cell::new(false) };
}

/// Computes with 76 digits throughout from now on, on every thread, or no longer so.
pub fn always_in_full(full: bool) {
    ALWAYS_FULL.store(full, Ordering::Relaxed);
}

/// Runs a computation with 76 digits throughout.
pub fn in_full<T>(computation: impl FnOnce() -> T) -> T {
    /// Puts the choice back, also when the computation panics: threads are used again.
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            FULL.set(self.0);
        }
    }
    let _restore = Restore(FULL.replace(true));
    computation()
}

/// A computation that is written once, over any arithmetic.
pub(crate) trait Computation {
    /// The answer that is computed.
    type Answer;

    /// Computes the answer with an arithmetic.
    fn with<A: Arithmetic>(&self) -> Self::Answer;
}

/// Computes with 128 bits, and anew with 76 digits where that leaves a doubt.
pub(crate) fn quickly<C: Computation>(computation: &C) -> C::Answer {
    if FULL.get() || ALWAYS_FULL.load(Ordering::Relaxed) {
        return computation.with::<Exact>();
    }
    #[cfg(test)]
    if super::quick::witness::watches() {
        return doubted(|| computation.with::<super::quick::witness::Witness>()).0;
    }
    let (answer, is_doubtful) = doubted(|| computation.with::<Quick>());
    if !is_doubtful {
        return answer;
    }
    count_long_way();
    computation.with::<Exact>()
}
