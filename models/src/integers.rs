//! Whole numbers of 128 bits, multiplied and divided beyond their size.

/// Returns the 256 bits of a product, in two halves: the upper one first.
#[inline]
#[expect(clippy::arithmetic_side_effects, reason = "each sum of three 64-bit products and carries fits into 128 bits")]
pub(crate) fn multiply(left: u128, right: u128) -> (u128, u128) {
    const MASK: u128 = u64::MAX as u128;
    let (left_high, left_low) = (left >> 64, left & MASK);
    let (right_high, right_low) = (right >> 64, right & MASK);
    let lowest = left_low * right_low;
    let crossed = left_high * right_low + (lowest >> 64);
    let middle = left_low * right_high + (crossed & MASK);
    let high = left_high * right_high + (crossed >> 64) + (middle >> 64);
    (high, (middle << 64) | (lowest & MASK))
}

/// Largest power of ten within 128 bits.
const TENS_MAX: usize = 38;

/// Powers of ten from 10^0 on.
static POWERS_OF_TEN: [u128; TENS_MAX + 1] = {
    let mut powers = [1; TENS_MAX + 1];
    let mut index = 1;
    while index < powers.len() {
        powers[index] = 10_u128.pow(index as u32);
        index += 1;
    }
    powers
};

/// Returns the number × 10^tens; `None` where that needs more than 128 bits. A table takes a tenth of the instructions that a power takes.
#[inline]
pub(crate) fn raised(number: u128, tens: u32) -> Option<u128> {
    /// Largest power of ten within 64 bits.
    const SHORT_TENS_MAX: u32 = 19;
    if tens == 0 {
        return Some(number);
    }
    let power = *POWERS_OF_TEN.get(tens as usize)?;
    match u64::try_from(number) {
        // A product of 64 bits is one instruction.
        Ok(number) if tens <= SHORT_TENS_MAX => Some(u128::from(number).wrapping_mul(u128::from(power as u64))),
        _ => number.checked_mul(power),
    }
}

/// Computes 2^128 × dividend / divisor, rounded down, for a dividend below the divisor: so the quotient has at most 128 bits.
#[expect(clippy::arithmetic_side_effects, reason = "a count to 128")]
pub(crate) const fn quotient(dividend: u128, divisor: u128) -> u128 {
    let (mut remainder, mut quotient, mut bit) = (dividend, 0_u128, 0);
    while bit < 128 {
        let carry = remainder >> 127 == 1;
        remainder <<= 1;
        quotient <<= 1;
        if carry || remainder >= divisor {
            remainder = remainder.wrapping_sub(divisor);
            quotient |= 1;
        }
        bit += 1;
    }
    quotient
}
