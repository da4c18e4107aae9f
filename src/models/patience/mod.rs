//! Patience: whether anyone still waits for the answer, which a long computation asks now and then.
//!
//! It is a matter of the thread, not of arguments. Whether someone waits changes no answer; it decides only whether there is one. As an
//! argument it would stand in every kernel, and as an error in every sum, on the way from the request to the loop that takes time, and
//! none of them has anything to say about it. A computation runs on one thread from its beginning to its end, so the thread can know:
//! [`within`] says it, and takes it back at the end.
//!
//! A loop that notices simply ends early, and what follows from it is worth nothing. So nothing of it comes out: [`within`] answers
//! [`Abandoned`] instead. Outside of it every loop goes on to its end.

use std::cell::{Cell, RefCell};

/// Nobody waits any more: the computation was cut short, and there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("nobody waits for the answer any more")]
pub struct Abandoned;

/// After so much work, by the estimates of those who do it, the next look is due. A look reads a clock, which takes a thousandth of it;
/// and where an estimate is wrong by ten times, a computation still ends within a millisecond.
const LOOK_NANOSECONDS: u64 = 100_000;

thread_local! {
    static SCOPE: RefCell<Option<Scope>> = const { RefCell::new(None) };
    /// Work left until the next look. Nothing but this is touched in between.
    static LEFT: Cell<u64> = const { Cell::new(u64::MAX) };
}

struct Scope {
    is_over: Box<dyn Fn() -> bool>,
    noticed: Cell<bool>,
}

/// Runs a computation, and lets it end early once `is_over`, which is asked about every 0.1 ms.
///
/// A computation that finishes first has its whole answer, whoever waits.
///
/// # Errors
/// [`Abandoned`] where a loop was cut short.
pub fn within<T>(is_over: impl Fn() -> bool + 'static, computation: impl FnOnce() -> T) -> Result<T, Abandoned> {
    /// Puts the surrounding scope back, also when the computation panics: threads are used again.
    struct Restore(Option<(Option<Scope>, u64)>);
    impl Drop for Restore {
        fn drop(&mut self) {
            if let Some((scope, left)) = self.0.take() {
                SCOPE.set(scope);
                LEFT.set(left);
            }
        }
    }

    let scope = Scope { is_over: Box::new(is_over), noticed: Cell::new(false) };
    let _restore = Restore(Some((SCOPE.replace(Some(scope)), LEFT.replace(LOOK_NANOSECONDS))));
    let answer = computation();
    if SCOPE.with_borrow(|scope| scope.as_ref().is_some_and(|scope| scope.noticed.get())) { Err(Abandoned) } else { Ok(answer) }
}

/// True when nobody waits any more: whatever is computed from here on is thrown away, so any value will do.
///
/// `nanoseconds` is about how long the work took since the caller asked last, at least 1; a look is taken when enough of it has come
/// together.
#[inline]
#[must_use]
pub fn is_over_after(nanoseconds: u64) -> bool {
    #[cfg(test)]
    tests::TOLD.set(tests::TOLD.get().saturating_add(nanoseconds));
    match LEFT.get().checked_sub(nanoseconds) {
        Some(left) => {
            LEFT.set(left);
            false
        }
        None => look(),
    }
}

/// The same between steps whose work is told elsewhere.
#[inline]
#[must_use]
pub fn is_over() -> bool {
    is_over_after(1)
}

#[cold]
fn look() -> bool {
    LEFT.set(LOOK_NANOSECONDS);
    SCOPE.with_borrow(|scope| {
        // Outside of any scope there is nobody to ask.
        let is_over = scope.as_ref().is_some_and(|scope| {
            scope.noticed.set(scope.noticed.get() || (scope.is_over)());
            scope.noticed.get()
        });
        if is_over {
            // It stays so: every later question comes here, and is answered the same.
            LEFT.set(0);
        }
        is_over
    })
}

/// Iterators that end early when nobody waits any more.
pub trait WhileAwaited: Iterator + Sized {
    /// Ends early, so that a loop over a long list asks now and then; `nanoseconds` is about how long one round of it takes.
    fn while_awaited(self, nanoseconds: u64) -> impl Iterator<Item = Self::Item> {
        self.take_while(move |_| !is_over_after(nanoseconds))
    }
}

impl<I: Iterator> WhileAwaited for I {}

#[cfg(test)]
mod tests;
