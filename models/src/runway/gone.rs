//! Time at which the burned amount has used up the cash.

use rust_decimal::Decimal;

use super::burn_curve::{BurnCurve, Standing};
use crate::number::{Exact, Number};
use crate::work::WhileAwaited;

/// The most parabola steps. From a double to all digits takes three where the curve is steep, and more where it is nearly level.
const PARABOLA_STEPS_MAX: u32 = 40;
/// The most steps in all. Halving alone needs ten steps to find the magnitude of a time, and 150 more to find its last digit.
const STEPS_MAX: u32 = 400;
/// Relative size of a step that changes no digit of an answer.
const STEP_TOLERANCE: Exact = Exact::power_of_ten(-45);
/// Relative distance within which a time counts as a whole month.
const WHOLE_TOLERANCE: Exact = Exact::power_of_ten(-40);

/// A time in which the burned amount passes the cash once, from below.
#[derive(Clone, Copy)]
pub(super) struct RisingSpan {
    /// The burned amount is at most the cash here, and may equal it.
    pub after: Exact,
    /// The burned amount is at most the cash here too, and rises from here on: by the month, at least. Not before `after`.
    pub rises_from: Exact,
    /// The burned amount is above the cash here; `None` where the burned amount passes the cash sooner or later.
    pub until: Option<Exact>,
}

/// Returns the time at which the cash is used up, on the smooth curve.
pub(super) fn time_when_gone(curve: &BurnCurve<Exact>, cash: Exact, span: RisingSpan) -> Exact {
    if cash.is_zero() && span.rises_from.is_zero() {
        return Exact::ZERO;
    }
    let (mut low, mut high) = (span.after, span.until);
    let mut time = seed(curve, cash, span);
    for step_number in (0..STEPS_MAX).while_awaited() {
        let Standing { missing, slope, bend } = curve.standing(time, cash);
        if missing.is_zero() {
            break;
        }
        // What is too large to be computed is more than any cash.
        if missing.is_positive() || missing.is_spoilt() {
            high = Some(time);
        } else {
            low = time;
        }
        let step = parabola_step(missing, slope, bend);
        let next = time + step;
        let is_inside = next > low && high.is_none_or(|high| next < high);
        if step.absolute() <= time * STEP_TOLERANCE {
            return if is_inside { next } else { time };
        }
        time = if is_inside && step_number < PARABOLA_STEPS_MAX { next } else { between(low, high) };
    }
    time
}

/// Returns the middle of the interval that is left: of the magnitudes while they differ much, since times may lie a hundred powers
/// of ten apart.
fn between(low: Exact, high: Option<Exact>) -> Exact {
    const FACTOR: Exact = Exact::power_of_ten(3);
    match high {
        None => low * FACTOR,
        Some(high) if low.is_zero() => high / FACTOR,
        Some(high) if high > low * FACTOR => (low * high).square_root(),
        Some(high) => (low + high) / Exact::from(2),
    }
}

/// Returns the whole months before a time that may be wrong by a 1e-40th of itself.
pub(super) fn whole_months(time: Exact) -> Exact {
    let whole = (time + time * WHOLE_TOLERANCE).whole_part().and_then(|whole| i128::try_from(whole).ok());
    // A time of 30 digits and more is refused as an answer, whatever its months.
    whole.and_then(|whole| Decimal::try_from_i128_with_scale(whole, 0).ok()).map_or(Exact(None), Exact::from)
}

/// Returns the least whole number of months that is not before a time that may be wrong by a 1e-40th of itself.
pub(super) fn months_rounded_up(time: Exact) -> Exact {
    (time - time * WHOLE_TOLERANCE).rounded_up()
}

/// Returns the step to the zero of the parabola through value, slope and curvature. Where the curve is nearly level, as just before
/// break-even, Newton's step would only halve the distance.
fn parabola_step(missing: Exact, slope: Exact, bend: Exact) -> Exact {
    let two = Exact::from(2);
    let discriminant = slope * slope - two * missing * bend;
    if discriminant.is_negative() {
        return -missing / slope;
    }
    -(two * missing) / (slope + discriminant.square_root())
}

/// Returns a first guess in doubles; where doubles cannot tell, the time at the burn of the first month.
fn seed(curve: &BurnCurve<Exact>, cash: Exact, span: RisingSpan) -> Exact {
    let rough = curve.rough();
    let rough_cash = cash.to_f64();
    let flat_time = cash / curve.expenses.amount;
    // Overflow counts as more than the cash: a comparison with NaN is false.
    let is_early = |time: f64| rough.burned(time) < rough_cash;
    let limit = span.until.map_or(f64::MAX, Exact::to_f64);
    let begins = span.rises_from.to_f64();
    let (mut low, mut high) = (begins, (begins + flat_time.to_f64()).min(limit));
    if begins > 0.0 {
        high = (begins * 2.0).max(high);
    }
    while is_early(high) && high < limit {
        low = high;
        high = (high * 2.0).min(limit);
    }
    // Positive doubles are in the order of their bits, so 64 halvings find the last one, whatever its size.
    let (mut low, mut high) = (low.to_bits(), high.to_bits());
    while high.saturating_sub(low) > 1 {
        let middle = u64::midpoint(low, high);
        if is_early(f64::from_bits(middle)) {
            low = middle;
        } else {
            high = middle;
        }
    }
    let found = Exact::from_f64(f64::from_bits(high));
    match span.until {
        _ if found > span.after && span.until.is_none_or(|until| found < until) => found,
        Some(until) if flat_time >= until => until / Exact::from(2),
        None if !span.rises_from.is_zero() => span.rises_from + flat_time.max(Exact::ONE),
        _ => flat_time,
    }
}
