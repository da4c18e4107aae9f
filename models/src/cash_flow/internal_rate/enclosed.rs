//! A zero that lies between two near points with opposite signs, and the rates that follow from that alone.

use super::span::{LIMIT, Means, ONE, PLACES, Proof, Span, TIE_PLACES, decimal, whole};
use crate::decimal::{exp_m1, ln, whole_power};
use crate::wide::Wide;

/// Largest rate up to which doubles distinguish neighbouring rates.
pub(super) const DOUBLES_REACH: f64 = 200.0;

/// How near to a tie, in units of a rate's last digit, a rate is known to be where that is decided by the even digit: less than the distance that
/// counts as a tie.
const TIE_ERROR: f64 = 5e-17;
/// How near, in units of a rate's last digit, a rate has to be known that does not lie near a tie.
const CLEAR_ERROR: f64 = 1e-4;
/// Bound on what powers, logarithms and exponentials add to the error of 1 + rate, against itself.
const FUNCTIONS_DOUBT: f64 = 1e-46;
/// The most digits before the point of a rate that may have to be answered: those of the limit.
const MAGNITUDE_MAX: i64 = 17;
/// The least doubt that a decimal of 76 digits has.
const DOUBT_LEAST: f64 = 1e-73;

/// A zero: x = e^-growth, and a bound on the error of x against x. At the two points so far from x the signs differ.
#[derive(Clone, Copy, Debug)]
pub(super) struct Enclosed {
    pub x: Wide,
    pub doubt: f64,
    pub means: Means,
}

impl Enclosed {
    /// Returns the rate for a span of time, or else how well the zero has to be known to tell the rate from its neighbours; None where no digits that
    /// are computed with tell it. A rate within 10^-28 of a tie counts as a tie.
    pub fn rate(&self, span: Span) -> Option<Result<Proof, f64>> {
        if span.below > 1
            && let Some(nearest) = self.nearest_in_doubles(span)
        {
            return Some(Ok(Proof::Rate(decimal(nearest), self.means)));
        }
        let rate = match span.below {
            // A whole power of x takes no logarithm.
            1 => Wide::ONE.over(whole_power(self.x, span.above)?)?.minus(Wide::ONE)?,
            _ => exp_m1(ln(self.x)?.negated().times(whole(span.above)?)?.over(whole(span.below)?)?)?,
        };
        let scaled = rate.times(whole(span.times)?)?.raised(PLACES.into())?;
        let rounded = scaled.nearest_whole(TIE_PLACES);
        let nearest = match rounded.absolute().whole().and_then(|whole| i128::try_from(whole).ok()) {
            Some(whole) if rounded.is_negative() => -whole,
            Some(whole) => whole,
            None => i128::MAX,
        };
        // 1 + rate is wrong by units × the doubt of x, against itself, and by what a power of 76 digits or a logarithm of 49 takes.
        let scale = (rate.to_f64().abs() + 1.0) * f64::from(span.times) * ONE as f64;
        let (of_doubt, of_functions) = (scale * 1.01 * span.units(), scale * FUNCTIONS_DOUBT);
        let error = of_doubt * self.doubt + of_functions;
        // A rate far beyond the limit may be too large for a double.
        if rate.magnitude() > MAGNITUDE_MAX && span.units() * self.doubt < 0.1 {
            return Some(Ok(Proof::TooLarge));
        }
        let left = scaled.minus(rounded)?.to_f64().abs();
        let is_clear = left + error < 0.5 - 1e-15;
        // Known to be within so much of a tie, or else clear of it.
        if !is_clear && (error.is_nan() || error > TIE_ERROR) {
            // Few rates lie near a tie, and so all digits are asked for last.
            let enough = if error > CLEAR_ERROR { CLEAR_ERROR } else { TIE_ERROR };
            let needed = (enough - of_functions) / (2.0 * of_doubt);
            return (needed > DOUBT_LEAST).then_some(Err(needed));
        }
        Some(Ok(match nearest.max(span.least()) {
            nearest if nearest < LIMIT => Proof::Rate(decimal(nearest), self.means),
            _ => Proof::TooLarge,
        }))
    }

    /// Returns the rate in units of its last digit, where doubles tell it from its neighbours.
    ///
    /// x as a double is right to 8e-15 of itself, its logarithm and the exponential to 4 units of 2^-53 of themselves.
    fn nearest_in_doubles(&self, span: Span) -> Option<i128> {
        let growth = -libm::log(self.x.to_f64()) * span.units();
        let rate = f64::from(span.times) * libm::expm1(growth);
        if rate.is_nan() || rate.abs() >= DOUBLES_REACH {
            return None;
        }
        let of_growth = span.units() * (self.doubt + 8e-15) + 1e-15 * growth.abs();
        let error = (rate.abs() + f64::from(span.times)) * (1.01 * of_growth + 1e-15);
        let scaled = rate * ONE as f64;
        let nearest = scaled.round();
        let is_clear = (scaled - nearest).abs() + error * ONE as f64 + scaled.abs() * 1e-15 < 0.5;
        is_clear.then_some((nearest as i128).max(span.least()))
    }
}
