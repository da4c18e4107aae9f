//! Payback: the time after which an outlay has come back, undiscounted and discounted.
//!
//! Source: Brealey, Myers and Allen, Principles of Corporate Finance, chapter 5, "payback". Where textbooks differ, after a second
//! outlay, the wording of the contract decides.

use rust_decimal::Decimal;

use super::day_count::YearUnit;
use super::discount::discounted;
use super::{CashFlows, Flow, Series};
use crate::arithmetic::Arithmetic;
use crate::input::{ModelError, Rate};
use crate::number::{Exact, Number};
use crate::precision::{Computation, quickly};
use crate::work::WhileAwaited;

/// Inputs of the payback: cash flows, and a discount rate for the discounted payback.
#[derive(Clone, Debug)]
pub struct PaybackInputs {
    /// Cash flows of the series.
    pub cash_flows: CashFlows,
    /// Discount rate per year; asks for the discounted payback too.
    pub discount_rate: Option<Rate>,
}

/// Outcome of the payback model: the undiscounted payback, and the discounted payback where a rate is given.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Paybacks {
    /// Undiscounted payback.
    pub payback: Payback,
    /// Discounted payback; `None` without a discount rate.
    pub discounted_payback: Option<Payback>,
}

/// Payback: the time after which an outlay has come back, or the amount that never comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payback {
    /// Years after which the cumulative cash flow stays at 0 or above; 0 when it is never below 0.
    Years(Decimal),
    /// No payback: the cumulative cash flow is below 0 at the end.
    #[non_exhaustive]
    Never {
        /// Shortfall: the amount that the final cumulative cash flow lacks to be 0, as a positive number.
        shortfall: Decimal,
    },
}

/// Movement of money between the times of its flows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Movement {
    /// Even movement: each flow is spread over the time since the flow before, as in periodic series.
    Evenly,
    /// Movement at once: each flow moves at its own time, as in dated series.
    AtOnce,
}

/// Computes when the cash flows of a request have paid back: [`payback`] of their series, undiscounted, and discounted where a rate
/// is given.
///
/// - Errors: [`ModelError::ResultTooLarge`] naming `payback` or `discounted_payback`, as [`payback`].
/// - Source: Brealey, Myers and Allen, Principles of Corporate Finance, chapter 5, "payback".
pub fn paybacks(inputs: &PaybackInputs) -> Result<Paybacks, ModelError> {
    let series = Series::of(&inputs.cash_flows);
    let discounted = inputs.discount_rate.map(|rate| payback(&series, Some(rate)));
    Ok(Paybacks {
        payback: payback(&series, None).map_err(|error| error.within("payback"))?,
        discounted_payback: discounted.transpose().map_err(|error| error.within("discounted_payback"))?,
    })
}

/// Computes the time after which the cumulative cash flow of a series stays at 0 or above.
///
/// ```text
/// years = (i - cumulative_i / (cumulative_i+1 - cumulative_i)) / periods per year, i the last with cumulative_i below 0
/// dated: the years to the flow after the last one that leaves the cumulative cash flow below 0
/// ```
///
/// - Shapes: flows in order of time. A later outflow may undo a payback; the last time that the outlay comes back counts.
/// - Units: years; money in one currency; the discount rate per year, effective, `None` for the undiscounted payback.
/// - Rounding: half-even at the 28th digit, once. A cumulative cash flow that would be written as 0 counts as 0.
/// - Errors: [`ModelError::ResultTooLarge`] naming `never.shortfall`.
/// - Source: Brealey, Myers and Allen, Principles of Corporate Finance, chapter 5, "payback".
///
/// # Example: 10,000 that earn 3,000 a year
///
/// ```
/// use paydirt_models::cash_flow::{CashFlows, Payback, Series, payback};
/// use paydirt_models::input::{AnyDecimal, Bounded, Period};
/// use rust_decimal::dec;
///
/// let amounts = [-10000, 3000, 3000, 3000, 4000].map(|amount| AnyDecimal::new(amount.into()).unwrap()).to_vec();
/// let series = Series::of(&CashFlows::Periodic { amounts, period: Period::Year });
/// assert_eq!(payback(&series, None), Ok(Payback::Years(dec!(3.25))));
/// ```
///
/// "The machine has paid for itself after three years and a quarter."
pub fn payback(series: &Series, discount_rate: Option<Rate>) -> Result<Payback, ModelError> {
    quickly(&PaybackOfSeries { series, discount_rate })
}

struct PaybackOfSeries<'a> {
    series: &'a Series,
    discount_rate: Option<Rate>,
}

impl Computation for PaybackOfSeries<'_> {
    type Answer = Result<Payback, ModelError>;

    fn with<A: Arithmetic>(&self) -> Result<Payback, ModelError> {
        let PaybackOfSeries { series, discount_rate } = self;
        let movement = if series.period().is_some() { Movement::Evenly } else { Movement::AtOnce };
        match discount_rate {
            None => {
                let flows = series.flows().iter().map(|flow| Flow { units: flow.units, amount: A::exact(flow.amount) });
                payback_of(flows, series.unit(), movement)
            }
            Some(rate) => payback_of(discounted::<A>(series, *rate, 0), series.unit(), movement),
        }
    }
}

/// Computes the payback of flows that are already discounted, in order of time. Used for flows discounted at mid-period, which
/// nevertheless move evenly over their periods.
///
/// - Errors: [`ModelError::ResultTooLarge`], as [`payback`].
pub fn payback_of<A: Arithmetic>(
    flows: impl Iterator<Item = Flow<A>>,
    unit: YearUnit,
    movement: Movement,
) -> Result<Payback, ModelError> {
    years_of_payback(payback_point(flows), unit, movement)
}

/// Computes the payback from the last point at which the cumulative cash flow rises from below 0.
pub(crate) fn years_of_payback<A: Arithmetic>(
    point: PaybackPoint<A>,
    unit: YearUnit,
    movement: Movement,
) -> Result<Payback, ModelError> {
    Ok(match point {
        PaybackPoint::NeverBelow => Payback::Years(Decimal::ZERO),
        PaybackPoint::StaysBelow { cumulative } => Payback::Never { shortfall: (-cumulative).value("never.shortfall")? },
        PaybackPoint::Between { before, after } => Payback::Years(match movement {
            Movement::AtOnce => unit.years(after.units).value("years")?,
            Movement::Evenly => {
                let (years, units) = unit.fraction();
                let (start, end) = (before.units.saturating_mul(years), after.units.saturating_mul(years));
                payback_years(A::whole(start), A::whole(end), before.amount, after.amount, A::whole(units)).value("years")?
            }
        }),
    })
}

/// Last point at which the cumulative cash flow rises from below 0.
#[derive(Clone, Copy, Debug)]
pub(crate) enum PaybackPoint<A = Exact> {
    NeverBelow,
    StaysBelow {
        cumulative: A,
    },
    /// Payback between two flows: the cumulative cash flow is below 0 at the first flow, and 0 or above at the second.
    Between {
        before: Flow<A>,
        after: Flow<A>,
    },
}

/// Search for the last flow that leaves the cumulative cash flow below 0. Between two flows the cumulative cash flow follows a straight
/// line or jumps, so it is below 0 somewhere only where it is below 0 at one of the two.
pub(crate) struct PaybackSearch<A> {
    /// Time of the last flow, and the sum of all amounts up to it.
    units: u32,
    cumulative: A,
    /// Sum of all amounts without their signs.
    moved: A,
    is_below: bool,
    found: PaybackPoint<A>,
}

impl<A: Arithmetic> PaybackSearch<A> {
    pub fn new() -> PaybackSearch<A> {
        PaybackSearch { units: 0, cumulative: A::ZERO, moved: A::ZERO, is_below: false, found: PaybackPoint::NeverBelow }
    }

    /// Goes on to the next flow in order of time.
    #[inline]
    pub fn add(&mut self, units: u32, amount: A) {
        /// Share of the amounts added up that rounding in roots and powers of discounting may leave of a sum of 0. Sums without
        /// discounting are exact, and this share of the largest amount, 8e32, is far below the least difference of two amounts.
        const DOUBT_EXPONENT: i32 = -64;
        let before = Flow { units: self.units, amount: self.cumulative };
        self.units = units;
        self.cumulative = self.cumulative + amount;
        self.moved = self.moved + amount.absolute();
        let was_below = self.is_below;
        self.is_below = self.cumulative.is_negative_answer_of(self.moved, DOUBT_EXPONENT);
        if was_below && !self.is_below {
            self.found = PaybackPoint::Between { before, after: Flow { units, amount: self.cumulative.max(A::ZERO) } };
        }
    }

    /// Returns the sum of all amounts so far.
    pub fn cumulative(&self) -> A {
        self.cumulative
    }

    /// Returns the last point at which the cumulative cash flow rises from below 0.
    pub fn point(self) -> PaybackPoint<A> {
        if self.is_below { PaybackPoint::StaysBelow { cumulative: self.cumulative } } else { self.found }
    }
}

/// Finds the last flow that leaves the cumulative cash flow below 0.
pub(crate) fn payback_point<A: Arithmetic>(flows: impl Iterator<Item = Flow<A>>) -> PaybackPoint<A> {
    let mut search = PaybackSearch::new();
    flows.while_awaited().for_each(|flow| search.add(flow.units, flow.amount));
    search.point()
}

/// Returns the time at which a straight line from a value below 0 to a value of 0 or above crosses 0.
pub(crate) fn payback_years<N: Number>(start: N, end: N, before: N, after: N, units_per_year: N) -> N {
    (start - before * (end - start) / (after - before)) / units_per_year
}

#[cfg(test)]
mod tests {
    use rust_decimal::dec;

    use super::*;
    use crate::calendar::parse;
    use crate::cash_flow::{DatedCashFlow, DayCount};
    use crate::input::{AnyDecimal, Bounded, Period};

    fn any(amount: Decimal) -> AnyDecimal {
        AnyDecimal::new(amount).unwrap()
    }

    fn periodic(amounts: &[i64], period: Period, rate: Option<Decimal>) -> Payback {
        let amounts = amounts.iter().map(|amount| any((*amount).into())).collect();
        payback(&Series::of(&CashFlows::Periodic { amounts, period }), rate.and_then(Rate::new)).unwrap()
    }

    fn years(amounts: &[i64]) -> Payback {
        periodic(amounts, Period::Year, None)
    }

    fn dated(flows: &[(&str, i64)], day_count: DayCount, rate: Option<Decimal>) -> Payback {
        let flow = |(date, amount): &(&str, i64)| DatedCashFlow { date: parse(date).unwrap(), amount: any((*amount).into()) };
        let cash_flows = CashFlows::Dated { flows: flows.iter().map(flow).collect(), day_count };
        payback(&Series::of(&cash_flows), rate.and_then(Rate::new)).unwrap()
    }

    #[test]
    fn the_last_period_counts_as_far_as_it_is_needed() {
        assert_eq!(years(&[-10000, 3000, 3000, 3000, 4000]), Payback::Years(dec!(3.25)));
        assert_eq!(periodic(&[-10000, 3000, 3000, 3000, 4000], Period::Quarter, None), Payback::Years(dec!(0.8125)));
        assert_eq!(periodic(&[-90, 0, 0, 0, 0, 0, 180], Period::Month, None), Payback::Years(dec!(5.5) / dec!(12)));
    }

    #[test]
    fn a_cumulative_cash_flow_that_is_never_below_0_has_paid_back_at_once() {
        for amounts in [&[0][..], &[100], &[0, 0, 5], &[100, -100, 100, -100], &[5, -4, -1]] {
            assert_eq!(years(amounts), Payback::Years(dec!(0)), "{amounts:?}");
        }
    }

    #[test]
    fn what_is_still_below_0_at_the_end_never_pays_back() {
        assert_eq!(years(&[-100, 30, 30]), Payback::Never { shortfall: dec!(40) });
        assert_eq!(years(&[-100]), Payback::Never { shortfall: dec!(100) });
        // It had paid back, and the last outflow undid it.
        assert_eq!(years(&[-100, 150, -51]), Payback::Never { shortfall: dec!(1) });
        assert_eq!(years(&[100, 50, -151]), Payback::Never { shortfall: dec!(1) });
    }

    #[test]
    fn reaching_0_is_enough() {
        assert_eq!(years(&[-100, 100]), Payback::Years(dec!(1)));
        assert_eq!(years(&[-100, 100, 0, 0]), Payback::Years(dec!(1)));
        assert_eq!(years(&[-100, 60, 40, 7]), Payback::Years(dec!(2)));
        // Touching 0 and staying there is never below it.
        assert_eq!(years(&[-100, 150, -50, 10]), Payback::Years(dec!(100) / dec!(150)));
    }

    #[test]
    fn a_later_outflow_undoes_a_payback() {
        // At 0 after a year, below after two, back within the third.
        assert_eq!(years(&[-100, 100, -20, 40]), Payback::Years(dec!(2.5)));
        assert_eq!(years(&[-100, 150, -100, 100]), Payback::Years(dec!(2.5)));
        // Above at first, then below, then above for good.
        assert_eq!(years(&[50, -100, 200]), Payback::Years(dec!(1.25)));
    }

    #[test]
    fn time_runs_on_through_periods_without_flows() {
        assert_eq!(years(&[-100, 0, 0, 200]), Payback::Years(dec!(2.5)));
        assert_eq!(years(&[0, -100, 100]), Payback::Years(dec!(2)));
    }

    /// Source of the expected values: fractions by hand: -2000 + 500/1.1 + 500/1.21 = -1132.23…, 5000/1.331 = 3756.57…, 2 +
    /// 1132.23…/3756.57… = 2.3014.
    #[test]
    fn discounted_flows_move_as_evenly() {
        assert_eq!(years(&[-2000, 500, 500, 5000]), Payback::Years(dec!(2.2)));
        assert_eq!(periodic(&[-2000, 500, 500, 5000], Period::Year, Some(dec!(0.1))), Payback::Years(dec!(2.3014)));
        assert_eq!(periodic(&[-100, 0, 110], Period::Year, Some(dec!(0.25))), Payback::Never { shortfall: dec!(29.6) });
    }

    #[test]
    fn a_bond_at_its_own_rate_pays_back_with_its_last_payment() {
        let mut bond = [10; 51];
        bond[0] = -100;
        bond[50] = 110;
        assert_eq!(periodic(&bond, Period::Year, Some(dec!(0.1))), Payback::Years(dec!(50)));
        // Seven percent a year has no rate per month that can be written.
        let mut monthly = [0; 13];
        (monthly[0], monthly[12]) = (-100, 107);
        assert_eq!(periodic(&monthly, Period::Month, Some(dec!(0.07))), Payback::Years(dec!(1)));
    }

    #[test]
    fn dated_flows_move_on_their_dates() {
        let flows = [("2024-01-01", -100), ("2024-07-01", 60), ("2025-01-01", 60)];
        assert_eq!(dated(&flows, DayCount::ActActIsda, None), Payback::Years(dec!(1)));
        assert_eq!(dated(&flows, DayCount::Act360, None), Payback::Years(dec!(1.016666666666666666666666667)));
        assert_eq!(dated(&[("2024-01-01", -100), ("2024-01-01", 100)], DayCount::Act360, None), Payback::Years(dec!(0)));
        assert!(matches!(dated(&flows, DayCount::Act365Fixed, Some(dec!(9))), Payback::Never { .. }));
    }

    #[test]
    fn the_smallest_amounts_decide_next_to_the_largest() {
        let large = dec!(78999999999999999999999999990);
        let smallest = dec!(0.0000000000000000000000000001);
        let of = |amounts: &[Decimal], rate| {
            let amounts = amounts.iter().map(|amount| any(*amount)).collect();
            payback(&Series::of(&CashFlows::Periodic { amounts, period: Period::Month }), rate).unwrap()
        };
        for rate in [None, Rate::new(dec!(0))] {
            assert_eq!(of(&[-large, large], rate), Payback::Years(dec!(1) / dec!(12)));
            assert_eq!(of(&[-large, large, -smallest], rate), Payback::Never { shortfall: smallest });
            assert_eq!(of(&[large, -large, smallest], rate), Payback::Years(dec!(0)));
        }
    }

    #[test]
    fn flows_may_be_discounted_otherwise_than_they_move() {
        // Discounted in the middle of its year, moving over all of it.
        let flows = [(0, dec!(-50)), (2, dec!(100))].map(|(units, amount)| Flow { units, amount: Exact::from(amount) });
        assert_eq!(
            payback_of(flows.into_iter(), Series::in_half_periods([].into_iter(), Period::Year).unit(), Movement::Evenly),
            Ok(Payback::Years(dec!(0.5)))
        );
    }
}
