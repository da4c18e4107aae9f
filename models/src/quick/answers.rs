//! Comparisons, roundings and answers of a number of 128 bits, which a model needs beyond formulas; each of them may raise a doubt.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use super::ball::{Ball, ROUNDING, UNIT, power_of_two};
use super::decimals::{of_parts, rounded_decimal};
use super::functions;
use super::number::{FUNCTION_UNITS, NumberKind, NumberView, Quick, SPOILT};
use super::short::Short;
use crate::arithmetic::Arithmetic;
use crate::doubt::{count_rounding, doubt, doubt_rounding, is_raised};
use crate::number::Exact;
use crate::wide::Wide;
use crate::work::tick;

/// Work of rounding to an answer.
const ROUNDING_UNITS: u64 = 1;

impl Arithmetic for Quick {
    const ZERO: Quick = Quick::of_short(Short::ZERO);
    const ONE: Quick = Quick::of_short(Short::ONE);
    const MULTIPLIES_FASTER: bool = true;
    const TELLS_WHAT_IS_LEFT: bool = false;
    // A step of a third order from there ends far below the last bit.
    const STEP_TOLERANCE: Quick = Quick::of_short(Short { negative: false, mantissa: 1, exponent: -20 });

    fn is_in_doubt() -> bool {
        is_raised()
    }

    fn give_up() {
        doubt();
    }

    #[inline]
    fn exact(number: Exact) -> Quick {
        let Some(wide) = number.0 else { return SPOILT };
        match wide.short_mantissa() {
            Some(mantissa) => Quick::of_short(Short::new(wide.is_negative(), mantissa, wide.exponent())),
            None => cut_off(wide),
        }
    }

    fn power_of_ten(exponent: i32) -> Quick {
        Quick::of_short(Short::new(false, 1, exponent))
    }

    #[inline]
    fn decimal(self) -> Option<Decimal> {
        tick(ROUNDING_UNITS);
        count_rounding();
        /// The number 10^28: a mantissa below it needs no rounding to the digits of an answer.
        const WITHOUT_ROUNDING: u128 = 10_u128.pow(28);
        if self.kind == NumberKind::Short && (-28..=0).contains(&self.exponent) && self.mantissa < WITHOUT_ROUNDING {
            // The number 0 has no places.
            return Some(of_parts(self.mantissa, self.negative, self.exponent.unsigned_abs()));
        }
        rounded_decimal(&self)
    }

    fn as_answer(self) -> Quick {
        tick(ROUNDING_UNITS);
        count_rounding();
        match self.view() {
            NumberView::Spoilt => SPOILT,
            NumberView::Short(short) => Quick::exact(Exact(Some(short.wide().as_answer()))),
            NumberView::Ball(ball) => match Quick::rounded_as_answer(ball) {
                Some((whole, places)) => Quick::of_short(Short::new(ball.negative, whole, -places).without_zeros()),
                None => {
                    doubt_rounding();
                    SPOILT
                }
            },
        }
    }

    fn is_negative_as_answer(self) -> bool {
        /// Least exponents of numbers other than 0 of which no answer is 0: 10^-27, and 2^-88, of which half is above 10^-27 too.
        const NOT_ZERO_TENS: i32 = -27;
        const NOT_ZERO_BITS: i32 = -88 - 127;
        if self.has_sign() && !self.negative {
            return false;
        }
        let is_large = match self.kind {
            NumberKind::Short => self.exponent >= NOT_ZERO_TENS,
            NumberKind::Ball => self.doubt < 0.5 && self.exponent >= NOT_ZERO_BITS,
            NumberKind::Spoilt => false,
        };
        if is_large { self.negative } else { self.as_answer().is_negative() }
    }

    fn is_negative_answer_of(self, moved: Quick, exponent: i32) -> bool {
        /// Share of what was moved that is far more than any share that is asked about.
        const SHARE: f64 = 1e-40;
        const SHARE_EXPONENT: i32 = -42;
        if !self.is_negative_as_answer() {
            return false;
        }
        let is_more = exponent <= SHARE_EXPONENT
            && (self.is_no_small_share_of(&moved) || self.rough().abs() > moved.rough() * SHARE && self.is_within_half());
        is_more || self + moved * Quick::power_of_ten(exponent) < Quick::ZERO
    }

    fn is_above_share(self, whole: Quick, exponent: i32) -> bool {
        /// Share that is far more than any share that is asked about.
        const SHARE: f64 = 1e-40;
        const SHARE_EXPONENT: i32 = -42;
        if self.has_sign() && (self.negative || self.is_short_zero()) {
            return false;
        }
        if whole.is_short_zero() {
            return self.is_positive();
        }
        let is_more = exponent <= SHARE_EXPONENT
            && self.is_within_half()
            && whole.is_within_half()
            && self.rough() > whole.rough() * SHARE;
        is_more || self > whole * Quick::power_of_ten(exponent)
    }

    fn to_f64(self) -> f64 {
        /// Largest error of a number that is right to 15 digits.
        const ERROR_MAX: f64 = 1e-16;
        if self.kind == NumberKind::Ball && self.doubt > ERROR_MAX {
            doubt();
        }
        self.rough()
    }

    fn tens(self) -> Option<i64> {
        self.ball().map(|ball| ball.least_digits())
    }

    #[inline]
    fn raised(self, tens: i64) -> Quick {
        match i32::try_from(tens) {
            Ok(tens @ -100..=100) if self.kind == NumberKind::Short && self.exponent.abs() <= 100 && self.mantissa != 0 => {
                Quick { exponent: self.exponent + tens, ..self }
            }
            tens => raised_far(self, tens.ok()),
        }
    }

    fn grown_by(self, factor: Quick) -> Quick {
        (self * factor).shortened()
    }

    fn shortened(self) -> Quick {
        /// Share of a number of 38 digits that rounding takes from it at most, doubled.
        const SHORTENED: f64 = 1e-37;
        const LIMIT: u128 = 10_u128.pow(38);
        match self.kind {
            NumberKind::Spoilt => self,
            NumberKind::Short if self.mantissa < LIMIT => self,
            _ => Quick::of_some_ball(self.ball().map(|ball| Ball { doubt: ball.doubt + SHORTENED, ..ball })),
        }
    }

    fn from_f64(value: f64) -> Quick {
        match value {
            0.0 => Quick::ZERO,
            value if value.is_normal() => Quick::of_ball(Ball::of_f64(value)),
            _ => SPOILT,
        }
    }

    fn is_spoilt(self) -> bool {
        self.kind == NumberKind::Spoilt
    }

    fn middle(self) -> Quick {
        Quick { doubt: 0.0, ..self }
    }

    fn enclosing(self, function: impl Fn(Quick) -> Quick) -> Quick {
        /// Shares of the time that are tried, the least first: a search of 76 digits is right to a 10^9th of the first of them.
        const SHARES: [f64; 3] = [power_of_two(-118), power_of_two(-110), power_of_two(-102)];
        for share in SHARES {
            let at = |factor: f64| {
                let beside = Quick::from_f64(share * factor);
                function((self + self * beside).middle()).compared(Quick::ZERO)
            };
            if at(-0.75) == Some(Ordering::Less) && at(0.75) == Some(Ordering::Greater) {
                return Quick::of_some_ball(self.ball().map(|ball| Ball { doubt: ball.doubt + share, ..ball }));
            }
        }
        Quick::doubtful()
    }

    fn square_root(self) -> Quick {
        if self.is_short_zero() { self } else { self.root(2) }
    }

    fn rounded_up(self) -> Quick {
        match self.view() {
            NumberView::Spoilt => SPOILT,
            NumberView::Short(short) => Quick::exact(Exact(Some(short.wide().rounded_up()))),
            NumberView::Ball(ball) => match ball.whole_part() {
                Some(Some(whole)) if whole < u128::MAX => Quick::of_short(Short::new(false, whole + 1, 0)),
                _ => Quick::doubtful(),
            },
        }
    }

    fn whole_part(self) -> Option<u128> {
        match self.view() {
            NumberView::Spoilt => None,
            NumberView::Short(short) => short.wide().whole(),
            NumberView::Ball(ball) => match ball.whole_part() {
                Some(whole) => whole,
                None => {
                    doubt();
                    None
                }
            },
        }
    }

    fn to_places(self, places: u32) -> Quick {
        /// Digits of an answer, and one more.
        const DIGITS_MAX: i64 = 29;
        tick(ROUNDING_UNITS);
        count_rounding();
        match (self.view(), i32::try_from(places)) {
            (NumberView::Short(short), _) => Quick::exact(Exact(Some(short.wide())).to_places(places)),
            // Of so large a number rounding changes no digit that an answer has: at most half of what it is rounded to.
            (NumberView::Ball(ball), Ok(shift)) if ball.doubt < 0.5 && ball.least_digits() + i64::from(shift) > DIGITS_MAX => {
                let rest = (ball.least_digits() + i64::from(shift)).min(100) as i32;
                Quick::of_ball(Ball { doubt: ball.doubt + ROUNDING + 10_f64.powi(1 - rest), ..ball })
            }
            (NumberView::Ball(ball), Ok(shift)) => match ball.rounded(shift) {
                Some(whole) => Quick::of_short(Short::new(ball.negative, whole, -shift)),
                None => {
                    doubt_rounding();
                    SPOILT
                }
            },
            _ => SPOILT,
        }
    }

    fn root(self, degree: u32) -> Quick {
        match self.sign() {
            Some(1) if degree > 0 => self.with_ball(|ball| functions::root(ball, degree)),
            _ => SPOILT,
        }
    }

    fn root_less_one(self, degree: u32) -> Option<Quick> {
        /// Highest degree of a root that takes less than a logarithm.
        const DEGREE_MAX: u32 = 24;
        /// Bound on the doubt of the number, and least distance from 1 for each degree: of the root's 125 bits the 1 takes eight or fewer.
        const DOUBT: f64 = power_of_two(-118);
        const DISTANCE_MIN: f64 = power_of_two(-7);
        let has_root = self.kind != NumberKind::Spoilt && !self.negative && self.mantissa != 0 && self.doubt < DOUBT;
        if !has_root || degree > DEGREE_MAX || (self.rough() - 1.0).abs() < DISTANCE_MIN * f64::from(degree) {
            return None;
        }
        tick(FUNCTION_UNITS);
        let root = self.ball().and_then(|ball| functions::root(ball, degree));
        Some(Quick::of_some_ball(root.map(|root| root.minus(Ball::ONE))))
    }

    fn polished(self, _number: Quick, _degree: u32) -> Quick {
        self
    }

    fn whole_power(self, exponent: u32) -> Quick {
        if exponent == 1 {
            return self;
        }
        let (mut result, mut square, mut rest) = (Quick::ONE, self, exponent);
        while rest > 0 {
            if rest & 1 == 1 {
                result = result * square;
            }
            rest >>= 1;
            if rest > 0 {
                square = square * square;
            }
        }
        result
    }

    fn absolute(self) -> Quick {
        Quick { negative: false, ..self }
    }

    fn compared(self, other: Quick) -> Option<Ordering> {
        self.compared_with(other)
    }

    fn is_clearly_not(self, other: Quick) -> bool {
        self.compared_with(other).is_some_and(Ordering::is_ne)
    }

    fn or(self, other: Quick) -> Quick {
        if self.kind == NumberKind::Short && other.kind == NumberKind::Short && self == other {
            return self;
        }
        self.with_balls(other, |one, other| Some(one.widened_to(other)))
    }

    fn is_positive(self) -> bool {
        self.sign() == Some(1)
    }

    fn is_negative(self) -> bool {
        self.sign() == Some(-1)
    }

    fn is_zero(self) -> bool {
        self.sign() == Some(0)
    }
}

impl Quick {
    /// True of a decimal, and of a ball that does not hold 0.
    #[inline]
    fn has_sign(self) -> bool {
        self.kind == NumberKind::Short || self.kind == NumberKind::Ball && self.as_ball().has_sign()
    }

    /// True where exponents alone tell that a number other than 0 is more than 10^-40 of another one's magnitude.
    #[inline]
    fn is_no_small_share_of(&self, whole: &Quick) -> bool {
        // A mantissa of 1 or more beside one below 2^128, and 2^-128 is 2.9 × 10^-39; or mantissas of 128 bits, where twice half of a ball is left.
        match (self.kind, whole.kind) {
            (NumberKind::Short, NumberKind::Short) => self.exponent >= whole.exponent,
            (NumberKind::Ball, NumberKind::Ball) => {
                self.doubt < 0.5 && whole.doubt < 0.5 && self.exponent >= whole.exponent.saturating_sub(128)
            }
            _ => false,
        }
    }
}

/// Returns a number × 10^tens, for any number and any tens; `None` stands for more than 32 bits hold.
#[inline(never)]
fn raised_far(number: Quick, tens: Option<i32>) -> Quick {
    match tens {
        _ if number.is_spoilt() || number.is_short_zero() => number,
        Some(0) => number,
        Some(tens) => number.with_balls(Quick::ONE, |ball, _| ball.times_ten_to_the(tens)),
        None => Quick::doubtful(),
    }
}

/// Returns the ball of a number of more than 128 bits. Less than a unit is cut off: as much as an operation may.
fn cut_off(wide: Wide) -> Quick {
    let (mantissa, dropped) = wide.leading_bits();
    let cut = Ball { doubt: UNIT, ..Ball::of(wide.is_negative(), mantissa, dropped as i32) };
    Quick::of_some_ball(cut.times_ten_to_the(wide.exponent()))
}
