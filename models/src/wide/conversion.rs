//! Conversion from decimals and doubles to 76 digits, and from 76 digits to answers.

use ruint::aliases::U256;
use rust_decimal::Decimal;

use super::arithmetic::{DIGITS, Wide, of_short, short};
use super::powers::digits;

/// Digits of an answer, and digits of an answer after the point.
const ANSWER_DIGITS: u32 = 28;
/// Limit of an answer's magnitude, as of an input's: 7.9e28.
const ANSWER_LIMIT: u128 = 79_000_000_000_000_000_000_000_000_000;

/// The number 10^28: a mantissa below it needs no rounding to the digits of an answer.
const WITHOUT_ROUNDING: u128 = 10_u128.pow(ANSWER_DIGITS);
/// Digits from which on a mantissa may have been rounded.
const ROUNDED_DIGITS: u32 = DIGITS - 1;
/// Doubt of a rounded mantissa, in units of its last digit, after roundings, logarithms and powers; 30 digits below an answer's
/// last digit.
const ROUNDING_DOUBT: U256 = U256::from_limbs([10_000_000_000_000_000, 0, 0, 0]);

impl Wide {
    pub(crate) fn of(value: Decimal) -> Wide {
        let mantissa = value.mantissa();
        Wide {
            negative: mantissa < 0,
            mantissa: of_short(mantissa.unsigned_abs()),
            exponent: value.scale().cast_signed().saturating_neg(),
        }
    }

    pub(crate) fn of_parts(negative: bool, mantissa: u128, exponent: i32) -> Wide {
        Wide { negative: negative && mantissa != 0, mantissa: of_short(mantissa), exponent }
    }

    /// Returns the mantissa where it fits into 128 bits.
    #[inline]
    pub(crate) fn short_mantissa(&self) -> Option<u128> {
        short(&self.mantissa)
    }

    /// Returns the highest 128 bits of the mantissa, and how many bits were cut off.
    pub(crate) fn leading_bits(self) -> (u128, u32) {
        match short(&self.mantissa) {
            Some(mantissa) => (mantissa, 0),
            None => {
                let dropped = self.mantissa.bit_len().saturating_sub(128);
                (short(&self.mantissa.wrapping_shr(dropped)).unwrap_or(u128::MAX), u32::try_from(dropped).unwrap_or(0))
            }
        }
    }

    /// Rounds as an answer: 28 significant digits, at most 28 of them after the point, half-even, once.
    pub(crate) fn as_answer(self) -> Wide {
        let behind_the_point =
            self.exponent.saturating_neg().saturating_sub(ANSWER_DIGITS.cast_signed()).max(0).cast_unsigned();
        let length = digits(&self.mantissa);
        // A mantissa that fills all its digits was rounded on the way, so an exact tie has become nearly one.
        let doubt = if length >= ROUNDED_DIGITS { ROUNDING_DOUBT } else { U256::ZERO };
        self.without_telling(length.saturating_sub(ANSWER_DIGITS).max(behind_the_point), doubt)
    }

    /// Returns the number as an answer; None when its magnitude is 7.9e28 or more.
    pub(crate) fn to_decimal(self) -> Option<Decimal> {
        // No more digits than an answer has, before or after the point: there is nothing to round.
        if let (Some(mantissa), exponent @ -28..=28) = (short(&self.mantissa), self.exponent)
            && let Some(mantissa @ 1..WITHOUT_ROUNDING) = mantissa.checked_mul(10_u128.pow(exponent.max(0).cast_unsigned()))
        {
            let [low, middle, high] = [mantissa, mantissa >> 32, mantissa >> 64].map(|part| part as u32);
            return Some(Decimal::from_parts(low, middle, high, self.negative, exponent.min(0).unsigned_abs()));
        }
        self.to_rounded_decimal()
    }

    pub(super) fn to_rounded_decimal(self) -> Option<Decimal> {
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

    /// Returns the nearest double, to 15 digits: for estimates, never for an answer.
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

    /// Returns seventeen digits of a double; None where the double is not finite, or too near to 0 to have that many.
    pub(crate) fn from_f64(value: f64) -> Option<Wide> {
        const SMALLEST: f64 = 1e-290;
        if value == 0.0 {
            return Some(Wide::ZERO);
        }
        if !value.is_finite() || value.abs() < SMALLEST {
            return None;
        }
        let exponent = (value.abs().log10().floor() as i32).saturating_sub(16);
        let scaled = value.abs() / 10_f64.powi(exponent);
        Wide::bounded(value < 0.0, U256::from(scaled.round() as u64), exponent.into())
    }
}
