//! Integers of 320 bits with a sign, which hold a sum of payoffs times probabilities for every request.
//!
//! As integers at the scale of the longest figure, payoffs have up to 57 digits and probabilities up to 29: 284 bits for a product,
//! which a sum weighted by probabilities does not exceed, and one more bit for a difference. Comparisons need no rounding, so that
//! a tie differs from a near miss.

use std::cmp::Ordering;

use ruint::Uint;
use ruint::aliases::U512;
use rust_decimal::Decimal;

use crate::number::Exact;
use crate::wide::Wide;

type Bits = Uint<320, 5>;
type Doubled = Uint<640, 10>;

/// An integer in two's complement. No result of this model is too large for the 320 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Integer(Bits);

impl Integer {
    pub const ZERO: Integer = Integer(Bits::ZERO);

    /// Converts decimal × 10^scale, for a scale that is not below the decimal's own scale.
    pub fn of(decimal: Decimal, scale: u32) -> Integer {
        let mantissa = decimal.mantissa();
        let magnitude = Bits::from(mantissa.unsigned_abs());
        let raised = Integer(magnitude).times(Integer::power_of_ten(scale.saturating_sub(decimal.scale())));
        if mantissa < 0 { raised.negated() } else { raised }
    }

    /// Returns 10^exponent, for an exponent of at most 28.
    pub fn power_of_ten(exponent: u32) -> Integer {
        Integer(Bits::from(10_u128.saturating_pow(exponent)))
    }

    pub fn plus(self, other: Integer) -> Integer {
        Integer(self.0.wrapping_add(other.0))
    }

    pub fn minus(self, other: Integer) -> Integer {
        Integer(self.0.wrapping_sub(other.0))
    }

    pub fn times(self, other: Integer) -> Integer {
        Integer(self.0.wrapping_mul(other.0))
    }

    fn negated(self) -> Integer {
        Integer(self.0.wrapping_neg())
    }

    pub fn is_negative(self) -> bool {
        self.0.bit(Bits::BITS.saturating_sub(1))
    }

    fn magnitude(self) -> Bits {
        if self.is_negative() { self.0.wrapping_neg() } else { self.0 }
    }

    /// Returns the number of bits of the magnitude.
    pub fn length(self) -> usize {
        self.magnitude().bit_len()
    }

    /// Returns number / 2^bits, rounded down, where the quotient fits. Results are in the order of the numbers, or equal.
    pub fn leading(self, bits: usize) -> i64 {
        self.0.arithmetic_shr(bits).as_limbs()[0].cast_signed()
    }

    /// Returns the number / 10^scale.
    pub fn exact(self, scale: u32) -> Exact {
        let magnitude = U512::from(self.magnitude());
        Exact(Wide::from_parts(self.is_negative(), magnitude, i64::from(scale).saturating_neg()))
    }

    /// Returns the number / 10^scale, rounded as an answer; None when the answer does not fit into 28 digits.
    pub fn answer(self, scale: u32) -> Option<Decimal> {
        const ANSWER_LIMIT: u128 = 10_u128.pow(28);
        // Nearly all figures have 28 digits or fewer, and are answered as they are.
        match u128::try_from(self.magnitude()) {
            Ok(magnitude) if magnitude < ANSWER_LIMIT && scale <= Decimal::MAX_SCALE => {
                let signed = i128::try_from(magnitude).ok()?;
                let signed = if self.is_negative() { signed.saturating_neg() } else { signed };
                Decimal::try_from_i128_with_scale(signed, scale).ok()
            }
            _ => self.exact(scale).decimal(),
        }
    }

    /// Compares the quotients above / below and other.above / other.below. All four are 0 or more, and neither quotient is 0 / 0.
    pub fn compare_quotients(above: Integer, below: Integer, other_above: Integer, other_below: Integer) -> Ordering {
        let left: Doubled = above.0.widening_mul(other_below.0);
        let right: Doubled = other_above.0.widening_mul(below.0);
        left.cmp(&right)
    }
}

impl PartialOrd for Integer {
    fn partial_cmp(&self, other: &Integer) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Integer {
    fn cmp(&self, other: &Integer) -> Ordering {
        // The highest limb has the sign; below it, two's complements are in the order of their bits.
        let ([a0, a1, a2, a3, a4], [b0, b1, b2, b3, b4]) = (*self.0.as_limbs(), *other.0.as_limbs());
        a4.cast_signed().cmp(&b4.cast_signed()).then_with(|| (a3, a2, a1, a0).cmp(&(b3, b2, b1, b0)))
    }
}

#[cfg(test)]
mod tests {
    use num_bigint::BigInt;
    use proptest::prelude::*;
    use rust_decimal::dec;

    use super::*;

    fn decimal() -> impl Strategy<Value = Decimal> {
        const MANTISSA_MAX: i128 = 9_999_999_999_999_999_999_999_999_999;
        (-MANTISSA_MAX..=MANTISSA_MAX, 0_u32..28, 0_u32..=28)
            .prop_map(|(mantissa, shorter, scale)| Decimal::from_i128_with_scale(mantissa / 10_i128.pow(shorter), scale))
    }

    fn whole(decimal: Decimal) -> BigInt {
        BigInt::from(decimal.mantissa()) * BigInt::from(10).pow(28 - decimal.scale())
    }

    proptest! {
        #[test]
        fn it_calculates_as_integers_of_any_size_do(a in decimal(), b in decimal(), c in decimal(), d in decimal()) {
            let of = |decimal| Integer::of(decimal, 28);
            prop_assert_eq!(of(a).cmp(&of(b)), a.cmp(&b));
            prop_assert_eq!(of(a).leading(128).cmp(&of(b).leading(128)) as i8 * a.cmp(&b) as i8 >= 0, true);
            let difference = of(a).times(of(b)).minus(of(c).times(of(d)));
            let expected = whole(a) * whole(b) - whole(c) * whole(d);
            // Products of two payoffs need more than 320 bits; a payoff and a probability do not.
            if expected.bits() < 319 {
                prop_assert_eq!(difference.is_negative(), expected.sign() == num_bigint::Sign::Minus);
                prop_assert_eq!(difference.length() as u64, expected.bits());
            }
            let (a, b, c, d) = (a.abs(), b.abs() + dec!(1), c.abs(), d.abs() + dec!(1));
            let compared = Integer::compare_quotients(of(a), of(b), of(c), of(d));
            prop_assert_eq!(compared, (whole(a) * whole(d)).cmp(&(whole(c) * whole(b))));
        }

        #[test]
        fn a_decimal_is_answered_as_it_came(a in decimal()) {
            prop_assert_eq!(Integer::of(a, 28).answer(28), Some(a));
            prop_assert_eq!(Integer::of(a, 28).exact(28).decimal(), Some(a));
        }
    }

    #[test]
    fn what_has_no_28_digits_left_is_rounded_and_what_is_too_large_is_no_answer() {
        let (large, small) = (dec!(7.8e28), dec!(1e-28));
        let of = |decimal| Integer::of(decimal, 28);
        assert_eq!(of(large).plus(of(small)).answer(28), Some(large));
        assert_eq!(of(large).plus(of(large)).answer(28), None);
        assert_eq!(of(large).minus(of(large)), Integer::ZERO);
        assert_eq!(of(small).times(of(small)).answer(56), Some(Decimal::ZERO));
    }
}
