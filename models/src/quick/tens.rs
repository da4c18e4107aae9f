//! Powers of ten as balls, and balls rounded to decimal places.

use super::ball::{Ball, EXPONENT_MAX, UNIT, power_of_two};
use crate::integers::quotient;

/// Largest power of five within 128 bits: up to its exponent a power of ten is exact.
const EXACT: usize = 55;
/// Exponents of the powers of ten that stand in a table.
pub(super) const TENS_MIN: i32 = -TENS_MAX;
pub(super) const TENS_MAX: i32 = EXACT as i32;

/// Powers of ten from 10^0 on, as mantissa and exponent.
static POWERS: [(u128, i32); EXACT + 1] = {
    let mut powers = [(1 << 127, -127); EXACT + 1];
    let (mut five, mut index) = (1_u128, 1);
    while index < powers.len() {
        five *= 5;
        let shift = five.leading_zeros();
        powers[index] = (five << shift, index as i32 - shift as i32);
        index += 1;
    }
    powers
};

/// Powers of ten from 10^0 down, as mantissa and exponent: 128 bits of each, the rest cut off.
static RECIPROCALS: [(u128, i32); EXACT + 1] = {
    let mut reciprocals = [(1 << 127, -127); EXACT + 1];
    let (mut five, mut index) = (1_u128, 1);
    while index < reciprocals.len() {
        five *= 5;
        let length = five.ilog2();
        // From 2^127 to below 2^128, as the power of five is from 2^length to below 2^(length + 1), and no power of two.
        reciprocals[index] = (quotient(1 << length, five), -128 - length as i32 - index as i32);
        index += 1;
    }
    reciprocals
};

/// Returns 10^tens, for up to 55 tens either way.
#[inline]
pub(super) fn power_of_ten(tens: i32) -> Ball {
    let index = tens.unsigned_abs() as usize;
    let ((mantissa, exponent), doubt) = if tens >= 0 { (POWERS[index], 0.0) } else { (RECIPROCALS[index], UNIT) };
    Ball { negative: false, mantissa, exponent, doubt }
}

impl Ball {
    /// Returns the ball × 10^tens; `None` beyond [`EXPONENT_MAX`].
    #[inline]
    pub fn times_ten_to_the(self, tens: i32) -> Option<Ball> {
        match tens.unsigned_abs() as usize {
            0 => Some(self),
            1..=EXACT => Some(self.times(power_of_ten(tens))),
            _ => self.times_many_tens(tens),
        }
    }

    fn times_many_tens(self, tens: i32) -> Option<Ball> {
        if tens.unsigned_abs() >= EXPONENT_MAX as u32 / 8 {
            return None;
        }
        let (mut power, mut square, mut rest) = (Ball::ONE, power_of_ten(1), tens.unsigned_abs());
        while rest > 0 {
            if rest & 1 == 1 {
                power = power.times(square);
            }
            square = square.times(square);
            rest >>= 1;
        }
        if tens > 0 { Some(self.times(power)) } else { self.over(power) }
    }

    /// Returns how many digits stand before the point of the least number with this exponent. As many or one more stand before this one's.
    /// 0 or fewer for a number below 1. Holds up to 30,000 digits.
    pub fn least_digits(&self) -> i64 {
        // The number is from 2^top to below 2^(top + 1). The logarithm of 2 to the base 10 lies between 78913 and 78914, by 2^18.
        let top = i64::from(self.exponent) + 127;
        let logarithm = if top >= 0 { (top * 78_913) >> 18 } else { -((-top * 78_914) >> 18) - 1 };
        logarithm + 1
    }

    /// Returns how many digits stand before the point of the middle: 0 or fewer for a number below 1. One fewer may be told of a number of more than
    /// 55 of them, and one more of a number within its last bit of a power of ten.
    #[inline]
    pub fn digits(&self) -> i64 {
        let least = self.least_digits();
        let table = if least >= 0 { &POWERS } else { &RECIPROCALS };
        // A digit more from 10^least on.
        let is_more = table
            .get(least.unsigned_abs() as usize)
            .is_some_and(|(mantissa, exponent)| (self.exponent, self.mantissa) >= (*exponent, *mantissa));
        least + i64::from(is_more)
    }

    /// Returns the bound on the error in units of the last place, and two units more; for a doubt of up to 1/4.
    #[inline]
    fn error(&self) -> u128 {
        const UNITS: f64 = power_of_two(64) * power_of_two(64);
        const SMALL: f64 = power_of_two(62);
        let units = self.doubt * UNITS;
        // The conversion to 64 bits is one instruction, that to 128 is forty.
        (if units < SMALL { (units as i64) as u128 } else { units as u128 }) + 2
    }

    /// Returns the whole part of a magnitude, and within it `None` where that needs more than 128 bits; `None` where the ball reaches a whole
    /// number.
    pub fn whole_part(&self) -> Option<Option<u128>> {
        if self.doubt > 0.25 {
            return None;
        }
        let error = self.error();
        match -self.exponent {
            fraction @ 1..=127 => {
                let (whole, part) = (self.mantissa >> fraction, self.mantissa & ((1 << fraction) - 1));
                (part > error && (1 << fraction) - part > error).then_some(Some(whole))
            }
            // From 1/2 to below 1.
            128 => (self.mantissa.wrapping_neg() > error).then_some(Some(0)),
            129.. => Some(Some(0)),
            // From 2^129 on, by less than half less than it seems.
            i32::MIN..=-2 => Some(None),
            _ => None,
        }
    }

    /// Returns the magnitude × 10^places, rounded to the nearest whole number; `None` where the ball reaches a tie, or the result 127 bits.
    ///
    /// A number of 76 digits is taken for the tie that it is near: within 10^16 units of its last digit, or within 10^-40 of the unit that it is
    /// rounded to. Either is less than one of the two units that are added to the error.
    #[inline]
    pub fn rounded(self, places: i32) -> Option<u128> {
        let scaled = self.times_ten_to_the(places)?;
        // Of a ball that wide not even the leading digit is known; but it may all lie about 0.
        if scaled.doubt > 0.25 {
            return (scaled.to_f64().abs() * (1.0 + scaled.doubt) < 0.49).then_some(0);
        }
        let error = scaled.error();
        match -scaled.exponent {
            // A fraction within the lower half, as that of every answer from 0.1 on has: in 64 bits.
            fraction @ 1..=63 if error < 1 << 63 => {
                let (high, low) = ((scaled.mantissa >> 64) as u64, scaled.mantissa as u64);
                let (part, half) = (low & ((1 << fraction) - 1), 1_u64 << (fraction - 1));
                let whole = u128::from(high >> fraction) << 64 | u128::from(high << (64 - fraction) | low >> fraction);
                (part.abs_diff(half) > error as u64).then_some(whole + u128::from(part > half))
            }
            fraction @ 1..=127 => {
                let (whole, part) = (scaled.mantissa >> fraction, scaled.mantissa & ((1 << fraction) - 1));
                let half = 1 << (fraction - 1);
                (part.abs_diff(half) > error).then_some(whole + u128::from(part > half))
            }
            // From 1/2 to below 1.
            128 => (scaled.mantissa - (1 << 127) > error).then_some(1),
            // From 1/4 to below 1/2.
            129 => (scaled.mantissa.wrapping_neg() > error).then_some(0),
            130.. => Some(0),
            _ => None,
        }
    }
}
