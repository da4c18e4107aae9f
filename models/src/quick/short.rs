//! Short decimals: exact, as long as they fit into 128 bits.

use rust_decimal::Decimal;

use super::ball::Ball;
use crate::integers::raised;
use crate::wide::Wide;

/// A decimal: ±mantissa × 10^exponent, exactly. The number 0 has no sign and the exponent 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct Short {
    pub negative: bool,
    pub mantissa: u128,
    pub exponent: i32,
}

impl Short {
    pub const ZERO: Short = Short { negative: false, mantissa: 0, exponent: 0 };
    pub const ONE: Short = Short { negative: false, mantissa: 1, exponent: 0 };

    /// Creates a number; of a mantissa of 0, the number 0.
    #[inline]
    pub fn new(negative: bool, mantissa: u128, exponent: i32) -> Short {
        if mantissa == 0 { Short::ZERO } else { Short { negative, mantissa, exponent } }
    }

    #[inline]
    pub fn of(value: Decimal) -> Short {
        let mantissa = value.mantissa();
        Short::new(mantissa < 0, mantissa.unsigned_abs(), -(value.scale() as i32))
    }

    pub fn wide(self) -> Wide {
        Wide::of_parts(self.negative, self.mantissa, self.exponent)
    }

    pub fn is_zero(&self) -> bool {
        self.mantissa == 0
    }

    /// Returns the exact product; `None` where that is too long.
    #[inline]
    pub fn times(self, other: Short) -> Option<Short> {
        let mantissa = match (u64::try_from(self.mantissa), u64::try_from(other.mantissa)) {
            (Ok(left), Ok(right)) => u128::from(left) * u128::from(right),
            _ => match self.mantissa.checked_mul(other.mantissa) {
                Some(mantissa) => mantissa,
                None => return self.without_zeros().times_short(other.without_zeros()),
            },
        };
        Some(Short::new(self.negative != other.negative, mantissa, bounded(self.exponent + other.exponent)?))
    }

    /// Returns the product of numbers without zeros at their ends; `None` where that is too long.
    fn times_short(self, other: Short) -> Option<Short> {
        let mantissa = self.mantissa.checked_mul(other.mantissa)?;
        Some(Short::new(self.negative != other.negative, mantissa, bounded(self.exponent + other.exponent)?))
    }

    /// Returns the exact quotient by a number other than 0; `None` where the quotient has no end, or is too long.
    pub fn over(self, divisor: Short) -> Option<Short> {
        /// Power of five, the highest within 64 bits: the odd part of a divisor divides it, or has a factor that may leave no end.
        const FIVES: u32 = 27;
        const MANY_FIVES: u64 = 5_u64.pow(FIVES);
        let negative = self.negative != divisor.negative;
        let exponent = bounded(self.exponent - divisor.exponent)?;
        let Ok(below) = u64::try_from(divisor.mantissa) else {
            return self
                .mantissa
                .is_multiple_of(divisor.mantissa)
                .then(|| Short::new(negative, self.mantissa / divisor.mantissa, exponent));
        };
        let rest = |above: u128| match u64::try_from(above) {
            Ok(above) => u128::from(above % below),
            Err(_) => above % u128::from(below),
        };
        if rest(self.mantissa) == 0 {
            return Some(Short::new(negative, self.mantissa / u128::from(below), exponent));
        }
        let (twos, odd) = (below.trailing_zeros(), below >> below.trailing_zeros());
        // What is left of the divisor without its twos and fives has to be a part of the dividend.
        let (mut fives, mut other) = (0, odd);
        if MANY_FIVES.is_multiple_of(odd) {
            (fives, other) = (odd.ilog(5), 1);
        } else {
            while other.is_multiple_of(5) {
                (fives, other) = (fives + 1, other / 5);
            }
        }
        if !self.mantissa.is_multiple_of(u128::from(other)) {
            return None;
        }
        // So many digits more, and the quotient is whole.
        let more = twos.max(fives);
        let dividend = raised(self.mantissa, more)?;
        Some(Short::new(negative, dividend / u128::from(below), bounded(exponent - more as i32)?))
    }

    /// Returns the nearest double, to 15 digits; infinite or 0 where the exponent is too large or too small.
    pub fn to_f64(self) -> f64 {
        let mantissa = self.mantissa as f64;
        let magnitude = if self.exponent == 0 { mantissa } else { mantissa * 10_f64.powi(self.exponent) };
        if self.negative { -magnitude } else { magnitude }
    }

    /// Returns the number without zeros at the end of its mantissa.
    pub fn without_zeros(mut self) -> Short {
        // 10^n has n twos: most numbers have too few of them to be worth a division.
        for zeros in [16, 8, 4, 2, 1] {
            let power = 10_u128.pow(zeros);
            while self.mantissa.trailing_zeros() >= zeros && !self.is_zero() && self.mantissa.is_multiple_of(power) {
                self = Short::new(self.negative, self.mantissa / power, self.exponent + zeros as i32);
            }
        }
        self
    }

    /// Returns the ball of a number other than 0: of a whole number exactly, of any other within one operation. `None` beyond all bounds.
    #[inline]
    pub fn ball(self) -> Option<Ball> {
        Ball::of(self.negative, self.mantissa, 0).times_ten_to_the(self.exponent)
    }
}

/// Exponents of short numbers end here, so that sums of a few of them do not overflow.
fn bounded(exponent: i32) -> Option<i32> {
    const EXPONENT_MAX: i32 = 1_000_000;
    (-EXPONENT_MAX..=EXPONENT_MAX).contains(&exponent).then_some(exponent)
}
