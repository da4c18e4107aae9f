//! Discounting: compound factors over the times of a series, and present values of its flows.
//!
//! With 76 digits and a free exponent, powers that grow flow by flow lose one digit in a thousand flows and can neither overflow nor
//! vanish; so each flow's present value is known by itself, which paybacks and explanations need, and Horner's scheme does not give.

use std::collections::HashMap;

use super::day_count::YearUnit;
use super::{Flow, Series};
use crate::arithmetic::Arithmetic;
use crate::input::{Bounded, Rate};
use crate::number::Exact;
use crate::work::WhileAwaited;

/// Compound factor (1 + rate)^years, for times that are whole multiples of a fraction of a year.
///
/// Whole years are whole powers of 1 + rate, so that they are exact; only what is left of a year takes a root.
pub(crate) struct CompoundFactor<A = Exact> {
    /// Units in a cycle, the least whole number of years that is a whole number of units.
    cycle_units: u32,
    cycle: Squares<A>,
    unit: Squares<A>,
    /// Powers of `unit`, by the gap between two times: most series have few different gaps.
    of_gaps: HashMap<u32, A>,
    /// Factor over no time: 1, or a power of ten.
    start: A,
    at: Moment<A>,
    /// Units one after those that were asked for last.
    next_units: u32,
}

/// A time in whole cycles and remaining units, with the compound factor of each part.
#[derive(Clone, Copy)]
struct Moment<A> {
    cycles: u32,
    units: u32,
    of_cycles: A,
    of_units: A,
    /// Factor over all of it.
    of_all: A,
}

impl<A: Arithmetic> Moment<A> {
    fn at_start(start: A) -> Moment<A> {
        Moment { cycles: 0, units: 0, of_cycles: start, of_units: A::ONE, of_all: start }
    }
}

impl<A: Arithmetic> CompoundFactor<A> {
    pub fn new(rate: Rate, unit: YearUnit) -> CompoundFactor<A> {
        let growth = A::ONE + A::of(rate.get());
        let (years, cycle_units) = unit.fraction();
        let cycle = growth.whole_power(years);
        CompoundFactor::of(cycle_units, cycle, of_unit(growth, cycle, unit))
    }

    fn of(cycle_units: u32, cycle: A, unit: A) -> CompoundFactor<A> {
        CompoundFactor {
            cycle_units,
            cycle: Squares::of(cycle),
            unit: Squares::of(unit),
            of_gaps: HashMap::new(),
            start: A::ONE,
            at: Moment::at_start(A::ONE),
            next_units: 0,
        }
    }

    /// Returns the compound factor over a number of units; fastest when calls come in ascending order of time.
    #[inline]
    pub fn over(&mut self, units: u32) -> A {
        // The usual step: a unit more within the same cycle.
        let units_of_cycle = self.at.units.saturating_add(1);
        let is_next = units == self.next_units && units > 0;
        self.next_units = units.saturating_add(1);
        if !A::MULTIPLIES_FASTER || !is_next {
            return self.over_any(units);
        }
        if units_of_cycle < self.cycle_units {
            self.at.units = units_of_cycle;
            self.at.of_all = self.at.of_all * self.unit.number();
            return self.at.of_all;
        }
        if self.cycle_units > 1 {
            return self.over_any(units);
        }
        // A cycle of one unit more.
        self.at.cycles = units;
        self.at.of_all = self.at.of_all * self.cycle.number();
        self.at.of_cycles = self.at.of_all;
        self.at.of_all
    }

    #[inline(never)]
    fn over_any(&mut self, units: u32) -> A {
        let cycles = units.checked_div(self.cycle_units).unwrap_or(0);
        let rest = units.checked_rem(self.cycle_units).unwrap_or(0);
        if (cycles, rest) < (self.at.cycles, self.at.units) {
            self.at = Moment::at_start(self.start);
        }
        if cycles > self.at.cycles {
            let of_cycles = self.at.of_cycles * self.cycle.power(cycles.saturating_sub(self.at.cycles));
            self.at = Moment { cycles, units: 0, of_cycles, of_units: A::ONE, of_all: of_cycles };
        }
        let gap = rest.saturating_sub(self.at.units);
        if gap > 0 {
            let of_gap = self.power_of_unit(gap);
            self.at.units = rest;
            if A::MULTIPLIES_FASTER {
                self.at.of_all = self.at.of_all * of_gap;
            } else {
                self.at.of_units = self.at.of_units * of_gap;
                self.at.of_all = self.at.of_cycles * self.at.of_units;
            }
        }
        self.at.of_all
    }

    fn power_of_unit(&mut self, gap: u32) -> A {
        let unit = &mut self.unit;
        if gap == 1 { unit.number() } else { *self.of_gaps.entry(gap).or_insert_with(|| unit.power(gap)) }
    }
}

/// A number and its powers to 2, 4, 8 and so on, which other whole powers share.
struct Squares<A> {
    number: A,
    /// The powers to 2, 4, 8 and so on, as far as they were asked for.
    of_two: Vec<A>,
}

impl<A: Arithmetic> Squares<A> {
    fn of(number: A) -> Squares<A> {
        Squares { number, of_two: Vec::new() }
    }

    fn number(&self) -> A {
        self.number
    }

    /// Returns number^exponent, by the products of [`Arithmetic::whole_power`].
    fn power(&mut self, exponent: u32) -> A {
        if exponent == 1 || A::MULTIPLIES_FASTER {
            return if exponent == 1 { self.number() } else { self.number().whole_power(exponent) };
        }
        let mut power = A::ONE;
        for bit in (0..u32::BITS.saturating_sub(exponent.leading_zeros())).filter(|bit| exponent >> bit & 1 == 1) {
            power = power * self.square(bit as usize);
        }
        power
    }

    fn square(&mut self, bit: usize) -> A {
        while self.of_two.len() < bit {
            let last = self.of_two.last().copied().unwrap_or(self.number);
            self.of_two.push(last * last);
        }
        bit.checked_sub(1).and_then(|place| self.of_two.get(place)).copied().unwrap_or(self.number)
    }
}

/// Factor that discounts the amounts of one time: they are divided by the compound factor, or multiplied by its reciprocal where that is faster.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DiscountFactor<A = Exact>(A);

impl<A: Arithmetic> DiscountFactor<A> {
    /// Returns the present value of an amount.
    #[inline]
    pub fn of(self, amount: A) -> A {
        if A::MULTIPLIES_FASTER { amount * self.0 } else { amount / self.0 }
    }
}

/// Discount factors over the times of a series.
pub(crate) struct Discount<A = Exact>(CompoundFactor<A>);

impl<A: Arithmetic> Discount<A> {
    pub fn new(rate: Rate, unit: YearUnit) -> Discount<A> {
        Discount::by(&CompoundFactor::new(rate, unit))
    }

    /// Creates the discount factors of compound factors.
    pub fn by(factor: &CompoundFactor<A>) -> Discount<A> {
        let (mut cycle, mut unit) = (factor.cycle.number(), factor.unit.number());
        if A::MULTIPLIES_FASTER {
            // 1 / (1 + r)^i is as good a power as (1 + r)^i, and is divided for once.
            cycle = A::ONE / cycle;
            // A unit that is a cycle has the cycle's factor.
            unit = if factor.cycle_units == 1 { cycle } else { A::ONE / unit };
        }
        Discount(CompoundFactor::of(factor.cycle_units, cycle, unit))
    }

    /// Creates discount factors × 10^tens.
    fn raised(mut self, tens: i32) -> Discount<A> {
        let start = A::power_of_ten(tens);
        self.0.start = start;
        self.0.at = Moment::at_start(start);
        self
    }

    /// Returns the discount factor over a number of units; fastest when calls come in ascending order of time.
    #[inline]
    pub fn over(&mut self, units: u32) -> DiscountFactor<A> {
        DiscountFactor(self.0.over(units))
    }
}

/// Returns the compound factor over one unit: exactly where the factor is a decimal, as 2 is of 2^52.
fn of_unit<A: Arithmetic>(growth: A, of_cycle: A, unit: YearUnit) -> A {
    /// The highest degree of root that Newton's method finds: half months. For a higher degree its starting value is too far from
    /// the root.
    const ROOT_DEGREE_MAX: u32 = 24;
    match unit.fraction() {
        (_, 1) => of_cycle,
        _ if growth == A::ONE => A::ONE,
        (_, degree @ 2..=ROOT_DEGREE_MAX) => exact_root(of_cycle, degree),
        (years, units) => {
            let root = growth.to_the(A::whole(years) / A::whole(units));
            let short = root.as_answer();
            if !root.is_clearly_not(short) && short.whole_power(units) == of_cycle { short } else { root }
        }
    }
}

/// Returns the root to 74 digits, or exactly where the root is a decimal of up to 28 digits, as 1.01 is of 1.01^12.
pub(crate) fn exact_root<A: Arithmetic>(number: A, degree: u32) -> A {
    let root = number.root(degree);
    let short = root.as_answer();
    if !root.is_clearly_not(short) && short.whole_power(degree) == number { short } else { root.polished(number, degree) }
}

/// Discount factors for the amounts of a series.
///
/// Amounts with a few digits after the point are whole hundredths, and a whole number is multiplied by in half the time. So the hundredth belongs to
/// the factors: it is multiplied by once, before the first of them.
pub(super) struct DiscountOfAmounts<A> {
    discount: Discount<A>,
    /// Power of ten that is part of the factors.
    tens: i32,
}

impl<A: Arithmetic> DiscountOfAmounts<A> {
    pub fn of(series: &Series, discount: Discount<A>) -> DiscountOfAmounts<A> {
        let tens = if A::MULTIPLIES_FASTER { series.exponent() } else { 0 };
        DiscountOfAmounts { discount: discount.raised(tens), tens }
    }

    /// Returns the present value of an amount of the series, `units` before its time.
    #[inline]
    pub fn over(&mut self, units: u32, amount: Exact) -> A {
        self.discount.over(units).of(A::exact(amount).raised(i64::from(self.tens).saturating_neg()))
    }
}

/// Returns the present values of the flows, `delay` units before the first of them, in order of time.
pub(super) fn discounted<A: Arithmetic>(series: &Series, rate: Rate, delay: u32) -> impl Iterator<Item = Flow<A>> {
    let mut discount = DiscountOfAmounts::of(series, Discount::new(rate, series.unit()));
    let flows = series.flows().iter().while_awaited();
    flows.map(move |flow| Flow { units: flow.units, amount: discount.over(flow.units.saturating_add(delay), flow.amount) })
}

#[cfg(test)]
mod tests {
    use rust_decimal::{Decimal, dec};

    use super::*;

    fn growth(rate: Decimal, years: u32, units: u32) -> CompoundFactor {
        CompoundFactor::new(Rate::new(rate).unwrap(), YearUnit::new(years, units))
    }

    #[test]
    fn a_root_that_can_be_written_is_exact() {
        for root in [dec!(1.01), dec!(0.99), dec!(1.3), dec!(0.7), dec!(3), dec!(1.07), dec!(0.3)] {
            for degree in [2, 4, 12] {
                let root = Exact::from(root);
                assert_eq!(exact_root(root.whole_power(degree), degree), root, "{root:?} {degree}");
            }
        }
    }

    #[test]
    fn whole_years_are_whole_powers() {
        for (years, units) in [(1, 1), (1, 4), (1, 12), (1, 24), (1, 360), (1, 365), (1, 365 * 366)] {
            let mut growth: CompoundFactor = growth(dec!(0.1), years, units);
            growth.over(units / 3);
            assert_eq!(growth.over(units), Exact::from(dec!(1.1)));
            assert_eq!(growth.over(3 * units), Exact::from(dec!(1.331)));
        }
        assert_eq!(growth(dec!(0.1), 4, 1461).over(1461), Exact::from(dec!(1.4641)));
    }

    #[test]
    fn a_monthly_rate_that_can_be_written_is_exact() {
        // 1.01^12
        let mut growth: CompoundFactor = growth(dec!(0.126825030131969720661201), 1, 12);
        assert_eq!(growth.over(1), Exact::from(dec!(1.01)));
        assert_eq!(growth.over(2), Exact::from(dec!(1.0201)));
    }

    #[test]
    fn a_weekly_rate_that_can_be_written_is_exact() {
        // 2^52 and 3^52, less 1.
        for (rate, weekly) in [(dec!(4503599627370495), dec!(2)), (dec!(6461081889226673298932240), dec!(3))] {
            let mut growth: CompoundFactor = growth(rate, 1, 52);
            assert_eq!(growth.over(1), Exact::from(weekly));
            assert_eq!(growth.over(2), Exact::from(weekly * weekly));
        }
    }

    #[test]
    fn nothing_grows_at_a_rate_of_0() {
        for units in [1, 12, 365] {
            assert_eq!(growth(dec!(0), 1, units).over(1000), Exact::ONE);
        }
    }

    #[test]
    fn parts_of_a_year_make_up_the_year() {
        for units in [2, 4, 12, 24, 360, 365, 365 * 366] {
            for rate in [dec!(0.0000000000000000000000000001), dec!(0.07), dec!(9), dec!(-0.9999), dec!(7e28)] {
                let mut growth: CompoundFactor = growth(rate, 1, units);
                let missing = growth.over(units - 1) * growth.over(1) / growth.over(units) - Exact::ONE;
                assert!(missing.absolute() < Exact::power_of_ten(-63), "{rate} in {units}: {missing:?}");
            }
        }
    }

    #[test]
    fn an_earlier_time_may_be_asked_for_after_a_later_one() {
        let mut growth: CompoundFactor = growth(dec!(0.21), 1, 2);
        assert_eq!(
            (growth.over(3), growth.over(1), growth.over(2)),
            (Exact::from(dec!(1.331)), Exact::from(dec!(1.1)), Exact::from(dec!(1.21)))
        );
    }
}
