//! Slopes of a figure at an input, from figures on both sides of it.

use rust_decimal::{Decimal, dec};

use crate::number::{Exact, Number};

/// The digits of a slope whose estimates agree in as many.
const DIGITS: u32 = 12;
/// The digits of a slope whose estimates agree in fewer than [`DIGITS`], but in these.
const DIGITS_OF_SEARCH: u32 = 6;
/// The difference between the slopes on both sides, relative to the greater one, above which there is a kink.
const KINK: Decimal = dec!(1e-9);

/// A figure on one side of an input, at half a step from it, at a step and at two.
pub type SideFigures = [Decimal; 3];

/// A slope as it is estimated.
#[derive(Clone, Copy, Debug)]
pub struct SlopeEstimate {
    /// The slope.
    pub slope: Exact,
    /// The step from which the slope was computed.
    pub step: Decimal,
    /// A bound on its error: the difference between two estimates, and what the figures' own rounding makes of it.
    error: Exact,
}

impl SlopeEstimate {
    /// Returns the number of digits that are certain: 12, 6 or none.
    #[must_use]
    pub fn digits(&self) -> Option<u32> {
        [DIGITS, DIGITS_OF_SEARCH].into_iter().find(|digits| self.is_right_to(*digits))
    }

    fn is_right_to(&self, digits: u32) -> bool {
        let allowed = self.slope.absolute() * Exact::power_of_ten(i32::try_from(digits).unwrap_or(i32::MAX).saturating_neg());
        !self.error.is_spoilt() && !allowed.is_spoilt() && !(self.error - allowed).is_positive()
    }

    /// Returns the slope, rounded half-even to the digits that are certain.
    #[must_use]
    pub fn rounded(&self) -> Option<Decimal> {
        self.slope.to_digits(self.digits()?).decimal()
    }

    /// Returns the better one of two estimates.
    fn better(self, other: SlopeEstimate) -> SlopeEstimate {
        if other.error.is_spoilt() || !(self.error - other.error).is_positive() && !self.error.is_spoilt() {
            self
        } else {
            other
        }
    }
}

/// The slopes of a figure at an input, as far as they are known.
#[derive(Clone, Copy, Debug, Default)]
pub struct Slopes {
    /// The slope across the input.
    pub across: Option<SlopeEstimate>,
    /// The slope below the input.
    pub below: Option<SlopeEstimate>,
    /// The slope above the input.
    pub above: Option<SlopeEstimate>,
}

impl Slopes {
    /// Estimates slopes.
    ///
    /// ```text
    /// across = (8 × (f(x + h) - f(x - h)) - (f(x + 2h) - f(x - 2h))) / (12 × h), h half a step; the error is the difference from h a step
    /// above  = (32 × f(x + h/2) - 12 × f(x + h) + f(x + 2h) - 21 × f(x)) / (6 × h), h a step
    /// ```
    ///
    /// - Shapes: figures on either side where the figure is a number at all three inputs there.
    /// - Units: that of the figure for each unit of the input.
    /// - Rounding: none; `quantum` is the unit of the last digit to which the figures are right, and each estimate's error is no less than what it
    ///   makes of the slope.
    /// - Errors: none.
    /// - Source: B. Fornberg, Generation of finite difference formulas on arbitrarily spaced grids, Mathematics of Computation 51, 1988.
    ///
    /// # Example: a cube at 2
    ///
    /// ```
    /// use paydirt_models::study::Slopes;
    /// use rust_decimal::{Decimal, dec};
    ///
    /// let cube = |input: Decimal| input * input * input;
    /// let side = |step: Decimal| [cube(dec!(2) + step / dec!(2)), cube(dec!(2) + step), cube(dec!(2) + step * dec!(2))];
    /// let step = dec!(2e-7);
    /// let slopes = Slopes::of(step, dec!(8), Some(side(-step)), Some(side(step)), dec!(1e-27));
    /// assert_eq!(slopes.across.unwrap().rounded(), Some(dec!(12)));
    /// assert!(!slopes.have_kink());
    /// ```
    ///
    /// "The cube of 2 changes by 12 for each unit of 2."
    #[must_use]
    pub fn of(step: Decimal, at: Decimal, below: Option<SideFigures>, above: Option<SideFigures>, quantum: Decimal) -> Slopes {
        let (size, step, quantum) = (step, Exact::of(step), Exact::of(quantum));
        let estimate = |slope, other, least| estimate(size, slope, other, least);
        let side = |figures: SideFigures, step: Exact| {
            let [half, one, two] = figures.map(Exact::of);
            let at = Exact::of(at);
            let cubic = (times(half, 32) - times(one, 12) + two - times(at, 21)) / times(step, 6);
            let square = (times(half, 4) - one - times(at, 3)) / step;
            estimate(cubic, square, times(quantum, 11) / step.absolute())
        };
        let across = below.zip(above).map(|(below, above)| {
            let ([half_below, below, far_below], [half_above, above, far_above]) = (below.map(Exact::of), above.map(Exact::of));
            let wide = (times(above - below, 8) - (far_above - far_below)) / times(step, 12);
            let narrow = (times(half_above - half_below, 8) - (above - below)) / times(step, 6);
            estimate(narrow, wide, times(quantum, 3) / step)
        });
        Slopes { across, below: below.map(|figures| side(figures, -step)), above: above.map(|figures| side(figures, step)) }
    }

    /// Returns the better ones of two estimates, each by itself.
    #[must_use]
    pub fn better(self, other: Slopes) -> Slopes {
        let better = |one: Option<SlopeEstimate>, other: Option<SlopeEstimate>| match (one, other) {
            (Some(one), Some(other)) => Some(one.better(other)),
            (one, other) => one.or(other),
        };
        Slopes {
            across: better(self.across, other.across),
            below: better(self.below, other.below),
            above: better(self.above, other.above),
        }
    }

    /// Returns true where the slopes on both sides are known, and differ by more than 1e-9 of the greater one and by more than they may be wrong.
    #[must_use]
    pub fn have_kink(&self) -> bool {
        let Some((below, above)) = self.below.zip(self.above) else { return false };
        // Steps across a pole, or a jump, have slopes that mean nothing.
        if below.digits().is_none() || above.digits().is_none() {
            return false;
        }
        let difference = (above.slope - below.slope).absolute();
        let greater = below.slope.absolute().max(above.slope.absolute());
        (difference - greater * Exact::of(KINK)).is_positive() && (difference - below.error - above.error).is_positive()
    }

    /// Returns true where every slope is known to 12 digits.
    #[must_use]
    pub fn are_certain(&self) -> bool {
        let is_certain = |estimate: &Option<SlopeEstimate>| estimate.is_some_and(|estimate| estimate.digits() == Some(DIGITS));
        let are_sides_certain = is_certain(&self.below) && is_certain(&self.above);
        are_sides_certain && (is_certain(&self.across) || self.have_kink())
    }
}

fn times(number: Exact, factor: u32) -> Exact {
    number * Exact::whole(factor)
}

/// Estimates a slope. `least` is what the last digit of the figures makes of it.
fn estimate(step: Decimal, slope: Exact, other: Exact, least: Exact) -> SlopeEstimate {
    /// The last digits that are nothing: where a figure turns, rounding is all that is left of its slope.
    const NOTHING: u32 = 30;
    let (least, difference) = (least.absolute(), (slope - other).absolute());
    let is_still = !(slope.absolute() + difference - times(least, NOTHING)).is_positive();
    match is_still && !slope.is_spoilt() && !other.is_spoilt() {
        true => SlopeEstimate { slope: Exact::ZERO, step, error: Exact::ZERO },
        false => SlopeEstimate { slope, step, error: difference.max(least) },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(figure: impl Fn(Exact) -> Exact, input: Decimal, step: Decimal) -> Slopes {
        let at = |input: Exact| figure(input).decimal().expect("a number");
        let (input, size) = (Exact::of(input), Exact::of(step));
        let half = size / Exact::of(Decimal::TWO);
        let side = |sign: Exact| [half, size, size + size].map(|step| at(input + sign * step));
        let (one, here) = (Exact::ONE, at(input));
        // A figure of 28 digits is right to its last one.
        let quantum = here.abs().max(Decimal::ONE) * dec!(1e-27);
        Slopes::of(step, here, Some(side(-one)), Some(side(one)), quantum)
    }

    #[test]
    fn a_kink_has_two_slopes_and_none_across_is_believed() {
        let kinked = of(|input| input.max(Exact::whole(2) * input), dec!(0), dec!(2e-7));
        assert!(kinked.have_kink() && kinked.are_certain());
        let slopes = [kinked.below, kinked.above].map(|side| side.and_then(|side| side.rounded()));
        assert_eq!(slopes, [Some(dec!(1)), Some(dec!(2))]);
    }

    #[test]
    fn a_jump_has_no_slope() {
        let jump = |input: Exact| if (input - Exact::of(dec!(3.00000003))).is_negative() { Exact::ZERO } else { Exact::ONE };
        let slopes = of(jump, dec!(3), dec!(2e-7));
        assert_eq!(slopes.across.and_then(|across| across.digits()), None);
        assert!(!slopes.are_certain());
    }

    #[test]
    fn figures_of_few_digits_have_slopes_of_few() {
        // As a rate of return is found: 12 digits after the point.
        let rough = |input: Exact| (Exact::ONE / (Exact::ONE + input)).to_places(12);
        let at = |input: Decimal| rough(Exact::of(input)).decimal().expect("a number");
        let side = |sign: Decimal| [dec!(0.01), dec!(0.02), dec!(0.04)].map(|step| at(dec!(3) + sign * step));
        let slopes = Slopes::of(dec!(0.02), at(dec!(3)), Some(side(dec!(-1))), Some(side(dec!(1))), dec!(1e-12));
        let across = slopes.across.expect("a slope");
        assert_eq!((across.digits(), across.rounded()), (Some(6), Some(dec!(-0.0625))));
        assert!(!slopes.have_kink());
    }

    #[test]
    fn a_figure_that_stands_still_has_a_slope_of_0() {
        let still = of(|_| Exact::of(dec!(7)), dec!(5), dec!(2e-7));
        assert_eq!(still.across.and_then(|across| across.rounded()), Some(dec!(0)));
        assert!(still.are_certain() && !still.have_kink());
    }

    #[test]
    fn a_figure_that_turns_has_a_slope_of_0() {
        // -1600 + 10000 v - 10000 v^2, v = 1 / (1 + rate)
        let pump = |rate: Exact| {
            let v = Exact::ONE / (Exact::ONE + rate);
            Exact::whole(10_000) * v * (Exact::ONE - v) - Exact::whole(1600)
        };
        let slopes = of(pump, dec!(1), dec!(2e-7));
        assert_eq!(slopes.across.and_then(|across| across.rounded()), Some(dec!(0)));
        assert!(!slopes.have_kink());
    }

    proptest! {
        /// Slopes of rational functions and of powers are right to every digit that is claimed.
        #[test]
        fn what_is_claimed_is_right(input in 1_i64..1_000_000, scale in 0_u32..7, pole in 1_i64..1000) {
            let input = Decimal::new(input, scale);
            // No step leads to the pole itself.
            let pole = Exact::of(input) + Exact::whole(u32::try_from(pole).expect("small")) / Exact::whole(1000) + Exact::ONE / Exact::whole(7919);
            let unit = Exact::of(input).to_digits(1) * Exact::power_of_ten(-7);
            let step = (unit + unit).decimal().expect("a step");
            let slopes = of(|at| Exact::ONE / (pole - at), input, step);
            let apart = pole - Exact::of(input);
            let expected = Exact::ONE / (apart * apart);
            for estimate in [slopes.across, slopes.below, slopes.above].into_iter().flatten() {
                if let Some(digits) = estimate.digits() {
                    let off = (estimate.slope - expected).absolute() / expected;
                    prop_assert!((off - Exact::power_of_ten(-i32::try_from(digits).expect("few"))).is_negative(), "{estimate:?}");
                }
            }
            prop_assert!(!slopes.have_kink());
        }
    }
}
