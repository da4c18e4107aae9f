//! Binary numbers of 128 bits with a free exponent: they decide a sign where doubles cannot.
//!
//! Results are truncated, in integers only, so that every processor computes the same digits. Each product is right to 2^-126 of
//! itself, each sum to 2^-126 of the larger operand; the caller adds up the errors.

use std::cmp::Ordering;

use num_bigint::{BigInt, Sign};
use ruint::aliases::U512;

use crate::wide::{Wide, power};

/// A binary number: mantissa × 2^exponent with a sign. The mantissa's highest bit is set, or the mantissa is 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct Binary {
    negative: bool,
    mantissa: u128,
    exponent: i64,
}

/// Bound on the relative error of an operation, 2^-126: of the product itself, or of a sum's larger operand.
pub(super) const EPSILON: Binary = Binary { negative: false, mantissa: 1 << 127, exponent: -126 - 127 };

impl Binary {
    pub const ZERO: Binary = Binary { negative: false, mantissa: 0, exponent: 0 };
    pub const ONE: Binary = Binary { negative: false, mantissa: 1 << 127, exponent: -127 };

    fn normal(negative: bool, mantissa: u128, exponent: i64) -> Binary {
        if mantissa == 0 {
            return Binary::ZERO;
        }
        let shift = mantissa.leading_zeros();
        Binary { negative, mantissa: mantissa << shift, exponent: exponent - i64::from(shift) }
    }

    pub fn whole(value: u64) -> Binary {
        Binary::normal(false, value.into(), 0)
    }

    /// Converts a finite double exactly.
    pub fn of_f64(value: f64) -> Binary {
        let bits = value.to_bits();
        let (raised, fraction) = ((bits >> 52 & 0x7ff) as i64, bits & ((1 << 52) - 1));
        let mantissa = if raised == 0 { fraction } else { fraction | 1 << 52 };
        Binary::normal(value < 0.0, mantissa.into(), raised.max(1) - 1075)
    }

    /// Converts a decimal: right to 2^-126 of itself where its exponent is moderate, and to 2^-115 where it is not.
    pub fn of_wide(wide: Wide) -> Binary {
        const POWERS: u32 = 154;
        let exponent = wide.exponent();
        let distance = exponent.unsigned_abs();
        if distance > POWERS {
            let tens = Binary::of_wide(Wide::power_of_ten(if exponent < 0 { -1 } else { 1 })).to_the(distance.into());
            return Binary::of_integer(wide.is_negative(), U512::from(wide.mantissa()), 0).times(tens);
        }
        if exponent >= 0 && distance <= 77 {
            return Binary::of_integer(wide.is_negative(), U512::from(wide.mantissa()).wrapping_mul(power(distance)), 0);
        }
        if exponent >= 0 {
            let high = Binary::of_integer(false, power(distance), 0);
            return Binary::of_integer(wide.is_negative(), U512::from(wide.mantissa()), 0).times(high);
        }
        let mantissa = U512::from(wide.mantissa());
        let divisor = power(distance);
        // As far up as fits: the quotient then has 256 bits less the divisor's surplus, and never fewer than 128 where that is possible.
        let shift = 511_usize.saturating_sub(mantissa.bit_len());
        let quotient = (mantissa << shift) / divisor;
        if quotient.bit_len() >= 127 {
            return Binary::of_integer(wide.is_negative(), quotient, -(shift as i64));
        }
        let tenth = Binary::of_integer(false, (U512::ONE << 509) / power(distance - 77), -509);
        Binary::of_wide(Wide::from_parts(wide.is_negative(), mantissa, -77).unwrap_or(Wide::ZERO)).times(tenth)
    }

    fn of_integer(negative: bool, integer: U512, exponent: i64) -> Binary {
        let surplus = integer.bit_len().saturating_sub(128);
        let mantissa: u128 = (integer >> surplus).wrapping_to();
        Binary::normal(negative, mantissa, exponent + surplus as i64)
    }

    pub fn of_bigint(integer: &BigInt) -> Binary {
        let surplus = integer.bits().saturating_sub(128);
        let leading = integer.magnitude() >> surplus;
        let mantissa = u128::try_from(&leading).unwrap_or(0);
        Binary::normal(integer.sign() == Sign::Minus, mantissa, i64::try_from(surplus).unwrap_or(i64::MAX))
    }

    pub fn is_zero(self) -> bool {
        self.mantissa == 0
    }

    /// Returns the number × 2^bits.
    pub fn shifted(self, bits: i64) -> Binary {
        Binary { exponent: self.exponent + bits, ..self }
    }

    /// Returns the sign: -1, 0 or 1.
    pub fn sign(self) -> i8 {
        if self.is_zero() {
            0
        } else if self.negative {
            -1
        } else {
            1
        }
    }

    pub fn absolute(self) -> Binary {
        Binary { negative: false, ..self }
    }

    pub fn negated(self) -> Binary {
        Binary { negative: !self.negative && !self.is_zero(), ..self }
    }

    pub fn times(self, other: Binary) -> Binary {
        let (high, low) = wide_product(self.mantissa, other.mantissa);
        let exponent = self.exponent + other.exponent + 128;
        let negative = self.negative != other.negative;
        if high >> 127 == 1 || high == 0 {
            return Binary::normal(negative, high, exponent);
        }
        Binary { negative, mantissa: high << 1 | low >> 127, exponent: exponent - 1 }
    }

    /// Divides by a divisor other than 0; the quotient is right to a few units of 2^-126.
    pub fn over(self, divisor: Binary) -> Binary {
        // Newton's steps from a double's reciprocal: 52, 104, 128 bits.
        let scaled = Binary { negative: false, exponent: -127, ..divisor };
        let two = Binary::whole(2);
        let mut reciprocal = Binary::of_f64(1.0 / scaled.to_f64());
        for _ in 0..2 {
            reciprocal = reciprocal.times(two.minus(scaled.times(reciprocal)));
        }
        let quotient = self.times(reciprocal);
        if quotient.is_zero() {
            return quotient;
        }
        Binary {
            negative: self.negative != divisor.negative,
            mantissa: quotient.mantissa,
            exponent: quotient.exponent - divisor.exponent - 127,
        }
    }

    pub fn plus(self, other: Binary) -> Binary {
        if self.is_zero() {
            return other;
        }
        if other.is_zero() {
            return self;
        }
        let (large, small) = if self.exponent >= other.exponent { (self, other) } else { (other, self) };
        // One bit of room for the carry.
        let distance = u32::try_from(large.exponent - small.exponent).unwrap_or(u32::MAX).saturating_add(1);
        let left = large.mantissa >> 1;
        let right = small.mantissa.checked_shr(distance).unwrap_or(0);
        let exponent = large.exponent + 1;
        if large.negative == small.negative {
            return Binary::normal(large.negative, left + right, exponent);
        }
        if left >= right {
            Binary::normal(large.negative, left - right, exponent)
        } else {
            Binary::normal(small.negative, right - left, exponent)
        }
    }

    pub fn minus(self, other: Binary) -> Binary {
        self.plus(other.negated())
    }

    /// Raises to a power by squaring: right to 2 × exponent units of 2^-126, and the error of the base.
    pub fn to_the(self, exponent: u64) -> Binary {
        let (mut result, mut square, mut rest) = (Binary::ONE, self, exponent);
        while rest > 0 {
            if rest & 1 == 1 {
                result = result.times(square);
            }
            rest >>= 1;
            square = square.times(square);
        }
        result
    }

    /// Returns the nearest double: 0 or infinite where the number does not fit into a double.
    pub fn to_f64(self) -> f64 {
        let leading = (self.mantissa >> 64) as u64 as f64;
        let exponent = (self.exponent + 64).clamp(-2000, 2000) as i32;
        let value = libm::scalbn(leading, exponent);
        if self.negative { -value } else { value }
    }

    pub fn exceeds(self, other: Binary) -> bool {
        self.absolute().compare(other.absolute()) == Ordering::Greater
    }

    fn compare(self, other: Binary) -> Ordering {
        match (self.is_zero(), other.is_zero()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            _ => self.exponent.cmp(&other.exponent).then(self.mantissa.cmp(&other.mantissa)),
        }
    }
}

fn wide_product(left: u128, right: u128) -> (u128, u128) {
    const LOW: u128 = u64::MAX as u128;
    let (a, b, c, d) = (left >> 64, left & LOW, right >> 64, right & LOW);
    let (bd, ad, bc) = (b * d, a * d, b * c);
    let middle = (bd >> 64) + (ad & LOW) + (bc & LOW);
    (a * c + (ad >> 64) + (bc >> 64) + (middle >> 64), middle << 64 | bd & LOW)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rust_decimal::Decimal;

    use super::*;

    impl Binary {
        /// Returns log2 of the magnitude, rounded down, of a number other than 0.
        fn magnitude(self) -> i64 {
            self.exponent + 127
        }
    }

    fn near(binary: Binary, expected: Binary) -> bool {
        let difference = binary.minus(expected);
        difference.is_zero() || difference.magnitude() <= expected.magnitude() - 122
    }

    #[test]
    fn a_tenth_times_ten_is_one_but_for_its_last_bits() {
        let tenth = Binary::of_wide(Wide::power_of_ten(-1));
        assert!(near(tenth.times(Binary::whole(10)), Binary::ONE));
        assert!(near(Binary::ONE.over(Binary::whole(10)), tenth));
    }

    #[test]
    fn powers_of_ten_of_any_size_are_reached() {
        for exponent in [-400, -155, -154, -120, -78, -77, -1, 0, 1, 77, 78, 120, 154, 155, 400] {
            let there = Binary::of_wide(Wide::power_of_ten(exponent));
            let back = Binary::of_wide(Wide::power_of_ten(-exponent));
            let difference = there.times(back).minus(Binary::ONE);
            assert!(difference.is_zero() || difference.magnitude() < -113, "{exponent}: {difference:?}");
        }
    }

    proptest! {
        #[test]
        fn operations_agree_with_doubles(left in -1e12..1e12_f64, right in -1e12..1e12_f64) {
            let (a, b) = (Binary::of_f64(left), Binary::of_f64(right));
            prop_assert_eq!(a.to_f64(), left);
            prop_assert!((a.plus(b).to_f64() - (left + right)).abs() <= 1e-3);
            prop_assert!((a.times(b).to_f64() / (left * right) - 1.0).abs() < 1e-15);
            if right != 0.0 {
                prop_assert!((a.over(b).to_f64() / (left / right) - 1.0).abs() < 1e-15);
            }
        }

        #[test]
        fn decimals_keep_their_first_digits(mantissa in 1_i128..79_000_000_000_000_000_000_000_000_000, scale in 0_u32..=28) {
            let wide = Wide::of(Decimal::from_i128_with_scale(mantissa, scale));
            let back = Binary::of_wide(wide).times(Binary::of_wide(Wide::power_of_ten(scale.cast_signed())));
            prop_assert!(near(back, Binary::of_bigint(&BigInt::from(mantissa))));
        }

        #[test]
        fn a_quotient_times_its_divisor_is_the_dividend(left in 1_u64.., right in 1_u64..) {
            let (a, b) = (Binary::whole(left), Binary::whole(right));
            prop_assert!(near(a.over(b).times(b), a));
        }
    }
}
