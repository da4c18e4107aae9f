//! Integers of a few limbs with a sign, and fractions to multiply them by.
//!
//! A [`Fixed`] is below 0 as its complement of two. Sums, small factors and shifts are exact as long as the result fits; callers see to that.

use crate::work;

/// Numbers of more limbs are long.
pub(super) const SHORT_LIMBS: usize = 6;
/// Products of two limbs that make up a unit of work.
pub(super) const LIMBS_A_UNIT: u64 = 10;

/// An integer of `L` limbs, the lowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fixed<const L: usize>(pub [u64; L]);

/// A fraction from 0 to 1, 1 excluded: so many limbs behind the point, the lowest first.
pub(super) type Behind<const F: usize> = [u64; F];

impl<const L: usize> Fixed<L> {
    pub const ZERO: Fixed<L> = Fixed([0; L]);

    pub fn whole(value: u128) -> Fixed<L> {
        let mut limbs = [0; L];
        limbs[0] = value as u64;
        limbs[1] = (value >> 64) as u64;
        Fixed(limbs)
    }

    /// Returns 2^bit.
    pub fn power_of_two(bit: usize) -> Fixed<L> {
        let mut limbs = [0; L];
        limbs[bit / 64] = 1 << (bit % 64);
        Fixed(limbs)
    }

    #[inline]
    pub fn plus(self, other: Fixed<L>) -> Fixed<L> {
        let mut sum = [0; L];
        let mut carry = false;
        for ((sum, left), right) in sum.iter_mut().zip(self.0).zip(other.0) {
            let (partial, first) = left.overflowing_add(right);
            let (whole, second) = partial.overflowing_add(carry.into());
            (*sum, carry) = (whole, first | second);
        }
        Fixed(sum)
    }

    #[inline]
    pub fn negated(self) -> Fixed<L> {
        Fixed(self.0.map(|limb| !limb)).plus(Fixed::whole(1))
    }

    pub fn minus(self, other: Fixed<L>) -> Fixed<L> {
        self.plus(other.negated())
    }

    #[inline]
    pub fn is_negative(self) -> bool {
        self.0[L - 1] >> 63 == 1
    }

    #[inline]
    pub fn absolute(self) -> Fixed<L> {
        if self.is_negative() { self.negated() } else { self }
    }

    pub fn is_zero(self) -> bool {
        self.0.iter().all(|limb| *limb == 0)
    }

    /// True where the magnitude is above that of an integer of 0 or more.
    #[inline]
    pub fn exceeds(self, other: Fixed<L>) -> bool {
        let size = self.absolute();
        size.0.iter().rev().gt(other.0.iter().rev())
    }

    /// Returns the lesser of two integers of 0 or more.
    pub fn least(self, other: Fixed<L>) -> Fixed<L> {
        if self.exceeds(other) { other } else { self }
    }

    /// Returns the larger of two integers of 0 or more.
    pub fn most(self, other: Fixed<L>) -> Fixed<L> {
        if self.exceeds(other) { self } else { other }
    }

    /// Returns the product with a small number; the sign stays.
    #[inline]
    pub fn times(self, factor: u64) -> Fixed<L> {
        let mut product = [0; L];
        let mut carry = 0_u128;
        for (product, limb) in product.iter_mut().zip(self.0) {
            carry += u128::from(limb) * u128::from(factor);
            *product = carry as u64;
            carry >>= 64;
        }
        Fixed(product)
    }

    /// Returns the product of an integer of 0 or more with a fraction, rounded down.
    ///
    /// Products of long numbers count their work; whoever multiplies short ones does. One limb of the fraction after the other is multiplied, from the lowest on, and one limb of the sum falls off each time: a division by
    /// 2^64 rounded down, and so many of them are one division rounded down.
    #[inline]
    pub fn size_times<const F: usize>(self, fraction: &Behind<F>) -> Fixed<L> {
        let mut sum = [0_u64; L];
        // Nothing comes of the lowest limbs of the fraction where they are 0, nor of the highest ones of a long number that is small.
        let from = fraction.iter().take_while(|limb| **limb == 0).count();
        let up_to = if L > SHORT_LIMBS { self.0.iter().rposition(|limb| *limb != 0).map_or(1, |place| place + 1) } else { L };
        if L > SHORT_LIMBS {
            work::tick((up_to * (F - from)) as u64 / LIMBS_A_UNIT + 1);
        }
        for factor in &fraction[from..] {
            let mut carry = (u128::from(self.0[0]) * u128::from(*factor) + u128::from(sum[0])) >> 64;
            for place in 1..up_to {
                carry += u128::from(self.0[place]) * u128::from(*factor) + u128::from(sum[place]);
                sum[place - 1] = carry as u64;
                carry >>= 64;
            }
            sum[up_to - 1] = carry as u64;
        }
        Fixed(sum)
    }

    /// Returns the product with a fraction, rounded towards 0.
    #[inline]
    pub fn times_fraction<const F: usize>(self, fraction: &Behind<F>) -> Fixed<L> {
        if self.is_negative() { self.negated().size_times(fraction).negated() } else { self.size_times(fraction) }
    }

    /// Divides by 2^bits, rounded down.
    #[inline]
    pub fn halved(self, bits: usize) -> Fixed<L> {
        let (limbs, bits) = (bits / 64, bits % 64);
        let sign = if self.is_negative() { u64::MAX } else { 0 };
        let at = |place: usize| self.0.get(place).copied().unwrap_or(sign);
        let mut shifted = [0; L];
        for (place, limb) in shifted.iter_mut().enumerate() {
            let (low, high) = (at(place + limbs), at(place + limbs + 1));
            *limb = if bits == 0 { low } else { low >> bits | high << (64 - bits) };
        }
        Fixed(shifted)
    }

    /// Divides by a number other than 0, rounded towards 0.
    pub fn over(self, divisor: u64) -> Fixed<L> {
        let mut quotient = [0; L];
        let mut rest = 0_u128;
        for (quotient, limb) in quotient.iter_mut().zip(self.absolute().0).rev() {
            rest = rest << 64 | u128::from(limb);
            *quotient = (rest / u128::from(divisor)) as u64;
            rest %= u128::from(divisor);
        }
        if self.is_negative() { Fixed(quotient).negated() } else { Fixed(quotient) }
    }

    /// Returns the number of bits of the magnitude.
    pub fn bits(self) -> usize {
        let size = self.absolute().0;
        size.iter().rposition(|limb| *limb != 0).map_or(0, |place| 64 * place + 64 - size[place].leading_zeros() as usize)
    }

    /// Returns the number as a double, right to 2^-51 of itself.
    pub fn to_f64(self) -> f64 {
        let size = self.absolute();
        let surplus = size.bits().saturating_sub(64);
        let value = libm::scalbn(size.halved(surplus).0[0] as f64, i32::try_from(surplus).unwrap_or(i32::MAX));
        if self.is_negative() { -value } else { value }
    }

    /// Returns a double of 0 or more × 2^bits, to the bits that a double has; None where that does not fit.
    pub fn of_f64(value: f64, bits: usize) -> Option<Fixed<L>> {
        let (share, exponent) = libm::frexp(value);
        let mantissa = Fixed::whole((share * 9_007_199_254_740_992.0) as u128);
        let shift = i64::from(exponent) - 53 + i64::try_from(bits).ok()?;
        let distance = usize::try_from(shift.unsigned_abs()).ok()?;
        if shift < 0 {
            return Some(mantissa.halved(distance));
        }
        (value.is_finite() && distance + 54 < 64 * L).then(|| mantissa.raised(distance))
    }

    /// Returns the number × 2^bits, where that fits.
    pub fn raised(self, bits: usize) -> Fixed<L> {
        let (limbs, bits) = (bits / 64, bits % 64);
        let mut raised = [0; L];
        let mut low = 0;
        for (raised, limb) in raised.iter_mut().skip(limbs).zip(self.0) {
            *raised = if bits == 0 { limb } else { limb << bits | low >> (64 - bits) };
            low = limb;
        }
        Fixed(raised)
    }

    /// Returns the limbs behind the point, the highest first, of a number that has 64 × F bits there.
    pub fn leading<const F: usize>(self) -> Vec<u64> {
        self.fraction::<F>().into_iter().rev().collect()
    }

    /// Returns the number from 0 to 1 that has these limbs behind its point, the highest first.
    pub fn of_leading<const F: usize>(limbs: &[u64]) -> Fixed<L> {
        let mut number = Fixed::ZERO;
        for (place, limb) in number.0[..F].iter_mut().rev().zip(limbs) {
            *place = *limb;
        }
        number
    }

    /// Returns the limbs behind the point of a number from 0 to 1, 1 excluded, that has 64 × F bits behind its point.
    pub fn fraction<const F: usize>(self) -> Behind<F> {
        let mut fraction = [0; F];
        fraction.copy_from_slice(&self.0[..F]);
        fraction
    }
}

#[cfg(test)]
mod tests {
    use num_bigint::{BigInt, Sign};
    use proptest::prelude::*;

    use super::*;

    fn big<const L: usize>(fixed: Fixed<L>) -> BigInt {
        let bytes: Vec<u8> = fixed.absolute().0.iter().flat_map(|limb| limb.to_le_bytes()).collect();
        BigInt::from_bytes_le(if fixed.is_negative() { Sign::Minus } else { Sign::Plus }, &bytes)
    }

    fn limbs() -> impl Strategy<Value = u64> {
        prop_oneof![Just(0), Just(1), Just(u64::MAX), Just(1 << 63), any::<u64>()]
    }

    proptest! {
        #[test]
        fn arithmetic_agrees_with_big_integers(
            left in prop::array::uniform4(limbs()), right in prop::array::uniform4(limbs()), factor in limbs(),
            fraction in prop::array::uniform2(limbs()), bits in 0_usize..250,
        ) {
            // A factor of 2^64 and a sum have to fit.
            let (left, right) = (Fixed(left).halved(66), Fixed(right).halved(66));
            let two = BigInt::from(2);
            prop_assert_eq!(big(left.plus(right)), big(left) + big(right));
            prop_assert_eq!(big(left.minus(right)), big(left) - big(right));
            prop_assert_eq!(big(left.times(factor)), big(left) * factor);
            prop_assert_eq!(big(left.halved(bits)), big(left) >> bits);
            prop_assert_eq!(left.exceeds(right.absolute()), big(left).magnitude() > big(right).magnitude());
            prop_assert_eq!(left.bits() as u64, big(left).bits());
            prop_assert_eq!(big(left.over(factor.max(1))), big(left) / factor.max(1));
            let behind = BigInt::from(fraction[0]) + BigInt::from(fraction[1]) * two.pow(64);
            // Division of big integers rounds towards 0, as the product does.
            prop_assert_eq!(big(left.times_fraction(&fraction)), big(left) * behind / two.pow(128));
            let small = left.halved(100);
            prop_assert_eq!(big(small.raised(bits.min(90))), big(small) * two.pow(bits.min(90) as u32));
        }

        #[test]
        fn doubles_come_and_go(value in 0.0..1e30_f64) {
            let fixed = Fixed::<4>::of_f64(value, 60).unwrap();
            prop_assert!((fixed.to_f64() / 2_f64.powi(60) - value).abs() <= value * 1e-15 + 1e-18);
            prop_assert_eq!(fixed.negated().to_f64(), -fixed.to_f64());
        }
    }
}
