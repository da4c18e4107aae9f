//! Decimals of 76 digits, and their four operations.

use std::cmp::Ordering;

use ruint::aliases::{U256, U512};

use super::powers::{NARROW_POWERS, digits, digits_wide, divide_by_power, narrow, power, round_half_even};
use crate::integers::raised;
use crate::work::tick;

/// Digits of a mantissa: 10^76 is the largest power of ten whose double still fits into 256 bits.
pub(crate) const DIGITS: u32 = 76;
/// Largest exponent: a number beyond it is an overflow, and a number below its negative is 0. No answer comes near.
const EXPONENT_MAX: i64 = 1_000_000_000;

/// Least exponent of a sum that is looked at no further.
const SHORT_EXPONENT_MIN: i32 = -1_000_000;

/// Work of an operation on mantissas of up to 128 bits, and on longer ones.
const SHORT_UNITS: u64 = 1;
const ADDITION_UNITS: u64 = 2;
const MULTIPLICATION_UNITS: u64 = 1;
/// Work of a product of more than 76 digits, without the work of its rounding.
const WIDE_MULTIPLICATION_UNITS: u64 = 4;
/// Work of a division within 256 bits, and of a division of 512 bits.
const DIVISION_UNITS: u64 = 4;
const WIDE_DIVISION_UNITS: u64 = 10;

const MANTISSA_LIMIT: U256 = NARROW_POWERS[DIGITS as usize];

/// A decimal: mantissa × 10^exponent with a sign. The number 0 has no sign.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wide {
    pub(super) negative: bool,
    pub(super) mantissa: U256,
    pub(super) exponent: i32,
}

impl Wide {
    pub(crate) const ZERO: Wide = Wide { negative: false, mantissa: U256::ZERO, exponent: 0 };
    pub(crate) const ONE: Wide = Wide { negative: false, mantissa: U256::ONE, exponent: 0 };

    pub(crate) const fn power_of_ten(exponent: i32) -> Wide {
        Wide { negative: false, mantissa: U256::ONE, exponent }
    }

    /// Creates a number from a mantissa of at most 76 digits, or of 77 after the carry of a sum, or of more after a product.
    pub(crate) fn from_parts(negative: bool, mantissa: U512, exponent: i64) -> Option<Wide> {
        let surplus = digits_wide(&mantissa).saturating_sub(DIGITS);
        let rounded = divide_by_power(mantissa, surplus);
        Wide::bounded(negative, narrow(rounded), exponent.saturating_add(surplus.into()))
    }

    pub(super) fn bounded(negative: bool, mantissa: U256, exponent: i64) -> Option<Wide> {
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

    /// Returns how many digits stand before the point; 0 or fewer for a number below 1.
    pub(crate) fn magnitude(self) -> i64 {
        i64::from(digits(&self.mantissa)).saturating_add(self.exponent.into())
    }

    pub(crate) fn negated(self) -> Wide {
        Wide { negative: !self.negative && !self.is_zero(), ..self }
    }

    pub(crate) fn absolute(self) -> Wide {
        Wide { negative: false, ..self }
    }

    /// True of a number with the same mantissa, exponent and sign.
    pub(crate) fn is_written_as(self, other: Wide) -> bool {
        (self.mantissa, self.exponent, self.negative) == (other.mantissa, other.exponent, other.negative)
    }

    /// Returns the number with a mantissa that is no multiple of ten, so that equal numbers have equal parts.
    pub(crate) fn without_zeros(self) -> Wide {
        // The bits of a multiple of 10^n end with n zeros.
        let zeros_max = if self.is_zero() { 0 } else { self.mantissa.trailing_zeros().min(DIGITS as usize) };
        let mut shortened = self;
        for places in [64_u32, 32, 16, 8, 4, 2, 1].into_iter().filter(|places| *places as usize <= zeros_max) {
            tick(DIVISION_UNITS);
            let (quotient, remainder) = shortened.mantissa.div_rem(NARROW_POWERS[places as usize]);
            if remainder.is_zero() {
                shortened =
                    Wide { mantissa: quotient, exponent: shortened.exponent.saturating_add(places.cast_signed()), ..shortened };
            }
        }
        shortened
    }

    /// Returns the number × 10^tens.
    pub(crate) fn raised(self, tens: i64) -> Option<Wide> {
        Wide::bounded(self.negative, self.mantissa, i64::from(self.exponent).saturating_add(tens))
    }

    #[inline]
    pub(crate) fn plus(self, other: Wide) -> Option<Wide> {
        // What requests hold is nearly always this short: a fast way to the same sum.
        if self.exponent == other.exponent
            && self.negative == other.negative
            && let (Some(left), Some(right)) = (short(&self.mantissa), short(&other.mantissa))
            && let Some(sum) = left.checked_add(right)
        {
            tick(SHORT_UNITS);
            return Some(Wide { mantissa: of_short(sum), ..self });
        }
        self.plus_any(&other, other.negative)
    }

    /// Adds a number that is taken with another sign than its own, perhaps. What is wide is not copied for its sign's sake.
    fn plus_any(&self, other: &Wide, negative: bool) -> Option<Wide> {
        tick(ADDITION_UNITS);
        if other.is_zero() {
            return Some(*self);
        }
        if self.is_zero() {
            return Some(Wide { negative, ..*other });
        }
        let is_higher = self.exponent >= other.exponent;
        let (high, low) = if is_higher { (self, other) } else { (other, self) };
        let (high_negative, low_negative) = if is_higher { (self.negative, negative) } else { (negative, self.negative) };
        match short_sum(high, high_negative, low, low_negative) {
            Some(sum) => Some(sum),
            None => long_sum(high, high_negative, low, low_negative),
        }
    }

    pub(crate) fn minus(self, other: Wide) -> Option<Wide> {
        self.plus_any(&other, !other.negative)
    }

    #[inline]
    pub(crate) fn times(self, other: Wide) -> Option<Wide> {
        // Likewise.
        if let ([left, 0, 0, 0], [right, 0, 0, 0]) = (*self.mantissa.as_limbs(), *other.mantissa.as_limbs()) {
            let exponent = i64::from(self.exponent).saturating_add(other.exponent.into());
            tick(SHORT_UNITS);
            let product = u128::from(left).wrapping_mul(right.into());
            return Wide::bounded(self.negative != other.negative, of_short(product), exponent);
        }
        self.times_any(other)
    }

    fn times_any(self, other: Wide) -> Option<Wide> {
        let negative = self.negative != other.negative;
        let exponent = i64::from(self.exponent).saturating_add(other.exponent.into());
        if self.mantissa.bit_len().saturating_add(other.mantissa.bit_len()) <= 252 {
            tick(MULTIPLICATION_UNITS);
            return Wide::bounded(negative, self.mantissa.wrapping_mul(other.mantissa), exponent);
        }
        tick(WIDE_MULTIPLICATION_UNITS);
        let product: U512 = self.mantissa.widening_mul(other.mantissa);
        Wide::from_parts(negative, product, exponent)
    }

    /// Divides; None for a divisor of 0, or a quotient that is too large.
    pub(crate) fn over(self, divisor: Wide) -> Option<Wide> {
        if divisor.is_zero() {
            return None;
        }
        let negative = self.negative != divisor.negative;
        let exponent = i64::from(self.exponent).saturating_sub(divisor.exponent.into());
        if let (Some(dividend), Some(short_divisor)) = (short(&self.mantissa), short(&divisor.mantissa)) {
            if let Some((quotient, tens)) = even_quotient(dividend, short_divisor) {
                tick(SHORT_UNITS);
                return Wide::bounded(negative, of_short(quotient), exponent.saturating_sub(tens));
            }
        } else {
            tick(DIVISION_UNITS);
            let (quotient, remainder) = self.mantissa.div_rem(divisor.mantissa);
            if remainder.is_zero() {
                return Wide::bounded(negative, quotient, exponent);
            }
        }
        self.over_to_all_digits(divisor, negative, exponent)
    }

    /// Returns the quotient of numbers other than 0, rounded at the last digit.
    fn over_to_all_digits(self, divisor: Wide, negative: bool, exponent: i64) -> Option<Wide> {
        tick(WIDE_DIVISION_UNITS);
        // As many digits as fit: the quotient has 76 or 77.
        let shift = DIGITS.saturating_add(digits(&divisor.mantissa)).saturating_sub(digits(&self.mantissa));
        let dividend = U512::from(self.mantissa).wrapping_mul(power(shift));
        let divisor = U512::from(divisor.mantissa);
        let (quotient, remainder) = dividend.div_rem(divisor);
        let quotient = round_half_even(quotient, &remainder, &divisor);
        Wide::from_parts(negative, quotient, exponent.saturating_sub(shift.into()))
    }

    /// Rounds half-even to a number of significant digits, which keeps a long recurrence fast.
    pub(crate) fn shortened(self, significant: u32) -> Wide {
        self.without(digits(&self.mantissa).saturating_sub(significant))
    }

    /// Rounds half-even by `count` digits of the mantissa.
    fn without(self, count: u32) -> Wide {
        self.without_telling(count, U256::ZERO)
    }

    /// Rounds half-even by `count` digits of a mantissa whose last digit may be wrong by `doubt` units. A mantissa within that
    /// doubt of a tie counts as a tie.
    pub(super) fn without_telling(self, count: u32, doubt: U256) -> Wide {
        match count {
            0 => self,
            1..=DIGITS => {
                tick(DIVISION_UNITS);
                let divisor = NARROW_POWERS[count as usize];
                let (quotient, remainder) = self.mantissa.div_rem(divisor);
                // A power of ten is even, so half of it is whole.
                let half = divisor.wrapping_shr(1);
                let is_tie = remainder.abs_diff(half) <= doubt;
                let up = if is_tie { quotient.bit(0) } else { remainder > half };
                let mantissa = if up { quotient.wrapping_add(U256::ONE) } else { quotient };
                Wide::bounded(self.negative, mantissa, i64::from(self.exponent).saturating_add(count.into()))
                    .unwrap_or(Wide::ZERO)
            }
            _ => Wide::ZERO,
        }
    }

    /// Returns the least whole number that is not below a number of 0 or more.
    pub(crate) fn rounded_up(self) -> Wide {
        let places = self.exponent.min(0).unsigned_abs();
        match places {
            0 => self,
            1..=DIGITS => {
                let (quotient, remainder) = self.mantissa.div_rem(NARROW_POWERS[places as usize]);
                let mantissa = if remainder.is_zero() { quotient } else { quotient.wrapping_add(U256::ONE) };
                Wide { negative: self.negative, mantissa, exponent: 0 }
            }
            _ if self.is_zero() => Wide::ZERO,
            _ => Wide::ONE,
        }
    }

    /// Returns the least whole number that is not below the number divided by `divisor`, both above 0, without any rounding.
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

    /// Returns the nearest whole number. A number within 10^-places of a tie counts as a tie, and goes to the even number.
    pub(crate) fn nearest_whole(self, places: u32) -> Wide {
        let behind_point = self.exponent.min(0).unsigned_abs();
        let doubt = match behind_point.saturating_sub(places) {
            0 => U256::ZERO,
            surplus => NARROW_POWERS[surplus.min(DIGITS) as usize],
        };
        self.without_telling(behind_point, doubt)
    }

    /// Returns the whole part of a number that is 0 or more; None where that needs more than 128 bits.
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

/// Returns the sum of numbers that fit into 128 bits at the lower exponent, and so does their sum.
#[inline]
fn short_sum(high: &Wide, high_negative: bool, low: &Wide, low_negative: bool) -> Option<Wide> {
    let (left, right) = (short(&high.mantissa)?, short(&low.mantissa)?);
    let left = raised(left, high.exponent.abs_diff(low.exponent))?;
    let (negative, sum) = if high_negative == low_negative {
        (high_negative, left.checked_add(right)?)
    } else if left >= right {
        (high_negative, left.wrapping_sub(right))
    } else {
        (low_negative, right.wrapping_sub(left))
    };
    if sum == 0 {
        return Some(Wide::ZERO);
    }
    // Below the least exponent a number is 0, which is told elsewhere.
    (low.exponent >= SHORT_EXPONENT_MIN).then(|| Wide { negative, mantissa: of_short(sum), exponent: low.exponent })
}

/// Returns the sum of numbers other than 0, to 76 digits.
fn long_sum(high: &Wide, high_negative: bool, low: &Wide, low_negative: bool) -> Option<Wide> {
    let (left, right, exponent) = aligned(high, low);
    if high_negative == low_negative {
        let sum = left.wrapping_add(right);
        if sum < MANTISSA_LIMIT {
            return Wide::bounded(high_negative, sum, exponent);
        }
        return Wide::from_parts(high_negative, U512::from(sum), exponent);
    }
    let (negative, difference) =
        if left >= right { (high_negative, left.wrapping_sub(right)) } else { (low_negative, right.wrapping_sub(left)) };
    Wide::bounded(negative, difference, exponent)
}

/// Converts a mantissa of 128 bits. The conversion of ruint would check for overflow, which cannot happen.
pub(super) fn of_short(mantissa: u128) -> U256 {
    U256::from_limbs([mantissa as u64, (mantissa >> 64) as u64, 0, 0])
}

/// Returns a mantissa that fits into 128 bits, or None.
pub(super) fn short(mantissa: &U256) -> Option<u128> {
    match *mantissa.as_limbs() {
        [low, high, 0, 0] => Some(u128::from(high) << 64 | u128::from(low)),
        _ => None,
    }
}

/// Returns the quotient of two short numbers if it has an end within 38 digits, as most have, and the power of ten to divide it by.
/// Such a quotient has all its digits without a division of 512 bits.
fn even_quotient(dividend: u128, divisor: u128) -> Option<(u128, i64)> {
    const MORE_DIGITS: u32 = 18;
    let (Ok(dividend), Ok(divisor)) = (u64::try_from(dividend), u64::try_from(divisor)) else {
        return (dividend.checked_rem(divisor)? == 0)
            .then(|| dividend.checked_div(divisor))
            .flatten()
            .map(|quotient| (quotient, 0));
    };
    if dividend.checked_rem(divisor)? == 0 {
        return Some((dividend.checked_div(divisor)?.into(), 0));
    }
    let raised = u128::from(dividend).checked_mul(10_u128.pow(MORE_DIGITS))?;
    let quotient = raised.checked_div(divisor.into())?;
    (quotient.wrapping_mul(divisor.into()) == raised).then_some((quotient, MORE_DIGITS.into()))
}

/// Returns both mantissas at one exponent. Where the numbers lie too far apart, the lower one loses digits beyond the 76th.
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rust_decimal::{Decimal, dec};

    use super::*;

    fn wide(decimal: Decimal) -> Wide {
        Wide::of(decimal)
    }

    /// Generates any decimal that a request may hold.
    fn decimal() -> impl Strategy<Value = Decimal> {
        const MANTISSA_MAX: i128 = 9_999_999_999_999_999_999_999_999_999;
        (-MANTISSA_MAX..=MANTISSA_MAX, 0_u32..28, 0_u32..=28)
            .prop_map(|(mantissa, shorter, scale)| Decimal::from_i128_with_scale(mantissa / 10_i128.pow(shorter), scale))
    }

    #[test]
    fn a_third_times_three_is_one() {
        let third = Wide::ONE.over(wide(dec!(3))).unwrap();
        assert_eq!(third.times(wide(dec!(3))).unwrap().to_decimal(), Some(Decimal::ONE));
    }

    #[test]
    fn a_product_too_small_for_a_decimal_is_not_lost() {
        let tiny = wide(dec!(0.0000000000000000000000000001));
        let square = tiny.times(tiny).unwrap();
        assert_eq!(square.to_decimal(), Some(Decimal::ZERO));
        assert_eq!(tiny.over(square).unwrap().to_decimal(), Some(dec!(10000000000000000000000000000)));
    }

    #[test]
    fn a_product_too_large_for_a_decimal_can_be_divided_again() {
        let large = wide(dec!(7e28));
        let square = large.times(large).unwrap();
        assert_eq!(square.to_decimal(), None);
        assert_eq!(square.over(large).unwrap().to_decimal(), Some(dec!(7e28)));
    }

    #[test]
    fn the_smallest_and_the_largest_amount_add_up_exactly() {
        let (large, small) = (wide(dec!(78999999999999999999999999990)), wide(dec!(0.0000000000000000000000000001)));
        let sum = large.plus(small).unwrap();
        assert_eq!(sum.minus(large).unwrap().to_decimal(), Some(dec!(0.0000000000000000000000000001)));
    }

    #[test]
    fn an_answer_is_rounded_half_even_once() {
        let hair = Wide::power_of_ten(-60);
        let half = wide(dec!(0.5)).times(Wide::power_of_ten(-27)).unwrap();
        let one = Wide::ONE;
        let answer = |number: Wide| number.to_decimal().unwrap().to_string();
        assert_eq!(answer(one.plus(half).unwrap()), "1.000000000000000000000000000");
        assert_eq!(answer(one.plus(half).unwrap().plus(hair).unwrap()), "1.000000000000000000000000001");
        assert_eq!(answer(one.plus(half).unwrap().minus(hair).unwrap()), "1.000000000000000000000000000");
        assert_eq!(answer(half.times(Wide::power_of_ten(-1)).unwrap()), "0");
    }

    #[test]
    fn a_tie_that_was_divided_and_multiplied_again_is_still_one() {
        // 20411810 / 3.25 × 3.25 + 34279625.6073692164098180588750 is a tie at the 28th digit.
        let (capital, life) = (wide(dec!(20411810)), wide(dec!(3.25)));
        let roic = wide(dec!(0.51673894230642745035));
        let charge = capital.over(life).unwrap().plus(roic.times(capital).unwrap()).unwrap();
        let lifetime = charge.times(life).unwrap();
        assert_eq!(lifetime.to_decimal(), Some(dec!(54691435.60736921640981805888)));
    }

    #[test]
    fn a_whole_number_is_not_rounded_up_and_a_hair_more_is() {
        let up = |number: Wide| number.rounded_up().to_decimal().unwrap();
        assert_eq!(up(wide(dec!(2.000))), dec!(2));
        assert_eq!(up(wide(dec!(2)).plus(Wide::power_of_ten(-70)).unwrap()), dec!(3));
        assert_eq!(up(Wide::power_of_ten(-500)), dec!(1));
        assert_eq!(up(Wide::ZERO), dec!(0));
        assert_eq!(up(Wide::power_of_ten(20)), dec!(100000000000000000000));
    }

    #[test]
    fn answers_end_below_seven_point_nine_e_twenty_eight() {
        assert!(wide(dec!(78999999999999999999999999990)).to_decimal().is_some());
        assert_eq!(wide(dec!(7.9e28)).to_decimal(), None);
        assert_eq!(wide(dec!(-7.9e28)).to_decimal(), None);
        assert_eq!(Wide::power_of_ten(29).to_decimal(), None);
    }

    #[test]
    fn nothing_divided_by_nothing_has_no_value() {
        assert!(Wide::ONE.over(Wide::ZERO).is_none());
        assert!(Wide::ZERO.over(Wide::ZERO).is_none());
        assert!(Wide::ZERO.over(Wide::ONE).unwrap().is_zero());
    }

    #[test]
    fn an_exponent_beyond_all_bounds_is_no_number_and_below_them_nothing() {
        let mut large = Wide::power_of_ten(900_000_000);
        assert!(large.times(large).is_none());
        large = Wide::power_of_ten(-900_000_000);
        assert!(large.times(large).unwrap().is_zero());
    }

    #[test]
    fn a_quotient_a_hair_above_a_whole_number_rounds_up() {
        let up = |above, below| wide(above).quotient_rounded_up(wide(below)).unwrap().to_decimal();
        assert_eq!(up(dec!(10000), dec!(30)), Some(dec!(334)));
        assert_eq!(up(dec!(9990), dec!(30)), Some(dec!(333)));
        assert_eq!(up(dec!(9990.000000000000000000000001), dec!(30)), Some(dec!(334)));
        assert_eq!(up(dec!(0.0000000000000000000000000001), dec!(7e28)), Some(dec!(1)));
    }

    proptest! {
        #[test]
        fn sums_and_products_of_two_decimals_are_exact(left in decimal(), right in decimal()) {
            let (a, b) = (wide(left), wide(right));
            prop_assert_eq!(a.plus(b).unwrap().minus(b).unwrap(), a);
            if !right.is_zero() {
                prop_assert_eq!(a.times(b).unwrap().over(b).unwrap(), a);
            }
            if let Some(sum) = left.checked_add(right).filter(|sum| sum.scale() == left.scale().max(right.scale()) && sum.mantissa().unsigned_abs() < 10_u128.pow(28)) {
                prop_assert_eq!(a.plus(b).unwrap().to_decimal(), Some(sum));
            }
        }

        #[test]
        fn what_need_not_be_rounded_is_what_is_rounded(decimal in decimal(), exponent in -32_i32..32) {
            let number = Wide { exponent, ..wide(decimal) };
            prop_assert_eq!(number.to_decimal(), number.to_rounded_decimal());
        }

        #[test]
        fn order_is_that_of_decimals(left in decimal(), right in decimal()) {
            prop_assert_eq!(wide(left).cmp(&wide(right)), left.cmp(&right));
        }

        #[test]
        fn a_quotient_times_its_divisor_is_within_a_unit_of_the_76th_digit(left in decimal(), right in decimal()) {
            prop_assume!(!right.is_zero() && !left.is_zero());
            let back = wide(left).over(wide(right)).unwrap().times(wide(right)).unwrap();
            let error = back.minus(wide(left)).unwrap().over(wide(left)).unwrap().absolute();
            prop_assert!(error <= Wide::power_of_ten(-74), "{error:?}");
        }

        #[test]
        fn sums_and_products_of_short_numbers_are_those_of_any(left in decimal(), right in decimal(), short in 1_u32..28, same: bool) {
            let (left, right) = (left.trunc_with_scale(short), right.trunc_with_scale(short));
            let (a, mut b) = (Wide { mantissa: wide(left).mantissa >> short, ..wide(left) }, wide(right));
            if same {
                b = Wide { negative: a.negative, exponent: a.exponent, ..b };
            }
            prop_assert_eq!(a.plus(b), a.plus_any(&b, b.negative));
            prop_assert_eq!(a.minus(b), a.plus(b.negated()));
            let (high, low) = if a.exponent >= b.exponent { (a, b) } else { (b, a) };
            if !a.is_zero() && !b.is_zero() {
                let parts = |sum: Option<Wide>| sum.map(|sum| (sum.negative, sum.mantissa, sum.exponent));
                let short = parts(short_sum(&high, high.negative, &low, low.negative));
                prop_assert!(short.is_none() || short == parts(long_sum(&high, high.negative, &low, low.negative)));
            }
            prop_assert_eq!(a.times(b), a.times_any(b));
        }

        /// Figures with few digits, as people write them.
        #[test]
        fn a_quotient_that_comes_out_even_is_the_one_of_all_digits(left in 1_u64.., right in 1_u64.., shorter in 0_u32..19, smaller in 0_u32..19, whole: bool, tens in -30_i32..30) {
            let (mut left, right) = ((left / 10_u64.pow(shorter)).max(1), (right / 10_u64.pow(smaller)).max(1));
            if whole {
                left = right.wrapping_mul(left).max(1);
            }
            let of = |mantissa: u64, exponent| Wide { negative: false, mantissa: U256::from(mantissa), exponent };
            let (dividend, divisor) = (of(left, tens), of(right, -3));
            let (quotient, slow) = (dividend.over(divisor).unwrap(), dividend.over_to_all_digits(divisor, false, i64::from(tens) + 3).unwrap());
            prop_assert_eq!(quotient, slow);
            prop_assert_eq!(quotient.as_answer(), slow.as_answer());
            prop_assert_eq!(quotient.to_decimal(), slow.to_decimal());
        }

        #[test]
        fn doubles_and_back_keep_fifteen_digits(value in decimal()) {
            prop_assume!(!value.is_zero());
            let back = Wide::from_f64(wide(value).to_f64()).unwrap();
            let error = back.minus(wide(value)).unwrap().over(wide(value)).unwrap().absolute();
            prop_assert!(error <= Wide::power_of_ten(-15), "{back:?}");
        }
    }
}
