//! Powers of ten: counting the digits of a mantissa, and rounding them away.

use ruint::aliases::{U256, U512};

use crate::work::tick;

/// Work of rounding 512 bits.
const ROUNDING_UNITS: u64 = 7;

pub(super) static POWERS: [U512; 155] = {
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

pub(super) static NARROW_POWERS: [U256; 78] = {
    let mut powers = [U256::ONE; 78];
    let mut index = 0;
    while index < powers.len() {
        let limbs = POWERS[index].as_limbs();
        powers[index] = U256::from_limbs([limbs[0], limbs[1], limbs[2], limbs[3]]);
        index += 1;
    }
    powers
};

/// Returns 10 to the given power, at most 154.
pub(crate) fn power(exponent: u32) -> U512 {
    POWERS[exponent as usize]
}

/// Returns the number of digits of a mantissa; 0 has none.
#[expect(clippy::arithmetic_side_effects, reason = "at most 512 bits × 78913, and 155 digits")]
pub(crate) fn digits(mantissa: &U256) -> u32 {
    // bits × log10(2), rounded down, is the number of digits or one less.
    let estimate = (mantissa.bit_len() * 78_913) >> 18;
    estimate as u32 + u32::from(*mantissa >= NARROW_POWERS[estimate])
}

#[expect(clippy::arithmetic_side_effects, reason = "likewise")]
pub(super) fn digits_wide(mantissa: &U512) -> u32 {
    let estimate = (mantissa.bit_len() * 78_913) >> 18;
    estimate as u32 + u32::from(*mantissa >= POWERS[estimate])
}

pub(super) fn divide_by_power(mantissa: U512, exponent: u32) -> U512 {
    if exponent == 0 {
        return mantissa;
    }
    tick(ROUNDING_UNITS);
    let divisor = power(exponent);
    let (quotient, remainder) = mantissa.div_rem(divisor);
    round_half_even(quotient, &remainder, &divisor)
}

pub(super) fn round_half_even(quotient: U512, remainder: &U512, divisor: &U512) -> U512 {
    let rest = divisor.wrapping_sub(*remainder);
    if *remainder > rest || (*remainder == rest && quotient.bit(0)) { quotient.wrapping_add(U512::ONE) } else { quotient }
}

pub(super) fn narrow(mantissa: U512) -> U256 {
    let limbs = mantissa.as_limbs();
    U256::from_limbs([limbs[0], limbs[1], limbs[2], limbs[3]])
}
