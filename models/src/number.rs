//! Numbers that formulas are written over: the four operations and a few functions. One formula reads like the textbook and serves
//! exact answers ([`Exact`]), explanations ([`super::traced::Traced`]) and quick estimates (`f64`).

use std::ops::{Add, Div, Mul, Neg, Sub};

use rust_decimal::Decimal;

use super::decimal;
use super::input::ModelError;
use super::wide::Wide;

/// A number that a formula can be computed with.
///
/// Kernels take numbers and return numbers, and never decide on one. Decisions are made in [`Exact`].
pub trait Number:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> + Neg<Output = Self>
{
    /// Returns the number of this decimal.
    fn of(value: Decimal) -> Self;
    /// Returns the greater of two numbers.
    fn max(self, other: Self) -> Self;
    /// Returns the natural logarithm.
    fn ln(self) -> Self;
    /// Returns e^self - 1.
    fn exp_m1(self) -> Self;
    /// Returns self^exponent, for a number above 0.
    fn to_the(self, exponent: Self) -> Self;
    /// Returns 1 - (1 + self)^-periods: the share of a payment that discounting at this rate takes away.
    fn discount_share(self, periods: Self) -> Self;
    /// Returns (1 + self)^periods - 1: the interest that compounding at this rate adds.
    fn compounded(self, periods: Self) -> Self;
    /// Gives an intermediate result the name of its field in the response.
    fn named(self, _name: &'static str) -> Self {
        self
    }
    /// Gives a member of a series its name and number: `balance(3)`.
    fn numbered(self, _name: &'static str, _number: u32) -> Self {
        self
    }
    /// Returns a whole number.
    fn whole(value: u32) -> Self {
        Self::of(Decimal::from(value))
    }
}

/// An exact decimal, or a spoilt number: the memory that a division by 0 or an overflow happened on the way.
///
/// Sums of request decimals, and products of two of them, are exact; any other result carries 76 digits. [`Exact::value`] rounds
/// half-even to the 28 digits of an answer, and reports a spoilt number, once, at the end.
#[derive(Clone, Copy, Debug)]
pub struct Exact(pub(crate) Option<Wide>);

impl Exact {
    /// The number 0.
    pub const ZERO: Exact = Exact(Some(Wide::ZERO));
    /// The number 1.
    pub const ONE: Exact = Exact(Some(Wide::ONE));

    /// Returns 10^exponent.
    #[must_use]
    pub const fn power_of_ten(exponent: i32) -> Exact {
        Exact(Some(Wide::power_of_ten(exponent)))
    }

    /// Returns the number as an answer, rounded half-even to 28 digits.
    ///
    /// # Errors
    /// [`ModelError::ResultTooLarge`] naming the result, when its magnitude is 7.9e28 or more.
    pub fn value(self, name: &'static str) -> Result<Decimal, ModelError> {
        self.decimal().ok_or_else(|| ModelError::too_large(name))
    }

    /// Returns the number rounded half-even to 28 digits; `None` when its magnitude is 7.9e28 or more.
    #[must_use]
    pub fn decimal(self) -> Option<Decimal> {
        self.0.and_then(Wide::to_decimal)
    }

    /// Rounds half-even to the 28 digits of an answer, at any magnitude. Decisions about answers are made on such numbers.
    #[must_use]
    pub fn as_answer(self) -> Exact {
        Exact(self.0.map(Wide::as_answer))
    }

    /// Rounds half-even to 38 digits, which keeps a long recurrence fast.
    #[must_use]
    pub fn shortened(self) -> Exact {
        Exact(self.0.map(|wide| wide.shortened(38)))
    }

    /// Rounds half-even to places after the point. A number nearer to a tie than earlier roundings can tell counts as a tie.
    #[must_use]
    pub fn to_places(self, places: u32) -> Exact {
        const TIE_PLACES: u32 = 40;
        let shift = i64::from(places);
        Exact(self.0.and_then(|wide| wide.raised(shift)?.nearest_whole(TIE_PLACES).raised(shift.saturating_neg())))
    }

    /// Rounds half-even to a number of digits, for display.
    #[must_use]
    pub fn to_digits(self, digits: u32) -> Exact {
        Exact(self.0.map(|wide| wide.shortened(digits)))
    }

    /// Returns the product rounded half-even to 38 digits: one step of a long recurrence.
    #[must_use]
    pub fn grown_by(self, factor: Exact) -> Exact {
        Exact(self.0.zip(factor.0).and_then(|(amount, factor)| amount.grown_by(factor)))
    }

    /// Returns the `degree`-th root of a number above 0.
    #[must_use]
    pub fn root(self, degree: u32) -> Exact {
        Exact(self.0.and_then(|wide| decimal::root(wide, degree)))
    }

    /// Returns self^exponent by squaring.
    #[must_use]
    pub fn whole_power(self, exponent: u32) -> Exact {
        Exact(self.0.and_then(|wide| decimal::whole_power(wide, exponent)))
    }

    /// Returns the square root of a number that is 0 or more.
    #[must_use]
    pub fn square_root(self) -> Exact {
        Exact(self.0.and_then(decimal::square_root))
    }

    /// Returns the least whole number that is not below self / divisor, both above 0, without rounding in between.
    #[must_use]
    pub fn quotient_rounded_up(self, divisor: Exact) -> Exact {
        Exact(self.0.zip(divisor.0).and_then(|(dividend, divisor)| dividend.quotient_rounded_up(divisor)))
    }

    /// Returns the least whole number that is not below a number of 0 or more.
    #[must_use]
    pub fn rounded_up(self) -> Exact {
        Exact(self.0.map(Wide::rounded_up))
    }

    /// Returns the whole part of a number that is 0 or more.
    #[must_use]
    pub fn whole_part(self) -> Option<u128> {
        self.0.and_then(Wide::whole)
    }

    /// Returns the magnitude.
    #[must_use]
    pub fn absolute(self) -> Exact {
        Exact(self.0.map(Wide::absolute))
    }

    /// True of a number above 0. A spoilt number is neither above, nor below, nor equal to 0.
    #[must_use]
    pub fn is_positive(self) -> bool {
        self.0.is_some_and(|wide| !wide.is_zero() && !wide.is_negative())
    }

    /// True of a number below 0. A spoilt number is neither above, nor below, nor equal to 0.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.0.is_some_and(Wide::is_negative)
    }

    /// True of the number 0. A spoilt number is neither above, nor below, nor equal to 0.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.0.is_some_and(Wide::is_zero)
    }

    /// True of a number with the same mantissa, exponent and sign: an equal one, though not every equal number.
    #[must_use]
    pub(crate) fn is_written_as(self, other: Exact) -> bool {
        self.0.zip(other.0).is_some_and(|(one, other)| one.is_written_as(other))
    }

    /// True of a spoilt number: a division by 0, or an overflow, happened on the way.
    #[must_use]
    pub fn is_spoilt(self) -> bool {
        self.0.is_none()
    }

    /// Returns the nearest double, for estimates; NaN of a spoilt number.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        self.0.map_or(f64::NAN, Wide::to_f64)
    }

    /// Returns seventeen digits of a double; spoilt where the double is not finite.
    #[must_use]
    pub fn from_f64(value: f64) -> Exact {
        Exact(Wide::from_f64(value))
    }
}

impl Default for Exact {
    fn default() -> Exact {
        Exact::ZERO
    }
}

impl From<Decimal> for Exact {
    fn from(value: Decimal) -> Exact {
        Exact(Some(Wide::of(value)))
    }
}

impl From<u32> for Exact {
    fn from(value: u32) -> Exact {
        Exact::from(Decimal::from(value))
    }
}

impl Number for Exact {
    fn of(value: Decimal) -> Exact {
        Exact::from(value)
    }

    fn max(self, other: Exact) -> Exact {
        Exact(self.0.zip(other.0).map(|(left, right)| if right > left { right } else { left }))
    }

    fn ln(self) -> Exact {
        Exact(self.0.and_then(decimal::ln))
    }

    fn exp_m1(self) -> Exact {
        Exact(self.0.and_then(decimal::exp_m1))
    }

    fn to_the(self, exponent: Exact) -> Exact {
        Exact(self.0.zip(exponent.0).and_then(|(base, exponent)| decimal::power_of(base, exponent)))
    }

    fn discount_share(self, periods: Exact) -> Exact {
        -self.compounded(-periods)
    }

    fn compounded(self, periods: Exact) -> Exact {
        Exact(self.0.zip(periods.0).and_then(|(rate, periods)| decimal::compounded(rate, periods)))
    }
}

impl Number for f64 {
    fn of(value: Decimal) -> f64 {
        Wide::of(value).to_f64()
    }

    fn max(self, other: f64) -> f64 {
        f64::max(self, other)
    }

    fn ln(self) -> f64 {
        f64::ln(self)
    }

    fn exp_m1(self) -> f64 {
        f64::exp_m1(self)
    }

    fn to_the(self, exponent: f64) -> f64 {
        f64::powf(self, exponent)
    }

    fn discount_share(self, periods: f64) -> f64 {
        -self.compounded(-periods)
    }

    fn compounded(self, periods: f64) -> f64 {
        f64::exp_m1(periods * f64::ln_1p(self))
    }
}

macro_rules! exact_operator {
    ($trait:ident, $method:ident, $wide:ident) => {
        impl $trait for Exact {
            type Output = Exact;

            #[inline]
            fn $method(self, other: Exact) -> Exact {
                match (self.0, other.0) {
                    (Some(left), Some(right)) => Exact(left.$wide(right)),
                    _ => Exact(None),
                }
            }
        }
    };
}

exact_operator!(Add, add, plus);
exact_operator!(Sub, sub, minus);
exact_operator!(Mul, mul, times);
exact_operator!(Div, div, over);

impl Neg for Exact {
    type Output = Exact;

    fn neg(self) -> Exact {
        Exact(self.0.map(Wide::negated))
    }
}

impl PartialEq for Exact {
    fn eq(&self, other: &Exact) -> bool {
        self.partial_cmp(other) == Some(std::cmp::Ordering::Equal)
    }
}

impl PartialOrd for Exact {
    /// Returns None when either number is spoilt.
    fn partial_cmp(&self, other: &Exact) -> Option<std::cmp::Ordering> {
        self.0.zip(other.0).map(|(left, right)| left.cmp(&right))
    }
}
