//! The four operations and comparisons of a number of 128 bits.
//!
//! Balls come first in each operation, and are computed with where they lie: copies took more instructions than the sums themselves.

use std::cmp::Ordering;
use std::ops::{Add, Div, Mul, Neg, Sub};

use super::ball::{Ball, DOUBT_MAX, EXPONENT_MAX, power_of_two};
use super::number::{NumberKind, Quick, SPOILT};
use super::short::Short;
use super::tens::{TENS_MAX, TENS_MIN, power_of_ten};
use crate::arithmetic::Arithmetic;
use crate::integers::raised;
use crate::work::tick;

/// Work of a multiplication with the additions that go with it, and of a division.
const MULTIPLICATION_UNITS: u64 = 1;
const DIVISION_UNITS: u64 = 1;

/// Returns left + right, or left - right where `MINUS` is true.
#[inline]
fn sum<const MINUS: bool>(left: &Quick, right: &Quick) -> Quick {
    if left.kind != NumberKind::Ball || right.kind != NumberKind::Ball {
        return sum_of_any::<MINUS>(left, right);
    }
    sum_of_balls(left, right, right.negative != MINUS)
}

/// Adds a ball that is taken with another sign than its own, perhaps.
#[inline]
fn sum_of_balls(left: &Quick, right: &Quick, right_negative: bool) -> Quick {
    if left.negative == right_negative {
        return if left.exponent >= right.exponent { plus_lower(left, right, left) } else { plus_lower(right, left, left) };
    }
    match (left.exponent, left.mantissa) >= (right.exponent, right.mantissa) {
        true => less_lower(left, right, left.negative),
        false => less_lower(right, left, right_negative),
    }
}

/// Adds the magnitudes of two balls, of which `low` has no higher exponent, and gives them the sign of a third number.
#[inline(never)]
fn plus_lower(high: &Quick, low: &Quick, signed: &Quick) -> Quick {
    let sum = Ball { negative: signed.negative, ..high.as_ball() }.plus_lower(&low.as_ball());
    // No lower than the higher of two exponents that are within bounds.
    if sum.exponent <= EXPONENT_MAX && sum.doubt < DOUBT_MAX {
        let Ball { negative, mantissa, exponent, doubt } = sum;
        Quick { mantissa, doubt, exponent, kind: NumberKind::Ball, negative }
    } else {
        Quick::doubtful()
    }
}

/// Subtracts the magnitude of a ball from one that is no lower.
#[inline(never)]
fn less_lower(high: &Quick, low: &Quick, negative: bool) -> Quick {
    Quick::of_ball(Ball { negative, ..high.as_ball() }.less_lower(&low.as_ball()))
}

#[inline(never)]
fn sum_of_any<const MINUS: bool>(left: &Quick, right: &Quick) -> Quick {
    // Nothing is added most often where a model has more parts than a request.
    if right.is_short_zero() { *left } else { sum_with_some(left, right, right.negative != MINUS) }
}

/// Adds a number that is not the decimal 0, and that is taken with another sign than its own, perhaps.
#[inline(never)]
fn sum_with_some(left: &Quick, right: &Quick, right_negative: bool) -> Quick {
    if left.kind == NumberKind::Short && right.kind == NumberKind::Short {
        if let Some(sum) = sum_of_shorts(left, right, right_negative) {
            return sum;
        }
    } else if left.is_short_zero() {
        return Quick { negative: right_negative, ..*right };
    } else if left.is_spoilt() || right.is_spoilt() {
        return SPOILT;
    }
    let (left, right) = (as_ball(left), as_ball(right));
    if left.is_spoilt() || right.is_spoilt() { SPOILT } else { sum_of_balls(&left, &right, right_negative) }
}

/// Returns the ball of a decimal other than 0; beyond all bounds a spoilt number, and a doubt.
#[inline]
fn as_ball(number: &Quick) -> Quick {
    match number.kind {
        NumberKind::Short => Quick::of_some_ball(number.as_short().ball()),
        _ => *number,
    }
}

/// Adds decimals, of which the right one is taken with another sign than its own, perhaps; `None` where the sum is too long.
#[inline]
fn sum_of_shorts(left: &Quick, right: &Quick, right_negative: bool) -> Option<Quick> {
    if left.mantissa == 0 {
        return Some(Quick { negative: right_negative, ..*right });
    }
    let (mut of_left, mut of_right, mut exponent) = (left.mantissa, right.mantissa, left.exponent);
    match left.exponent.cmp(&right.exponent) {
        Ordering::Equal => {}
        Ordering::Less => of_right = raised(of_right, right.exponent.abs_diff(exponent))?,
        Ordering::Greater => {
            of_left = raised(of_left, exponent.abs_diff(right.exponent))?;
            exponent = right.exponent;
        }
    }
    let (negative, mantissa) = if left.negative == right_negative {
        (right_negative, of_left.checked_add(of_right)?)
    } else if of_left == of_right {
        return Some(Quick::ZERO);
    } else if of_left > of_right {
        (left.negative, of_left - of_right)
    } else {
        (right_negative, of_right - of_left)
    };
    Some(Quick { mantissa, doubt: 0.0, exponent, kind: NumberKind::Short, negative })
}

#[inline]
fn product(left: &Quick, right: &Quick) -> Quick {
    tick(MULTIPLICATION_UNITS);
    match (left.kind, right.kind) {
        (NumberKind::Ball, NumberKind::Ball) => product_of_balls(left, right),
        (NumberKind::Ball, NumberKind::Short) => product_of_both(left, right),
        (NumberKind::Short, NumberKind::Ball) => product_of_both(right, left),
        (NumberKind::Short, NumberKind::Short) => product_of_shorts(left, right),
        _ => SPOILT,
    }
}

#[inline(never)]
fn product_of_balls(left: &Quick, right: &Quick) -> Quick {
    Quick::of_ball(left.as_ball().times(right.as_ball()))
}

/// Multiplies a ball by a short decimal.
#[inline(never)]
fn product_of_both(ball: &Quick, short: &Quick) -> Quick {
    if short.mantissa == 0 {
        return Quick::ZERO;
    }
    let ball = Ball { negative: ball.negative != short.negative, ..ball.as_ball() };
    if short.exponent == 0 && short.mantissa >> 64 == 0 {
        return Quick::of_ball(ball.times_whole(short.mantissa as u64));
    }
    if let Some(whole) = whole_of(short) {
        return Quick::of_ball(ball.times_whole(whole));
    }
    if let (TENS_MIN..=TENS_MAX, Ok(whole)) = (short.exponent, u64::try_from(short.mantissa)) {
        return Quick::of_ball(ball.times_whole(whole).times(power_of_ten(short.exponent)));
    }
    match (Short { negative: false, ..short.as_short() }).ball() {
        Some(other) => Quick::of_ball(ball.times(other)),
        None => Quick::doubtful(),
    }
}

/// Returns the magnitude of a short decimal that is a whole number of up to 64 bits.
#[inline]
fn whole_of(short: &Quick) -> Option<u64> {
    u64::try_from(raised(short.mantissa, u32::try_from(short.exponent).ok()?)?).ok()
}

#[inline(never)]
fn product_of_shorts(left: &Quick, right: &Quick) -> Quick {
    match left.as_short().times(right.as_short()) {
        Some(product) => Quick::of_short(product),
        None => left.with_balls(*right, |left, right| Some(left.times(right))),
    }
}

#[inline]
fn quotient(left: &Quick, right: &Quick) -> Quick {
    tick(DIVISION_UNITS);
    match (left.kind, right.kind) {
        (NumberKind::Ball, NumberKind::Short) if right.mantissa != 0 => quotient_by_short(left, right),
        _ => quotient_of_any(*left, *right),
    }
}

/// Divides a ball by a short decimal other than 0.
#[inline(never)]
fn quotient_by_short(ball: &Quick, short: &Quick) -> Quick {
    let negative = ball.negative != short.negative;
    match (short.exponent, u32::try_from(short.mantissa)) {
        (0, Ok(1)) => Quick { negative, ..*ball },
        (0, Ok(whole)) => Quick::of_ball(Ball { negative, ..ball.as_ball() }.over_whole(whole)),
        (TENS_MIN..=TENS_MAX, Ok(whole)) => {
            let quotient = Ball { negative, ..ball.as_ball() }.over_whole(whole);
            Quick::of_ball(quotient.times(power_of_ten(-short.exponent)))
        }
        _ => ball.with_balls(*short, Ball::over),
    }
}

#[inline(never)]
fn quotient_of_any(left: Quick, right: Quick) -> Quick {
    if left.is_spoilt() || right.is_spoilt() || right.is_short_zero() {
        return SPOILT;
    }
    if left.is_short_zero() {
        // 0 by a ball that may hold 0 has a value or none.
        return if right.kind == NumberKind::Ball && !right.as_ball().has_sign() { Quick::doubtful() } else { Quick::ZERO };
    }
    if left.kind == NumberKind::Short && right.kind == NumberKind::Short {
        return match left.as_short().over(right.as_short()) {
            Some(quotient) => Quick::of_short(quotient),
            None => match left.ball() {
                Some(ball) => quotient_by_short(&Quick::of_ball(ball), &right),
                None => Quick::doubtful(),
            },
        };
    }
    left.with_balls(right, Ball::over)
}

/// Returns how two balls of one sign compare where their leading bits tell; `None` elsewhere, which says nothing.
#[inline]
fn clearly(left: &Quick, right: &Quick) -> Option<Ordering> {
    /// Largest doubt of numbers whose leading bits tell: one unit of 64 bits.
    const CLEAR: f64 = power_of_two(-64);
    if left.kind != NumberKind::Ball || right.kind != NumberKind::Ball || left.negative != right.negative {
        return None;
    }
    // Each is within two units of its 64 leading bits: one that is cut off, and one of doubt.
    let (left_leading, right_leading) = ((left.mantissa >> 64) as u64, (right.mantissa >> 64) as u64);
    let is_clear = match left.exponent - right.exponent {
        0 => left_leading.abs_diff(right_leading) >= 4,
        // More than twice as large.
        2.. | ..=-2 => true,
        _ => false,
    };
    if !is_clear || left.doubt > CLEAR || right.doubt > CLEAR {
        return None;
    }
    let of_magnitudes = (left.exponent, left_leading).cmp(&(right.exponent, right_leading));
    Some(if left.negative { of_magnitudes.reverse() } else { of_magnitudes })
}

macro_rules! quick_operator {
    ($trait:ident, $method:ident, $compute:expr) => {
        impl $trait for Quick {
            type Output = Quick;

            #[inline]
            fn $method(self, other: Quick) -> Quick {
                $compute(&self, &other)
            }
        }
    };
}

quick_operator!(Add, add, sum::<false>);
quick_operator!(Sub, sub, sum::<true>);
quick_operator!(Mul, mul, product);
quick_operator!(Div, div, quotient);

impl Neg for Quick {
    type Output = Quick;

    #[inline]
    fn neg(self) -> Quick {
        Quick { negative: !self.negative && self.mantissa != 0, ..self }
    }
}

impl PartialEq for Quick {
    fn eq(&self, other: &Quick) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd for Quick {
    /// Returns None when either number is spoilt, and raises a doubt where the two may be equal.
    fn partial_cmp(&self, other: &Quick) -> Option<Ordering> {
        clearly(self, other).or_else(|| (*self - *other).sign().map(|sign| sign.cmp(&0)))
    }
}

impl Quick {
    /// Returns how two numbers compare; `None` where one is spoilt, and without a doubt where the numbers cannot be told apart.
    pub(super) fn compared_with(self, other: Quick) -> Option<Ordering> {
        if let Some(ordering) = clearly(&self, &other) {
            return Some(ordering);
        }
        let difference = self - other;
        match difference.kind {
            NumberKind::Ball if !difference.as_ball().has_sign() => None,
            _ => difference.sign().map(|sign| sign.cmp(&0)),
        }
    }
}
