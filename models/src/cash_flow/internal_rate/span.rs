//! The span of time that a rate speaks of, and a rate's last digit.

use ruint::aliases::U512;
use rust_decimal::Decimal;

use crate::decimal::ln;
use crate::wide::Wide;

/// Digits of a rate after its decimal point.
pub(super) const PLACES: u32 = 12;
/// The number 1 in units of a rate's last digit.
pub(super) const ONE: i128 = 10_i128.pow(PLACES);
/// The rate 1e16, in units of a rate's last digit. A rate of 1e16 or more does not fit into 28 digits with 12 after the point.
pub(super) const LIMIT: i128 = ONE * 10_i128.pow(16);
/// Half a unit of a rate's last digit, in units of 1e-21.
pub(super) const HALF: i128 = 500_000_000;
/// A tie is recognised where the zero is known to so many digits more than are answered.
pub(super) const TIE_PLACES: u32 = 16;

/// The time that a rate speaks of, in units of the series, and how often the rate is counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    /// The time is above / below units.
    pub above: u32,
    pub below: u32,
    /// The answer is so many times the rate: 1 for an effective rate, the periods of a year for a nominal one.
    pub times: u32,
}

impl Span {
    /// The answer of a rate of -1, in units of the answer's last digit: no answer lies below.
    pub fn least(self) -> i128 {
        ONE.saturating_mul(i128::from(self.times)).saturating_neg()
    }

    pub fn units(self) -> f64 {
        f64::from(self.above) / f64::from(self.below)
    }
}

/// Means by which a rate was proven, the simplest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Means {
    Doubles,
    /// Means: sums in 128 bits.
    Binary,
    /// Means: integers of so many bits.
    Integers(u32),
    Exact,
}

/// Result of the proof of a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    /// The proven rate, and what it was proven by.
    Rate(Decimal, Means),
    /// A rate of 1e16 or more, which is too large for an answer.
    TooLarge,
    /// No proof: the work limit was reached.
    Unproven,
}

/// ln(1 + rate) for an answer of so many times the rate, in units of its last digit, and a distance from it in units of 1e-21.
pub(super) fn growth(nearest: i128, distance: i128, times: u32) -> Option<Wide> {
    const FINER: i128 = 1_000_000_000;
    let one = ONE.checked_mul(times.into())?;
    let total = nearest.checked_add(one)?.checked_mul(FINER)?.checked_add(distance)?;
    let total = Wide::from_parts(total < 0, U512::from(total.unsigned_abs()), -21)?;
    ln(if times == 1 { total } else { total.over(whole(times)?)? })
}

pub(super) fn whole(number: u32) -> Option<Wide> {
    Wide::from_parts(false, U512::from(number), 0)
}

/// Returns a rate as an answer, from units of its last digit.
pub(super) fn decimal(nearest: i128) -> Decimal {
    Decimal::try_from_i128_with_scale(nearest, PLACES).unwrap_or(Decimal::ZERO).normalize()
}
