//! Powers of ten as balls, and balls rounded to decimal places.

use super::ball::{Ball, EXPONENT_MAX, UNIT, power_of_two};
use crate::integers::quotient;

/// Largest power of five within 128 bits: up to its exponent a power of ten is exact.
const EXACT: usize = 55;

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
fn power_of_ten(tens: i32) -> Ball {
    let index = tens.unsigned_abs() as usize;
    let ((mantissa, exponent), doubt) = if tens >= 0 { (POWERS[index], 0.0) } else { (RECIPROCALS[index], UNIT) };
    Ball { negative: false, mantissa, exponent, doubt }
}

impl Ball {
    /// Returns the ball × 10^tens; `None` beyond [`EXPONENT_MAX`].
    pub fn times_ten_to_the(self, tens: i32) -> Option<Ball> {
        const LIMIT: u32 = EXPONENT_MAX as u32 / 8;
        match tens.unsigned_abs() {
            0 => Some(self),
            1..=55 => Some(self.times(power_of_ten(tens))),
            LIMIT.. => None,
            mut rest => {
                let (mut power, mut square) = (Ball::ONE, power_of_ten(1));
                while rest > 0 {
                    if rest & 1 == 1 {
                        power = power.times(square);
                    }
                    square = square.times(square);
                    rest >>= 1;
                }
                if tens > 0 { Some(self.times(power)) } else { self.over(power) }
            }
        }
    }

    /// Returns how many digits stand before the point of the least number with this exponent. As many or one more stand before this one's.
    /// 0 or fewer for a number below 1. Holds up to 30,000 digits.
    pub fn least_digits(&self) -> i64 {
        // The number is from 2^top to below 2^(top + 1). The logarithm of 2 to the base 10 lies between 78913 and 78914, by 2^18.
        let top = i64::from(self.exponent) + 127;
        let logarithm = if top >= 0 { (top * 78_913) >> 18 } else { -((-top * 78_914) >> 18) - 1 };
        logarithm + 1
    }

    /// Returns the whole part of a magnitude, and within it `None` where that needs more than 128 bits; `None` where the ball reaches a whole
    /// number.
    pub fn whole_part(&self) -> Option<Option<u128>> {
        if self.doubt > 0.25 {
            return None;
        }
        // In units of the last place.
        let error = (self.doubt * power_of_two(64) * power_of_two(64)) as u128 + 2;
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
    pub fn rounded(self, places: i32) -> Option<u128> {
        let scaled = self.times_ten_to_the(places)?;
        // Of a ball that wide not even the leading digit is known; but it may all lie about 0.
        if scaled.doubt > 0.25 {
            return (scaled.to_f64().abs() * (1.0 + scaled.doubt) < 0.49).then_some(0);
        }
        // In units of the last place.
        let error = (scaled.doubt * power_of_two(64) * power_of_two(64)) as u128 + 2;
        match -scaled.exponent {
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
