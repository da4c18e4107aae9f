//! Balls: binary numbers of 128 bits, and a bound on how far they are from what they stand for.

use crate::integers::multiply;

/// A ball: ±mantissa × 2^exponent, and every number within `doubt` × its magnitude of it.
///
/// The number that it stands for is the one that the same operations give with 76 digits. The bound holds by induction: an operation's ball
/// contains the exact result for every operand in the operands' balls, widened by [`ROUNDING`], which has room for the rounding to 128 bits and for
/// the rounding to 76 digits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ball {
    pub negative: bool,
    /// Mantissa, whose highest bit is set.
    pub mantissa: u128,
    pub exponent: i32,
    /// Bound on the relative error. From 1 on the sign is unknown.
    pub doubt: f64,
}

/// One unit in the last place of the least mantissa, 2^-127, as a share.
pub(super) const UNIT: f64 = power_of_two(-127);
/// Error of one operation: at most one unit is cut off, and a unit is 10^36 times the rounding of 76 digits.
pub(super) const ROUNDING: f64 = 2.0 * UNIT;
/// Factor above what a dozen operations in doubles, each within 2^-53, and mantissas read to 63 bits, can take from a bound.
const UP: f64 = 1.0 + power_of_two(-40);
/// Largest doubt that is computed with: above it the number is of no use, and below it no bound overflows.
pub(super) const DOUBT_MAX: f64 = 1e100;
/// Largest exponent; beyond it lies nothing that an answer is computed from in passing.
pub(super) const EXPONENT_MAX: i32 = 1 << 28;

const HIGHEST: u128 = 1 << 127;

/// Returns 2^exponent, for an exponent from -1022 to 1023.
pub(super) const fn power_of_two(exponent: i32) -> f64 {
    f64::from_bits(((1023 + exponent) as u64) << 52)
}

impl Ball {
    pub const ONE: Ball = Ball { negative: false, mantissa: HIGHEST, exponent: -127, doubt: 0.0 };

    /// Creates the ball of mantissa × 2^exponent, a number other than 0, with no doubt.
    pub fn of(negative: bool, mantissa: u128, exponent: i32) -> Ball {
        let shift = mantissa.leading_zeros();
        Ball { negative, mantissa: mantissa << shift, exponent: exponent - shift as i32, doubt: 0.0 }
    }

    /// Creates the ball of a double that is normal, exactly.
    pub fn of_f64(value: f64) -> Ball {
        let bits = value.to_bits();
        let mantissa = (bits & ((1 << 52) - 1)) | 1 << 52;
        Ball::of(value < 0.0, mantissa.into(), (bits >> 52 & 0x7ff) as i32 - 1075)
    }

    /// True where no number of the ball is 0, and so all have one sign.
    pub fn has_sign(&self) -> bool {
        self.doubt < 1.0
    }

    pub fn negated(self) -> Ball {
        Ball { negative: !self.negative, ..self }
    }

    /// Returns the mantissa as a double, cut off to 63 bits or more.
    fn leading(mantissa: u128) -> f64 {
        ((mantissa >> 65) as i64) as f64 * power_of_two(65)
    }

    /// Returns the nearest double, to 15 digits; infinite or 0 where the exponent is too large or too small.
    pub fn to_f64(self) -> f64 {
        let half = self.exponent.clamp(-2000, 2000) / 2;
        let rest = self.exponent.clamp(-2000, 2000) - half;
        let magnitude =
            Ball::leading(self.mantissa) * power_of_two(half.clamp(-1022, 1023)) * power_of_two(rest.clamp(-1022, 1023));
        if self.negative { -magnitude } else { magnitude }
    }

    /// Multiplies. |v w - a b| <= |a b| (da + db + da db) for v within da of a, and w within db of b.
    #[inline]
    pub fn times(self, other: Ball) -> Ball {
        let (high, low) = multiply(self.mantissa, other.mantissa);
        let (mantissa, exponent) = if high >= HIGHEST { (high, 128) } else { (high << 1 | low >> 127, 127) };
        Ball {
            negative: self.negative != other.negative,
            mantissa,
            exponent: self.exponent + other.exponent + exponent,
            doubt: (self.doubt + other.doubt + self.doubt * other.doubt + ROUNDING) * UP,
        }
    }

    /// Multiplies by a whole number other than 0.
    #[inline]
    pub fn times_whole(self, whole: u64) -> Ball {
        let shift = whole.leading_zeros();
        let whole = u128::from(whole << shift);
        let lowest = u128::from(self.mantissa as u64) * whole;
        // The product is `high` × 2^64 and the low half of `lowest`, and its first or its second bit is set.
        let high = (self.mantissa >> 64) * whole + (lowest >> 64);
        let (mantissa, exponent) = if high >= HIGHEST { (high, 64) } else { (high << 1 | lowest >> 63 & 1, 63) };
        Ball { mantissa, exponent: self.exponent + exponent - shift as i32, doubt: (self.doubt + ROUNDING) * UP, ..self }
    }

    /// Divides; `None` by a ball that may hold 0. |v / w - a / b| <= |a / b| (da + db) / (1 - db).
    pub fn over(self, divisor: Ball) -> Option<Ball> {
        if divisor.doubt > 0.5 {
            return None;
        }
        // The quotient of the mantissas is from 1/2 to 2, and gets 128 bits either way.
        let fits = self.mantissa >= divisor.mantissa;
        let (high, low, exponent) =
            if fits { (self.mantissa >> 1, self.mantissa << 127, -127) } else { (self.mantissa, 0, -128) };
        Some(Ball {
            negative: self.negative != divisor.negative,
            mantissa: divide(high, low, divisor.mantissa),
            exponent: self.exponent - divisor.exponent + exponent,
            doubt: ((self.doubt + divisor.doubt) / (1.0 - divisor.doubt) + ROUNDING) * UP,
        })
    }

    /// Divides by a whole number other than 0, which adds no doubt of its own beyond the rounding.
    #[inline]
    pub fn over_whole(self, whole: u32) -> Ball {
        // The quotient of mantissa × 2^32, which has 128 bits or up to 32 more, in digits of 32 bits: each is what is left, divided by the divisor.
        let divisor = u64::from(whole);
        let (high, low) = ((self.mantissa >> 64) as u64, self.mantissa as u64);
        let (first, rest) = (high / divisor, high % divisor);
        let above = rest << 32 | low >> 32;
        let (second, rest) = (above / divisor, above % divisor);
        let above = rest << 32 | low & u64::from(u32::MAX);
        let (third, rest) = (above / divisor, above % divisor);
        let fourth = (rest << 32) / divisor;
        let upper = u128::from(first) << 32 | u128::from(second);
        let lower = u128::from(third << 32 | fourth);
        // The first bit of `upper` is among its lowest 64 to 96.
        let shift = upper.leading_zeros();
        let mantissa = upper << shift | lower << shift >> 64;
        Ball { mantissa, exponent: self.exponent + 32 - shift as i32, doubt: (self.doubt + ROUNDING) * UP, ..self }
    }

    pub fn plus(self, other: Ball) -> Ball {
        if self.negative == other.negative {
            return if self.exponent >= other.exponent { self.plus_lower(&other) } else { other.plus_lower(&self) };
        }
        let is_higher = (self.exponent, self.mantissa) >= (other.exponent, other.mantissa);
        if is_higher { self.less_lower(&other) } else { other.less_lower(&self) }
    }

    /// Adds a number of the same sign and of no higher exponent.
    #[inline]
    pub fn plus_lower(&self, low: &Ball) -> Ball {
        let gap = (self.exponent - low.exponent) as u32;
        let doubt = if low.doubt <= self.doubt + 4.0 * ROUNDING {
            // |a| da + |b| db is no more than the larger doubt of |a| + |b|.
            (if low.doubt > self.doubt { low.doubt } else { self.doubt }) + ROUNDING
        } else {
            weighted_doubt(self.mantissa, low.mantissa, gap, self.doubt, low.doubt)
        };
        // Cut off: less than a unit of the lower number, and half a unit after a carry. A shift by less than 64 bits is two instructions.
        let shifted = if gap < 64 { low.mantissa >> (gap & 63) } else { low.mantissa.checked_shr(gap).unwrap_or(0) };
        let (sum, carry) = self.mantissa.overflowing_add(shifted);
        let mantissa = if carry { sum >> 1 | HIGHEST } else { sum };
        Ball { negative: self.negative, mantissa, exponent: self.exponent + i32::from(carry), doubt: doubt * UP }
    }

    /// Subtracts a number of no higher magnitude from one of the other sign: the sign is the higher one's. The errors add up, and are set against what
    /// is left.
    #[inline]
    pub fn less_lower(&self, low: &Ball) -> Ball {
        let gap = (self.exponent - low.exponent) as u32;
        // In units of the higher number's last place: the errors of both, one unit that is cut off, and one to spare.
        let errors = Ball::leading(self.mantissa) * self.doubt + Ball::leading(low.mantissa) * scale_of(gap) * low.doubt;
        let error = errors * UP + 2.0;
        let left = self.mantissa - low.mantissa.checked_shr(gap).unwrap_or(0);
        if left == 0 {
            // The ball about 0 has its middle one unit beside it.
            let exponent = self.exponent - 127;
            return Ball { negative: self.negative, mantissa: HIGHEST, exponent, doubt: (error + 1.0) * UP };
        }
        let shift = left.leading_zeros();
        let mantissa = left << shift;
        // A share of what is left, which is `mantissa` × 2^-shift units.
        let doubt = error / (Ball::leading(mantissa) * scale_of(shift)) * UP + ROUNDING;
        Ball { negative: self.negative, mantissa, exponent: self.exponent - shift as i32, doubt }
    }

    pub fn minus(self, other: Ball) -> Ball {
        self.plus(other.negated())
    }
}

impl Ball {
    /// Returns a ball that holds two balls: this one, widened by how far anything in the other one may be from its middle.
    pub fn widened_to(self, other: Ball) -> Ball {
        let apart = Ball { doubt: 0.0, ..self }.minus(other);
        // |w - a| <= |d| (1 + dd) for every w of the other ball, where d within a share dd holds a - w.
        let gap = self.exponent - apart.exponent;
        let share = Ball::leading(apart.mantissa) / Ball::leading(self.mantissa) * power_of_two((-gap).clamp(-1000, 1000));
        Ball { doubt: self.doubt.max(share * (1.0 + apart.doubt) * UP) * UP + ROUNDING, ..self }
    }
}

/// Returns 2^-gap, or something above it that is as good as 0.
fn scale_of(gap: u32) -> f64 {
    power_of_two(-(gap.min(1000) as i32))
}

/// Returns the doubt of a sum as the mean of both doubts, by the share that each number has in the sum. The low number's exponent is lower by `gap`.
#[inline(never)]
fn weighted_doubt(high: u128, low: u128, gap: u32, of_high: f64, of_low: f64) -> f64 {
    let low_leading = Ball::leading(low) * UP * scale_of(gap);
    let high_leading = Ball::leading(high);
    (high_leading * UP * of_high + low_leading * of_low) / (high_leading + low_leading) * (UP * UP) + ROUNDING
}

/// Divides 256 bits by a divisor whose highest bit is set and that is above `high`, rounded down: two digits of 64 bits, by Knuth's
/// algorithm D (The Art of Computer Programming, volume 2, 4.3.1).
fn divide(high: u128, low: u128, divisor: u128) -> u128 {
    let first = digit(high, low >> 64, divisor);
    // What is left is below the divisor, so the 128 bits that are kept of it are all that it has.
    let rest = (high << 64 | low >> 64).wrapping_sub(first.wrapping_mul(divisor));
    let second = digit(rest, low & u64::MAX as u128, divisor);
    first << 64 | second
}

/// Returns a digit of 64 bits: the quotient of 192 bits, `above` × 2^64 + `next`, by the divisor, where `above` is below the divisor.
fn digit(above: u128, next: u128, divisor: u128) -> u128 {
    const BASE: u128 = 1 << 64;
    let (leading, behind) = (divisor >> 64, divisor & (BASE - 1));
    // Too large by 2 at most.
    let mut digit = above / leading;
    let mut rest = above - digit * leading;
    while digit >= BASE || digit * behind > (rest << 64 | next) {
        digit -= 1;
        rest += leading;
        if rest >= BASE {
            break;
        }
    }
    digit
}
