//! Arithmetic: what a model needs of its numbers beyond formulas, to compare and to answer.

use rust_decimal::Decimal;

use super::input::ModelError;
use super::number::{Exact, Number};
use super::wide::Wide;

/// A number that a whole model can be computed with: of 76 digits ([`Exact`]), or of 128 bits with a bound on their error.
///
/// A number that cannot tell which way a comparison or a rounding goes raises a doubt, as `precision` says, and goes on.
pub trait Arithmetic: Number + PartialEq + PartialOrd + Default + std::fmt::Debug {
    /// The number 0.
    const ZERO: Self;
    /// The number 1.
    const ONE: Self;
    /// True of numbers that are divided by at the price of several multiplications.
    const MULTIPLIES_FASTER: bool;

    /// True of numbers with digits enough to tell what is left of amounts that cancel to the fiftieth digit. Others raise a doubt there.
    const TELLS_WHAT_IS_LEFT: bool;
    /// Relative size of a step of a search after which the next step would change nothing that the number can hold.
    const STEP_TOLERANCE: Self;

    /// True once a doubt was raised: nothing that follows comes out.
    fn is_in_doubt() -> bool;
    /// Raises a doubt, of numbers for which a computation with 76 digits would be the shorter way; those of 76 digits raise none.
    fn give_up();
    /// Returns a number that was computed with 76 digits.
    fn exact(number: Exact) -> Self;
    /// Returns 10^exponent.
    fn power_of_ten(exponent: i32) -> Self;
    /// Returns the number as an answer, rounded half-even to 28 digits.
    ///
    /// # Errors
    /// [`ModelError::ResultTooLarge`] naming the result, when its magnitude is 7.9e28 or more.
    fn value(self, name: &'static str) -> Result<Decimal, ModelError> {
        self.decimal().ok_or_else(|| ModelError::too_large(name))
    }
    /// Returns the number rounded half-even to 28 digits; `None` when its magnitude is 7.9e28 or more.
    fn decimal(self) -> Option<Decimal>;
    /// Rounds half-even to the 28 digits of an answer.
    fn as_answer(self) -> Self;
    /// True of a number that is below 0 also as an answer.
    fn is_negative_as_answer(self) -> bool {
        self.as_answer().is_negative()
    }
    /// True of a sum that is below 0 also as an answer, and by more than the share 10^exponent of all that was moved to get there.
    fn is_negative_answer_of(self, moved: Self, exponent: i32) -> bool;
    /// True of a number that is above the share 10^exponent of another one, which is 0 or more.
    fn is_above_share(self, whole: Self, exponent: i32) -> bool;
    /// Returns the nearest double, right to 15 digits; NaN of a spoilt number.
    fn to_f64(self) -> f64;
    /// Returns how many digits stand before the point, or one less: 0 or fewer for a number below 1; `None` of the number 0 and of a spoilt one.
    fn tens(self) -> Option<i64>;
    /// Returns the number × 10^tens.
    fn raised(self, tens: i64) -> Self;
    /// Returns the product rounded half-even to 38 digits: one step of a long recurrence.
    fn grown_by(self, factor: Self) -> Self;
    /// Rounds half-even to 38 digits, which keeps a long recurrence fast.
    fn shortened(self) -> Self;
    /// Returns seventeen digits of a double; a spoilt number where the double is not finite, or too near to 0 to have that many.
    fn from_f64(value: f64) -> Self;
    /// True where a division by 0 or an overflow happened on the way.
    fn is_spoilt(self) -> bool;
    /// Returns the number without what may be wrong with it: a point to compute from.
    #[must_use]
    fn middle(self) -> Self;
    /// Returns a number that holds the zero of a rising function which a search has come as near to as it can.
    #[must_use]
    fn enclosing(self, function: impl Fn(Self) -> Self) -> Self;
    /// Returns the square root of a number that is 0 or more.
    fn square_root(self) -> Self;
    /// Returns the least whole number that is not below a number of 0 or more.
    fn rounded_up(self) -> Self;
    /// Returns the whole part of a number that is 0 or more; `None` where that needs more than 128 bits.
    fn whole_part(self) -> Option<u128>;
    /// Rounds half-even to places after the point.
    fn to_places(self, places: u32) -> Self;
    /// Returns the `degree`-th root of a number above 0, right to 60 digits or as far as the number's bound says.
    fn root(self, degree: u32) -> Self;
    /// Returns self^(1 / degree) - 1 where a root is as good as a logarithm and an exponential, and faster; `None` elsewhere.
    fn root_less_one(self, degree: u32) -> Option<Self>;
    /// Returns the root, given one that is right to 60 digits, right to all of them.
    fn polished(self, number: Self, degree: u32) -> Self;
    /// Returns self^exponent by squaring.
    fn whole_power(self, exponent: u32) -> Self;
    /// Returns the magnitude.
    fn absolute(self) -> Self;
    /// Returns how two numbers compare; `None` where one is spoilt, and without a doubt where the numbers cannot be told apart.
    fn compared(self, other: Self) -> Option<std::cmp::Ordering>;
    /// True of a number that is known to be another one than this; false where that would take all digits to tell. Raises no doubt.
    fn is_clearly_not(self, other: Self) -> bool;
    /// Returns a number that stands for either of two, which cannot be told apart.
    #[must_use]
    fn or(self, other: Self) -> Self;
    /// True of a number above 0.
    fn is_positive(self) -> bool;
    /// True of a number below 0.
    fn is_negative(self) -> bool;
    /// True of the number 0.
    fn is_zero(self) -> bool;
}

impl Arithmetic for Exact {
    const ZERO: Exact = Exact::ZERO;
    const ONE: Exact = Exact::ONE;
    const MULTIPLIES_FASTER: bool = false;
    const TELLS_WHAT_IS_LEFT: bool = true;
    const STEP_TOLERANCE: Exact = Exact::power_of_ten(-45);

    fn is_in_doubt() -> bool {
        false
    }

    fn give_up() {}

    fn exact(number: Exact) -> Exact {
        number
    }

    fn power_of_ten(exponent: i32) -> Exact {
        Exact::power_of_ten(exponent)
    }

    fn decimal(self) -> Option<Decimal> {
        Exact::decimal(self)
    }

    fn as_answer(self) -> Exact {
        Exact::as_answer(self)
    }

    fn is_negative_answer_of(self, moved: Exact, exponent: i32) -> bool {
        self.is_negative_as_answer() && self + moved * Exact::power_of_ten(exponent) < Exact::ZERO
    }

    fn is_above_share(self, whole: Exact, exponent: i32) -> bool {
        self.is_positive() && self > whole * Exact::power_of_ten(exponent)
    }

    fn to_f64(self) -> f64 {
        Exact::to_f64(self)
    }

    fn tens(self) -> Option<i64> {
        self.0.filter(|number| !number.is_zero()).map(Wide::magnitude)
    }

    fn raised(self, tens: i64) -> Exact {
        Exact(self.0.and_then(|number| number.raised(tens)))
    }

    fn grown_by(self, factor: Exact) -> Exact {
        Exact::grown_by(self, factor)
    }

    fn shortened(self) -> Exact {
        Exact::shortened(self)
    }

    fn from_f64(value: f64) -> Exact {
        Exact::from_f64(value)
    }

    fn is_spoilt(self) -> bool {
        Exact::is_spoilt(self)
    }

    fn middle(self) -> Exact {
        self
    }

    fn enclosing(self, _function: impl Fn(Exact) -> Exact) -> Exact {
        self
    }

    fn square_root(self) -> Exact {
        Exact::square_root(self)
    }

    fn rounded_up(self) -> Exact {
        Exact::rounded_up(self)
    }

    fn whole_part(self) -> Option<u128> {
        Exact::whole_part(self)
    }

    fn to_places(self, places: u32) -> Exact {
        Exact::to_places(self, places)
    }

    fn root(self, degree: u32) -> Exact {
        Exact::root(self, degree)
    }

    fn root_less_one(self, _degree: u32) -> Option<Exact> {
        None
    }

    fn polished(self, number: Exact, degree: u32) -> Exact {
        // Newton once more: 60 right digits become as many as there are.
        self + self * (number / self.whole_power(degree) - Exact::ONE) / Exact::from(degree)
    }

    fn whole_power(self, exponent: u32) -> Exact {
        Exact::whole_power(self, exponent)
    }

    fn absolute(self) -> Exact {
        Exact::absolute(self)
    }

    fn compared(self, other: Exact) -> Option<std::cmp::Ordering> {
        self.partial_cmp(&other)
    }

    fn is_clearly_not(self, _other: Exact) -> bool {
        false
    }

    fn or(self, _other: Exact) -> Exact {
        self
    }

    fn is_positive(self) -> bool {
        Exact::is_positive(self)
    }

    fn is_negative(self) -> bool {
        Exact::is_negative(self)
    }

    fn is_zero(self) -> bool {
        Exact::is_zero(self)
    }
}
