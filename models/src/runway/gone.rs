//! Time at which the burned amount has used up the cash.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use super::burn_curve::{BurnCurve, Standing};
use super::rough_curve::RoughCurve;
use crate::arithmetic::Arithmetic;
use crate::number::Exact;
use crate::work::WhileAwaited;

/// The most parabola steps. From a double to all digits takes three where the curve is steep, and more where it is nearly level.
const PARABOLA_STEPS_MAX: u32 = 40;
/// The most steps in all. Halving alone needs ten steps to find the magnitude of a time, and 150 more to find its last digit.
const STEPS_MAX: u32 = 400;
/// Relative size of a step, as a power of ten, after which each parabola step is a small part of the one before, as far as roundings let it.
const STALLING: i32 = -12;
/// Months that no answer holds, as a power of ten.
const REFUSED: i32 = 30;
/// Relative distance within which a time counts as a whole month, as a power of ten.
const WHOLE_TOLERANCE: i32 = -40;

/// A time in which the burned amount passes the cash once, from below.
#[derive(Clone, Copy)]
pub(super) struct RisingSpan<A> {
    /// The burned amount is at most the cash here, and may equal it.
    pub after: A,
    /// The burned amount is at most the cash here too, and rises from here on: by the month, at least. Not before `after`.
    pub rises_from: A,
    /// The burned amount is above the cash here; `None` where the burned amount passes the cash sooner or later.
    pub until: Option<A>,
}

/// Returns the time at which the cash is used up, on the smooth curve.
pub(super) fn time_when_gone<A: Arithmetic>(curve: &BurnCurve<A>, cash: A, span: RisingSpan<A>) -> A {
    if cash.is_zero() && span.rises_from.is_zero() {
        return A::ZERO;
    }
    let missing_at = |time: A| curve.standing(time, cash).missing;
    nearest_time(curve, cash, span).enclosing(missing_at)
}

/// Returns the time as near as the arithmetic comes to it.
fn nearest_time<A: Arithmetic>(curve: &BurnCurve<A>, cash: A, span: RisingSpan<A>) -> A {
    let (mut low, mut high) = (span.after, span.until);
    let mut time = seed(curve, cash, span).middle();
    // The last step, where it was a parabola's.
    let mut before: Option<A> = None;
    let mut has_overflowed = false;
    let missing_at = |time: A| curve.standing(time, cash).missing;
    for step_number in (0..STEPS_MAX).while_awaited() {
        let Standing { missing, slope, bend } = curve.standing(time, cash);
        match missing.compared(A::ZERO) {
            Some(Ordering::Equal) => break,
            // Such a time is refused, however late it is.
            Some(Ordering::Less) if high.is_none() && time > A::power_of_ten(REFUSED) => break,
            Some(Ordering::Less) => low = time,
            Some(Ordering::Greater) => high = Some(time),
            // What is too large to be computed is more than any cash. Where it is too large from the beginning, it is so at any time.
            None if missing.is_spoilt() => {
                if A::TELLS_WHAT_IS_LEFT && !std::mem::replace(&mut has_overflowed, true) && missing_at(low).is_spoilt() {
                    return low;
                }
                high = Some(time);
            }
            // Nearer than this the arithmetic does not come.
            None => break,
        }
        let step = parabola_step(missing, slope, bend);
        let next = (time + step).middle();
        let is_after = |time: A, other: A| time.compared(other) == Some(Ordering::Greater);
        let is_inside = is_after(next, low) && high.is_none_or(|high| is_after(high, next));
        let is_at_most = |size: A, other: A| matches!(size.compared(other), Some(Ordering::Less | Ordering::Equal));
        let size = step.absolute();
        let is_small = is_at_most(size, time * A::STEP_TOLERANCE);
        // Steps that are small and grow smaller no more are those of roundings.
        let is_rounding = || {
            before.is_some_and(|before| {
                is_at_most(before, time * A::power_of_ten(STALLING)) && is_at_most(before, size * A::whole(4))
            })
        };
        if is_small || is_rounding() {
            return if is_inside { next } else { time };
        }
        let is_parabola = is_inside && step_number < PARABOLA_STEPS_MAX;
        before = is_parabola.then_some(size);
        time = if is_parabola { next } else { between(low, high).middle() };
        if A::is_in_doubt() {
            break;
        }
    }
    time
}

/// Returns the middle of the interval that is left: of the magnitudes while they differ much, since times may lie a hundred powers
/// of ten apart.
fn between<A: Arithmetic>(low: A, high: Option<A>) -> A {
    let factor = A::power_of_ten(3);
    match high {
        None => low * factor,
        Some(high) if low.is_zero() => high / factor,
        Some(high) if high > low * factor => (low * high).square_root(),
        Some(high) => (low + high) / A::whole(2),
    }
}

/// Returns the whole months before a time that may be wrong by a 1e-40th of itself.
pub(super) fn whole_months<A: Arithmetic>(time: A) -> A {
    let tolerance = time * A::power_of_ten(WHOLE_TOLERANCE);
    let whole = (time + tolerance).whole_part().and_then(|whole| i128::try_from(whole).ok());
    // A time of 30 digits and more is refused as an answer, whatever its months.
    let whole = whole.and_then(|whole| Decimal::try_from_i128_with_scale(whole, 0).ok());
    A::exact(whole.map_or(Exact(None), Exact::from))
}

/// Returns the least whole number of months that is not before a time that may be wrong by a 1e-40th of itself.
pub(super) fn months_rounded_up<A: Arithmetic>(time: A) -> A {
    (time - time * A::power_of_ten(WHOLE_TOLERANCE)).rounded_up()
}

/// Returns the step to the zero of the parabola through value, slope and curvature. Where the curve is nearly level, as just before
/// break-even, Newton's step would only halve the distance.
fn parabola_step<A: Arithmetic>(missing: A, slope: A, bend: A) -> A {
    let two = A::whole(2);
    let discriminant = slope * slope - two * missing * bend;
    if discriminant.is_negative() {
        return -missing / slope;
    }
    -(two * missing) / (slope + discriminant.square_root())
}

/// Returns a first guess in doubles; where doubles cannot tell, the time at the burn of the first month.
fn seed<A: Arithmetic>(curve: &BurnCurve<A>, cash: A, span: RisingSpan<A>) -> A {
    let rough = RoughCurve::of(curve, cash);
    let flat_time = cash / curve.expenses.amount;
    let limit = span.until.map_or(10.0 * A::power_of_ten(REFUSED).to_f64(), A::to_f64);
    let begins = span.rises_from.to_f64();
    let (mut low, mut high) = (begins, (begins + flat_time.to_f64()).min(limit));
    if begins > 0.0 {
        high = (begins * 2.0).max(high);
    }
    while rough.is_early(high) && high < limit {
        low = high;
        high = (high * 2.0).min(limit);
    }
    // Positive doubles are in the order of their bits, so 64 halvings find the last one, whatever its size.
    let (mut low, mut high) = (low.to_bits(), high.to_bits());
    while high.saturating_sub(low) > 1 {
        let middle = u64::midpoint(low, high);
        if rough.is_early(f64::from_bits(middle)) {
            low = middle;
        } else {
            high = middle;
        }
    }
    let found = A::from_f64(f64::from_bits(high));
    match span.until {
        _ if found > span.after && span.until.is_none_or(|until| found < until) => found,
        Some(until) if flat_time >= until => until / A::whole(2),
        None if !span.rises_from.is_zero() => span.rises_from + flat_time.max(A::ONE),
        _ => flat_time,
    }
}
