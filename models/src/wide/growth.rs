//! Growth step: a product rounded to 38 digits, four times as fast as a product of 76 digits with its rounding.

use ruint::aliases::U256;

use super::arithmetic::Wide;
use super::powers::digits;
use crate::integers::{multiply, quotient};
use crate::work::tick;

/// Digits of a growing amount: as many as 128 bits hold.
const GROWTH_DIGITS: u32 = 38;
/// Work of a growth step.
const GROWTH_UNITS: u64 = 3;

/// Divisor: a power of ten below 2^128, and the reciprocal that replaces the division.
#[derive(Clone, Copy)]
struct Divisor {
    power: u128,
    /// Length of the power in bits, less 1.
    shift: u32,
    /// Reciprocal of the power: 2^(128 + shift) / power, rounded down, 128 bits.
    reciprocal: u128,
}

static DIVISORS: [Divisor; 39] = {
    let mut divisors = [Divisor { power: 1, shift: 0, reciprocal: u128::MAX }; 39];
    let (mut index, mut power) = (1, 10_u128);
    while index < divisors.len() {
        let shift = power.ilog2();
        // 2^shift is below the power, which is no power of two.
        divisors[index] = Divisor { power, shift, reciprocal: quotient(1 << shift, power) };
        index += 1;
        power = power.wrapping_mul(10);
    }
    divisors
};

impl Wide {
    /// Returns the product, rounded half-even to 38 digits.
    pub(crate) fn grown_by(self, factor: Wide) -> Option<Wide> {
        let (Ok(left), Ok(right)) = (u128::try_from(self.mantissa), u128::try_from(factor.mantissa)) else {
            return Some(self.times(factor)?.shortened(GROWTH_DIGITS));
        };
        tick(GROWTH_UNITS);
        let negative = self.negative != factor.negative;
        let exponent = i64::from(self.exponent).saturating_add(factor.exponent.into());
        let (high, low) = multiply(left, right);
        let product = pair(high, low);
        let surplus = digits(&product).saturating_sub(GROWTH_DIGITS);
        let Some(divisor) = DIVISORS.get(surplus as usize).filter(|_| surplus > 0) else {
            return Wide::bounded(negative, product, exponent);
        };
        let mantissa = U256::from(divisor.divide(high, low));
        Wide::bounded(negative, mantissa, exponent.saturating_add(surplus.into()))
    }
}

impl Divisor {
    /// Divides by the power of ten, rounded half-even. The dividend has at most 38 digits more than the power has zeros.
    #[expect(clippy::arithmetic_side_effects, reason = "shifts are below 128, and the remainder below three times 10^38")]
    fn divide(&self, high: u128, low: u128) -> u128 {
        let leading = (high << (128 - self.shift)) | (low >> self.shift);
        // Too small by at most 2: one for each part that was cut off.
        let (mut quotient, _) = multiply(leading, self.reciprocal);
        let mut remainder = low.wrapping_sub(quotient.wrapping_mul(self.power));
        while remainder >= self.power {
            remainder -= self.power;
            quotient += 1;
        }
        let rest = self.power - remainder;
        if remainder > rest || (remainder == rest && quotient & 1 == 1) { quotient + 1 } else { quotient }
    }
}

fn pair(high: u128, low: u128) -> U256 {
    U256::from_limbs([low as u64, (low >> 64) as u64, high as u64, (high >> 64) as u64])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::powers::NARROW_POWERS;
    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn a_step_is_the_product_rounded_to_38_digits(left in any::<u128>(), right in any::<u128>(), shorter in 0_u32..38, smaller in 0_u32..38) {
            let of = |mantissa: u128| Wide { negative: false, mantissa: U256::from(mantissa), exponent: -3 };
            let (left, right) = (of(left / 10_u128.pow(shorter) % 10_u128.pow(38)), of(right / 10_u128.pow(smaller) % 10_u128.pow(38)));
            let expected = left.times(right).unwrap().shortened(GROWTH_DIGITS);
            let grown = left.grown_by(right).unwrap();
            prop_assert_eq!(grown, expected);
            prop_assert!(digits(&grown.mantissa) <= GROWTH_DIGITS + 1);
        }
    }

    #[test]
    fn ties_go_to_the_even_neighbour() {
        let of = |mantissa: u128| Wide { negative: false, mantissa: U256::from(mantissa), exponent: 0 };
        let half = 10_u128.pow(37);
        for (left, right) in [(half + 1, 5), (half + 3, 5), (half + 1, 15), (5 * half + 5, 1), (3 * half, 7)] {
            let tenfold = of(left).times(of(right)).unwrap().times(of(1_000_001)).unwrap();
            let (left, right) = (of(left), of(right).times(of(1_000_001)).unwrap());
            assert_eq!(left.grown_by(right).unwrap(), tenfold.shortened(GROWTH_DIGITS));
        }
    }

    #[test]
    fn every_power_of_ten_is_the_one_it_stands_for() {
        for (index, divisor) in DIVISORS.iter().enumerate().skip(1) {
            assert_eq!(U256::from(divisor.power), NARROW_POWERS[index]);
        }
    }
}
