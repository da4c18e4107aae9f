//! Decimals as answers have them, from numbers of 128 bits.

use rust_decimal::Decimal;

use super::ball::Ball;
use super::number::{NumberView, Quick};
use crate::doubt::doubt_rounding;
use crate::integers::raised;

impl Quick {
    /// Returns the magnitude of a ball as an answer: a whole number and the places that it has after the point; `None` where a rounding is in doubt.
    ///
    /// A ball about a power of ten is rounded by one digit more or less than the number that it stands for, and both give that power.
    pub(super) fn rounded_as_answer(ball: Ball) -> Option<(u128, i32)> {
        const DIGITS: i64 = 28;
        const LIMIT: u128 = 10_u128.pow(28);
        let places = (DIGITS - ball.digits()).clamp(-300, DIGITS) as i32;
        let whole = ball.rounded(places)?;
        // One digit more stands before the point of what is rounded up, or of a number of more than 55 digits.
        if whole >= LIMIT { Some((ball.rounded(places - 1)?, places - 1)) } else { Some((whole, places)) }
    }
}

/// Rounds a number that is no decimal of few digits.
#[inline(never)]
pub(super) fn rounded_decimal(number: &Quick) -> Option<Decimal> {
    /// Number of digits before the point of the limit of an answer, and the limit.
    const DIGITS_MAX: i64 = 29;
    const LIMIT: u128 = 79_000_000_000_000_000_000_000_000_000;
    let ball = match number.view() {
        NumberView::Spoilt => return None,
        NumberView::Short(short) => return short.wide().to_decimal(),
        NumberView::Ball(ball) => ball,
    };
    // From 10^29 on, and by less than a fifth less than it seems.
    if ball.least_digits() > DIGITS_MAX && ball.doubt < 0.2 {
        return None;
    }
    let Some((whole, places)) = Quick::rounded_as_answer(ball) else {
        doubt_rounding();
        return None;
    };
    if whole == 0 {
        return Some(Decimal::ZERO);
    }
    if places > 0 {
        return Some(of_parts(whole, ball.negative, places.unsigned_abs()));
    }
    let whole = raised(whole, places.unsigned_abs())?;
    (whole < LIMIT).then(|| of_parts(whole, ball.negative, 0))
}

/// Returns a decimal of up to 96 bits.
#[inline]
pub(super) fn of_parts(mantissa: u128, negative: bool, scale: u32) -> Decimal {
    let [low, middle, high] = [mantissa, mantissa >> 32, mantissa >> 64].map(|part| part as u32);
    Decimal::from_parts(low, middle, high, negative, scale)
}
