//! Binary numbers above 0 with a free exponent, for products: the amounts of a series, weighted.

use ruint::aliases::U512;

use super::fixed::{Fixed, SHORT_LIMBS};
use crate::wide::{Wide, power};
use crate::work;

/// A number: mantissa × 2^exponent. The mantissa's highest bit is set.
///
/// Each product is truncated, and right to 2^-(64 F - 1) of itself: the product of two mantissas has 128 F bits or one less, of which the first
/// 64 F are kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Float<const F: usize> {
    mantissa: [u64; F],
    exponent: i64,
}

/// Work of the division that makes a decimal binary.
const CONVERSION_UNITS: u64 = 8;
/// The most decimal places that one division takes away without a loss of bits.
const TENS_MAX: u32 = 77;

impl<const F: usize> Float<F> {
    /// Work of a product, as far as it is not counted where it is done.
    const SHORT_PRODUCT_UNITS: u64 = if F <= SHORT_LIMBS { (F * F) as u64 / 8 + 1 } else { 1 };

    pub fn one() -> Float<F> {
        let mut mantissa = [0; F];
        mantissa[F - 1] = 1 << 63;
        Float { mantissa, exponent: 1 - 64 * F as i64 }
    }

    /// Converts the magnitude of a decimal other than 0, right to 2^-(64 F - 3) of itself; None where its exponent is out of all bounds.
    ///
    /// A quotient by up to 77 tens has 254 bits or more, and the 64 F highest are kept. More tens take a product with their power, whose errors add up:
    /// amounts have no more than 77 tens.
    pub fn of(wide: Wide) -> Option<Float<F>> {
        const ROUNDS_MAX: u32 = 40;
        work::tick(CONVERSION_UNITS);
        let (tens, mantissa) = (wide.exponent(), U512::from(wide.mantissa()));
        let distance = tens.unsigned_abs();
        if distance > TENS_MAX * ROUNDS_MAX || mantissa.is_zero() {
            return None;
        }
        let nearest = distance.min(TENS_MAX);
        let first = if tens >= 0 {
            Float::normal(mantissa.wrapping_mul(power(nearest)), 0)
        } else {
            let shift = 511_usize.saturating_sub(mantissa.bit_len());
            Float::normal((mantissa << shift) / power(nearest), -(shift as i64))
        };
        let rest = i32::try_from(distance - nearest).ok()?;
        if rest == 0 {
            return Some(first);
        }
        Some(first.times(Float::of(Wide::power_of_ten(if tens < 0 { -rest } else { rest }))?))
    }

    fn normal(number: U512, exponent: i64) -> Float<F> {
        let zeros = number.leading_zeros();
        let limbs = *(number << zeros).as_limbs();
        let (mut mantissa, kept) = ([0; F], F.min(8));
        mantissa[F - kept..].copy_from_slice(&limbs[8 - kept..]);
        Float { mantissa, exponent: exponent + 512 - 64 * F as i64 - zeros as i64 }
    }

    /// Returns the exponent of the power of two above the number.
    pub fn magnitude(self) -> i64 {
        self.exponent + 64 * F as i64
    }

    /// Returns the product; it takes less where the other's lowest limbs are 0.
    pub fn times(self, other: Float<F>) -> Float<F> {
        work::tick(Self::SHORT_PRODUCT_UNITS);
        let product = Fixed(self.mantissa).size_times(&other.mantissa);
        let exponent = self.exponent + other.exponent + 64 * F as i64;
        if product.0[F - 1] >> 63 == 1 {
            return Float { mantissa: product.0, exponent };
        }
        // One bit less: it lies below what was kept, and is left out.
        Float { mantissa: product.raised(1).0, exponent: exponent - 1 }
    }

    /// Raises to a power by squaring: right to 4 × exponent units of 2^-(64 F).
    pub fn to_the(self, exponent: u32) -> Float<F> {
        let (mut result, mut square, mut rest) = (None, self, exponent);
        while rest > 0 {
            if rest & 1 == 1 {
                result = Some(result.map_or(square, |result: Float<F>| result.times(square)));
            }
            rest >>= 1;
            if rest > 0 {
                square = square.times(square);
            }
        }
        result.unwrap_or_else(Float::one)
    }

    /// Returns the number × 2^bits, rounded down; None where it does not fit.
    pub fn fixed<const L: usize>(self, bits: i64) -> Option<Fixed<L>> {
        let mut limbs = [0; L];
        limbs[..F].copy_from_slice(&self.mantissa);
        let shift = self.exponent.checked_add(bits)?;
        let distance = usize::try_from(shift.unsigned_abs()).ok()?;
        if shift <= 0 {
            return Some(Fixed(limbs).halved(distance));
        }
        (64 * F + distance < 64 * L).then(|| Fixed(limbs).raised(distance))
    }
}
