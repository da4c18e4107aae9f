//! Payback: after how long the outlay has come back, plainly and discounted.
//!
//! Source: Brealey, Myers and Allen, Principles of Corporate Finance, "payback"; the contract's words decide where textbooks differ,
//! which is after a second outlay.

use rust_decimal::Decimal;

use super::day_count::YearUnit;
use super::discount::discounted;
use super::{CashFlows, Flow, Series};
use crate::input::{ModelError, Rate};
use crate::number::{Exact, Number};
use crate::work::WhileAwaited;

/// Payments, and what a year costs.
#[derive(Clone, Debug)]
pub struct PaybackInputs {
    /// The payments.
    pub cash_flows: CashFlows,
    /// Per year; asks for the discounted payback too.
    pub discount_rate: Option<Rate>,
}

/// When the payments of a request have paid back.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Paybacks {
    /// Plainly.
    pub payback: Payback,
    /// `None` without a discount rate.
    pub discounted_payback: Option<Payback>,
}

/// When an outlay has come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payback {
    /// From this time on the cumulative cash flow stays at 0 or above; 0 when it is never below.
    Years(Decimal),
    /// It is below 0 at the end.
    #[non_exhaustive]
    Never {
        /// By how much. Above 0.
        shortfall: Decimal,
    },
}

/// How money moves between the times of its flows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Movement {
    /// Each flow moves evenly over the time since the one before: periodic series.
    Evenly,
    /// Each flow moves at its time: dated series.
    AtOnce,
}

/// When the payments of a request have paid back: [`payback`] of their series, plainly and, where a rate is given, discounted.
///
/// - Errors: as there, naming `payback` or `discounted_payback`.
pub fn paybacks(inputs: &PaybackInputs) -> Result<Paybacks, ModelError> {
    let series = Series::of(&inputs.cash_flows);
    let discounted = inputs.discount_rate.map(|rate| payback(&series, Some(rate)));
    Ok(Paybacks {
        payback: payback(&series, None).map_err(|error| error.within("payback"))?,
        discounted_payback: discounted.transpose().map_err(|error| error.within("discounted_payback"))?,
    })
}

/// The time after which the cumulative cash flow of a series stays at 0 or above.
///
/// ```text
/// years = (i - cumulative_i / (cumulative_i+1 - cumulative_i)) / periods per year, i the last with cumulative_i below 0
/// dated: the years to the flow after the last one that leaves the cumulative cash flow below 0
/// ```
///
/// - Shapes: flows in order of time. A later outflow may undo a payback; what counts is the last time that it comes back.
/// - Units: years; money in one currency; the rate per year, effective, `None` for the plain payback.
/// - Rounding: half-even at the 28th digit, once. What would be written as 0 is 0.
/// - Errors: [`ModelError::ResultTooLarge`] naming `never.shortfall`.
/// - Source: Brealey, Myers and Allen, Principles of Corporate Finance, chapter 5.
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
    let movement = if series.period().is_some() { Movement::Evenly } else { Movement::AtOnce };
    match discount_rate {
        None => payback_of(series.flows().iter().copied(), series.unit(), movement),
        Some(rate) => payback_of(discounted(series, rate, 0), series.unit(), movement),
    }
}

/// The same of flows at the values that count, in order of time, where they are not those of a series: discounted in the middle of their
/// periods, and moving evenly over them nevertheless.
///
/// - Errors: as [`payback`].
pub fn payback_of(flows: impl Iterator<Item = Flow>, unit: YearUnit, movement: Movement) -> Result<Payback, ModelError> {
    Ok(match crossing(flows) {
        Crossing::NeverBelow => Payback::Years(Decimal::ZERO),
        Crossing::StaysBelow { cumulative } => Payback::Never { shortfall: (-cumulative).value("never.shortfall")? },
        Crossing::Between { before, after } => Payback::Years(match movement {
            Movement::AtOnce => unit.years(after.units).value("years")?,
            Movement::Evenly => {
                let (years, units) = unit.fraction();
                let (start, end) = (before.units.saturating_mul(years), after.units.saturating_mul(years));
                payback_years(start.into(), end.into(), before.amount, after.amount, Exact::from(units)).value("years")?
            }
        }),
    })
}

/// Where the cumulative cash flow was last below 0.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Crossing {
    NeverBelow,
    StaysBelow {
        cumulative: Exact,
    },
    /// Between two flows, at which the cumulative cash flow is below 0, and is not.
    Between {
        before: Flow,
        after: Flow,
    },
}

/// Between two flows the cumulative cash flow goes straight from one value to the other, or leaps; so it is below 0 somewhere only
/// where it is so at one of them, and the last flow that leaves it there decides.
pub(crate) fn crossing(flows: impl Iterator<Item = Flow>) -> Crossing {
    /// What the roots and powers of discounting may leave of a sum that is 0, as a share of what was added up. Plain sums are exact, and
    /// this share of the largest, 8e32, is far below what an amount can differ by.
    const DOUBT_EXPONENT: i32 = -64;
    let (mut cumulative, mut moved) = (Exact::ZERO, Exact::ZERO);
    let mut found = Crossing::NeverBelow;
    let mut below: Option<Flow> = None;
    for flow in flows.while_awaited() {
        cumulative = cumulative + flow.amount;
        moved = moved + flow.amount.absolute();
        let doubt = moved * Exact::power_of_ten(DOUBT_EXPONENT);
        let now = Flow { units: flow.units, amount: cumulative };
        if cumulative.as_answer().is_negative() && cumulative + doubt < Exact::ZERO {
            below = Some(now);
        } else if let Some(before) = below.take() {
            found = Crossing::Between { before, after: now };
        }
    }
    below.map_or(found, |_| Crossing::StaysBelow { cumulative })
}

/// The time at which a straight line from a value below 0 to one that is not passes 0.
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

    /// Fractions by hand: -2000 + 500/1.1 + 500/1.21 = -1132.23…, 5000/1.331 = 3756.57…, 2 + 1132.23…/3756.57… = 2.3014.
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
