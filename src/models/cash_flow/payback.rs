//! Payback: after how long the outlay has come back, plainly and discounted.
//!
//! Source: Brealey, Myers and Allen, Principles of Corporate Finance, "payback"; the contract's words decide where textbooks differ,
//! which is after a second outlay.

use rust_decimal::Decimal;

use super::day_count::YearUnit;
use super::discount::discounted;
use super::{CashFlows, Flow, Series};
use crate::models::input::{ModelError, Rate};
use crate::models::number::{Exact, Number};

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
/// use paydirt::models::cash_flow::{CashFlows, Payback, Series, payback};
/// use paydirt::models::input::{AnyDecimal, Bounded, Period};
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
pub(in crate::models) enum Crossing {
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
pub(in crate::models) fn crossing(flows: impl Iterator<Item = Flow>) -> Crossing {
    /// What the roots and powers of discounting may leave of a sum that is 0, as a share of what was added up. Plain sums are exact, and
    /// this share of the largest, 8e32, is far below what an amount can differ by.
    const DOUBT_EXPONENT: i32 = -64;
    let (mut cumulative, mut moved) = (Exact::ZERO, Exact::ZERO);
    let mut found = Crossing::NeverBelow;
    let mut below: Option<Flow> = None;
    for flow in flows {
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
pub(in crate::models) fn payback_years<N: Number>(start: N, end: N, before: N, after: N, units_per_year: N) -> N {
    (start - before * (end - start) / (after - before)) / units_per_year
}
