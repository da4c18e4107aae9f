//! A number by both ways at once: each operation is watched, and the short way has to hold what the long way gives.
//!
//! An answer tells little of a bound: it has 28 digits of 38, and one in a thousand million of them lies near enough to a tie. A witness tells of
//! every number on the way to it.

use std::cell::Cell;
use std::cmp::Ordering;
use std::ops::{Add, Div, Mul, Neg, Sub};

use rust_decimal::Decimal;

use super::number::Quick;
use super::tests::{holds, middle_of};
use crate::arithmetic::Arithmetic;
use crate::doubt::is_raised;
use crate::number::{Exact, Number};

thread_local! {
    static WATCHES: Cell<bool> = const { Cell::new(false) };
    static WATCHED: Cell<u64> = const { Cell::new(0) };
}

/// Runs computations with witnesses in place of the short way, and returns how many numbers were looked at.
pub(crate) fn watched(computation: impl FnOnce()) -> u64 {
    let (watches, before) = (WATCHES.replace(true), WATCHED.get());
    computation();
    WATCHES.set(watches);
    WATCHED.get() - before
}

/// True of a thread whose computations are watched.
pub(crate) fn watches() -> bool {
    WATCHES.get()
}

/// A number of 128 bits, and what the same operations give with 76 digits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Witness {
    quick: Quick,
    exact: Exact,
}

/// Creates a witness. Once a doubt is raised nothing comes out, and so nothing has to be right.
#[track_caller]
fn seen(quick: Quick, exact: Exact) -> Witness {
    WATCHED.set(WATCHED.get() + 1);
    assert!(is_raised() || holds(quick, exact), "{quick:?} does not hold {exact:?}");
    Witness { quick, exact }
}

/// Returns what was decided, which is what 76 digits decide or raised a doubt.
#[track_caller]
fn decided<T: PartialEq + std::fmt::Debug>(quick: T, exact: T) -> T {
    WATCHED.set(WATCHED.get() + 1);
    if !is_raised() {
        assert_eq!(quick, exact);
    }
    quick
}

macro_rules! operator {
    ($trait:ident, $method:ident) => {
        impl $trait for Witness {
            type Output = Witness;

            fn $method(self, other: Witness) -> Witness {
                seen(self.quick.$method(other.quick), self.exact.$method(other.exact))
            }
        }
    };
}

operator!(Add, add);
operator!(Sub, sub);
operator!(Mul, mul);
operator!(Div, div);

impl Neg for Witness {
    type Output = Witness;

    fn neg(self) -> Witness {
        seen(-self.quick, -self.exact)
    }
}

impl Default for Witness {
    fn default() -> Witness {
        Witness::ZERO
    }
}

impl PartialEq for Witness {
    fn eq(&self, other: &Witness) -> bool {
        decided(self.quick == other.quick, self.exact == other.exact)
    }
}

impl PartialOrd for Witness {
    fn partial_cmp(&self, other: &Witness) -> Option<Ordering> {
        decided(self.quick.partial_cmp(&other.quick), self.exact.partial_cmp(&other.exact))
    }
}

impl Number for Witness {
    fn of(value: Decimal) -> Witness {
        seen(Quick::of(value), Exact::of(value))
    }

    fn max(self, other: Witness) -> Witness {
        seen(self.quick.max(other.quick), self.exact.max(other.exact))
    }

    fn ln(self) -> Witness {
        seen(self.quick.ln(), self.exact.ln())
    }

    fn exp_m1(self) -> Witness {
        seen(self.quick.exp_m1(), self.exact.exp_m1())
    }

    fn to_the(self, exponent: Witness) -> Witness {
        seen(self.quick.to_the(exponent.quick), self.exact.to_the(exponent.exact))
    }

    fn discount_share(self, periods: Witness) -> Witness {
        seen(self.quick.discount_share(periods.quick), self.exact.discount_share(periods.exact))
    }

    fn compounded(self, periods: Witness) -> Witness {
        seen(self.quick.compounded(periods.quick), self.exact.compounded(periods.exact))
    }
}

impl Arithmetic for Witness {
    const ZERO: Witness = Witness { quick: Quick::ZERO, exact: Exact::ZERO };
    const ONE: Witness = Witness { quick: Quick::ONE, exact: Exact::ONE };
    const MULTIPLIES_FASTER: bool = Quick::MULTIPLIES_FASTER;
    const TELLS_WHAT_IS_LEFT: bool = Quick::TELLS_WHAT_IS_LEFT;
    const STEP_TOLERANCE: Witness = Witness { quick: Quick::STEP_TOLERANCE, exact: Exact::power_of_ten(-20) };

    fn is_in_doubt() -> bool {
        Quick::is_in_doubt()
    }

    fn give_up() {
        Quick::give_up();
    }

    fn exact(number: Exact) -> Witness {
        seen(Quick::exact(number), number)
    }

    fn power_of_ten(exponent: i32) -> Witness {
        seen(Quick::power_of_ten(exponent), Exact::power_of_ten(exponent))
    }

    fn decimal(self) -> Option<Decimal> {
        decided(self.quick.decimal(), self.exact.decimal())
    }

    fn as_answer(self) -> Witness {
        seen(self.quick.as_answer(), self.exact.as_answer())
    }

    fn is_negative_as_answer(self) -> bool {
        decided(self.quick.is_negative_as_answer(), self.exact.is_negative_as_answer())
    }

    fn is_negative_answer_of(self, moved: Witness, exponent: i32) -> bool {
        decided(
            self.quick.is_negative_answer_of(moved.quick, exponent),
            self.exact.is_negative_answer_of(moved.exact, exponent),
        )
    }

    fn is_above_share(self, whole: Witness, exponent: i32) -> bool {
        decided(self.quick.is_above_share(whole.quick, exponent), self.exact.is_above_share(whole.exact, exponent))
    }

    fn to_f64(self) -> f64 {
        let (quick, exact) = (self.quick.to_f64(), Arithmetic::to_f64(self.exact));
        let is_near = (quick - exact).abs() <= exact.abs() * 1e-14 + f64::MIN_POSITIVE;
        assert!(is_raised() || is_near || quick == exact, "{self:?} is {quick} or {exact}");
        quick
    }

    fn tens(self) -> Option<i64> {
        self.quick.tens()
    }

    fn raised(self, tens: i64) -> Witness {
        seen(self.quick.raised(tens), self.exact.raised(tens))
    }

    fn grown_by(self, factor: Witness) -> Witness {
        seen(self.quick.grown_by(factor.quick), self.exact.grown_by(factor.exact))
    }

    fn shortened(self) -> Witness {
        seen(self.quick.shortened(), self.exact.shortened())
    }

    fn from_f64(value: f64) -> Witness {
        let quick = Quick::from_f64(value);
        seen(quick, middle_of(quick))
    }

    fn is_spoilt(self) -> bool {
        decided(self.quick.is_spoilt(), self.exact.is_spoilt())
    }

    fn middle(self) -> Witness {
        let quick = self.quick.middle();
        seen(quick, middle_of(quick))
    }

    fn enclosing(self, function: impl Fn(Witness) -> Witness) -> Witness {
        let quick = self.quick.enclosing(|quick| function(seen(quick, middle_of(quick))).quick);
        // By the secant through two points beside the middle, which lies much nearer to the zero than they do.
        let share = Exact::power_of_ten(-30);
        let at = |exact: Exact| {
            let quick = Quick::exact(exact).middle();
            let point = middle_of(quick);
            (point, function(seen(quick, point)).exact)
        };
        let ((left, below), (right, above)) = (at(self.exact - self.exact * share), at(self.exact + self.exact * share));
        seen(quick, left - below * (right - left) / (above - below))
    }

    fn square_root(self) -> Witness {
        seen(self.quick.square_root(), self.exact.square_root())
    }

    fn rounded_up(self) -> Witness {
        seen(self.quick.rounded_up(), self.exact.rounded_up())
    }

    fn whole_part(self) -> Option<u128> {
        decided(self.quick.whole_part(), self.exact.whole_part())
    }

    fn to_places(self, places: u32) -> Witness {
        seen(self.quick.to_places(places), self.exact.to_places(places))
    }

    fn root(self, degree: u32) -> Witness {
        seen(self.quick.root(degree), self.exact.root(degree))
    }

    fn root_less_one(self, degree: u32) -> Option<Witness> {
        // As the long way has it, which takes no root.
        let exact = || (self.exact.ln() / Exact::from(degree)).exp_m1();
        self.quick.root_less_one(degree).map(|quick| seen(quick, exact()))
    }

    fn polished(self, number: Witness, degree: u32) -> Witness {
        seen(self.quick.polished(number.quick, degree), self.exact.polished(number.exact, degree))
    }

    fn whole_power(self, exponent: u32) -> Witness {
        seen(self.quick.whole_power(exponent), self.exact.whole_power(exponent))
    }

    fn absolute(self) -> Witness {
        seen(self.quick.absolute(), self.exact.absolute())
    }

    fn compared(self, other: Witness) -> Option<Ordering> {
        let (quick, exact) = (self.quick.compared(other.quick), self.exact.compared(other.exact));
        if quick.is_some() { decided(quick, exact) } else { quick }
    }

    fn is_clearly_not(self, other: Witness) -> bool {
        let is_clear = self.quick.is_clearly_not(other.quick);
        assert!(is_raised() || !is_clear || self.exact != other.exact, "{self:?} and {other:?}");
        is_clear
    }

    fn or(self, other: Witness) -> Witness {
        let quick = self.quick.or(other.quick);
        seen(quick, other.exact);
        seen(quick, self.exact)
    }

    fn is_positive(self) -> bool {
        decided(self.quick.is_positive(), self.exact.is_positive())
    }

    fn is_negative(self) -> bool {
        decided(self.quick.is_negative(), self.exact.is_negative())
    }

    fn is_zero(self) -> bool {
        decided(self.quick.is_zero(), self.exact.is_zero())
    }
}
