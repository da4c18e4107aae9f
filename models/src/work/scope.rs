//! A computation that someone waits for, or does not.

use std::cell::{Cell, RefCell};

use super::count::{NO_LOOK, leave, left, tick};

/// The error of a computation for which nobody waits any more: it was cut short, and there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("nobody waits for the answer any more")]
pub struct Abandoned;

/// The error of a computation that did more work than it was granted: it was cut short, and there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the computation did {done} units of work, and was granted less")]
pub struct Exceeded {
    /// The work that was done until the computation ended, in units.
    pub done: u64,
}

/// The work after which the next look is due, every 0.1 ms or so. A look reads a clock, which takes a thousandth of that time.
pub const LOOK_UNITS: u64 = 10_000;
const LOOK: i64 = LOOK_UNITS.cast_signed();

thread_local! {
    static SCOPE: RefCell<Option<Scope>> = const { RefCell::new(None) };
}

struct Scope {
    is_over: Box<dyn Fn() -> bool>,
    noticed: Cell<bool>,
    /// Work that was granted so far: what is not left of it is done.
    granted: Cell<i64>,
}

/// Runs a computation, and lets it end early once `is_over`, which is asked about every 0.1 ms.
///
/// A computation that finishes first has its whole answer, whoever waits. Its work is also counted where it was called from.
///
/// # Errors
/// [`Abandoned`] where a loop was cut short.
pub fn within<T>(is_over: impl Fn() -> bool + 'static, computation: impl FnOnce() -> T) -> Result<T, Abandoned> {
    scoped(LOOK, Box::new(is_over), computation).map_err(|Exceeded { .. }| Abandoned)
}

/// Runs a computation that is granted so many units of work, at least 1, and cuts it short once it has done more.
///
/// A computation that ends before any of its loops has looked has its whole answer. Its work is also counted where it was called from.
///
/// # Errors
/// [`Exceeded`] with the work that was done, where a loop was cut short.
///
/// # Example: a sum that would take longer than it may
/// ```
/// use paydirt_models::work::{WhileAwaited, up_to};
///
/// let sum = |terms: u64| move || (1..=terms).while_awaited_each(10).sum::<u64>();
/// assert_eq!(up_to(5_000, sum(100)), Ok(5_050));
/// assert!(up_to(5_000, sum(1_000_000)).unwrap_err().done < 6_000);
/// ```
pub fn up_to<T>(units: u64, computation: impl FnOnce() -> T) -> Result<T, Exceeded> {
    // A closure without captures takes no memory of its own when it is boxed.
    scoped(i64::try_from(units).unwrap_or(i64::MAX), Box::new(|| true), computation)
}

/// Runs a computation whose first look comes after so much work, and whose further ones come after [`LOOK`] each.
fn scoped<T>(first: i64, is_over: Box<dyn Fn() -> bool>, computation: impl FnOnce() -> T) -> Result<T, Exceeded> {
    /// Puts the surrounding scope back, also when the computation panics: threads are used again.
    struct Restore(Option<(Option<Scope>, i64)>);
    impl Drop for Restore {
        fn drop(&mut self) {
            if let Some((scope, left)) = self.0.take() {
                let done = done();
                SCOPE.set(scope);
                leave(left);
                tick(done);
            }
        }
    }

    let scope = Scope { is_over, noticed: Cell::new(false), granted: Cell::new(first) };
    let _restore = Restore(Some((SCOPE.replace(Some(scope)), leave(first))));
    let answer = computation();
    match SCOPE.with_borrow(|scope| scope.as_ref().is_some_and(|scope| scope.noticed.get())) {
        true => Err(Exceeded { done: done() }),
        false => Ok(answer),
    }
}

/// Returns the work done so far, in units: by the innermost computation that runs [`within`] a scope, and outside of any by the thread.
#[must_use]
pub fn done() -> u64 {
    let granted = SCOPE.with_borrow(|scope| scope.as_ref().map_or(NO_LOOK, |scope| scope.granted.get()));
    granted.abs_diff(left())
}

/// Returns true when nobody waits for the computation any more. Its result is thrown away then, so that any value will do.
#[inline]
#[must_use]
pub fn is_over() -> bool {
    left() < 0 && look()
}

/// Counts work of so many units, and returns true when nobody waits for the computation any more.
#[inline]
#[must_use]
pub fn is_over_after(units: u64) -> bool {
    tick(units);
    is_over()
}

#[cold]
fn look() -> bool {
    SCOPE.with_borrow(|scope| {
        // Outside of any scope there is nobody to ask.
        let Some(scope) = scope else { return false };
        // Once over it stays so: every later question comes here, and is answered the same.
        if !scope.noticed.get() {
            if (scope.is_over)() {
                scope.noticed.set(true);
            } else {
                let worked = LOOK.saturating_sub(leave(LOOK));
                scope.granted.set(scope.granted.get().saturating_add(worked));
            }
        }
        scope.noticed.get()
    })
}

/// Iterators that end early when nobody waits any more.
pub trait WhileAwaited: Iterator + Sized {
    /// Returns an iterator that ends early once nobody waits for the computation any more. The work of a round is counted where it is done.
    fn while_awaited(self) -> impl Iterator<Item = Self::Item> {
        self.take_while(|_| !is_over())
    }

    /// Returns an iterator that ends early once nobody waits for the computation any more, and counts so many units for each round: work that
    /// nothing else counts.
    fn while_awaited_each(self, units: u64) -> impl Iterator<Item = Self::Item> {
        self.take_while(move |_| !is_over_after(units))
    }
}

impl<I: Iterator> WhileAwaited for I {}
