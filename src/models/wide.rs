//! Decimals wide enough that no formula here rounds where it matters: 76 digits and a free exponent.
//!
//! A request's decimals have at most 28 digits, 28 of them after the point. Every sum of such numbers and every product of two of
//! them fits into 76 digits and is exact; quotients are rounded once at the 76th, so that 48 guard digits stand between what is
//! computed and the 28 that are answered. Intermediate results are never too large or too small: only an answer can be.

use std::cmp::Ordering;

use ruint::aliases::{U256, U512};
use rust_decimal::Decimal;

/// Digits that a mantissa may have: 10^76 is the largest power of ten whose double still fits into 256 bits.
pub(crate) const DIGITS: u32 = 76;
/// Beyond it a number is too large to be computed with, and below its negative it is 0. No answer comes near.
const EXPONENT_MAX: i64 = 1_000_000_000;
/// Digits of an answer, and of an answer after the point.
const ANSWER_DIGITS: u32 = 28;
/// An answer's magnitude is below 7.9e28, as an input's is.
const ANSWER_LIMIT: u128 = 79_000_000_000_000_000_000_000_000_000;

const POWERS: [U512; 155] = {
    let mut powers = [U512::ONE; 155];
    let mut limbs = [0_u64; 8];
    limbs[0] = 1;
    let mut index = 1;
    while index < powers.len() {
        let (mut limb, mut carry) = (0, 0_u128);
        while limb < limbs.len() {
            let product = limbs[limb] as u128 * 10 + carry;
            limbs[limb] = product as u64;
            carry = product >> 64;
            limb += 1;
        }
        powers[index] = U512::from_limbs(limbs);
        index += 1;
    }
    powers
};

const NARROW_POWERS: [U256; 78] = {
    let mut powers = [U256::ONE; 78];
    let mut index = 0;
    while index < powers.len() {
        let limbs = POWERS[index].as_limbs();
        powers[index] = U256::from_limbs([limbs[0], limbs[1], limbs[2], limbs[3]]);
        index += 1;
    }
    powers
};

const MANTISSA_LIMIT: U256 = NARROW_POWERS[DIGITS as usize];

/// A decimal: mantissa × 10^exponent with a sign. A zero has no sign.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wide {
    negative: bool,
    mantissa: U256,
    exponent: i32,
}

impl Wide {
    pub(crate) const ZERO: Wide = Wide { negative: false, mantissa: U256::ZERO, exponent: 0 };
    pub(crate) const ONE: Wide = Wide { negative: false, mantissa: U256::ONE, exponent: 0 };

    pub(crate) const fn power_of_ten(exponent: i32) -> Wide {
        Wide { negative: false, mantissa: U256::ONE, exponent }
    }

    pub(crate) fn of(value: Decimal) -> Wide {
        let mantissa = value.mantissa();
        Wide {
            negative: mantissa < 0,
            mantissa: U256::from(mantissa.unsigned_abs()),
            exponent: -value.scale().cast_signed(),
        }
    }

    /// A mantissa of at most 76 digits, or of 77 that a sum has carried into, or a larger one from a product.
    pub(crate) fn from_parts(negative: bool, mantissa: U512, exponent: i64) -> Option<Wide> {
        let surplus = digits_wide(&mantissa).saturating_sub(DIGITS);
        let rounded = divide_by_power(mantissa, surplus);
        Wide::bounded(negative, narrow(rounded), exponent.saturating_add(surplus.into()))
    }

    fn bounded(negative: bool, mantissa: U256, exponent: i64) -> Option<Wide> {
        if mantissa.is_zero() || exponent < -EXPONENT_MAX {
            return Some(Wide::ZERO);
        }
        if exponent > EXPONENT_MAX {
            return None;
        }
        Some(Wide { negative, mantissa, exponent: i32::try_from(exponent).ok()? })
    }

    pub(crate) fn is_zero(self) -> bool {
        self.mantissa.is_zero()
    }

    pub(crate) fn is_negative(self) -> bool {
        self.negative
    }

    pub(crate) fn mantissa(self) -> U256 {
        self.mantissa
    }

    pub(crate) fn exponent(self) -> i32 {
        self.exponent
    }

    /// How many digits stand before the point; 0 or fewer for a number below 1.
    pub(crate) fn magnitude(self) -> i64 {
        i64::from(digits(&self.mantissa)).saturating_add(self.exponent.into())
    }

    pub(crate) fn negated(self) -> Wide {
        Wide { negative: !self.negative && !self.is_zero(), ..self }
    }

    pub(crate) fn absolute(self) -> Wide {
        Wide { negative: false, ..self }
    }

    pub(crate) fn plus(self, other: Wide) -> Option<Wide> {
        if self.is_zero() {
            return Some(other);
        }
        if other.is_zero() {
            return Some(self);
        }
        let (high, low) = if self.exponent >= other.exponent { (self, other) } else { (other, self) };
        let (left, right, exponent) = aligned(&high, &low);
        if high.negative == low.negative {
            let sum = left.wrapping_add(right);
            if sum < MANTISSA_LIMIT {
                return Wide::bounded(high.negative, sum, exponent);
            }
            return Wide::from_parts(high.negative, U512::from(sum), exponent);
        }
        let (negative, difference) =
            if left >= right { (high.negative, left.wrapping_sub(right)) } else { (low.negative, right.wrapping_sub(left)) };
        Wide::bounded(negative, difference, exponent)
    }

    pub(crate) fn minus(self, other: Wide) -> Option<Wide> {
        self.plus(other.negated())
    }

    pub(crate) fn times(self, other: Wide) -> Option<Wide> {
        let negative = self.negative != other.negative;
        let exponent = i64::from(self.exponent).saturating_add(other.exponent.into());
        if self.mantissa.bit_len().saturating_add(other.mantissa.bit_len()) <= 252 {
            return Wide::bounded(negative, self.mantissa.wrapping_mul(other.mantissa), exponent);
        }
        let product: U512 = self.mantissa.widening_mul(other.mantissa);
        Wide::from_parts(negative, product, exponent)
    }

    /// None for a divisor of 0, or a quotient that is too large.
    pub(crate) fn over(self, divisor: Wide) -> Option<Wide> {
        if divisor.is_zero() {
            return None;
        }
        let negative = self.negative != divisor.negative;
        let exponent = i64::from(self.exponent).saturating_sub(divisor.exponent.into());
        let (quotient, remainder) = self.mantissa.div_rem(divisor.mantissa);
        if remainder.is_zero() {
            return Wide::bounded(negative, quotient, exponent);
        }
        // As many digits as fit: the quotient has 76 or 77.
        let shift = DIGITS.saturating_add(digits(&divisor.mantissa)).saturating_sub(digits(&self.mantissa));
        let dividend = U512::from(self.mantissa).wrapping_mul(power(shift));
        let divisor = U512::from(divisor.mantissa);
        let (quotient, remainder) = dividend.div_rem(divisor);
        let quotient = round_half_even(quotient, &remainder, &divisor);
        Wide::from_parts(negative, quotient, exponent.saturating_sub(shift.into()))
    }

    /// Half-even at the given number of significant digits: what a long recurrence keeps, to stay fast.
    pub(crate) fn shortened(self, significant: u32) -> Wide {
        self.without(digits(&self.mantissa).saturating_sub(significant))
    }

    /// As an answer is written: 28 significant digits, at most 28 of them after the point, rounded half-even, once.
    pub(crate) fn as_answer(self) -> Wide {
        let behind_the_point = self.exponent.saturating_neg().saturating_sub(ANSWER_DIGITS.cast_signed()).max(0).cast_unsigned();
        self.without(digits(&self.mantissa).saturating_sub(ANSWER_DIGITS).max(behind_the_point))
    }

    /// Rounds the last `count` digits of the mantissa away, half-even.
    fn without(self, count: u32) -> Wide {
        match count {
            0 => self,
            1..=DIGITS => {
                let divisor = NARROW_POWERS[count as usize];
                let (quotient, remainder) = self.mantissa.div_rem(divisor);
                let doubled = remainder.wrapping_add(remainder);
                let up = doubled > divisor || (doubled == divisor && quotient.bit(0));
                let mantissa = if up { quotient.wrapping_add(U256::ONE) } else { quotient };
                Wide::bounded(self.negative, mantissa, i64::from(self.exponent).saturating_add(count.into()))
                    .unwrap_or(Wide::ZERO)
            }
            _ => Wide::ZERO,
        }
    }

    /// The answer; None when its magnitude is 7.9e28 or more.
    pub(crate) fn to_decimal(self) -> Option<Decimal> {
        let answer = self.as_answer();
        if answer.is_zero() {
            return Some(Decimal::ZERO);
        }
        if answer.magnitude() > 29 {
            return None;
        }
        let raised = answer.exponent.max(0).cast_unsigned();
        let mantissa = u128::try_from(answer.mantissa).ok()?.checked_mul(10_u128.checked_pow(raised)?)?;
        let scale = answer.exponent.min(0).unsigned_abs();
        if scale == 0 && mantissa >= ANSWER_LIMIT {
            return None;
        }
        let signed = i128::try_from(mantissa).ok()?;
        let signed = if answer.negative { signed.checked_neg()? } else { signed };
        Decimal::try_from_i128_with_scale(signed, scale).ok()
    }

    /// The least whole number that is not below this one divided by `divisor`, both above 0, without any rounding.
    pub(crate) fn quotient_rounded_up(self, divisor: Wide) -> Option<Wide> {
        let lowest = self.exponent.min(divisor.exponent);
        let raise = |number: Wide| {
            let by = u32::try_from(number.exponent.checked_sub(lowest)?).ok().filter(|by| *by <= DIGITS)?;
            Some(U512::from(number.mantissa).wrapping_mul(power(by)))
        };
        let (quotient, remainder) = raise(self)?.div_rem(raise(divisor)?);
        let whole = if remainder.is_zero() { quotient } else { quotient.wrapping_add(U512::ONE) };
        Wide::from_parts(false, whole, 0)
    }

    /// The whole part of a number that is 0 or more; None where it needs more than 128 bits.
    pub(crate) fn whole(self) -> Option<u128> {
        if self.exponent >= 0 {
            let factor = 10_u128.checked_pow(self.exponent.cast_unsigned())?;
            return u128::try_from(self.mantissa).ok()?.checked_mul(factor);
        }
        let places = self.exponent.unsigned_abs();
        if places > DIGITS {
            return Some(0);
        }
        u128::try_from(self.mantissa.wrapping_div(NARROW_POWERS[places as usize])).ok()
    }

    /// The nearest double, to 15 digits: for looking around quickly, never for an answer.
    pub(crate) fn to_f64(self) -> f64 {
        let bits = self.mantissa.bit_len();
        let shift = bits.saturating_sub(64);
        let leading = self.mantissa.wrapping_shr(shift).as_limbs()[0] as f64;
        // In two steps, so that 76 digits after the point do not underflow on their way.
        let scaled = leading * 2_f64.powi(i32::try_from(shift).unwrap_or(0));
        let half = self.exponent / 2;
        let value = scaled * 10_f64.powi(half) * 10_f64.powi(self.exponent.saturating_sub(half));
        if self.negative { -value } else { value }
    }

    /// Seventeen digits of a double; None where it is not finite.
    pub(crate) fn from_f64(value: f64) -> Option<Wide> {
        if !value.is_finite() {
            return None;
        }
        if value == 0.0 {
            return Some(Wide::ZERO);
        }
        let exponent = value.abs().log10().floor() as i32 - 16;
        let scaled = value.abs() / 10_f64.powi(exponent);
        Wide::bounded(value < 0.0, U256::from(scaled.round() as u64), exponent.into())
    }
}

impl PartialEq for Wide {
    fn eq(&self, other: &Wide) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Wide {}

impl PartialOrd for Wide {
    fn partial_cmp(&self, other: &Wide) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Wide {
    fn cmp(&self, other: &Wide) -> Ordering {
        // A difference that does not fit has the sign of the larger number, which then is not other.
        match self.minus(*other) {
            Some(difference) if difference.is_zero() => Ordering::Equal,
            Some(difference) if difference.negative => Ordering::Less,
            Some(_) => Ordering::Greater,
            None if self.negative => Ordering::Less,
            None => Ordering::Greater,
        }
    }
}

/// Both mantissas at one exponent. Where they lie too far apart the lower one loses digits beyond the 76th.
fn aligned(high: &Wide, low: &Wide) -> (U256, U256, i64) {
    let gap = high.exponent.abs_diff(low.exponent);
    if gap == 0 {
        return (high.mantissa, low.mantissa, low.exponent.into());
    }
    let room = DIGITS.saturating_sub(digits(&high.mantissa));
    if gap <= room {
        return (high.mantissa.wrapping_mul(NARROW_POWERS[gap as usize]), low.mantissa, low.exponent.into());
    }
    let left = high.mantissa.wrapping_mul(NARROW_POWERS[room as usize]);
    let right = low.without(gap.saturating_sub(room)).mantissa;
    (left, right, i64::from(high.exponent).saturating_sub(room.into()))
}

/// 10 to the given power, at most 154.
pub(crate) fn power(exponent: u32) -> U512 {
    POWERS[exponent as usize]
}

/// How many digits a mantissa has; 0 has none.
pub(crate) fn digits(mantissa: &U256) -> u32 {
    // bits × log10(2), rounded down, is the number of digits or one less.
    let estimate = (mantissa.bit_len() * 78_913) >> 18;
    estimate as u32 + u32::from(*mantissa >= NARROW_POWERS[estimate])
}

fn digits_wide(mantissa: &U512) -> u32 {
    let estimate = (mantissa.bit_len() * 78_913) >> 18;
    estimate as u32 + u32::from(*mantissa >= POWERS[estimate])
}

fn divide_by_power(mantissa: U512, exponent: u32) -> U512 {
    if exponent == 0 {
        return mantissa;
    }
    let divisor = power(exponent);
    let (quotient, remainder) = mantissa.div_rem(divisor);
    round_half_even(quotient, &remainder, &divisor)
}

fn round_half_even(quotient: U512, remainder: &U512, divisor: &U512) -> U512 {
    let rest = divisor.wrapping_sub(*remainder);
    if *remainder > rest || (*remainder == rest && quotient.bit(0)) { quotient.wrapping_add(U512::ONE) } else { quotient }
}

fn narrow(mantissa: U512) -> U256 {
    let limbs = mantissa.as_limbs();
    U256::from_limbs([limbs[0], limbs[1], limbs[2], limbs[3]])
}
