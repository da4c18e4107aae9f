//! Net present value: what a series of payments is worth today.
//!
//! Sources: Brealey, Myers and Allen, Principles of Corporate Finance, "how to calculate present values"; numpy-financial for the
//! first flow now, the spreadsheets' NPV for the first flow after one period, and their XNPV for dated flows.

use rust_decimal::Decimal;

use super::discount::{Growth, discounted};
use super::{CashFlows, Series};
use crate::models::input::{Bounded, ModelError, Rate};
use crate::models::number::{Exact, Number};

/// Payments, and what a year costs.
#[derive(Clone, Debug)]
pub struct PresentValueInputs {
    /// The payments.
    pub cash_flows: CashFlows,
    /// Per year, effective.
    pub discount_rate: Rate,
    /// Of a periodic series; `None` is now. Dated flows begin on their earliest date whatever stands here.
    pub first_flow: Option<FirstFlow>,
}

/// When the first amount of a periodic series falls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstFlow {
    /// It is not discounted.
    Now,
    /// It is discounted once.
    OnePeriod,
}

/// What the payments are worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresentValue {
    /// Inflows less outflows.
    pub net_present_value: Decimal,
    /// Of a periodic series; of a dated one the annual rate.
    pub rate_per_period: Decimal,
    /// 0 or more.
    pub present_value_of_inflows: Decimal,
    /// 0 or more.
    pub present_value_of_outflows: Decimal,
    /// By how much the net present value changes with the annual rate.
    pub rate_sensitivity: Decimal,
}

/// What a series of payments is worth today.
///
/// ```text
/// net_present_value         = sum of amount_i / (1 + discount_rate)^years_i
/// present_value_of_inflows  = the same of the amounts above 0, of outflows of those below, as a positive number
/// rate_per_period           = (1 + discount_rate)^(1 / periods per year) - 1
/// rate_sensitivity          = -(sum of years_i × amount_i / (1 + discount_rate)^years_i) / (1 + discount_rate)
/// years_i                   = i / periods per year, or (i + 1) / periods per year; of a dated flow, by the day count
/// ```
///
/// - Shapes: 1 to 10,000 amounts; dated ones in any order, those of one time added up first.
/// - Units: money in one currency, positive when cash comes in; the rate per year, effective, as a fraction.
/// - Rounding: half-even at the 28th digit, once for each result.
/// - Errors: [`ModelError::ResultTooLarge`] naming the result.
/// - Source: Brealey, Myers and Allen, Principles of Corporate Finance, chapter 2.
///
/// # Example: 15,000 now, five years of growing income, 5 %
///
/// ```
/// use paydirt::models::cash_flow::{CashFlows, PresentValueInputs, present_value};
/// use paydirt::models::input::{AnyDecimal, Bounded, Period, Rate};
/// use rust_decimal::dec;
///
/// let amounts = [-15000, 1500, 2500, 3500, 4500, 6000];
/// let inputs = PresentValueInputs {
///     cash_flows: CashFlows::Periodic {
///         amounts: amounts.map(|amount| AnyDecimal::new(amount.into()).unwrap()).to_vec(),
///         period: Period::Year,
///     },
///     discount_rate: Rate::new(dec!(0.05)).unwrap(),
///     first_flow: None,
/// };
/// let worth = present_value(&inputs).unwrap().net_present_value;
/// assert_eq!(worth.round_dp(8), dec!(122.89485495));
/// ```
///
/// "At 5 % the investment is worth 123 more than it costs."
pub fn present_value(inputs: &PresentValueInputs) -> Result<PresentValue, ModelError> {
    let series = Series::of(&inputs.cash_flows);
    let sums = Sums::of(&series, inputs.discount_rate, inputs.delay());
    let (years, units) = series.unit().fraction();
    let weighted_years = sums.weighted_units * Exact::from(years) / Exact::from(units);
    let discount_rate = Exact::from(inputs.discount_rate.get());
    Ok(PresentValue {
        net_present_value: net_present_value(sums.inflows, sums.outflows).value("net_present_value")?,
        rate_per_period: rate_per_period(&series, inputs.discount_rate).value("rate_per_period")?,
        present_value_of_inflows: sums.inflows.value("present_value_of_inflows")?,
        present_value_of_outflows: sums.outflows.value("present_value_of_outflows")?,
        rate_sensitivity: rate_sensitivity(weighted_years, discount_rate).value("rate_sensitivity")?,
    })
}

impl PresentValueInputs {
    /// True when the first amount is discounted once.
    pub(super) fn is_delayed(&self) -> bool {
        self.first_flow == Some(FirstFlow::OnePeriod) && self.cash_flows.period().is_some()
    }

    /// Units from now to the first flow.
    pub(super) fn delay(&self) -> u32 {
        u32::from(self.is_delayed())
    }
}

/// Sums over all flows at their present values.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sums {
    pub inflows: Exact,
    pub outflows: Exact,
    /// Inflows less outflows, each times its time in units.
    pub weighted_units: Exact,
}

impl Sums {
    pub fn of(series: &Series, rate: Rate, delay: u32) -> Sums {
        discounted(series, rate, delay).fold(Sums::default(), |sums, flow| {
            let time = Exact::from(flow.units.saturating_add(delay));
            let weighted_units = sums.weighted_units + time * flow.amount;
            if flow.amount.is_negative() {
                Sums { outflows: sums.outflows - flow.amount, weighted_units, ..sums }
            } else {
                Sums { inflows: sums.inflows + flow.amount, weighted_units, ..sums }
            }
        })
    }
}

/// The rate of one period; of a dated series that of a year.
fn rate_per_period(series: &Series, rate: Rate) -> Exact {
    match series.period() {
        Some((units, _)) => Growth::new(rate, series.unit()).over(units) - Exact::ONE,
        None => Exact::from(rate.get()),
    }
}

pub(super) fn net_present_value<N: Number>(present_value_of_inflows: N, present_value_of_outflows: N) -> N {
    (present_value_of_inflows - present_value_of_outflows).named("net_present_value")
}

pub(super) fn rate_sensitivity<N: Number>(weighted_years: N, discount_rate: N) -> N {
    (-(weighted_years / (N::whole(1) + discount_rate))).named("rate_sensitivity")
}
